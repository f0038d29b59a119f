"""Tell which actions a player's line may ask for. A decision costs a call of the model, and most lines ask for nothing.

Words alone rule a clause out: questions, statements, refusals and thanks. A miss is the smaller harm: an action that
nobody asked for can't be undone. Knows no model; likeness in meaning is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from npc_engine.core.actions import Eligible, Slot, Span, Words
from npc_engine.core.mentions import mentions
from npc_engine.persona.base import localised
from npc_engine.persona.world import Thing

Likeness = Callable[[str, Sequence[str]], Sequence[float]]
"""How alike in meaning a line is to each of some texts, from -1 to 1."""
LIKELY = 0.5
"""Likeness to an example of asking from which a line may ask for it. The model decides, so it may be too low."""

_CLAUSE = re.compile(r"[^,.!?;:，。！？；：…]+[,.!?;:，。！？；：…]*")
_POLITE = re.compile(
    r"\b(?:can|could|will|would|won't|may|might|shall) (?:you|i|we)\b|\bplease\b|\bhow about\b|\bwhat about\b|\blet's\b"
    r"|\blet (?:me|us)\b|\bwhy (?:not|don't you)\b|\b(?:i|we)(?:'d| would)(?: \w+)? (?:like|love)\b|\byou owe\b"
    r"|\b(?:i|we)(?: really| just| do| also| still| could)* (?:need|want|use|beg|demand|insist)\b|\bi'd say\b",
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
    r"\b(?:(?<!why )don't|do not|never|mustn't|shouldn't|must not|should not|didn't|no need|thanks?)\b"
    r"|^\W*(?:please )?(?:keep|leave|tell|explain|describe|guess|remember|imagine)\b",
    re.IGNORECASE,
)
_ASKS_HAN = re.compile(
    "[好行成]吗|(?:可以|能|肯|愿意).{0,16}[吗么]|可不可以|能不能|好不好|行不行|怎么样|请|麻烦|帮|何不|给我|借我|让我|把.{1,8}[给交递扔拿打开]|"
    "我们?(?:很|真的|还|也|就)*(?:想要|想借|需要|要)|来[一首点个杯块]|[陪跟][我着]|[带领]我|交出|快|吧[。！]?$|！$|^[^，。！？]{0,3}借|^拿"
)
"""What a clause that asks for something has in Chinese, where statements begin with a verb as well."""
_NO_REQUEST_HAN = re.compile(
    "别|不要|不用|不必|不想|不许|谢|已经|昨|刚才|[了过][，。！]?$|留着|真[^，。！的]{1,3}[，。！]?$|哪|谁|什么(?!都)|多少|为什么|为何|"
    "说说|讲讲|告诉|聊聊|如果|要是|我自己"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_PLAYED = re.compile(r"\*[^*]{1,80}\*")
_UNIT = re.compile(r"[a-z][a-z']{3,}|[\u3400-\u9fff]{2,}", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\d.,-])[0-9]{1,15}(?![.,]?\d)")
_COMMON_WORDS = "that this with have what your please could would want some them there here from into will"
_COMMON = frozenset(
    [
        *_COMMON_WORDS.split(),
        *["给我", "请你", "帮我", "一下", "可以", "我的", "你的", "把它", "这个", "那个", "快点", "拜托"],
    ]
)


def asking(line: str) -> str:
    """The clauses of a line that may ask somebody to do something; empty where none does. What a player only plays,
    `*holds out a hand*`, asks for nothing."""
    said = _PLAYED.sub(" ", line.replace("’", "'"))
    return "".join(clause for clause in _CLAUSE.findall(said) if not _only_tells(clause.strip()))


def _only_tells(clause: str) -> bool:
    if _HAN.search(clause):
        return bool(_NO_REQUEST_HAN.search(clause)) or not _ASKS_HAN.search(clause)
    return bool(_NO_REQUEST.search(clause)) or (bool(_SUBJECT.search(clause)) and not _POLITE.search(clause))


def plausible(
    line: str, legal: Iterable[Eligible], likeness: Likeness, language: str, items: Iterable[Thing] = ()
) -> tuple[Eligible, ...]:
    """The eligible actions that the line may ask for, most often none. What it names of their arguments is all that is
    left of these; one of an item is none that it asks for if it names others, out of `items`, alone."""
    asked = asking(line)
    if not asked.strip():
        return ()
    named = {item.id for item in items if any(mentions(line, name) for names in item.names.values() for name in names)}
    fitting = (each for each in legal if not _is_of_others(each, named))
    return tuple(_narrowed(each, asked, line) for each in fitting if _may_ask(asked, each, likeness, language))


def _is_of_others(each: Eligible, named: set[str]) -> bool:
    """Whether the line names items, and none of those that the action may be done with."""
    slots = [each.slots[name] for name, argument in each.action.args.items() if argument.type == "item"]
    options = {option.value for slot in slots if isinstance(slot, tuple) for option in slot}
    return bool(named and options) and not named & options


def _may_ask(asked: str, each: Eligible, likeness: Likeness, language: str) -> bool:
    if any(_names(slot, asked) for slot in each.slots.values()):
        return True
    examples = [example for examples in each.action.asks.values() for example in examples]
    told = [*examples, localised(each.action.description, language)]
    return bool(_units(asked) & set().union(*map(_units, told))) or any(
        alike >= LIKELY for alike in likeness(asked, examples)
    )


def _units(text: str) -> set[str]:
    """What two texts may share: Latin words of some length, and pairs of Han characters."""
    units = set[str]()
    for run in _UNIT.findall(text.casefold()):
        units |= {run[at : at + 2] for at in range(len(run) - 1)} if _HAN.match(run) else {run}
    return units - _COMMON


def _narrowed(each: Eligible, asked: str, line: str) -> Eligible:
    """What the request names of each slot, else the rest of the line, else all of it."""
    slots = {name: _names(slot, asked) or _names(slot, line) or slot for name, slot in each.slots.items()}
    return Eligible(each.action, slots)


def _names(slot: Slot, text: str) -> Slot | None:
    """The part of a slot that the text names. A number in words is left to the model, as is a free text."""
    if isinstance(slot, Words):
        return None
    if isinstance(slot, Span):
        numbers = {int(number) for number in _NUMBER.findall(text)}
        legal = [number for number in numbers if slot.least <= number <= slot.most]
        return Span(legal[0], legal[0]) if len(numbers) == len(legal) == 1 else None
    return tuple(option for option in slot if any(mentions(text, name) for name in option.names)) or None
