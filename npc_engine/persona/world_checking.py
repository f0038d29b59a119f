"""Look at a valid world the way an editor would: what nobody can know, reach, do or tell.

Judges one `World` value and the personas who live in it; reads no files. What makes a world unusable is refused when
it is read, by `soundness`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from npc_engine.filewords import nearest
from npc_engine.persona import domains
from npc_engine.persona.domains import Domains, When
from npc_engine.persona.findings import (
    Finding,
    forbidden,
    long_facts,
    long_texts,
    secrets,
    shared_keys,
    untranslated,
)
from npc_engine.persona.model import Persona
from npc_engine.persona.world import NOBODY, PLAYER, Action, Argument, Beat, Fact, LorebookEntry, Quest, World

Cast = Mapping[str, Persona]
"""The personas who live in a world, by name."""


def check_world(world: World, cast: Cast) -> list[Finding]:
    """What to improve. Without anybody in `cast`, names of personas are not judged."""
    axes = {name: axis for persona in cast.values() for name, axis in persona.relationship.axes.items()}
    felt = domains.declared(world, cast, axes)
    stated = domains.declared(world, cast, {})
    return [
        *untranslated(world, _languages(world, cast)),
        *_empty(cast),
        *_things(world, cast),
        *_facts(world, cast, felt),
        *_quests(world, cast, felt, stated),
        *_actions(world, cast, felt),
        *_forbidden(world, cast),
    ]


def _languages(world: World, cast: Cast) -> tuple[str, ...]:
    """What the personas speak, or without any, what the world is named in."""
    spoken = [language for persona in cast.values() for language in persona.languages]
    return tuple(dict.fromkeys(spoken or filter(None, world.name)))


def _empty(cast: Cast) -> Iterator[Finding]:
    if not cast:
        advice = "nobody lives in this world; name it in a persona.yaml: `world: NAME`"
        yield Finding("warning", "world", advice)


def _roles(where: str, names: Iterable[str], cast: Cast) -> Iterator[Finding]:
    """Personas who don't live here."""
    for position, name in enumerate(names, 1):
        if cast and name not in cast:
            advice = f"no persona '{name}' lives in this world{nearest(name, cast)}; there are: {', '.join(cast)}"
            yield Finding("error", f"{where} > entry {position}", advice)


def _nobody(names: Collection[str], cast: Cast) -> bool:
    return bool(cast and names) and not any(name in cast for name in names)


def _conditions(where: str, when: When, known: Domains) -> Iterator[Finding]:
    yield from (Finding("error", where, words) for words in domains.mistakes(when, known))


def _things(world: World, cast: Cast) -> Iterator[Finding]:
    holders = [PLAYER, *cast, *(thing.id for thing in world.things)]
    for number, thing in enumerate(world.things, 1):
        where = f"things > entry {number}"
        yield from _roles(f"{where} > known_by", thing.known_by, cast)
        for key, known in (("place", holders), ("owner", [*holders, NOBODY])):
            name = getattr(thing, key)
            if name is not None and name not in known:
                advice = (
                    f"there is no '{name}' in this world{nearest(name, known)}; it takes the id of a thing or persona"
                )
                yield Finding("error", f"{where} > {key}", advice)
        if thing.kind == "place" and thing.at is None:
            yield Finding("warning", where, f"place '{thing.id}' has no `at`, which says where what is there is")


def _facts(world: World, cast: Cast, known: Domains) -> Iterator[Finding]:
    entries = [(f"facts > entry {number}", fact) for number, fact in enumerate(world.facts, 1)]
    yield from shared_keys(entries)
    yield from _entries(entries, known)
    for where, fact in entries:
        yield from _roles(f"{where} > known_by", fact.known_by, cast)
        if reason := _unknowable(fact, cast, known):
            yield Finding("error", where, f"nobody can know fact '{fact.id}': {reason}")


def _unknowable(fact: Fact, cast: Cast, known: Domains) -> str | None:
    if _nobody(fact.known_by, cast):
        return "known_by names nobody who lives in this world"
    return "its `when` never holds" if domains.never(fact.when, known) else None


def _entries(entries: Iterable[tuple[str, LorebookEntry]], known: Domains) -> Iterator[Finding]:
    """What holds for facts of the world and of beats alike."""
    told = list(entries)
    yield from long_facts(told)
    yield from secrets(told)
    for where, entry in told:
        yield from _conditions(f"{where} > when", entry.when, known)
        yield from _conditions(f"{where} > tell_when", entry.tell_when, known)


