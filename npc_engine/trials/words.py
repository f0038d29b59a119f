"""Whether a text says what a writer's pattern means: words of it, or a regular expression between slashes. Pure.

Words count only where they are not denied: "the safe is not open" does not say "open".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_LETTERS = r"a-z0-9\u00c0-\u024f"
"""What continues a word: `Deadwood小镇` has the word `Deadwood`."""
_CLAUSES = re.compile(r"(?<=[.!?;,:。！？；，：…])\s*|\s+(?:but|and yet|though)\s+|\n{2,}|(?=但是?|不过)")
_DENIES = re.compile(
    r"\b(?:not|no|never|nobody|nothing|none|neither|nor|without|cannot|can't)\b|n['’]t\b|[不没无未别勿]", re.IGNORECASE
)
_HARMLESS = re.compile(
    r"\b(?:no doubt|not only|why not|no problem|no worries)\b|不错|别人|没问题|不客气|差不多|无论", re.IGNORECASE
)


def says(text: str, pattern: str) -> bool:
    """Whether `text` contains the pattern: `/regex/` anywhere, or whole words in a clause that denies nothing else."""
    if expression := _expression(pattern):
        return expression.search(text) is not None
    return any(_has(clause, pattern) for clause in (clauses(text) if denies(pattern) else affirmed(text)))


def says_any(text: str, patterns: Iterable[str]) -> list[str]:
    """The patterns that the text contains."""
    return [pattern for pattern in patterns if says(text, pattern)]


def mentions(text: str, pattern: str) -> bool:
    """As `says`, but denied or not."""
    expression = _expression(pattern)
    return expression.search(text) is not None if expression else _has(text, pattern)


def affirmed(text: str) -> list[str]:
    """The clauses of a text that deny nothing."""
    return [clause for clause in clauses(text) if not denies(clause)]


def clauses(text: str) -> list[str]:
    """The text in clauses, each with its closing mark."""
    return [clause for clause in _CLAUSES.split(straight(text)) if clause.strip()]


def denies(clause: str) -> bool:
    """Whether a clause has a word of denial."""
    return _DENIES.search(_HARMLESS.sub("", clause)) is not None


def straight(text: str) -> str:
    """The text with typewriter's apostrophes and quotes, so that patterns need only those."""
    return text.translate(str.maketrans("’‘“”", "''\"\""))


def is_expression(pattern: str) -> bool:
    """Whether a pattern is a regular expression: it stands between slashes."""
    return len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/")


def _expression(pattern: str) -> re.Pattern[str] | None:
    return re.compile(pattern[1:-1], re.IGNORECASE) if is_expression(pattern) else None


def _has(text: str, words: str) -> bool:
    """Whole words where the script has spaces; any case; any white space between them."""
    wanted = re.escape(straight(words).casefold()).replace(r"\ ", r"\s+")
    if not _HAN.search(words):
        wanted = rf"(?<![{_LETTERS}]){wanted}(?![{_LETTERS}])"
    return re.search(wanted, straight(text).casefold()) is not None
