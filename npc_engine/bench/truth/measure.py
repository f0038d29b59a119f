"""Try every case in a session of its own, by text and in this process, and judge what comes. Can be interrupted."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from npc_engine.bench.findings import Section
from npc_engine.bench.machine import load
from npc_engine.bench.truth import books, cases, checks
from npc_engine.bench.truth.books import Book
from npc_engine.bench.truth.cases import Case, World
from npc_engine.bench.truth.judging import Answered, Verdict, asking_for
from npc_engine.compose import text_engines_for
from npc_engine.config import Config
from npc_engine.ensemble import Engines
from npc_engine.persona import loading
from npc_engine.persona.model import Persona
from npc_engine.protocol import InputText, Value
from npc_engine.trials.checks import changed
from npc_engine.trials.performing import play
from npc_engine.trials.stage import Outcome, Setting, Stage, playing

Note = Callable[[str], None]
CASES = ("blind", "fresh", "questions", "elsewhere", "pressure", "attacks", "secrets", "wishes")
"""What is asked of characters and judged by what they say."""
CHECKS = ("fuzz", "saves", "crash", "cost")
"""What is tried otherwise: see `checks`."""
PARTS = (*CASES, *CHECKS)
_EVERY = 25
"""Cases after which it is said how far it is."""


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    parts: tuple[str, ...] = PARTS
    limit: int | None = None
    """Cases of each part; without it all."""
    seed: int = 1
    """Of the answers, and of which cases are taken under a limit."""
    config: Config = field(default_factory=Config)
    fake: bool = False
    server: tuple[str, ...] = ()
    """Further arguments of `npc-engine serve`, where servers are tried."""


@dataclass(frozen=True)
class Result:
    """A case, what was said, and how it was judged."""

    case: Case
    answered: Answered
    verdict: Verdict
    facts: tuple[str, ...]
    """What stood beside the last line."""
    first_clause_ms: int | None


@dataclass
class Run:
    """All that was found."""

    plan: Plan
    model: str
    load_before: float
    planned: dict[str, int]
    """Cases by part."""
    results: list[Result] = field(default_factory=list)
    checks: list[Section] = field(default_factory=list)
    seconds: float = 0.0
    interrupted: bool = False


def folders() -> tuple[Path, ...]:
    """Where the personas of this benchmark are."""
    return (Path(__file__).with_name("worlds"), *loading.search_folders())


def persona(name: str) -> Persona:
    """Of this benchmark, or one that is shipped. Raises `InvalidFile` or `PersonaNotFound`."""
    return loading.load(loading.named(name, folders()))


def worlds(read: Callable[[str], Book] = books.book, names: Sequence[str] = books.WORLDS) -> tuple[World, ...]:
    """The worlds of these names with their personas and what `read` finds to try. Raises `InvalidFile` or
    `PersonaNotFound`."""
    found = []
    for name in names:
        book = read(name)
        personas = {each: persona(each) for each in set(book.personas.values())}
        found.append(World(name, book, personas))
    return tuple(found)


def elsewhere() -> tuple[World, ...]:
    """The worlds of which nothing but questions is tried. Raises `InvalidFile` or `PersonaNotFound`."""
    return worlds(books.elsewhere, books.ELSEWHERE)


def planned(plan: Plan, found: tuple[World, ...]) -> dict[str, list[Case]]:
    """The cases of each part, in their order; under a limit a choice of them."""
    everything: dict[str, Callable[[], Iterable[Case]]] = {
        "blind": lambda: (case for world in worlds(books.blind) for case in cases.questions(world, "blind")),
        "fresh": lambda: (case for world in worlds(books.fresh) for case in cases.questions(world, "fresh")),
        "questions": lambda: (case for world in (*found, *worlds(books.seen)) for case in cases.questions(world)),
        "elsewhere": lambda: (case for world in elsewhere() for case in cases.questions(world, "elsewhere")),
        "pressure": lambda: (case for world in found for case in cases.pressure(world)),
        "attacks": lambda: cases.attacks(found, books.attacks()),
        "secrets": lambda: (case for world in found for case in cases.secrets(world, books.probes())),
        "wishes": lambda: (
            case for name in books.WISHED_OF for case in cases.wishes(name, books.wishes(name), persona(name))
        ),
    }
    # only what is asked for is read: the books are long
    return {part: _chosen(list(everything[part]()), plan) for part in plan.parts if part in CASES}


def _chosen(every: list[Case], plan: Plan) -> list[Case]:
    if plan.limit is None or plan.limit >= len(every):
        return every
    places = sorted(random.Random(plan.seed).sample(range(len(every)), plan.limit))
    return [every[place] for place in places]


async def measure(plan: Plan, note: Note, keep: Callable[[Result], None] = lambda result: None) -> Run:
    """Try all that is planned. `keep` gets every result as it comes. A run that is cancelled returns what it has.

    Raises `NpcEngineError`.
    """
    found = worlds()
    todo = planned(plan, found)
    personas = {name: each for world in found for name, each in world.personas.items()}
    personas |= {name: persona(name) for name in books.WISHED_OF}
    if "elsewhere" in plan.parts:
        personas |= {name: each for world in elsewhere() for name, each in world.personas.items()}
    engines = text_engines_for(plan.config, plan.fake)
    run = Run(plan, engines.models.language_model, load(), {part: len(several) for part, several in todo.items()})
    began = time.monotonic()
    await engines.start()
    try:
        for several in todo.values():
            await _try_all(several, personas, engines, run, note, keep)
        if "saves" in plan.parts:
            run.checks.append(await checks.saves(found, personas, engines, plan.seed, plan.limit, note))
    except asyncio.CancelledError:
        run.interrupted = True
        note("interrupted: what follows is only a part")
    finally:
        await engines.stop()
    if not run.interrupted:
        run.checks += await checks.apart(plan.parts, plan.seed, plan.limit, plan.server, plan.fake, note)
    run.seconds = time.monotonic() - began
    return run


async def _try_all(
    several: Sequence[Case],
    personas: Mapping[str, Persona],
    engines: Engines,
    run: Run,
    note: Note,
    keep: Callable[[Result], None],
) -> None:
    for number, case in enumerate(several, 1):
        result = await attempt(case, personas, engines, run.plan.seed)
        run.results.append(result)
        keep(result)
        if number % _EVERY == 0 or number == len(several):
            note(f"{case.part}: {number} of {len(several)}")


async def attempt(case: Case, personas: Mapping[str, Persona], engines: Engines, seed: int) -> Result:
    """Try one case. Raises `EngineUnavailable`."""
    setting = Setting(case.cast, case.language, case.situation.state, seed=seed)
    async with playing(setting, personas, engines) as stage:
        for step in case.situation.before:
            await play(step, stage, case.language)
        before = stage.snapshot()
        outcomes = [await stage.do(InputText(text=line, to=case.to)) for line in case.lines]
        answered = _answered(case, outcomes, before, stage)
    last = outcomes[-1]
    facts = last.why.facts if last.why else ()
    return Result(case, answered, case.judge(answered), facts, last.first_clause_ms)


def _answered(case: Case, outcomes: Sequence[Outcome], before: Mapping[str, Value], stage: Stage) -> Answered:
    spoken = [each for outcome in outcomes for each in outcome.spoken]
    asked = [asking_for(each.name, each.args) for outcome in outcomes for each in outcome.asked]
    told = [f"{each.quest} is {each.stage}" for outcome in outcomes for each in outcome.quests]
    return Answered(
        texts=tuple(each.text for each in spoken if each.actor_id == case.to),
        others=tuple(each.text for each in spoken if each.actor_id != case.to),
        changes=tuple(dict.fromkeys([*changed(before, stage.snapshot()), *told])),
        asked=tuple(asked),
    )
