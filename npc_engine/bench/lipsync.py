"""Measure how far cues are from their sound, at the speaker, in the browser's client.

A scripted voice clicks at the beginning of each viseme. In Chromium the client plays it, beside the page with its
moving portrait; what goes to the sound card is captured in the very graph that plays it. The frame of each click says
when it leaves the loudspeaker; the browser's own output clock, read when its cue is applied, what was leaving it then.
Some utterances are cancelled midway: after that neither a cue nor a click may come.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from npc_engine.bench.chromium import chromium
from npc_engine.bench.findings import Findings, Section, facts
from npc_engine.bench.machine import load
from npc_engine.bench.statistics import percentile
from npc_engine.compose import clicking_engines
from npc_engine.config import Config
from npc_engine.persona import loading
from npc_engine.server import Server

PERSONA = "deadwood"
BOUND_MS = 50.0
"""Within which a mouth and its sound are taken for one."""
LINE = "Well, friend, there was once a rider who came over the hills with nothing but a song and a very tired horse."
_PROGRAM = Path(__file__).with_suffix(".js")
Note = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    utterances: int = 12
    """Heard to their ends."""
    cancelled: int = 12
    """Cut off after one more cue each time."""


@dataclass(frozen=True)
class Seen:
    """What the browser saw."""

    skews: list[float]
    """Of each cue, milliseconds by which it came after its click, by `AudioContext.getOutputTimestamp`."""
    by_latency: list[float]
    """The same by `currentTime` and `outputLatency`, which move in steps."""
    unmatched: int
    """Cues without a click, or clicks without a cue."""
    cancelled: int
    """Utterances that were cut off."""
    late_cues: int
    """Of these, after they were."""
    late_clicks: int


async def measure(plan: Plan, note: Note) -> Findings:
    """Serve, open Chromium, listen. Raises `NpcEngineError`."""
    before = load()
    async with _serving() as port, chromium() as browser:
        context = await browser.new_context(bypass_csp=True)  # the capture is no part of the page
        page = await context.new_page()
        page.on("console", lambda said: note(said.text))
        await page.goto(f"http://127.0.0.1:{port}/")
        await page.wait_for_selector("#connection[data-state=open]")
        asked = [f"ws://127.0.0.1:{port}/v1", PERSONA, LINE, plan.utterances, plan.cancelled]
        seen = Seen(**await page.evaluate(_PROGRAM.read_text(encoding="utf-8"), asked))
    return _findings(seen, before)


@asynccontextmanager
async def _serving() -> AsyncIterator[int]:
    """The port of a server whose voice clicks."""
    engines = clicking_engines()
    persona = loading.load(loading.named(PERSONA, loading.search_folders()))
    server = Server(Config(port=0, store="off"), engines, {PERSONA: persona})
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    await engines.start(lambda line: None)
    serving = asyncio.create_task(server.run(lambda host, port: listening.set_result(port)))
    try:
        yield await listening
    finally:
        server.stop()
        await serving
        await engines.stop()


def _row(name: str, skews: Sequence[float]) -> list[str]:
    absolute = [abs(skew) for skew in skews]
    return [name, str(len(skews)), *(f"{percentile(absolute, part):.1f}" for part in (0.5, 0.95, 1.0))]


def _findings(seen: Seen, before: float) -> Findings:
    p95 = percentile([abs(skew) for skew in seen.skews], 0.95)
    said = [
        f"cue to audio: 95 % within {p95:.1f} ms (bound: {BOUND_MS:.0f} ms); {seen.unmatched} cues or clicks "
        "had no partner",
        f"{seen.cancelled} utterances were cancelled: {seen.late_cues} cues and {seen.late_clicks} clicks came after",
    ]
    clocks = {"by getOutputTimestamp": seen.skews, "by currentTime − outputLatency": seen.by_latency}
    section = Section(
        "Lip-sync in Chromium: distance of a cue from its sound, milliseconds",
        ["", "cues", "median", "p95", "worst"],
        list(itertools.starmap(_row, clocks.items())),
    )
    models = {"voice": "scripted clicks"}
    data: dict[str, Any] = {
        "p95_ms": p95,
        "late": seen.late_cues + seen.late_clicks,
        "unmatched": seen.unmatched,
        "skews_ms": seen.skews,
    }
    return Findings([*facts(models, before), *said], [section], data)
