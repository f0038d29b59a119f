"""What each path of the state can be, and which conditions can therefore never hold. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from npc_engine.filewords import nearest
from npc_engine.persona.base import Scalar
from npc_engine.persona.conditions import Test
from npc_engine.persona.relationship import Axis
from npc_engine.persona.world import NOBODY, PLAYER, PROPERTIES, Thing, World

STATUSES = ("active", "offered", "refused", "done")
"""Of a beat, as `quest.NAME.BEAT` tells them."""
When = tuple[tuple[Test, ...], ...]


@dataclass(frozen=True)
class Domain:
    """What a path can be."""

    kind: Literal["anything", "true or false", "a number", "a list", "one of"]
    values: tuple[str, ...] = ()
    """Of `one of`."""
    least: float = float("-inf")
    most: float = float("inf")
    """Of a number."""


Domains = Mapping[str, Domain]
"""By path."""
_ANYTHING, _TRUTH, _NUMBER = Domain("anything"), Domain("true or false"), Domain("a number")


def declared(world: World, roles: Collection[str], axes: Mapping[str, Axis]) -> dict[str, Domain]:
    """Every path that conditions in this world can read; `roles` are the personas who live there."""
    domains = {"place": _ANYTHING}
    domains |= {path: _of_value(value) for path, value in world.state.items()}
    owners = (PLAYER, *roles, *(thing.id for thing in world.things))
    for thing in world.things:
        domains |= {f"{thing.id}.{each}": domain for each, domain in _of_thing(thing, owners)}
    for quest in world.quests:
        domains[f"quest.{quest.id}"] = Domain("one of", (*(beat.id for beat in quest.beats), "done"))
        domains |= {f"quest.{quest.id}.{beat.id}": Domain("one of", STATUSES) for beat in quest.beats}
    return domains | {name: Domain("a number", least=axis.least, most=axis.most) for name, axis in axes.items()}


def never(when: When, domains: Domains) -> bool:
    """Whether a condition can't hold, whatever happens."""
    return bool(when) and all(any(_wrong(test, domains) for test in tests) for tests in when)


def mistakes(when: When, domains: Domains) -> Iterator[str]:
    """What is wrong with a condition, one sentence for each part that is."""
    for tests in when:
        for test in tests:
            if words := _wrong(test, domains):
                yield words


def _of_value(value: object) -> Domain:
    if isinstance(value, bool):
        return _TRUTH
    if isinstance(value, int | float):
        return _NUMBER
    return Domain("a list") if isinstance(value, tuple) else _ANYTHING


def _of_thing(thing: Thing, owners: tuple[str, ...]) -> Iterator[tuple[str, Domain]]:
    """Of each property that the thing begins with."""
    for name in PROPERTIES:
        if getattr(thing, name) is None:
            continue
        if name == "count":
            yield name, _NUMBER
        elif name in ("place", "owner"):
            yield name, Domain("one of", (*owners, NOBODY) if name == "owner" else owners)
        else:
            yield name, _TRUTH


def _wrong(test: Test, domains: Domains) -> str | None:
    domain = domains.get(test.path)
    if domain is None:
        return f"reads '{test.path}', which the world does not have{nearest(test.path, domains)}"
    if test.operation in ("has", "lacks"):
        return None if domain.kind in ("a list", "anything") else f"looks into '{test.path}', which is no list"
    if test.operation in ("<", "<=", ">", ">="):
        return _never_reached(test, domain)
    for value in test.value if isinstance(test.value, tuple) else [test.value]:
        if value is not None and not _can_be(value, domain):
            return f"expects '{_shown(value)}' of '{test.path}', {_instead(value, domain)}"
    return None


def _never_reached(test: Test, domain: Domain) -> str | None:
    if domain.kind not in ("a number", "anything"):
        return f"compares '{test.path}', which is no number"
    assert isinstance(test.value, float), "so conditions read it"
    reached = {
        "<": domain.least < test.value,
        "<=": domain.least <= test.value,
        ">": domain.most > test.value,
        ">=": domain.most >= test.value,
    }
    if reached[test.operation]:
        return None
    return (
        f"waits for '{test.path}' {test.operation} {test.value:g}, and it goes from {domain.least:g} to {domain.most:g}"
    )


def _can_be(value: Scalar, domain: Domain) -> bool:
    match domain.kind:
        case "anything":
            return True
        case "true or false":
            return isinstance(value, bool)
        case "a number":
            return (
                isinstance(value, int | float) and not isinstance(value, bool) and domain.least <= value <= domain.most
            )
        case "one of":
            return value in domain.values
        case _:
            return False


def _instead(value: Scalar, domain: Domain) -> str:
    match domain.kind:
        case "one of":
            return f"which is one of: {', '.join(domain.values)}{nearest(str(value), domain.values)}"
        case "a list":
            return "which is a list; ask what it has or lacks"
        case "a number" if domain.most < float("inf"):
            return f"which goes from {domain.least:g} to {domain.most:g}"
        case kind:
            return f"which is {kind}"


def _shown(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value}"
