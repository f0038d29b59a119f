"""A fact as it was found for a line, and how sure it is that it is the answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from npc_engine.core.known import BELONGINGS, EVENT, Known
from npc_engine.core.meaning import Likeness
from npc_engine.core.memory import TOLD
from npc_engine.core.questions import Kind, kinds_of, kinds_told, owned
from npc_engine.persona.mentions import mentions
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
SAID_AGAIN = 0.2
"""So alike is an event to a line that asks why it came to that. Set by hand: `Why is there such a crowd at the bank?`
has 0.1 with the wagon that lost its wheel there, `How come the wheel came off?` 0.2 to 0.5."""
_STATES = frozenset(PROPERTIES)
_WHAT_HAPPENED: frozenset[Kind] = frozenset(["reason", "manner"])
"""Kinds of question that any event may answer."""
_WHY = re.compile(r"\b(?:why|how come|what (?:made|makes|caused))\b|为什么|为何|为啥|怎么会|什么原因", re.IGNORECASE)
_SPEAKERS = re.compile(r"\b(?:I|me|we|us|you)\b|[我你]", re.IGNORECASE)


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


def may_miss(best: Sequence[Found], line: str, likeness: Likeness, people: Iterable[Sequence[str]] = ()) -> bool:
    """Whether the best facts may well be no answer: by their odds, or because they don't fit the question. `people` are
    the names of each person that there is.

    They tell another property of a thing than was asked for, or no more than how it is where the line asks why, or the
    same of several things of which the line names none; or the game told of something in one sentence, without its
    cause, whose it is, or where or when it was; or they say of nothing whose it is; or they tell of nobody but whom
    the line names who asks for somebody; or they tell what is somewhere else than in what the line calls the
    player's own.
    """
    kinds, first, state = kinds_of(line), best[0].known, property_of(best[0])
    if first.id.startswith(EVENT):
        told = frozenset(chain(*map(kinds_told, first.entry.text.values())))
        misses = bool(kinds - _WHAT_HAPPENED) and not kinds & told
        misses |= "reason" not in told and _asks_why_of(line, first, likeness)
    elif state:
        several = [each for each in best if property_of(each) == state]
        is_named = any(each.place[1] >= 0 for each in several)
        is_other = bool(kinds & (_STATES | _WHAT_HAPPENED)) and state not in kinds
        misses = is_other or (not is_named and (len(several) > 1 or best[0].odds < SURE_UNNAMED))
    elif first.of_state:
        misses = "inside" in kinds and _is_of_others(first, line)
    else:
        misses = _is_of_other_kinds(first, kinds) and (best[0].odds < SURE_OTHERWISE or "owner" in kinds)
    asks_who = "person" in kinds and not first.of_state
    return misses or best[0].odds < SURE or (asks_who and _is_of_whom(line, first, people))


def _is_of_other_kinds(known: Known, kinds: frozenset[Kind]) -> bool:
    """Whether the line asks for some kind of answer, and nothing that an author wrote says that it is one."""
    asks = chain(*known.entry.asks.values())
    told = frozenset(chain(*map(kinds_of, asks), *map(kinds_told, known.entry.text.values())))
    return bool(kinds - _WHAT_HAPPENED) and not kinds & told


def _is_of_others(known: Known, line: str) -> bool:
    """Whether the line speaks of something of the player's own, of which nothing is told: `What is in my boot?`"""
    own = owned(line)
    written = [*known.entry.text.values(), *chain(*known.entry.asks.values(), *known.entry.keys.values())]
    return bool(own) and not any(mentions(text, word) for text in written for word in own)


def _is_of_whom(line: str, known: Known, people: Iterable[Sequence[str]]) -> bool:
    """Whether it tells of people, and all of them are in the line: `Who killed the captain?`"""
    texts = known.entry.text.values()
    told = [names for names in people if any(mentions(text, name) for text in texts for name in names)]
    is_of_speakers = any(_SPEAKERS.search(text) for text in texts)
    return bool(told) and not is_of_speakers and all(any(mentions(line, name) for name in names) for names in told)


def _asks_why_of(line: str, event: Known, likeness: Likeness) -> bool:
    """Whether the line asks for the cause of the event itself: `Why did the wagon lose a wheel?`"""
    return _WHY.search(line) is not None and max(likeness(line, list(event.entry.text.values()))) >= SAID_AGAIN


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
