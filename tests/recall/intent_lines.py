"""What the intents are learned from: in `intents` a file each of sixteen writers, with worlds of their own, who knew
neither the engine nor any line of its benchmarks. A row is what a line asks for, as in `npc_engine.core.intent` (with a
`+` between two), its language, and the line.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "intents"


class Sorted(NamedTuple):
    """A line, and what it asks for."""

    writer: str
    intents: tuple[str, ...]
    language: str
    line: str


def lines() -> list[Sorted]:
    """All lines of all writers."""
    found = []
    for file in sorted(FOLDER.glob("*.tsv")):
        for row in file.read_text(encoding="utf-8").splitlines():
            intents, language, line = row.split("\t")
            found.append(Sorted(file.stem, tuple(intents.split("+")), language, line))
    return found


def source() -> str:
    """A hash of all of them."""
    return hashlib.sha256(repr(lines()).encode()).hexdigest()
