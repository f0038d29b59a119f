"""Who asks whether something is over hears so plainly, before what an author wrote of it."""

from __future__ import annotations

import pytest

from npc_engine.core.known import OF_BEAT, Known
from npc_engine.core.outcome import told
from npc_engine.persona.base import Localised
from npc_engine.persona.world import LorebookEntry


def known(id: str, text: Localised) -> Known:
    return Known(id, LorebookEntry(text=text), OF_BEAT)


EARLY = known("beat.accuse.early", {"en": "Dorn walks free.", "zh": "多恩还逍遥法外。"})
END = known("quest.case", {"en": "Dorn sits.", "zh": "多恩进了牢房。"})


@pytest.mark.parametrize(
    ("fact", "line", "language", "answer"),
    [
        (EARLY, "Is the case closed?", "en", "Not yet. Dorn walks free."),
        (EARLY, "案子办完了吗？", "zh", "还没有。多恩还逍遥法外。"),
        (EARLY, "Does Dorn still walk free?", "en", "Dorn walks free."),
        (EARLY, "Why does he walk about?", "en", "Dorn walks free."),
        (END, "Is the case closed?", "en", "That is done. Dorn sits."),
        (END, "案子办完了吗？", "zh", "那件事办完了。多恩进了牢房。"),
        (END, "Is that still going on?", "en", "Dorn sits."),
    ],
)
def test_what_is_or_is_not_over_is_said_first(fact: Known, line: str, language: str, answer: str) -> None:
    assert told(fact, line, language) == answer


def test_nothing_is_said_before_a_line_for_every_language_nor_before_what_says_it_itself() -> None:
    assert told(known("quest.case", {"": "Dorn sits."}), "Is it over?", "en") == "Dorn sits."
    standing = known("quest.case.standing", {"en": "That is done: Find out."})
    assert told(standing, "Is it over?", "en") == "That is done: Find out."
