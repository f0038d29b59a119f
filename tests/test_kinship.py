"""Which fact tells what a line asks: by the needs that both have to do with, and by what an answer has to be."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from recall.learning import NEEDS, Need, Texts, learned_from, needs

from npc_engine.core.meaning import Told
from npc_engine.kinship import LEARNED, Kinship, learned

ABOUT = ("hunger", "food", "money", "price", "way", "place")
"""What texts of these tests are about: a question and its answer have nothing in common."""


def vector(text: str) -> np.ndarray:
    """One direction for each thing that a text is about, and a little of each for the text itself."""
    spread = np.random.default_rng(int.from_bytes(text.encode()[:8])).normal(size=len(ABOUT)) / 20
    return (spread + [float(text.startswith(about)) for about in ABOUT]).astype(np.float32)


def need(asked: str, told: str) -> Need:
    def texts(about: str) -> Texts:
        return Texts(
            en=tuple(f"{about} {number}" for number in range(4)), zh=tuple(f"{about} 第{number}" for number in range(4))
        )

    return Need(asks=texts(asked), told=texts(told))


@pytest.fixture(scope="module")
def kinship() -> Kinship:
    known = {"eating": need("hunger", "food"), "paying": need("money", "price"), "going": need("way", "place")}
    return Kinship(vector, lambda text: not text.isascii(), learned_from(known, vector))


SOUP, COINS = Told(("food: soup.",), ()), Told(("price: two coins.",), ())


def test_what_is_like_the_questions_of_a_need_is_akin_to_what_is_like_its_answers(kinship: Kinship) -> None:
    soup, coins = kinship("hunger!", [SOUP, COINS])
    assert soup.needs > 0.9
    assert coins.needs < 0.1


def test_an_answer_lies_where_it_is_expected(kinship: Kinship) -> None:
    soup, coins = kinship("hunger!", [SOUP, COINS])
    assert soup.answer > 0.8
    assert coins.answer < 0


def test_a_fact_in_another_language_is_akin_by_the_needs_alone(kinship: Kinship) -> None:
    (soup,) = kinship("hunger!", [Told(("food 有汤",), ())])
    assert soup.needs > 0.9
    assert soup.answer == 0


def test_a_question_that_a_writer_added_makes_a_fact_akin(kinship: Kinship) -> None:
    helped, coins = kinship("hunger!", [Told(COINS.texts, ("hunger?",)), COINS])
    assert helped.needs > coins.needs


def test_a_text_is_looked_at_only_once() -> None:
    seen = list[str]()

    def noted(text: str) -> np.ndarray:
        seen.append(text)
        return vector(text)

    known = {"eating": need("hunger", "food"), "paying": need("money", "price")}
    kinship = Kinship(noted, lambda text: False, learned_from(known, vector))
    kinship.warm(["food: soup."])
    kinship("hunger!", [SOUP])
    kinship("hunger!", [SOUP])
    assert seen == ["food: soup.", "hunger!"]


def test_what_comes_along_was_learned_from_the_needs_as_they_are() -> None:
    """If not: run `tests/recall/learn.py`, then `fit.py`."""
    with np.load(LEARNED) as file:
        assert str(file["needs"]) == hashlib.sha256(NEEDS.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
    assert all(len(each.begins) == 2 * len(needs()) for each in learned().values())


def test_every_need_is_asked_and_answered_in_each_language() -> None:
    for name, each in needs().items():
        assert all([each.asks.en, each.asks.zh, each.told.en, each.told.zh]), name


def test_no_two_needs_share_a_text() -> None:
    texts = [text for each in needs().values() for text in {*each.asks.en, *each.asks.zh}]
    assert sorted({text for text in texts if texts.count(text) > 1}) == []
