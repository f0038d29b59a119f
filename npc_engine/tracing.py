"""Tell an OpenTelemetry collector about turns: a span for each that is completed, with one inside it for each stage.

Is fed with the messages of a session as they leave the server, and knows nothing else of it. Needs the packages of
`pip install npc-engine[tracing]`; where spans go and how is up to the `OTEL_...` variables of the environment.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import set_span_in_context
from opentelemetry.util.types import AttributeValue

from npc_engine import __version__
from npc_engine.protocol import (
    AnyServerMessage,
    SessionOpened,
    TranscriptFinal,
    TurnCompleted,
    TurnStarted,
    UtteranceCompleted,
    UtteranceStarted,
)

Attributes = dict[str, AttributeValue]
_MILLISECOND = 1_000_000
"""In nanoseconds, as spans are timed."""


class Tracing:
    """The way to the collector, for all sessions of a server."""

    def __init__(
        self,
        texts: bool,
        processor: SpanProcessor | None = None,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        """Open it. With `texts` the words of player and character are told too. `clock` gives nanoseconds since 1970.

        Without a `processor` spans go out in batches, from a thread of their own, as OTLP over HTTP.
        """
        resource = Resource.create({SERVICE_NAME: "npc-engine", SERVICE_VERSION: __version__})
        # what the environment says of the service goes before what we say
        self._provider = TracerProvider(resource=resource.merge(OTELResourceDetector().detect()))
        self._provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("npc_engine", __version__)
        self._texts = texts
        self._clock = clock

    def follow(self) -> Callable[[AnyServerMessage], None]:
        """What takes note of every message to one client, from `session.opened` on."""
        return _Session(self._record, self._texts).take

    def close(self) -> None:
        """Send what has not been sent. Blocks for up to the exporter's time limit."""
        self._provider.shutdown()

    def _record(self, turn: TurnCompleted, attributes: Attributes) -> None:
        """The turn is completed now; everything before lies as far back as its timeline says."""
        times = [time for span in turn.timeline for time in (span.start_ms, span.end_ms)] or [0]
        origin = self._clock() - max(times) * _MILLISECOND

        def at(ms: int) -> int:
            return origin + ms * _MILLISECOND

        root = self._tracer.start_span("turn", Context(), start_time=at(min(times)), attributes=attributes)
        for span in turn.timeline:
            inside = set_span_in_context(root, Context())
            self._tracer.start_span(span.stage, inside, start_time=at(span.start_ms)).end(at(span.end_ms))
        root.end(at(max(times)))


class _Session:
    """Collects what is said of the turns of one session until they are completed."""

    def __init__(self, record: Callable[[TurnCompleted, Attributes], None], texts: bool) -> None:
        self._record = record
        self._texts = texts
        self._session: Attributes = {}
        self._turns: defaultdict[int, Attributes] = defaultdict(dict)
        self._speaking = 0
        """The turn whose utterance is under way."""

    def take(self, message: AnyServerMessage) -> None:
        """Take note of a message to the client."""
        match message:
            case SessionOpened(session_id=session, models=models):
                self._session = {"npc.session": session}
                self._session |= {f"npc.model.{use}": name for use, name in models.model_dump().items()}
            case TurnStarted(turn=turn, actor_id=actor):
                self._turns[turn]["npc.actor"] = actor
            case TranscriptFinal(turn=turn, language=language, text=text):
                self._turns[turn]["npc.language"] = language
                self._note_text(turn, "npc.transcript", text)
            case UtteranceStarted(turn=turn):
                self._speaking = turn
            case UtteranceCompleted(heard_text=text):
                self._note_text(self._speaking, "npc.heard_text", text)
            case TurnCompleted():
                self._complete(message)
            case _:
                pass

    def _note_text(self, turn: int, name: str, text: str) -> None:
        if self._texts:
            self._turns[turn][name] = text

    def _complete(self, turn: TurnCompleted) -> None:
        attributes = {**self._session, "npc.turn": turn.turn, **self._turns[turn.turn]}
        if turn.metrics.voice_to_voice_ms is not None:
            attributes["npc.voice_to_voice_ms"] = turn.metrics.voice_to_voice_ms
        self._record(turn, attributes)
        # numbers rise: an earlier turn that was given up completes no more
        for number in [number for number in self._turns if number <= turn.turn]:
            del self._turns[number]
