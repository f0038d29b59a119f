"""Save, play on, load, ask: what the model reads then must be, to the letter, what it read at the save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from npc_engine.bench.truth.cases import World
from npc_engine.core.prompt import Prompt
from npc_engine.ensemble import Engines
from npc_engine.persona.model import Persona
from npc_engine.protocol import InputText, Value, WorldEvent, WorldSet
from npc_engine.trials.performing import play
from npc_engine.trials.stage import Setting, Stage, playing

LINES = {
    "en": ("Good day to you.", "I have come a long way today.", "The roads are bad this time of the year."),
    "zh": ("你好呀。", "我今天走了很远的路。", "这个时节路可不好走。"),
}
"""Said before the save, so that there is something to remember, and after it, so that there is something to forget."""
THUNDER = {"en": "There is thunder.", "zh": "打雷了。"}


@dataclass
class Travelled:
    """What came of it."""

    journeys: int = 0
    lines: int = 0
    """Questions asked at the save and again after loading it."""
    differ: list[str] = field(default_factory=list)


async def travel(
    worlds: Sequence[World], personas: Mapping[str, Persona], engines: Engines, seed: int, limit: int | None
) -> Travelled:
    """One journey for each situation of each world in each language. Raises `NpcEngineError`."""
    found = Travelled()
    for world, situation, language in list(_journeys(worlds))[:limit]:
        begins = world.book.situations[situation]
        actor = next(iter(begins.cast or world.book.personas))
        setting = Setting(world.cast(actor, situation), language, begins.state, seed=seed)
        async with playing(setting, personas, engines) as stage:
            for step in begins.before:
                await play(step, stage, language)
            await _there_and_back(stage, f"{world.name}, {situation}, {language}", actor, language, found)
    return found


async def _there_and_back(stage: Stage, name: str, actor: str, language: str, found: Travelled) -> None:
    first, *others = LINES[language]
    await stage.do(InputText(text=first, to=actor))
    await stage.save("then")
    state = stage.snapshot()
    expected = [await _asked(stage, line, actor) for line in others]
    await stage.do(WorldEvent(name="thunder", text=THUNDER[language]))
    await stage.do(WorldSet(values=dict(_moved(state))))
    await stage.do(InputText(text=first, to=actor))
    await stage.load("then")
    found.journeys += 1
    found.lines += len(others)
    if stage.snapshot() != state:
        found.differ.append(f"{name}: the state")
    for line, prompt in zip(others, expected, strict=True):
        if await _asked(stage, line, actor) != prompt:
            found.differ.append(f"{name}: {line}")


async def _asked(stage: Stage, line: str, actor: str) -> Prompt | str:
    """What the model reads of a line; what the character says where it is not asked. What a model makes of the same
    prompt may change with what else is evaluated beside it."""
    outcome = await stage.do(InputText(text=line, to=actor))
    return (outcome.why and outcome.why.prompt) or outcome.text


def _moved(state: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    """Another value for all that is true or false, and for all that is counted."""
    for path, value in state.items():
        if isinstance(value, bool):
            yield path, not value
        elif isinstance(value, int):
            yield path, value + 1


def _journeys(worlds: Sequence[World]) -> Iterator[tuple[World, str, str]]:
    for world in worlds:
        for situation in world.book.situations:
            yield from ((world, situation, language) for language in LINES)
