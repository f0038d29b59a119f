"""Whether what was found for a line may well be no answer, or not all of it: a character says so. Pure.

What is found comes near a question by all that it says, and misses it by one thing: it tells the event and not its
cause, the lock and not who opened it, the inn where a smithy is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from npc_engine.core.found import BEATEN, CERTAIN, SURE, Found, property_of
from npc_engine.core.known import (
    BELONGINGS,
    DONE,
    EVENT,
    GIVER,
    HERE,
    ITEMS,
    LYING,
    NOT_YET,
    OFFER,
    QUEST,
    WAS_GIVER,
    Known,
)
from npc_engine.core.looked_for import looked_for, sort_asked
from npc_engine.core.meaning import Likeness
from npc_engine.core.memory import TOLD
from npc_engine.core.questions import STRICT, Kind, addresses, asks_killer, asks_why, kinds_of, kinds_told, owned, words
from npc_engine.persona.mentions import mentions
from npc_engine.persona.world import PROPERTIES

SURE_UNNAMED = 10.0
"""The odds from which the character is sure of how a thing is that the line does not name: it may mean another one. On
the lines of `tests/recall` 32 of 55 such answers with less are right."""
SURE_OTHERWISE = 10.0
"""The same for what an author wrote with neither a question nor a word of the kind that is asked for. Set by hand."""
CERTAIN_OF_EVENT = 100.0
"""As `CERTAIN`, for what the game told in one sentence: there is mostly more to it. Set by hand."""
SAID_AGAIN = 0.2
"""So alike is an event to a line that asks why it came to that. Set by hand: `Why is there such a crowd at the bank?`
has 0.1 with the wagon that lost its wheel there, `How come the wheel came off?` 0.2 to 0.5."""
OF_ANOTHER = 0.3
"""Less alike than that to all of a fact is what it does not speak of. Set by hand: 邮局 has 0.18 with the ferry that
takes the letters, `church` less with all of a town that has none; 吃的 0.54 with the rations."""
OF_ANOTHER_PERSON = 0.45
"""The same of where or who somebody is: `sheriff` has up to 0.39 with a barkeeper."""
_ALL_KNOWN = (GIVER, WAS_GIVER, OFFER, DONE, QUEST, TOLD)
_STATES = frozenset(PROPERTIES)
_WHAT_HAPPENED: frozenset[Kind] = frozenset(["reason", "manner"])
"""Kinds of question that any event may answer."""
_EXACT: frozenset[Kind] = frozenset(["reward", "time", "count", "measure"])
"""Kinds of answer that are a number or an amount, and that nobody gives without words of that kind."""
_OF_PERSONS: frozenset[Kind] = frozenset(["person", "owner"])
_WITHOUT_DOER = frozenset(["open", "locked", "count"])
"""Properties that somebody changes, and that say not who."""
_WHERE_TO = re.compile(
    r"\bwhere (?:to\b|(?:did|is|was|has|have|are|were) .{0,24}\b(?:go|going|gone|run|running|head\w*|bound))"
    r"|[往去到奔朝向](?:了)?哪|哪[里儿]?去|去向",
    re.IGNORECASE,
)
_TELLS_WHERE_TO = re.compile(
    r"\b(?:to|into|towards?|for|across|along|through|down|up|over)\b|[往向到进]", re.IGNORECASE
)
_WHERE_FROM = re.compile(
    r"\b(?:where|what|which|who(?:m|'s)?)\b.{0,40}\bfrom\b|\bfrom (?:where|what|which|whom)\b|[从打由]哪", re.IGNORECASE
)
_TELLS_WHERE_FROM = re.compile(r"\b(?:from|out of|off)\b|从", re.IGNORECASE)
_WAYS = ((_WHERE_TO, _TELLS_WHERE_TO), (_WHERE_FROM, _TELLS_WHERE_FROM))
_AROUND = re.compile(
    r"\b(?:here|room|place|around|about|house|office|cabin|deck|bay|hall|building)\b|这里|这儿|周围|四周|附近|屋|房|舱|地方",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\b(?:in front of|in|at|on|near|by|behind|under|out of|from) (?:the |an? )?\w+"
    r"|[在从][^，。]{1,6}(?:里|上|门口|外|边|下)"
)
_ABOUT_WHAT = re.compile(
    r"\b(?:what(?:ever)?|which)\b.{0,40}\b(?:about|over)\s*[?.!]*$|\babout what\b"
    r"|\bwhat did .{0,24}\b(?:say|tell|talk)\b"
    r"|(?:[吵聊谈]|争论)(?:的|些|了|是)*(?:什么|啥)|为[了的]?(?:是|个|点)?(?:什么|啥|哪)",
    re.IGNORECASE,
)
_TELLS_ABOUT = re.compile(
    r"\b(?:about|over|because|that(?! (?:\w+ )?(?:night|evening|day|morning)))\b|关于|因为|为了|[说:：]", re.IGNORECASE
)
_CAUSE = re.compile(r"\bwhy\b|\bhow come\b|\breasons?\b|\bmotive|为什么|为何|为啥|怎么会|什么原因|动机", re.IGNORECASE)
"""Asks for a cause, and not also how something was done."""
_TELLS_KILLER = re.compile(r"\b(?:kill|murder|stabb|shot|slew|poison)\w*|杀|凶手|害死", re.IGNORECASE)
"""Says that somebody was killed, and not only found dead."""
_NAME = re.compile(r"\bname\b|\bcalled\b|贵姓|怎么称呼|叫什么|叫啥|姓什么|姓啥", re.IGNORECASE)
_SPEAKERS = re.compile(r"\b(?:I|me|we|us|you)\b|[我你]", re.IGNORECASE)
_YOURS = re.compile(
    r"\byour (boss|chief|employer|master|captain|mother|father|sister|brother|wife|husband|friend|partner|neighbour)\b"
    r"|(?:你们?的?|这家.{1,3}的)(老板|主人|上司|头儿|掌柜|母亲|父亲|姐姐|妹妹|哥哥|弟弟|妻子|丈夫|朋友|邻居)",
    re.IGNORECASE,
)
"""Somebody who is not the one that is spoken to."""
_SPEAKER = re.compile(r"\bI am\b|我是", re.IGNORECASE)


def any_may_miss(best: Sequence[Found], line: str, likeness: Likeness, people: Collection[Sequence[str]] = ()) -> bool:
    """Whether what answers one of the line's parts may well be no answer: see `may_miss`."""
    several = [
        [each for each in best if each.place[0] == part] for part in dict.fromkeys(each.place[0] for each in best)
    ]
    return any(may_miss(each, line, likeness, people) for each in several)


