"""Write the first draft of a new persona, for someone who then goes on in a text editor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from npc_engine.errors import NpcEngineError
from npc_engine.persona.loading import FILE, is_name

_SOURCE = Path(__file__).with_name("template.yaml")


def create(name: str, folder: Path) -> Path:
    """Write `folder/name/persona.yaml` from the commented template and return its path. Raises as `place`."""
    draft = _SOURCE.read_text(encoding="utf-8").replace("NAME", name)
    return place(name, folder, lambda target: target.write(draft))


def place(name: str, folder: Path, write: Callable[[TextIO], object], kind: str = FILE) -> Path:
    """Let `write` fill `folder/name/persona.yaml`, or the `kind` of file there, and return its path. Never overwrites.

    Raises `NpcEngineError` for a name that can not be used or is taken, or a folder that can not be written.
    """
    if not is_name(name):
        raise NpcEngineError(
            f"'{name}' can not name a persona or world; use small letters, digits, - and _, such as old-miner"
        )
    file = folder / name / kind
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as target:
            write(target)
    except FileExistsError:
        raise NpcEngineError(f"{file} exists already and is left as it is; choose another name") from None
    except OSError as error:
        raise NpcEngineError(f"{file} can not be written ({error.strerror}); choose another folder") from None
    return file
