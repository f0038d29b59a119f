"""Where the player's utterances start and end, whatever the microphone hears."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npc_engine.core.endpointing import Endpoint, Endpointing, EndpointingSettings, SpeechStarted, SpeechStopped

WINDOW = 0.032
SETTINGS = EndpointingSettings()
STRETCHES = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 60)), max_size=60)
"""Stretches of windows with one probability each."""


def endpoints(stretches: list[tuple[float, int]], endpointing: Endpointing | None = None) -> list[Endpoint]:
    endpointing = endpointing or Endpointing()
    scores = [probability for probability, count in stretches for _ in range(count)]
    found = (endpointing.hear(number * WINDOW, WINDOW, score) for number, score in enumerate(scores))
    return [endpoint for endpoint in found if endpoint]


@given(STRETCHES)
def test_speech_starts_and_stops_in_turn(stretches: list[tuple[float, int]]) -> None:
    kinds = [type(endpoint) for endpoint in endpoints(stretches)]
    assert kinds == [SpeechStarted if number % 2 == 0 else SpeechStopped for number in range(len(kinds))]


@given(STRETCHES)
def test_utterances_never_overlap_and_pre_roll_never_reaches_into_the_one_before(
    stretches: list[tuple[float, int]],
) -> None:
    stopped = [endpoint for endpoint in endpoints(stretches) if isinstance(endpoint, SpeechStopped)]
    assert all(earlier.end <= later.start for earlier, later in pairwise(stopped))


@given(STRETCHES)
def test_an_utterance_lies_in_the_audio_that_was_heard_and_is_no_longer_than_recognition_hears(
    stretches: list[tuple[float, int]],
) -> None:
    for stopped in endpoints(stretches):
        if isinstance(stopped, SpeechStopped):
            assert 0 <= stopped.start < stopped.end <= stopped.decided
            assert stopped.end - stopped.start <= SETTINGS.max_utterance + WINDOW
            assert SETTINGS.min_speech <= stopped.voiced <= stopped.end - stopped.start + 1e-6


@given(STRETCHES)
def test_an_utterance_ends_where_it_began(stretches: list[tuple[float, int]]) -> None:
    found = endpoints(stretches)
    for started, stopped in pairwise(found):
        if isinstance(started, SpeechStarted) and isinstance(stopped, SpeechStopped):
            assert started.start == stopped.start


def test_a_click_is_no_utterance() -> None:
    assert endpoints([(0.0, 30), (0.9, 4), (0.0, 60)]) == []


def test_a_click_long_before_does_not_begin_the_utterance() -> None:
    started, _ = endpoints([(0.9, 2), (0.0, 60), (0.9, 20), (0.0, 60)])
    assert started == SpeechStarted(pytest.approx(62 * WINDOW - SETTINGS.pre_roll))


def test_a_pause_within_a_sentence_does_not_end_it() -> None:
    (started,) = endpoints([(0.9, 20), (0.0, 10), (0.9, 20)])
    assert started == SpeechStarted(0)


def test_a_voice_that_falls_goes_on_being_heard_but_does_not_begin_an_utterance() -> None:
    falling = SETTINGS.stop_probability + 0.01
    assert endpoints([(falling, 60)]) == []
    assert len(endpoints([(0.9, 10), (falling, 60)])) == 1


def test_audio_that_stops_coming_ends_the_utterance() -> None:
    endpointing = Endpointing()
    endpoints([(0.9, 20)], endpointing)
    stopped = endpointing.flush(5.0)
    assert stopped == SpeechStopped(0.0, pytest.approx(20 * WINDOW), 5.0, pytest.approx(20 * WINDOW))
    assert endpointing.flush(6.0) is None


def test_an_utterance_that_goes_on_begins_with_the_one_before() -> None:
    endpointing = Endpointing()
    endpoints([(0.0, 100), (0.9, 20)], endpointing)
    assert endpointing.extend(1.0)
    stopped = endpointing.flush(5.0)
    assert stopped is not None
    assert stopped.start == 1.0


def test_an_utterance_is_not_extended_beyond_what_recognition_hears() -> None:
    endpointing = Endpointing(EndpointingSettings(max_utterance=2.0))
    endpoints([(0.0, 100), (0.9, 20)], endpointing)
    assert not endpointing.extend(1.0)
    stopped = endpointing.flush(5.0)
    assert stopped is not None
    assert stopped.start == pytest.approx(100 * WINDOW - SETTINGS.pre_roll)
