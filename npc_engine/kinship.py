"""Whether a fact tells what a line asks, where the words of both have little in common.

Both are compared with what people ask in games, and with what such answers sound like (`needs.yaml`). *I'm starving* is
most like the questions for food, and *Soup is sold beside the boiler room* most like the answers to these. An embedder
alone finds the two unlike. The way is that of explicit semantic analysis (Gabrilovich and Markovitch, 2007), with needs
in place of articles. Knows nothing of facts or players.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, RootModel

from npc_engine import strictfile
from npc_engine.core.meaning import Likeness, Told

KEPT = 20_000
"""Texts and facts whose profiles are kept, 2 KB each."""
_SHARPNESS = 8.0
"""So much more counts what a text is most like: the exponent that chose best on the worlds of `tests/recall`."""

Floats = npt.NDArray[np.float64]


class Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    en: tuple[str, ...]
    zh: tuple[str, ...]


class Need(BaseModel):
    """One thing that people want to know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    asks: Texts
    told: Texts


class _Needs(RootModel[dict[str, Need]]):
    """The whole file."""


@cache
def needs() -> Mapping[str, Need]:
    """What people ask in games, by name."""
    return strictfile.load(Path(__file__).with_name("needs.yaml"), _Needs).root


class _Profile(NamedTuple):
    """How like the questions of each need a text is, and how like the answers."""

    asks: Floats
    told: Floats


@dataclass(frozen=True)
class _Bank:
    """The needs in one language."""

    texts: tuple[str, ...]
    """All questions, then all answers, need by need."""
    begins: tuple[int, ...]
    """Where in these the next need begins."""

    @classmethod
    def of(cls, groups: Sequence[Sequence[str]]) -> _Bank:
        sizes = [len(group) for group in groups]
        return cls(tuple(chain(*groups)), (0, *accumulate(sizes[:-1])))


def _banks(wanted: Mapping[str, Need]) -> tuple[_Bank, _Bank]:
    """In English and in Chinese."""
    both = [each.asks for each in wanted.values()] + [each.told for each in wanted.values()]
    return _Bank.of([each.en for each in both]), _Bank.of([each.zh for each in both])


def compared_needs() -> list[tuple[str, ...]]:
    """The sets of texts that all others are compared with."""
    return [bank.texts for bank in _banks(needs())]


class Kinship:
    """A `Kinship` for the core. One thread at a time."""

    def __init__(
        self, likeness: Likeness, is_foreign: Callable[[str], bool], wanted: Mapping[str, Need] | None = None
    ) -> None:
        """`is_foreign` tells which texts are compared with Chinese needs, and not with English ones."""
        self._likeness, self._is_foreign = likeness, is_foreign
        self._english, self._chinese = _banks(needs() if wanted is None else wanted)
        self._profile = lru_cache(maxsize=KEPT)(self._measured)
        self._told = lru_cache(maxsize=KEPT)(self._answered)

    def __call__(self, line: str, facts: Sequence[Told]) -> list[float]:
        """How far each fact tells what `line` asks, from -1 to 1."""
        asked = _deviation(np.exp(_SHARPNESS * self._profile(line).asks))
        return [float(asked @ self._told(fact)) for fact in facts]

    def warm(self, texts: Iterable[str]) -> None:
        """Compare with the needs what lines will be compared with, before the first of them comes."""
        for text in texts:
            self._profile(text)

    def _answered(self, fact: Told) -> Floats:
        """What the fact answers, by the best of its texts."""
        texts = [self._profile(text) for text in fact.texts]
        questions = [self._profile(text) for text in fact.questions]
        asks: Floats = np.max([each.asks for each in [*texts, *questions]], axis=0)
        told: Floats = np.max([each.told for each in texts], axis=0)
        return _deviation(np.exp(_SHARPNESS / 2 * (asks + told)))

    def _measured(self, text: str) -> _Profile:
        bank = self._chinese if self._is_foreign(text) else self._english
        most: Floats = np.maximum.reduceat(np.array(self._likeness(text, bank.texts)), bank.begins)
        return _Profile(*np.split(most, 2))


def _deviation(values: Floats) -> Floats:
    """The deviations from the mean, of length 1: the product of two is a correlation."""
    deviation: Floats = values - values.mean()
    return deviation / max(float(np.linalg.norm(deviation)), 1e-9)
