"""The outcome of the barge-in benchmark: data, and how it reads as a table, Markdown and JSON. Measures nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.table import Table

from npc_engine.bench.barge_in_cases import HARMLESS, WORDS, Kind
from npc_engine.bench.machine import Machine
from npc_engine.bench.statistics import percentile

TIMES = {
    "last_audio_ms": "first audible sample of the player → last audio received",
    "silent_ms": "→ silence at a client that stops when it is told",
    "completed_ms": "→ utterance.completed",
}
KINDS: tuple[Kind, ...] = (*WORDS, *HARMLESS)


@dataclass(frozen=True)
class Outcome:
    """Of one case. Milliseconds count from the first audible sample of the player's sound."""

    kind: Kind
    name: str
    moment: float
    """Seconds of the reply after which the sound began."""
    reports: bool
    """Whether the client reported its playback."""
    echo_db: float | None
    echo_delay: float | None
    """Seconds."""
    interrupted: bool
    too_early: bool
    """Whether the echo stopped the reply before the player spoke."""
    answered: bool
    """Whether a turn followed: the sound was taken for a line of the player."""
    transcript: str
    heard_text: str
    last_audio_ms: int | None
    completed_ms: int | None
    silent_ms: int | None
    paused_ms: int
    """Silence between two pieces of the reply, as the player hears it."""
    late_frames: int
    """Audio that came behind `utterance.completed`: the protocol forbids it."""

    @property
    def is_false_stop(self) -> bool:
        """Whether something that is no player's word stopped the reply or was answered."""
        return self.kind in HARMLESS and (self.interrupted or self.answered)


@dataclass(frozen=True)
class BargeInReport:
    """All that `bench barge-in` found."""

    version: str
    machine: Machine
    seed: int
    load_before: float
    load_after: float
    outcomes: list[Outcome]
    """In audio time: what was decided."""
    live: list[Outcome]
    """In real time, on a server: how soon players were heard."""

    def of(self, kind: Kind) -> list[Outcome]:
        """The outcomes of one kind."""
        return [outcome for outcome in self.outcomes if outcome.kind == kind]

    @property
    def false_stops(self) -> tuple[int, int]:
        """How many, of how many cases."""
        harmless = [outcome for outcome in self.outcomes if outcome.kind in HARMLESS]
        return sum(outcome.is_false_stop for outcome in harmless), len(harmless)

    @property
    def unheard(self) -> tuple[int, int]:
        """How many players did not stop a reply with words, of how many; in audio time and in real time."""
        spoken = [outcome for outcome in [*self.outcomes, *self.live] if outcome.kind in WORDS]
        return sum(not outcome.interrupted for outcome in spoken), len(spoken)


def facts(report: BargeInReport) -> list[str]:
    """What was measured on what, a sentence each."""
    machine, (false, harmless), (unheard, spoken) = report.machine, report.false_stops, report.unheard
    early = [outcome for outcome in report.outcomes if outcome.too_early]
    return [
        f"npc-engine {report.version} on {machine.processor}, {machine.cores} cores, {machine.memory_gb} GB, "
        f"{machine.system}, Python {machine.python}",
        f"load average {report.load_before} before, {report.load_after} after; seed {report.seed}",
        f"false stops: {false} of {harmless}; players who were not heard: {unheard} of {spoken}; "
        f"replies stopped by their echo before a player spoke: {len(early)}",
        f"audio behind utterance.completed: {sum(outcome.late_frames for outcome in report.live)} frames",
    ]


def as_json(report: BargeInReport) -> str:
    """For machines: every case, and how many were false stops."""
    false, harmless = report.false_stops
    data = asdict(report) | {"false_stops": false, "harmless": harmless}
    return json.dumps(data, ensure_ascii=False, indent=2)


def as_tables(report: BargeInReport) -> list[Table]:
    """For a terminal."""
    return [_table(*section) for section in _sections(report)]


def as_markdown(report: BargeInReport) -> str:
    """For `docs/benchmarks.md`."""
    parts = [f"{line}  " for line in facts(report)]
    for title, columns, rows in _sections(report):
        aligned = ["---", *["---:"] * (len(columns) - 1)]
        parts += ["", f"### {title}", ""]
        parts += [f"| {' | '.join(row)} |" for row in (columns, aligned, *rows)]
    return "\n".join(parts) + "\n"


Section = tuple[str, list[str], list[list[str]]]


def _sections(report: BargeInReport) -> list[Section]:
    sections = [
        (
            "What stopped a reply",
            ["", "cases", "stopped", "before the player spoke", "paused ms, median", "p95"],
            _stops(report),
        ),
        ("A player speaks over a reply, in real time, ms", ["", "cases", "median", "p95", "most"], _times(report)),
        ("The same in audio time, until utterance.completed", ["", "cases", "median", "p95", "most"], _decided(report)),
    ]
    return [section for section in sections if section[2]]


def _stops(report: BargeInReport) -> list[list[str]]:
    rows = []
    for kind in KINDS:
        if outcomes := report.of(kind):
            stopped = sum(outcome.interrupted or outcome.answered for outcome in outcomes)
            paused = [outcome.paused_ms for outcome in outcomes]
            early = sum(outcome.too_early for outcome in outcomes)
            rows.append([kind, str(len(outcomes)), str(stopped), str(early), *_shown(paused, 0.5, 0.95)])
    return rows


def _times(report: BargeInReport) -> list[list[str]]:
    rows = []
    for reports, client in ((False, "client without reports"), (True, "client that reports playback")):
        spoken = [outcome for outcome in report.live if outcome.reports == reports]
        for name, label in TIMES.items():
            values = [value for outcome in spoken if (value := getattr(outcome, name)) is not None]
            if values:
                rows.append([f"{label} ({client})", str(len(values)), *_shown(values, 0.5, 0.95, 1.0)])
    return rows


def _decided(report: BargeInReport) -> list[list[str]]:
    rows = []
    for kind in WORDS:
        values = [outcome.completed_ms for outcome in report.of(kind) if outcome.completed_ms is not None]
        if values:
            rows.append([kind, str(len(values)), *_shown(values, 0.5, 0.95, 1.0)])
    return rows


def _shown(values: Sequence[float], *fractions: float) -> list[str]:
    return [f"{percentile(values, fraction):.0f}" for fraction in fractions]


def _table(title: str, columns: list[str], rows: list[list[str]]) -> Table:
    table = Table(columns[0], title=title, title_justify="left")
    for column in columns[1:]:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*row)
    return table
