"""Run a benchmark and show what it found."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from npc_engine.bench.loop import Plan
from npc_engine.bench.report import LoopReport, as_json, as_markdown, as_tables, facts
from npc_engine.compose import models_for
from npc_engine.config import Config
from npc_engine.errors import InvalidFile, NpcEngineError
from npc_engine.recordings import QUESTIONS
from npc_engine.terminal.setup import pull_missing


def prepare(plan: Plan, config: Config | None) -> None:
    """Pull what a configuration needs. Raises `NpcEngineError`, also for a language without recorded questions."""
    if plan.language not in QUESTIONS:
        raise InvalidFile(f"no question is recorded in '{plan.language}'; there are: {', '.join(QUESTIONS)}")
    if config:
        pull_missing(models_for(config, [plan.language]), Console(stderr=True))


def note(text: str) -> None:
    """Say on standard error what goes on: results alone go to standard output."""
    Console(stderr=True).print(text, style="dim", highlight=False, markup=False, soft_wrap=True)


def show(report: LoopReport, json: Path | None, markdown: bool) -> None:
    """Print tables or Markdown, and write JSON. Raises `NpcEngineError`."""
    if json:
        _write(json, as_json(report))
    if markdown:
        print(as_markdown(report), end="")
        return
    console = Console(highlight=False)
    for fact in facts(report):
        console.print(fact, markup=False, soft_wrap=True)
    for table in as_tables(report):
        console.print(table)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise NpcEngineError(f"{path} can not be written ({error.strerror}); choose another --json") from error
