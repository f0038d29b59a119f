"""How near texts lie to each other in the spaces of embedders. Keeps what it has seen; knows nothing of facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from npc_engine.engines.base import Embedder
from npc_engine.vectors import Vectors

KEPT = 20_000
"""Texts whose vectors are kept, up to 3 KB each: all facts and examples of some big worlds, and the lines of late."""
_SETS_KEPT = 64
"""Sets of texts whose vectors are kept as a matrix: one line after the other is compared with the same."""
_FOREIGN = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f]")
"""A letter that no English text has."""

Floats = npt.NDArray[np.float32]


@lru_cache(maxsize=KEPT)
def is_foreign(text: str) -> bool:
    """Whether the text has a letter that no English text has."""
    return _FOREIGN.search(text) is not None


class Space:
    """The vectors of one embedder. One thread at a time."""

    def __init__(self, embedder: Embedder, kept: Vectors | None = None) -> None:
        """What is `kept` is not embedded again."""
        self._embedder, self.unlike, self._kept = embedder, embedder.unlike, kept
        self._vector = lru_cache(maxsize=KEPT)(self._embedded)
        self._vectors = lru_cache(maxsize=_SETS_KEPT)(self._stacked)

    def vector(self, text: str) -> Floats:
        """The vector of a text."""
        return self._vector(text)

    def cosines(self, line: str, texts: tuple[str, ...]) -> Floats:
        """Of the line with each of the texts."""
        if not texts:
            return np.zeros(0, np.float32)
        cosines: Floats = self._vectors(texts) @ self._vector(line)
        return cosines

    def see(self, text: str, lasting: bool = False) -> bool:
        """Embed what lines will be compared with before the first of them comes; whether it was new.

        What is `lasting` is kept for other processes too.
        """
        seen = self._vector.cache_info().misses
        vector = self._vector(text)
        is_new = self._vector.cache_info().misses > seen
        if lasting and is_new and self._kept:
            self._kept.keep(text, vector.tobytes())
        return is_new

    def _stacked(self, texts: tuple[str, ...]) -> Floats:
        return np.stack([self._vector(text) for text in texts])

    def _embedded(self, text: str) -> Floats:
        kept = self._kept.of(text) if self._kept else None
        return np.frombuffer(kept or self._embedder.embed([text])[0], np.float32)


Shares = dict[Space, Sequence[str]]
"""Texts for each space to see. Spaces don't wait for each other: each may have a thread of its own."""


class SpaceByLanguage:
    """Two spaces: one in which English lies, and one for all other languages, and for texts of both."""

    def __init__(self, english: Space, other: Space) -> None:
        self._english, self._other = english, other

    def nearness(self, line: str, texts: Sequence[str]) -> Floats:
        """Of the line to each of the texts, in the space where both lie: above 0 where they are not unlike."""
        found = np.zeros(len(texts), np.float32)
        spaces = [self._space(line, text) for text in texts]
        for space in dict.fromkeys(spaces):
            mine = [number for number, each in enumerate(spaces) if each is space]
            found[mine] = space.cosines(line, tuple(texts[number] for number in mine)) - space.unlike
        return found

    def shares(self, texts: Sequence[str]) -> Shares:
        """Which of the texts that lines will be compared with each space has to see: where some is foreign, all of them
        may be compared with lines in that language."""
        shares: Shares = {self._english: [text for text in texts if not is_foreign(text)]}
        if any(map(is_foreign, texts)):
            shares[self._other] = texts
        return shares

    def _space(self, line: str, text: str) -> Space:
        return self._other if is_foreign(line) or is_foreign(text) else self._english
