"""Measure the whole loop: recorded questions through a real server, in real time, over a real WebSocket.

The cold turn is the first after the start and is reported apart; the rest of the warm-up is not reported. Speech that
arrives is reported as played at once, so that no time goes by listening to answers; the next question begins when the
turn is completed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import cycle, islice

from npc_engine import __version__
from npc_engine.bench.machine import load, machine, memory
from npc_engine.bench.report import LoopReport, Row, Turns, spoken_row, typed_row
from npc_engine.client.opening import opening
from npc_engine.exchange import Exchange, Interview, interview
from npc_engine.localserver import LocalServer, local_server
from npc_engine.microphone import open_microphone
from npc_engine.recordings import QUESTIONS, question

Note = Callable[[str], None]
SEED = 1
"""Of the sessions, so that runs are as alike as the models allow."""
_PAUSE = 0.7
"""Seconds between two questions: the server evaluates the next prompt meanwhile, as it would while a player thinks."""


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    turns: int = 10
    warmup: int = 2
    language: str = "en"
    persona: str = "deadwood"
    spoken: bool = True
    """Whether spoken turns are measured beside the typed ones."""
    server: tuple[str, ...] = ()
    """Further arguments of `npc-engine serve`."""


async def measure(plan: Plan, note: Note) -> LoopReport:
    """Start a server and run the plan. Raises `NpcEngineError`."""
    before = load()
    texts = QUESTIONS[plan.language]
    async with local_server(("--persona", plan.persona, *plan.server), note) as server:
        spoken, models = await _session(server, plan, True, note) if plan.spoken else ([], {})
        typed, models = await _session(server, plan, False, note)
        return LoopReport(
            version=__version__,
            machine=machine(),
            models=models,
            language=plan.language,
            load_before=before,
            load_after=load(),
            ready_seconds=round(server.start_seconds, 2),
            memory=memory(server.pid),
            spoken=_turns(spoken, plan, spoken_row),
            typed=_turns(typed, plan, typed_row),
            questions=list(texts.values()),
            answers=[exchange.text for exchange in spoken or typed],
        )


async def _session(server: LocalServer, plan: Plan, spoken: bool, note: Note) -> tuple[list[Exchange], dict[str, str]]:
    opens = opening(plan.persona, language=plan.language, speech=spoken, seed=SEED)
    async with interview(server.url, opens) as asking:
        run = _ask_aloud if spoken else _ask
        return await run(asking, plan, note), asking.opened.models.model_dump()


async def _ask_aloud(asking: Interview, plan: Plan, note: Note) -> list[Exchange]:
    async with open_microphone(asking.listen) as microphone:

        async def ask(name: str) -> Exchange:
            return await asking.ask_aloud(question(plan.language, name), microphone)

        return await _all(ask, list(QUESTIONS[plan.language]), plan, note)


async def _ask(asking: Interview, plan: Plan, note: Note) -> list[Exchange]:
    return await _all(asking.ask, list(QUESTIONS[plan.language].values()), plan, note)


async def _all(
    ask: Callable[[str], Awaitable[Exchange]], questions: list[str], plan: Plan, note: Note
) -> list[Exchange]:
    exchanges = []
    for number, each in enumerate(islice(cycle(questions), _warmup(plan) + plan.turns), start=1):
        await asyncio.sleep(_PAUSE)
        exchanges.append(await ask(each))
        heard = exchanges[-1]
        note(f"turn {number}: {heard.transcript or each} → {heard.text}")
    return exchanges


def _turns(exchanges: list[Exchange], plan: Plan, row: Callable[[Exchange], Row]) -> Turns:
    if not exchanges:
        return Turns({}, [])
    warm = exchanges[_warmup(plan) :]
    return Turns(row(exchanges[0]), [row(exchange) for exchange in warm], [exchange.timeline for exchange in warm])


def _warmup(plan: Plan) -> int:
    """At least the cold turn."""
    return max(1, plan.warmup)
