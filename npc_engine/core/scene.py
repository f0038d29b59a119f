"""Who is in earshot, and who answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from npc_engine.core.facts import mentions
from npc_engine.persona.model import Persona, Quest, localised


@dataclass(frozen=True)
class Character:
    """A persona that plays a part in the scene."""

    actor_id: str
    persona: Persona

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
        """Whom the line names, else who spoke last, else who came first; None in an empty scene."""
        named = [character for character in self if _is_named(character, line)]
        if named:
            return named[0]
        return self._characters.get(self._last or "") or next(iter(self), None)

    def quests(self) -> list[Quest]:
        """The quests of the characters in earshot."""
        return [character.persona.quest for character in self if character.persona.quest]

    def hotwords(self, language: str) -> tuple[str, ...]:
        """Names that speech recognition should prefer."""
        return tuple(dict.fromkeys(word for character in self for word in character.persona.hotwords(language)))


def _is_named(character: Character, line: str) -> bool:
    names = {part for name in character.persona.name.values() for part in [name, *name.replace("·", " ").split()]}
    return any(mentions(line, name) for name in names)
