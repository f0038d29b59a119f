"""Whether a fact tells what a line asks, where the words of both have little in common.

*I'm starving* and *Soup is sold beside the boiler room* have no word in common, and an embedder finds them unlike. Two
things tell that they belong together. Both are compared with what people need to know in games, by its questions and
by what its answers sound like: that is explicit semantic analysis (Gabrilovich and Markovitch, 2007), with needs in
place of articles. And a ridge regression from questions to their answers tells where in the space of vectors an answer
to the line must lie. Both were learned from `tests/recall/needs.yaml`, by `tests/recall/learn.py`. Knows nothing of
facts or players.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from npc_engine.core.meaning import Kin, Told

KEPT = 20_000
"""Texts and facts whose profiles are kept, 4 KB each."""
ENGLISH, FOREIGN = "en", "zh"
"""Languages that something was learned for; all others are taken for the second."""
LEARNED = Path(__file__).with_name("kinship.npz")
"""What comes with the engine."""
_SHARPNESS = 6.0
"""So much more counts what a text is most like: the exponent that chose best on the worlds of `tests/recall`."""

Floats = npt.NDArray[np.float32]


class Learned(NamedTuple):
    """What was learned from the needs in one language."""

    centre: Floats
    """(width of a vector): the mean of all texts."""
    axes: Floats
    """(width, dimensions): the directions in which the texts of needs differ most. Only these count."""
    asked: Floats
    """(dimensions): the mean of all questions."""
    told: Floats
    """(dimensions): the mean of all answers."""
    answer: Floats
    """(dimensions, dimensions): from how a question deviates from the mean to how its answers do."""
    texts: Floats
    """(texts, dimensions): all questions, need by need, then all answers."""
    begins: npt.NDArray[np.int64]
    """(2 * needs): where in these the texts of a need begin, first of the questions, then of the answers."""


@cache
def learned() -> Mapping[str, Learned]:
    """What comes with the engine, by language."""
    with np.load(LEARNED) as file:
        return {
            language: Learned(*(_in_full(file[f"{language}.{name}"]) for name in Learned._fields))
            for language in (ENGLISH, FOREIGN)
        }


def _in_full(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return array.astype(np.float32) if array.dtype == np.float16 else array


class _Profile(NamedTuple):
    """A text in the light of what was learned."""

    language: str
    place: Floats
    """(dimensions)."""
    asks: Floats
    """How like the questions of each need it is."""
    told: Floats
    """How like the answers."""


@dataclass(frozen=True)
class _Answer:
    """A fact in the light of what was learned."""

    needs: Floats
    """Which of them it answers, of length 1."""
    places: Mapping[str, Floats]
    """By language: where its texts lie, (texts, dimensions), of length 1."""


class Kinship:
    """A `Kinship` for the core. One thread at a time."""

    def __init__(
        self,
        vector: Callable[[str], Floats],
        is_foreign: Callable[[str], bool],
        knowledge: Mapping[str, Learned] | None = None,
    ) -> None:
        """`vector` gives the meaning of a text; `is_foreign` tells which texts are not in English."""
        self._vector, self._is_foreign = vector, is_foreign
        self._learned = learned() if knowledge is None else knowledge
        self._profile = lru_cache(maxsize=KEPT)(self._seen)
        self._told = lru_cache(maxsize=KEPT)(self._answered)

    def __call__(self, line: str, facts: Sequence[Told]) -> list[Kin]:
        """How far each fact tells what `line` asks."""
        profile = self._profile(line)
        known = self._learned[profile.language]
        needs = _deviation(_sharpened(profile.asks))
        answer = _unit(_mapped(profile.place - known.asked, known.answer))
        told = [self._told(fact) for fact in facts]
        return [Kin(float(needs @ each.needs), _nearest(answer, each.places.get(profile.language))) for each in told]

    def warm(self, texts: Iterable[str]) -> None:
        """Look at what lines will be compared with, before the first of them comes."""
        for text in texts:
            self._profile(text)

    def _answered(self, fact: Told) -> _Answer:
        """What the fact answers, by the best of its texts."""
        texts = [self._profile(text) for text in fact.texts]
        questions = [self._profile(text) for text in fact.questions]
        asks: Floats = np.max([each.asks for each in [*texts, *questions]], axis=0)
        told: Floats = np.max([each.told for each in texts], axis=0)
        places = {language: self._places(language, texts) for language in {each.language for each in texts}}
        return _Answer(_deviation(_sharpened(np.float32(0.5) * (asks + told))), places)

    def _places(self, language: str, texts: Sequence[_Profile]) -> Floats:
        mean = self._learned[language].told
        return np.array([_unit(each.place - mean) for each in texts if each.language == language])

    def _seen(self, text: str) -> _Profile:
        language = FOREIGN if self._is_foreign(text) else ENGLISH
        known = self._learned[language]
        place = _mapped(self._vector(text) - known.centre, known.axes)
        most: Floats = np.maximum.reduceat(known.texts @ place, known.begins)
        return _Profile(language, place, *np.split(most, 2))


def _mapped(vector: Floats, matrix: Floats) -> Floats:
    mapped: Floats = np.asarray(vector @ matrix, np.float32)
    return mapped


def _nearest(answer: Floats, places: Floats | None) -> float:
    """How near the nearest of the places lies; in another language than the line no place can be compared."""
    return 0.0 if places is None else float((places @ answer).max())


def _sharpened(alike: Floats) -> Floats:
    """What a text is most like counts most."""
    sharpened: Floats = np.exp(np.float32(_SHARPNESS) * alike)
    return sharpened


def _deviation(values: Floats) -> Floats:
    """The deviations from the mean, of length 1: the product of two is a correlation."""
    return _unit(values - values.mean())


def _unit(values: Floats) -> Floats:
    scaled: Floats = values / np.float32(max(float(np.linalg.norm(values)), 1e-9))
    return scaled
