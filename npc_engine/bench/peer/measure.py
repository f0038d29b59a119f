"""Ask all voice stacks the same recorded questions, turn by turn in one run.

One stack has a microphone at a time; the others are up and idle, so that all meet the same machine within a minute. The
order rotates from round to round: none is always the one that comes after the heaviest.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice

from npc_engine.bench.machine import load, machine
from npc_engine.bench.peer.answer import PeerExchange
from npc_engine.bench.peer.report import PeerReport, Turn
from npc_engine.bench.peer.stacks import Stack, Talk
from npc_engine.exchange import Exchange
from npc_engine.microphone import open_microphone
from npc_engine.recordings import QUESTIONS, question

Note = Callable[[str], None]
_PAUSE = 0.7
"""Seconds of silence through the microphone before each question, as a player leaves them."""


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    turns: int = 20
    warmup: int = 2
    """Rounds before them; a first turn evaluates the whole prompt in every stack."""
    language: str = "en"
    models: tuple[str, ...] = ()
    """Names, for the report."""


async def measure(plan: Plan, stacks: Sequence[Stack], note: Note) -> PeerReport:
    """Start all stacks and run the plan. Raises `NpcEngineError`."""
    before, turns = load(), list[Turn]()
    async with AsyncExitStack() as running:
        talks = {stack.name: await running.enter_async_context(_noted(stack, note)) for stack in stacks}
        names = islice(cycle(QUESTIONS[plan.language]), plan.warmup + plan.turns)
        for number, name in enumerate(names, start=1):
            for stack in rotated(list(talks), number - 1):
                turn = await _turn(stack, talks[stack], plan.language, name)
                note(f"round {number}, {stack}: {turn.audible_ms} ms; {turn.transcript} → {turn.answer}")
                turns += [turn] if number > plan.warmup else []
    return PeerReport(
        machine=machine(),
        models=list(plan.models),
        versions={stack.name: stack.version for stack in stacks},
        load_before=before,
        load_after=load(),
        turns=turns,
    )


def rotated(names: list[str], by: int) -> list[str]:
    """`names` from another one on."""
    start = by % len(names)
    return names[start:] + names[:start]


@asynccontextmanager
async def _noted(stack: Stack, note: Note) -> AsyncIterator[Talk]:
    note(f"starting {stack.name} ({stack.version})")
    async with stack.start() as talk:
        yield talk


async def _turn(stack: str, talk: Talk, language: str, name: str) -> Turn:
    async with open_microphone(talk.listen) as microphone:
        await asyncio.sleep(_PAUSE)
        exchange = await talk.ask_aloud(question(language, name), microphone)
    return _row(stack, QUESTIONS[language][name], exchange)


def _row(stack: str, asked: str, exchange: Exchange) -> Turn:
    own = {key: value for key, value in exchange.metrics.model_dump().items() if isinstance(value, int)}
    return Turn(
        stack=stack,
        question=asked,
        transcript=exchange.transcript,
        answer=exchange.text,
        audible_ms=exchange.first_audible_ms,
        replies=exchange.replies if isinstance(exchange, PeerExchange) else 1,
        stages=exchange.stages if isinstance(exchange, PeerExchange) else own,
    )
