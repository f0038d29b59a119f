"""A voice that is about to fall silent in the midst of a sentence takes what there is of it."""

from __future__ import annotations

from conversing import TEXT_ONLY, Stage, every, only, spoken

from npc_engine.core.commands import Command, HoldAudio, Synthesise
from npc_engine.protocol import InputText

GREETING = "Hello, friend, "
SLOW = "I am glad to see you in the town of Dead"


def greeting(**changes: object) -> tuple[Stage, list[Command]]:
    """A character who has greeted, for a second, and goes on slowly."""
    stage = Stage(**changes)
    asked = stage.send(InputText(text="Where am I?"))
    said = stage.generate(asked, GREETING + SLOW, end=False)
    return stage, [*said, *stage.synthesise(said)]


def test_a_sentence_that_is_long_in_coming_is_parted_before_the_voice_falls_silent() -> None:
    stage, said = greeting()
    assert [each.text for each in every(said, Synthesise)] == ["Hello, friend,"]
    assert every(stage.wait(0.8), Synthesise) == [], "its end may come yet"
    assert only(stage.wait(0.1), Synthesise).text == "I am glad to see you in the town"
    assert stage.wait(0.1) == [], "once is enough"


def test_the_longer_speech_takes_the_sooner_a_sentence_is_parted() -> None:
    stage = Stage()
    asked = stage.send(InputText(text="Where am I?"))
    first = only(stage.generate(asked, GREETING + SLOW, end=False), Synthesise)
    stage.at += 0.3
    stage.post(spoken(stage.at, first))
    assert every(stage.wait(0.2), Synthesise) == []
    parted = only(stage.wait(0.1), Synthesise)
    assert parted.text == "I am glad to see you in the town"
    assert parted.due < stage.at + 0.75, "so long before silence must it be begun"


def test_what_is_only_read_is_not_parted() -> None:
    stage, _ = greeting(audio=TEXT_ONLY)
    assert stage.conversation.next_deadline() is None


def test_nothing_is_parted_while_the_player_makes_the_voice_wait() -> None:
    stage, _ = greeting()
    stage.wait(0.3)
    assert every(stage.voice(0.2), HoldAudio) != []
    assert every(stage.voice(0.4, probability=0.6), Synthesise) == []
