"""When a reply's tokens are due, and how the model's speed is learned."""

import pytest

from npc_engine.engines.llama_pace import CLAUSE, FIRST_CLAUSE, HEARD, LEAD, Pace, Speed

SPEED = Speed()


def test_a_short_prompt_is_due_before_a_long_one_that_was_asked_earlier():
    assert Pace(asked=10.5).prompt_due(30, SPEED) < Pace(asked=10.0).prompt_due(2000, SPEED)


def test_a_long_prompt_is_due_before_what_is_asked_when_it_should_be_ready():
    assert Pace(asked=0.0).prompt_due(2000, SPEED) < Pace(asked=2000 * SPEED.prompt).prompt_due(30, SPEED)


def test_questions_that_come_together_are_read_before_one_is_answered():
    assert Pace(asked=0.3).prompt_due(40, SPEED) < Pace(asked=0.0).token_due(1)


def test_the_tokens_of_a_first_clause_are_due_together():
    pace = Pace(asked=10.0)
    assert pace.token_due(1) == pace.token_due(CLAUSE) == 10.0 + FIRST_CLAUSE
    assert pace.token_due(CLAUSE + 5) == pytest.approx(10.0 + FIRST_CLAUSE + 5 * HEARD)


def test_a_reply_with_audio_is_due_before_the_audio_ends():
    pace = Pace(asked=10.0)
    pace.hear(until=14.0, spoken=12)
    assert pace.token_due(13) == 14.0 - LEAD
    assert pace.token_due(12 + CLAUSE + 1) == pytest.approx(14.0 - LEAD + HEARD)


def test_a_reply_that_is_wanted_later_has_time_from_its_prompt_on():
    assert Pace(asked=10.0, until=20.0).prompt_due(30, SPEED) == pytest.approx(20.0 - LEAD - SPEED.clause)


def test_speed_is_learned_from_batches():
    speed = Speed()
    before = speed.slack
    for _ in range(100):
        speed.note(1, 0.06)
        speed.note(5, 99.0)
        speed.note(64, 0.64)
    assert speed.reply == pytest.approx(0.06, rel=0.01)
    assert speed.prompt == pytest.approx(0.01, rel=0.01)
    assert speed.slack > before
