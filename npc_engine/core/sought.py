"""Which facts a line asks for by its words, whatever it comes near in meaning: those that it can't mean at all, and
those that it means before all others. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import chain

from npc_engine.core.course import asked_of_one
from npc_engine.core.deeds import claimed_deed
from npc_engine.core.found import Found
from npc_engine.core.intent import Meant
from npc_engine.core.known import (
    BELONGINGS,
    DONE,
    EMPTY_HANDED,
    GIVER,
    HERE,
    ITEMS,
    LYING,
    NOT_YET,
    OFFER,
    PERSONS,
    PLACES,
    QUEST,
    STANDING,
    WANTING,
    WAS_GIVER,
    Known,
)
from npc_engine.core.looked_for import sort_asked
from npc_engine.core.meaning import Likeness
from npc_engine.core.memory import TOLD
from npc_engine.core.quest_questions import (
    asks_done,
    asks_goal,
    asks_maker,
    asks_next,
    asks_of_all,
    asks_over,
    asks_own_deeds,
    asks_purpose,
    asks_who_did,
)
from npc_engine.core.questions import (
    Kind,
    asks,
    asks_belongings,
    asks_killer,
    asks_of_death,
    asks_why,
    is_of_speaker,
    kinds_of,
    names_asked,
    surveys,
    words,
)
from npc_engine.persona.mentions import mentions

NEARLY_AS_LIKELY = 0.25
"""So likely, as a part of the likeliest, must be what names the sort of thing that is asked for. Set by hand."""
ALIKE = 0.3
"""So alike to what is asked of a step must be a line that asks whether it is done. Set by hand: 0.34 to 0.66 where it
does."""
AS_ALIKE = 0.15
"""So much less like the end of a quest, or what is not done of it, may be than one of its steps, and it is told; so is
the only end, where it is likelier. Set by hand: *Is the case solved?* is 0.79 like that it was taken on, 0.66 like its
end."""
SURELY_DONE = 2.0
"""So many times as likely as that something is not done must be that a step is, and it is told. Set by hand."""
_OTHER_THAN_OVER: frozenset[Kind] = frozenset(["owner", "time", "count", "measure", "reward", "inside"])
"""Kinds of question that nobody asks who wants to know whether something is over."""
_DEAD = re.compile(r"\bdead\b|死")


def is_sought(known: Known, asked: Meant) -> bool:
    """Whether the line may ask for such a fact at all. Who claims once more to have unlocked a door is not told that
    they have said so: it would sound like a yes; who asks for a killer is not told by whom something was done. That
    somebody is dead tells nobody how they died, and that something is not done yet tells nobody whose or where it is.
    """
    line = asked.whole
    if known.id.startswith(TOLD):
        return (asks(asked.line) or asked.intent == "told") and claimed_deed(line) is None
    if known.id.startswith((DONE, GIVER, WAS_GIVER)) and asks_killer(line):
        return False
    if known.id.startswith(DONE):
        is_of_doer = "person" in kinds_of(line) and kinds_of(line).isdisjoint(["place", "owner"])
        is_of_deed = is_of_doer or asks_own_deeds(line) or asks_who_did(line)
        return is_of_deed or (asks_over(line) and not asks_next(line))
    if known.id.endswith(WANTING):
        return not asks_maker(line)
    if known.of_course and known.id.endswith((NOT_YET, STANDING)):
        is_standing = known.id.endswith(STANDING)
        is_other = is_standing and ("person" in kinds_of(line) or not asks_over(line))
        return not (kinds_of(line) & _OTHER_THAN_OVER or asks_why(line) or is_other)
    if known.of_state and known.id.endswith(".alive"):
        return not (asks_of_death(line) and any(map(_DEAD.search, known.entry.text.values())))
    if known.id == EMPTY_HANDED:
        return is_of_speaker(line)
    if known.id == HERE:
        called = names_asked(line)
        return called is None or any(mentions(text, called) for text in known.entry.text.values())
    return known.id != PLACES or surveys(line)


def is_of_place(known: Known, named: Collection[str]) -> bool:
    """Whether it may be told to who has `named` places, by their ids: what and who is at another one may not."""
    place, _, what = known.id.rpartition(".")
    is_content = known.of_state and bool(place) and what in (ITEMS, PERSONS)
    return not named or not is_content or place in named


def meant_by(found: Sequence[Found], part: str) -> list[Found]:
    """What the line asks for by its words, before all else that it touches: what somebody owns, what was done by whom,
    what a quest is to come to, what it wants something for, or the next step."""
    if asks_belongings(part):
        return [each for each in found if each.answers and each.known.id.endswith(BELONGINGS)]
    if asks_who_did(part):
        done = [each for each in found if each.answers and each.known.id.startswith(DONE)]
        return done[:1]
    likely = [each for each in found if each.answers]
    goals = [each for each in likely if each.known.is_goal and each.known.id.startswith(QUEST)]
    if asks_goal(part):
        return goals or [each for each in likely if each.known.id.startswith(GIVER)]
    if asks_purpose(part) and (served := [each for each in goals if _speaks_of(each.known, part)]):
        return served
    return _steps(found, part)


def surveyed(found: Sequence[Found], asked: Meant) -> list[Found]:
    """What places there are, or what an author wrote for who asks that, where that is the intent of the line: it comes
    near to where the scene is."""
    if asked.intent != "survey":
        return []
    return [each for each in found if each.answers and _tells_places(each.known)]


def step_of(found: Sequence[Found], asked: Meant, likeness: Likeness) -> list[Found]:
    """That a step or a quest is done, or that one on offer isn't, where the line asks whether it is: of all the one
    that it is most like. What is asked of any step comes near to all of them."""
    if not asks_done(asked.whole):
        return []
    tells = _tells_standing if asks_of_all(asked.whole) else _is_of_progress
    of_one = [(each, asked_of_one(each.known.entry)) for each in found if tells(each.known)]
    near = [(max(likeness(asked.line, own)), each) for each, own in of_one if own]
    nearest = max(near, key=lambda each: each[0], default=None)
    if nearest is None or nearest[0] < ALIKE or nearest[1].known.id.endswith(NOT_YET):
        return []
    open_ = [each for alike, each in near if each.known.id.endswith(NOT_YET) and alike >= nearest[0] - AS_ALIKE]
    if open_:
        return open_[:1]
    ends = [(alike, each) for alike, each in near if _is_end(each.known)]
    meant = [each for alike, each in ends if alike >= nearest[0] - AS_ALIKE]
    # of several quests the likelier may be another one
    likelier = [each for _, each in ends if len(ends) == 1 and each.weight > nearest[1].weight]
    return (meant or likelier or [nearest[1]])[:1]


def unless_open(found: Sequence[Found], part: str) -> list[Found]:
    """Without what is done of a quest, where whether the whole is, or what is not, is nearly as likely to be asked for:
    who asks whether it is over asks of that."""
    if "person" in kinds_of(part) or asks_who_did(part) or asks_own_deeds(part):
        return list(found)
    standing = max((each.weight for each in found if _tells_standing(each.known)), default=0.0)
    return [each for each in found if not each.known.id.startswith(DONE) or each.weight >= SURELY_DONE * standing]


def unless_elsewhere(found: Sequence[Found]) -> list[Found]:
    """Without what lies here, where the line names another place of which it is told what is there."""
    is_elsewhere = any(
        each.known.of_state and each.known.id.endswith(f".{ITEMS}") and each.place[1] >= 0 for each in found
    )
    return [each for each in found if each.known.id != LYING or not is_elsewhere]


def of_sort(found: Sequence[Found], part: str) -> list[Found]:
    """Those that name the sort of thing which the line asks for one of, where they are nearly as likely as any."""
    sort = sort_asked(part)
    named = [each for each in found if sort and any(mentions(text, sort) for text in each.known.entry.text.values())]
    first = max((each.weight for each in found), default=0.0)
    is_likely = any(each.answers and each.weight >= NEARLY_AS_LIKELY * first for each in named)
    return named if is_likely else list(found)


def _tells_places(known: Known) -> bool:
    """Whether it says what places there are, or was written for who asks that."""
    return known.id == PLACES or any(map(surveys, chain(*known.entry.asks.values())))


def _speaks_of(known: Known, part: str) -> bool:
    """Whether it has any of the words of the line."""
    return any(mentions(text, word) for text in known.entry.text.values() for word in words(part))


def _is_of_progress(known: Known) -> bool:
    """Whether it says that a step is done, or how far one or a quest is: an author may ask in the same words of other
    things."""
    return known.id.startswith(DONE) or _tells_standing(known)


def _tells_standing(known: Known) -> bool:
    """Whether it says that a beat is not done, or how far a quest is."""
    return known.id.endswith(NOT_YET) or _is_end(known)


def _is_end(known: Known) -> bool:
    """Whether it says how far a quest is, or what came of it."""
    return known.id.startswith(QUEST) and not known.is_goal


def _steps(found: Sequence[Found], part: str) -> list[Found]:
    """What the line asks for that asks for the next step: `The pump runs. What is left?` asks nothing of the pump,
    however much is known of it. Where there is none, it is what may be accepted, or who wants something done."""
    if not asks_next(part):
        return []
    likely = [each for each in found if each.answers]
    to_do = [each for each in likely if each.known.is_step or each.known.id.startswith(OFFER)]
    givers = [each for each in likely if each.known.id.startswith(GIVER)]
    is_of_giver = "person" in kinds_of(part) and bool(givers) and all(each.weight < givers[0].weight for each in to_do)
    return givers if is_of_giver else to_do or givers
