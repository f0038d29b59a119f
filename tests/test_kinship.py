"""Which fact tells what a line asks: by how near its text and its questions lie to the line."""

from __future__ import annotations

import random

import numpy as np
import pytest
from embedding import Directions, see
from real_models import model_path
from recall import lessons

from npc_engine import strictfile
from npc_engine.compose import LIKENESS
from npc_engine.core.meaning import Kin, Told
from npc_engine.engines.e5 import E5Embedder
from npc_engine.engines.mpnet import MPNetEmbedder
from npc_engine.kinship import ADAPTERS, UNLIKE, Kinship
from npc_engine.spaces import Space

pytestmark = pytest.mark.timeout(300)
"""What was learned from is 8 MB of YAML."""


def test_the_best_of_a_facts_texts_and_the_best_of_its_questions_count() -> None:
    facts = [Told(("north", "east"), ("west", "north")), Told(("west",), ())]
    assert Kinship(Space(Directions()), Space(Directions()))("east", facts) == [Kin(1, 0), Kin(-1, UNLIKE)]


def test_a_fact_in_another_language_is_compared_in_the_space_of_all() -> None:
    english, other = Directions(), Directions()
    kinship = Kinship(Space(english), Space(other))
    see(kinship.shares(["north", "北"]))
    assert kinship("east", [Told(("东",), ("north",))]) == [Kin(1, 0)]
    assert english.asked == ["north", "east"]
    assert other.asked == ["north", "北", "东", "east"]


def test_what_comes_along_was_learned_from_the_lessons_as_they_are() -> None:
    """If not: run `tests/recall/tune.py`, `mean.py`, then `fit.py`."""
    with np.load(ADAPTERS) as file:
        assert str(file["source"]) == lessons.source()


def test_a_world_that_is_learned_from_has_lines_in_both_languages() -> None:
    """Of 347 worlds a choice: all take a minute to read."""
    seed = random.randrange(1000)
    print(f"seed {seed}")
    every = sorted(lessons.TAUGHT.glob("*/*.yaml"))
    for path in random.Random(seed).sample(every, 25):
        name = path.stem
        for fact in strictfile.load(path, lessons.World).facts:
            assert fact.asks.en, (name, fact.id)
            assert fact.asks.zh, (name, fact.id)
            assert set(fact.text) == {"en", "zh"}, (name, fact.id)


def test_every_need_is_asked_and_answered_in_both_languages() -> None:
    for name, each in lessons.needs().items():
        assert all([each.asks.en, each.asks.zh, each.told.en, each.told.zh]), name


@pytest.mark.models
def test_tuned_models_put_a_line_near_its_answer_and_not_near_what_it_only_resembles() -> None:
    mpnet = MPNetEmbedder(model_path(LIKENESS[2]), adapters=ADAPTERS)
    e5 = E5Embedder(model_path(LIKENESS[1]), adapters=ADAPTERS)
    kinship = Kinship(Space(mpnet), Space(e5))
    soup = Told(("Soup is sold beside the boiler room.",), ())
    boiler = Told(("The boiler room is locked.",), ())
    fed, locked = kinship("I'm starving.", [soup, boiler])
    assert fed.text > 0 > locked.text
    soup, boiler = Told(("锅炉房旁边有汤卖。",), ()), Told(("锅炉房锁着。",), ())
    fed, locked = kinship("我饿死了。", [soup, boiler])
    assert fed.text > 0 > locked.text
