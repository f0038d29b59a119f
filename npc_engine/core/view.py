"""What one character knows, and what of it it may tell: a prompt is built from this alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain

from npc_engine.core import course, memory, quests
from npc_engine.core.known import (
    DONE,
    EVENT,
    EXAMPLE,
    GIVER,
    HERE,
    NOT_YET,
    OF_BEAT,
    OF_GOAL,
    OF_SCENE,
    OF_WORLD,
    OFFER,
    QUEST,
    STANDING,
    WANTING,
    WAS_GIVER,
    Known,
)
from npc_engine.core.listing import works
from npc_engine.core.plain import telling_words
from npc_engine.core.questions import kinds_told
from npc_engine.core.scene import Character
from npc_engine.core.sentences import languages_of, scene_entry, state_entries, state_entry
from npc_engine.core.state import State
from npc_engine.core.story import Story
from npc_engine.core.surroundings import Surroundings
from npc_engine.persona.base import Localised, LocalisedList, in_language, localised
from npc_engine.persona.conditions import holds
from npc_engine.persona.mentions import mentions
from npc_engine.persona.world import NOBODY, Beat, Fact, LorebookEntry, Quest, Thing


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
        return [known for known in self._known if holds(known.entry.tell_when, self._look_up)]

    def kept_back(self) -> list[Known]:
        """What the character knows and keeps to itself."""
        return [known for known in self._known if not holds(known.entry.tell_when, self._look_up)]

    def unknown(self) -> list[Known]:
        """What holds and the character does not know."""
        facts = [fact for fact in self._character.persona.setting.facts if not self.knows(fact)]
        return [
            *(Known(fact.id, fact, OF_WORLD) for fact in facts if holds(fact.when, self._look_up)),
            *(known for known, is_known in self._states if not is_known),
            *(known for known, is_known in self._told() if not is_known),
            *self._ownerless(),
        ]

    def _ownerless(self) -> Iterator[Known]:
        """Whose the things are of which neither the game nor an author says it."""
        written = [known.entry for known in self._known if not known.of_state]
        items = [each for each in self._things.values() if each.kind == "item"]
        for item in (each for each in items if self._look_up(f"{each.id}.owner") is None):
            # never told: it only has to be found before what comes near
            entry = state_entry(item, "owner", lambda path: NOBODY, self._things, self._character.role)
            if entry and not any(_tells_whose(each, item) for each in written):
                yield Known(f"{item.id}.owner", entry, OF_WORLD, of_state=True)

    def kept(self) -> list[LorebookEntry]:
        """What must not pass the character's lips: secrets that it keeps, and such as it does not know."""
        return [entry for entry, known in self._secrets() if not known or not holds(entry.tell_when, self._look_up)]

    def ever(self) -> Iterator[LorebookEntry]:
        """All that an author wrote, and that the character may know at some time of the story."""
        setting = self._character.persona.setting
        yield from setting.facts
        yield from map(self._introducing, self._character.persona.lorebook)
        for quest in self._state.quests_of(self._character):
            yield course.of_goal(quest)
            for beat in quest.beats:
                yield from course.of_beat(beat, quest)
                yield course.of_offer(beat, quest)
                yield course.of_unfinished(beat, quest)
                yield course.of_done(beat, quest)

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

    @cached_property
    def _known(self) -> list[Known]:
        """What holds: of beats, of the world, of the lorebook, and what the engine says of the state. Where a place
        is, which never changes, is left to an author who has written it."""
        written = list(self._written())
        entries = [known.entry for known in written if not known.of_state]
        states = [known for known, is_known in self._states if is_known]
        around = Surroundings(
            self._character.role,
            self._things,
            [thing for thing in self._things.values() if self._is_public(thing)],
            {known.id: self._look_up(known.id) for known in states},
            self._state.place,
        )
        return [
            *written,
            *(known for known, is_known in self._told() if is_known),
            *around.present(self._company),
            *around.facts(),
            *(known for known in around.named() if not any(_tells_all(each, known.entry) for each in entries)),
            *(known for known in states if not self._is_told_of_place(known, entries)),
        ]

    def _is_told_of_place(self, known: Known, entries: Sequence[LorebookEntry]) -> bool:
        """Whether it says where a place is, and one of the entries does."""
        thing, _, name = known.id.rpartition(".")
        place = self._things[thing]
        return name == "place" and place.kind == "place" and any(_tells_where(entry, place) for entry in entries)

    def _written(self) -> Iterator[Known]:
        persona = self._character.persona
        here = scene_entry(self._state.place or "", persona.setting.things, self._character.role)
        if here:
            yield Known(HERE, here, OF_SCENE, of_state=True)
        yield from self._of_quests()
        yield from self._givers()
        yield from self._of_others()
        for place, event in course.of_late(self._story, self._character.actor_id, self._things.values()):
            yield Known(f"{EVENT}{place}", event, OF_BEAT, happened=True)
        for fact in persona.setting.facts:
            if self.knows(fact) and holds(fact.when, self._look_up):
                yield Known(fact.id, fact, OF_WORLD)
        for number, entry in enumerate(persona.lorebook):
            if holds(entry.when, self._look_up):
                yield Known(f"lorebook.{number}", self._introducing(entry))
        for number, example in enumerate(persona.examples):
            if example.entry:
                yield Known(f"{EXAMPLE}{number}", example.entry)

    def _introducing(self, entry: LorebookEntry) -> LorebookEntry:
        """What the character says of itself and of where it is found answers who works there, too."""
        own = self._things.get(self._character.role)
        place = self._things.get(own.place or "") if own else None
        if own is None or place is None or not all(_names(entry, thing) for thing in (own, place)):
            return entry
        asks = {each: (*in_language(entry.asks, each), *works(place, each)) for each in languages_of(place)}
        return entry.model_copy(update={"asks": {**entry.asks, **asks}})

    def _of_beat(self, beat: Beat, quest: Quest) -> Iterator[Known]:
        """What is known of a beat under way."""
        for number, entry in enumerate(course.of_beat(beat, quest)):
            if holds(entry.when, self._look_up):
                is_objective = number == len(beat.facts)
                yield Known(f"beat.{beat.id}.{number}", entry, OF_BEAT, of_course=is_objective)
        yield Known(f"beat.{beat.id}{NOT_YET}", course.of_unfinished(beat, quest), OF_BEAT, of_course=True)

    def _of_quests(self) -> Iterator[Known]:
        """The course of the quests of which the character speaks."""
        own = [(quest, self._state.statuses(quest)) for quest in self._state.quests_of(self._character)]
        is_busy = any(quests.active(quest, statuses) for quest, statuses in own)
        for quest, statuses in own:
            under_way = quests.active(quest, statuses)
            yield from chain(*(self._of_beat(beat, quest) for beat in under_way))
            offers = [] if under_way else quests.legal(quest, statuses, self._look_up)
            yield from (
                Known(f"{OFFER}{beat.id}", course.of_offer(beat, quest), OF_GOAL, of_course=True) for beat in offers
            )
            if offers:
                standing = course.of_others(quest, self._state, is_meant=not is_busy)
                yield Known(f"{QUEST}{quest.id}{STANDING}", standing, OF_WORLD, of_course=True)
            if under_way or offers:
                goal = course.of_goal(quest, is_meant=bool(under_way) or not is_busy)
                yield Known(f"{QUEST}{quest.id}.goal", goal, OF_GOAL, of_course=True)
            done = [beat for beat in quest.beats if statuses.get(beat.id) == quests.DONE]
            yield from (
                Known(f"{DONE}{beat.id}", course.of_done(beat, quest), OF_GOAL, of_course=True) for beat in done
            )
            if ending := course.of_end(quest, self._state):
                yield Known(f"{QUEST}{quest.id}", ending, OF_BEAT, happened=True)

    def _givers(self) -> Iterator[Known]:
        """Who wants done what is to be done, and who wanted what is over. Whoever names no quest asks for the former
        where there is any, and where it is one alone who wants it."""
        setting = self._character.persona.setting
        going_on = [quest for quest in setting.quests if self._goes_on(quest)]
        over = [quest for quest in setting.quests if self._state.stage(quest) == quests.DONE]
        begun = [quest for quest in going_on if quests.active(quest, self._state.statuses(quest))]
        several = going_on or over
        is_one = len({course.wanting(quest) for quest in several}) == 1
        meant = [*begun, *several][0] if is_one else None
        for quest in (*going_on, *over):
            is_over = quest in over
            giver = course.of_giver(quest, self._character.role, self._things, is_over, is_meant=quest is meant)
            if giver:
                yield Known(f"{WAS_GIVER if is_over else GIVER}{quest.id}{WANTING}", giver, OF_WORLD, of_course=True)

    def _of_others(self) -> Iterator[Known]:
        """Whether the quests are over that others speak of. Whoever names none asks for the one that there is."""
        own = self._state.quests_of(self._character)
        others = [quest for quest in self._character.persona.setting.quests if quest not in own]
        begun = [quest for quest in others if course.is_begun(quest, self._state)]
        is_meant = not own and len(begun) == 1
        for quest in begun:
            standing = course.of_others(quest, self._state, is_meant)
            yield Known(f"{QUEST}{quest.id}{STANDING}", standing, OF_WORLD, of_course=True)

    def _goes_on(self, quest: Quest) -> bool:
        """Whether something of the quest is to be done."""
        statuses = self._state.statuses(quest)
        return bool(quests.active(quest, statuses) or quests.legal(quest, statuses, self._look_up))

    def _told(self) -> Iterator[tuple[Known, bool]]:
        """What the player has told of themselves, and whether the character heard it."""
        names = frozenset(name for thing in self._things.values() for name in _all(thing.names))
        people = [self._character.persona.name, *self._company]
        called = names.union(*(each.values() for each in people))
        language = self._character.persona.languages[0]
        for name, line, entry in memory.told(self._story, names, called, language):
            yield Known(name, entry, OF_WORLD, happened=True), self._character.actor_id in line.heard_by

    def _is_public(self, thing: Thing) -> bool:
        """Whether everybody may know that there is such a thing."""
        words = chain(*(_all(secret.gives_away) for secret in self.kept()))
        is_open = not thing.hidden and not thing.known_by
        return is_open and not any(mentions(name, word) for word in words for name in _all(thing.names))

    @cached_property
    def _states(self) -> list[tuple[Known, bool]]:
        """What the engine says of the state, and whether the character knows it, and gives no secret away by it."""
        kept, found = self.kept(), []
        present = {f"{role}.place" for role in self._story.cast.values() if self._is_in_scene(role)}
        for path, entry in state_entries(self._things.values(), self._look_up, self._character.role).items():
            thing = self._things[path.rpartition(".")[0]]
            gives_away = any(_gives_away(entry, thing, secret) for secret in kept)
            is_known = self.knows_state(thing, path) and not gives_away
            if path not in present:
                found.append((Known(path, entry, OF_WORLD, of_state=True), is_known))
        people = [thing.id for thing in self._things.values() if thing.kind == "person"]
        told = {known.id for known, is_known in found if is_known}
        # who asks where somebody is means the living
        dead = {
            f"{person}.place"
            for person in people
            if f"{person}.alive" in told and self._look_up(f"{person}.alive") is False
        }
        return [(known, is_known) for known, is_known in found if known.id not in dead]

    def _is_in_scene(self, role: str) -> bool:
        """Whether one of the cast is where the scene is, as the game says or by default."""
        return self._look_up(f"{role}.place") == self._state.place

    def _secrets(self) -> Iterator[tuple[LorebookEntry, bool]]:
        for fact in self._character.persona.setting.facts:
            if fact.tell_when or fact.known_by:
                yield fact, self.knows(fact)
        yield from ((entry, True) for entry in self._character.persona.lorebook if entry.tell_when)


