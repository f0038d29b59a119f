"""What a persona file may say: strict models, so that a typo is an error and not a silent default."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from npc_engine.persona.base import (
    Color,
    Language,
    Localised,
    LocalisedList,
    Name,
    Strict,
    in_language,
    localised,
)
from npc_engine.persona.relationship import Relationship
from npc_engine.persona.world import LorebookEntry, World

NamedOrWritten = Annotated[
    Annotated[Name, Tag("[name]")] | Annotated[World, Tag("[world]")],
    Discriminator(lambda value: "[name]" if isinstance(value, str) else "[world]"),
]
"""Told apart before they are read, so that only what was meant is complained about."""
NO_WORLD = World(name={"": "nowhere"})


class Example(Strict):
    """One exchange that shows how the character speaks; used as few-shot."""

    player: Localised
    fact: Localised | None = None
    """What stood beside the player's line. Examples with facts teach the model to hand facts on."""
    npc: Localised

    @cached_property
    def entry(self) -> LorebookEntry | None:
        """The fact with its question, which players may ask in earnest."""
        asks = {language: (text,) for language, text in self.player.items()}
        return LorebookEntry(asks=asks, text=self.fact) if self.fact else None


_UNKNOWN: LocalisedList = {
    "en": ("That I don't know.", "I couldn't tell you that."),
    "zh": ("这个我不知道。", "这我可说不上来。"),
}


class Fallbacks(Strict):
    """Authored lines for when the model must not, or can not, speak for itself."""

    in_character: LocalisedList
    """Said instead of a line that breaks the persona."""
    refuses: LocalisedList = Field(default_factory=dict)
    """Said instead of a claim to give, open or send something, which only the game does; else `in_character`."""
    unknown: LocalisedList | None = None
    """Said to a question that no fact answers: see `Persona.unknown`. Empty for one who speaks freely then."""
    unsure: LocalisedList = Field(default_factory=dict)
    """Said before facts that may not be what was asked for; else words of the engine's own, in English and Chinese."""
    no_more: LocalisedList = Field(default_factory=dict)
    """Said behind facts that may be less than what was asked for; else words of the engine's own, as for `unsure`."""
    keeps: LocalisedList = Field(default_factory=dict)
    """Said to a question whose answer is a secret; else `unknown`."""
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
    world: NamedOrWritten | None = None
    """The world that the character lives in: written here, or the name of a folder with a `world.yaml`."""
    relationship: Relationship = Relationship()
    """How the character stands to the player."""
    duties: LocalisedList = Field(default_factory=dict)
    """Words, as keys of a lorebook are, for what the character answers in a scene where nobody is named."""
    interests: LocalisedList = Field(default_factory=dict)
    """The same for what the character likes to answer, after those whose duty it is."""
    narrator: bool = False
    """Whether this is the voice that tells events, and not somebody in the scene."""
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

    @property
    def setting(self) -> World:
        """The world that the character lives in, once its file was read; an empty one if there is none."""
        return self.world if isinstance(self.world, World) else NO_WORLD

    @property
    def unknown(self) -> LocalisedList:
        """Said to a question that no fact answers: the author's words or, where none are written, the engine's own for
        a character whose world tells something. Empty for one who hands on a fact of `otherwise`, or whose author wants
        it so: the model speaks freely."""
        written = self.fallbacks.unknown
        tells = self.setting.things or self.setting.facts or self.setting.quests
        if written is None and tells and not self.otherwise:
            return {language: words for language, words in _UNKNOWN.items() if language in self.languages}
        return {language: words for language, words in (written or {}).items() if words}

    def hotwords(self, language: str) -> tuple[str, ...]:
        """Names of the persona, for speech recognition in `language`."""
        return tuple(dict.fromkeys([localised(self.name, language), *in_language(self.proper_nouns, language)]))
