"""Which facts of a reply its hearers have learned from it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_UNITS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[a-z0-9']+")
TOLD = 0.6
"""Share of a fact's words that must have been heard: a model hands facts on nearly word for word, or cuts them off."""


def was_told(fact: str, heard: str) -> bool:
    """Whether `heard` says most of `fact`."""
    words, said = _words(fact), _words(heard)
    return bool(words) and len(words & said) >= TOLD * len(words)


def told(facts: Iterable[tuple[str, str]], heard: str) -> list[str]:
    """Of facts with their ids, the ids of those that were said in `heard`."""
    return [fact for fact, text in facts if was_told(text, heard)]


def _words(text: str) -> set[str]:
    return set(_UNITS.findall(text.casefold().replace("’", "'")))
