"""Words that the user of the engine wants nobody to hear. Knows lists of terms, not files."""

from __future__ import annotations

import re
from collections.abc import Iterable

from npc_engine.core.disguise import readings
from npc_engine.core.plain import closed_up

_LATIN = re.compile(r"[a-z0-9]")
_COMMENT = re.compile(r"(?:^|\s)#.*")


def terms_of(text: str) -> tuple[str, ...]:
    """The terms of a word list: one a line, what follows a `#` is a comment."""
    lines = (_COMMENT.sub("", line).strip() for line in text.removeprefix("\ufeff").splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


class Moderation:
    """Finds terms: whole words in Latin script, with a plural s allowed; anywhere in scripts without spaces."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        plainest = sorted({closed_up(term) for term in terms}, key=len, reverse=True)
        self._terms = re.compile("|".join(map(_pattern, plainest)) or r"(?!)")

    def found(self, text: str) -> str | None:
        """The first term in the text, in any case, width or disguise; None where there is none."""
        for reading in (text, *readings(text)):
            if term := self._terms.search(closed_up(reading)):
                return term.group()
        return None


def _pattern(term: str) -> str:
    if not _LATIN.search(term):
        return re.escape(term)
    return rf"(?<![a-z0-9]){re.escape(term)}(?:e?s|'s)?(?![a-z0-9])"


NOTHING = Moderation()
"""Without any list."""
