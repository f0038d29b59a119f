"""Judge claims by the state of the world, as far as one character knows it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from npc_engine.core.claims import SOMEBODY, Claim, Property
from npc_engine.core.names import Names, all_names
from npc_engine.core.plain import telling_words
from npc_engine.persona.conditions import Lookup
from npc_engine.persona.model import Persona
from npc_engine.persona.world import NOBODY, PLAYER, Thing

Judgement = Literal["true", "false", "unknown"]
"""`unknown`: the character does not know, or nobody said; so it must not say it."""
Knows = Callable[[Thing, str], bool]
"""Whether the character knows what a path of a thing holds."""
_FALSE: Sequence[Judgement] = ("false", "unknown", "true")
"""Of what a pronoun may stand for, the kindest reading counts: the last of these."""


@dataclass(frozen=True)
class Truth:
    """How things are."""

    names: Names
    lookup: Lookup
    knows: Knows
    everywhere: frozenset[str] = frozenset()
    """Telling words of where all of this happens: that a thing is there says nothing."""

    def judge(self, claim: Claim) -> Judgement | None:
        """Whether the claim is true; None where neither the world nor its author cares."""
        judged = [self._judge(self.names.things[thing], claim) for thing in claim.things]
        if None in judged:
            return None
        return max((each for each in judged if each), key=_FALSE.index)

    def _judge(self, thing: Thing, claim: Claim) -> Judgement | None:
        if not self.knows(thing, f"{thing.id}.{claim.property}"):
            return "unknown"
        match claim.property:
            case "place":
                right = self._is_at(thing, claim)
            case "owner":
                right = self._is_owned(thing, claim)
            case "count":
                count = self.lookup(f"{thing.id}.count")
                return None if count is None else "true" if count == claim.value else "false"
            case _:
                right = self._is_so(thing, claim)
        if right is None:
            return self._untracked(thing, claim)
        return "true" if right != claim.denied else "false"

    def _untracked(self, thing: Thing, claim: Claim) -> Judgement | None:
        """Nobody said how it is: then it is an invention, unless it is idle talk."""
        idle = thing.kind == "place" or claim.denied or (claim.property == "alive" and claim.value is True)
        return None if idle else "unknown"

    def _is_at(self, thing: Thing, claim: Claim) -> bool | None:
        place = self.lookup(f"{thing.id}.place")
        if not isinstance(place, str):
            return None
        if claim.elsewhere & self.everywhere:
            return not claim.denied
        around = list(self.around(place))
        if claim.value == NOBODY:
            held = place == PLAYER or (place in self.names.things and self.names.things[place].kind == "person")
            return not held
        if claim.value == SOMEBODY:
            return any(claim.elsewhere & self._words(each) for each in around)
        return claim.value in around

    def around(self, place: str) -> Iterator[str]:
        """A place and all that it is in, from the inside out."""
        seen = list[str]()
        while place not in seen:
            seen.append(place)
            yield place
            outer = self.lookup(f"{place}.place")
            place = outer if isinstance(outer, str) else place

    def _words(self, place: str) -> frozenset[str]:
        thing = self.names.things.get(place)
        return telling_words(" ".join([*all_names(thing), *(thing.at or {}).values()])) if thing else frozenset()

    def _is_owned(self, thing: Thing, claim: Claim) -> bool | None:
        owner = self.lookup(f"{thing.id}.owner")
        if not isinstance(owner, str):
            return None
        return owner == claim.value or (claim.value == SOMEBODY and bool(claim.elsewhere & self._words(owner)))

    def _is_so(self, thing: Thing, claim: Claim) -> bool | None:
        held = self.lookup(f"{thing.id}.{claim.property}")
        if held is None:
            held = self._follows(thing, claim.property)
        return None if held is None else held == claim.value

    def _follows(self, thing: Thing, what: Property) -> bool | None:
        """What is open is not locked, and what is locked is not open."""
        if what == "locked":
            is_open = self.lookup(f"{thing.id}.open")
            return None if is_open is None else not is_open
        return False if what == "open" and self.lookup(f"{thing.id}.locked") is True else None


def everywhere(persona: Persona, names: Names) -> frozenset[str]:
    """Telling words of where the story happens: that something is there says nothing, true or false."""
    texts = [text for by in (persona.place or {}, persona.setting.name) for text in by.values()]
    things = [name for thing in names.things.values() for name in all_names(thing)]
    return telling_words(" ".join(texts)) - telling_words(" ".join(things))
