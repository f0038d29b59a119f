"""What stops a character who is speaking, and what does not."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from npc_engine.core.barge_in import LEAD, BargeIn, Decision, is_backchannel
from npc_engine.core.events import VoiceScored
from npc_engine.core.loudness import SILENCE, WINDOW

LOUD, ROOM = -20.0, -60.0
"""Decibels of the player's voice and of the room without any."""
PLAYED = "If you walk past the saloon and turn left at the stable"
ECHO = "past the saloon and turn left"
MISHEARD = "Bloom inter lift add the stay"
OTHER_WORDS = "A migrant is not coming"


class Ear:
    """A policy, and the windows that it hears. Every method returns the decisions that followed."""

    def __init__(self) -> None:
        self.policy = BargeIn()
        self.at = 0.0

    def hear(self, probability: float, level: float, played: float | None = SILENCE) -> Decision | None:
        window = VoiceScored(self.at, self.at, WINDOW, probability, level)
        self.at += WINDOW
        return self.policy.hear(window, played)

    def voice(self, seconds: float, probability: float = 0.9, level: float = LOUD) -> list[Decision]:
        """Nobody knows how loud the character is: words alone tell."""
        decisions = [self.hear(probability, level) for _ in range(round(seconds / WINDOW))]
        return [decision for decision in decisions if decision]

    def silence(self, seconds: float) -> list[Decision]:
        return self.voice(seconds, probability=0.01, level=ROOM)

    def echo(
        self, seconds: float, voice: Callable[[float], float] = lambda at: SILENCE, gain: float = -15.0
    ) -> list[Decision]:
        """The microphone hears the character 5 windows later and softer, and a player's `voice`."""
        decisions = []
        for _ in range(round(seconds / WINDOW)):
            heard = max(curve(self.at - 5 * WINDOW) + gain, voice(self.at), ROOM)
            decisions.append(self.hear(0.9 if heard > ROOM + 6 else 0.01, heard, curve(self.at)))
        return [decision for decision in decisions if decision]

    def alone(self, seconds: float, voice: Callable[[float], float]) -> list[Decision]:
        """The character speaks and the microphone hears nothing but a player's `voice`."""
        decisions = []
        for _ in range(round(seconds / WINDOW)):
            heard = max(voice(self.at), ROOM)
            decisions.append(self.hear(0.9 if heard > ROOM + 6 else 0.01, heard, curve(self.at)))
        return [decision for decision in decisions if decision]

    def read(self, text: str, voiced: float = 0.6, final: bool = False, since: float = 0.0) -> list[Decision]:
        decision = self.policy.read(text, PLAYED, since, voiced, final)
        return [decision] if decision else []


def curve(at: float) -> float:
    """Decibels of the character, who begins at 0: syllables, louder and softer."""
    return -25 + 10 * math.sin(9 * at) + 6 * math.sin(3.7 * at) if at >= 0 else SILENCE


def other(at: float) -> float:
    """Decibels of somebody else."""
    return -22 + 12 * math.sin(7.1 * at + 2) + 5 * math.sin(2.3 * at + 1)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def echoing(ear: Ear) -> Ear:
    """The microphone is known to hear the loudspeaker, which is speaking."""
    ear.voice(0.5)
    assert ear.read(ECHO) == ["release"]
    return ear


def test_the_first_voiced_window_holds(ear: Ear) -> None:
    assert ear.silence(1.0) == []
    assert ear.voice(WINDOW) == ["hold"]
    assert ear.policy.held
    assert ear.policy.since == pytest.approx(31 * WINDOW)
    assert ear.voice(0.5) == []


def test_a_click_or_a_cough_is_over_at_once(ear: Ear) -> None:
    ear.voice(0.2)
    assert ear.silence(0.25) == ["release"]
    assert not ear.policy.held
    assert ear.read("Thank you.", voiced=0.2, final=True) == []


def test_a_second_cough_holds_again(ear: Ear) -> None:
    ear.voice(0.2)
    ear.silence(0.3)
    assert ear.voice(0.2) == ["hold"]


def test_words_interrupt(ear: Ear) -> None:
    ear.voice(0.5)
    assert ear.read("Where is the key?") == ["interrupt"]
    assert not ear.policy.held


def test_a_voice_that_goes_on_interrupts_without_a_transcript(ear: Ear) -> None:
    assert ear.voice(0.9) == ["hold"]
    assert ear.voice(0.05) == ["interrupt"]


def test_a_sound_that_is_not_short_waits_for_its_transcript(ear: Ear) -> None:
    ear.voice(0.6)
    assert ear.silence(1.0) == []
    assert ear.read("Stop it now!", final=True) == ["interrupt"]


