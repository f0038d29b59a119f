"""What a server counts, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder

from npc_engine.ensemble import Engines
from npc_engine.protocol import AnyServerMessage, Error, TurnCompleted, UtteranceCompleted
from npc_engine.worker import Worker

BUCKETS = (
    *(0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    *(1.5, 2.0, 3.0, 5.0, 10.0, 30.0),
)
"""Seconds; dense where people notice a difference."""
TIMELINE_STAGES = ("speech", "held", "speaking")
"""What a turn's metrics don't tell and its timeline does."""


class Metrics:
    """The counters of one server, in a registry of their own."""

    def __init__(self, engines: Engines, sessions: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        open_sessions = Gauge("npc_sessions", "Sessions that are open", registry=self._registry)
        open_sessions.set_function(sessions)
        self._turns = Counter("npc_turns", "Turns that ended", registry=self._registry)
        self._utterances = Counter("npc_utterances", "Utterances that ended", ["reason"], registry=self._registry)
        self._errors = Counter("npc_errors", "Errors sent to clients", ["code"], registry=self._registry)
        self._stages = Histogram(
            "npc_stage_seconds",
            "Duration of a turn's stages, which overlap",
            ["stage"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._wait = Histogram(
            "npc_voice_to_voice_seconds",
            "From the end of the player's speech to the first audio of the reply",
            buckets=BUCKETS,
            registry=self._registry,
        )
        up = Gauge("npc_engine_up", "Whether an engine is loaded", ["engine"], registry=self._registry)
        restarts = Gauge(
            "npc_engine_restarts", "Times that an engine was restarted", ["engine"], registry=self._registry
        )
        for worker in engines.workers:
            up.labels(worker.spec.name).set_function(partial(_is_up, worker))
            restarts.labels(worker.spec.name).set_function(partial(_restarts, worker))

    def count(self, message: AnyServerMessage) -> None:
        """Take note of a message to a client."""
        match message:
            case Error(code=code):
                self._errors.labels(code).inc()
            case UtteranceCompleted(reason=reason):
                self._utterances.labels(reason).inc()
            case TurnCompleted():
                self._turns.inc()
                self._observe(message)
            case _:
                pass

    def _observe(self, turn: TurnCompleted) -> None:
        stages = turn.metrics.model_dump(exclude_none=True)
        total = stages.pop("voice_to_voice_ms", None)
        if total is not None:
            self._wait.observe(total / 1000)
        for stage, duration in stages.items():
            self._stages.labels(stage.removesuffix("_ms")).observe(duration / 1000)
        for span in turn.timeline:
            if span.stage in TIMELINE_STAGES:
                self._stages.labels(span.stage).observe((span.end_ms - span.start_ms) / 1000)

    def page(self) -> tuple[bytes, str]:
        """The text for Prometheus, and its content type."""
        encode, content_type = choose_encoder("")
        return encode(self._registry), content_type


def _is_up(worker: Worker) -> float:
    return float(worker.is_ready)


def _restarts(worker: Worker) -> float:
    return float(worker.restarts)
