"""Tell authored facts that are not so any more, or never were: the state wins over what an author wrote. Pure.

A fact under a condition over the same path was written for that state, and stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from npc_engine.core.claims import SOMEBODY, Claim, claims_in
from npc_engine.core.names import Names
from npc_engine.core.truth import Truth
from npc_engine.persona.world import PROPERTIES, LorebookEntry, World


def outdated(entry: LorebookEntry, truth: Truth, speaker: str, moved: bool = False) -> tuple[str, str] | None:
    """The words of a fact that the state contradicts, and the path that does; None for a fact that may be told.
    `speaker` is who would say it. `moved`: it was said of a world in which the story had already moved things."""
    meant = {test.path for tests in entry.when for test in tests}
    for text in entry.text.values():
        for claim in _claims(text, truth.names, speaker):
            path = f"{claim.things[0]}.{claim.property}"
            if path not in meant and truth.judge(claim) == "false" and not _is_vague(claim, path, truth, moved):
                return truth.names.unmarked(claim.words), path
    return None


def _is_vague(claim: Claim, path: str, truth: Truth, moved: bool) -> bool:
    """Whether the author names what the world does not have, `across the street`, and the game has moved nothing since
    then."""
    begun = getattr(truth.names.things[claim.things[0]], claim.property)
    return claim.value == SOMEBODY and (moved or truth.lookup(path) == begun)


def contradictions(world: World, speaker: str) -> Iterator[tuple[str, str, str]]:
    """The facts of a world that contradict how it begins: where each stands, its words, and the path."""
    begins = {f"{thing.id}.{name}": getattr(thing, name) for thing in world.things for name in PROPERTIES}
    truth = Truth(Names(world.things), lambda path: begins.get(path), lambda thing, path: True)
    for where, entry in _entries(world):
        if found := outdated(entry, truth, speaker):
            yield where, *found


def _entries(world: World) -> Iterator[tuple[str, LorebookEntry]]:
    """What holds from the beginning: facts of later beats are told when much may have changed."""
    yield from ((f"facts > entry {number}", fact) for number, fact in enumerate(world.facts, 1) if not fact.when)
    for number, quest in enumerate(world.quests, 1):
        for place, entry in enumerate(quest.beats[0].facts, 1):
            yield f"quests > entry {number} > beats > entry 1 > facts > entry {place}", entry


@lru_cache(maxsize=4096)
def _claims(text: str, names: Names, speaker: str) -> tuple[Claim, ...]:
    """Facts are few, and looked at before every answer."""
    return tuple(claims_in(text, names, speaker))
