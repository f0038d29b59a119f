"""How alike in meaning a line and other texts are. Keeps what it has seen; knows nothing of facts or players."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from npc_engine.engines.base import Embedder
from npc_engine.kinship import Kinship

KEPT = 20_000
"""Texts whose vectors are kept, 4 KB each: all facts and examples of some big worlds, and the lines of late."""
_SETS_KEPT = 64
"""Sets of texts whose vectors are kept as a matrix: one line after the other is compared with the same."""
_FOREIGN = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f]")
"""A letter that no English text has."""


class ByMeaning:
    """A `Likeness` for the core: the mean of how near two embedders put two texts. One thread at a time.

    Each errs in its own way, so that both together are right more often than the better one. The first of them compares
    all texts; the second is `english` where both texts are English, else `other`.
    """

    def __init__(self, first: Embedder, other: Embedder, english: Embedder | None = None) -> None:
        """Without `english`, English is as other languages."""
        self._first, self._other = _Space(first), _Space(other)
        self._english = _Space(english) if english else self._other

    @cached_property
    def kinship(self) -> Kinship:
        """Which facts tell what a line asks, by the same embedders."""
        return Kinship(self.vector, is_foreign)

    def __call__(self, line: str, texts: Sequence[str]) -> list[float]:
        """How alike `line` is to each of `texts`: 1 if they say the same, about 0 or less if nothing connects them.

        A text that is new costs the embedders' time.
        """
        found = self._first.cosines(line, tuple(texts))
        seconds = [self._second(line, text) for text in texts]
        for space in dict.fromkeys(seconds):
            mine = [number for number, each in enumerate(seconds) if each is space]
            found[mine] += space.cosines(line, tuple(texts[number] for number in mine))
        halved: list[float] = (found / 2).tolist()
        return halved

    def vector(self, text: str) -> npt.NDArray[np.float32]:
        """What both embedders that compare the text with others of its language make of it, one after the other.

        Stretched as for likeness: products of two differ by as much as the sums of both likenesses do.
        """
        return np.concatenate([space.stretched(text) for space in (self._first, self._second(text, text))])

    def warm(self, texts: Iterable[str]) -> None:
        """Embed what lines will be compared with before the first of them comes."""
        for text in texts:
            self._first.vector(text)
            self._second(text, text).vector(text)

    def _second(self, line: str, text: str) -> _Space:
        return self._other if is_foreign(line) or is_foreign(text) else self._english


@lru_cache(maxsize=KEPT)
def is_foreign(text: str) -> bool:
    """Whether the text has a letter that no English text has."""
    return _FOREIGN.search(text) is not None


class _Space:
    """The vectors of one embedder."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.vector = lru_cache(maxsize=KEPT)(self._vector)
        self._vectors = lru_cache(maxsize=_SETS_KEPT)(self._stacked)

    def cosines(self, line: str, texts: tuple[str, ...]) -> npt.NDArray[np.float32]:
        """Stretched so that 0 means unlike for each embedder."""
        if not texts:
            return np.zeros(0, np.float32)
        unlike = self._embedder.unlike
        cosines = self._vectors(texts) @ self.vector(line)
        stretched: npt.NDArray[np.float32] = (cosines - unlike) / (1 - unlike)
        return stretched

    def stretched(self, text: str) -> npt.NDArray[np.float32]:
        """The vector, longer where the embedder finds unlike texts alike."""
        vector: npt.NDArray[np.float32] = self.vector(text) / np.float32(np.sqrt(1 - self._embedder.unlike))
        return vector

    def _stacked(self, texts: tuple[str, ...]) -> npt.NDArray[np.float32]:
        return np.stack([self.vector(text) for text in texts])

    def _vector(self, text: str) -> npt.NDArray[np.float32]:
        return np.frombuffer(self._embedder.embed([text])[0], np.float32)
