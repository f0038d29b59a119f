"""Measure how answers come when several players speak at once: with our scheduler, and with other servers in its place.

Spoken: recorded questions in real time, each player some moment of the first second, answers heard as they last.
Typed: all lines within a twentieth of a second, no speech; from the line to the first token, as the server counts it.
Rounds of a size go on until it has the wanted number of turns; one round before them is not counted.
"""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from npc_engine.bench import rivals
from npc_engine.bench.crowd_report import Answer, Crowd, findings
from npc_engine.bench.findings import Findings
from npc_engine.bench.machine import load
from npc_engine.bench.players import all_at_once, gaps, seats, written
from npc_engine.config import Config, Endpoint
from npc_engine.exchange import Exchange
from npc_engine.localserver import LocalServer, local_server
from npc_engine.models.store import Store

Note = Callable[[str], None]
SPREAD = {True: 1.0, False: 0.05}
"""Seconds within which the players of a round begin, spoken and typed."""


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    turns: int = 20
    """Of each size, at least."""
    sizes: tuple[int, ...] = (1, 2, 4, 8)
    kinds: tuple[bool, ...] = (True, False)
    """Spoken and typed."""
    through: tuple[str, ...] = rivals.THROUGH
    language: str = "en"
    persona: str = "deadwood"
    seed: int = 1
    config: Config = field(default_factory=Config)
    fake: bool = False


async def measure(plan: Plan, note: Note) -> Findings:
    """Start one server after the other and run the plan. Raises `NpcEngineError`."""
    rivals.check(plan.through)
    before = load()
    crowds: list[Crowd] = []
    models: dict[str, str] = {}
    for name in plan.through:
        async with _serving(plan, name, note) as server:
            for spoken in plan.kinds:
                for size in plan.sizes:
                    crowd, heard = await _crowd(plan, name, server, spoken, size)
                    models = models or heard
                    note(f"{name}, {size} {'spoken' if spoken else 'typed'}: {crowd.shown()}")
                    crowds.append(crowd)
    return findings(crowds, models, before, plan.seed)


@asynccontextmanager
async def _serving(plan: Plan, name: str, note: Note) -> AsyncIterator[LocalServer]:
    """Our server, with the language model behind `name`."""
    if plan.fake or name == rivals.OURS:
        async with _ours(plan, plan.config, note) as server:
            yield server
        return
    model = Store().resolve("language", str(plan.config.models.language)).path
    async with rivals.running(name, model, plan.config.threads, note) as url:
        models = plan.config.models.model_copy(update={"language": Endpoint(url=url, model=model.stem)})
        async with _ours(plan, plan.config.model_copy(update={"models": models}), note) as server:
            yield server


@asynccontextmanager
async def _ours(plan: Plan, config: Config, note: Note) -> AsyncIterator[LocalServer]:
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--persona", plan.persona, "--language", plan.language]
        arguments += ["--fake"] if plan.fake else ["--config", str(written(config, Path(folder)))]
        async with local_server(arguments, note) as server:
            yield server


async def _crowd(plan: Plan, name: str, server: LocalServer, spoken: bool, size: int) -> tuple[Crowd, dict[str, str]]:
    draw = random.Random(plan.seed)
    async with seats(server.url, plan.persona, plan.language, spoken, size) as players:
        answers: list[Answer] = []
        for turn in range(1 + math.ceil(plan.turns / size)):
            exchanges = await all_at_once(players, turn, SPREAD[spoken], draw)
            answers += [_answer(exchange) for exchange in exchanges] if turn else []
        return Crowd(name, spoken, size, answers), players[0].models


def _answer(exchange: Exchange) -> Answer:
    late = gaps(exchange)
    return Answer(
        first_token_ms=exchange.metrics.first_token_ms,
        audible_ms=exchange.first_audible_ms,
        gaps_ms=[round(gap * 1000) for gap in late],
        text=exchange.text,
    )
