"""What a world file may say: its things and their state, the facts and who knows them, quests, and actions."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from npc_engine.persona.base import Key, Localised, LocalisedList, Name, Path, StateValue, Strict
from npc_engine.persona.conditions import ALWAYS, When

PROPERTIES = ("place", "owner", "open", "locked", "alive", "count")
"""Of a thing, each a path of the state: `key.place`."""
MOST_CHARACTERS = 400
"""Of a text that a character chooses as an action's argument."""
NOBODY, PLAYER = "nobody", "player"
"""Owners, besides personas, things and places."""
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class LorebookEntry(Strict):
    """A fact that enters the prompt when the player's line touches it: by one of its keys, or by its meaning."""

    keys: LocalisedList = Field(default_factory=dict)
    asks: LocalisedList = Field(default_factory=dict)
    """Questions that it answers, as players may word them; others are found by their likeness to these."""
    text: Localised
    priority: int = 0
    """Higher wins when more facts match than fit."""
    verbatim: bool = False
    """Spoken word for word instead of being given to the model: for lines that must not come out wrong."""
    when: When = ALWAYS
    """Over which state it holds."""
    tell_when: When = ALWAYS
    """While this does not hold, it is a secret: whoever knows it keeps it."""
    gives_away: LocalisedList = Field(default_factory=dict)
    """Of a secret, the words that would give it away."""


class Fact(LorebookEntry):
    """Something that is true in a world, and who knows it from the beginning."""

    id: Key
    known_by: tuple[Name, ...] = ()
    """Names of personas; empty for everybody of this world."""


class Thing(Strict):
    """Something that a character may speak of: the engine keeps its state and sees to it that nobody misstates it.

    Each property that is given begins as that value of a path, such as `key.place`; the game moves it by `world.set`.
    """

    id: Key
    kind: Literal["item", "place", "person"]
    names: LocalisedList
    """What it is called, without an article, the usual name first."""
    at: Localised | None = None
    """Of a place, where something is that is there: `in the saloon`, `酒馆里`."""
    place: Key | None = None
    """Id of the place, thing or person that has it."""
    owner: Key | None = None
    """`player`, `nobody`, or the id of a person or place."""
    open: bool | None = None
    locked: bool | None = None
    alive: bool | None = None
    count: int | None = None
    known_by: tuple[Name, ...] = ()
    """Who knows its state from the beginning: names of personas; empty for everybody of this world."""
    hidden: bool = False
    """Whether those in earshot miss it when the game changes its state."""


class Resident(Thing):
    """A person of the world who is a persona: there only once they have come into the scene."""


class BeatLines(Strict):
    """What the giver says, word for word, when a beat changes."""

    offered: LocalisedList = Field(default_factory=dict)
    accepted: LocalisedList = Field(default_factory=dict)
    refused: LocalisedList = Field(default_factory=dict)
    early: LocalisedList = Field(default_factory=dict)
    """When the player says that it is done, and the game does not."""
    done: LocalisedList = Field(default_factory=dict)


class PlayerSays(Strict):
    """Examples of what a player says; others are understood by their likeness to these."""

    ask: LocalisedList = Field(default_factory=dict)
    """For a task, such as this one: then it is offered."""
    accept: LocalisedList = Field(default_factory=dict)
    refuse: LocalisedList = Field(default_factory=dict)
    finish: LocalisedList = Field(default_factory=dict)
    """That it is done. Only the game knows that: the character answers with the line for `early`."""


class Beat(Strict):
    """One step of a quest: what to do, what is true meanwhile, and how to help."""

    id: Key
    after: tuple[Key, ...] | None = None
    """Beats that must be done before; without it the one that is written before it."""
    when: When = ALWAYS
    """Over which state it may begin."""
    objective: Localised
    facts: tuple[LorebookEntry, ...] = ()
    """Hold only during this beat, and weigh more than others."""
    hints: LocalisedList = Field(default_factory=dict)
    """From vague to plain."""
    says: PlayerSays = PlayerSays()
    """With examples for `accept`, the beat is offered and begins when the player accepts; else it begins by itself."""
    lines: BeatLines = BeatLines()


