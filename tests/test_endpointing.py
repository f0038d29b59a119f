"""Where the player's utterances start and end, whatever the microphone hears."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npc_engine.core.endpointing import Endpoint, Endpointing, EndpointingSettings, SpeechStarted, SpeechStopped
from npc_engine.core.patience import Evidence

WINDOW = 0.032
SETTINGS = EndpointingSettings()
STRETCHES = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 60)), max_size=60)
"""Stretches of windows with one probability each."""


def endpoints(
    stretches: Sequence[tuple[float, int] | tuple[float, int, float]], endpointing: Endpointing | None = None
) -> list[Endpoint]:
    """Of stretches of windows: their probability, how many they are, and, where it matters, their level."""
    endpointing = endpointing or Endpointing()
    windows = [(stretch[0], *stretch[2:]) for stretch in stretches for _ in range(stretch[1])]
    found = (endpointing.hear(number * WINDOW, WINDOW, *window) for number, window in enumerate(windows))
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


def paused(windows: int, endpointing: Endpointing | None = None) -> Endpointing:
    """Somebody who has spoken and is silent for so many windows."""
    endpointing = endpointing or Endpointing()
    endpoints([(0.9, 20), (0.0, windows)], endpointing)
    return endpointing


def goes_on(endpointing: Endpointing, windows: int, probability: float, start: int) -> list[Endpoint]:
    found = (endpointing.hear((start + number) * WINDOW, WINDOW, probability) for number in range(windows))
    return [endpoint for endpoint in found if endpoint]


def test_silence_counts_from_the_last_voiced_window() -> None:
    endpointing = paused(4)
    assert endpointing.silence == pytest.approx(4 * WINDOW)
    assert endpointing.last_voiced == pytest.approx(20 * WINDOW)
    goes_on(endpointing, 1, 0.9, start=24)
    assert endpointing.silence == 0


TRUSTING = EndpointingSettings(evidence=Evidence(trust=1.0))
"""With an end-of-turn model that is believed."""
UNDERSTOOD = "Where is the key?"


def test_a_judgement_is_wanted_once_in_a_pause() -> None:
    assert not paused(2, Endpointing(TRUSTING)).wants_judgement
    endpointing = paused(3, Endpointing(TRUSTING))
    assert endpointing.wants_judgement
    endpointing.judged(0.1)
    assert not endpointing.wants_judgement
    goes_on(endpointing, 3, 0.9, start=23)
    goes_on(endpointing, 3, 0.0, start=26)
    assert endpointing.wants_judgement


def test_no_judgement_is_wanted_of_a_click_nor_when_nobody_speaks_nor_if_it_is_not_believed() -> None:
    endpointing = Endpointing(TRUSTING)
    assert not endpointing.wants_judgement
    endpoints([(0.9, 2), (0.0, 8)], endpointing)
    assert not endpointing.wants_judgement
    assert not paused(3).wants_judgement


def test_a_judge_that_never_answers_is_not_asked_for_ever_and_the_turn_ends() -> None:
    endpointing = Endpointing(TRUSTING)
    wanted = []
    for number in range(120):
        endpointing.hear(number * WINDOW, WINDOW, 0.9 if number < 20 else 0.0)
        wanted.append(endpointing.wants_judgement)
    assert sum(wanted) < 12
    assert not endpointing.speaking


def test_who_sounds_finished_waits_less() -> None:
    waits = []
    for probability in (0.97, 0.5, 0.02):
        endpointing = paused(6, Endpointing(TRUSTING))
        endpointing.judged(probability)
        waits.append(endpointing.wait)
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_who_is_surely_finished_waits_the_shortest_time_and_who_is_not_is_given_more() -> None:
    finished = Endpointing()
    endpoints([(0.9, 20, -20.0), (0.9, 6, -40.0), (0.0, 6, -60.0)], finished)
    finished.understood(UNDERSTOOD)
    assert finished.wait == SETTINGS.waits.shortest
    (stopped,) = goes_on(finished, 2, 0.0, start=32)
    assert isinstance(stopped, SpeechStopped)
    unfinished = paused(6)
    unfinished.understood("Where is the")
    assert goes_on(unfinished, 40, 0.0, start=26) == []
    assert unfinished.speaking


def test_what_was_said_decides_together_with_how_softly_it_ended() -> None:
    waits = []
    for text, level in ((UNDERSTOOD, -40.0), (UNDERSTOOD, -30.0), ("Where is the", -30.0), ("Where is the", -20.0)):
        endpointing = Endpointing()
        endpoints([(0.9, 20, -20.0), (0.9, 6, level), (0.0, 6, -60.0)], endpointing)
        endpointing.understood(text)
        waits.append(endpointing.wait)
    assert waits == sorted(waits)
    assert len(set(waits)) == 4


def test_what_is_known_of_a_pause_is_forgotten_when_the_voice_goes_on() -> None:
    endpointing = paused(6)
    unknown = endpointing.wait
    endpointing.understood(UNDERSTOOD)
    assert endpointing.wait < unknown
    goes_on(endpointing, 1, 0.9, start=26)
    assert endpointing.wait == unknown


def test_an_answer_that_comes_too_late_says_nothing_about_the_next_pause() -> None:
    endpointing = paused(6, Endpointing(TRUSTING))
    goes_on(endpointing, 10, 0.9, start=26)
    goes_on(endpointing, 6, 0.0, start=36)
    unknown = endpointing.wait
    endpointing.judged(0.97, until=26 * WINDOW)
    assert endpointing.wait == unknown
    endpointing.judged(0.9, until=41 * WINDOW)
    known = endpointing.wait
    assert known < unknown
    endpointing.understood(UNDERSTOOD, until=26 * WINDOW)
    assert endpointing.wait == known
    endpointing.understood(UNDERSTOOD, until=36 * WINDOW - 0.1)
    assert endpointing.wait < known


def test_a_player_who_is_cut_off_is_given_more_time() -> None:
    endpointing = Endpointing()
    endpointing.resumed_after(0.6)
    assert endpointing.pace > 1


def test_a_player_who_goes_on_long_after_was_not_cut_off() -> None:
    endpointing = Endpointing()
    endpointing.resumed_after(5.0)
    assert endpointing.pace == 1


def test_a_player_who_makes_long_pauses_is_given_more_time_and_one_who_never_pauses_less() -> None:
    slow, quick = Endpointing(), Endpointing()
    endpoints([(0.9, 10), (0.0, 32)] * 5 + [(0.9, 10)], slow)
    assert slow.speaking
    endpoints([(0.9, 14, -20.0), (0.9, 6, -45.0), (0.0, 40, -60.0)] * 5, quick)
    assert quick.pace < 1 < slow.pace


def test_an_utterance_ends_when_recognition_can_hear_no_more_of_it() -> None:
    endpointing = Endpointing(EndpointingSettings(max_utterance=1.0))
    found = endpoints([(0.9, 40)], endpointing)
    assert [type(endpoint) for endpoint in found[:2]] == [SpeechStarted, SpeechStopped]


def test_voiced_seconds_are_those_of_the_utterance_in_progress() -> None:
    endpointing = paused(10)
    assert endpointing.voiced == pytest.approx(20 * WINDOW)
