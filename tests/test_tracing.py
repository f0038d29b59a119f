"""What a collector gets of a turn: one span for it and one inside for each stage, at the times at which they were."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from serving import serving

from npc_engine import config
from npc_engine.errors import PackageMissing
from npc_engine.protocol import (
    AnyServerMessage,
    Metrics,
    Models,
    OpenedAudio,
    SessionOpened,
    Span,
    TranscriptFinal,
    TurnCompleted,
    TurnStarted,
    UtteranceCompleted,
    UtteranceStarted,
)
from npc_engine.terminal import serving as terminal_serving
from npc_engine.tracing import Tracing

COMPLETED_AT = 1_800_000_000_000_000_000
"""Nanoseconds since 1970 at which every turn of these tests is completed."""
OPENED = SessionOpened(
    session_id="s1",
    resume_token="r",
    server="npc-engine",
    models=Models(recognition="whisper", language_model="small", synthesis="joe", voice_activity="silero"),
    characters=[],
    audio=OpenedAudio(input_rate=16000, encoding="pcm"),
    label="AI",
)
TURN: tuple[AnyServerMessage, ...] = (
    TranscriptFinal(text="Where am I?", turn=1, language="en", audio_ms=900),
    TurnStarted(turn=1, actor_id="ada"),
    UtteranceStarted(utterance=1, turn=1, actor_id="ada", rate=16000),
    UtteranceCompleted(utterance=1, reason="done", text="In town.", heard_text="In town.", duration_ms=800),
    TurnCompleted(
        turn=1,
        metrics=Metrics(voice_to_voice_ms=600),
        timeline=[
            Span(stage="speech", start_ms=-900, end_ms=0),
            Span(stage="recognition", start_ms=-100, end_ms=150),
            Span(stage="speaking", start_ms=600, end_ms=1400),
        ],
    ),
)


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    yield exporter
    exporter.shutdown()


def traced(exporter: InMemorySpanExporter, *messages: AnyServerMessage, texts: bool = False) -> list[ReadableSpan]:
    """The spans of a session that sent these messages, its root spans last in each turn."""
    tracing = Tracing(texts, SimpleSpanProcessor(exporter), clock=lambda: COMPLETED_AT)
    take = tracing.follow()
    for message in (OPENED, *messages):
        take(message)
    tracing.close()
    return list(exporter.get_finished_spans())


def milliseconds(span: ReadableSpan) -> tuple[int, int]:
    """Start and end, before the turn was completed."""
    assert span.start_time is not None
    assert span.end_time is not None
    return (span.start_time - COMPLETED_AT) // 1_000_000, (span.end_time - COMPLETED_AT) // 1_000_000


def test_a_turn_is_one_span_with_its_stages_inside(exporter: InMemorySpanExporter) -> None:
    *stages, turn = traced(exporter, *TURN)
    assert (turn.name, turn.parent) == ("turn", None)
    assert turn.context is not None
    assert [stage.name for stage in stages] == ["speech", "recognition", "speaking"]
    assert all(stage.parent and stage.parent.span_id == turn.context.span_id for stage in stages)


def test_stages_stand_where_they_were_in_real_time(exporter: InMemorySpanExporter) -> None:
    speech, recognition, speaking, turn = (milliseconds(span) for span in traced(exporter, *TURN))
    assert speech == (-2300, -1400)
    assert recognition == (-1500, -1250)
    assert speaking == (-800, 0)
    assert turn == (-2300, 0)


def test_a_turn_says_whose_it_was_and_how_long_the_player_waited(exporter: InMemorySpanExporter) -> None:
    turn = traced(exporter, *TURN)[-1]
    assert turn.attributes == {
        "npc.session": "s1",
        "npc.model.recognition": "whisper",
        "npc.model.language_model": "small",
        "npc.model.synthesis": "joe",
        "npc.model.voice_activity": "silero",
        "npc.turn": 1,
        "npc.actor": "ada",
        "npc.language": "en",
        "npc.voice_to_voice_ms": 600,
    }


def test_words_are_told_only_when_that_is_asked_for(exporter: InMemorySpanExporter) -> None:
    attributes = traced(exporter, *TURN, texts=True)[-1].attributes
    assert attributes
    assert (attributes["npc.transcript"], attributes["npc.heard_text"]) == ("Where am I?", "In town.")


def test_a_turn_without_a_timeline_is_told_all_the_same(exporter: InMemorySpanExporter) -> None:
    (turn,) = traced(exporter, TurnStarted(turn=1, actor_id="ada"), TurnCompleted(turn=1, metrics=Metrics()))
    assert milliseconds(turn) == (0, 0)
    assert turn.attributes
    assert "npc.voice_to_voice_ms" not in turn.attributes


def test_nothing_of_a_turn_is_told_of_the_next(exporter: InMemorySpanExporter) -> None:
    second = traced(exporter, *TURN, TurnCompleted(turn=2, metrics=Metrics()))[-1]
    assert second.attributes
    assert second.attributes["npc.turn"] == 2
    assert "npc.actor" not in second.attributes


def test_two_turns_are_two_traces(exporter: InMemorySpanExporter) -> None:
    spans = traced(exporter, *TURN, TurnCompleted(turn=2, metrics=Metrics()))
    traces = {span.context.trace_id for span in spans if span.context}
    assert len(traces) == 2


def test_the_environment_names_the_service(monkeypatch: pytest.MonkeyPatch, exporter: InMemorySpanExporter) -> None:
    assert traced(exporter, *TURN)[-1].resource.attributes["service.name"] == "npc-engine"
    monkeypatch.setenv("OTEL_SERVICE_NAME", "deadwood")
    assert traced(InMemorySpanExporter(), *TURN) != []
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=festival")
    other = InMemorySpanExporter()
    resource = traced(other, *TURN)[-1].resource.attributes
    assert (resource["service.name"], resource["deployment.environment"]) == ("deadwood", "festival")


@pytest.mark.anyio
async def test_a_server_hands_on_what_it_sends(exporter: InMemorySpanExporter) -> None:
    tracing = Tracing(False, SimpleSpanProcessor(exporter))
    async with serving(follow=tracing.follow) as running, running.client() as client:
        opened = await client.open()
        await client.send("input.text", text="Hello?")
        await client.turn()
    turn = exporter.get_finished_spans()[-1]
    assert turn.attributes
    assert (turn.attributes["npc.session"], turn.attributes["npc.actor"]) == (opened["session_id"], "ada")
    tracing.close()


def test_tracing_is_off_unless_it_is_asked_for() -> None:
    assert terminal_serving._tracing(config.Config()) is None


def test_without_its_packages_tracing_names_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "npc_engine.tracing")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(PackageMissing, match=r"pip install 'npc-engine\[tracing\]'"):
        terminal_serving._tracing(config.Config(tracing=config.Tracing(enabled=True)))
