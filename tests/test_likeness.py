"""How alike two texts are: by the vectors of an embedder that is asked once for each text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from npc_engine.likeness import ByMeaning


class Directions:
    """An embedder of texts that are directions in a plane."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        self.asked += texts
        vectors = {"east": (1, 0), "north": (0, 1), "west": (-1, 0)}
        return [np.array(vectors[text], np.float32).tobytes() for text in texts]


def test_likeness_is_the_cosine_of_two_vectors() -> None:
    assert ByMeaning(Directions())("east", ["east", "north", "west"]) == pytest.approx([1, 0, -1])


def test_nothing_is_compared_with_nothing() -> None:
    assert ByMeaning(Directions())("east", []) == []


def test_a_text_is_embedded_once() -> None:
    embedder = Directions()
    likeness = ByMeaning(embedder)
    likeness.warm(["north", "west"])
    likeness("east", ["north", "west"])
    likeness("east", ["north"])
    assert embedder.asked == ["north", "west", "east"]
