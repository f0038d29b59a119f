"""How alike two texts are: by the vectors of two embedders, each of which is asked once for each text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from npc_engine.likeness import ByMeaning


class Directions:
    """An embedder of texts that are directions in a plane, in English or Chinese."""

    unlike = 0.0

    def __init__(self, unlike: float = 0.0) -> None:
        self.unlike = unlike
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        self.asked += texts
        vectors = {"east": (1, 0), "north": (0, 1), "west": (-1, 0), "东": (1, 0), "北": (0, 1)}
        return [np.array(vectors[text], np.float32).tobytes() for text in texts]


def test_likeness_is_the_cosine_of_two_vectors() -> None:
    likeness = ByMeaning(Directions(), Directions())
    assert likeness("east", ["east", "north", "west"]) == pytest.approx([1, 0, -1])


def test_nothing_is_compared_with_nothing() -> None:
    assert ByMeaning(Directions(), Directions())("east", []) == []


def test_a_text_is_embedded_once() -> None:
    first, other = Directions(), Directions()
    likeness = ByMeaning(first, other)
    likeness.warm(["north", "west"])
    likeness("east", ["north", "west"])
    likeness("east", ["north"])
    assert first.asked == other.asked == ["north", "west", "east"]


def test_texts_that_an_embedder_finds_unlike_count_as_nothing() -> None:
    """One finds a right angle 0 alike; to the other that is less than what unlike texts have in common."""
    assert ByMeaning(Directions(), Directions(unlike=0.5))("east", ["east", "north"]) == pytest.approx([1, -0.5])


def test_only_english_is_compared_by_the_embedder_for_english() -> None:
    other, english = Directions(), Directions()
    likeness = ByMeaning(Directions(), other, english)
    assert likeness("east", ["north", "东"]) == pytest.approx([0, 1])
    assert likeness("东", ["北"]) == pytest.approx([0])
    assert sorted(english.asked) == ["east", "north"]
    assert set(other.asked) == {"east", "东", "北"}
