"""How near texts lie to each other: each embedder is asked once for a text, and the right one for its language."""

from __future__ import annotations

import pytest
from embedding import Directions, see

from npc_engine.spaces import Space, SpaceByLanguage, is_foreign


def test_nearness_is_the_cosine_of_two_vectors() -> None:
    assert Space(Directions()).cosines("east", ("east", "north", "west")) == pytest.approx([1, 0, -1])


def test_nothing_is_compared_with_nothing() -> None:
    assert Space(Directions()).cosines("east", ()).tolist() == []


def test_a_text_is_embedded_once() -> None:
    embedder = Directions()
    space = Space(embedder)
    for text in ("north", "west"):
        space.see(text)
    space.cosines("east", ("north", "west"))
    space.cosines("east", ("north",))
    assert embedder.asked == ["north", "west", "east"]


def test_only_english_lies_in_the_space_for_english() -> None:
    english, other = Directions(), Directions()
    space = SpaceByLanguage(Space(english), Space(other))
    see(space.shares(["north", "北"]))
    assert (english.asked, other.asked) == (["north"], ["north", "北"])
    assert space.nearness("east", ["north", "东"]) == pytest.approx([0, 1])
    assert space.nearness("东", ["北", "east"]) == pytest.approx([0, 1])
    assert (english.asked, other.asked) == (["north", "east"], ["north", "北", "东", "east"])


def test_where_nothing_is_foreign_one_space_is_enough() -> None:
    english, other = Directions(), Directions()
    see(SpaceByLanguage(Space(english), Space(other)).shares(["north", "east"]))
    assert (english.asked, other.asked) == (["north", "east"], [])


def test_what_is_unlike_for_an_embedder_is_not_near() -> None:
    space = SpaceByLanguage(Space(Directions(unlike=0.25)), Space(Directions(unlike=0.5)))
    assert space.nearness("east", ["north", "东"]) == pytest.approx([-0.25, 0.5])


@pytest.mark.parametrize(
    ("text", "foreign"),
    [("Where?", False), ("Où est-il ?", False), ("在哪？", True), ("Где?", True), ("12 + 3", False)],
)
def test_a_letter_that_english_lacks_tells_that_a_text_is_foreign(text: str, foreign: bool) -> None:
    assert is_foreign(text) is foreign
