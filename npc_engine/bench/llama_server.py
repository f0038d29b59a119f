"""llama.cpp's own server, compiled once from the source that llama-cpp-python ships: the same release as ours uses.

No package installs it ready to run on every system, so its sources come with pip and are compiled here with CMake.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from npc_engine.errors import NpcEngineError

Note = Callable[[str], None]
_PACKAGE = "llama-cpp-python"
_SOURCE = "vendor/llama.cpp"
_OPTIONS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_OPENSSL=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
)
"""Its defaults, processor included, without what isn't used here: tests, HTTPS, and the page, which is downloaded."""


class ServerNotBuilt(NpcEngineError):
    """llama-server could not be made; the message holds the last words of what failed and what to do."""


def binary(note: Note) -> Path:
    """The program, compiled unless that was done. Raises `ServerNotBuilt`."""
    version = importlib.metadata.version(_PACKAGE)
    home = user_cache_path("npc-engine", appauthor=False) / "llama-server" / version
    program = home / ("llama-server.exe" if os.name == "nt" else "llama-server")
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home.with_suffix(".lock")):
        if not program.exists():
            note(f"compiling llama-server into {home}: ten minutes or more on two cores, which happens once")
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                _build(version, Path(folder), program, note)
    return program


def _build(version: str, folder: Path, program: Path, note: Note) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps"]
    note("fetching its source")
    _run([*pip, "--no-binary", _PACKAGE, f"{_PACKAGE}=={version}", "--dest", str(folder)])
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    source = next(folder.glob(f"*/{_SOURCE}"))
    build = folder / "build"
    _run(["cmake", "-S", str(source), "-B", str(build), *_OPTIONS])
    note("compiling")
    jobs = str(os.cpu_count() or 1)
    _run(["cmake", "--build", str(build), "--config", "Release", "--target", "llama-server", "-j", jobs])
    made = next(path for path in build.rglob(program.name) if path.is_file())
    shutil.copy2(made, program)


def _run(command: Sequence[str]) -> None:
    advice = "It needs CMake and a C++ compiler; or leave this server out with --through"
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ServerNotBuilt(f"{command[0]} does not run ({error.strerror}). {advice}") from error
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-12:])
        raise ServerNotBuilt(f"llama-server could not be made: {command[0]} failed. {advice}.\n{last}")
