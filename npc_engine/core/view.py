"""What one character knows, and what of it it may tell: a prompt is built from this alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from npc_engine.core import course
from npc_engine.core.mentions import mentions
from npc_engine.core.questions import kinds_told
from npc_engine.core.scene import Character
from npc_engine.core.sentences import company_entry, scene_entry, state_entries
from npc_engine.core.state import State
from npc_engine.core.story import Story
from npc_engine.persona.base import Localised, LocalisedList
from npc_engine.persona.conditions import holds
from npc_engine.persona.world import Fact, LorebookEntry, Thing

HERE, COMPANY = "place", "company"
"""Ids of the facts of where the scene is and of who else is there."""
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
    happened: bool = False
    """Whether it tells what happened in the story so far: it may say what an author wants kept."""

    @property
    def is_step(self) -> bool:
        """Whether it is of a quest's beat under way."""
        return self.bonus == OF_BEAT and self.id.startswith("beat.")

    @property
    def is_goal(self) -> bool:
        """Whether it is what a quest under way is about."""
        return self.bonus == OF_GOAL


class View:
    """What is so as far as one character knows, at this moment of the story."""

    def __init__(self, character: Character, state: State, story: Story, company: Sequence[Localised] = ()) -> None:
        """`company` are the names, by language, of the others who are there."""
        self._character, self._company = character, company
        self._state = state
        self._story = story
        self._look_up = state.of(character)
        self._things = {thing.id: thing for thing in character.persona.setting.things}

    @property
    def things(self) -> list[Thing]:
        """What there is to speak of."""
        return self._state.things

    def tellable(self) -> list[Known]:
        """What the character knows and may tell, of the beats under way first."""
        return [known for known in self._known() if holds(known.entry.tell_when, self._look_up)]

    def kept_back(self) -> list[Known]:
        """What the character knows and keeps to itself."""
        return [known for known in self._known() if not holds(known.entry.tell_when, self._look_up)]

    def unknown(self) -> list[Known]:
        """What holds and the character does not know."""
        facts = [fact for fact in self._character.persona.setting.facts if not self.knows(fact)]
        return [
            *(Known(fact.id, fact, OF_WORLD) for fact in facts if holds(fact.when, self._look_up)),
            *(known for known, is_known in self._states() if not is_known),
        ]

    def kept(self) -> list[LorebookEntry]:
        """What must not pass the character's lips: secrets that it keeps, and such as it does not know."""
        return [entry for entry, known in self._secrets() if not known or not holds(entry.tell_when, self._look_up)]

    def knows_state(self, thing: Thing, path: str) -> bool:
        """Whether the character knows what this path of the thing holds: everybody does unless it is for some alone."""
        if not thing.known_by:
            return True
        version = self._story.versions.get(path, 0)
        seen = self._story.witnessed.get(self._character.actor_id, {}).get(path)
        return seen == version or (version == 0 and self._character.role in thing.known_by)

    def knows(self, fact: Fact) -> bool:
        """Whether the character knows of the fact, if it holds: from the beginning, or since somebody told."""
        return (
            not fact.known_by
            or self._character.role in fact.known_by
            or fact.id in self._story.known.get(self._character.actor_id, {})
        )

    def _known(self) -> Iterator[Known]:
        """What holds: of beats, of the world, of the lorebook, and what the engine says of the state. Where a place
        is, which never changes, is left to an author who has written it."""
        written = list(self._written())
        yield from written
        entries = [known.entry for known in written if not known.of_state]
        for known, is_known in self._states():
            thing, _, name = known.id.rpartition(".")
            is_place = name == "place" and self._things[thing].kind == "place"
            if is_known and not (is_place and any(_tells_where(entry, self._things[thing]) for entry in entries)):
                yield known

    def _written(self) -> Iterator[Known]:
        persona = self._character.persona
        here = scene_entry(self._state.place or "", persona.setting.things, self._character.role)
        if here:
            yield Known(HERE, here, OF_SCENE, of_state=True)
        if company := company_entry(self._company):
            yield Known(COMPANY, company, OF_WORLD, of_state=True)
        beats = self._state.beats(self._character)
        for beat in beats:
            for number, entry in enumerate(course.of_beat(beat)):
                if holds(entry.when, self._look_up):
                    yield Known(f"beat.{beat.id}.{number}", entry, OF_BEAT)
        for quest in self._state.quests_of(self._character):
            if any(beat in quest.beats for beat in beats):
                yield Known(f"quest.{quest.id}.goal", course.of_goal(quest), OF_GOAL)
            if ending := course.of_end(quest, self._state):
                yield Known(f"quest.{quest.id}", ending, OF_BEAT, happened=True)
        for place, event in course.of_late(self._story, self._character.actor_id):
            yield Known(f"event.{place}", event, OF_BEAT, happened=True)
        for fact in persona.setting.facts:
            if self.knows(fact) and holds(fact.when, self._look_up):
                yield Known(fact.id, fact, OF_WORLD)
        for number, entry in enumerate(persona.lorebook):
            if holds(entry.when, self._look_up):
                yield Known(f"lorebook.{number}", entry)
        for number, example in enumerate(persona.examples):
            if example.entry:
                yield Known(f"example.{number}", example.entry)

    def _states(self) -> Iterator[tuple[Known, bool]]:
        """What the engine says of the state, and whether the character knows it, and gives no secret away by it."""
        kept = self.kept()
        for path, entry in state_entries(self._things.values(), self._look_up, self._character.role).items():
            thing = self._things[path.rpartition(".")[0]]
            gives_away = any(_gives_away(entry, thing, secret) for secret in kept)
            yield Known(path, entry, OF_WORLD, of_state=True), self.knows_state(thing, path) and not gives_away

    def _secrets(self) -> Iterator[tuple[LorebookEntry, bool]]:
        for fact in self._character.persona.setting.facts:
            if fact.tell_when or fact.known_by:
                yield fact, self.knows(fact)
        yield from ((entry, True) for entry in self._character.persona.lorebook if entry.tell_when)


def _gives_away(state: LorebookEntry, thing: Thing, secret: LorebookEntry) -> bool:
    """Whether how a thing is says what a secret about it must not: where it is hidden, say."""
    names, told = _all(thing.names), state.text.values()
    is_about = any(mentions(text, name) for text in secret.text.values() for name in names)
    return is_about and any(mentions(text, word) for text in told for word in _all(secret.gives_away))


def _tells_where(entry: LorebookEntry, place: Thing) -> bool:
    """Whether an author says where a place is."""
    named = set(_all(place.names)) & set(_all(entry.keys))
    return bool(named) and any("place" in kinds_told(text) for text in entry.text.values())


def _all(texts: LocalisedList) -> list[str]:
    return [text for several in texts.values() for text in several]
