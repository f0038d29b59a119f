"""A line in the words in which it is understood: with what it takes from the lines before, and from its own beginning,
in the place of pronouns, and without what means nothing here and much to a small encoder. By words. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from npc_engine.core.plain import is_han
from npc_engine.core.questions import PRONOUN, asks, kinds_of, words
from npc_engine.persona.mentions import plain, position_of

_OF_PERSON, _OF_SEVERAL = re.compile(r"he|him|she|[他她](?!们)", re.IGNORECASE), re.compile(r"the|.们", re.IGNORECASE)
_TOPIC = re.compile(
    r"^\W*(?:(?:and|but|so|well|say|hey|oh|ok|okay|ah|ha|hm+|um|psst)\W+)*"
    r"(?:that|this|the|those|these|your|his|her|their|my) (?:\w+(?:'s)? ){0,5}?\w+[,:;.!?]+ "
    r".*?\b(?:it|he|him|she|they|them)\b",
    re.IGNORECASE,
)
"""What names first what its pronoun then means: `That old topper, where's it got to?`"""
_ALL_OF_IT = re.compile(
    r"\b(?:(?:is|was) (?:that|this)|(?:that|this)(?:'s| is| was)) it(?: then| now)?(?=\W*$|[,.;!?])", re.IGNORECASE
)
"""Where *it* is all that there is: `Is that it, then?`, and not `Is that it behind the bar?`"""
_SOUGHT_FIRST = re.compile(
    r"\b(?:need|want|see|meet|find|after|for|about) (?:the|an?|that|your|this) (\w+(?: \w+)?)[.,;!?:…-]+ "
    r"(?:\w+ ){0,2}where(?:abouts)?(?:'s| is| are| can i find| would i find| do i find) (he|she|him|her|it|they|them)\b"
    r"|[找见要](?:个|一下|你们的?|那个|这个|咱们的?)?([\u3400-\u9fff]{2,4})[，,。！…—~]+[^，。]{0,4}?([他她它])(?=人?在|去|上哪|跑)",
    re.IGNORECASE,
)
"""What says first whom or what it then asks after: `I need the blacksmith. Where is he?`"""
_ELLIPSIS = re.compile(r"^(?:and|or|but|so|then)?\s*(?:what|how)? ?(?:about)?\s*(?:the|a|my|your|old)?\s*$")
_ELLIPSIS_ZH = re.compile("^(?:那么?|还有|而)?呢?$")
_IDLE = re.compile(
    "现在(?=在)|(?<=[\u3400-\u9fff]{2})(?<![有么个的些等别])人(?=(?:现在|这会儿|眼下|到底)?(?:在哪|在什么|在何|去哪|跑哪|上哪))"
)
_NAMED = re.compile(
    "(?:(?<=[人孩娘伙头生士太爷婆员长师夫匠手者板])|(?<=[孩小伙妹女男汉娘]子))"
    "(?:到底|究竟|本来|又)?名?叫(?:什么|啥)(?:名字|名儿?)?(?=[呀啊呢来着嘛哦]*[？?。…]*$)"
)
_LEFT = re.compile(
    r"\b(?:has|have|did) ((?!(?:i|we|you)\b)(?:the |my |your )?\w+(?: \w+)?) "
    r"(?:already |just |even )?(?:left|leave|quit) "
    r"(?=(?:the|this|my|your) \w)"
    r"|([\u3400-\u9fff]{2,5}?)(?:已经|是不是|有没有)*离开([\u3400-\u9fff]{2,5}?)了?(?=吗|没有?|么)",
    re.IGNORECASE,
)
_TO_BE_MINE = re.compile(
    "(?:现在|以后|今后|从此|往后|到手)?[，,]?(?:是不是|可)?(?:就|都|也)*(?:算是?我[的滴]|归我|跟我姓)"
    "(?:了|咯|啦)?(?:对?吧|对不对|吗|么|呗)?(?=[呀啊哈嘿]*[~～！？?!。…]*$)"
)
_BY_WHOM = re.compile("是?谁的(?:意思|主意|吩咐|要求|安排)")
_MARKS = re.compile(r"[\s?？!！.。,，]+")


def plainly(line: str) -> str:
    """The line without words that mean nothing here, and much to a small encoder: `钥匙现在在哪` asks `钥匙在哪`, and
    `老板人在哪` asks `老板在哪`. Who asks what somebody is called asks who that is; whether somebody has left a place,
    whether they are still there; whose idea something was, who wants it done; who takes something for theirs, whether
    it is."""
    said = _NAMED.sub("是谁", _IDLE.sub("", line))
    return _TO_BE_MINE.sub("是我的吗", _BY_WHOM.sub("是谁要办的", _LEFT.sub(_still_there, said)))


def _still_there(left: re.Match[str]) -> str:
    english, chinese, place = left.groups()
    return f"is {english} still in " if english else f"{chinese}还在{place}"


def resolved(line: str) -> str:
    """The line with what it named first in the place of its pronoun: `I need the smith. Where is he?` asks where the
    smith is."""
    own = _SOUGHT_FIRST.search(line)
    if own is None:
        return line
    english, _, chinese, _ = own.groups()
    pronoun = 2 if english else 4
    return line[: own.start(pronoun)] + (f"the {english}" if english else chinese) + line[own.end(pronoun) :]


def followed(line: str, before: Sequence[str], names: Sequence[str], persons: Mapping[str, bool] | None = None) -> str:
    """The line as it is meant after those before it: `Where is it?` is `Where is the key?` once the key was spoken of.

    `names` are what can be spoken of; `persons` says of those of which it is known whether they are somebody's, in
    small letters: nobody says `him` of a key. What was asked about last comes before what was only mentioned.
    """
    here = _named(line, names)
    if here is None and (pronoun := PRONOUN.search(line)):
        names = _meant_by(pronoun[0], names, persons or {})
    asked = next((past for past in reversed(before) if asks(past) and _named(past, names)), None)
    past = asked or next((past for past in reversed(before) if _named(past, names)), None)
    there = past and _named(past, names)
    if past is None or there is None:
        return line
    if here is None:
        if PRONOUN.search(line) and not _TOPIC.search(line) and not _ALL_OF_IT.search(line):
            return PRONOUN.sub(_articled(there), line, count=1)
        omitted = any(map(is_han, line)) and kinds_of(line) and not words(line) and not re.search("[我你您这]", line)
        return there + line if omitted else line
    rest = _MARKS.sub(" ", plain(line).replace(here, "")).strip()
    if asked and (_ELLIPSIS.match(rest) or _ELLIPSIS_ZH.match(rest)) and rest:
        return re.sub(re.escape(there), here, plain(past))
    return line


def _named(line: str, names: Sequence[str]) -> str | None:
    """The name that the line has first, the longest that begins there."""
    found = [(place, -len(name), name) for name in names if (place := position_of(name, line)) is not None]
    return min(found)[2] if found else None


def _meant_by(pronoun: str, names: Sequence[str], persons: Mapping[str, bool]) -> list[str]:
    """Those of the names that the pronoun may mean."""
    if _OF_PERSON.match(pronoun):
        return [name for name in names if persons.get(name, True)]
    return [name for name in names if _OF_SEVERAL.match(pronoun) or not persons.get(name, False)]


def _articled(name: str) -> str:
    return name if is_han(name) else f"the {name}"
