"""Which beats of a quest are done, begun, open or locked, and what moves them. The game is always right. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from npc_engine.persona.conditions import Lookup, holds
from npc_engine.persona.world import Beat, Quest

Status = Literal["active", "offered", "refused", "done"]
"""Of a beat that is not locked any more: under way, spoken of, turned down, or done."""
Statuses = Mapping[str, Status]
"""By the beat's id; a beat that is missing has not begun."""
DONE = "done"


class UnknownStage(ValueError):
    """The game named a quest or beat that no world in the scene has."""


def all_before(quest: Quest, beat: Beat) -> set[str]:
    """The beats before this one, and all before those."""
    found: set[str] = set()
    left = list(quest.before(beat))
    while left:
        name = left.pop()
        earlier = quest.beat(name)
        if earlier and name not in found:
            found.add(name)
            left += quest.before(earlier)
    return found


def legal(quest: Quest, statuses: Statuses, lookup: Lookup) -> list[Beat]:
    """The beats that may begin: not begun or turned down, all before them done, and their condition holds."""
    return [
        beat
        for beat in quest.beats
        if statuses.get(beat.id) in (None, "offered", "refused")
        and all(statuses.get(name) == DONE for name in quest.before(beat))
        and holds(beat.when, lookup)
    ]


def begun(quest: Quest, statuses: Statuses, lookup: Lookup) -> Statuses:
    """`statuses` with every beat begun that may and that nobody needs to accept."""
    return {**statuses, **{beat.id: "active" for beat in legal(quest, statuses, lookup) if not beat.says.accept}}


def moved(quest: Quest, stage: str | None) -> Statuses:
    """The quest with its beat `stage` under way, or done, or None to begin anew. Raises `UnknownStage`."""
    if stage is None:
        return {}
    if stage == DONE:
        return {beat.id: "done" for beat in quest.beats}
    beat = quest.beat(stage)
    if beat is None:
        known = ", ".join([*(beat.id for beat in quest.beats), DONE])
        raise UnknownStage(f"quest '{quest.id}' has no beat '{stage[:64]}'; it has: {known}")
    return {**dict.fromkeys(all_before(quest, beat), "done"), stage: "active"}


def active(quest: Quest, statuses: Statuses) -> list[Beat]:
    """The beats under way, in the order of the file."""
    return [beat for beat in quest.beats if statuses.get(beat.id) == "active"]


def stage(quest: Quest, statuses: Statuses) -> str:
    """Where the quest is, as one word: its first beat under way, else the first that is not done, else `done`."""
    under_way = active(quest, statuses)
    left = [beat for beat in quest.beats if statuses.get(beat.id) != DONE]
    return next((beat.id for beat in [*under_way, *left]), DONE)
