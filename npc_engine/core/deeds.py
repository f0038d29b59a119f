"""Find claims of deeds: a character who says that it gives, opens or sends something. Only the game does such things.

A small model agrees to everything ("Yes, I'll give you 500 dollars"). Words alone are judged, clause by clause, in
English and Chinese. In doubt it is a claim: an authored line too many is a smaller loss than a gift that never comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

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
_DOING = r"giving|handing|lending|paying|sending|bringing|opening|unlocking|releasing|transferring"
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
_ENGLISH = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:{_WILL}|{_LET_ME}) (?:{_GOODS}){_TO_YOU}(?!{_WORDS_GIVEN})(?! (?:that|how|what|where|why|so|up)\b)",
        rf"(?:{_WILL}|{_LET_ME}) (?:{_GOODS}) (?:it|them|the|this|that|your|these|those)\b[^,.!?]{{0,30}}? to you\b",
        rf"{_HAVE} (?:{_GOODS_DONE}){_TO_YOU}(?!{_WORDS_GIVEN})",
        rf"(?:{_WILL}|{_LET_ME}) (?:{_WAYS}){_THINGS}",
        rf"{_HAVE} (?:{_WAYS_DONE}){_THINGS}",
        rf"{_AM} (?:{_DOING})(?:{_TO_YOU}(?!{_WORDS_GIVEN})|{_THINGS})",
        r"\bhere (?:you (?:go|are)\b(?=\s*(?:$|[,.!]))|(?:is|are|'s) (?:your|the|a|\d+)(?: [\w']+)? "
        r"(?:key|money|cash|dollar|gold|coin|reward|sword|potion|item|weapon|loan|ticket|gift|prize)s?\b)",
        r"\b(?:take|keep) (?:this|my|these|all the) "
        r"(?:key|money|cash|dollar|gold|coin|reward|sword|potion|item|weapon|ticket|gift|prize)s?\b",
        r"\bi(?:'ll| will| can)? (?:let) you (?:in|through|pass|out|have|keep|take)\b",
    )
]
_DENIED = re.compile(
    r"(?:\b(?:not|never|no|nor|cannot|nobody|without|unless|if|wish|would|before|until|when|once|should|shall)\b|n't\b)"
    r"[^,.!?;]*$",
    re.IGNORECASE,
)
"""Right before or within the words: then nothing is claimed."""
_CHINESE = [
    re.compile(pattern)
    for pattern in (
        r"我[^，。！？不没别未]{0,10}?(?:给你|借给你|送给你|付给你|交给你|还给你|拿给你|卖给你|发给你)们?+"
        r"(?!说|讲|看|听|介绍|解释|指|带|唱|跳|表演|推荐|加油|打气|点赞|翻译|出主意"
        r"|一?[个点些条首段]?(?:小|好)?(?:提示|建议|线索|故事|忠告|笑话|答案|方向|机会|时间|祝福|鼓励|掌声|惊喜))",
        r"我(?:会|就|来|这就|马上|现在就?|已经|刚刚?|可以|能|帮你|替你|为你){1,3}"
        r"(?:把[^，。！？不没]{1,8})?(?:打开|解锁|开启|开锁|撬开|开门)",
        r"(?:钥匙|钱|美元|金币|金子|奖励|现金)(?:就|都|已经)*(?:给你|归你|是你的|拿去)",
        r"(?:这是|给，|给你，|拿着，?)(?:你的|那把|这把|\d+)?(?:钥匙|钱|美元|金币|奖励|现金)",
        r"我(?:放|让)你(?:进去|过去|通过|出去|拿走)",
    )
]
_DENIED_CHINESE = re.compile(r"(?:不|没|别|未|无法|如果|要是|假如|除非|才|怎么|是否)[^，。！？；]*$")


def claimed_deed(clause: str, authored: Iterable[str] = ()) -> str | None:
    """The words that claim a deed; None where there are none, or the same stands in a text that an author wrote."""
    said = clause.replace("’", "'")
    for pattern in (*_ENGLISH, *_CHINESE):
        for found in pattern.finditer(said):
            denial = _DENIED_CHINESE if pattern in _CHINESE else _DENIED
            if denial.search(said[: found.start()]) or denial.search(found.group()):
                continue
            if not any(found.group().casefold() in text.replace("’", "'").casefold() for text in authored):
                return found.group()
    return None
