"""Who is in earshot, and who answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from npc_engine.core.journal import Spoken
from npc_engine.persona.base import LocalisedList, localised
from npc_engine.persona.mentions import mentions, position_of
from npc_engine.persona.model import Persona
from npc_engine.persona.world import Action, World

_TITLES = {"the", "of", "a", "an", "and", "old", "young", "big", "little", "mr", "mrs", "miss", "dr", "sir", "lady"}
"""Parts of names that are words of any line."""


@dataclass(frozen=True)
class Character:
    """A persona that plays a part in the scene."""

    actor_id: str
    persona: Persona
    role: str = ""
    """The persona's name, by which worlds say who knows what."""
    declared: tuple[Action, ...] = ()
    """What the game lets it do, besides its world."""

    @property
    def actions(self) -> tuple[Action, ...]:
        """What it may ask the game to do."""
        return (*self.persona.setting.actions, *self.declared)

    def name(self, language: str) -> str:
        """The name that players read."""
        return localised(self.persona.name, language)


class Scene:
    """The characters of one session, in the order in which they came."""

    def __init__(self) -> None:
        self._characters: dict[str, Character] = {}
        self._claimed: set[str] = set()
        self._last: str | None = None
        self._worlds: list[World] | None = None

    def __iter__(self) -> Iterator[Character]:
        return iter(self._characters.values())

    def join(self, character: Character) -> None:
        """Put a character in earshot; the same actor again gets the new persona."""
        self._characters[character.actor_id], self._worlds = character, None

    def leave(self, actor_id: str) -> None:
        """Take a character out of earshot."""
        self._characters.pop(actor_id, None)
        self._worlds = None
        self._claimed.discard(actor_id)

    def get(self, actor_id: str) -> Character | None:
        """The character with this id, if in earshot."""
        return self._characters.get(actor_id)

    def claim(self, actor_id: str) -> None:
        """A scripted scene owns the character: it hears, and answers nobody."""
        self._claimed.add(actor_id)

    def release(self, actor_id: str) -> None:
        """The scripted scene is over."""
        self._claimed.discard(actor_id)

    def spoke(self, actor_id: str) -> None:
        """Remember who spoke last: it is whom the player talks to."""
        self._last = actor_id

    @property
    def free(self) -> list[Character]:
        """Who may speak of itself: whoever is no narrator and in no scripted scene."""
        return [each for each in self if not each.persona.narrator and each.actor_id not in self._claimed]

    @property
    def narrator(self) -> Character | None:
        """Who tells events."""
        return next((each for each in self if each.persona.narrator and each.actor_id not in self._claimed), None)

    def named(self, line: str, but: str | None = None) -> Character | None:
        """Whom the line names first, leaving out one actor."""
        found = [
            (place, each) for each in self if (place := _named_at(each, line)) is not None and each.actor_id != but
        ]
        return min(found, key=lambda each: each[0])[1] if found else None

    def addressed(self, text: str, speaker: str) -> Character | None:
        """Whom a character speaks to, and not just of: a free one whose name stands alone between marks."""
        return next((each for each in self.free if each.actor_id != speaker and _is_addressed(each, text)), None)

    def who_answers(self, line: str, lines: Sequence[Spoken] = ()) -> Character | None:
        """Whom the line names first; else who asked the player something, whose duty or interest it is, or who spoke
        last. Where nobody has spoken, the first; but of several who all have duties or interests none: silence.

        `lines` is what was said before. None if that one may not answer, or nobody is there.
        """
        named = self.named(line)
        if named:
            return named if named in self.free else None
        ways = (self._asking(lines), self._touched("duties", line), self._touched("interests", line), self._partner())
        return next((character for character in ways if character in self.free), self._first())

    def worlds(self) -> list[World]:
        """The worlds of the characters in earshot, each once."""
        if self._worlds is None:
            self._worlds = []
            for character in self:
                # Two characters of one world may hold it as two equal values.
                if character.persona.setting not in self._worlds:
                    self._worlds.append(character.persona.setting)
        return self._worlds

    def hotwords(self, language: str) -> tuple[str, ...]:
        """Names that speech recognition should prefer."""
        return tuple(dict.fromkeys(word for character in self for word in character.persona.hotwords(language)))

    def _asking(self, lines: Sequence[Spoken]) -> Character | None:
        """Who asked something last, if nobody has said anything since."""
        last = lines[-1] if lines else None
        asked = last is not None and last.text.rstrip().endswith(("?", "？"))
        return self.get(last.actor_id) if last and last.actor_id and asked else None

    def _touched(self, what: Literal["duties", "interests"], line: str) -> Character | None:
        """The first free character with a word of its duties, or interests, in the line."""
        return next((each for each in self.free if _any_in(getattr(each.persona, what), line)), None)

    def _partner(self) -> Character | None:
        return self.get(self._last) if self._last else None

    def _first(self) -> Character | None:
        free = self.free
        if len(free) > 1 and all(each.persona.duties or each.persona.interests for each in free):
            return None
        return next(iter(free), self.narrator)


def _is_addressed(character: Character, text: str) -> bool:
    names = [part for name in character.persona.name.values() for part in [name, *re.split(r"[\s·]+", name)]]
    called = "|".join(re.escape(name) for name in names if name.casefold() not in _TITLES)
    return re.search(rf"(?:^|[.!?,;。！？，；]\s*)(?:{called})\s*(?:[,.!?;。！？，；]|$)", text) is not None


def _any_in(words: LocalisedList, line: str) -> bool:
    return any(mentions(line, word) for several in words.values() for word in several)


def _named_at(character: Character, line: str) -> int | None:
    """Where the line has the character's name, or a part of it that names nobody else."""
    names = [part for name in character.persona.name.values() for part in [name, *re.split(r"[\s·]+", name)]]
    telling = [name for name in names if name.casefold() not in _TITLES]
    return min((place for name in telling if (place := position_of(name, line)) is not None), default=None)
