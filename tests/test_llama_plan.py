import pytest
from hypothesis import given
from hypothesis import strategies as st

from npc_engine.engines.llama_plan import FOR_CPU, FOR_GPU, Demand, Kind, Limits, Share, plan

LIMITS = Limits(idle=128, speaking=32, preparing=16, batch=256)


def speak(job: int) -> Demand:
    return Demand(job, Kind.SPEAK, 1)


def start(job: int, pending: int) -> Demand:
    return Demand(job, Kind.START, pending)


def prepare(job: int, pending: int) -> Demand:
    return Demand(job, Kind.PREPARE, pending)


def test_nothing_to_do_makes_an_empty_batch():
    assert plan([], LIMITS) == []


def test_everyone_who_speaks_gets_one_token():
    assert plan([speak(1), speak(2)], LIMITS) == [Share(1, 1), Share(2, 1)]


def test_a_lone_prompt_gets_as_much_as_an_idle_batch_holds():
    assert plan([start(1, 500)], LIMITS) == [Share(1, 128)]


def test_a_short_prompt_is_taken_whole():
    assert plan([start(1, 20)], LIMITS) == [Share(1, 20)]


def test_prompts_go_in_small_pieces_while_somebody_speaks():
    assert plan([speak(1), start(2, 500)], LIMITS) == [Share(1, 1), Share(2, 32)]


def test_a_short_prompt_overtakes_a_long_one():
    assert plan([start(1, 500), start(2, 40)], LIMITS) == [Share(1, 88), Share(2, 40)]


def test_the_oldest_prompt_always_keeps_a_quarter():
    crowd = [start(job, 100) for job in range(2, 9)]
    assert Share(1, 32) in plan([start(1, 500), *crowd], LIMITS)


def test_preparation_waits_for_replies():
    assert plan([prepare(1, 100), start(2, 10)], LIMITS) == [Share(2, 10)]
    assert plan([prepare(1, 100), speak(2)], LIMITS) == [Share(2, 1)]


def test_preparation_goes_one_by_one_in_small_pieces():
    assert plan([prepare(1, 100), prepare(2, 5)], LIMITS) == [Share(1, 16)]


def test_more_speakers_than_a_batch_holds_leave_no_room_for_prompts():
    shares = plan([*map(speak, range(300)), start(300, 10)], LIMITS)
    assert shares == [Share(job, 1) for job in range(256)]


demands = st.lists(
    st.builds(
        lambda kind, pending: (kind, 1 if kind is Kind.SPEAK else pending),
        st.sampled_from(Kind),
        st.integers(1, 1000),
    ),
    min_size=1,
    max_size=40,
).map(lambda rows: [Demand(job, kind, pending) for job, (kind, pending) in enumerate(rows)])


@given(demands, st.sampled_from([LIMITS, FOR_CPU, FOR_GPU]))
@pytest.mark.timeout(60)
def test_a_batch_fits_its_demands_and_limits_and_always_gets_something_done(wanted, limits):
    shares = plan(wanted, limits)
    pending = {demand.job: demand.pending for demand in wanted}
    assert 0 < sum(share.tokens for share in shares) <= limits.batch
    assert all(0 < share.tokens <= pending[share.job] for share in shares)
    assert len({share.job for share in shares}) == len(shares)
