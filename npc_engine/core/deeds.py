"""Find claims of deeds: a character who says that it gives, opens or sends something. Only the game does such things.

A small model agrees to everything ("Yes, I'll give you 500 dollars"). Words alone are judged, clause by clause, in
English and Chinese. In doubt it is a claim: an authored line too many is a smaller loss than a gift that never comes.
What was really done is not known here, but in `ledger`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["give", "open", "any"]
"""What is claimed: that something changes hands, that something lets through, or only that it is done."""
Doer = Literal["self", "player", "anybody"]
"""In whose name; of `it was opened` and `it is yours`, anybody's."""


@dataclass(frozen=True)
class Claim:
    """Words that say that something was, is being or will be done."""

    words: str
    kind: Kind
    doer: Doer
    object: str
    """The clause from these words on: what it was done with."""


_GOODS = r"give|hand|lend|loan|pay|sell|grant|award|transfer|deliver|send|bring|fetch|get|buy|offer"
_GOODS_DONE = (
    r"gave|given|handed|lent|loaned|paid|sold|granted|awarded|transferred|delivered|sent|brought|fetched|bought"
)
_WAYS = r"open|unlock|unseal|unbar|release|free|untie|remove|break|move"
_WAYS_DONE = r"opened|unlocked|unsealed|unbarred|released|freed|untied|removed|broken|broke|moved"
_LATELY = r"(?: (?:just|already|now|gladly|happily|certainly|surely|of course|right now|also|even|then))*"
_WILL = rf"\bi(?:'ll| will| can| could| shall| am going to|'m going to| am happy to|'m happy to| am glad to){_LATELY}"
_LET_ME = rf"\blet me{_LATELY}"
_HAVE = rf"\bi(?:'ve| have)?{_LATELY}"
_AM = rf"\bi(?:'m| am){_LATELY}"
_GIVING = r"giving|handing|lending|paying|sending|bringing|transferring"
_OPENING = r"opening|unlocking|releasing"
_TO_YOU = r"(?: over)? (?:(?:it|them|that|this|these|those|everything|all of it)(?: (?:over|back))? to )?you"
_WORDS_GIVEN = (
    r"(?: (?:guys|folks|both))?"
    r"(?: (?:a|an|the|my|your|some|any|one|another|this|that|all|more|only|little|small|good|best|big|few|bit|of|piece|"
    r"friendly|word|first|last|full|better|two|three|honest|straight|plain|exact|right))*"
    r" (?:hint|clue|advice|tip|answer|word|promise|warning|direction|name|idea|story|tour|news|information|info|detail|"
    r"description|example|reason|smile|hand|call|chance|moment|minute|time|look|welcome|thanks|blessing|help|list|luck|"
    r"attention|greeting|lesson|explanation|summary|opinion|truth|guess|instruction|"
    r"love|hug|kisse?|shout|cheer|credit|support|feedback|company)s?\b"
)
"""What is given by saying it."""
_THINGS = (
    r"(?: (?:it|them)\b| (?:the|this|that|these|those|your|my|our|every|all)"
    r" (?!(?:heart|mind|subject|conversation|show|stage|song|topic|question|chat)s?\b)[a-z]\w*)"
)
_PRIZES = (
    r"(?:key|money|cash|dollar|gold|coin|reward|sword|potion|item|weapon|loan|ticket|gift|prize|lantern|letter|map)s?\b"
)
_ENGLISH: tuple[tuple[Kind, Doer, str], ...] = (
    (
        "give",
        "self",
        rf"(?:{_WILL}|{_LET_ME}) (?:{_GOODS}){_TO_YOU}(?!{_WORDS_GIVEN})"
        r"(?! (?:that|how|what|where|why|so|up)\b)",
    ),
    (
        "give",
        "self",
        rf"(?:{_WILL}|{_LET_ME}) (?:{_GOODS}) (?:it|them|the|this|that|your|these|those)\b"
        r"[^,.!?]{0,30}? to you\b",
    ),
    ("give", "self", rf"{_HAVE} (?:{_GOODS_DONE}){_TO_YOU}(?!{_WORDS_GIVEN})"),
    ("give", "self", rf"{_HAVE} (?:{_GOODS_DONE}) (?:it|them|the|this|that|your|my)\b[^,.!?]{{0,30}}? to you\b"),
    ("open", "self", rf"(?:{_WILL}|{_LET_ME}) (?:{_WAYS}){_THINGS}"),
    ("open", "self", rf"{_HAVE} (?:{_WAYS_DONE}){_THINGS}"),
    ("give", "self", rf"{_AM} (?:{_GIVING}){_TO_YOU}(?!{_WORDS_GIVEN})"),
    ("give", "self", rf"{_AM} (?:{_GIVING}){_THINGS}"),
    ("open", "self", rf"{_AM} (?:{_OPENING}){_THINGS}"),
    (
        "give",
        "self",
        r"\b(?:t?here you (?:go|are)\b(?=\s*(?:$|[,.!]))"
        rf"|here (?:is|are|'s) (?:your|the|a|my|\d+)(?: [\w']+)? {_PRIZES})",
    ),
    ("give", "self", rf"\b(?:take|keep) (?:this|my|these|all the) {_PRIZES}"),
    ("give", "self", r"^\W*(?:please |just |go ahead and )?(?:take|keep) (?:it|them)\b(?=\W*$|, (?:friend|it|they)\b)"),
    ("open", "self", r"\bi(?:'ll| will| can)? (?:let) you (?:in|through|pass|out|have|keep|take)\b"),
    (
        "give",
        "anybody",
        r"\b(?:it|they|this|that|these|those|all of it|everything|(?:the|my|this|that|these|those)(?: [a-z]\w*){1,3}?)"
        r"(?:'s|'re| is| are| will be)(?: all| now)* yours\b",
    ),
    (
        "give",
        "anybody",
        rf"\b(?:was|were|has been|have been|been|is being)(?: just| already)* (?:{_GOODS_DONE}) to you\b",
    ),
    (
        "open",
        "anybody",
        rf"(?:\bit|\bthey| (?!the\b)[a-z]\w*)"
        rf"(?:'s|'re| is| are| was| were| has been| have been|'s been)(?: just| already| now)* (?:{_WAYS_DONE})\b",
    ),
    (
        "open",
        "anybody",
        r"\b(?:it|they|(?:the|this|that|your|my)(?: [a-z]\w*){1,3}?)"
        r"(?:'s|'re| is| are| stands?)(?: just| already| wide| now)* open\b",
    ),
    ("open", "player", rf"\byou(?:'ve| have)?{_LATELY} (?:{_WAYS_DONE}){_THINGS}"),
    ("any", "self", r"\bconsider it (?:done|yours|handled|opened|taken care of)\b"),
    (
        "any",
        "self",
        r"^\W*(?:and |all |well, |there |it(?:'s| is) |that(?:'s| is) |it's all |already )?(?:done|settled)"
        r"(?= (?:now|already|friend|then)\b|\s*(?:$|[,.!]))",
    ),
    (
        "any",
        "self",
        rf"{_HAVE} (?:done (?:it|that|as you)|did (?:it|that|as you)|(?:taken|took) care of (?:it|that))\b",
    ),
    ("any", "self", r"\b(?:(?:it|that)(?:'s| is| has been)|all) taken care of\b"),
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|no|nor|cannot|nobody|without|unless|if|wish|would|before|until|when|once|should|shall)\b|n't\b)"
    r"[^,.!?;]*$",
    re.IGNORECASE,
)
"""Right before or within the words: then nothing is claimed."""
_PRIZES_HAN = "钥匙|钱|美元|金币|金子|奖励|现金|提灯|地图|信"
_CHINESE: tuple[tuple[Kind, Doer, str], ...] = (
    (
        "give",
        "self",
        r"我[^，。！？不没别未]{0,10}?(?:给你|借给你|送给你|付给你|交给你|还给你|拿给你|卖给你|发给你)们?+"
        r"(?!说|讲|看|听|介绍|解释|指|带|唱|跳|表演|推荐|加油|打气|点赞|翻译|出主意"
        r"|一?[个点些条首段]?(?:小|好)?(?:提示|建议|线索|故事|忠告|笑话|答案|方向|机会|时间|祝福|鼓励|掌声|惊喜))",
    ),
    (
        "open",
        "self",
        r"我(?:会|就|来|这就|马上|现在就?|已经|刚刚?|可以|能|帮你|替你|为你){1,3}"
        r"(?:把[^，。！？不没]{1,8})?(?:打开|解锁|开启|开锁|撬开|开门)",
    ),
    ("give", "self", rf"(?:{_PRIZES_HAN})(?:就|都|已经)*(?:给你|拿去)"),
    ("give", "anybody", r"(?:[\u3400-\u9fff]{1,6}|这)(?:就|都|已经|现在)*(?:归你|是你的)了?(?=[，。！!~]|$)"),
    ("give", "self", rf"(?:这是|给，|给你，|拿着，?)(?:你的|那把|这把|\d+)?(?:{_PRIZES_HAN})"),
    (
        "give",
        "self",
        r"^[^\u3400-\u9fff]*(?:好的?，)?(?:拿去|拿着|拿好|收下|收好|给你)(?:吧|了|啊|呀|啦|用)*(?=[，。！!~]|$)",
    ),
    ("open", "self", r"我(?:放|让)你(?:进去|过去|通过|出去|拿走)"),
    (
        "open",
        "anybody",
        r"[\u3400-\u9fff]{1,6}?(?:已经|刚刚?|现在)*(?:被.{0,6})?(?:打开|解锁|开启|撬开|开)(?:着)?了(?=[，。！!~]|$)",
    ),
    ("open", "player", r"你(?:已经|刚刚?|自己)*(?:把[^，。！？不没]{1,8})?(?:打开|解锁|撬开)了?"),
    (
        "any",
        "self",
        r"(?:搞定|办好|办妥|弄好|做好|办成|弄妥)(?:了|啦)(?!再|就|以后|之后|才|吗|没)|^[^\u3400-\u9fff]*(?:搞定|完成|成)(?:了|啦)?(?=[，。！!~]|$)",
    ),
    ("any", "self", "包在我身上|我(?:已经)?(?:照办|照做)了"),
)
_DENIED_CHINESE = re.compile(r"(?:不|没|别|未|无法|如果|要是|假如|除非|才|怎么|是否)[^，。！？；]*$")
_ASKED = re.compile(r"(?:[?？]|吗)\W*$")
"""Whether somebody else did it may be asked."""
_PATTERNS = [
    (kind, doer, re.compile(pattern, re.IGNORECASE), denied)
    for patterns, denied in ((_ENGLISH, _DENIED), (_CHINESE, _DENIED_CHINESE))
    for kind, doer, pattern in patterns
]


def claims(clause: str, authored: Iterable[str] = ()) -> Iterator[Claim]:
    """What the clause claims to be done, except for words that stand in a text that an author wrote."""
    said = _plain(clause)
    written = [_plain(text).casefold() for text in authored]
    for kind, doer, pattern, denied in _PATTERNS:
        for found in pattern.finditer(said):
            words = found.group().strip()
            if doer != "self" and _ASKED.search(said):
                continue
            if denied.search(said[: found.start()]) or denied.search(words):
                continue
            if not any(words.casefold() in text for text in written):
                yield Claim(words, kind, doer, said[found.start() :])


def claimed_deed(clause: str, authored: Iterable[str] = ()) -> str | None:
    """The words with which a character claims a deed of its own; None where there are none."""
    return next((claim.words for claim in claims(clause, authored) if claim.doer == "self"), None)


def _plain(text: str) -> str:
    return text.replace("’", "'")
