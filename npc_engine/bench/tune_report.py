"""What `bench tune` found, as tables, Markdown and JSON. Measures and decides nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from rich.table import Table

from npc_engine import __version__
from npc_engine.bench.machine import Machine
from npc_engine.bench.tune_choice import Measurements, Pair, model
from npc_engine.threads import Threads, threads_for

ALONE = ("threads", "first token", "per token", "recognition", "synthesis")
TOGETHER = ("writing", "other", "per token, beside recognition", "recognition", "synthesis")
CHOICE = ("", "prompts", "writing", "recognition", "synthesis", "undisturbed", "in each other's way", "mean")
Rows = list[Sequence[str]]


@dataclass(frozen=True)
class TuneReport:
    """All that was found."""

    machine: Machine
    load_before: float
    load_after: float
    measured: Measurements
    chosen: Threads


def sections(report: TuneReport) -> list[tuple[str, Sequence[str], Rows]]:
    """Tables as title, head and rows."""
    measured = report.measured
    alone: Rows = [
        (str(count), *_ms(times[count] for times in _alone(measured))) for count in sorted(measured.first_token)
    ]
    together: Rows = [
        (*map(str, pair), *_ms(times[pair] for times in _together(measured)))
        for pair in sorted(measured.token_beside_recognition)
    ]
    choices = {"chosen": report.chosen, "default": threads_for(report.machine.cores)}
    return [
        ("Alone, milliseconds", ALONE, alone),
        (
            "While the model writes, by the threads that write and those of the other engine, milliseconds",
            TOGETHER,
            together,
        ),
        (
            "From asking for the transcript to the first clause's audio, milliseconds",
            CHOICE,
            _choices(measured, choices),
        ),
    ]


def facts(report: TuneReport) -> list[str]:
    """What it was measured on, a sentence each."""
    machine = report.machine
    return [
        f"npc-engine {__version__} on {machine.processor}, {machine.cores} cores, {machine.system}",
        f"load average {report.load_before} before, {report.load_after} after",
    ]


def as_tables(report: TuneReport) -> list[Table]:
    """For a terminal."""
    tables = []
    for title, head, rows in sections(report):
        table = Table(*head, title=title, title_justify="left")
        for row in rows:
            table.add_row(*row)
        tables.append(table)
    return tables


def as_markdown(report: TuneReport) -> str:
    """For the documentation."""
    parts = [f"{line}  " for line in facts(report)]
    for title, head, rows in sections(report):
        parts += ["", f"### {title}", "", _row(head), "|" + "---:|" * len(head), *map(_row, rows)]
    return "\n".join(parts) + "\n"


def as_json(report: TuneReport) -> str:
    """For machines: times in seconds; those of two engines as `[threads, threads, seconds]`."""
    data = {
        "machine": asdict(report.machine),
        "load": [report.load_before, report.load_after],
        "chosen": report.chosen.model_dump(),
        "modelled": asdict(model(report.measured, report.chosen)),
        "measured": {name: _plain(times) for name, times in asdict(report.measured).items()},
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _alone(measured: Measurements) -> tuple[dict[int, float], ...]:
    return measured.first_token, measured.token, measured.recognition, measured.synthesis


def _together(measured: Measurements) -> tuple[dict[Pair, float], ...]:
    return measured.token_beside_recognition, measured.recognition_beside_writing, measured.synthesis_beside_writing


def _choices(measured: Measurements, choices: dict[str, Threads]) -> Rows:
    rows: Rows = []
    for name, threads in choices.items():
        turn = model(measured, threads)
        times = (turn.undisturbed, turn.contended, turn.mean)
        rows.append((name, *map(str, threads.model_dump().values()), *_ms(times)))
    return rows


def _ms(seconds: Iterable[float]) -> list[str]:
    return [f"{each * 1000:.1f}" if each < 0.1 else f"{each * 1000:.0f}" for each in seconds]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(times: dict[int, float] | dict[Pair, float]) -> object:
    return [[*(key if isinstance(key, tuple) else [key]), round(value, 5)] for key, value in times.items()]
