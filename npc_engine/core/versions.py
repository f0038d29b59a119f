"""Tell what a story speaks of that its worlds lack by now: it was kept under another version of them. Pure.

Ids are compared, and no texts: a world may be worded anew without a word about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from npc_engine.core.story import Story
from npc_engine.persona.world import PROPERTIES, World


def changed(story: Story, worlds: Sequence[World]) -> str | None:
    """What to warn of where the story is of another version of these worlds; None where all it speaks of is there."""
    missing = list(dict.fromkeys([*_quests(story, worlds), *_facts(story, worlds)]))
    if not missing:
        return None
    return (
        f"this story is of another version of its world, which lacks by now: {', '.join(missing)}; "
        "what hung on that is forgotten. Say with `world.set` how the quests stand"
    )


def _quests(story: Story, worlds: Iterable[World]) -> Iterator[str]:
    beats = {quest.id: {beat.id for beat in quest.beats} for world in worlds for quest in world.quests}
    for quest, statuses in story.quests.items():
        if quest not in beats:
            yield f"the quest '{quest}'"
        else:
            yield from (f"the beat '{beat}' of the quest '{quest}'" for beat in statuses if beat not in beats[quest])


def _facts(story: Story, worlds: Iterable[World]) -> Iterator[str]:
    worlds = list(worlds)
    known = {fact.id for world in worlds for fact in world.facts}
    known |= {f"{thing.id}.{what}" for world in worlds for thing in world.things for what in PROPERTIES}
    yield from (f"the fact '{fact}'" for learned in story.known.values() for fact in learned if fact not in known)
