"""Install a peer into a virtual environment of its own, in this system's folder for caches, once.

Packages come by hash from the index that pip is configured for. llama.cpp is not compiled again: the package that
npc-engine itself runs is copied, so that both sides also generate with the same build.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from importlib.metadata import Distribution
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from npc_engine.errors import NpcEngineError

Note = Callable[[str], None]
_REQUIREMENTS = Path(__file__).parent
_COPIED = "llama_cpp_python"
_STAMP = "installed"
_TIMEOUT = 3600
"""Seconds for one installation: hundreds of megabytes, perhaps through a slow mirror."""


class PeerNotInstalled(NpcEngineError):
    """A peer's environment could not be made; the message holds pip's last words and what to do."""


def folder() -> Path:
    """Where all peers are installed."""
    return user_cache_path("npc-engine", appauthor=False) / "peers"


def python_of(home: Path) -> Path:
    """The interpreter of the environment in `home`."""
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(name: str, note: Note) -> Path:
    """The interpreter of the peer `name`, installed unless that was done. Raises `PeerNotInstalled`."""
    home, requirements = folder() / name, _REQUIREMENTS / f"{name}.txt"
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home.with_suffix(".lock")):
        wanted = _digest(requirements)
        if _installed(home) == wanted:
            return python_of(home)
        note(f"installing {name} into {home}; about 300 MB are fetched, which happens once")
        _create(home, requirements, note)
        (home / _STAMP).write_text(wanted, encoding="utf-8")
    return python_of(home)


def version_of(python: Path, package: str) -> str:
    """The version of a package in an environment, or what is said instead."""
    code = f"import importlib.metadata; print(importlib.metadata.version({package!r}))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown version"


def llama_version() -> str:
    """Of the package that is copied."""
    return importlib.metadata.version(_COPIED)


def _digest(requirements: Path) -> str:
    """Of all that decides what is installed."""
    parts = (requirements.read_bytes(), sys.version.encode(), llama_version().encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _installed(home: Path) -> str | None:
    stamp = home / _STAMP
    return stamp.read_text(encoding="utf-8") if stamp.exists() and python_of(home).exists() else None


def _create(home: Path, requirements: Path, note: Note) -> None:
    (home / _STAMP).unlink(missing_ok=True)
    try:
        venv.create(home, symlinks=os.name != "nt", with_pip=False)
        _pip(home, requirements, note)
        _copy_llama(_site_packages(home))
    except OSError as error:
        raise PeerNotInstalled(
            f"{home} can not be written ({error.strerror or error}); make room or mend its rights"
        ) from error


def _pip(home: Path, requirements: Path, note: Note) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python_of(home))]
    options = ["install", "--progress-bar", "off", "--no-deps", "--require-hashes", "-r", str(requirements)]
    with subprocess.Popen(
        [*pip, *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        tail = list(_told(process.stdout or (), note))[-12:]
        code = process.wait(_TIMEOUT)
    if code:
        raise PeerNotInstalled(
            f"pip could not install {requirements.stem} (exit code {code}). Look at its last lines, then run the "
            f"command again, which goes on from what was fetched; or leave this peer out with --peers. A broken "
            f"environment is repaired by deleting {home}.\n{''.join(tail)}"
        )


def _told(lines: Iterator[str] | tuple[str, ...], note: Note) -> Iterator[str]:
    """Every line; those that say which package comes next are noted."""
    for line in lines:
        if line.startswith(("Collecting ", "Installing ")):
            note(line.split(" (from")[0].strip()[:100])
        yield line


def _site_packages(home: Path) -> Path:
    code = "import sysconfig; print(sysconfig.get_path('platlib'))"
    found = subprocess.run([python_of(home), "-c", code], capture_output=True, text=True, check=True)
    return Path(found.stdout.strip())


def _copy_llama(target: Path) -> None:
    """Copy the installed llama-cpp-python, with its compiled libraries, file by file as its own record lists them."""
    distribution = Distribution.from_name(_COPIED)
    for file in distribution.files or ():
        source = Path(str(distribution.locate_file(file)))
        if ".." in file.parts or not source.is_file() or "__pycache__" in file.parts:
            continue
        copy = target / Path(*file.parts)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, copy)
