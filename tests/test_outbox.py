"""What waits for a client: audio in the pace of its playback, messages at once."""

from __future__ import annotations

import asyncio
import base64
import math
from collections.abc import Callable

import pytest

from npc_engine.core.barge_in import LEAD
from npc_engine.frames import REMEMBERED, AudioFrame, Frame
from npc_engine.outbox import Outbox
from npc_engine.protocol import Pong, UtteranceAudio, UtteranceCompleted

RATE = 1000
"""Samples per second here: a sample is a millisecond, two bytes."""
SECONDS = 0.1
"""Of a frame."""
AHEAD = round(LEAD / SECONDS) + 1
"""Frames that leave at once: all that begin within the lead."""


class Desk:
    """An outbox and its clock."""

    def __init__(self, longest: int = 2**20, base64_audio: bool = False) -> None:
        self.at = 50.0
        self.outbox = Outbox(longest, base64_audio, clock=lambda: self.at)

    def speak(self, seconds: float, utterance: int = 1, since: float = 0.0) -> None:
        """Audio of an utterance comes, from `since` seconds on."""
        for number in range(round(seconds / SECONDS)):
            first = round((since + number * SECONDS) * RATE)
            self.outbox.put(AudioFrame(utterance, first, bytes(round(SECONDS * RATE) * 2), RATE))

    def leaving(self) -> list[Frame]:
        """All that may leave now."""
        return list(iter(self.outbox.take, None))

    def starts(self) -> list[float]:
        """The seconds at which the frames of audio begin that may leave now."""
        return [round(frame.start, 3) for frame in self.leaving() if isinstance(frame, AudioFrame)]

    def until(self, at: float) -> list[tuple[float, float]]:
        """The frames that leave until `at`: when, in seconds from the beginning, and where they begin."""
        left = []
        while (due := self.outbox.next_due()) <= 50.0 + at:
            self.at = max(self.at, due)
            left += [(round(self.at - 50.0, 3), start) for start in self.starts()]
        self.at = 50.0 + at
        return left


def completed(utterance: int = 1) -> UtteranceCompleted:
    return UtteranceCompleted(utterance=utterance, reason="done", text="", heard_text="", duration_ms=0)


def types(frames: list[Frame]) -> list[str]:
    return ["audio" if isinstance(frame, AudioFrame) else frame.type for frame in frames]


def test_audio_leaves_when_its_playback_is_near() -> None:
    desk = Desk()
    desk.speak(1.0)
    assert desk.until(0.0) == [(0.0, 0.0), (0.0, 0.1), (0.0, 0.2), (0.0, 0.3)]
    assert desk.until(2.0) == [(round(start - LEAD, 3), start) for start in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)]


def test_what_follows_keeps_the_pace_of_what_was_before() -> None:
    desk = Desk()
    desk.speak(0.5)
    desk.until(0.3)
    desk.speak(0.5, since=0.5)
    assert desk.until(1.0) == [(0.3, 0.5), (0.3, 0.6), (0.4, 0.7), (0.5, 0.8), (0.6, 0.9)]


def test_audio_that_comes_late_is_played_late() -> None:
    desk = Desk()
    desk.speak(0.5)
    desk.until(2.0)
    desk.speak(0.6, since=0.5)
    assert desk.until(3.0) == [(2.0, 0.5), (2.0, 0.6), (2.0, 0.7), (2.0, 0.8), (2.1, 0.9), (2.2, 1.0)]


def test_messages_do_not_wait_for_audio() -> None:
    desk = Desk()
    desk.speak(1.0)
    desk.outbox.put(Pong())
    assert types(desk.leaving()) == ["pong", *["audio"] * AHEAD]


def test_the_end_of_an_utterance_comes_behind_its_audio() -> None:
    desk = Desk()
    desk.speak(1.0)
    desk.outbox.put(Pong())
    desk.outbox.put(completed())
    desk.outbox.put(Pong())
    assert types(desk.leaving()) == ["pong", *["audio"] * 10, "utterance.completed", "pong"]


def test_messages_are_numbered_as_they_leave() -> None:
    desk = Desk(base64_audio=True)
    desk.speak(0.2)
    desk.outbox.put(Pong())
    frames = desk.leaving()
    assert [frame.seq for frame in frames if not isinstance(frame, AudioFrame)] == [1, 2, 3]
    assert frames[2] == UtteranceAudio(utterance=1, first_sample=100, pcm=base64.b64encode(bytes(200)).decode(), seq=3)


