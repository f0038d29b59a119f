"""Show what a benchmark of several players found."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from npc_engine.bench.findings import Findings, as_json, as_markdown, as_tables
from npc_engine.compose import models_for
from npc_engine.config import Config
from npc_engine.terminal.benching import publish
from npc_engine.terminal.setup import pull_missing


def prepare(config: Config, language: str) -> None:
    """Pull what a configuration needs. Raises `NpcEngineError`."""
    pull_missing(models_for(config, [language]), Console(stderr=True))


def show(findings: Findings, json: Path | None, markdown: bool) -> None:
    """Print tables or Markdown, and write JSON. Raises `NpcEngineError`."""
    publish(findings, json, markdown, as_json, as_markdown, lambda found: found.facts, as_tables)
