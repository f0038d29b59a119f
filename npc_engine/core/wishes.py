"""Tell which actions a player's line may ask for. A decision costs a call of the model, and most lines ask for nothing.

Words rule out what asks for nothing, and whatever else one may do with a thing than the action: `Put the sword away.`
names the sword, and is more like other doings than like `Hand an item to the player.` A miss is the smaller harm: an
action that nobody asked for can't be undone. Knows no model; likeness in meaning is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from npc_engine.core.actions import Eligible, Slot, Span, Words, only_call
from npc_engine.core.asking import OF_ANY_ACTION, asking, clauses, contrary, head
from npc_engine.persona.base import localised
from npc_engine.persona.mentions import mentions
from npc_engine.persona.world import Action, Thing

Likeness = Callable[[str, Sequence[str]], Sequence[float]]
"""How alike in meaning a line is to each of some texts, from -1 to 1."""
LIKELY = 0.5
"""Likeness to an example of asking from which a line may ask for it. The model decides, so it may be too low."""
HINTED = 0.4
"""The same for a line that shares a word with the action, unless it is the verb."""
CERTAIN = 0.7
"""Likeness from which a line asks for it, whatever the model says, unless it is as much like something else."""
LIKE_VERB = 0.45
"""Likeness of two verbs from which one may stand for the other: `strike` has 0.6 to `attack`, `watch` 0.4 to `fire`."""
CLEARLY = 0.15
"""By so much more is it like the one action than like any other that the line would be certain to ask for."""
OTHERWISE = 0.25
"""By so much more is a line like another doing than like the action that does not ask for it. Of a development set the
lines that were meant otherwise had 0.48 and more, the others 0.16 and less."""
_DOINGS = {
    "en": "Put that thing away. Put that thing down. Put that thing back. Drop that thing. Hide that thing. "
    "Throw that thing away. Keep that thing. Clean that thing. Look at that thing. Be careful with that thing. "
    "Leave that thing alone. Forget that thing. Give that thing to him. Tell me about that place. "
    "Let me tell you about that place. Think of that place. Cancel that. Stop it. Wait a moment. Be quiet. "
    "Listen to me.",
    "zh": "把那东西收起来。把那东西放下。把那东西放回去。把那东西扔掉。把那东西藏好。把那东西留着。把那东西擦干净。"
    "看看那东西。小心那东西。别管那东西。忘了那东西吧。把那东西给他。给我讲讲那个地方。我跟你说说那个地方。"
    "想想那个地方。取消吧。等一下。安静点。停下来。听我说。",
}
OTHER_DOINGS: dict[str, Sequence[str]] = {
    language: [each.strip() for each in re.findall("[^.。]+[.。]", text)] for language, text in _DOINGS.items()
}
"""What players want of somebody that is seldom an action of a game, whatever thing or place it is about."""
_ANY = {
    "en": {"item": "thing", "place": "place", "person": "person"},
    "zh": {"item": "东西", "place": "地方", "person": "人"},
}
"""What stands in a line for a name, so that it can be compared with what is said of any thing."""
_PLAYER = re.compile(r"\bthe player\b|玩家")
_HAN = re.compile(r"[\u3400-\u9fff]")
_IT = re.compile(
    r"\b(?:it|them|one|that|this|these|those|something|anything|some)\b|它|那|这|东西|什么|点儿?[。！]?$", re.IGNORECASE
)
_UNIT = re.compile(r"[a-z][a-z']{3,}|[\u3400-\u9fff]{2,}", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\d.,-])[0-9]{1,15}(?![.,]?\d)")
_COMMON_WORDS = "that this with have what your please could would want some them there here from into will"
_COMMON = frozenset(
    [
        *_COMMON_WORDS.split(),
        *["给我", "请你", "帮我", "一下", "可以", "我的", "你的", "把它", "这个", "那个", "快点", "拜托"],
    ]
)


@dataclass(frozen=True)
class Wished:
    """What a line may ask for."""

    options: tuple[Eligible, ...] = ()
    """What it names of their arguments is all that is left of these."""
    certain: bool = False
    """Whether it asks for the one option, and nothing is left to be chosen."""


def wished(
    line: str, legal: Iterable[Eligible], likeness: Likeness, language: str, items: Iterable[Thing] = ()
) -> Wished:
    """The eligible actions that the line may ask for, most often none. An action of an item is none that it asks for if
    it names others, out of `items`, alone."""
    asked = asking(line)
    if not asked.strip():
        return Wished()
    named = {item.id for item in items if any(mentions(line, name) for names in item.names.values() for name in names)}
    options = list[tuple[float, float, Eligible]]()
    for each in legal:
        if _is_of_others(each, named) or not _may_ask(asked, line, each, likeness, language):
            continue
        alike, otherwise = _weighed(asked, each, likeness, language)
        if otherwise - alike < OTHERWISE:
            options.append((alike, otherwise, _narrowed(each, asked, line)))
    best = max((alike for alike, _, _ in options), default=0.0)
    certain = [each for alike, otherwise, each in options if alike >= max(CERTAIN, otherwise, best - CLEARLY)]
    if len(certain) == 1 and only_call(certain):
        return Wished(tuple(certain), certain=True)
    return Wished(tuple(each for _, _, each in options))


def worded(line: str, legal: Iterable[Eligible]) -> Wished:
    """The eligible actions of which the line is an example, word for word: what its author wrote asks for it."""
    said = _letters(line)
    options = tuple(_narrowed(each, line, line) for each in legal if said in map(_letters, _examples(each.action)))
    return Wished(options, certain=only_call(options) is not None)


def compared(actions: Iterable[Action], language: str) -> list[str]:
    """The texts that lines in this language are compared with."""
    return [*localised(OTHER_DOINGS, language), *(text for each in actions for text in _ways_to_ask(each, language))]


def _is_of_others(each: Eligible, named: set[str]) -> bool:
    """Whether the line names items, and none of those that the action may be done with."""
    slots = [each.slots[name] for name, argument in each.action.args.items() if argument.type == "item"]
    options = {option.value for slot in slots if isinstance(slot, tuple) for option in slot}
    return bool(named and options) and not named & options


def _may_ask(asked: str, line: str, each: Eligible, likeness: Likeness, language: str) -> bool:
    """Whether anything of the action is in the request: what it is done with, a word of it, or its meaning."""
    ways = _ways_to_ask(each.action, language)
    if contrary(asked, localised(each.action.description, language)) or not _fits_verb(asked, each, ways, likeness):
        return False
    refers = _IT.search(asked) is not None
    about = line if refers else asked
    items = [each.slots[name] for name, argument in each.action.args.items() if argument.type == "item"]
    if items and not refers and not any(_names(slot, asked) for slot in items):
        return False
    if any(_names(slot, about) for slot in each.slots.values()):
        return True
    # what is to be written says itself what the line is about: there the verb is all there is
    written = any(isinstance(slot, Words) for slot in each.slots.values())
    words = [*ways, each.action.name.split("_")[0]] if written else ways
    if not _units(asked) & set().union(*map(_units, words)):
        return max(likeness(asked, ways)) >= LIKELY
    return max(likeness(asked, ways)) >= HINTED or any(map(asked.casefold().count, map(_verb, words)))


def _fits_verb(asked: str, each: Eligible, ways: Sequence[str], likeness: Likeness) -> bool:
    """Whether the verb of the request, if it has one in sight, may ask for the action: `watch` asks nobody to fire."""
    verbs = [verb for clause in clauses(asked) if (verb := head(clause)) is not None]
    wanted = {each.action.name.split("_")[0], *(head(way) or "" for way in ways)} - {""}
    if not verbs or not wanted or any(verb in OF_ANY_ACTION | wanted for verb in verbs):
        return True
    return any(verb and max(likeness(verb, sorted(wanted))) >= LIKE_VERB for verb in verbs)


def _verb(way: str) -> str:
    """What a way to ask begins with: most often the verb."""
    return way[:2] if _HAN.search(way) else (head(way) or way).casefold()


def _weighed(asked: str, each: Eligible, likeness: Likeness, language: str) -> tuple[float, float]:
    """How much the request is like asking for the action, and like another doing."""
    request = _without_names(asked, each, language)
    ways = [_without_names(way, each, language) for way in _ways_to_ask(each.action, language)]
    return max(likeness(request, ways)), max(likeness(request, localised(OTHER_DOINGS, language)))


def _ways_to_ask(action: Action, language: str) -> list[str]:
    """Its examples, and its description as a player would say it: `Hand an item to me.`"""
    description = localised(action.description, language)
    me = "我" if _HAN.search(description) else "me"
    return [*_examples(action), _PLAYER.sub(me, description)]


def _examples(action: Action) -> list[str]:
    return [example for several in action.asks.values() for example in several]


def _letters(text: str) -> str:
    """The text without case, spaces and marks."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _without_names(asked: str, each: Eligible, language: str) -> str:
    """The request with `thing` or `place` for what it names, as in `OTHER_DOINGS`."""
    words = localised(_ANY, language)
    for name, slot in each.slots.items():
        word = words.get(each.action.args[name].type)
        if word and isinstance(slot, tuple):
            for called in [called for option in slot for called in option.names]:
                asked = _called(called).sub(word, asked)
    return asked


def _called(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name), re.IGNORECASE)


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
