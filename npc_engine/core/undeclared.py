"""What the game has set and no world has sentences for: `letter.waits = true`, beside a line about the letter. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from npc_engine.persona.mentions import mentions
from npc_engine.protocol import Value


def touched(values: Mapping[str, Value], line: str) -> list[str]:
    """What the line has a word of the path of, as a fact: `letter waits: yes`."""
    paths = [path for path in values if any(mentions(line, word) for word in _words(path))]
    return [f"{' '.join(_words(path))}: {_said(values[path])}" for path in sorted(paths)]


def asked_for(paths: Iterable[str], line: str) -> bool:
    """Whether the line has all words of one of the paths, and so asks for what that holds, as far as can be told."""
    return any(all(mentions(line, word) for word in _words(path)) for path in paths)


def _words(path: str) -> list[str]:
    return [word for word in re.split(r"[._]", path) if word]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)
