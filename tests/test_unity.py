"""The C# package for Unity and any .NET: its parts, what it says on the wire, and how it is packed.

The scenarios that it plays against a server are those of all clients, in `test_clients.py`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import dotnet
import pytest
from stage import FOLDER, playing, town, wire
from test_reference import CLIENT_TYPES, SERVER_TYPES, example

from npc_engine.protocol import parse

PAGES = Path(__file__).parents[1] / "docs" / "clients"
ABSENT = dotnet.GAME.missing
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.timeout(120),
    pytest.mark.skipif(bool(ABSENT) and not os.environ.get("CI"), reason=f"needs {', '.join(ABSENT)}"),
]


@pytest.fixture(scope="session")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs the program of the parts' checks; what it prints on its last line."""
    sources = sorted((FOLDER / "dotnet").glob("*Checks.cs"))
    program = dotnet.compiled(tmp_path_factory.mktemp("checks") / "Checks.exe", dotnet.CORE, *sources)

    def run(*arguments: str) -> Any:
        done = subprocess.run(["mono", program, *arguments], capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The package's two libraries, and that of the declarations of Unity's API."""
    folder = tmp_path_factory.mktemp("libraries")
    core = dotnet.compiled(folder / "NpcEngine.Core.dll", dotnet.CORE)
    engine = dotnet.compiled(folder / "UnityEngine.dll", FOLDER / "unity_stubs")
    parts = dotnet.PACKAGE / "Runtime" / "Unity"
    return core, engine, dotnet.compiled(folder / "NpcEngine.Unity.dll", parts, references=(core, engine))


def test_the_parts_do_what_they_promise(checks: Any) -> None:
    results = checks()
    assert results
    wrong = {name: problem for name, problem in results.items() if problem}
    assert not wrong, "\n".join(f"{name}: {problem}" for name, problem in wrong.items())


def test_every_message_of_the_server_has_a_class(checks: Any, tmp_path: Path) -> None:
    examples = tmp_path / "messages"
    examples.write_text("\n".join(example(name) for name in SERVER_TYPES), encoding="utf-8")
    classes = {name: name.title().replace(".", "").replace("_", "") for name in SERVER_TYPES} | {"error": "NpcError"}
    assert dict(zip(SERVER_TYPES, checks("read", str(examples)), strict=True)) == classes


def test_everything_that_it_sends_is_of_the_protocol(checks: Any) -> None:
    sent = [parse(line) for line in checks("sends")]
    assert {message.type for message in sent} == set(CLIENT_TYPES)


async def test_what_is_sent_while_connections_break_arrives_once(tmp_path: Path) -> None:
    command = dotnet.GAME.command(tmp_path)
    async with town() as running, wire(running.port) as relay, playing(command, "storm", relay.url) as play:
        for _ in range(5):
            await play.ready()
            relay.cut()
        answers = await play.seen()
        assert relay.connections > 1
    assert set(answers.values()) == {1}


def test_the_parts_for_unity_and_the_sample_compile(libraries: tuple[Path, ...], tmp_path: Path) -> None:
    sample = dotnet.PACKAGE / "Samples~" / "Deadwood"
    dotnet.compiled(tmp_path / "NpcEngine.Deadwood.dll", sample, references=libraries)


def test_the_examples_of_the_docs_compile_and_are_the_same_in_both_languages(
    libraries: tuple[Path, ...], tmp_path: Path
) -> None:
    pages = [(PAGES / name).read_text(encoding="utf-8") for name in ("unity.md", "unity.zh.md")]
    examples, again = (re.findall(r"^```csharp\n(.*?)^```", page, re.DOTALL | re.MULTILINE) for page in pages)
    assert examples == again
    for number, text in enumerate(examples):
        source = tmp_path / f"Example{number}.cs"
        source.write_text(text, encoding="utf-8")
        kind = ".exe" if "Main" in text else ".dll"
        dotnet.compiled(source.with_suffix(kind), source, references=libraries)


def test_unity_knows_each_file_by_an_id_of_its_own() -> None:
    """Without a .meta file beside it, Unity ignores what comes in a package."""
    shown = [path for path in dotnet.PACKAGE.rglob("*") if "~" not in str(path.relative_to(dotnet.PACKAGE))]
    files = {path for path in shown if path.suffix != ".meta"}
    metas = {path for path in shown if path.suffix == ".meta"}
    assert {path.with_name(f"{path.name}.meta") for path in files} == metas
    ids = [re.findall(r"^guid: ([0-9a-f]{32})$", meta.read_text(encoding="utf-8"), re.MULTILINE) for meta in metas]
    assert all(len(found) == 1 for found in ids)
    assert len({found[0] for found in ids}) == len(files)


def test_the_package_says_what_it_holds() -> None:
    package = json.loads((dotnet.PACKAGE / "package.json").read_text(encoding="utf-8"))
    assert all((dotnet.PACKAGE / sample["path"]).is_dir() for sample in package["samples"])
    for folder in ("Runtime/Core", "Runtime/Unity", "Samples~/Deadwood"):
        (definition,) = (dotnet.PACKAGE / folder).glob("*.asmdef")
        assert json.loads(definition.read_text(encoding="utf-8"))["name"] == definition.stem