def may_miss(best: Sequence[Found], line: str, likeness: Likeness, people: Collection[Sequence[str]] = ()) -> bool:
    """Whether the best facts may well be no answer: by their odds, or because they don't fit the question. `people` are
    the names of each person that there is."""
    first, kinds = best[0].known, kinds_of(line)
    if best[0].odds < SURE:
        return True
    if first.id.startswith(EVENT):
        return _misses_of_event(first, line, kinds, likeness) or (
            "person" in kinds and _is_of_whom(line, first, people)
        )
    if best[0].place[1] < 0 and _is_of_another(first, line, likeness, people):
        return True
    if _is_of_another_sort(first, line, likeness) or (first.id == HERE and kinds & STRICT and "place" not in kinds):
        return True
    if property_of(best[0]):
        return _misses_of_state(best, kinds)
    if first.of_state:
        is_unnamed = first.id.endswith(f".{ITEMS}") and best[0].place[1] < 0 and best[0].odds < SURE_UNNAMED
        return is_unnamed or _is_beside(first, line, kinds) or ("inside" in kinds and _is_of_others(first, line))
    is_other = _is_of_other_kinds(first, kinds) and (kinds & _EXACT or best[0].odds < SURE_OTHERWISE)
    return bool(is_other) or _misses_of_sentence(first, line, kinds, people)


