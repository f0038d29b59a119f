"""Play scenarios, each in its languages and with several seeds, and judge every step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from npc_engine.ensemble import Engines
from npc_engine.persona.base import localised
from npc_engine.persona.model import Persona
from npc_engine.protocol import (
    ActionRequested,
    ActionResult,
    AnyClientMessage,
    CharacterJoin,
    CharacterLeave,
    InputText,
    Value,
    WorldEvent,
    WorldSet,
)
from npc_engine.trials.checks import Check, Seen, check
from npc_engine.trials.scenario import Reply, Scenario, Step
from npc_engine.trials.stage import Game, Outcome, Setting, Stage, playing


@dataclass(frozen=True)
class Act:
    """One step as it was played."""

    number: int
    happened: str
    """The line, or what the game did."""
    outcome: Outcome
    checks: list[Check]

    @property
    def failures(self) -> list[Check]:
        """What was not as expected."""
        return [check for check in self.checks if not check.passed]


@dataclass(frozen=True)
class Trial:
    """A scenario as it was played once."""

    file: Path
    name: str
    language: str
    model: str
    seed: int
    seconds: float
    acts: list[Act] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not any(act.failures for act in self.acts)

    @property
    def title(self) -> str:
        """What tells it from others of the same model."""
        return f"{self.name} [{self.language}, seed {self.seed}]"


@dataclass(frozen=True)
class Script:
    """A scenario that was read, and where from."""

    file: Path
    scenario: Scenario


@dataclass(frozen=True)
class Bench:
    """What plays: characters and engines."""

    personas: Mapping[str, Persona]
    engines: Engines
    model: str
    timing: bool = False
    """Whether slowness is a failure."""


async def perform(script: Script, language: str, seed: int, bench: Bench) -> Trial:
    """Play a scenario once. Raises `NpcEngineError` when an engine is lost."""
    scenario, began = script.scenario, time.monotonic()
    setting = Setting(scenario.cast, language, scenario.state, scenario.player, seed)
    trial = Trial(script.file, scenario.name, language, bench.model, seed, 0.0)
    async with playing(setting, bench.personas, bench.engines) as stage:
        cast = dict(scenario.cast)
        for number, step in enumerate(scenario.steps, 1):
            cast |= step.join or {}
            stage.game = game({**scenario.game, **step.game}, language)
            before = stage.snapshot()
            outcome = await play(step, stage, language)
            personas = {actor: bench.personas[name] for actor, name in cast.items()}
            seen = Seen(outcome, before, _after(stage, step), personas, language)
            checks = check(step.expect, seen, bench.timing)
            trial.acts.append(Act(number, described(step, language), outcome, checks))
    return Trial(**{**vars(trial), "seconds": time.monotonic() - began})


def _after(stage: Stage, step: Step) -> dict[str, Value]:
    """The state, with the paths that the step asks about and no world names."""
    return {**{path: stage.value(path) for path in step.expect.state}, **stage.snapshot()}


def game(replies: Mapping[str, Reply], language: str) -> Game:
    """The game of a scenario: it refuses what nobody wrote a reply for."""

    def answers(asked: ActionRequested) -> Sequence[AnyClientMessage]:
        reply = replies.get(asked.name, Reply(answer="refused"))
        if reply.answer == "none":
            return []
        detail = localised(reply.detail, language) if reply.detail else None
        result = ActionResult(action_id=asked.action_id, status=reply.answer, detail=detail)
        return [*([WorldSet(values=reply.set)] if reply.set else []), result]

    return answers


async def play(step: Step, stage: Stage, language: str) -> Outcome:
    """Let a step happen."""
    if step.save:
        return await stage.save(step.save)
    if step.load:
        return await stage.load(step.load)
    if step.wait:
        await asyncio.sleep(step.wait)
    return await stage.do(*_messages(step, language))


def _messages(step: Step, language: str) -> Iterator[AnyClientMessage]:
    if step.say:
        yield InputText(text=localised(step.say, language), to=step.to, whisper=step.whisper)
    if step.set:
        yield WorldSet(values=step.set)
    if step.event:
        text = localised(step.event.text, language) if step.event.text else None
        yield WorldEvent(name=step.event.name, text=text, respond=step.event.respond, to=step.event.to)
    for actor, persona in (step.join or {}).items():
        yield CharacterJoin(actor_id=actor, persona=persona)
    if step.leave:
        yield CharacterLeave(actor_id=step.leave)


def described(step: Step, language: str) -> str:
    """What happens in a step, for people."""
    if step.say:
        aside = " (whispers)" if step.whisper else ""
        return f"{f'to {step.to}' if step.to else 'player'}{aside}: {localised(step.say, language)}"
    if step.event:
        return f"event {step.event.name}"
    names = ("set", "join", "leave", "save", "load", "wait")
    return next(f"{name} {value}" for name in names if (value := getattr(step, name)) is not None)
