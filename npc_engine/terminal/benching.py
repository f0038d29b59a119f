"""Run a benchmark and show what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from npc_engine.bench.loop import Plan
from npc_engine.bench.report import LoopReport, as_json, as_markdown, as_picture, as_tables, facts
from npc_engine.compose import models_for
from npc_engine.config import Config
from npc_engine.errors import InvalidFile, NpcEngineError
from npc_engine.recordings import QUESTIONS
from npc_engine.terminal.setup import pull_missing

R = TypeVar("R")


def prepare(plan: Plan, config: Config | None) -> None:
    """Pull what a configuration needs. Raises `NpcEngineError`, also for a language without recorded questions."""
    if plan.language not in QUESTIONS:
        raise InvalidFile(f"no question is recorded in '{plan.language}'; there are: {', '.join(QUESTIONS)}")
    if config:
        pull_missing(models_for(config, [plan.language]), Console(stderr=True))


def note(text: str) -> None:
    """Say on standard error what goes on: results alone go to standard output."""
    Console(stderr=True).print(text, style="dim", highlight=False, markup=False, soft_wrap=True)


def show(report: LoopReport, json: Path | None, markdown: bool, plot: Path | None = None) -> None:
    """Print tables or Markdown, write JSON, draw the median turn. Raises `NpcEngineError`."""
    publish(report, json, markdown, as_json, as_markdown, facts, as_tables)
    if plot:
        write(plot, as_picture(report), "--plot")


def publish(
    report: R,
    json: Path | None,
    markdown: bool,
    as_json: Callable[[R], str],
    as_markdown: Callable[[R], str],
    facts: Callable[[R], Iterable[str]],
    as_tables: Callable[[R], Iterable[Table]],
) -> None:
    """Print Markdown, or else facts and tables, and write JSON to the file `json`. Raises `NpcEngineError`."""
    if json:
        write(json, as_json(report), "--json")
    if markdown:
        print(as_markdown(report), end="")
        return
    console = Console(highlight=False)
    for fact in facts(report):
        console.print(fact, markup=False, soft_wrap=True)
    for table in as_tables(report):
        console.print(table)


def write(path: Path, text: str, option: str) -> None:
    """Write what a benchmark found to the file that `option` names. Raises `NpcEngineError`."""
    try:
        path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    except OSError as error:
        raise NpcEngineError(f"{path} can not be written ({error.strerror}); choose another {option}") from error
