"""A fact as it was found for a line, and how sure it is that it is the answer. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from npc_engine.core.known import BELONGINGS, EVENT, Known
from npc_engine.core.memory import TOLD
from npc_engine.core.plain import plain, stem
from npc_engine.core.questions import Kind, kinds_of, kinds_told, words
from npc_engine.persona.world import PROPERTIES

ANSWERED = 0.35
"""The odds from which it counts as the answer. Without a fact that answers, the character should rather say that it
doesn't know. From the curve that `tests/recall/fit.py` prints."""
SURE = 3.0
"""The odds from which the character is sure that it is the answer; else it says that it isn't. On the lines of
`tests/recall` 91 % of unanswerable lines of plain worlds have less, and 9 % of those whose fact is found."""
SURE_UNNAMED = 10.0
"""The same for how a thing is that the line does not name: it may mean another one. On the lines of `tests/recall` 32
of 55 such answers with less are right."""
SURE_OTHERWISE = 10.0
"""The same for what an author wrote with neither a question nor a word of the kind that is asked for. Set by hand."""
BEATEN = 0.3
"""What the character may tell is no answer if it is so much less likely than what it does not know. Set by hand."""
_STATES = frozenset(PROPERTIES)
_WHAT_HAPPENED: frozenset[Kind] = frozenset(["reason", "manner"])
"""Kinds of question that any event may answer."""


@dataclass(frozen=True)
class Found:
    """One fact, for one line."""

    known: Known
    odds: float
    """That it is the answer."""
    weight: float
    """By which it comes before others."""
    place: tuple[int, int]
    """Which part of the line asks for it, and where in that."""

    @property
    def answers(self) -> bool:
        """Whether it counts as the answer."""
        return self.odds >= ANSWERED


def may_miss(best: Sequence[Found], line: str) -> bool:
    """Whether the best facts may well be no answer: by their odds, or because they don't fit the question.

    They tell another property of a thing than was asked for, or no more than how it is where the line asks why, or the
    same of several things of which the line names none; or the game told of something in one sentence, without whose,
    where or when it was.
    """
    kinds, first, state = kinds_of(line), best[0].known, property_of(best[0])
    if first.id.startswith(EVENT):
        told = frozenset(chain(*map(kinds_told, first.entry.text.values())))
        is_open = "reason" in kinds - told and _takes_for_granted(line, first)
        misses = is_open or (bool(kinds - _WHAT_HAPPENED) and not kinds & told)
    elif state:
        several = [each for each in best if property_of(each) == state]
        is_named = any(each.place[1] >= 0 for each in several)
        is_other = bool(kinds & (_STATES | _WHAT_HAPPENED)) and state not in kinds
        misses = is_other or (not is_named and (len(several) > 1 or best[0].odds < SURE_UNNAMED))
    else:
        misses = _is_of_other_kinds(first, kinds) and best[0].odds < SURE_OTHERWISE
    return misses or best[0].odds < SURE


def _is_of_other_kinds(known: Known, kinds: frozenset[Kind]) -> bool:
    """Whether the line asks for some kind of answer, and nothing that an author wrote says that it is one."""
    asks = chain(*known.entry.asks.values())
    told = frozenset(chain(*map(kinds_of, asks), *map(kinds_told, known.entry.text.values())))
    return not known.of_state and bool(kinds - _WHAT_HAPPENED) and not kinds & told


def _takes_for_granted(line: str, event: Known) -> bool:
    """Whether the line has all of the event and asks for more: `Why did the wagon lose a wheel?`"""
    asked = [stem(word) for word in words(line)]
    return bool(asked) and any(all(word in plain(text) for word in asked) for text in event.entry.text.values())


def property_of(found: Found) -> str | None:
    """Of which property of a thing, or of several, it tells the state."""
    thing, _, name = found.known.id.rpartition(".")
    name = "owner" if name == BELONGINGS else name
    return name if thing and found.known.of_state and name in PROPERTIES else None


def rivalled(best: Found, hidden: Iterable[Found]) -> bool:
    """Whether the best fact may well be no answer because one that is not to be told is nearly as likely to be it."""
    return any(each.place[0] == best.place[0] and each.weight >= BEATEN * best.weight for each in hidden)


def beats(asked: Found, found: Sequence[Found]) -> bool:
    """Whether what the character does not know or keeps is so much likelier to be the answer than what it may tell;
    what the player told others is asked for by nobody who wants something else."""
    return asked.known.id.startswith(TOLD) or all(each.weight < BEATEN * asked.weight for each in found)
