"""Find good thread counts for this machine, show and keep them."""

from __future__ import annotations

from pathlib import Path

from npc_engine.bench.machine import load, machine
from npc_engine.bench.tune import measure
from npc_engine.bench.tune_choice import choose
from npc_engine.bench.tune_report import TuneReport, as_json, as_markdown, as_tables, facts
from npc_engine.config import Config
from npc_engine.terminal.benching import note, publish
from npc_engine.threads import Threads, save_tuned, tuned_file, usable_cores

BUSY = 0.5
"""Load per core above which measurements say more about other programs."""


async def tune(config: Config, language: str, fake: bool) -> TuneReport:
    """Measure and choose. Raises `NpcEngineError`."""
    before = load()
    if before > usable_cores() * BUSY:
        note(
            f"other programs keep the cores busy (load average {before}): what is found now may not hold when they rest"
        )
    measured = await measure(config, language, fake, note)
    return TuneReport(machine(), before, load(), measured, choose(measured))


def show(report: TuneReport, json: Path | None, markdown: bool) -> None:
    """Print tables or Markdown, and write JSON. Raises `NpcEngineError`."""
    publish(report, json, markdown, as_json, as_markdown, facts, as_tables)


def save(threads: Threads) -> None:
    """Keep what was found for the servers that are started from now on. Raises `NpcEngineError`."""
    path = tuned_file()
    save_tuned(threads, usable_cores(), path)
    note(f"saved to {path}: it counts for servers that are started from now on; npc-engine doctor shows it")
