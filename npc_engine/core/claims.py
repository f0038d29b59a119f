"""Find what a clause claims of the things of a world: where one is, who has it, whose it is, how many there are,
whether it is open, locked or alive. Knows words and not what is true.

Questions, conditions and guesses claim nothing. What is said with some doubt (`I think`, `probably`) is a claim all the
same: a player takes it for an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from npc_engine.core import claims_en, claims_zh
from npc_engine.core.names import IT, WHO, Marked, Names
from npc_engine.core.plain import telling_words
from npc_engine.persona.world import NOBODY, PLAYER, Thing

Property = Literal["place", "owner", "open", "locked", "alive", "count"]
SPEAKER = "i"
"""In the patterns of a language: who speaks."""
SOMEBODY = ""
"""As a claim's value: a place or person that is none of the world's."""
_LANGUAGES = (claims_en, claims_zh)


@dataclass(frozen=True)
class Claim:
    """One statement about one thing."""

    things: tuple[str, ...]
    """Ids of what it may be about: one, or those that a pronoun may stand for."""
    property: Property
    value: str | int | bool
    """An id, a number or a truth value; `SOMEBODY` for a place or person that the world does not have."""
    denied: bool = False
    elsewhere: frozenset[str] = field(default=frozenset(), compare=False)
    """The telling words of a place or person that is none of the world's."""
    words: str = field(default="", compare=False)
    """As it was said, with marks."""


def claims_in(text: str, names: Names, speaker: str, before: str = "") -> list[Claim]:
    """The claims of `text`; `before` is what was said up to here, the question first. `speaker` is who speaks."""
    marked = names.marked(text, before)
    found = [claim for language in _LANGUAGES for claim in _claims(marked, names, speaker, language.found(marked.text))]
    return list(dict.fromkeys(found))


def _claims(marked: Marked, names: Names, speaker: str, found: Iterable[claims_en.Found]) -> Iterator[Claim]:
    resolve = _Resolver(marked, names, speaker)
    for each in found:
        value = resolve.value(each.value) if isinstance(each.value, str) else each.value
        things = resolve.things(each.subject, each.property, value)
        if things and value is not None:
            elsewhere = telling_words(each.elsewhere)
            if value != SOMEBODY or elsewhere:
                yield Claim(things, each.property, value, each.denied, elsewhere, each.words)


class _Resolver:
    """What the marks of one text stand for."""

    def __init__(self, marked: Marked, names: Names, speaker: str) -> None:
        self._names = names
        self._speaker = speaker
        self._topics = [[names.things[topic] for topic in topics] for topics in marked.topics]

    def things(self, mark: str, of: str = "", value: object = None) -> tuple[str, ...]:
        """The ids that the subject of a claim may be: never that of its value."""
        if mark not in (IT, WHO):
            return tuple(thing for thing in (self._names.id_of(mark),) if thing != value)
        for topics in self._topics:
            fitting = [thing.id for thing in topics if (thing.kind == "person") == (mark == WHO) and thing.id != value]
            likely = [thing for thing in fitting if not self._is_unlikely(self._names.things[thing], of)]
            if fitting:
                return tuple(likely or fitting)
        return ()

    def value(self, mark: str) -> str | None:
        """The id of a place or person; None for a pronoun that stands for nobody."""
        if mark in (PLAYER, NOBODY, SOMEBODY):
            return mark
        if mark == SPEAKER:
            return self._speaker
        return next(iter(self.things(mark)), None)

    def _is_unlikely(self, thing: Thing, of: str) -> bool:
        """A pronoun is a thing before it is a place: `The key? It is in the bank.`"""
        return thing.kind == "place" and (of == "place" or getattr(thing, of, None) is None)
