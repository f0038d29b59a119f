"""Measure what players cost who are connected and say nothing: memory, processor time, and the turns of one who speaks.

Silent means without audio; a few more send frames of silence, as open microphones do, to see what those cost.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from npc_engine.bench.findings import Findings, Section, facts
from npc_engine.bench.machine import Memory, load, memory
from npc_engine.bench.players import PAUSE, seat, written
from npc_engine.bench.statistics import percentile
from npc_engine.client.opening import opening
from npc_engine.config import Config
from npc_engine.exchange import interview
from npc_engine.localserver import LocalServer, local_server
from npc_engine.microphone import open_microphone

Note = Callable[[str], None]
_CALM = 0.02
"""Share of a core that counts as calm."""
_QUIET_SECONDS = 5
"""Seconds of calm on end, after which nothing more is expected of what began with the sessions."""
_PATIENCE = 180
"""Seconds to wait for calm."""


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    sessions: int = 200
    open_microphones: int = 10
    turns: int = 20
    """Of the player who speaks, with and without the others."""
    watch: float = 20.0
    """Seconds over which processor time is counted."""
    persona: str = "deadwood"
    config: Config = field(default_factory=Config)
    fake: bool = False


@dataclass(frozen=True)
class State:
    """The server, with so many others connected."""

    others: str
    memory: Memory
    core_share: float
    """Of one core, while nobody speaks."""
    audible_ms: list[int]
    """End of speech to first audible sample, of a player who speaks."""
    after: Memory
    """Once that player has spoken: engines grow with their first turns, whoever is connected."""

    def row(self) -> list[str]:
        """For the table."""
        times = [f"{percentile(self.audible_ms, part):.0f}" for part in (0.5, 0.9)] if self.audible_ms else ["", ""]
        return [self.others, f"{self.memory.megabytes:.0f}", f"{self.core_share:.1%}", *times]


async def measure(plan: Plan, note: Note) -> Findings:
    """Start a server, look at it, connect everybody, look again. Raises `NpcEngineError`."""
    before = load()
    async with _serving(plan, note) as server:
        models = await _warm_up(plan, server)
        await _until_calm(server)
        alone = await _state(plan, server, "nobody else", note)
        async with _connected(plan, server, plan.sessions):
            await _until_calm(server)
            crowded = await _state(plan, server, f"{plan.sessions} silent sessions", note)
        async with _connected(plan, server, plan.open_microphones, with_microphone=True):
            listening = await _state(plan, server, f"{plan.open_microphones} open microphones", note)
    return _findings([alone, crowded, listening], models, before)


@asynccontextmanager
async def _serving(plan: Plan, note: Note) -> AsyncIterator[LocalServer]:
    limits = plan.config.limits.model_copy(update={"sessions": plan.sessions + plan.open_microphones + 1})
    with tempfile.TemporaryDirectory() as folder:
        config = written(plan.config.model_copy(update={"limits": limits}), Path(folder))
        arguments = ["--persona", plan.persona, "--language", "en", "--config", str(config)]
        async with local_server([*arguments, *(["--fake"] if plan.fake else [])], note) as server:
            yield server


async def _warm_up(plan: Plan, server: LocalServer) -> dict[str, str]:
    async with seat(server.url, plan.persona, "en", spoken=True) as player:
        await player.ask(0)
        return player.models


async def _state(plan: Plan, server: LocalServer, others: str, note: Note) -> State:
    share = await _core_share(server.pid, plan.watch)
    state = State(others, memory(server.pid), share, await _turns(plan, server), memory(server.pid))
    note(f"with {others}: {', '.join(state.row()[1:])}")
    return state


async def _until_calm(server: LocalServer) -> None:
    """Wait until what opening sessions began is done: quiet for some seconds on end, or out of patience."""
    began, quiet = time.monotonic(), 0
    while quiet < _QUIET_SECONDS and time.monotonic() - began < _PATIENCE:
        quiet = quiet + 1 if await _core_share(server.pid, 1.0) < _CALM else 0


async def _turns(plan: Plan, server: LocalServer) -> list[int]:
    """Of a player who speaks in a session of his own."""
    found = []
    async with seat(server.url, plan.persona, "en", spoken=True) as player:
        for turn in range(plan.turns):
            await asyncio.sleep(PAUSE)
            found.append((await player.ask(turn)).first_audible_ms)
    return [time for time in found if time is not None]


async def _core_share(pid: int, seconds: float) -> float:
    """Processor time of the server and its engines, per second of one core."""
    began = _processor_seconds(pid)
    await asyncio.sleep(seconds)
    return (_processor_seconds(pid) - began) / seconds


def _processor_seconds(pid: int) -> float:
    root = psutil.Process(pid)
    times = [process.cpu_times() for process in (root, *root.children(recursive=True))]
    return sum(each.user + each.system for each in times)


@asynccontextmanager
async def _connected(plan: Plan, server: LocalServer, count: int, with_microphone: bool = False) -> AsyncIterator[None]:
    """`count` sessions that say nothing, and read what comes."""
    async with AsyncExitStack() as stack:
        for number in range(count):
            opens = opening(plan.persona, language="en", seed=number)
            silent = await stack.enter_async_context(interview(server.url, opens))
            if with_microphone:
                await stack.enter_async_context(open_microphone(silent.listen))
        yield


def _findings(states: list[State], models: dict[str, str], before: float) -> Findings:
    alone, crowded, _ = states
    more = crowded.memory.megabytes - alone.after.megabytes
    share = crowded.core_share - alone.core_share
    said = [f"{crowded.others} add {more:.0f} MB {alone.memory.measure} and {share:.1%} of a core"]
    section = Section(
        "Others are connected while one player speaks",
        ["", "memory MB", "core, nobody speaking", "first audible, median ms", "p90"],
        [state.row() for state in states],
    )
    return Findings([*facts(models, before), *said], [section], {"states": [asdict(state) for state in states]})
