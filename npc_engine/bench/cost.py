"""Measure what a world costs a turn: facts, quests, actions, memory and the gate that holds claims against them.

One server, two characters: one with all that its author wrote, and the same one without a world, a lorebook and words
for not knowing. They are asked the same lines in turns, A B A B, so that the host's moods fall on both; of each pair
the difference counts. Spoken questions, as in `bench loop`, are thought of while they are still spoken; a typed line is
not. Lines that want something done are measured apart: a decision may come before their answer.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from npc_engine.bench.findings import Findings, Section, facts
from npc_engine.bench.loop import SEED
from npc_engine.bench.machine import load
from npc_engine.bench.statistics import summary
from npc_engine.client.opening import opening
from npc_engine.errors import EngineUnavailable
from npc_engine.exchange import Exchange, Interview, interview
from npc_engine.localserver import LocalServer, local_server
from npc_engine.microphone import RecordedMicrophone, open_microphone
from npc_engine.persona import loading
from npc_engine.persona.model import Persona
from npc_engine.protocol import ActionRequested, ActionResult
from npc_engine.recordings import QUESTIONS, question

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
    """Of spoken and of typed questions, and half as many of lines that want something done."""
    language: str = "en"
    persona: str = "deadwood"
    server: tuple[str, ...] = ()
    """Further arguments of `npc-engine serve`."""


@dataclass(frozen=True)
class Pair:
    """One line, said to both: milliseconds from its end until the first audio came."""

    kind: str
    line: str
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
        [Section("What the world costs a turn: end of the line → first audio, milliseconds", _COLUMNS, _rows(pairs))],
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
    async with AsyncExitStack() as stack:
        talks = [await stack.enter_async_context(_talk(server, persona, plan)) for persona in (plan.persona, PLAIN)]
        for talk in talks:
            await talk.type("Hello.")  # the cold turn
        pairs = []
        for number, (kind, line) in enumerate(lines := _lines(plan), 1):
            with_world, without = [await talk.say(kind, line, plan.language) for talk in talks]
            pairs.append(Pair(kind, line, with_world, without))
            note(f"pair {number} of {len(lines)}, {kind}: {with_world} and {without} ms")
        return pairs, talks[0].interview.opened.models.model_dump()


def _lines(plan: Plan) -> list[tuple[str, str]]:
    """Kind and line of each pair; of a spoken one the name of its recording."""
    questions = QUESTIONS[plan.language]
    return [
        *(("spoken", name) for name in islice(cycle(questions), plan.pairs)),
        *(("typed", line) for line in islice(cycle(questions.values()), plan.pairs)),
        *(("wish", line) for line in islice(cycle(WISHES[plan.language]), plan.pairs // 2)),
    ]


@dataclass(frozen=True)
class _Talk:
    """A session with one of the two."""

    interview: Interview
    microphone: RecordedMicrophone

    async def say(self, kind: str, line: str, language: str) -> int:
        """Milliseconds until the answer's first audio."""
        await asyncio.sleep(_PAUSE)
        if kind != "spoken":
            return await self.type(line)
        exchange = await self.interview.ask_aloud(question(language, line), self.microphone)
        return _waited(exchange)

    async def type(self, line: str) -> int:
        return _waited(await self.interview.ask(line))


def _waited(exchange: Exchange) -> int:
    if exchange.first_audio_ms is None:
        raise EngineUnavailable("an answer came without audio; the server's log says why")
    return exchange.first_audio_ms


@asynccontextmanager
async def _talk(server: LocalServer, persona: str, plan: Plan) -> AsyncIterator[_Talk]:
    def allow(message: object) -> None:
        """The game lets everything be done, at once."""
        if isinstance(message, ActionRequested):
            asking.send(ActionResult(action_id=message.action_id, status="done"))

    opens = opening(persona, language=plan.language, speech=True, seed=SEED)
    async with interview(server.url, opens, allow) as asking, open_microphone(asking.listen) as microphone:
        yield _Talk(asking, microphone)


_COLUMNS = ["", "pairs", "with its world, median", "without, median", "difference, median", "difference, p90"]


def _rows(pairs: Sequence[Pair]) -> list[list[str]]:
    return [_row(kind, [pair for pair in pairs if pair.kind == kind]) for kind in dict.fromkeys(p.kind for p in pairs)]


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
