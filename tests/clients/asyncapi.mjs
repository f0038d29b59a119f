// Reads AsyncAPI documents, and prints for each what is wrong with it: `node asyncapi.mjs FILE...`
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Parser } = createRequire(`${process.env.NPC_CLIENTS_HOME}/package.json`)('@asyncapi/parser');
const INFORMATION = 2; // of the parser's severities, which begin with errors; what is below is advice

const found = [];
for (const path of process.argv.slice(2)) {
  const { diagnostics } = await new Parser().parse(readFileSync(path, 'utf8'));
  found.push(diagnostics.filter(each => each.severity < INFORMATION).map(each => `${each.path.join('.')}: ${each.message}`));
}
console.log(JSON.stringify(found));
