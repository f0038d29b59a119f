"""Run the barge-in benchmark and show what it found."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from npc_engine.bench.barge_in_report import BargeInReport, as_json, as_markdown, as_tables, facts
from npc_engine.compose import models_for
from npc_engine.config import Config
from npc_engine.terminal.benching import publish
from npc_engine.terminal.setup import pull_missing


def prepare(config: Config) -> None:
    """Pull what a configuration needs. Raises `NpcEngineError`."""
    pull_missing(models_for(config, ["en"]), Console(stderr=True))


def show(report: BargeInReport, json: Path | None, markdown: bool) -> None:
    """Print tables or Markdown, and write JSON. Raises `NpcEngineError`."""
    publish(report, json, markdown, as_json, as_markdown, facts, as_tables)
