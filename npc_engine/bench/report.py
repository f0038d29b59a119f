"""The outcome of the loop benchmark: data, and how it reads as table, Markdown, JSON and picture. Measures nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from rich.table import Table

from npc_engine.bench.machine import Machine, Memory
from npc_engine.bench.plot import picture
from npc_engine.bench.statistics import Summary, summary
from npc_engine.errors import NpcEngineError
from npc_engine.exchange import Exchange
from npc_engine.protocol import Metrics, Span

STAGES = {
    "endpointing_ms": "end of speech → turn is over",
    "recognition_ms": "asking for the transcript → transcript",
    "first_token_ms": "asking the model → first token",
    "first_clause_ms": "first token → first clause",
    "first_audio_ms": "first clause → its audio",
    "voice_to_voice_ms": "end of speech → audio, at the server",
    "client_audio_ms": "end of speech → audio, at the client",
    "client_audible_ms": "end of speech → first audible sample, at the client",
}
"""Of a spoken turn: its stages, which overlap, and then what they come to."""
TEXT_STAGES = {
    "first_token_ms": "typed line → first token",
    "first_clause_ms": "first token → first clause",
    "client_text_ms": "typed line → first clause, at the client",
}
"""Of a typed turn."""
Row = dict[str, int | None]


@dataclass(frozen=True)
class Turns:
    """Measured turns of one kind: one row per turn."""

    cold: Row
    """The first turn after the start."""
    warm: list[Row]
    timelines: list[list[Span]] = field(default_factory=list)
    """When the stages of each warm turn took place."""

    def summaries(self) -> dict[str, Summary]:
        """Per stage that was measured, over the warm turns."""
        found = {stage: summary(row.get(stage) for row in self.warm) for stage in self.cold}
        return {stage: each for stage, each in found.items() if each}

    def median_turn(self, stage: str) -> list[Span]:
        """The timeline of the warm turn whose time for `stage` is the median, of two in the middle the shorter one.

        Empty when no turn has both.
        """
        turns = zip(self.warm, self.timelines, strict=False)
        measured = [(time, spans) for row, spans in turns if spans and (time := row.get(stage)) is not None]
        measured.sort(key=lambda turn: turn[0])
        return measured[(len(measured) - 1) // 2][1] if measured else []


@dataclass(frozen=True)
class LoopReport:
    """All that `bench loop` found."""

    version: str
    machine: Machine
    models: dict[str, str]
    language: str
    load_before: float
    load_after: float
    ready_seconds: float
    """From the start of the server's process until it was ready."""
    memory: Memory
    """Of the server and its engines after the last turn."""
    spoken: Turns
    typed: Turns
    questions: list[str]
    answers: list[str]


def spoken_row(exchange: Exchange) -> Row:
    """The times of a spoken turn, in milliseconds."""
    return {
        **_server_times(exchange.metrics, STAGES),
        "client_audio_ms": exchange.first_audio_ms,
        "client_audible_ms": exchange.first_audible_ms,
    }


def typed_row(exchange: Exchange) -> Row:
    """The times of a typed turn, in milliseconds."""
    came = exchange.text_at
    client = round((came - exchange.asked_at) * 1000) if came else None
    return {**_server_times(exchange.metrics, TEXT_STAGES), "client_text_ms": client}


def as_json(report: LoopReport) -> str:
    """For machines: everything, with the summaries beside the single turns."""
    data = asdict(report)
    for kind, turns in (("spoken", report.spoken), ("typed", report.typed)):
        data[kind]["summary"] = {stage: asdict(each) for stage, each in turns.summaries().items()}
    return json.dumps(data, ensure_ascii=False, indent=2, default=Span.model_dump)


def as_tables(report: LoopReport) -> list[Table]:
    """For a terminal."""
    return [_table(title, rows) for title, rows in _sections(report)]


def as_markdown(report: LoopReport) -> str:
    """For `docs/benchmarks.md`."""
    parts = [f"{line}  " for line in facts(report)]
    for title, rows in _sections(report):
        parts += ["", f"### {title}", "", "| | median | p90 | cold |", "|---|---:|---:|---:|"]
        parts += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(parts) + "\n"


def as_picture(report: LoopReport) -> str:
    """The median turn as an SVG, a spoken one if there is one. Raises `NpcEngineError` when no turn has a timeline."""
    kind, stage = ("spoken", "voice_to_voice_ms") if report.spoken.warm else ("typed", "client_text_ms")
    turns = report.spoken if report.spoken.warm else report.typed
    spans = turns.median_turn(stage)
    if not spans:
        raise NpcEngineError(f"none of the {kind} turns told its timeline; measure more: --turns 10")
    model = report.models["language_model"]
    title = f"A {kind} turn on {report.machine.cores} cores with {model}: the median of {len(turns.warm)}"
    return picture(spans, title)


def facts(report: LoopReport) -> list[str]:
    """What the numbers were measured on, a sentence each."""
    machine, models = report.machine, report.models
    return [
        f"npc-engine {report.version} on {machine.processor}, {machine.cores} cores, {machine.memory_gb} GB, "
        f"{machine.system}, Python {machine.python}",
        f"models: {', '.join(f'{use} {name}' for use, name in models.items())}; language {report.language}",
        f"load average {report.load_before} before, {report.load_after} after",
        f"server start to ready: {report.ready_seconds:.1f} s",
        f"memory of the server and its engines: {report.memory.megabytes:.0f} MB {report.memory.measure}",
    ]


def _server_times(metrics: Metrics, stages: Iterable[str]) -> Row:
    times = metrics.model_dump()
    return {stage: times[stage] for stage in stages if stage in times}


def _sections(report: LoopReport) -> list[tuple[str, list[Sequence[str]]]]:
    return [
        (f"{len(turns.warm)} {kind} turns, milliseconds", _rows(turns, stages))
        for kind, turns, stages in (("spoken", report.spoken, STAGES), ("typed", report.typed, TEXT_STAGES))
        if turns.warm
    ]


def _rows(turns: Turns, stages: dict[str, str]) -> list[Sequence[str]]:
    found = turns.summaries()
    return [
        (label, f"{found[stage].median:.0f}", f"{found[stage].p90:.0f}", _shown(turns.cold.get(stage)))
        for stage, label in stages.items()
        if stage in found
    ]


def _shown(value: int | None) -> str:
    return "" if value is None else str(value)


def _table(title: str, rows: Iterable[Sequence[str]]) -> Table:
    table = Table("", title=title, title_justify="left")
    for column in ("median", "p90", "cold"):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*row)
    return table
