"""How long a pause is waited for."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npc_engine.core.ending import Ending
from npc_engine.core.patience import FOR_EVER, Evidence, Pace, Waits

EVIDENCE, TRUSTING, WAITS = Evidence(), Evidence(trust=1.0), Waits()
PROBABILITIES = st.floats(0, 1)
HAPPENINGS = st.lists(st.sampled_from(["close call", "short pause", "end", "cut off"]), max_size=100)


@given(PROBABILITIES, PROBABILITIES)
def test_the_surer_the_model_the_shorter_the_wait(one: float, other: float) -> None:
    less, more = sorted([one, other])
    waits = [WAITS.wait(TRUSTING.finished(each, "open", 10.0), pace=1.0) for each in (less, more)]
    assert waits[0] >= waits[1]


@given(st.floats(0, 40), st.floats(0, 40))
def test_the_softer_the_voice_ended_the_shorter_the_wait(one: float, other: float) -> None:
    less, more = sorted([one, other])
    assert EVIDENCE.finished(None, "statement", less) <= EVIDENCE.finished(None, "statement", more)


@given(st.floats(0, 40))
def test_a_finished_text_shortens_the_wait_and_a_hanging_one_lengthens_it(faded: float) -> None:
    endings: list[Ending | None] = ["hanging", "open", None, "statement", "question"]
    finished = [EVIDENCE.finished(None, ending, faded) for ending in endings]
    assert finished == sorted(finished)


@given(PROBABILITIES, st.floats(0, 100))
def test_the_wait_has_bounds(probability: float, faded: float) -> None:
    wait = WAITS.wait(TRUSTING.finished(probability, "question", faded), pace=1.0)
    assert WAITS.shortest <= wait <= WAITS.longest


def test_who_is_surely_finished_is_not_waited_for() -> None:
    assert WAITS.wait(WAITS.sure, pace=1.0) == WAITS.shortest
    assert WAITS.wait(WAITS.sure - 1, pace=1.0) == pytest.approx(WAITS.shortest + WAITS.worth)
    assert FOR_EVER.wait(99.0, pace=1.0) == math.inf


def test_a_model_that_is_certain_is_not_believed_beyond_doubt() -> None:
    assert TRUSTING.finished(0.0, "unknown", 0.0) == pytest.approx(TRUSTING.finished(0.004, "unknown", 0.0))
    assert TRUSTING.finished(1.0, "hanging", 0.0) == pytest.approx(TRUSTING.finished(0.996, "hanging", 0.0))


@given(HAPPENINGS)
def test_a_pace_has_bounds(happenings: list[str]) -> None:
    pace = Pace(WAITS)
    for happening in happenings:
        match happening:
            case "close call":
                pace.paused(0.9, wait=1.0)
            case "short pause":
                pace.paused(0.1, wait=1.0)
            case "end":
                pace.ended()
            case "cut off":
                pace.cut_off()
        assert WAITS.quickest_pace <= pace.factor <= WAITS.slowest_pace


def test_close_calls_and_cut_offs_slow_the_pace_and_clean_ends_quicken_it() -> None:
    pace = Pace(WAITS)
    pace.paused(0.3, wait=1.0)
    assert pace.factor == 1.0
    pace.paused(0.7, wait=1.0)
    slowed = pace.factor
    assert slowed > 1
    pace.cut_off()
    assert pace.factor > slowed
    slowed = pace.factor
    pace.ended()
    assert pace.factor == pytest.approx(slowed * Pace.CLEAN_END)