def _names(entry: LorebookEntry, thing: Thing) -> bool:
    """Whether an entry has one of a thing's names."""
    return any(mentions(text, name) for text in entry.text.values() for name in _all(thing.names))


def _tells_all(entry: LorebookEntry, other: LorebookEntry) -> bool:
    """Whether an entry tells all that another one does, in any language."""
    return any(telling_words(told) <= telling_words(localised(entry.text, each)) for each, told in other.text.items())


def _gives_away(state: LorebookEntry, thing: Thing, secret: LorebookEntry) -> bool:
    """Whether how a thing is says what a secret about it must not: where it is hidden, say."""
    names, told = _all(thing.names), state.text.values()
    is_about = any(mentions(text, name) for text in secret.text.values() for name in names)
    return is_about and any(mentions(text, word) for text in told for word in _all(secret.gives_away))


def _tells_where(entry: LorebookEntry, place: Thing) -> bool:
    """Whether an author says where a place is."""
    named = set(_all(place.names)) & set(_all(entry.keys))
    return bool(named) and any("place" in kinds_told(text) for text in entry.text.values())


def _tells_whose(entry: LorebookEntry, item: Thing) -> bool:
    """Whether an author may say whose a thing is."""
    texts = [text for text in entry.text.values() if "owner" in kinds_told(text)]
    return any(mentions(text, name) for text in texts for name in _all(item.names))


def _all(texts: LocalisedList) -> list[str]:
    return [text for several in texts.values() for text in several]
