"""Move relationships by rules: what happened, which axes it moves, and what shows of where they are. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from npc_engine.persona.conditions import Lookup, holds
from npc_engine.persona.mentions import mentions
from npc_engine.persona.relationship import Axis, Cause, Relationship, Show


@dataclass(frozen=True)
class Happening:
    """Something that may move a relationship: the parts that it does not have are None."""

    event: str | None = None
    """Name of a `world.event`."""
    said: str | None = None
    """A line of the player."""
    action: str | None = None
    """Name of an action that the character did."""
    beat: str | None = None
    """A beat that was done: `safe.find_key`."""


@dataclass(frozen=True)
class Move:
    """An axis goes somewhere, and why, by language."""

    axis: str
    value: float
    reason: dict[str, str]


def moves(relationship: Relationship, happening: Happening, look_up: Lookup) -> Iterator[Move]:
    """Where axes go because of what happened, one after the other. An axis stays within its bounds."""
    moved = dict[str, float]()
    for rule in relationship.rules:
        if not _fits(rule.on, happening):
            continue
        for name, change in rule.change.items():
            axis = relationship.axes[name]
            now = moved.get(name, _number(look_up(name), axis))
            value = min(axis.most, max(axis.least, now + change))
            if value != now:
                moved[name] = value
                yield Move(name, value, rule.reason)


def shown(relationship: Relationship, look_up: Lookup) -> list[Show]:
    """What shows of where the axes are."""
    return [show for show in relationship.shows if holds(show.when, look_up)]


def _fits(cause: Cause, happening: Happening) -> bool:
    if cause.said is not None:
        said = happening.said
        return said is not None and any(mentions(said, key) for keys in cause.said.values() for key in keys)
    given = (cause.event, cause.action, cause.beat)
    return given == (happening.event, happening.action, happening.beat)


def _number(value: object, axis: Axis) -> float:
    return float(value) if isinstance(value, int | float) else axis.start
