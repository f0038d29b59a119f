"""Find personas on disk and read them. Knows the folders that are searched; doesn't judge what a persona says."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from npc_engine import strictfile
from npc_engine.errors import PersonaNotFound
from npc_engine.persona.model import Persona

FILE = "persona.yaml"
"""The file that makes a folder a persona."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


def is_name(text: str) -> bool:
    """Whether `text` may name a persona: small letters, digits, `-` and `_`. Such a name can not leave its folder."""
    return _NAME.fullmatch(text) is not None


def search_folders() -> tuple[Path, ...]:
    """Where personas are looked for, first match wins: `./personas`, the user's own, the shipped ones."""
    return (Path("personas"), user_folder(), _shipped())


def user_folder() -> Path:
    """The user's own personas. The environment variable `NPC_ENGINE_PERSONAS` moves it."""
    moved = os.environ.get("NPC_ENGINE_PERSONAS")
    return Path(moved) if moved else platformdirs.user_data_path("npc-engine", appauthor=False) / "personas"


def _shipped() -> Path:
    """Inside the package when installed from a wheel, beside it in a clone."""
    package = Path(__file__).parents[1]
    installed = package / "_personas"
    return installed if installed.is_dir() else package.parent / "personas"


def available(folders: Sequence[Path]) -> dict[str, Path]:
    """Name and file of every persona in `folders`, sorted by name; an earlier folder hides a later one."""
    found: dict[str, Path] = {}
    for folder in folders:
        for file in folder.glob(f"*/{FILE}"):
            if is_name(file.parent.name):
                found.setdefault(file.parent.name, file)
    return dict(sorted(found.items()))


def named(name: str, folders: Sequence[Path]) -> Path:
    """The file of the persona `name`, which may come from a stranger: it never reaches outside `folders`.

    Raises `PersonaNotFound`, which lists the names that exist.
    """
    known = available(folders)
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    guess = f"; did you mean '{near[0]}'?" if near else ""
    exist = f"there are: {', '.join(known)}" if known else "there are none; run: npc-engine personas new NAME"
    raise PersonaNotFound(f"there is no persona '{name[:60]}'{guess} ({exist})")


def find(name_or_path: str, folders: Sequence[Path]) -> Path:
    """The file of a persona that the user of this machine asks for: a name, a persona folder or its file.

    Raises `PersonaNotFound`. For names from the wire use `named`.
    """
    if not is_name(name_or_path):
        path = Path(name_or_path)
        file = path / FILE if path.is_dir() else path
        if file.is_file():
            return file
    return named(name_or_path, folders)


def load(file: Path) -> Persona:
    """Read a persona file. Raises `InvalidFile`, which names every problem with its line."""
    return strictfile.load(file, Persona)
