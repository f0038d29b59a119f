"""Compare what was heard with what was played: is a transcript the character's own voice, misheard a little? Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]{1,2}|[^\W_\u3040-\u30ff\u4e00-\u9fff]+(?:['’]\w+)*")
_LONGEST = 40
"""Words of either text that are compared, the last ones: some ten seconds. The work grows with their product."""
_BEYOND = 0.45
"""Similarity below which words at the end are no echo: between chance (English on English 0.33, 9 in 10 below 0.48)
and echoes misheard (19 in 20 above 0.53)."""

_CERTAIN = {1: 1.0, 2: 0.7}
"""Similarity below which so few words are taken to be others. Two English words reach 0.64 by chance."""


def words(text: str) -> list[str]:
    """Small letters without punctuation; of Chinese and Japanese, where nothing parts words, two characters are one."""
    return _WORD.findall(text.casefold())


def similarity(said: Sequence[str], played: Sequence[str]) -> list[float]:
    """How much the last 1, 2, ... words of `said` resemble that stretch of `played` which they resemble most.

    1 is the same, 0 shares nothing: 1 - edit distance / letters, the stretch begins and ends anywhere (P. H. Sellers
    1980, "The theory and computation of evolutionary distances: pattern recognition").
    """
    pattern, text = "".join(played)[::-1], [word[::-1] for word in reversed(said)]
    row, alike, letters = [0] * (len(pattern) + 1), list[float](), 0
    for word in text:
        for letter in word:
            row = _next_row(row, letter, pattern)
        letters += len(word)
        alike.append(1 - min(row) / letters)
    return alike


@dataclass(frozen=True)
class Comparison:
    """Of a transcript with what was played."""

    alike: float
    """From 0, nothing in common, to 1, word for word."""
    goes_beyond: bool
    """Whether the transcript ends with two or more words that were not played."""


def compare(text: str, played: str) -> Comparison:
    """Compare a transcript with words, one at least, with what was played.

    Short texts resemble each other by chance: a few words count as alike only if they are so to the letter, or nearly.
    """
    alike = similarity(words(text)[-_LONGEST:], words(played)[-_LONGEST:])
    certain = alike[-1] >= _CERTAIN.get(len(alike), 0.0)
    return Comparison(alike[-1] if certain else 0.0, any(each < _BEYOND for each in alike[1:]))


def _next_row(row: list[int], letter: str, pattern: str) -> list[int]:
    following = [row[0] + 1]
    for number, other in enumerate(pattern):
        following.append(min(row[number] + (letter != other), row[number + 1] + 1, following[-1] + 1))
    return following
