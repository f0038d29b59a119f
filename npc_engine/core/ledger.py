"""Hold what a character says was done against what was done. Pure: deeds, things and state are given.

A claim passes if a deed that the game has done supports it: by the same character, of the same kind, with the things
that the claim names. What others did, or what just is, the state supports as well. Claims that only state can settle
(where a thing is, how many there are) are not judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from npc_engine.core.deeds import Claim, Kind, claims
from npc_engine.core.story import Deed
from npc_engine.persona.conditions import Lookup
from npc_engine.persona.mentions import mentions
from npc_engine.persona.world import PLAYER, Action, Thing

_KINDS: dict[Kind, re.Pattern[str]] = {
    "give": re.compile(
        r"\b(?:g[ai]ve|given|hand(?:ed)?|lend|lent|loan(?:ed)?|pay|paid|sell|sold|grant(?:ed)?|send|sent|bring|brought|"
        r"fetch(?:ed)?|deliver(?:ed)?|offer(?:ed)?)\b|给|交|送|付|借|卖|递",
        re.IGNORECASE,
    ),
    "open": re.compile(
        r"\b(?:open(?:ed|s)?|unlock(?:ed|s)?|unseal(?:ed)?|unbar(?:red)?|release[ds]?|freed?|untied?|remove[ds]?|"
        r"let)\b|开|解锁|放行|放",
        re.IGNORECASE,
    ),
}
"""What an action is, by the words of its name and description."""
_ELSEWHERE = re.compile(
    r"\b(?:to|of|from|in|into|at|for|with|on|behind|under|by)(?: (?:the|a|an|my|your|this|that))? $"
)
"""Before a thing that is not what was given or opened: the key `to the safe`."""
_NO_OBJECT = re.compile(
    r"\b(?:i|you|it|its|they|them|that|this|those|these|one|all|everything|we|he|she|is|are|am|was|were|be|been|being|"
    r"has|have|had|will|can|could|shall|going|to|do|does|did|done|the|of|as|for|over|back|now|just|already|then|here|"
    r"there|go|up|friend|yes|sure|okay|well|and|so|right|away|gladly|happily|certainly|surely|course|also|even|happy|"
    r"glad|let|me|my|your|yours|please|take|keep|consider|open|opened|unlock|unlocked|opening|unlocking|wide|safely|"
    r"give|gave|given|giving|hand|handed|handing|lend|lent|pay|paid|send|sent|bring|brought|got|get|settled|asked|"
    r"handled|care|taken|took|with|pleasure|enjoy|ll|ve|re|s|m)\b|[我你它这那给就已经把去好的了吧啊呢呀啦会来帮替为可以能马上现在刚打开解锁"
    r"拿着收下搞定办妥弄做完成归是都用交送借付还请朋友完毕一]|\W",
    re.IGNORECASE,
)
"""Words that name nothing."""
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Ledger:
    """What one character may claim in one reply. Without anything in it, no claim is supported."""

    actor_id: str = ""
    deeds: tuple[Deed, ...] = ()
    """Of the story, in order: `tuple(story.deeds.values())`."""
    current: str | None = None
    """Id of the action that this reply speaks of, if there was one: alone it may be called `it`, or just `done`."""
    actions: tuple[Action, ...] = ()
    """All that the deeds may be of."""
    things: tuple[Thing, ...] = ()
    lookup: Lookup = lambda path: None
    """The state."""

    def unsupported(self, clause: str, authored: Iterable[str] = ()) -> str | None:
        """The words of the first claim that nothing supports; None where all is well."""
        return next((claim.words for claim in claims(clause, authored) if not self.supports(claim)), None)

    def supports(self, claim: Claim) -> bool:
        """Whether the claim is true, or says nothing that could be false."""
        things = self._objects(claim)
        if claim.doer != "self" and not things and not self._is_bare(claim):
            return True  # of what is no thing of the world nothing is known: "the saloon is open", "you broke my heart"
        if claim.doer != "self" and things and all(self._is_so(thing, claim) for thing in things):
            return True
        deeds = [deed for deed in self.deeds if _is_done(deed) and self._may_mean(deed, claim)]
        if things:
            return all(any(self._is_of(deed, thing) for deed in deeds) for thing in things)
        numbers = {int(number) for number in _NUMBER.findall(claim.object)}
        if numbers:
            return any(numbers <= _amounts(deed) for deed in deeds)
        return self._is_bare(claim) and any(deed.asked.action_id == self.current for deed in deeds)

    def _objects(self, claim: Claim) -> list[Thing]:
        """The things that it was done with, or to."""
        return [thing for thing in self.things if thing.kind != "person" and _is_object(thing, claim.object)]

    def _is_bare(self, claim: Claim) -> bool:
        """Whether it names nothing: `it`, or only that it is done."""
        return not _NO_OBJECT.sub("", claim.object)

    def _is_so(self, thing: Thing, claim: Claim) -> bool:
        """Whether the state has the thing as the claim would leave it. One without such a state may be so."""
        if claim.kind == "give":
            return self.lookup(f"{thing.id}.owner") == PLAYER
        opened, locked = self.lookup(f"{thing.id}.open"), self.lookup(f"{thing.id}.locked")
        return opened is True or (opened is None and locked is not True)

    def _may_mean(self, deed: Deed, claim: Claim) -> bool:
        """Whether the deed is by whom the claim says, and of its kind."""
        by_whom = {"self": deed.asked.actor_id == self.actor_id, "player": False, "anybody": True}[claim.doer]
        return by_whom and (claim.kind == "any" or claim.kind in self._kinds(deed))

    def _kinds(self, deed: Deed) -> set[Kind]:
        text = self._told(deed)
        return {kind for kind, pattern in _KINDS.items() if pattern.search(text)}

    def _told(self, deed: Deed) -> str:
        """All that is written of the deed's action."""
        action = next((action for action in self.actions if action.name == deed.asked.name), None)
        written = [*action.description.values(), *action.done.values()] if action else []
        return ". ".join([deed.asked.name.replace("_", " "), *written])

    def _is_of(self, deed: Deed, thing: Thing) -> bool:
        """Whether the deed was done with the thing: as an argument, or since the action is of nothing else."""
        return thing.id in deed.asked.args.values() or any(mentions(self._told(deed), name) for name in _names(thing))


NO_DEEDS = Ledger()
"""Where nobody has done anything."""


def _is_done(deed: Deed) -> bool:
    return deed.ended is not None and deed.ended.status == "done"


def _amounts(deed: Deed) -> set[int]:
    return {value for value in deed.asked.args.values() if isinstance(value, int) and not isinstance(value, bool)}


def _names(thing: Thing) -> list[str]:
    return [name for names in thing.names.values() for name in names]


def _is_object(thing: Thing, said: str) -> bool:
    return any(_names_object(name, said) for name in _names(thing))


def _names_object(name: str, said: str) -> bool:
    """Whether the name stands in the text as what is dealt with, and not as what that belongs to."""
    at = said.casefold().find(name.casefold())
    return at >= 0 and mentions(said, name) and not _ELSEWHERE.search(said[:at]) and said[at + len(name) :][:1] != "的"
