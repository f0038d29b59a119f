"""A fact as a character knows it, and the ids of those that no author writes. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from npc_engine.persona.world import LorebookEntry

HERE, COMPANY, LYING = "place", "company", "lying"
"""Ids of the facts of where the scene is, and of who and what else is there."""
CARRIED, HELD = "carried", "held"
"""Ids of the facts of what the player has, and the character."""
EMPTY_HANDED = "empty-handed"
"""Id of the fact that the player has nothing."""
PLACES = "places"
"""Id of the fact of what places there are."""
ITEMS, PERSONS, BELONGINGS = "items", "persons", "belongings"
"""How the ids end of what and who is at a place, and of what somebody owns."""
GIVER, WAS_GIVER = "task.", "past."
"""How the ids begin of who wants done what is to be done of a quest, and of who wanted what is over."""
WANTING = ".giver"
"""How they end."""
QUEST = "quest."
"""How the ids begin of what a quest is about, and of that it is over."""
OFFER = "offer."
"""How the ids begin of what there is to do for who accepts it."""
DONE = "done."
"""How the ids begin of who did what is done of a quest."""
NOT_YET, STANDING = ".early", ".standing"
"""How the ids end of that a beat is not done, and of whether a quest is over that others speak of."""
EXAMPLE = "example."
"""How the ids begin of what the persona says in an example."""
EVENT = "event."
"""How the ids begin of what the game told."""
OF_SCENE, OF_BEAT, OF_WORLD, OF_GOAL = 200, 100, 10, 5
"""Weight of where the scene is, of the quest's beat, of the world with its things, and of the quest's goal, over the
lorebook."""


@dataclass(frozen=True)
class Known:
    """A fact that holds now and that the character knows."""

    id: str
    entry: LorebookEntry
    bonus: int = 0
    """Weight over other facts."""
    of_state: bool = False
    """Whether the engine says it of the state, and no author."""
    of_course: bool = False
    """Whether it says what is to be done in a quest, is not done yet or is over: the quest's own state says so, and no
    other speaks against it."""
    happened: bool = False
    """Whether it tells what happened in the story so far: it may say what an author wants kept."""

    @property
    def is_step(self) -> bool:
        """Whether it is of a quest's beat under way, and not merely that this is not done."""
        return self.bonus == OF_BEAT and self.id.startswith("beat.") and not self.id.endswith(NOT_YET)

    @property
    def is_goal(self) -> bool:
        """Whether it is what a quest under way is about, or what was done of it."""
        return self.bonus == OF_GOAL and not self.id.startswith(OFFER)
