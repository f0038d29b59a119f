"""What a persona file may say: strict models, so that a typo is an error and not a silent default."""

from __future__ import annotations

import re
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

T = TypeVar("T")


def _shaped(pattern: str, rule: str) -> AfterValidator:
    """A pattern whose error is a sentence for writers instead of the pattern."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"'{value}' is not {rule}")
        return value

    return AfterValidator(check)


_LANGUAGE_RULE = "a language such as en, zh or ja (and a text with a comma inside { } needs quotes)"

Language = Annotated[str, _shaped("[a-z]{2}", _LANGUAGE_RULE)]
"""ISO 639-1 code: `en`, `zh`, `ja`."""
AnyLanguage = Annotated[str, _shaped("([a-z]{2})?", _LANGUAGE_RULE)]
"""A language, or empty: for every language."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Key = Annotated[str, _shaped("[a-z][a-z0-9_]*", "an id; ids are small letters, digits and _, and start with a letter")]
Color = Annotated[str, _shaped("#[0-9a-f]{6}", "a colour; colours are written in quotes like '#c0a060'")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _by_language(value: object) -> object:
    return value if isinstance(value, dict) else {"": value}


Localised = Annotated[dict[AnyLanguage, Line], BeforeValidator(_by_language), Field(min_length=1)]
"""A text, or a mapping from language to text. A plain text is kept under the empty language and serves all."""

LocalisedList = Annotated[dict[AnyLanguage, tuple[Line, ...]], BeforeValidator(_by_language)]
"""A list of texts, or a mapping from language to lists."""


def localised(texts: dict[str, T], language: str) -> T:
    """The value in `language`, else the one for every language, else the first that was written."""
    if language in texts:
        return texts[language]
    return texts[""] if "" in texts else next(iter(texts.values()))


class Example(Strict):
    """One exchange that shows how the character speaks; used as few-shot."""

    player: Localised
    fact: Localised | None = None
    """What stood beside the player's line. Examples with facts teach the model to hand facts on."""
    npc: Localised


class LorebookEntry(Strict):
    """A fact that enters the prompt when the player's line, or the place, touches one of its keys."""

    keys: LocalisedList
    text: Localised
    priority: int = 0
    """Higher wins when more facts match than fit."""
    verbatim: bool = False
    """Spoken word for word instead of being given to the model: for lines that must not come out wrong."""


class Step(Strict):
    """One step of a quest: what to do, what is true meanwhile, and how to help."""

    id: Key
    objective: Localised
    facts: tuple[LorebookEntry, ...] = ()
    """Hold only during this step, and weigh more than the lorebook."""
    hints: LocalisedList = Field(default_factory=dict)
    """From vague to plain."""


class Quest(Strict):
    """What the player is to do, in order."""

    id: Key
    name: Localised
    goal: Localised
    """The whole task in one sentence, as the character would tell it."""
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _steps_are_distinct(self) -> Self:
        ids = [step.id for step in self.steps]
        if len(set(ids)) < len(ids):
            raise ValueError(f"quest '{self.id}' has two steps with the same id")
        return self

    def step(self, step_id: str) -> Step | None:
        """The step with this id, or None."""
        return next((step for step in self.steps if step.id == step_id), None)


class Fallbacks(Strict):
    """Authored lines for when the model must not, or can not, speak for itself."""

    in_character: LocalisedList
    """Said instead of a line that breaks the persona."""
    refuses: LocalisedList = Field(default_factory=dict)
    """Said instead of a claim to give, open or send something, which only the game does; else `in_character`."""
    failed: LocalisedList
    """Said when no answer could be made."""


class Never(Strict):
    """What the character must not do or say."""

    rules: LocalisedList = Field(default_factory=dict)
    """Told to the model."""
    words: LocalisedList = Field(default_factory=dict)
    """Checked on everything before it is spoken, whole words, any case."""


class Persona(Strict):
    """A character, complete."""

    name: Localised
    color: Color = "#c0a060"
    """Of the name in terminals and overlays."""
    languages: tuple[Language, ...] = Field(min_length=1)
    """Spoken by the character, the preferred one first."""
    voice: dict[Language, str] = Field(default_factory=dict)
    """Per language, a voice from the catalogue or a path to a Piper voice."""
    description: Localised
    """Who they are and where, in the second person: `You are Ada Finch, ...`."""
    place: Localised | None = None
    """Where the character is when the game does not say so."""
    style: Localised | None = None
    """How they speak."""
    greeting: Localised | None = None
    examples: tuple[Example, ...] = ()
    lorebook: tuple[LorebookEntry, ...] = ()
    quest: Quest | None = None
    never: Never = Field(default_factory=Never)
    admits_ai: bool = False
    """Whether the character may say that it is an AI."""
    otherwise: LocalisedList = Field(default_factory=dict)
    """Facts for a line that touches no key, taken in turn: a small model without a fact falls out of character."""
    fallbacks: Fallbacks
    proper_nouns: LocalisedList = Field(default_factory=dict)
    """Names that speech recognition should prefer, and that count as keys of the conversation."""
    pronunciation: dict[Language, dict[str, str]] = Field(default_factory=dict)
    """Per language, how to speak a word: `zh: {Deadwood: 戴德伍德}`."""

    def hotwords(self, language: str) -> tuple[str, ...]:
        """Names of the persona, for speech recognition in `language`."""
        return tuple(dict.fromkeys([localised(self.name, language), *_in(self.proper_nouns, language)]))


def _in(texts: dict[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    return localised(texts, language) if texts else ()
