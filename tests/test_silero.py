"""Voice activity keeps one state per stream. Its model ships inside its package."""

from __future__ import annotations

import pytest
from real_models import noise, silence

from npc_engine.engines.silero import SileroVoiceActivity

WINDOW = 2 * SileroVoiceActivity.window
SOUND = noise(0.5, 0.1)


@pytest.fixture
def activity() -> SileroVoiceActivity:
    return SileroVoiceActivity()


def test_every_whole_window_gets_a_probability(activity):
    scores = activity.score("a", bytes(WINDOW * 3))
    assert len(scores) == 3
    assert all(0 <= score < 0.5 for score in scores)


def test_a_remainder_waits_for_the_next_call(activity):
    assert activity.score("a", bytes(WINDOW - 2)) == []
    assert len(activity.score("a", bytes(2))) == 1


def test_pieces_of_any_size_score_like_the_whole(activity):
    whole = activity.score("whole", SOUND)
    pieces = [score for at in range(0, len(SOUND), 640) for score in activity.score("pieces", SOUND[at : at + 640])]
    assert pieces == whole


def test_state_is_kept_from_call_to_call(activity):
    first = activity.score("a", SOUND[:WINDOW])
    assert activity.score("a", SOUND[:WINDOW]) != first


def test_streams_do_not_hear_each_other(activity):
    alone = SileroVoiceActivity().score("a", SOUND)
    mixed = []
    for at in range(0, len(SOUND) - WINDOW + 1, WINDOW):
        mixed += activity.score("a", SOUND[at : at + WINDOW])
        activity.score("b", silence(0.1))
    assert mixed == alone


def test_a_closed_stream_begins_anew(activity):
    first = activity.score("a", SOUND)
    activity.close("a")
    assert activity.score("a", SOUND) == first


def test_an_unknown_stream_can_be_closed(activity):
    activity.close("never opened")
