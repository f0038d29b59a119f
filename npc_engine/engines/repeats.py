"""Notice when a recogniser repeats itself, and listen again through a longer window. Knows no model.

Whisper was trained on windows of 30 seconds. Through a shorter one it is several times faster, and now and then it
says the same words again and again; its own probabilities don't show that, only the text does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

_SHORT, _MEDIUM = 1, 3
"""Longest unit, in tokens, that people repeat often, and sometimes: `no, no, no`, `ha ha ha`."""
_LIMITS = (6, 4, 3)
"""How often a short, a medium and a long unit must stand in a row to be a fault."""


def collapse(tokens: Sequence[int]) -> list[int]:
    """`tokens` with every suspicious row of repeats reduced to its first unit; the same list if there is none."""
    kept = list(tokens)
    unit = 1
    while unit <= len(kept) // 2:
        start, count = _longest_row(kept, unit)
        if count >= _limit(unit):
            del kept[start + unit : start + unit * count]
            unit = 1
        else:
            unit += 1
    return kept


def is_suspicious(tokens: Sequence[int]) -> bool:
    """Whether some unit is repeated more often than people do, or the whole is one phrase said twice."""
    half = len(tokens) // 2
    doubled = half > _MEDIUM and len(tokens) == 2 * half and list(tokens[:half]) == list(tokens[half:])
    return doubled or len(collapse(tokens)) < len(tokens)


def first_plausible(windows: Iterable[int], listen: Callable[[int], T], tokens: Callable[[T], Sequence[int]]) -> T:
    """What `listen` hears through the first of `windows` (seconds, shortest first) that doesn't repeat itself.

    The last window is believed in any case. Raises ValueError without a window.
    """
    heard = None
    for window in windows:
        heard = listen(window)
        if not is_suspicious(tokens(heard)):
            break
    if heard is None:
        raise ValueError("no window to listen through")
    return heard


def _longest_row(tokens: Sequence[int], unit: int) -> tuple[int, int]:
    """Start and number of the `unit`-token pieces that follow each other most often."""
    best, count, matched = 0, 1, 0
    for index in range(len(tokens) - unit):
        matched = matched + 1 if tokens[index] == tokens[index + unit] else 0
        if matched // unit + 1 > count:
            best, count = index + 1 - matched, matched // unit + 1
    return best, count


def _limit(unit: int) -> int:
    if unit <= _SHORT:
        return _LIMITS[0]
    return _LIMITS[1] if unit <= _MEDIUM else _LIMITS[2]