def may_fall_short(best: Sequence[Found]) -> bool:
    """Whether the best facts probably are the answer, and may be less than what is asked. Of what there is to do, and
    of what the player has done and said, the character knows all."""
    first = best[0].known
    certain = CERTAIN_OF_EVENT if first.id.startswith(EVENT) else CERTAIN
    return best[0].odds < certain and not (first.is_step or first.id.startswith(_ALL_KNOWN))


def rivalled(best: Sequence[Found], hidden: Iterable[Found]) -> bool:
    """Whether the best facts may well be no answer because one that is not to be told is nearly as likely to be it, or
    surely answers what nothing else does: `The meals that we have left, whose are they?`"""
    answered = {each.place[0] for each in best}

    def is_rival(each: Found) -> bool:
        if each.place[0] == best[0].place[0]:
            return each.weight >= BEATEN * best[0].weight
        return each.odds >= SURE and each.place[0] not in answered

    return any(map(is_rival, hidden))


def _misses_of_event(event: Known, line: str, kinds: frozenset[Kind], likeness: Likeness) -> bool:
    """The game told of something in one sentence, without its cause, whose it is, or where or when it was."""
    texts = list(event.entry.text.values())
    told = frozenset(chain(*map(kinds_told, texts)))
    ways = [tells for asked, tells in _WAYS if asked.search(line)]
    asked = kinds - _WHAT_HAPPENED - ({"place"} if ways else set())
    is_other = bool(asked) and not asked & told
    is_way = not all(any(map(tells.search, texts)) for tells in ways)
    is_why = "reason" not in told and asks_why(line) and _is_said_again(texts, line, likeness)
    return is_other or is_way or is_why


def _is_said_again(texts: Sequence[str], line: str, likeness: Likeness) -> bool:
    """Whether the line speaks of the event itself, and not of what may have come of it, where that was."""
    about = {word for text in texts for word in words(_WHERE.sub(" ", text))}
    return max(likeness(line, texts)) >= SAID_AGAIN or any(mentions(line, word) for word in about)


def _misses_of_state(best: Sequence[Found], kinds: frozenset[Kind]) -> bool:
    """Another property of a thing than was asked for, or what somebody owns and not who owns them, or no more than how
    it is where the line asks why, or who did that; or the same of several things of which the line names none."""
    state = property_of(best[0])
    several = [each for each in best if property_of(each) == state]
    is_named = any(each.place[1] >= 0 for each in several)
    is_other = bool(kinds & (_STATES | _WHAT_HAPPENED)) and state not in kinds
    is_other |= "place" in kinds and state == "alive"
    is_other |= "person" in kinds and best[0].known.id.endswith(BELONGINGS)
    is_doer_told = any(each.known.id.startswith(DONE) for each in best)
    is_whose_deed = kinds & _OF_PERSONS == {"person"} and state in _WITHOUT_DOER and not is_doer_told
    return is_other or is_whose_deed or (not is_named and (len(several) > 1 or best[0].odds < SURE_UNNAMED))


def _misses_of_sentence(first: Known, line: str, kinds: frozenset[Kind], people: Collection[Sequence[str]]) -> bool:
    """It says of nothing whose it is, or of nobody that they killed; or tells of nobody, or nobody but whom the line
    names, who asks for somebody; or what the speaker is called who is not asked for that; or that people talked who
    asks of what; or no more than what the line asks the cause of."""
    texts = first.entry.text.values()
    if asks_why(line) and _is_cause_missing(first, line):
        return True
    if asks_killer(line) and not any(map(_TELLS_KILLER.search, texts)):
        return True
    if "owner" in kinds and "owner" not in _kinds_answered(first):
        return True
    if "person" in kinds and (_tells_nobody(first, people) or _is_of_whom(line, first, people)):
        return True
    if _NAME.search(line) and not addresses(line) and any(map(_SPEAKER.search, texts)):
        return True
    if _WHERE_FROM.search(line) and not addresses(line) and any(map(_SPEAKERS.match, texts)):
        return True
    if (other := _YOURS.search(line)) and any(map(_SPEAKER.match, texts)):
        return not any(mentions(text, next(filter(None, other.groups()))) for text in texts)
    missing = ((_ABOUT_WHAT, _TELLS_ABOUT), *_WAYS)
    return any(asked.search(line) and not any(map(tells.search, texts)) for asked, tells in missing)