class Quest(Strict):
    """What the player is to do."""

    id: Key
    name: Localised
    goal: Localised
    """The whole task in one sentence, as the character would tell it."""
    giver: tuple[Name, ...] = ()
    """Personas who speak of it; empty for everybody of this world."""
    wanted_by: Key | None = None
    """Id of the person who wants it done, where that is not who speaks of it alone."""
    beats: tuple[Beat, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _beats_are_distinct(self) -> Self:
        ids = [beat.id for beat in self.beats]
        if len(set(ids)) < len(ids):
            raise ValueError(f"quest '{self.id}' has two beats with the same id")
        return self

    def beat(self, beat_id: str) -> Beat | None:
        """The beat with this id, or None."""
        return next((beat for beat in self.beats if beat.id == beat_id), None)

    def before(self, beat: Beat) -> tuple[str, ...]:
        """The beats that must be done before `beat`: those it names, else the one written before it."""
        if beat.after is not None:
            return beat.after
        place = self.beats.index(beat)
        return (self.beats[place - 1].id,) if place else ()


class Argument(Strict):
    """What an action may be done with. Only what is legal in the state of the moment can be asked for."""

    type: Literal["item", "place", "person", "number", "choice", "text"]
    """`person` is anybody in earshot, the player included; `text` is whatever the model writes."""
    of: tuple[str, ...] = ()
    """Of a choice, what there is to choose; of items, places and persons, the only ids that are meant."""
    owned_by: Literal["self", "player"] | None = None
    """Of an item: who must own it."""
    here: bool = False
    """Of an item or person: whether it must be at the place of the scene."""
    least: int = 0
    most: int = 100
    """Of a number; of a text, how many characters at most."""
    budget: Path | None = None
    """Of a number: a path of the state that it may not exceed."""

    @model_validator(mode="after")
    def _can_be_filled(self) -> Self:
        if self.type == "choice" and not self.of:
            raise ValueError("a choice needs `of`, the list of what there is to choose")
        if self.type == "text" and not 1 <= self.most <= MOST_CHARACTERS:
            raise ValueError(f"a text needs `most` from 1 to {MOST_CHARACTERS}, not {self.most}")
        if self.least > self.most:
            raise ValueError(f"a number needs least <= most, not {self.least} and {self.most}")
        return self


class Action(Strict):
    """Something that a character may ask the game to do."""

    name: Key
    by: tuple[Name, ...] = ()
    """Personas who may; empty for everybody of this world."""
    description: Localised
    """What it does, for the model: `Hand an item to the player.`"""
    args: dict[Key, Argument] = Field(default_factory=dict)
    when: When = ALWAYS
    asks: LocalisedList = Field(default_factory=dict)
    """What a player says who wants it."""
    deadline: Annotated[float, Field(gt=0, le=60)] = 5.0
    """Seconds for the game's answer."""
    done: Localised
    """The result as a fact for the character: `You gave the {item} to the player.`"""
    refused: Localised
    """The same if the game refuses or fails."""

    @model_validator(mode="after")
    def _names_its_arguments(self) -> Self:
        for text in [*self.done.values(), *self.refused.values()]:
            for name in _PLACEHOLDER.findall(text):
                if name not in self.args:
                    known = ", ".join(self.args) or "none"
                    raise ValueError(f"'{{{name}}}' is no argument of '{self.name}'; there are: {known}")
        return self


class World(Strict):
    """A world, complete."""

    name: Localised
    state: dict[Path, StateValue] = Field(default_factory=dict)
    """Paths of the game's own, and how they begin."""
    things: tuple[Thing, ...] = ()
    facts: tuple[Fact, ...] = ()
    quests: tuple[Quest, ...] = ()
    actions: tuple[Action, ...] = ()