def _quests(world: World, cast: Cast, felt: Domains, stated: Domains) -> Iterator[Finding]:
    for number, quest in enumerate(world.quests, 1):
        where = f"quests > entry {number}"
        yield from _roles(f"{where} > giver", quest.giver, cast)
        people = [*cast, *(thing.id for thing in world.things if thing.kind == "person")]
        if quest.wanted_by is not None and quest.wanted_by not in people:
            there_is = f"there is no '{quest.wanted_by}' in this world{nearest(quest.wanted_by, people)}"
            yield Finding("error", f"{where} > wanted_by", f"{there_is}; it takes the id of a person or persona")
        if _nobody(quest.giver, cast):
            yield Finding("error", where, f"nobody speaks of quest '{quest.id}': its giver does not live in this world")
        dead: dict[str, str] = {}
        for position, beat in enumerate(quest.beats, 1):
            place = f"{where} > beats > entry {position}"
            yield from _beat(place, beat, felt, stated)
            if reason := _unreachable(quest, beat, stated, dead):
                dead[beat.id] = reason
                yield Finding("error", place, f"beat '{beat.id}' can never be reached: {reason}")


def _unreachable(quest: Quest, beat: Beat, known: Domains, dead: Collection[str]) -> str | None:
    if domains.never(beat.when, known):
        return "its `when` never holds"
    return next((f"it comes after '{each}', which can't be" for each in quest.before(beat) if each in dead), None)


def _beat(where: str, beat: Beat, felt: Domains, stated: Domains) -> Iterator[Finding]:
    entries = [(f"{where} > facts > entry {number}", entry) for number, entry in enumerate(beat.facts, 1)]
    yield from shared_keys(entries)
    yield from _entries(entries, felt)
    yield from _conditions(f"{where} > when", beat.when, stated)
    if not any(beat.hints.values()):
        yield Finding("warning", where, f"beat '{beat.id}' has no hints; add some, from vague to plain")
    if beat.says.refuse and not beat.says.accept:
        yield Finding("warning", f"{where} > says", "has refuse and no accept; such a beat begins without being asked")
    if beat.says.finish and not beat.lines.early:
        yield Finding(
            "warning", f"{where} > lines", "lacks early, for a player who says that it is done when it is not"
        )


def _actions(world: World, cast: Cast, known: Domains) -> Iterator[Finding]:
    for number, action in enumerate(world.actions, 1):
        where = f"actions > entry {number}"
        yield from _roles(f"{where} > by", action.by, cast)
        yield from _conditions(f"{where} > when", action.when, known)
        for key in ("description", "done", "refused"):
            yield from long_texts(f"{where} > {key}", getattr(action, key).values())
        yield from _arguments(where, world, action, cast, known)


def _arguments(where: str, world: World, action: Action, cast: Cast, known: Domains) -> Iterator[Finding]:
    for name, argument in action.args.items():
        place = f"{where} > args > {name}"
        if argument.type in ("item", "place", "person"):
            yield from _targets(place, world, action, argument, cast)
        if argument.budget is not None:
            domain = known.get(argument.budget)
            if domain is None:
                advice = f"reads '{argument.budget}', which the world does not have{nearest(argument.budget, known)}"
                yield Finding("error", f"{place} > budget", advice)
            elif domain.kind != "a number":
                yield Finding("error", f"{place} > budget", f"'{argument.budget}' is no number; an amount needs one")


def _targets(where: str, world: World, action: Action, argument: Argument, cast: Cast) -> Iterator[Finding]:
    """Ids that are none, and a type that nothing in the world has. A person may always be the player."""
    fitting = [thing.id for thing in world.things if thing.kind == argument.type]
    if argument.type == "person":
        fitting += [PLAYER, *cast]
    if not fitting:
        yield Finding(
            "error", where, f"nothing in this world is of type {argument.type}, so '{action.name}' can't be done"
        )
        return
    for position, name in enumerate(argument.of, 1):
        if name not in fitting:
            advice = f"there is no {argument.type} '{name}' in this world{nearest(name, fitting)}"
            yield Finding("error", f"{where} > of > entry {position}", advice)


def _forbidden(world: World, cast: Cast) -> Iterator[Finding]:
    for name, persona in cast.items():
        words = [word for several in persona.never.words.values() for word in several]
        yield from forbidden(_authored(world, name), words, f" of {name}")


def _authored(world: World, role: str) -> Iterator[tuple[str, str]]:
    """Lines of the world that a persona may speak, each with its place."""
    for number, fact in enumerate(world.facts, 1):
        if not fact.known_by or role in fact.known_by:
            yield from ((f"facts > entry {number} > text", line) for line in fact.text.values())
    for number, quest in enumerate(world.quests, 1):
        if not quest.giver or role in quest.giver:
            for position, beat in enumerate(quest.beats, 1):
                yield from _spoken(f"quests > entry {number} > beats > entry {position}", beat)


def _spoken(where: str, beat: Beat) -> Iterator[tuple[str, str]]:
    for number, entry in enumerate(beat.facts, 1):
        yield from ((f"{where} > facts > entry {number} > text", line) for line in entry.text.values())
    lines = {f"lines > {name}": getattr(beat.lines, name) for name in type(beat.lines).model_fields}
    for part, lists in {"hints": beat.hints, **lines}.items():
        yield from ((f"{where} > {part}", line) for several in lists.values() for line in several)
