"""What a benchmark found, as tables for a terminal, Markdown and JSON. Measures nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table

from npc_engine import __version__
from npc_engine.bench.machine import load, machine


@dataclass(frozen=True)
class Section:
    """One table. The first column holds labels, the others numbers."""

    title: str
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Findings:
    """All that is shown of one run."""

    facts: list[str]
    """What was measured on what, a sentence each."""
    sections: list[Section]
    data: dict[str, Any] = field(default_factory=dict)
    """Everything, for JSON."""


def facts(models: dict[str, str], load_before: float) -> list[str]:
    """The version, the machine, the models, and the load; to be asked for when the run is over."""
    found = machine()
    return [
        f"npc-engine {__version__} on {found.processor}, {found.cores} cores, {found.memory_gb} GB, {found.system}, "
        f"Python {found.python}",
        f"models: {', '.join(f'{use} {name}' for use, name in models.items())}",
        f"load average {load_before} before, {load()} after",
    ]


def as_json(findings: Findings) -> str:
    """For machines."""
    return json.dumps({"facts": findings.facts, **findings.data}, ensure_ascii=False, indent=2)


def as_markdown(findings: Findings) -> str:
    """For `docs/benchmarks.md`."""
    parts = [f"{line}  " for line in findings.facts]
    for section in findings.sections:
        aligned = ["---", *["---:"] * (len(section.columns) - 1)]
        parts += ["", f"### {section.title}", ""]
        parts += [f"| {' | '.join(row)} |" for row in (section.columns, aligned, *section.rows)]
    return "\n".join(parts) + "\n"


def as_tables(findings: Findings) -> list[Table]:
    """For a terminal."""
    return [_table(section) for section in findings.sections]


def _table(section: Section) -> Table:
    table = Table(section.columns[0], title=section.title, title_justify="left")
    for column in section.columns[1:]:
        table.add_column(column, justify="right")
    for row in section.rows:
        table.add_row(*row)
    return table