def test_dropped_audio_never_leaves() -> None:
    desk = Desk()
    desk.speak(1.0)
    desk.leaving()
    desk.outbox.drop_audio(1)
    desk.outbox.drop_audio(7)
    assert desk.until(9.0) == []
    assert desk.outbox.next_due() == math.inf


def test_held_audio_waits_and_goes_on_where_it_stopped() -> None:
    desk = Desk()
    desk.speak(1.0)
    desk.until(0.25)
    desk.outbox.hold(1)
    assert desk.until(3.0) == []
    desk.outbox.release(1)
    assert desk.until(9.0) == [(3.0, 0.6), (3.0, 0.7), (3.0, 0.8), (3.0, 0.9)]


def test_a_hold_shorter_than_the_lead_is_not_heard() -> None:
    held, plain = Desk(), Desk()
    for desk in (held, plain):
        desk.speak(2.0)
        desk.until(0.2)
    held.outbox.hold(1)
    assert held.until(0.2 + LEAD - 0.1) == []
    held.outbox.release(1)
    plain.until(0.2 + LEAD - 0.1)
    held.starts()
    assert held.until(9.0) == plain.until(9.0)


def test_a_hold_keeps_audio_that_comes_meanwhile_and_no_other_utterance() -> None:
    desk = Desk()
    desk.speak(0.2)
    desk.outbox.hold(1)
    desk.outbox.hold(7)
    desk.outbox.release(7)
    desk.speak(0.2, since=0.2)
    desk.speak(0.1, utterance=2)
    desk.outbox.put(Pong())
    assert types(desk.leaving()) == ["pong", "audio"]
    desk.outbox.release(1)
    assert desk.starts() == [0.0, 0.1, 0.2, 0.3]


def test_a_client_that_has_played_more_gets_more() -> None:
    desk = Desk()
    desk.speak(2.0)
    desk.leaving()
    desk.outbox.played(1, samples=400)
    assert desk.starts() == [0.4, 0.5, 0.6, 0.7]
    desk.outbox.played(1, samples=2**31)
    desk.outbox.played(1, samples=1)
    assert len(desk.starts()) == 12
    desk.outbox.played(1, samples=2000)
    desk.outbox.played(7, samples=2000)


def test_audio_that_is_not_due_or_is_held_is_not_the_client_s_fault() -> None:
    desk = Desk(longest=1000)
    desk.speak(60.0)
    desk.leaving()
    desk.outbox.hold(1)
    desk.at += 30.0
    desk.outbox.put(Pong())
    assert not desk.outbox.overflowed.is_set()


def test_a_client_that_does_not_read_what_is_due_overflows() -> None:
    desk = Desk(longest=1000)
    desk.speak(60.0)
    desk.leaving()
    desk.at += 0.4
    desk.outbox.put(Pong())
    assert not desk.outbox.overflowed.is_set()
    desk.at += 0.2
    desk.outbox.put(Pong())
    assert desk.outbox.overflowed.is_set()


def test_audio_of_utterances_that_are_over_is_due() -> None:
    desk = Desk(longest=1000)
    desk.speak(0.5)
    desk.outbox.put(completed())
    assert not desk.outbox.overflowed.is_set()
    desk.leaving()
    desk.speak(0.6, utterance=2)
    desk.outbox.put(completed(2))
    assert desk.outbox.overflowed.is_set()


def test_a_client_that_claims_to_have_played_what_it_did_not_read_overflows() -> None:
    desk = Desk(longest=1000)
    desk.speak(60.0)
    desk.outbox.played(1, samples=2**31)
    assert desk.outbox.overflowed.is_set()


def pongs(frames: list[Frame]) -> list[tuple[int | None, float | None]]:
    """Number and content of the messages among frames."""
    return [(frame.seq, frame.t) for frame in frames if isinstance(frame, Pong)]


@pytest.mark.anyio
async def test_nothing_leaves_before_what_it_rests_on_is_kept() -> None:
    desk = Desk()
    kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    desk.outbox.put(Pong(t=1))
    desk.outbox.wait_for(kept)
    desk.outbox.put(Pong(t=2))
    desk.speak(0.2)
    assert types(desk.leaving()) == ["pong"]
    kept.set_result(None)
    assert types(desk.leaving()) == ["pong", "audio", "audio"]


