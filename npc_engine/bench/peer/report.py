"""The outcome of the comparison with peers: data, and how it reads as a table, Markdown and JSON. Measures nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.table import Table

from npc_engine.bench.machine import Machine
from npc_engine.bench.statistics import Summary, summary

OURS = "ours"
DEFAULT = "pipecat"
TUNED = "-tuned"
"""How the names of tuned peers end."""
HEAD = ("", "median", "p90", "median / ours", "answered", "answered a part first")


@dataclass(frozen=True)
class Turn:
    """One question to one stack."""

    stack: str
    question: str
    transcript: str
    answer: str
    audible_ms: int | None
    """From the end of the player's speech to the first audible sample at the client; None without an answer."""
    replies: int
    """Answers that were begun; the last one counts."""
    stages: dict[str, int]
    """Milliseconds that the stack itself reports, by its own names."""


@dataclass(frozen=True)
class PeerReport:
    """All that `bench peer` found."""

    machine: Machine
    models: list[str]
    versions: dict[str, str]
    """By the name of the stack, in the order in which they were started."""
    load_before: float
    load_after: float
    turns: list[Turn]

    def of(self, stack: str) -> list[Turn]:
        """The turns of one stack."""
        return [turn for turn in self.turns if turn.stack == stack]

    def summary(self, stack: str) -> Summary | None:
        """Its times, over the turns that were answered; None when none was."""
        return summary(turn.audible_ms for turn in self.of(stack))

    def ratio(self, stack: str) -> float | None:
        """Its median divided by ours, when both answered."""
        its, ours = self.summary(stack), self.summary(OURS)
        return its.median / ours.median if its and ours and ours.median > 0 else None

    def best_tuned(self) -> str | None:
        """The tuned peer with the smallest median."""
        medians = {name: self.summary(name) for name in self.versions if name.endswith(TUNED)}
        measured = {name: found.median for name, found in medians.items() if found}
        return min(measured, key=measured.__getitem__, default=None)

    def stages(self, stack: str) -> dict[str, Summary]:
        """What the stack reports of itself."""
        names = dict.fromkeys(name for turn in self.of(stack) for name in turn.stages)
        found = {name: summary(turn.stages.get(name) for turn in self.of(stack)) for name in names}
        return {name: each for name, each in found.items() if each}


def as_json(report: PeerReport) -> str:
    """For machines: everything, with the summaries beside the single turns."""
    stacks = {
        name: {
            "summary": asdict(found) if (found := report.summary(name)) else None,
            "ratio": report.ratio(name),
            "stages": {stage: asdict(each) for stage, each in report.stages(name).items()},
        }
        for name in report.versions
    }
    return json.dumps({**asdict(report), "stacks": stacks}, ensure_ascii=False, indent=2)


def facts(report: PeerReport) -> list[str]:
    """What was measured on what, and the two ratios, a sentence each."""
    machine = report.machine
    return [
        f"{machine.processor}, {machine.cores} cores, {machine.memory_gb} GB, {machine.system}",
        ", ".join(f"{name}: {version}" for name, version in report.versions.items()),
        f"models: {', '.join(report.models)}",
        f"load average {report.load_before} before, {report.load_after} after",
        *_ratios(report),
    ]


def as_tables(report: PeerReport) -> list[Table]:
    """For a terminal."""
    return [
        _table("end of speech → first audible sample at the client, milliseconds", HEAD, _rows(report)),
        _table("what the stacks report of themselves, milliseconds", ("", "stage", "median", "p90"), _stages(report)),
    ]


def as_markdown(report: PeerReport) -> str:
    """For `docs/benchmarks.md`."""
    parts = [f"{line}  " for line in facts(report)]
    parts += ["", "### End of speech → first audible sample at the client, milliseconds", ""]
    parts += _lines(HEAD, _rows(report))
    parts += ["", "### What the stacks report of themselves, milliseconds", ""]
    parts += _lines(("", "stage", "median", "p90"), _stages(report))
    parts += ["", "### What was heard and answered last", "", *_samples(report)]
    return "\n".join(parts) + "\n"


def _ratios(report: PeerReport) -> list[str]:
    compared = {"Pipecat by default": DEFAULT, "the best tuned peer": report.best_tuned()}
    ratios = {label: (name, report.ratio(name)) for label, name in compared.items() if name}
    return [f"{label} ({name}) / ours: {ratio:.2f}" for label, (name, ratio) in ratios.items() if ratio]


def _rows(report: PeerReport) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for name in report.versions:
        turns, found, ratio = report.of(name), report.summary(name), report.ratio(name)
        answered = sum(turn.audible_ms is not None for turn in turns)
        parts = sum(turn.replies > 1 for turn in turns)
        times = (f"{found.median:.0f}", f"{found.p90:.0f}") if found else ("", "")
        rows.append((name, *times, f"{ratio:.2f}" if ratio else "", f"{answered} of {len(turns)}", str(parts)))
    return rows


def _stages(report: PeerReport) -> list[Sequence[str]]:
    return [
        (name, stage, f"{found.median:.0f}", f"{found.p90:.0f}")
        for name in report.versions
        for stage, found in report.stages(name).items()
    ]


def _samples(report: PeerReport) -> list[str]:
    last = {name: report.of(name)[-1] for name in report.versions if report.of(name)}
    return [f"- {name}: “{turn.transcript}” → “{turn.answer}”" for name, turn in last.items()]


def _lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = "|".join("---:" if label and label != "stage" else "---" for label in head)
    return [f"| {' | '.join(line)} |" for line in [head]] + [f"|{rule}|"] + [f"| {' | '.join(row)} |" for row in rows]


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left")
    for label in head:
        table.add_column(label, justify="right" if label and label != "stage" else "left")
    for row in rows:
        table.add_row(*row)
    return table
