"""How things are: the worlds' beginnings, what the game has set since, and how far each quest is. Pure look-ups."""

from __future__ import annotations

from collections.abc import Sequence

from npc_engine.core import quests
from npc_engine.core.quests import Statuses, UnknownStage
from npc_engine.core.scene import Character
from npc_engine.core.story import Story
from npc_engine.persona.conditions import Lookup
from npc_engine.persona.world import PROPERTIES, Beat, Quest, Resident, Thing, World
from npc_engine.protocol import QuestChanged, Value

_QUEST = "quest."


class State:
    """What holds in a story, over the worlds of whoever is in it."""

    def __init__(self, story: Story, worlds: Sequence[World]) -> None:
        self._story = story
        self._worlds = worlds

    @property
    def things(self) -> list[Thing]:
        """The things of all worlds."""
        return [thing for world in self._worlds for thing in world.things]

    @property
    def quests(self) -> list[Quest]:
        """The quests of all worlds."""
        return [quest for world in self._worlds for quest in world.quests]

    @property
    def place(self) -> str | None:
        """Where the scene is, if the game said so."""
        place = self.value("place")
        return place if isinstance(place, str) else None

    def value(self, path: str) -> Value:
        """What a path holds: as the game set it, else as its world begins. `quest.NAME` is the quest's stage, and
        `quest.NAME.BEAT` the beat's status."""
        if path.startswith(_QUEST):
            return self._quest_value(path.removeprefix(_QUEST))
        if path in self._story.versions:
            return self._story.values.get(path)
        return self._beginning(path)

    def of(self, character: Character) -> Lookup:
        """The same as one character sees it: its own feelings by their names, `self` for its own id."""

        def look_up(path: str) -> Value:
            axis = character.persona.relationship.axes.get(path)
            if axis is None:
                return self.value(path)
            return self._story.feelings.get(character.actor_id, {}).get(path, axis.start)

        return look_up

    def statuses(self, quest: Quest) -> Statuses:
        """How far the quest is."""
        return self._story.quests.get(quest.id, {})

    def stage(self, quest: Quest) -> str:
        """The quest's beat under way, or `done`."""
        return quests.stage(quest, self.statuses(quest))

    def beats(self, character: Character) -> list[Beat]:
        """The beats under way of the quests that the character speaks of."""
        return [beat for quest in self.quests_of(character) for beat in quests.active(quest, self.statuses(quest))]

    def quests_of(self, character: Character) -> list[Quest]:
        """The quests of the character's world that it speaks of."""
        return [quest for quest in character.persona.setting.quests if not quest.giver or character.role in quest.giver]

    def moves(self, values: dict[str, Value]) -> dict[str, Statuses]:
        """The quests that such a `world.set` moves, as they stand then. Raises `UnknownStage`."""
        known = {quest.id: quest for quest in self.quests}
        moves = dict[str, Statuses]()
        for path, value in values.items():
            if path.startswith(_QUEST):
                name = path.removeprefix(_QUEST)
                if name not in known:
                    there = ", ".join(sorted(known)) or "none"
                    raise UnknownStage(f"no quest '{name}' in this scene; there is: {there}")
                moves[name] = quests.moved(known[name], None if value is None else str(value))
        return moves

    def undeclared(self) -> dict[str, Value]:
        """What the game has set that no thing of a world has sentences for."""
        declared = {f"{thing.id}.{what}" for thing in self.things for what in PROPERTIES}
        declared |= {"place"} if any(thing.id == self.place for thing in self.things) else set()
        return {path: value for path, value in self._story.values.items() if path not in declared}

    def gossip(self) -> list[str]:
        """What one character may tell another: ids of facts, and paths of things' states."""
        facts = [fact.id for world in self._worlds for fact in world.facts]
        return facts + [f"{thing.id}.{what}" for thing in self.things for what in PROPERTIES]

    def begun(self) -> dict[str, Statuses]:
        """The quests in which beats begin by themselves now, as they stand then."""
        found = dict[str, Statuses]()
        for quest in self.quests:
            statuses = quests.begun(quest, self.statuses(quest), self.value)
            if statuses != self.statuses(quest):
                found[quest.id] = statuses
        return found

    def told(self, quest_id: str) -> QuestChanged:
        """What the client is told of a quest that moved."""
        quest = next(quest for quest in self.quests if quest.id == quest_id)
        stage = self.stage(quest)
        if stage == quests.DONE:
            return QuestChanged(quest=quest_id, stage=stage, status="done")
        status = self.statuses(quest).get(stage, "open")
        return QuestChanged(quest=quest_id, stage=stage, status=status)

    def _quest_value(self, path: str) -> Value:
        name, _, beat = path.partition(".")
        quest = next((quest for quest in self.quests if quest.id == name), None)
        if quest is None:
            return None
        return self.statuses(quest).get(beat) if beat else self.stage(quest)

    def _beginning(self, path: str) -> Value:
        for world in self._worlds:
            if path in world.state:
                value = world.state[path]
                return list(value) if isinstance(value, tuple) else value
        name, _, what = path.rpartition(".")
        thing = next((thing for thing in self.things if thing.id == name), None)
        if isinstance(thing, Resident) and what == "place":
            return self._home(thing)
        return getattr(thing, what) if thing and what in PROPERTIES else None

    def _home(self, resident: Resident) -> Value:
        """Where somebody is of whom the game has not said it: in the scene, or where they are at home if the scene is
        elsewhere."""
        if resident.id in self._story.cast.values():
            return self.place
        return None if resident.place == self.place else resident.place
