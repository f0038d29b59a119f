"""What is served, and published, is what the source says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BROWSER = ROOT / "demos" / "browser"
TOOLS = BROWSER / "node_modules"
BUILDS = pytest.mark.skipif(not TOOLS.exists() and "CI" not in os.environ, reason="needs npm ci in demos/browser")
PAGES = [ROOT / "docs" / "clients" / name for name in ("browser.md", "browser.zh.md")]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def examples(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@BUILDS
def test_the_committed_files_are_what_the_source_builds_to(tmp_path: Path) -> None:
    types = (BROWSER / "src" / "protocol.ts").read_bytes()
    subprocess.run([shutil.which("node") or "node", "build.mjs", str(tmp_path)], cwd=BROWSER, check=True)
    assert contents(tmp_path) == contents(BROWSER / "dist")
    assert (BROWSER / "src" / "protocol.ts").read_bytes() == types


def test_the_package_publishes_files_that_are_there() -> None:
    package = json.loads((BROWSER / "package.json").read_text(encoding="utf-8"))
    assert not package.get("dependencies")
    for name in (package["module"], package["types"], *package["files"]):
        assert (BROWSER / name).exists()


@pytest.mark.parametrize("language", ["sh", "html", "ts"])
def test_both_pages_of_the_docs_show_the_same_examples(language: str) -> None:
    english, chinese = (examples(page, language) for page in PAGES)
    assert english == chinese != []


@BUILDS
def test_the_example_of_the_docs_is_typed_as_it_stands(tmp_path: Path) -> None:
    (example,) = examples(PAGES[0], "ts")
    (tmp_path / "example.ts").write_text(example, encoding="utf-8")
    settings = json.loads((BROWSER / "tsconfig.json").read_text(encoding="utf-8"))
    settings["compilerOptions"]["paths"] = {"npc-engine": [str(BROWSER / "dist" / "types" / "index.d.ts")]}
    (tmp_path / "tsconfig.json").write_text(json.dumps({**settings, "include": ["example.ts"]}), encoding="utf-8")
    compiler = TOOLS / "typescript" / "bin" / "tsc"
    subprocess.run([shutil.which("node") or "node", str(compiler), "-p", str(tmp_path)], check=True)
