"""What the player has heard: reports, cues, and speakers, by a clock that the test turns."""

from __future__ import annotations

import sys
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from npc_engine.client import ClockSpeaker, CueDue, ImmediateSpeaker, ReceivedAudio, Speaker
from npc_engine.client.playback import Playback
from npc_engine.client.sound import CardMicrophone, CardSpeaker, NoSoundDevice
from npc_engine.protocol import (
    Cue,
    PlaybackReport,
    SessionOpened,
    UtteranceCompleted,
    UtteranceCues,
    UtteranceStarted,
)

RATE = 1000
"""Samples per second: a sample is a millisecond."""


class Listening:
    """A playback whose clock the test turns."""

    def __init__(self, speaker: Speaker | None = None) -> None:
        self.now = 0.0
        self.speaker = speaker or ClockSpeaker(clock=lambda: self.now)
        self.reports: list[PlaybackReport] = []
        self.due: list[CueDue] = []
        self.playback = Playback(self.speaker, self.reports.append, self.due.append, lambda: self.now)

    def begin(self, utterance: int = 1, seconds: float = 0.5, cues: tuple[int, ...] = ()) -> None:
        self.playback.take(UtteranceStarted(utterance=utterance, turn=1, actor_id="ada", rate=RATE))
        made = [Cue(t_ms=at, kind="viseme", value="aa") for at in cues]
        self.playback.take(UtteranceCues(utterance=utterance, cues=made))
        self.playback.take(ReceivedAudio(utterance, 0, bytes(2 * round(seconds * RATE))))

    def end(self, reason: Any = "done", utterance: int = 1) -> None:
        completed = UtteranceCompleted(utterance=utterance, reason=reason, text="", heard_text="", duration_ms=0)
        self.playback.take(completed)

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until - 1e-9:
            self.now += 0.02
            self.playback.tick()

    @property
    def reported(self) -> list[tuple[int, str]]:
        return [(report.samples, report.state) for report in self.reports]

    @property
    def told(self) -> list[int]:
        return [each.cue.t_ms for each in self.due]


def test_playback_is_reported_a_few_times_a_second_and_at_its_end() -> None:
    listening = Listening()
    listening.begin(seconds=0.5)
    listening.end()
    listening.wait(0.6)
    *samples, last = [samples for samples, _ in listening.reported]
    assert len(samples) >= 3
    assert all(100 <= after - before <= 120 for before, after in pairwise(samples))
    assert (last, [state for _, state in listening.reported][-2:]) == (500, ["playing", "done"])
    assert listening.playback.is_quiet


def test_a_speaker_that_has_played_all_says_so_at_once() -> None:
    listening = Listening(ImmediateSpeaker())
    listening.begin(seconds=0.5)
    assert listening.reported == [(500, "playing")]
    listening.playback.take(ReceivedAudio(1, 500, bytes(200)))
    assert listening.reported[1:] == [(600, "playing")]
    listening.end()
    listening.wait(0.02)
    assert listening.reported[2:] == [(600, "done")]


def test_a_cue_is_due_when_its_sample_is_heard() -> None:
    listening = Listening()
    listening.begin(cues=(0, 100, 300))
    assert listening.told == []
    listening.wait(0.02)
    assert listening.told == [0]
    listening.wait(0.2)
    assert listening.told == [0, 100]
    assert listening.due[0].actor_id == "ada"
    listening.wait(0.2)
    assert listening.told == [0, 100, 300]


def test_cues_at_the_very_end_are_not_lost() -> None:
    listening = Listening()
    listening.begin(seconds=0.1, cues=(150,))
    listening.end()
    listening.wait(0.2)
    assert listening.told == [150]


@pytest.mark.parametrize("reason", ["interrupted", "cancelled"])
def test_of_what_is_cut_short_nothing_more_is_played_and_no_cue_is_due(reason: str) -> None:
    listening = Listening()
    listening.begin(cues=(0, 300))
    listening.wait(0.1)
    listening.end(reason)
    heard = listening.speaker.played(1)
    listening.playback.take(ReceivedAudio(1, 500, bytes(200)))
    listening.playback.take(UtteranceCues(utterance=1, cues=[Cue(t_ms=0, kind="viseme", value="aa")]))
    listening.wait(1.0)
    assert listening.told == [0]
    assert listening.speaker.played(1) <= heard
    assert listening.playback.is_quiet