@pytest.mark.anyio
async def test_what_waits_leaves_by_itself_once_it_is_kept() -> None:
    desk = Desk()
    kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    desk.outbox.wait_for(kept)
    desk.speak(0.1)
    desk.outbox.put(Pong())
    frames = desk.outbox.frames()
    first = asyncio.ensure_future(anext(frames))
    await asyncio.sleep(0)
    assert not first.done()
    kept.set_result(None)
    assert types([await first]) == ["pong"]
    await frames.aclose()


def test_what_a_client_has_missed_leaves_again_with_its_number() -> None:
    desk = Desk()
    for t in range(4):
        desk.outbox.put(Pong(t=t))
    desk.leaving()
    assert desk.outbox.can_rewind(2)
    desk.outbox.rewind(2)
    desk.outbox.put(Pong(t=9))
    assert pongs(desk.leaving()) == [(3, 2), (4, 3), (5, 9)]


def test_a_client_may_lose_its_connection_again_while_it_catches_up() -> None:
    desk = Desk()
    for t in range(5):
        desk.outbox.put(Pong(t=t))
    desk.leaving()
    desk.outbox.rewind(1)
    assert pongs([frame for frame in (desk.outbox.take(), desk.outbox.take()) if frame]) == [(2, 1), (3, 2)]
    assert desk.outbox.can_rewind(2)
    desk.outbox.rewind(2)
    assert pongs(desk.leaving()) == [(3, 2), (4, 3), (5, 4)]
    assert not desk.outbox.can_rewind(6)


def test_missed_audio_leaves_again_but_not_what_has_arrived_of_it() -> None:
    desk = Desk()
    desk.outbox.put(Pong())
    desk.leaving()
    desk.speak(0.3)
    desk.leaving()
    desk.outbox.rewind(1)
    assert desk.starts() == [0.0, 0.1, 0.2]
    desk.outbox.rewind(1, utterance=1, samples=150)
    assert desk.starts() == [0.1, 0.2]
    desk.outbox.rewind(1, utterance=2, samples=150)
    assert desk.starts() == [0.1, 0.2]


def test_dropped_audio_does_not_leave_again() -> None:
    desk = Desk()
    desk.outbox.put(Pong())
    desk.speak(0.3)
    desk.leaving()
    desk.outbox.rewind(0)
    desk.outbox.drop_audio(1)
    assert types(desk.leaving()) == ["pong"]
    desk.outbox.rewind(0)
    assert types(desk.leaving()) == ["pong"]


def test_only_so_much_and_for_so_long_is_remembered() -> None:
    desk = Desk(longest=20 * 1024)
    for t in range(30):
        desk.outbox.put(Pong(t=t))
    desk.leaving()
    assert [desk.outbox.can_rewind(seq) for seq in (19, 20, 30, 31)] == [False, True, True, False]
    desk.at += REMEMBERED + 1
    assert desk.outbox.can_rewind(20)
    desk.outbox.put(Pong())
    desk.leaving()
    assert [desk.outbox.can_rewind(seq) for seq in (29, 30)] == [False, True]


def test_a_loading_screen_of_half_a_minute_is_borne_and_can_be_caught_up_with() -> None:
    desk = Desk(longest=8 * 2**20)
    second = bytes(48000 * 2)
    for number in range(30):
        desk.outbox.put(AudioFrame(1, number * 48000, second, 48000))
    desk.at += 30.0
    desk.outbox.put(Pong())
    assert not desk.outbox.overflowed.is_set()
    desk.leaving()
    desk.until(70.0)
    assert desk.outbox.can_rewind(1)
    desk.outbox.rewind(1)
    assert len(desk.starts()) == 30


@pytest.mark.anyio
async def test_frames_leave_by_themselves_as_time_passes() -> None:
    outbox = Outbox(2**20, False, _ticking(0.01))
    for number in range(16):
        outbox.put(AudioFrame(1, number * 100, bytes(200), RATE))
    outbox.put(Pong())
    left = []
    async for frame in outbox.frames():
        left.append(frame)
        if len(left) == 11:
            outbox.put(completed())
            outbox.close()
    assert types(left) == ["pong", *["audio"] * 16, "utterance.completed"]


@pytest.mark.anyio
async def test_closing_lets_everything_leave() -> None:
    desk = Desk()
    desk.speak(1.0)
    desk.outbox.hold(1)
    desk.outbox.close()
    assert [frame async for frame in desk.outbox.frames()] == [
        AudioFrame(1, number * 100, bytes(200), RATE) for number in range(10)
    ]


def _ticking(step: float) -> Callable[[], float]:
    """A clock that is `step` seconds later each time it is read, so that waiting is soon over."""
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += step
        return now

    return clock
