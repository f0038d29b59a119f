"""What a scenario file may say: who is there, what happens step by step, and what must come of it. Strict data.

A scenario with several languages is played once in each; texts and words are then written per language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from npc_engine import strictfile
from npc_engine.errors import InvalidFile
from npc_engine.persona.base import AnyLanguage, Key, Language, Line, Localised, Strict, in_language
from npc_engine.trials.words import is_expression

Value = str | int | float | bool | None | list[str]
StatePath = Annotated[str, Field(pattern=r"^\w+(\.\w+)*$")]
"""Of the state: `safe.open`, `quest.safe`."""
Actor = Annotated[str, Field(pattern=r"^[\w.:-]+$")]


def _readable(pattern: str) -> str:
    if is_expression(pattern):
        try:
            re.compile(pattern[1:-1])
        except re.error as problem:
            raise ValueError(f"'{pattern}' is no regular expression: {problem}") from None
    return pattern


def _listed(value: object) -> object:
    """A pattern, or a list of them, or either per language, as lists per language."""
    by_language = value if isinstance(value, dict) else {"": value}
    return {language: [each] if isinstance(each, str) else each for language, each in by_language.items()}


Pattern = Annotated[Line, AfterValidator(_readable)]
"""Words, in any case, which do not count in a clause with a denial; or `/a regular expression/`."""
Patterns = Annotated[dict[AnyLanguage, tuple[Pattern, ...]], BeforeValidator(_listed)]


class Event(Strict):
    """Something that the game says has happened, as `world.event`."""

    name: Actor
    text: Localised | None = None
    respond: Literal["silent", "auto", "must"] = "silent"
    to: Actor | None = None


class Reply(Strict):
    """How the game answers an action that a character asks for, and what it then says of the state."""

    answer: Literal["done", "refused", "failed", "none"]
    """`none` leaves it unanswered until its deadline."""
    detail: Localised | None = None
    set: dict[StatePath, Value] = Field(default_factory=dict)


class Said(Strict):
    """What the answer must and must not say. Of several speakers, together."""

    all: Patterns = Field(default_factory=dict)
    any: Patterns = Field(default_factory=dict)
    none: Patterns = Field(default_factory=dict)


class Asked(Strict):
    """An action that must be requested."""

    name: Key
    args: dict[Key, Value] = Field(default_factory=dict)
    """Those that matter."""
    by: Actor | None = None


class Expect(Strict):
    """What must come of a step. What is left out is not looked at, but for breaks of the persona."""

    said: Said | None = None
    unknown: bool | None = None
    """Whether the character says that it does not know, or will not say."""
    facts: Patterns = Field(default_factory=dict)
    """Each in one of the facts that stood beside the line."""
    actions: tuple[Asked, ...] | None = None
    """All that were requested, in order; an empty list for none."""
    quest: dict[Key, str] = Field(default_factory=dict)
    """Where quests are afterwards."""
    state: dict[StatePath, Value] = Field(default_factory=dict)
    """What paths hold afterwards."""
    unchanged: bool = False
    """Whether no quest and nothing else of the state may have moved."""
    answers: tuple[Actor, ...] | None = None
    """Who spoke, in order; an empty list for nobody."""
    language: Language | None = None
    in_character: bool = True
    """Whether a break of the persona is a failure."""
    within_ms: Annotated[int, Field(gt=0)] | None = None
    """Until the first clause. Reported, and a failure only when timing is asserted."""


class Step(Strict):
    """Exactly one thing that happens, and what must come of it."""

    say: Localised | None = None
    to: Actor | None = None
    whisper: bool = False
    set: dict[StatePath, Value] | None = None
    event: Event | None = None
    join: dict[Actor, Key] | None = None
    """Persona by actor."""
    leave: Actor | None = None
    save: Key | None = None
    """A name for this moment, within the scenario."""
    load: Key | None = None
    """Go back to the moment of this name."""
    wait: Annotated[float, Field(gt=0, le=60)] | None = None
    """Seconds, of real time."""
    game: dict[Key, Reply] = Field(default_factory=dict)
    """By action: how the game answers in this step; before that of the scenario."""
    expect: Expect = Expect()

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        happens = [name for name in HAPPENINGS if getattr(self, name) is not None]
        if len(happens) != 1:
            raise ValueError(f"a step is exactly one of {', '.join(HAPPENINGS)}; found {', '.join(happens) or 'none'}")
        if (self.to or self.whisper) and self.say is None:
            raise ValueError("`to` and `whisper` belong to a step with `say`")
        return self


HAPPENINGS = ("say", "set", "event", "join", "leave", "save", "load", "wait")


class Scenario(Strict):
    """A conversation, and what must come of it."""

    name: Line
    languages: tuple[Language, ...] = ("en",)
    cast: dict[Actor, Key] = Field(min_length=1)
    """Persona by actor, in the order in which they came."""
    player: Annotated[str, Field(max_length=64)] = "Sam"
    state: dict[StatePath, Value] = Field(default_factory=dict)
    """How things are at the beginning, where it differs from the world's file."""
    game: dict[Key, Reply] = Field(default_factory=dict)
    """By action: how the game answers. One that is not named here is refused."""
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _loads_what_it_saved(self) -> Self:
        saved: set[str] = set()
        for step in self.steps:
            if step.load and step.load not in saved:
                raise ValueError(
                    f"'{step.load}' is loaded before it is saved; a step with `save: {step.load}` is missing"
                )
            saved |= {step.save} if step.save else set()
        return self


def patterns(written: Mapping[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    """Those for a language; a list without a language serves all."""
    return in_language(dict(written), language) if language in written or "" in written else ()


def load(file: Path) -> Scenario:
    """Read a scenario file. Raises `InvalidFile`, which names every problem with its line."""
    return strictfile.load(file, Scenario)


def find(paths: tuple[Path, ...]) -> list[Path]:
    """The scenario files of these files and folders, in order. Raises `InvalidFile` where there is none."""
    found = []
    for path in paths:
        files = sorted(path.rglob("scenarios/*.yaml")) or sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not files:
            raise InvalidFile(f"{path}: holds no scenarios; they are YAML files in a folder `scenarios`")
        found += files
    return list(dict.fromkeys(found))
