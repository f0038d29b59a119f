"""What recognition makes of an utterance that may still go on, and what of it is settled."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

_WIDE = r"[\u3040-\u30ff\u3400-\u9fff]"
_UNITS = re.compile(rf"{_WIDE}|(?:(?!{_WIDE})[\w'’])+")
"""Words; in scripts without spaces, characters."""


@dataclass(frozen=True)
class Hypothesis:
    """A result of recognising the beginning of an utterance."""

    text: str
    """Empty when nothing was understood."""
    language: str
    until: float
    """Seconds of audio that it rests on."""
    voiced: float
    """Seconds of voice in them."""
    asked: float
    understood: float
    """Seconds on the session's clock: when recognition began and ended."""


def agreed(earlier: str, later: str) -> str:
    """The beginning that two hypotheses in a row have in common, but for its last word, which may not be all said.

    This is the local agreement of Liu et al., "Low-latency sequence-to-sequence speech recognition and translation by
    partial hypothesis selection" (2020).
    """
    pairs = zip(_UNITS.findall(earlier), list(_UNITS.finditer(later)), strict=False)
    common = list(itertools.takewhile(lambda pair: _bare(pair[0]) == _bare(pair[1][0]), pairs))
    return later[: common[-2][1].end()] if len(common) > 1 else ""


def begun_with(beginning: str, text: str) -> str:
    """`text`, in the marks and capitals of `beginning` as far as the words of that are its own."""
    begun, units = _UNITS.findall(beginning), list(_UNITS.finditer(text))
    if not begun or list(map(_bare, begun)) != [_bare(unit[0]) for unit in units[: len(begun)]]:
        return text
    return beginning + text[units[len(begun) - 1].end() :]


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in marks and capitals alone."""
    return list(map(_bare, _UNITS.findall(one))) == list(map(_bare, _UNITS.findall(other)))


def _bare(unit: str) -> str:
    return unit.casefold().replace("’", "'")
