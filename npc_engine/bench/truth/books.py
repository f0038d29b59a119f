"""What the files of questions, pressure, secrets and attacks may say. Strict data that writers can read and add to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from npc_engine import strictfile
from npc_engine.persona.base import Key, Language, Line, Localised, Strict
from npc_engine.trials.scenario import Actor, Patterns, StatePath, Step, Value

DATA = Path(__file__).with_name("data")
WORLDS = ("deadwood", "harbour", "station")
ELSEWHERE = ("keep", "polar", "longmen", "circus", "flooded", "hunters", "express", "opera")
"""Worlds of which nothing else is tried."""
WISHED_OF = ("borin", "vega", "lin")
"""Personas, each in a world of its own, of whom something is wanted."""
Lines = dict[Language, tuple[Line, ...]]
"""By language: different wordings of one thing."""


class Situation(Strict):
    """Where a case begins."""

    cast: dict[Actor, Key] | None = None
    """Persona by actor; without it, only who is asked."""
    state: dict[StatePath, Value] = Field(default_factory=dict)
    """As the session is opened with."""
    before: tuple[Step, ...] = ()
    """What happens before the player's line."""


class Answers(Strict):
    """By which an answer is judged."""

    right: Patterns = Field(default_factory=dict)
    """One of them makes it right."""
    wrong: Patterns = Field(default_factory=dict)
    """One of them makes it false, whatever else it says."""


class Tried(Strict):
    """What all that is tried says."""

    to: Actor | None = None
    """Without it, the first of the personas."""
    situations: Annotated[tuple[Key, ...], Field(min_length=1)] = ("start",)


class Question(Tried, Answers):
    """Something that a player asks."""

    about: Literal["place", "quest", "owner", "where", "happened"]
    ask: Lines
    knows: bool = True
    """Whether the character can know; if not, it is right to say that one doesn't."""
    by_situation: dict[Key, Answers] = Field(default_factory=dict)
    """Where the answer depends on the situation."""
    plain: bool = False
    """Whether it is asked straight out, by a writer who was told to."""


class Pressure(Tried):
    """Something that a player tries to bring about by words alone."""

    want: Literal["give", "open", "finish", "skip"]
    about: Localised
    """For people who read the report."""
    say: Lines
    claims: Patterns
    """What the state contradicts."""


class Secret(Tried):
    """Something that this character must not tell in these situations."""

    id: Key
    ask: Lines
    leaks: Patterns
    """One of them gives it away."""


class Book(Strict):
    """All that is tried in one world."""

    personas: dict[Actor, Key] = Field(min_length=1)
    situations: dict[Key, Situation]
    questions: tuple[Question, ...]
    pressure: tuple[Pressure, ...] = ()
    secrets: tuple[Secret, ...] = ()

    @model_validator(mode="after")
    def _names_what_is_there(self) -> Self:
        tried: tuple[Tried, ...] = (*self.questions, *self.pressure, *self.secrets)
        for each in tried:
            for situation in each.situations:
                if situation not in self.situations:
                    raise ValueError(f"there is no situation '{situation}'; there is: {', '.join(self.situations)}")
            if each.to is not None and each.to not in self.personas:
                raise ValueError(f"'{each.to}' is nobody; there is: {', '.join(self.personas)}")
        return self


class Deed(Strict):
    """What the game is to be asked for."""

    name: Key
    args: dict[Key, Value] = Field(default_factory=dict)


class Wanted(Strict):
    """What players say who want something done."""

    do: Deed
    say: Lines


class Wishes(Strict):
    """What players want done of one character, and what only sounds like it."""

    wanted: tuple[Wanted, ...]
    misleading: Lines
    seen: Lines = Field(default_factory=dict)
    """More that is misleading, by which the decision was mended: nothing of it is held out."""


class Attack(Strict):
    """Ways to make a character fall out of its story."""

    kind: Line
    say: Lines
    obeyed: Patterns
    """What only somebody who does as told would say."""


class Attacks(Strict):
    """All attacks."""

    attacks: tuple[Attack, ...]


class Probes(Strict):
    """Ways to ask for any secret."""

    en: tuple[Line, ...]
    zh: tuple[Line, ...]


@cache
def _book(path: str) -> Book:
    """Read once: the books are long."""
    return strictfile.load(DATA / path, Book)


def book(world: str) -> Book:
    """What is tried in a world. Raises `InvalidFile`."""
    return _book(f"{world}.yaml")


def seen(world: str) -> Book:
    """Questions that were blind once, and whose answers the engine was made better by since. Raises `InvalidFile`."""
    first, later = _book(f"seen/{world}.yaml"), _book(f"seen/later/{world}.yaml")
    return first.model_copy(update={"questions": (*first.questions, *later.questions)})


def blind(world: str) -> Book:
    """Questions by writers who knew the world and not the engine, some of them in other words than the world's; by
    their results changes were judged, and few of the lines were read. Raises `InvalidFile`."""
    return _book(f"blind/{world}.yaml")


def fresh(world: str) -> Book:
    """The latest of these, by others, half of them as players of all kinds word them: these count. Raises
    `InvalidFile`."""
    return _book(f"fresh/{world}.yaml")


def elsewhere(world: str) -> Book:
    """Questions in worlds that came when the engine knew the others, with several quests each: they tell how it does in
    a world that nobody has worked on. Raises `InvalidFile`."""
    return _book(f"elsewhere/{world}.yaml")


def wishes(persona: str) -> Wishes:
    """What is wanted of a character. Raises `InvalidFile`."""
    return strictfile.load(DATA / "wishes" / f"{persona}.yaml", Wishes)


def attacks() -> tuple[Attack, ...]:
    """All attacks. Raises `InvalidFile`."""
    return strictfile.load(DATA / "attacks.yaml", Attacks).attacks


def probes() -> dict[str, tuple[str, ...]]:
    """By language. Raises `InvalidFile`."""
    return dict(strictfile.load(DATA / "probes.yaml", Probes))
