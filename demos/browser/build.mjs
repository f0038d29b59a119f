// Builds the library and the page into a folder:
//
//     npm ci && npm run build
//
// `dist/` is committed: the server serves it, and who installs the Python package has no npm.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const home = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? "dist");
const require = createRequire(import.meta.url);
const compiler = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
const tsc = (...options) => execFileSync(process.execPath, [compiler, ...options], { cwd: home, stdio: "inherit" });

execFileSync(process.execPath, ["generate.mjs", "../../docs/npc.v1.schema.json", "src/protocol.ts"], { cwd: home });
tsc("-p", ".");
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
tsc(
  ...["src/index.ts", "--ignoreConfig", "--declaration", "--emitDeclarationOnly", "--outDir", join(out, "types")],
  ...["--target", "ES2022", "--module", "ESNext", "--moduleResolution", "bundler", "--strict", "--lib", "ES2023,DOM"],
);

const common = { absWorkingDir: home, bundle: true, format: "esm", target: "es2022", charset: "utf8" };
await build({ ...common, entryPoints: ["src/index.ts"], outfile: join(out, "npc-engine.js") });
const beside = {
  name: "the library is a file of its own",
  setup(building) {
    building.onResolve({ filter: /^npc-engine$/ }, () => ({ path: "./npc-engine.js", external: true }));
  },
};
await build({ ...common, entryPoints: ["page/page.ts"], outfile: join(out, "page.js"), plugins: [beside] });
await build({ ...common, entryPoints: ["page/style/page.css"], outfile: join(out, "page.css") });
for (const file of ["index.html", "icon.svg"]) cpSync(join(home, "page", file), join(out, file));
