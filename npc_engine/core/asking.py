"""Tell by their words alone which clauses of a player's line may ask somebody to do something. Pure.

Not those that only ask how something is, tell of it, refuse, thank, or repeat what somebody said. Who could do what is
not known here.
"""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"(?:[^,.!?;:，。！？；：…]|, please\b)+[,.!?;:，。！？；：…]*", re.IGNORECASE)
_POLITE = re.compile(
    r"\b(?:can|could|will|would|won't|may|might|shall) (?:you|i|we)\b|\bplease\b|\bhow about\b|\bwhat about\b|\blet's\b"
    r"|\blet (?:me|us)\b|\bwhy (?:not|don't you)\b|\b(?:i|we)(?:'d| would)(?: \w+)? (?:like|love)\b|\byou owe\b"
    r"|\b(?:i|we)(?: really| just| do| also| still| could)* (?:need|want|use|beg|demand|insist)\b|\bi'd say\b"
    r"|\b(?:i|we)'ll (?:take|have)\b",
    re.IGNORECASE,
)
"""What makes a request of a question or of a statement."""
_SUBJECT = re.compile(
    r"^\W*(?:(?:and|but|so|well|oh|say|hey|yes|now|then|because|since|when|while)\W+)*(?:where|what|who|whose|whom|when|"
    r"why|how|which|do you|do we|do they|do i|did|have|has|had|is|are|was|were|does|am|if|unless|i|you|he|she|it|"
    r"we|they|the|a|an|this|that|these|those|my|your|his|her|our|their|its|there|here|nobody|no|somebody|everybody|"
    r"some|every|all|one|\w+ (?:is|are|was|were|has|have|had|says?|said|\w{3,}ed))(?:'\w+)?\b(?! (?:over|up)\b)",
    re.IGNORECASE,
)
"""A clause that begins as a question or a statement does; one that asks for something begins with a verb."""
_NO_REQUEST = re.compile(
    r"\b(?:(?<!why )don't|do not|never|mustn't|shouldn't|must not|should not|didn't"
    r"|(?:let's|rather) not|no need|thanks?)\b"
    r"|^\W*(?:(?:and|but|so|well|oh) )?(?:must|should) (?:i|we)\b"
    r"|^\W*(?:please )?(?:keep|leave|tell|explain|describe|guess|remember|forget|imagine)\b"
    r"|^\W*(?:(?:and|but|so|well|oh) )?(?:(?:in|on|at|to|from|of|with|for|by) )?"
    r"(?:where|who|whose|whom|when|which|what(?! about)|how(?! about)|why(?! not| don't))\b"
    r"|\blet (?:me|us) (?:tell|say|explain|think|guess|show)\b|\btake care\b|\bwatch out\b",
    re.IGNORECASE,
)
_ASKS_HAN = re.compile(
    "[好行成]吗|(?:可以|能|肯|愿意).{0,16}[吗么]|可不可以|能不能|好不好|行不行|怎么样|请|麻烦|帮|何不|[给付]我|借我|让我|把.{1,8}[给交递扔拿打开]|"
    "^(?:你|您)?(?:去(?!年)|把)|我们?(?:很|真的|还|也|就)*(?:想(?!知道|问|起|念|到|说|法)|需要|要)|来[一首点个杯块]|[陪跟][我着]|[带领]我|交出|快|"
    "吧[。！]?$|^[^，。！？有在是太真很着被]{1,8}！$|^[^，。！？]{0,3}借|^拿|拿来|交出来"
)
"""What a clause that asks for something has in Chinese, where statements begin with a verb as well."""
_NO_REQUEST_HAN = re.compile(
    "别|不要|不用|不必|不想|不许|谢|已经|昨|刚才|过[，。！]?$|留着|真[^，。！的]{1,3}[，。！]?$|哪|谁|什么(?!都)|多少|为什么|为何|"
    "说说|讲讲|告诉|聊聊|如果|要是|我自己|让我(?:说|讲|想|告诉|给你)|^(?:我们?|[他她它]们?|有人|大家)(?:也|就|要|会)?把"
    "|^(?!(?:请|快|你|您|麻烦|帮我|给我)*[把开关放点]).*了[，。！]?$|小心|当心|[记看听][住见到]|[看听想]一下|快看|收[好起]"
    "|擦|洗|躲|跑|想念|想起|退掉|取消|关小|调|我们?要(?:付|给|去|走|回)"
)
_PREFIX = re.compile(
    r"^\W*(?:(?:please|just|now|quick|quickly|hurry|hey|so|and|then|well|oh|kindly|come on|maybe|i say|also)\b\W*"
    r"|(?:can|could|will|would|won't|may|might|shall) (?:you|i|we)\b(?: mind)?\W*|why don't you\W+|let's\W+"
    r"|let (?:me|us)\W+|(?:how|what) about\W+|(?:i|we)(?:'d| would)(?: \w+)? (?:like|love)(?: you)?(?: to)?\W+"
    r"|(?:i|we)(?: really| just| do| also| still| could)* (?:need|want|use|beg|demand|insist)(?: you)?(?: to)?\W+"
    r"|(?:i|we)'ll\W+|you\W+)+",
    re.IGNORECASE,
)
"""What may stand before the verb of a request."""
_A_THING_WORDS = "a an the my your our his her that this these those some any one two three another more it him"
_A_THING = frozenset(_A_THING_WORDS.split())
"""Words with which a thing begins that is asked for without a verb: `The key, please.`"""
_OF_ANY_ACTION_WORDS = (
    "give hand pass lend borrow get have take bring let show lead go come fetch buy sell grab use need want do "
    "start make put help try fix owe"
)
OF_ANY_ACTION = frozenset(_OF_ANY_ACTION_WORDS.split())
"""Verbs that may ask for nearly any action."""
_OF_NONE_WORDS = (
    "mind watch look see hear listen enjoy excuse pardon forgive remember believe think save spend bet ask say "
    "stop wait beware be relax calm count imagine keep leave tell explain know understand feel hope"
)
_OF_NONE = frozenset(_OF_NONE_WORDS.split())
"""Verbs of attention, speech and thought: nothing is done by them. Encoders put some of them near to anything."""
_OPPOSITES = (
    *(("on", "off"), ("up", "down"), ("open", "close"), ("open", "shut"), ("lock", "unlock"), ("start", "stop")),
    *(("开", "关"), ("进", "出")),
)
_QUOTED = re.compile(
    r"\"[^\"]*\"|“[^”]*”|「[^」]*」|(?<!\bi )\b(?:said|says|shouted|cried|yelled|wrote|told \w+)\b\s*[,:].*"
    r"|(?<!我)[说喊叫道]\s*[，：,:].*",
    re.IGNORECASE,
)
"""What somebody said, and not the player, here and now."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_PLAYED = re.compile(r"\*[^*]{1,80}\*")


def asking(line: str) -> str:
    """The clauses of a line that may ask somebody to do something; empty where none does. What a player only plays,
    `*holds out a hand*`, or quotes, asks for nothing."""
    said = _QUOTED.sub(" ", _PLAYED.sub(" ", line.replace("’", "'")))
    return "".join(clause for clause in clauses(said) if not _only_tells(clause.strip()))


def clauses(text: str) -> list[str]:
    """A text in clauses, each with its mark; `, please` ends none."""
    return _CLAUSE.findall(text)


def _only_tells(clause: str) -> bool:
    if _HAN.search(clause):
        return bool(_NO_REQUEST_HAN.search(clause)) or not _ASKS_HAN.search(clause)
    return bool(_NO_REQUEST.search(clause)) or (bool(_SUBJECT.search(clause)) and not _POLITE.search(clause))


def head(clause: str) -> str | None:
    """The verb that an English clause begins with, behind what is only polite; None where a thing alone is asked for,
    and in Chinese, whose verbs don't stand at a place of their own. An empty text: nothing is done by this verb.

    A verb that is for the player, as in `Walk me home.`, counts as `give`.
    """
    if _HAN.search(clause):
        return None
    first, second, *_ = *(word.strip(",.!?;:").casefold() for word in _PREFIX.sub("", clause).split()), "", ""
    if not first or first in _A_THING or first.isdigit():
        return None
    if first in _OF_NONE:
        return ""
    return "give" if second in ("me", "us") else first


def contrary(clause: str, told: str) -> bool:
    """Whether a clause wants the opposite of what is told: `Turn the lights on.` of `Turn off the lights.`"""
    pairs = [pair for one, other in _OPPOSITES for pair in ((one, other), (other, one))]
    return any(_has(clause, one) and _has(told, other) and not _has(told, one) for one, other in pairs)


def _has(text: str, word: str) -> bool:
    return word in text if _HAN.match(word) else re.search(rf"\b{word}\b", text, re.IGNORECASE) is not None
