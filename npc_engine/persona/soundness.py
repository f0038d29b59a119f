"""What makes a world unusable, though each of its parts is valid: ids that clash, quests that can't get on.

Judges one `World` value and says where; reads no files. What is only unwise is found by `world_checking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npc_engine.filewords import nearest
from npc_engine.persona.world import NOBODY, PROPERTIES, Quest, World
from npc_engine.strictfile import Fault

RESERVED = ("quest", NOBODY)
"""Ids that no thing can have: `quest.NAME` is where a quest is, and `nobody` owns what has no owner."""

DONE = "done"
"""Where a quest is when all its beats are done."""


def faults(world: World) -> Iterator[Fault]:
    """Every reason to refuse the world, with its place in the file."""
    yield from _twice("things", (thing.id for thing in world.things), "id")
    yield from _twice("facts", (fact.id for fact in world.facts), "id")
    yield from _twice("quests", (quest.id for quest in world.quests), "id")
    yield from _twice("actions", (action.name for action in world.actions), "name")
    yield from _clashes(world)
    for number, quest in enumerate(world.quests):
        for loc, words in _stuck(quest):
            yield ("quests", number, *loc), words


def cycle(quest: Quest) -> list[str]:
    """Beats that wait for each other in a circle, the first one again at the end; empty if none do."""
    clear: set[str] = set()
    for beat in quest.beats:
        if found := _circle(quest, beat.id, [], clear):
            return found
    return []


def _circle(quest: Quest, beat_id: str, path: list[str], clear: set[str]) -> list[str]:
    if beat_id in path:
        return [*path[path.index(beat_id) :], beat_id]
    beat = quest.beat(beat_id)
    if beat is None or beat_id in clear:
        return []
    for earlier in quest.before(beat):
        if found := _circle(quest, earlier, [*path, beat_id], clear):
            return found
    clear.add(beat_id)
    return []


def _twice(part: str, ids: Iterable[str], key: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, each in enumerate(ids):
        if each in seen:
            yield (part, number, key), f"'{each}' is the {key} of two {part}; give one of them another"
        seen.add(each)


def _clashes(world: World) -> Iterator[Fault]:
    """Paths of the state that mean two things."""
    for number, thing in enumerate(world.things):
        if thing.id in RESERVED:
            yield ("things", number, "id"), f"'{thing.id}' can not be the id of a thing; choose another"
    begun = {f"{thing.id}.{each}" for thing in world.things for each in PROPERTIES}
    for path in world.state:
        if path in begun:
            yield ("state", path), f"'{path}' is the state of a thing; write it there, under things"
        elif path.startswith("quest."):
            yield ("state", path), f"'{path}' is where a quest is, and each begins by itself; take the line out"


def _stuck(quest: Quest) -> Iterator[Fault]:
    """Beats that wait for what never comes."""
    ids = [beat.id for beat in quest.beats]
    for number, beat in enumerate(quest.beats):
        if beat.id == DONE:
            words = f"'{DONE}' is where a quest is at its end; write what is true then as a fact with `when`"
            yield ("beats", number, "id"), words + f": {{quest.{quest.id}: {DONE}}}"
        for place, earlier in enumerate(beat.after or ()):
            if earlier not in ids:
                words = f"quest '{quest.id}' has no beat '{earlier}'{nearest(earlier, ids)}; it has: {', '.join(ids)}"
                yield ("beats", number, "after", place), f"beat '{beat.id}' can never be reached: {words}"
    if circle := cycle(quest):
        number = ids.index(circle[0])
        words = f"quest '{quest.id}' goes in a circle: {' waits for '.join(circle)}; take one of them out of `after`"
        yield ("beats", number, "after"), words
        for each in _behind(quest, circle):
            words = f"beat '{each}' can never be reached: it waits for the circle of '{circle[0]}'"
            yield ("beats", ids.index(each), "id"), words


def _behind(quest: Quest, circle: list[str]) -> list[str]:
    """Beats outside the circle that wait for one that is in it, or behind it."""
    dead = set(circle)
    found: list[str] = []
    while more := [b.id for b in quest.beats if b.id not in dead and dead.intersection(quest.before(b))]:
        found += more
        dead.update(more)
    return found
