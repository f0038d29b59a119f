"""What is tried otherwise than by asking: random decisions, journeys to saves, killed servers, the cost of a turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from npc_engine.bench import cost, crash
from npc_engine.bench.findings import Section
from npc_engine.bench.truth.cases import World
from npc_engine.bench.truth.fuzz import DECISIONS, fuzz
from npc_engine.bench.truth.travel import travel
from npc_engine.ensemble import Engines
from npc_engine.persona.model import Persona

Note = Callable[[str], None]


async def saves(
    worlds: Sequence[World],
    personas: Mapping[str, Persona],
    engines: Engines,
    seed: int,
    limit: int | None,
    note: Note,
) -> Section:
    """Go back to saves. Raises `NpcEngineError`."""
    found = await travel(worlds, personas, engines, seed, limit)
    for each in found.differ:
        note(f"after loading, something else is read: {each}")
    counts = [found.journeys, found.lines, len(found.differ)]
    return _section("Saves", seed, ["journeys", "prompts compared", "other than at the save"], counts)


async def apart(
    parts: Sequence[str], seed: int, limit: int | None, server: tuple[str, ...], fake: bool, note: Note
) -> list[Section]:
    """What needs no engines of ours, of these parts. Raises `NpcEngineError`."""
    found = []
    if "fuzz" in parts:
        fuzzed = fuzz(limit or DECISIONS, seed)
        for each in fuzzed.illegal:
            note(f"illegal: {each}")
        counts = [fuzzed.decided, fuzzed.requested, fuzzed.refused, len(fuzzed.illegal)]
        columns = ["decisions", "for an action", "refused in a later state", "illegal"]
        found.append(_section("Random decisions", seed, columns, counts))
    if "crash" in parts:
        found += (await crash.measure(crash.Plan(limit or crash.Plan.conversations, seed=seed), note)).sections
    if "cost" in parts:
        found += (await cost.measure(cost.Plan(limit or cost.Plan.pairs, server=server), note)).sections
    return found


def _section(title: str, seed: int, columns: list[str], counts: list[int]) -> Section:
    return Section(title, ["", *columns], [[f"seed {seed}", *map(str, counts)]])
