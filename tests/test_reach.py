"""Which of a writer's questions find their fact."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from conversing import persona

from npc_engine.core.meaning import nothing_akin
from npc_engine.core.reach import Reach, reaches
from npc_engine.terminal.reaching import findings, summary

WELL = {"keys": ["well"], "asks": ["Is there water?", "May I drink?"], "text": "The well is dry."}
INN = {"keys": ["inn"], "asks": ["Where do I sleep?"], "text": "The inn is full."}


def likeness(line: str, texts: Sequence[str]) -> list[float]:
    """The same words are alike; all questions for water are alike."""
    wet = {"Is there water?", "May I drink?", "The well is dry."}
    return [1.0 if text == line else 0.9 if {text, line} <= wet else 0.0 for text in texts]


def found(*lorebook: dict[str, object]) -> list[Reach]:
    return list(reaches(persona(lorebook=list(lorebook)), "ada", likeness, nothing_akin))


def test_a_question_finds_its_fact_by_itself_and_by_others_of_its_kind() -> None:
    assert found(WELL, INN) == [
        Reach("The well is dry.", "", questions=2, lost=(), alike=2),
        Reach("The inn is full.", "", questions=1, lost=(), alike=0),
    ]


def test_a_question_that_fits_another_fact_better_is_lost() -> None:
    pond = {"keys": ["pond"], "asks": ["May I drink?"], "text": "The well is dry."}
    lost = [each.lost for each in found(pond, {**INN, "asks": ["May I drink?"]})]
    assert lost == [(), (("May I drink?", "The well is dry."),)]


def test_a_question_may_find_nothing() -> None:
    def deaf(line: str, texts: Sequence[str]) -> list[float]:
        return [0.01] * len(texts)

    (reach,) = reaches(persona(lorebook=[INN]), "ada", deaf, nothing_akin)
    assert reach.lost == (("Where do I sleep?", ""),)


def test_a_question_may_find_what_only_others_know() -> None:
    facts = [{"id": "well", **WELL, "known_by": ["tom"]}, {"id": "inn", **INN, "asks": ["May I drink?"]}]
    (reach,) = reaches(persona(world={"name": "Town", "facts": facts}), "ada", likeness, nothing_akin)
    assert reach.lost == (("May I drink?", "The well is dry."),)


def test_what_the_engine_says_of_things_is_not_judged() -> None:
    world = {"name": "Town", "things": [{"id": "safe", "kind": "item", "names": ["safe"], "open": False}]}
    assert list(reaches(persona(world=world, lorebook=[]), "ada", likeness, nothing_akin)) == []


@pytest.mark.parametrize(
    ("reach", "advice"),
    [
        (Reach("It.", "en", 0, (), 0), "has no questions"),
        (Reach("It.", "en", 3, (), 1), "1 of its 3 questions find it by the others"),
        (Reach("It.", "en", 2, (("Eh?", "That."),), 2), "'Eh?' finds 'That.'"),
        (Reach("It.", "en", 2, (("Eh?", ""),), 2), "'Eh?' finds nothing"),
    ],
)
def test_a_writer_is_told_what_to_do(reach: Reach, advice: str) -> None:
    ((fact, told),) = findings([reach])
    assert fact == "'It.' (en)"
    assert told.startswith(advice)


def test_all_is_told_in_one_sentence() -> None:
    assert summary(found(WELL, INN)).startswith("2 texts of facts, 3 questions, of which 0 find something else; 67%")
    assert "0%" in summary([])
