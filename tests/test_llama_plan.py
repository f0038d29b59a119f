import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npc_engine.engines.llama_plan import FOR_CPU, FOR_GPU, Demand, Kind, Limits, Share, plan

LIMITS = Limits(prompts=128, preparing=16, batch=256)
SOON, LATER = 1.0, 5.0
UNTIL = 2.0
"""What is due after this waits for what is due before."""


def speak(job: int, due: float = SOON) -> Demand:
    return Demand(job, Kind.SPEAK, 1, due)


def start(job: int, pending: int, due: float = SOON) -> Demand:
    return Demand(job, Kind.START, pending, due)


def prepare(job: int, pending: int) -> Demand:
    return Demand(job, Kind.PREPARE, pending)


def test_nothing_to_do_makes_an_empty_batch():
    assert plan([], LIMITS) == []


def test_all_who_speak_are_served_together_the_most_urgent_first():
    assert plan([speak(1, LATER), speak(2), speak(3)], LIMITS) == [Share(2, 1), Share(3, 1), Share(1, 1)]


def test_who_has_audio_left_waits_while_a_crowd_has_none():
    crowd = [speak(1), speak(2), speak(3), speak(4, LATER)]
    assert Share(4, 1) not in plan(crowd, LIMITS, UNTIL)


def test_who_has_audio_left_waits_for_a_new_prompt():
    assert plan([speak(1, LATER), start(2, 10)], LIMITS, UNTIL) == [Share(2, 10)]


def test_who_has_audio_left_speaks_on_when_nobody_is_urgent():
    assert plan([speak(1, LATER), prepare(2, 10)], LIMITS, UNTIL) == [Share(1, 1)]


def test_audio_that_runs_out_comes_before_a_new_prompt():
    assert plan([speak(1, 0.5), start(2, 10)], LIMITS, UNTIL) == [Share(1, 1)]


def test_urgent_speakers_ride_along_with_a_prompt():
    assert plan([start(1, 10, 0.5), speak(2), speak(3)], LIMITS, UNTIL) == [Share(2, 1), Share(3, 1), Share(1, 10)]


def test_a_prompt_gets_as_much_as_a_batch_holds():
    assert plan([start(1, 500)], LIMITS) == [Share(1, 128)]


def test_a_short_prompt_is_taken_whole():
    assert plan([start(1, 20)], LIMITS) == [Share(1, 20)]


def test_a_more_urgent_prompt_overtakes_and_leaves_the_rest_of_the_room():
    assert plan([start(1, 500, LATER), start(2, 40, SOON)], LIMITS) == [Share(2, 40), Share(1, 88)]


def test_a_prompt_that_is_due_late_doesnt_hold_up_those_who_speak():
    assert plan([start(1, 500, LATER), speak(2)], LIMITS, UNTIL) == [Share(2, 1)]


def test_preparation_waits_for_replies():
    assert plan([prepare(1, 100), start(2, 10)], LIMITS) == [Share(2, 10)]
    assert plan([prepare(1, 100), speak(2)], LIMITS) == [Share(2, 1)]


def test_preparation_goes_one_by_one_in_small_pieces():
    assert plan([prepare(1, 100), prepare(2, 5)], LIMITS) == [Share(1, 16)]


def test_a_batch_is_never_larger_than_allowed():
    crowd = [start(0, 300, 0.0), *(speak(job) for job in range(1, 301))]
    assert sum(share.tokens for share in plan(crowd, LIMITS)) == LIMITS.batch
    assert sum(share.tokens for share in plan(crowd[1:], LIMITS)) == LIMITS.batch


demands = st.lists(
    st.builds(
        lambda kind, pending, due: (kind, 1 if kind is Kind.SPEAK else pending, due),
        st.sampled_from(Kind),
        st.integers(1, 1000),
        st.floats(0, 100),
    ),
    min_size=1,
    max_size=40,
).map(lambda rows: [Demand(job, *row) for job, row in enumerate(rows)])
limits = st.sampled_from([LIMITS, FOR_CPU, FOR_GPU])


@given(demands, limits, st.sampled_from([0.0, 50.0, math.inf]))
@pytest.mark.timeout(60)
def test_a_batch_fits_its_demands_and_limits_and_always_gets_something_done(wanted, limits, until):
    shares = plan(wanted, limits, until)
    pending = {demand.job: demand.pending for demand in wanted}
    assert 0 < sum(share.tokens for share in shares) <= limits.batch
    assert all(0 < share.tokens <= pending[share.job] for share in shares)
    assert len({share.job for share in shares}) == len(shares)


@given(demands, limits, st.sampled_from([0.0, 50.0, math.inf]))
@pytest.mark.timeout(60)
def test_whoever_is_due_first_is_always_served(wanted, limits, until):
    replies = [demand for demand in wanted if demand.kind is not Kind.PREPARE]
    if replies:
        first = min(replies, key=lambda demand: demand.due)
        assert first.job in {share.job for share in plan(wanted, limits, until)}
