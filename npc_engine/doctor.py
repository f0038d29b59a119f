"""Look at the machine and say what to fix. Checks what can be seen without loading a model; nothing raises."""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from npc_engine.config import kept_in, load_config
from npc_engine.errors import NpcEngineError, StoreDamaged
from npc_engine.models import Store
from npc_engine.store.failures import SET_ASIDE
from npc_engine.store.stories import Stories
from npc_engine.threads import default_with_reason, tuned_file, usable_cores

Status = Literal["ok", "warn", "fail"]
OLDEST_PYTHON = (3, 11)
DEFAULT_PORT = 8765
COMPILERS = ("c++", "g++", "clang++", "cl")
ENOUGH_MEMORY = 4e9
"""Bytes. The default set takes about 2.7 GB; the rest is the system's."""
ENOUGH_DISK = 2.5e9
"""Bytes. The default set and what a pull needs on top."""


@dataclass(frozen=True)
class Finding:
    """The outcome of one check."""

    name: str
    status: Status
    found: str
    fix: str = ""
    """What to do about it; empty when nothing is wrong."""


def examine(
    store: Store | None = None, port: int = DEFAULT_PORT, config: Path | None = None, stories: str | None = None
) -> list[Finding]:
    """Run every check, in the order in which a newcomer meets the problems.

    `config` is a configuration file, `stories` a file that keeps stories instead of the one that it names.
    """
    findings = [python(), compiler(), llama(), cores(), threads(config), openmp(), memory()]
    others = [kept(config, stories), audio(), free_port(port)]
    try:
        store = store or Store()
    except NpcEngineError as error:
        return [*findings, Finding("models", "fail", str(error), "install npc-engine again"), *others]
    return [*findings, disk(store.folder), models(store), *others]


