"""Measure what a world costs a turn: facts, quests, actions, memory and the gate that holds claims against them.

One server, two characters: one with all that its author wrote, and the same one without a world, a lorebook and words
for not knowing. They are asked the same lines in turns, A B A B, so that the host's moods fall on both; of each pair
the difference counts. Lines that want something done are measured apart: a decision may come before their answer.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from npc_engine.bench.findings import Findings, Section, facts
from npc_engine.bench.machine import load
from npc_engine.bench.statistics import summary
from npc_engine.client import Client
from npc_engine.exchange import Interview, opening
from npc_engine.localserver import LocalServer, local_server
from npc_engine.persona import loading
from npc_engine.persona.model import Persona
from npc_engine.protocol import ActionRequested, ActionResult, AnyServerMessage
from npc_engine.recordings import QUESTIONS

Note = Callable[[str], None]
PLAIN = "without_world"
"""Name of the character that has lost its world."""
WISHES = {
    "en": ("Mark the saloon on my map, please.", "Could you mark the bank on the map?", "Give me your map."),
    "zh": ("请在地图上标出酒馆。", "能在地图上标出银行吗？", "把地图给我。"),
}
"""What `deadwood` can be asked to do."""
_KEPT = ("name", "languages", "voice", "description", "place", "style", "examples", "never", "pronunciation")
_PAUSE = 0.7
"""Seconds between two lines: the server evaluates the next prompt meanwhile, as it would while a player thinks."""


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    pairs: int = 20
    """Of questions, and half as many of lines that want something done."""
    language: str = "en"
    persona: str = "deadwood"
    server: tuple[str, ...] = ()
    """Further arguments of `npc-engine serve`."""


@dataclass(frozen=True)
class Pair:
    """One line, said to both: milliseconds from the line until the first audio came."""

    line: str
    wish: bool
    with_world: int
    without: int


async def measure(plan: Plan, note: Note) -> Findings:
    """Ask both in turns. Raises `NpcEngineError`."""
    before = load()
    with tempfile.TemporaryDirectory() as folder:
        plain = without_world(loading.load(loading.named(plan.persona, loading.search_folders())), Path(folder))
        arguments = ("--persona", plan.persona, "--persona", str(plain), *plan.server)
        async with local_server(arguments, note) as server:
            pairs, models = await _pairs(server, plan, note)
    return Findings(
        [*facts(models, before), f"{len(pairs)} pairs, each line to a character with its world, then without"],
        [Section("What the world costs a turn: line → first audio, milliseconds", _COLUMNS, _rows(pairs))],
        {"pairs": [vars(pair) for pair in pairs]},
    )


def without_world(persona: Persona, folder: Path) -> Path:
    """A file with the same character, who knows nothing."""
    kept = {name: json.loads(persona.model_dump_json())[name] for name in _KEPT}
    fallbacks = json.loads(persona.fallbacks.model_dump_json())
    kept["fallbacks"] = {name: fallbacks[name] for name in ("in_character", "failed")}
    file = folder / PLAIN / "persona.yaml"
    file.parent.mkdir()
    file.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    return file


async def _pairs(server: LocalServer, plan: Plan, note: Note) -> tuple[list[Pair], dict[str, str]]:
    questions = islice(cycle(QUESTIONS[plan.language].values()), plan.pairs)
    wishes = islice(cycle(WISHES[plan.language]), plan.pairs // 2)
    lines = [*((line, False) for line in questions), *((line, True) for line in wishes)]
    async with AsyncExitStack() as stack:
        talks = []
        for persona in (plan.persona, PLAIN):
            opens = opening(persona, plan.language, seed=1)
            client = await stack.enter_async_context(Client.connect(server.url, opens))
            talks.append(Interview(client, stack.enter_context(_game(client))))
        opened = [await talk.opened() for talk in talks]
        for talk in talks:
            await talk.ask(lines[0][0])  # the cold turn
        pairs = []
        for number, (line, wish) in enumerate(lines, 1):
            with_world, without = [await _timed(talk, line) for talk in talks]
            pairs.append(Pair(line, wish, with_world, without))
            note(f"pair {number} of {len(lines)}: {with_world} and {without} ms")
        return pairs, opened[0].models.model_dump()


@contextmanager
def _game(client: Client) -> Iterator[Callable[[AnyServerMessage], None]]:
    """A game that lets everything be done, at once."""
    answers: set[asyncio.Task[None]] = set()

    def answer(message: AnyServerMessage) -> None:
        if isinstance(message, ActionRequested):
            answers.add(asyncio.create_task(client.send(ActionResult(action_id=message.action_id, status="done"))))

    try:
        yield answer
    finally:
        for task in answers:
            task.cancel()


async def _timed(talk: Interview, line: str) -> int:
    await asyncio.sleep(_PAUSE)
    exchange = await talk.ask(line)
    return exchange.first_audio_ms or round((time.monotonic() - exchange.asked_at) * 1000)


_COLUMNS = ["", "pairs", "with its world, median", "without, median", "difference, median", "difference, p90"]


def _rows(pairs: Sequence[Pair]) -> list[list[str]]:
    groups = {"questions": [pair for pair in pairs if not pair.wish], "wishes": [pair for pair in pairs if pair.wish]}
    return [_row(name, group) for name, group in groups.items() if group]


def _row(name: str, pairs: Sequence[Pair]) -> list[str]:
    found = [
        summary(values)
        for values in (
            [pair.with_world for pair in pairs],
            [pair.without for pair in pairs],
            [pair.with_world - pair.without for pair in pairs],
        )
    ]
    medians = [f"{each.median:.0f}" for each in found if each]
    return [name, str(len(pairs)), *medians, f"{found[-1].p90:.0f}" if found[-1] else ""]
