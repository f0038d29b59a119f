"""Write the story: who comes and goes, what the game says, what is told and felt, and which quests move by it.

Knows nothing of turns: it is told what has happened, and keeps what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from npc_engine.core import feelings, quests
from npc_engine.core.feelings import Happening
from npc_engine.core.journal import Entry, Felt, Joined, Learned, Left, QuestMoved, Spoken, ValuesSet
from npc_engine.core.quests import Status, Statuses
from npc_engine.core.scene import Character, Scene
from npc_engine.core.state import State
from npc_engine.core.story import Story
from npc_engine.core.view import View
from npc_engine.persona.base import localised
from npc_engine.persona.model import Persona
from npc_engine.persona.world import Beat, Quest
from npc_engine.protocol import QuestChanged, Value


class Chronicle:
    """One story, the scene that it is at, and the entries that are not kept yet."""

    def __init__(self, past: Iterable[Entry] = ()) -> None:
        self.story = Story.of(past)
        self.scene = Scene()
        self._new: list[Entry] = []
        self._done: list[tuple[Quest, Beat]] = []
        self._views: dict[str, View] = {}
        """Of this moment: a turn asks for them several times."""
        self._end_reply()

    @property
    def state(self) -> State:
        """How things are, at this moment of the story."""
        return State(self.story, self.scene.worlds())

    def view(self, character: Character) -> View:
        """What the character knows, at this moment of the story."""
        if character.actor_id not in self._views:
            others = (each for each in self.scene if each is not character and not each.persona.narrator)
            names = [each.persona.name for each in others]
            self._views[character.actor_id] = View(character, self.state, self.story, names)
        return self._views[character.actor_id]

    def record(self, entry: Entry) -> None:
        """Let it have happened, to be kept."""
        self._views = {}
        self.story.add(entry)
        self._new.append(entry)

    def new_entries(self) -> tuple[Entry, ...]:
        """What has happened since this was asked last."""
        new, self._new = tuple(self._new), []
        return new

    def load(self, entries: Iterable[Entry], personas: Mapping[str, Persona]) -> None:
        """Go to another moment: what was said, known and felt since then never happened."""
        self.story, self.scene, self._new, self._done = Story.of(entries), Scene(), [], []
        self._views = {}
        for actor, role in self.story.cast.items():
            self.scene.join(Character(actor, personas[role], role))
        self._end_reply()

    def join(self, character: Character) -> None:
        """A character comes into earshot."""
        self.scene.join(character)
        self._views = {}
        if self.story.cast.get(character.actor_id) != character.role:
            self.record(Joined(actor_id=character.actor_id, persona=character.role))

    def leave(self, actor_id: str) -> None:
        """A character goes out of earshot."""
        self.scene.leave(actor_id)
        self.record(Left(actor_id=actor_id))

    def leave_all_but(self, actors: Iterable[str]) -> None:
        """Whoever was in earshot at this moment of the story and is not one of these is out of it."""
        staying = set(actors)
        for actor_id in [actor_id for actor_id in self.story.cast if actor_id not in staying]:
            self.leave(actor_id)

    @property
    def in_earshot(self) -> tuple[str, ...]:
        """Ids of the actors who hear what is said aloud."""
        return tuple(character.actor_id for character in self.scene)

    def tell(self, text: str) -> None:
        """Something happened, and those in earshot know it."""
        self.record(Spoken(actor_id=None, name="", text=text, is_event=True, heard_by=self.in_earshot))

    def set(self, values: dict[str, Value]) -> list[QuestChanged]:
        """The game says how things are; return the quests that moved. Raises `UnknownStage`, and changes nothing."""
        moves = self.state.moves(values)
        here = values.get("place", self.state.place)
        seen: dict[tuple[str, ...], dict[str, Value]] = {}
        for path, value in values.items():
            if not path.startswith("quest."):
                seen.setdefault(self._witnesses(path, value, here), {})[path] = value
        for witnesses, changed in seen.items():
            self.record(ValuesSet(values=changed, witnesses=witnesses))
        return self.move(moves)

    def move(self, moves: Mapping[str, Statuses]) -> list[QuestChanged]:
        """Quests stand so from now on; return those that moved, and what moved by itself because of it."""
        told = {quest.id: self.state.told(quest.id) for quest in self.state.quests}
        statuses = {quest.id: self.state.statuses(quest) for quest in self.state.quests}
        self._record_moves(moves)
        while begun := self.state.begun():
            self._record_moves(begun)
        for quest in self.state.quests:
            self._note_done(quest, statuses[quest.id])
        now = {quest: self.state.told(quest) for quest in told}
        return [changed for quest, changed in now.items() if quest in moves or changed != told[quest]]

    def mark(self, quest: Quest, beat: Beat, status: Status) -> list[QuestChanged]:
        """One beat of a quest stands so from now on."""
        return self.move({quest.id: {**self.state.statuses(quest), beat.id: status}})

    def learn(self, actor_id: str, fact: str, how: str, source: str | None) -> None:
        """A character comes to know a fact, unless it knows it already."""
        if fact not in self.story.known.get(actor_id, {}):
            self.record(Learned.model_validate({"actor_id": actor_id, "fact": fact, "how": how, "source": source}))

    def feel(self, happening: Happening, language: str, only: Iterable[str] | None = None) -> None:
        """Let what happened move the relationships of those in earshot, or of some of them."""
        touched = self.in_earshot if only is None else tuple(only)
        for character in self.scene:
            if character.actor_id not in touched:
                continue
            look_up = self.state.of(character)
            for move in feelings.moves(character.persona.relationship, happening, look_up):
                reason = localised(move.reason, language)
                self.record(Felt(actor_id=character.actor_id, axis=move.axis, value=move.value, reason=reason))

    def newly_done(self) -> list[tuple[Quest, Beat]]:
        """The beats that were done since this was asked last."""
        done, self._done = self._done, []
        return done

    def _end_reply(self) -> None:
        """The story was left in the middle of a reply: the character has said what had left of it."""
        if saying := self.story.saying:
            said = {"actor_id": saying.actor_id, "name": saying.name, "text": saying.text}
            self.record(Spoken.model_validate({**said, "heard_by": saying.heard_by}))

    def _note_done(self, quest: Quest, before: Statuses) -> None:
        now = self.state.statuses(quest)
        for beat in quest.beats:
            if now.get(beat.id) == quests.DONE != before.get(beat.id):
                self._done.append((quest, beat))
                self.feel(Happening(beat=f"{quest.id}.{beat.id}"), "en")

    def _witnesses(self, path: str, value: Value, here: Value) -> tuple[str, ...]:
        """Who sees that the path comes to this value: of a hidden thing nobody, and of one that only some know of
        these alone, unless it is `here`, where the scene is, or comes to, or with somebody who is."""
        name, _, what = path.rpartition(".")
        thing = next((thing for thing in self.state.things if thing.id == name), None)
        if thing is None or not (thing.hidden or thing.known_by):
            return self.in_earshot
        if thing.hidden:
            return ()
        seen_at = [here, "player", *self.in_earshot, *(each.role for each in self.scene)]
        at = [self.state.value(f"{name}.place"), value if what == "place" else None]
        is_here = here is None or at == [None, None] or any(place in seen_at for place in at if place is not None)
        return tuple(each.actor_id for each in self.scene if is_here or each.role in thing.known_by)

    def _record_moves(self, moves: Mapping[str, Statuses]) -> None:
        for quest, beats in moves.items():
            self.record(QuestMoved(quest=quest, beats=dict(beats)))
