"""How alike in meaning a line and other texts are. Keeps what it has seen; knows nothing of facts or players."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from npc_engine.engines.base import Embedder

KEPT = 20_000
"""Texts whose vectors are kept, 2 KB each: all facts and examples of some big worlds, and the lines of late."""


class ByMeaning:
    """A `Likeness` for the core: the cosine between the vectors of an embedder. One thread at a time."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vector = lru_cache(maxsize=KEPT)(self._embed)

    def __call__(self, line: str, texts: Sequence[str]) -> list[float]:
        """How alike `line` is to each of `texts`, -1 to 1. A text that is new costs the embedder's time."""
        if not texts:
            return []
        vectors = np.stack([self._vector(text) for text in texts])
        return [float(cosine) for cosine in vectors @ self._vector(line)]

    def warm(self, texts: Iterable[str]) -> None:
        """Embed what lines will be compared with before the first of them comes."""
        for text in texts:
            self._vector(text)

    def _embed(self, text: str) -> npt.NDArray[np.float32]:
        return np.frombuffer(self._embedder.embed([text])[0], np.float32)