def _is_cause_missing(known: Known, line: str) -> bool:
    """Whether it gives no cause, and is written for who asks how it was done or has all of the line's words: `Why is
    the link dead?` of *The link is dead.*"""
    texts, asks = known.entry.text.values(), list(chain(*known.entry.asks.values()))
    if any(map(_CAUSE.search, asks)) or any("reason" in kinds_told(text) for text in texts):
        return False
    about, text = words(line), " ".join(texts)
    is_of_how = _CAUSE.search(line) is not None and any(kinds_of(each) & _WHAT_HAPPENED for each in asks)
    return is_of_how or (len(about) > 1 and all(mentions(text, word) for word in about))


def _kinds_answered(known: Known) -> frozenset[Kind]:
    """The kinds of question that a sentence of an author answers, by what is written for it and by its words."""
    asks = chain(*known.entry.asks.values())
    return frozenset(chain(*map(kinds_of, asks), *map(kinds_told, known.entry.text.values())))


def _is_of_other_kinds(known: Known, kinds: frozenset[Kind]) -> bool:
    """Whether the line asks for some kind of answer, and nothing that an author wrote says that it is one."""
    return bool(kinds - _WHAT_HAPPENED) and not kinds & _kinds_answered(known)


def _tells_nobody(known: Known, people: Collection[Sequence[str]]) -> bool:
    """Whether nothing says that it answers who somebody is."""
    if known.id.endswith(NOT_YET) or "person" in _kinds_answered(known):
        return False
    return not any(map(_SPEAKERS.search, known.entry.text.values())) and not _told_of(known, people)


def _is_of_others(known: Known, line: str) -> bool:
    """Whether the line speaks of something of the player's own, of which nothing is told: `What is in my boot?`"""
    own = owned(line)
    return bool(own) and not any(mentions(text, word) for text in _written(known) for word in own)


def _is_beside(known: Known, line: str, kinds: frozenset[Kind]) -> bool:
    """Whether it says what lies there, and the line asks neither where something is nor what is in a place: `What is in
    that locker?`"""
    return known.id == LYING and "place" not in kinds and _AROUND.search(line) is None


def _is_of_whom(line: str, known: Known, people: Collection[Sequence[str]]) -> bool:
    """Whether it tells of people, and all of them are in the line: `Who killed the captain?`"""
    told = _told_of(known, people)
    is_of_speakers = any(map(_SPEAKERS.search, known.entry.text.values()))
    return bool(told) and not is_of_speakers and all(any(mentions(line, name) for name in names) for names in told)


def _told_of(known: Known, people: Collection[Sequence[str]]) -> list[Sequence[str]]:
    """The people of whom it tells, by their names."""
    texts = known.entry.text.values()
    return [names for names in people if any(mentions(text, name) for text in texts for name in names)]


def _is_of_another(known: Known, line: str, likeness: Likeness, people: Collection[Sequence[str]]) -> bool:
    """Whether the line looks for something that is like nothing of it: a smithy, where there is an inn."""
    thing = looked_for(line)
    least = OF_ANOTHER_PERSON if known.of_state and _told_of(known, people) else OF_ANOTHER
    return thing is not None and max(likeness(thing, _written(known))) < least


def _is_of_another_sort(known: Known, line: str, likeness: Likeness) -> bool:
    """Whether the line asks for one of a sort that is like nothing of it: for a ship, where there is an inn."""
    sort = sort_asked(line)
    if sort is None or any(mentions(text, sort) for text in _written(known)):
        return False
    return max(likeness(sort, _written(known))) < OF_ANOTHER


def _written(known: Known) -> list[str]:
    entry = known.entry
    return [*entry.text.values(), *chain(*entry.asks.values(), *entry.keys.values())]
