"""The resume benchmark: what it takes for a loss, and a small run over real sockets."""

from __future__ import annotations

import pytest

from npc_engine.bench.resume import Outcome, Plan, findings, gaps, measure, unanswered
from npc_engine.client import ReceivedAudio

WHOLE = Outcome(sessions=1, missing=0, twice=0, samples=0, unanswered=0, reconnects=1, cut="down", back=0.05)


@pytest.mark.anyio
async def test_a_small_run_loses_nothing() -> None:
    found = await measure(Plan(tries=6, at_once=6, stall=0.5, seed=3), lambda line: None)
    outcomes = [Outcome(**each) for each in (*found.data["tries"], found.data["stalled"])]
    assert all(each.is_whole for each in outcomes), found.data
    # how soon they are back is for the benchmark to say: on a busy machine it takes a second
    assert all(each["back"] is not None for each in found.data["tries"])
    assert found.data["stalled"]["reconnects"] == 0


def test_samples_that_are_missing_or_come_again_are_counted_in_each_utterance() -> None:
    assert gaps([]) == 0
    assert gaps([ReceivedAudio(1, 0, b"aabb"), ReceivedAudio(2, 0, b"aa"), ReceivedAudio(1, 2, b"cc")]) == 0
    assert gaps([ReceivedAudio(1, 0, b"aabb"), ReceivedAudio(1, 3, b"cc")]) == 1
    assert gaps([ReceivedAudio(1, 0, b"aabb"), ReceivedAudio(1, 1, b"bb")]) == 1
    assert gaps([ReceivedAudio(1, 4, b"aa")]) == 4


def test_each_message_is_to_be_answered_once_and_in_order() -> None:
    assert unanswered(["a", "b"], ["a", "b"]) == 0
    assert unanswered(["a", "b"], ["b", "a"]) == 1
    assert unanswered(["a", "b"], ["a"]) == 1
    assert unanswered(["a", "b"], ["a", "b", "b"]) == 1


def test_a_try_fails_that_lost_something_came_late_or_was_never_cut() -> None:
    from dataclasses import replace

    tries = [WHOLE, replace(WHOLE, missing=1), replace(WHOLE, back=1.5), replace(WHOLE, cut=None, back=None)]
    found = findings(tries, replace(WHOLE, reconnects=0), Plan(tries=4), 0.5)
    assert found.data["failed"] == 3
    assert dict(found.sections[0].rows)["back in the same session within 1 s, everything once"] == "1"
    assert dict(found.sections[1].rows)["the connection was kept"] == "yes"
