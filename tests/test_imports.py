"""Imports go one way, so that each room of the package can be read, and tested, without the next."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "npc_engine"
CORE_MAY_IMPORT = {
    "__future__",
    "base64",
    "collections",
    "collections.abc",
    "dataclasses",
    "difflib",
    "functools",
    "itertools",
    "math",
    "operator",
    "re",
    "typing",
    "unicodedata",
    "npc_engine.core",
    "npc_engine.persona.base",
    "npc_engine.persona.conditions",
    "npc_engine.persona.mentions",
    "npc_engine.persona.model",
    "npc_engine.persona.relationship",
    "npc_engine.persona.world",
    "pydantic",
    "npc_engine.protocol",
}
"""Nothing that does, waits or measures: no clock, files, sockets, threads, loops or numbers in bulk."""
SHARED_BY_ENGINES = {
    "base",
    "bert",
    "espeak_ng",
    "gbnf",
    "japanese",
    "mandarin",
    "onnx_session",
    "text_stream",
    "timeline",
    "visemes",
}
"""Modules that talk to no model of their own; engines may stand on them."""
PARTS_OF = {"kokoro": "kokoro_text", "llama": "llama_", "whisper": "repeats"}
"""Beginnings of modules that belong to one engine."""
LLAMA_TOO = {"sequences", "templates"}
"""Parts of the `llama` engine that are not named after it."""


def imports(path: Path) -> set[str]:
    """Full names of the modules that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively: write the full name"
            module = node.module or ""
            modules = [f"{module}.{name.name}" for name in node.names]
            found.update(name if _is_module(name) else module for name in modules)
    return found


def _is_module(name: str) -> bool:
    path = PACKAGE.parent / name.replace(".", "/")
    return name.startswith("npc_engine") and (path.with_suffix(".py").exists() or path.is_dir())


def inside(module: str, room: str) -> bool:
    """Whether `module` is `room`, or in it."""
    return module == room or module.startswith(f"{room}.")


def files(room: str) -> list[Path]:
    """The modules of a room of the package."""
    found = sorted((PACKAGE / room).glob("*.py"))
    assert found
    return found


def engine_of(module: str) -> str:
    """The engine that a module of `engines` belongs to."""
    if module in LLAMA_TOO:
        return "llama"
    return next((engine for engine, part in PARTS_OF.items() if module.startswith(part)), module)


@pytest.mark.parametrize("path", files("core"), ids=lambda path: path.stem)
def test_core_decides_and_needs_nothing_else_for_it(path: Path) -> None:
    assert [name for name in imports(path) if not any(inside(name, room) for room in CORE_MAY_IMPORT)] == []


def test_the_protocol_stands_on_nothing_of_the_package() -> None:
    assert not any(inside(name, "npc_engine") for name in imports(PACKAGE / "protocol.py"))


@pytest.mark.parametrize("path", files("engines"), ids=lambda path: path.stem)
def test_engines_know_neither_what_uses_them_nor_each_other(path: Path) -> None:
    ours = {name for name in imports(path) if inside(name, "npc_engine")} - {"npc_engine.errors"}
    engines = {name.removeprefix("npc_engine.engines.") for name in ours}
    allowed = {name for name in engines if name in SHARED_BY_ENGINES or engine_of(name) == engine_of(path.stem)}
    assert engines - allowed == set()


@pytest.mark.parametrize("path", files("persona"), ids=lambda path: path.stem)
def test_personas_are_data_that_know_no_engine_or_session(path: Path) -> None:
    known = {name for name in imports(path) if inside(name, "npc_engine")}
    rooms = ("npc_engine.errors", "npc_engine.persona", "npc_engine.strictfile", "npc_engine.filewords")
    assert [name for name in known if not any(inside(name, room) for room in rooms)] == []


@pytest.mark.parametrize("path", files("store"), ids=lambda path: path.stem)
def test_the_store_knows_entries_and_nothing_that_makes_them(path: Path) -> None:
    rooms = ("npc_engine.core.journal", "npc_engine.errors", "npc_engine.store")
    known = imports(path)
    assert [
        name for name in known if inside(name, "npc_engine") and not any(inside(name, room) for room in rooms)
    ] == []
    assert not any(inside(name, "asyncio") for name in known)


@pytest.mark.parametrize(
    "path", [*files("realtime"), *files("neuro")], ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_what_connections_speak_is_translated_without_sockets_and_sessions(path: Path) -> None:
    doing = ("asyncio", "websockets", "time", "npc_engine.session", "npc_engine.server", "npc_engine.engines")
    assert [name for name in imports(path) if any(inside(name, room) for room in doing)] == []


@pytest.mark.parametrize("path", files("client"), ids=lambda path: path.stem)
def test_the_client_knows_the_protocol_and_nothing_of_what_serves_it(path: Path) -> None:
    rooms = ("npc_engine.client", "npc_engine.errors", "npc_engine.protocol", "pydantic", "websockets")
    known = {name for name in imports(path) if name.partition(".")[0] not in sys.stdlib_module_names}
    assert [name for name in known if not any(inside(name, room) for room in rooms)] == []


def test_a_game_that_has_the_client_alone_loads_nothing_else() -> None:
    program = "import sys, npc_engine.client.blocking, npc_engine.client.sound; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert {"numpy", "llama_cpp", "structlog", "npc_engine.session", "sounddevice"} & set(loaded) == set()


@pytest.mark.parametrize("name", ["arrived", "playback", "told", "world"])
def test_what_the_client_decides_needs_no_loop(name: str) -> None:
    assert not any(inside(found, "asyncio") for found in imports(PACKAGE / "client" / f"{name}.py"))


def test_only_a_session_and_above_know_the_core() -> None:
    below = ["audio", "config", "ensemble", "errors", "process", "protocol", "wav", "worker"]
    below += [f"{room}/{path.stem}" for room in ("client", "models") for path in files(room)]
    knowing = [
        name for name in below if any(inside(found, "npc_engine.core") for found in imports(PACKAGE / f"{name}.py"))
    ]
    assert knowing == []


def test_only_the_composition_root_names_a_concrete_engine() -> None:
    concrete = {path.stem for path in files("engines")} - {"__init__", "base"}
    naming = re.compile(rf"(?:npc_engine\.engines|\{{_ENGINES\}})\.({'|'.join(sorted(concrete))})\b")
    named = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if path.parent.name != "engines" and naming.search(path.read_text(encoding="utf-8"))
    }
    measures_one_engine = {"bench/model.py"}
    assert named == {"compose.py"} | measures_one_engine
