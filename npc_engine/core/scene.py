"""Who is in earshot, and who answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from npc_engine.core.mentions import position_of
from npc_engine.persona.base import localised
from npc_engine.persona.model import Persona
from npc_engine.persona.world import World

_TITLES = {"the", "of", "a", "an", "and", "old", "young", "big", "little", "mr", "mrs", "miss", "dr", "sir", "lady"}
"""Parts of names that are words of any line."""


@dataclass(frozen=True)
class Character:
    """A persona that plays a part in the scene."""

    actor_id: str
    persona: Persona
    role: str = ""
    """The persona's name, by which worlds say who knows what."""

    def name(self, language: str) -> str:
        """The name that players read."""
        return localised(self.persona.name, language)


class Scene:
    """The characters of one session, in the order in which they came."""

    def __init__(self) -> None:
        self._characters: dict[str, Character] = {}
        self._last: str | None = None

    def __iter__(self) -> Iterator[Character]:
        return iter(self._characters.values())

    def join(self, character: Character) -> None:
        """Put a character in earshot; the same actor again gets the new persona."""
        self._characters[character.actor_id] = character

    def leave(self, actor_id: str) -> None:
        """Take a character out of earshot."""
        self._characters.pop(actor_id, None)

    def get(self, actor_id: str) -> Character | None:
        """The character with this id, if in earshot."""
        return self._characters.get(actor_id)

    def spoke(self, actor_id: str) -> None:
        """Remember who spoke last: it is whom the player talks to."""
        self._last = actor_id

    def who_answers(self, line: str) -> Character | None:
        """Whom the line names first, else who spoke last, else who came first; None in an empty scene."""
        named = [(place, character) for character in self if (place := _named_at(character, line)) is not None]
        if named:
            return min(named, key=lambda each: each[0])[1]
        return self._characters.get(self._last or "") or next(iter(self), None)

    def worlds(self) -> list[World]:
        """The worlds of the characters in earshot, each once."""
        found: list[World] = []
        for character in self:
            if character.persona.setting not in found:
                found.append(character.persona.setting)
        return found

    def hotwords(self, language: str) -> tuple[str, ...]:
        """Names that speech recognition should prefer."""
        return tuple(dict.fromkeys(word for character in self for word in character.persona.hotwords(language)))


def _named_at(character: Character, line: str) -> int | None:
    """Where the line has the character's name, or a part of it that names nobody else."""
    names = [part for name in character.persona.name.values() for part in [name, *re.split(r"[\s·]+", name)]]
    telling = [name for name in names if name.casefold() not in _TITLES]
    return min((place for name in telling if (place := position_of(name, line)) is not None), default=None)
