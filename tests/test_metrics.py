"""What Prometheus reads of the messages that left a server."""

from __future__ import annotations

import re
from itertools import pairwise

from serving import scripted_engines

from npc_engine.metrics import BUCKETS, Metrics
from npc_engine.protocol import Error, Pong, Span, TurnCompleted, UtteranceCompleted
from npc_engine.protocol import Metrics as TurnMetrics


def page(*messages: TurnCompleted | Error | UtteranceCompleted | Pong) -> dict[str, float]:
    """The samples of a server that sent these messages, by name and labels."""
    metrics = Metrics(scripted_engines(), lambda: 0)
    for message in messages:
        metrics.count(message)
    text = metrics.page()[0].decode()
    return {name: float(value) for name, value in re.findall(r"^([^#\s]\S*(?: \S+})?) (\S+)$", text, re.MULTILINE)}


def spoken(voice_to_voice_ms: int = 640) -> TurnCompleted:
    return TurnCompleted(
        turn=1,
        metrics=TurnMetrics(endpointing_ms=300, recognition_ms=120, voice_to_voice_ms=voice_to_voice_ms),
        timeline=[
            Span(stage="speech", start_ms=-2000, end_ms=0),
            Span(stage="recognition", start_ms=90, end_ms=210),
            Span(stage="held", start_ms=500, end_ms=640),
            Span(stage="speaking", start_ms=640, end_ms=3640),
        ],
    )


def test_each_stage_of_a_turn_is_counted_once() -> None:
    samples = page(spoken())
    seconds = {
        stage: samples[f'npc_stage_seconds_sum{{stage="{stage}"}}']
        for stage in ("endpointing", "recognition", "speech", "held", "speaking")
    }
    assert seconds == {"endpointing": 0.3, "recognition": 0.12, "speech": 2.0, "held": 0.14, "speaking": 3.0}
    assert samples['npc_stage_seconds_count{stage="recognition"}'] == 1


def test_the_players_wait_is_no_stage_but_the_whole() -> None:
    samples = page(spoken(640), spoken(900))
    assert samples["npc_voice_to_voice_seconds_sum"] == 1.54
    assert samples['npc_voice_to_voice_seconds_bucket{le="0.7"}'] == 1
    assert 'npc_stage_seconds_count{stage="voice_to_voice"}' not in samples


def test_a_typed_turn_has_no_such_wait() -> None:
    samples = page(TurnCompleted(turn=1, metrics=TurnMetrics(first_token_ms=80)))
    assert samples["npc_voice_to_voice_seconds_count"] == 0
    assert samples["npc_turns_total"] == 1


def test_below_a_second_no_two_boundaries_are_further_apart_than_people_notice() -> None:
    fine = [bucket for bucket in BUCKETS if bucket <= 1.0]
    assert max(after - before for before, after in pairwise(fine)) < 0.11
    assert list(BUCKETS) == sorted(BUCKETS)


def test_errors_and_ends_of_utterances_are_counted_by_kind() -> None:
    ended = UtteranceCompleted(utterance=1, reason="interrupted", text="", heard_text="", duration_ms=0)
    samples = page(Error(code="idle", message=""), ended, Pong())
    assert samples['npc_errors_total{code="idle"}'] == 1
    assert samples['npc_utterances_total{reason="interrupted"}'] == 1
