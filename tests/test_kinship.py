"""Which fact tells what a line asks: by the needs that both have to do with."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from npc_engine.core.meaning import Told
from npc_engine.kinship import Kinship, needs

FOOD, PRICE = needs()["food"], needs()["price"]


def likeness(line: str, texts: Sequence[str]) -> list[float]:
    """A hungry line is like questions for food, soup is like answers to them; a coin is like answers on prices."""
    alike = {
        "I'm starving.": FOOD.asks.en,
        "There is soup.": FOOD.told.en,
        "Two coins.": PRICE.told.en,
        "我饿了": FOOD.asks.zh,
        "有汤": FOOD.told.zh,
        "Hungry?": FOOD.asks.en,
    }
    return [0.8 if text in alike[line] else 0.1 for text in texts]


@pytest.fixture
def kinship() -> Kinship:
    return Kinship(likeness, is_foreign=lambda text: not text.isascii())


SOUP, COINS = Told(("There is soup.",), ()), Told(("Two coins.",), ())


def test_what_is_like_the_questions_of_a_need_is_akin_to_what_is_like_its_answers(kinship: Kinship) -> None:
    soup, coins = kinship("I'm starving.", [SOUP, COINS])
    assert soup > 0.9
    assert coins < 0.1


def test_a_fact_in_another_language_is_akin_by_the_needs_of_its_own(kinship: Kinship) -> None:
    chinese = Told(("有汤",), ())
    assert kinship("I'm starving.", [chinese]) == pytest.approx(kinship("我饿了", [SOUP]))
    assert kinship("我饿了", [chinese, COINS])[0] > 0.9


def test_a_question_that_a_writer_added_makes_a_fact_akin(kinship: Kinship) -> None:
    helped = Told(("Two coins.",), ("Hungry?",))
    assert kinship("I'm starving.", [helped])[0] > kinship("I'm starving.", [COINS])[0]


def test_texts_are_compared_with_the_needs_only_once() -> None:
    seen = list[str]()

    def noted(line: str, texts: Sequence[str]) -> list[float]:
        seen.append(line)
        return likeness(line, texts)

    kinship = Kinship(noted, is_foreign=lambda text: False)
    kinship.warm(["There is soup.", "Two coins."])
    kinship("I'm starving.", [SOUP, COINS])
    kinship("I'm starving.", [SOUP])
    assert seen == ["There is soup.", "Two coins.", "I'm starving."]


def test_every_need_is_asked_and_answered_in_each_language() -> None:
    for name, need in needs().items():
        assert all([need.asks.en, need.asks.zh, need.told.en, need.told.zh]), name


def test_no_two_needs_share_a_text() -> None:
    texts = [text for need in needs().values() for text in {*need.asks.en, *need.asks.zh}]
    assert sorted({text for text in texts if texts.count(text) > 1}) == []