def test_what_broke_off_is_heard_as_far_as_it_came() -> None:
    listening = Listening()
    listening.begin(seconds=0.2)
    listening.end("failed")
    listening.wait(0.3)
    assert listening.reported[-1] == (200, "done")


def test_one_utterance_is_heard_behind_the_other() -> None:
    listening = Listening()
    listening.begin(1, 0.2)
    listening.begin(2, 0.2, cues=(0,))
    assert listening.told == []
    listening.wait(0.3)
    assert (listening.speaker.played(1), listening.speaker.played(2)) == (200, 100)
    assert listening.told == [0]


def test_a_new_session_begins_in_silence() -> None:
    listening = Listening()
    listening.begin()
    listening.playback.take(SessionOpened.model_construct(resumed=True))
    assert not listening.playback.is_quiet
    listening.playback.take(SessionOpened.model_construct(resumed=False))
    assert listening.playback.is_quiet
    assert listening.speaker.played(1) == 0


def test_speech_without_audio_is_not_played() -> None:
    listening = Listening()
    listening.playback.take(UtteranceStarted(utterance=1, turn=1, actor_id="ada"))
    assert listening.playback.is_quiet


class Card:
    """A sound card whose clock and buffer the test moves: `sounddevice` as far as it is used."""

    PortAudioError = OSError

    def __init__(self) -> None:
        self.time = 0.0
        self.streams: list[SimpleNamespace] = []
        self.RawInputStream = self.RawOutputStream = self.open

    def open(self, **options: Any) -> Any:
        card = self

        class Stream(SimpleNamespace):
            @property
            def time(self) -> float:
                return card.time

            def start(self) -> None:
                if options["samplerate"] == 1:
                    raise OSError("no such rate")

            def close(self) -> None:
                self.closed = True

        self.streams.append(Stream(closed=False, **options))
        return self.streams[-1]

    def pull(self, samples: int, latency: float = 0.05) -> bytes:
        """The card takes samples, which are heard `latency` later."""
        out = bytearray(2 * samples)
        self.streams[0].callback(out, samples, SimpleNamespace(outputBufferDacTime=self.time + latency), None)
        return bytes(out)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    card = Card()
    monkeypatch.setitem(sys.modules, "sounddevice", card)  # type: ignore[arg-type]
    return card


def test_the_cards_own_clock_says_what_was_heard(card: Card) -> None:
    speaker = CardSpeaker(RATE)
    speaker.play(1, b"aa" * 100, RATE)
    speaker.play(2, b"bb" * 100, RATE)
    assert card.pull(150) == b"aa" * 100 + b"bb" * 50
    assert (speaker.played(1), speaker.played(2)) == (0, 0)
    card.time = 0.1
    assert (speaker.played(1), speaker.played(2)) == (50, 0)
    assert card.pull(100, latency=0.1) == b"bb" * 50 + bytes(100)
    card.time = 0.18
    assert (speaker.played(1), speaker.played(2)) == (100, 30)
    card.time = 1.0
    assert (speaker.played(1), speaker.played(2)) == (100, 100)
    speaker.close()
    assert card.streams[0].closed


def test_what_was_heard_long_ago_is_forgotten(card: Card) -> None:
    speaker = CardSpeaker(RATE)
    for utterance in range(12):
        speaker.play(utterance, b"aa" * 10, RATE)
    card.pull(120)
    card.time = 10.0
    assert [speaker.played(utterance) for utterance in (0, 11)] == [0, 10]


def test_a_card_that_is_stopped_plays_silence(card: Card) -> None:
    speaker = CardSpeaker(RATE)
    speaker.play(1, b"aa" * 100, RATE)
    card.pull(10)
    speaker.stop()
    assert card.pull(10) == bytes(20)
    card.time = 1.0
    assert speaker.played(1) <= 10


def test_the_microphone_hands_over_frames_of_20_ms(card: Card) -> None:
    heard: list[bytes] = []
    microphone = CardMicrophone()
    microphone.close()
    microphone.start(heard.append)
    stream = card.streams[0]
    assert (stream.samplerate, stream.blocksize, stream.dtype) == (16000, 320, "int16")
    stream.callback(memoryview(b"abcd"), 2, None, None)
    assert heard == [b"abcd"]
    microphone.close()
    assert stream.closed


def test_without_a_device_the_message_says_what_is_missing(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoSoundDevice, match="no speaker can be opened"):
        CardSpeaker(1)
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(NoSoundDevice, match=r"npc-engine\[audio\]"):
        CardSpeaker()
