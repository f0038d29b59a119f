"""How alike two texts are: by two embedders, of which each errs in its own way."""

from __future__ import annotations

import pytest
from embedding import Directions

from npc_engine.intents import IntentClassifier
from npc_engine.kinship import Kinship
from npc_engine.likeness import ByMeaning
from npc_engine.spaces import Space


def by_meaning(first: Directions, second: Directions) -> ByMeaning:
    kinship = Kinship(Space(Directions()), Space(Directions()))
    return ByMeaning(Space(first), Space(second), kinship, IntentClassifier((), ()))


def test_likeness_is_the_mean_of_what_two_embedders_find() -> None:
    likeness = by_meaning(Directions(), Directions(unlike=0.5))
    assert likeness("east", ["east", "north"]) == pytest.approx([1, -0.5])


def test_nothing_is_compared_with_nothing() -> None:
    assert by_meaning(Directions(), Directions())("east", []) == []


def test_what_was_seen_before_the_first_line_is_not_embedded_again() -> None:
    first, second = Directions(), Directions()
    likeness = by_meaning(first, second)
    steps = list(likeness.warming(["north"]))
    assert len(steps) == 3, "two of likeness, one of kinship"
    assert list(likeness.warming(["north"])) == [], "nothing is new"
    likeness("east", ["north"])
    assert first.asked == second.asked == ["north", "east"]