def test_a_transcript_that_does_not_come_is_not_waited_for(ear: Ear) -> None:
    ear.voice(0.6)
    assert ear.silence(2.1) == ["release"]
    assert ear.read("Stop it now!", final=True) == ["interrupt"]


@pytest.mark.parametrize("text", ["", "...", "Mm-hm.", "[laughs]"])
def test_a_sound_that_says_nothing_lets_the_character_go_on(ear: Ear, text: str) -> None:
    ear.voice(0.6)
    assert ear.read(text) == []
    assert ear.silence(0.15) == []
    assert ear.silence(0.1) == ["release"]


def test_a_final_transcript_that_says_nothing_releases_at_once(ear: Ear) -> None:
    ear.voice(0.6)
    ear.silence(0.1)
    assert ear.read("Yeah.", final=True) == ["release"]
    assert ear.read("Yeah.", final=True) == []


def test_a_long_laugh_does_not_interrupt(ear: Ear) -> None:
    ear.voice(0.6)
    ear.read("Ha ha ha!")
    assert ear.voice(2.0) == []
    assert ear.read("Ha ha ha, where is it?", voiced=2.6) == ["interrupt"]


def test_an_echo_is_recognised_and_holds_no_more(ear: Ear) -> None:
    ear.voice(0.5)
    assert ear.read(ECHO) == ["release"]
    assert ear.policy.echoes
    assert ear.voice(3.0) == []
    assert ear.read(PLAYED, voiced=3.0) == []
    assert ear.silence(0.5) == []
    assert ear.voice(1.0) == []


def test_an_echo_is_over_when_the_microphone_stays_silent_while_the_character_speaks(echoing: Ear) -> None:
    echoing.silence(2.0)
    assert echoing.policy.echoes
    echoing.voice(0.1)
    echoing.silence(3.5)
    assert not echoing.policy.echoes
    assert echoing.voice(0.1) == ["hold"]


def test_silence_between_two_replies_does_not_tell_of_echo(echoing: Ear) -> None:
    echoing.silence(2.5)
    echoing.policy.forget()
    echoing.silence(2.5)
    assert echoing.policy.echoes


def test_a_misheard_echo_waits_for_the_end_of_the_sound(ear: Ear) -> None:
    ear.voice(0.6)
    assert ear.read(MISHEARD) == []
    ear.silence(0.5)
    assert ear.read(MISHEARD, final=True) == ["release"]
    assert ear.policy.echoes


def test_what_resembles_an_echo_and_goes_on_in_silence_is_the_player(ear: Ear) -> None:
    ear.voice(0.6)
    assert ear.read(MISHEARD) == []
    assert ear.voice(0.35) == ["interrupt"]


def test_a_word_or_two_of_a_sound_in_progress_tell_nothing_yet(ear: Ear) -> None:
    ear.voice(0.5)
    assert ear.read("Migrant") == []
    assert ear.read("My grant") == []
    assert ear.read("Stop that right now") == ["interrupt"]


def test_a_word_or_two_interrupt_once_they_are_all(ear: Ear) -> None:
    ear.voice(0.5)
    assert ear.read("Stop!") == []
    assert ear.silence(0.4) == []
    assert ear.read("Stop!", final=True) == ["interrupt"]


def test_words_behind_an_echo_hold_and_the_voice_that_goes_on_interrupts(echoing: Ear) -> None:
    echoing.voice(1.0)
    assert echoing.read(f"{ECHO}, wait, who are you?", voiced=1.5) == ["hold"]
    assert echoing.read(f"{ECHO}, wait, who are you?", voiced=1.5) == []
    assert echoing.voice(1.0) == ["interrupt"]


def test_words_behind_an_echo_interrupt_once_they_are_final(echoing: Ear) -> None:
    echoing.voice(1.0)
    echoing.read(f"{ECHO}, wait, who are you?", voiced=1.5)
    assert echoing.silence(0.5) == []
    assert echoing.read(f"{ECHO}, wait, who are you?", voiced=1.5, final=True) == ["interrupt"]


def test_an_echo_that_seemed_to_be_words_goes_on(echoing: Ear) -> None:
    echoing.voice(1.0)
    assert echoing.read("past the saloon and turn lip bank") == ["hold"]
    assert echoing.read(PLAYED, voiced=1.5) == ["release"]


def test_words_after_the_voice_has_gone_on_interrupt_at_once(ear: Ear) -> None:
    ear.voice(0.5)
    ear.read("Yeah.")
    ear.voice(0.6)
    assert ear.read(f"{MISHEARD} wait") == ["interrupt"]