def python(version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    """Whether Python is new enough."""
    found = f"{platform.python_version()} on {platform.platform(terse=True)}"
    if version >= OLDEST_PYTHON:
        return Finding("Python", "ok", found)
    return Finding("Python", "fail", found, "install Python 3.11 or newer")


def compiler(which: Callable[[str], str | None] = shutil.which) -> Finding:
    """Whether llama.cpp can be compiled. Without a compiler, one that is compiled already still runs."""
    names = (os.environ.get("CXX", ""), *COMPILERS)
    path = next((found for name in names if name and (found := which(name))), None)
    if path:
        return Finding("C++ compiler", "ok", path)
    fix = "apt install g++ | dnf install gcc-c++ | xcode-select --install | Visual Studio Build Tools"
    return Finding("C++ compiler", "warn", "none found; llama.cpp can't be compiled", fix)


def llama(module: str = "llama_cpp") -> Finding:
    """Whether the language model's library loads. Tried in another process: its C++ runtime upsets other libraries."""
    code = f"import {module}; print({module}.__version__)"
    fix = "nox -s demo compiles and installs it"
    try:
        trial = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding("llama.cpp", "fail", f"{module} can't be tried: {error}", fix)
    if trial.returncode:
        reason = trial.stderr.strip().splitlines()[-1:] or [f"status {trial.returncode}"]
        return Finding("llama.cpp", "fail", f"{module} does not load: {reason[0]}", fix)
    return Finding("llama.cpp", "ok", f"{module} {trial.stdout.strip()}")


def cores() -> Finding:
    """How many processor cores this process may use."""
    logical, physical = usable_cores(), psutil.cpu_count(logical=False)
    found = f"{logical} usable" + (f", {physical} physical in the machine" if physical else "")
    if logical >= 2:
        return Finding("cores", "ok", found)
    return Finding("cores", "warn", found, "two cores are the least for speech without gaps; try a smaller model")


def threads(config: Path | None = None, tuned: Path | None = None) -> Finding:
    """How many threads each engine gets, and why."""
    try:
        found, reason = default_with_reason(tuned or tuned_file(), usable_cores())
        settings = load_config(config)
    except NpcEngineError as error:
        return Finding("threads", "fail", str(error), "mend the file, or delete it")
    if "threads" in settings.model_fields_set:
        found, reason = settings.threads, f"{config}, and where that says nothing: {reason}"
    most = max(found.model_dump().values())
    counts = (
        f"reading prompts {found.language_model}, writing answers {found.decode}, "
        f"recognition {found.recognition}, synthesis {found.synthesis} ({reason})"
    )
    if most <= usable_cores():
        return Finding("threads", "ok", counts)
    return Finding("threads", "warn", counts, f"at most {usable_cores()}: more threads than cores fight")


def openmp() -> Finding:
    """Whether the environment asks numeric libraries for more threads than there are cores."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if not asked:
        return Finding("OpenMP", "ok", f"OMP_NUM_THREADS is not set; up to {usable_cores()}")
    if asked.isdecimal() and 1 <= int(asked) <= usable_cores():
        return Finding("OpenMP", "ok", f"OMP_NUM_THREADS={asked}")
    fix = f"unset OMP_NUM_THREADS, or set it to at most {usable_cores()}: more threads than cores fight"
    return Finding("OpenMP", "warn", f"OMP_NUM_THREADS={asked}", fix)


def memory() -> Finding:
    """Whether the default models fit."""
    state = psutil.virtual_memory()
    found = f"{state.available / 1e9:.1f} of {state.total / 1e9:.1f} GB available"
    if state.available >= ENOUGH_MEMORY:
        return Finding("memory", "ok", found)
    return Finding("memory", "warn", found, "close other programs; the default set takes about 2.7 GB")


def disk(folder: Path) -> Finding:
    """Whether models can be pulled to where they belong."""
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    try:
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding("disk", "fail", f"{folder}: {error}", "let NPC_ENGINE_MODELS name another folder")
    found = f"{free / 1e9:.1f} GB free for {folder}"
    if not os.access(there, os.W_OK):
        return Finding("disk", "fail", f"{there} can't be written to", "let NPC_ENGINE_MODELS name another folder")
    if free >= ENOUGH_DISK:
        return Finding("disk", "ok", found)
    return Finding("disk", "warn", found, "make room, or let NPC_ENGINE_MODELS name a folder on a larger disk")


def models(store: Store) -> Finding:
    """Whether the default set is in place, as far as sizes tell; `npc-engine models verify` reads every byte."""
    missing = store.missing()
    names = ", ".join(model.name for model in missing)
    if any(model.kind != "likeness" for model in missing):
        return Finding("models", "fail", f"not in place: {names}", "npc-engine models pull")
    if missing:
        found = f"not in place: {names}; without it characters find their facts by keys alone"
        return Finding("models", "warn", found, "npc-engine models pull")
    return Finding("models", "ok", ", ".join(model.name for model in store.installed()))


def kept(config: Path | None = None, store: str | None = None) -> Finding:
    """Where stories are kept, how large that is, and whether it is whole."""
    try:
        path = kept_in(load_config(config), store).stories
        if path is None:
            return Finding("stories", "ok", "none are kept: `store` is `off`")
        if not path.exists():
            return Finding("stories", "ok", f"{path}, once something is kept")
        stories = Stories.open(path)
        branches, entries = stories.count()
        stories.close()
    except StoreDamaged as error:
        return Finding("stories", "fail", str(error), SET_ASIDE)
    except NpcEngineError as error:
        return Finding("stories", "fail", str(error), "as said there")
    size = path.stat().st_size / 1e6
    return Finding("stories", "ok", f"{path}, {size:.1f} MB, whole: {branches} branches, {entries} entries")


def audio(module: str = "sounddevice") -> Finding:
    """Whether there is something to listen and speak with. Only --mic and --voice need it."""
    try:
        devices = importlib.import_module(module).query_devices()
    except ImportError:
        return Finding("audio", "warn", f"{module} is not installed; no sound card is used", f"pip install {module}")
    except OSError as error:
        # on Linux the package holds no PortAudio of its own
        return Finding("audio", "warn", f"PortAudio is missing: {error}", "apt install libportaudio2")
    except RuntimeError as error:
        return Finding("audio", "warn", f"PortAudio finds no sound system: {error}", "check the sound server")
    ins = sum(device["max_input_channels"] > 0 for device in devices)
    outs = sum(device["max_output_channels"] > 0 for device in devices)
    if ins and outs:
        return Finding("audio", "ok", f"{ins} inputs, {outs} outputs")
    return Finding("audio", "warn", f"{ins} inputs, {outs} outputs", "plug in a microphone or speakers, or use --out")


def free_port(port: int) -> Finding:
    """Whether the server can listen where it does by default."""
    with socket.socket() as trial:
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            return Finding("port", "warn", f"{port}: {error.strerror}", "npc-engine serve --port 0 takes a free one")
    return Finding("port", "ok", f"{port} is free")
