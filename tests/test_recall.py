"""The choice of facts, judged with the likeness model: on worlds whose lines also fitted it, as a guard, and on others
whose lines did not."""

from __future__ import annotations

import pytest
from conversing import persona
from recalling import PLAIN, ROUNDABOUT, UNSEEN, UNSEEN_ROUNDABOUT, Asked, combined, known, simple

from npc_engine.compose import likeness_for
from npc_engine.core.facts import Chosen, facts_for
from npc_engine.likeness import ByMeaning

pytestmark = [pytest.mark.models, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def likeness() -> ByMeaning:
    found = likeness_for()
    assert found
    return found


def chosen(line: Asked, likeness: ByMeaning) -> Chosen:
    models = {"likeness": likeness, "kinship": likeness.kinship}
    return facts_for(known(line.world), {}, persona(), line.line, "en", 1, before=list(line.before), **models)


def asked(worlds: tuple[str, ...]) -> list[Asked]:
    return [line for world in some(worlds) for line in simple(world)]


def some(worlds: tuple[str, ...]) -> tuple[str, ...]:
    """The worlds: of those whose lines fitted the choice every third, which take minutes all the same."""
    return worlds[::3] if worlds in (PLAIN, ROUNDABOUT) else worlds


def share(wrong: list[str], lines: list[Asked]) -> float:
    """How many of the lines went wrong; those are printed if a test fails."""
    print(*wrong, sep="\n")
    return len(wrong) / len(lines)


@pytest.mark.parametrize(
    ("worlds", "most"), [(PLAIN, 0.06), (UNSEEN, 0.06), (ROUNDABOUT, 0.25), (UNSEEN_ROUNDABOUT, 0.25)]
)
def test_the_fact_that_answers_is_found_in_either_language(
    likeness: ByMeaning, worlds: tuple[str, ...], most: float
) -> None:
    lines = [line for line in asked(worlds) if line.answers]
    assert share([each.line for each in lines if each.answers[0] not in chosen(each, likeness).ids], lines) <= most


@pytest.mark.parametrize(
    ("worlds", "most"), [(PLAIN, 0.3), (UNSEEN, 0.2), (ROUNDABOUT, 0.45), (UNSEEN_ROUNDABOUT, 0.45)]
)
def test_a_question_that_nothing_answers_is_mostly_known_for_one(
    likeness: ByMeaning, worlds: tuple[str, ...], most: float
) -> None:
    """What is said for an answer otherwise is true: that is better than to know too little too often."""
    lines = [line for line in asked(worlds) if not line.answers and not line.is_chat]
    assert share([each.line for each in lines if chosen(each, likeness).confident], lines) <= most


@pytest.mark.parametrize("worlds", [PLAIN, UNSEEN, ROUNDABOUT, UNSEEN_ROUNDABOUT])
def test_small_talk_is_no_question_of_fact(likeness: ByMeaning, worlds: tuple[str, ...]) -> None:
    lines = [line for line in asked(worlds) if line.is_chat]
    assert share([each.line for each in lines if chosen(each, likeness).unanswered], lines) <= 0.05


@pytest.mark.parametrize("worlds", [PLAIN, UNSEEN])
def test_lines_that_combine_or_go_on_are_understood(likeness: ByMeaning, worlds: tuple[str, ...]) -> None:
    lines = [line for world in some(worlds) for line in combined(world)]
    wrong = [each.line for each in lines if not {*each.answers} <= {*chosen(each, likeness).ids}]
    assert share(wrong, lines) <= 0.05