def test_an_echo_that_ends_behind_its_reply_is_still_an_echo(ear: Ear) -> None:
    ear.policy.forget()
    assert not ear.policy.is_echo("What a fine evening", PLAYED, 0.0)
    assert not ear.policy.is_echo(MISHEARD, PLAYED, 0.0)
    assert ear.policy.is_echo(ECHO, PLAYED, 0.0)
    assert ear.policy.is_echo(MISHEARD, PLAYED, 0.0)


def test_an_echo_is_known_by_its_loudness_whatever_its_words(ear: Ear) -> None:
    assert ear.echo(0.7) == ["hold"]
    assert ear.read(OTHER_WORDS) == ["release"]
    assert ear.policy.echo is not None
    assert ear.policy.echo.late in (4, 5, 6)
    assert ear.policy.echo.gain == pytest.approx(-15, abs=4)
    assert ear.echo(5.0) == []
    assert ear.read(OTHER_WORDS, voiced=5.0, final=True) == []


def test_what_an_echo_explains_is_taken_for_silence(ear: Ear) -> None:
    window = VoiceScored(9.0, 9.0, WINDOW, 0.9, LOUD)
    assert ear.policy.without_echo(window) == window
    ear.echo(0.7)
    ear.read(OTHER_WORDS)
    ear.echo(0.1)
    assert ear.policy.without_echo(window).probability == 0.0
    ear.echo(WINDOW, voice=lambda at: LOUD + 20)
    assert ear.policy.without_echo(window) == window


def test_a_player_over_a_known_echo_holds_and_interrupts(ear: Ear) -> None:
    ear.echo(0.7)
    ear.read(OTHER_WORDS)
    ear.echo(1.0)
    since = ear.at
    assert ear.echo(0.6, voice=lambda at: LOUD + 15) == ["hold"]
    assert ear.read("Where is the key?", since=since, final=True) == ["interrupt"]


def test_an_echo_is_known_again_when_the_volume_was_turned_up(ear: Ear) -> None:
    ear.echo(0.7)
    ear.read(OTHER_WORDS)
    for _ in range(100):
        ear.hear(0.01, ROOM, played=None)
    since = ear.at
    assert ear.echo(0.7, gain=-2.0) == ["hold"]
    assert ear.read(OTHER_WORDS, since=since, final=True) == ["release"]
    assert ear.echo(2.0, gain=-2.0) == []


def test_somebody_else_s_loudness_is_no_echo(ear: Ear) -> None:
    assert ear.alone(1.0, voice=lambda at: SILENCE) == []
    assert ear.alone(0.7, voice=other)[:1] == ["hold"]
    assert ear.read("Where is the key?") == ["interrupt"]
    assert ear.policy.echo is None


def test_an_echo_that_ends_behind_its_reply_is_known_by_its_loudness(ear: Ear) -> None:
    ear.echo(1.0)
    assert ear.hear(0.9, -40.0, played=None) is None
    assert ear.policy.is_echo(OTHER_WORDS, "", since=0.0)


def test_a_sentence_that_nobody_can_say_so_quickly_says_nothing(ear: Ear) -> None:
    ear.voice(0.4)
    assert ear.read("I'm not going to do it.", voiced=0.42, final=True) == ["release"]
    ear.voice(0.4)
    assert ear.read("Stop it.", voiced=0.42, final=True) == ["interrupt"]


def test_nothing_is_held_once_nobody_speaks(ear: Ear) -> None:
    ear.voice(0.1)
    ear.policy.forget()
    assert not ear.policy.held
    assert ear.policy.since is None


def test_what_is_played_after_a_hold_is_shorter_than_what_interrupts() -> None:
    assert BargeIn()._settings.long_voiced > LEAD + 0.25


@pytest.mark.parametrize(
    "text",
    [
        *("Mm-hm.", "mhm", "Uh-huh!", "uh huh", "Yeah.", "Oh, okay.", "Right, yeah, sure.", "I see...", "Ha ha ha!"),
        *("Ow.", "B-B-B-B", "Mm-hm. Ow!", "Er...", "Oh, um, t t t"),
        *("[laughs]", "*cough* (coughs)", "(laughs) Yeah.", "嗯", "嗯嗯，对。", "好的！", "哈哈哈"),
    ],
)
def test_a_sign_of_listening_is_no_wish_to_speak(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "...", "Stop!", "Yes, but where?", "Okay, so what do I do now?", "No.", "等一下", "好的，那我走了"),
        *("Oh oh oh oh", "Ha", "(laughs) Where?", "No, no!", "Go! Go!"),
    ],
)
def test_anything_else_is(text: str) -> None:
    assert not is_backchannel(text)
