"""Median and 90th percentile of what was measured. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    """One quantity over several tries."""

    count: int
    median: float
    p90: float


def percentile(values: Sequence[float], fraction: float) -> float:
    """The value below which `fraction` of `values` lie, interpolated linearly between neighbours (as numpy does).

    `values` is not empty, in any order; `fraction` is from 0 to 1.
    """
    ordered = sorted(values)
    position = fraction * (len(ordered) - 1)
    low, high = math.floor(position), math.ceil(position)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def summary(values: Iterable[float | None]) -> Summary | None:
    """Of the values that were measured; None when there are none."""
    measured = [value for value in values if value is not None]
    if not measured:
        return None
    return Summary(len(measured), percentile(measured, 0.5), percentile(measured, 0.9))
