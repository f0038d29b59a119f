"""How many threads each engine gets: by the machine's cores, or as `npc-engine bench tune` found and saved it.

Knows no engine; what a configuration file says goes before all of this.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from platformdirs import user_config_path
from pydantic import BaseModel, ConfigDict, Field

from npc_engine import strictfile
from npc_engine.errors import InvalidFile, NpcEngineError

MOST = 8
"""Threads per engine: small models gain no more from others."""
_HEAD = "# Written by `npc-engine bench tune` for this machine. Without this file the defaults count.\n"
Count = Annotated[int, Field(ge=1)]


class Threads(BaseModel):
    """How many cores each engine may use at once."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    language_model: Count
    """While it reads prompts."""
    decode: Count
    """While it writes, token by token."""
    recognition: Count
    synthesis: Count


class Tuned(Threads):
    """What was found best on this machine."""

    cores: Count
    """That could be used then."""


def usable_cores() -> int:
    """Logical cores that the system lets this process run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads_for(cores: int) -> Threads:
    """What suits most machines with so many cores.

    A token waits for memory more than for arithmetic, and the voice needs a core at the same time: one less. Whisper's
    shortened window on two cores takes 200 ms with two threads and 175 with one, which leaves a core to the others.
    """
    cores = min(MOST, cores)
    return Threads(
        language_model=cores,
        decode=max(1, cores - 1),
        recognition=1 if cores <= 2 else cores,
        synthesis=cores,
    )


def tuned_file() -> Path:
    """Where `npc-engine bench tune` saves, per user and machine."""
    return user_config_path("npc-engine", appauthor=False) / "tuned.yaml"


def load_tuned(path: Path) -> Tuned | None:
    """What was saved; None when nothing was. Raises `InvalidFile`."""
    if not path.exists():
        return None
    try:
        return strictfile.load(path, Tuned)
    except InvalidFile as error:
        raise InvalidFile(f"{error}\ndelete {path}, or that and run: npc-engine bench tune") from None


def save_tuned(threads: Threads, cores: int, path: Path) -> None:
    """Keep `threads`, found best with so many usable cores. Raises `NpcEngineError` where nothing can be written."""
    lines = [f"{name}: {count}\n" for name, count in {"cores": cores, **threads.model_dump()}.items()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_HEAD + "".join(lines), encoding="utf-8")
    except OSError as error:
        raise NpcEngineError(
            f"{path} can not be written ({error.strerror}); write the numbers under `threads:` in your --config file"
        ) from error


def default_threads() -> Threads:
    """What counts where a configuration says nothing. Raises `InvalidFile` for a broken tuned file."""
    return default_with_reason(tuned_file(), usable_cores())[0]


def default_with_reason(path: Path, cores: int) -> tuple[Threads, str]:
    """The counts tuned in `path` if it was with as many cores, else those for the cores; and why, for people.

    Raises `InvalidFile`.
    """
    tuned = load_tuned(path)
    if tuned and tuned.cores == cores:
        return Threads(**tuned.model_dump(exclude={"cores"})), f"tuned: {path}"
    stale = f"; {path} was tuned with {tuned.cores}" if tuned else ""
    return threads_for(cores), f"default for {cores} cores{stale}"
