"""Which actions a character may do now, and with what: from the live state alone. Knows no model and no wire.

What may be done is written as a grammar, so that a model can't even spell anything else, and read back as a `Call`.
Equal states make equal grammars: the text of a grammar is the key under which its compiled form is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from npc_engine.core.scene import Character
from npc_engine.persona.base import in_language, localised
from npc_engine.persona.conditions import Lookup, holds
from npc_engine.persona.world import PLAYER, Action, Argument, Thing
from npc_engine.protocol import Value

NONE = "none"
"""What a model says that decides for no action."""
_QUOTE, _WRITTEN = '"', r'[^"\\\n]'
"""Around a free text, and what may stand in it; means the same in a grammar and in a pattern."""
_FARTHEST = 16
"""Things inside things: so many at most, since a game may set a bag into itself."""


@dataclass(frozen=True)
class Person:
    """Somebody in earshot."""

    id: str
    """Of the actor, or `player`: what the game is told."""
    role: str
    """The name of the persona, by which worlds call the character; of the player `player`."""
    names: tuple[str, ...]
    """What players may call them, the usual name first."""

    @classmethod
    def of(cls, character: Character) -> Person:
        """A character of the scene."""
        return cls(character.actor_id, character.role, tuple(dict.fromkeys(character.persona.name.values())))

    @classmethod
    def player(cls, name: str) -> Person:
        """Who plays."""
        return cls(PLAYER, PLAYER, (name,))

    @property
    def ids(self) -> tuple[str, str]:
        """What the state of the game may call this person."""
        return self.id, self.role


@dataclass(frozen=True)
class Situation:
    """What an action depends on."""

    actor: Person
    """Who would do it."""
    others: tuple[Person, ...]
    """Who else is in earshot, the player included."""
    things: tuple[Thing, ...]
    lookup: Lookup
    """The state: what the game has set, else how the world begins. `place` is where the scene is."""
    language: str
    """Of the conversation: names of things are given in it."""


@dataclass(frozen=True)
class Option:
    """One value that an argument may have."""

    value: str
    """What the game is told."""
    word: str
    """What the model says for it; no two options of an argument share it."""
    names: tuple[str, ...] = ()
    """What players may call it, in all languages."""


@dataclass(frozen=True)
class Span:
    """The whole numbers that an argument may have, both ends included."""

    least: int
    most: int


@dataclass(frozen=True)
class Words:
    """Any text of so many characters at most: the only thing that is not chosen from what there is."""

    most: int


Slot = tuple[Option, ...] | Span | Words
"""What an argument may be; never empty."""


@dataclass(frozen=True)
class Eligible:
    """An action that is legal now, with all that its arguments may be."""

    action: Action
    slots: Mapping[str, Slot]
    """By the argument's name, in order. Any combination is legal."""


@dataclass(frozen=True)
class Call:
    """An action with its arguments, as the game is asked for it."""

    name: str
    args: Mapping[str, Value]


def eligible(actions: Iterable[Action], situation: Situation) -> tuple[Eligible, ...]:
    """The actions that the actor may do now. One that has an argument without a legal value is not among them."""
    legal = (action for action in actions if may(action, situation.actor) and holds(action.when, situation.lookup))
    found = (Eligible(action, _slots(action, situation)) for action in legal)
    return tuple(each for each in found if len(each.slots) == len(each.action.args))


def only_call(options: Sequence[Eligible]) -> Call | None:
    """The call, where these leave nothing to choose."""
    if len(options) != 1:
        return None
    args = {name: _only(slot) for name, slot in options[0].slots.items()}
    found: dict[str, Value] = {name: value for name, value in args.items() if value is not None}
    return Call(options[0].action.name, found) if len(found) == len(args) else None


def _only(slot: Slot) -> str | int | None:
    """The one value that an argument may have; None where there is a choice."""
    match slot:
        case Words():
            return None
        case Span(least, most):
            return least if least == most else None
        case _:
            return slot[0].value if len(slot) == 1 else None


def may(action: Action, actor: Person) -> bool:
    """Whether the action is meant for this character."""
    return not action.by or actor.role in action.by


def is_legal(call: Call, actions: Iterable[Action], situation: Situation) -> bool:
    """Whether the game may be asked for it, in the state of this moment."""
    found = next((each for each in eligible(actions, situation) if each.action.name == call.name), None)
    return (
        found is not None
        and call.args.keys() == found.slots.keys()
        and all(_fits(call.args[name], slot) for name, slot in found.slots.items())
    )


def _fits(value: Value, slot: Slot) -> bool:
    if isinstance(slot, Span):
        return isinstance(value, int) and not isinstance(value, bool) and slot.least <= value <= slot.most
    if isinstance(slot, Words):
        return isinstance(value, str) and 0 < len(value) <= slot.most
    return any(value == option.value for option in slot)


def outcome(
    action: Action, args: Mapping[str, Value], status: Literal["done", "refused", "failed"], situation: Situation
) -> str:
    """What became of a call, as a fact for the character, with things and persons by their names."""
    text = localised(action.done if status == "done" else action.refused, situation.language)
    names = {person.id: person.names[0] for person in (situation.actor, *situation.others) if person.names}
    for thing in situation.things:
        names[thing.id] = next(iter(in_language(thing.names, situation.language)), thing.id)
    for name, value in args.items():
        text = text.replace(f"{{{name}}}", names.get(str(value), str(value)))
    return text


# What arguments may be


def _slots(action: Action, situation: Situation) -> dict[str, Slot]:
    """Of the arguments that have any legal value."""
    slots = {name: _slot(argument, situation) for name, argument in action.args.items()}
    return {name: slot for name, slot in slots.items() if slot}


def _slot(argument: Argument, situation: Situation) -> Slot | None:
    match argument.type:
        case "number":
            return _span(argument, situation.lookup)
        case "text":
            return Words(argument.most)
        case "choice":
            return tuple(Option(value, value, (value,)) for value in dict.fromkeys(argument.of))
        case "person":
            people = [person for person in situation.others if _is_meant(argument, *person.ids)]
            return _worded(
                (person.id, person.names[:1], person.names)
                for person in people
                if _is_near(person, argument, situation)
            )
        case _:
            things = [thing for thing in situation.things if thing.kind == argument.type]
            return _worded(
                (thing.id, in_language(thing.names, situation.language), _all_names(thing))
                for thing in things
                if _is_meant(argument, thing.id) and _is_at_hand(thing, argument, situation)
            )


def _span(argument: Argument, lookup: Lookup) -> Span | None:
    most = argument.most
    if argument.budget:
        budget = lookup(argument.budget)
        if not isinstance(budget, int | float) or isinstance(budget, bool):
            return None
        most = int(min(most, budget // 1))
    return Span(argument.least, most) if argument.least <= most else None


def _is_meant(argument: Argument, *ids: str) -> bool:
    return not argument.of or any(each in argument.of for each in ids)


def _is_at_hand(thing: Thing, argument: Argument, situation: Situation) -> bool:
    """Whether an item has the owner and the place that the argument wants, and is there at all."""
    lookup = situation.lookup
    owners = {"self": situation.actor.ids, "player": (PLAYER,), None: ()}[argument.owned_by]
    return (
        lookup(f"{thing.id}.count") != 0
        and (not owners or lookup(f"{thing.id}.owner") in owners)
        and (not argument.here or _is_here(thing.id, situation))
    )


def _is_near(person: Person, argument: Argument, situation: Situation) -> bool:
    """Whether somebody in earshot is where the argument wants: at the scene's place, unless the state denies it."""
    place = next((place for each in person.ids if (place := situation.lookup(f"{each}.place")) is not None), None)
    return not argument.here or place is None or place == situation.lookup("place")


def _is_here(thing: str, situation: Situation) -> bool:
    """Whether a thing is at the place of the scene: itself, what it is in, or who has it."""
    scene = situation.lookup("place")
    present = {each for person in (situation.actor, *situation.others) for each in person.ids}
    at: Value = thing
    for _ in range(_FARTHEST):
        if not isinstance(at, str):
            return False
        if at in present or at == scene:
            return True
        at = situation.lookup(f"{at}.place")
    return False


def _all_names(thing: Thing) -> tuple[str, ...]:
    return tuple(name for names in thing.names.values() for name in names)


def _worded(found: Iterable[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> tuple[Option, ...]:
    """Options of ids, called by their usual names; where two of these are the same, all by their ids."""
    options = [Option(value, " ".join(next(iter(usual), value).split()), names) for value, usual, names in found]
    if len({option.word.casefold() for option in options}) < len(options):
        return tuple(Option(option.value, option.value, option.names) for option in options)
    return tuple(options)


# As a grammar, and back


def grammar(legal: Sequence[Eligible], must: bool = False) -> str:
    """GBNF of `none`, unless one `must` be chosen, and of every legal call, written `name(argument, argument)`.

    Equal states make equal texts.
    """
    calls = [f"a{number}" for number in range(len(legal))]
    rules = [f"root ::= {' | '.join([*([] if must else [_literal(NONE)]), *calls])}"]
    for call, each in zip(calls, legal, strict=True):
        slots = {f"{call}-{place}": slot for place, slot in enumerate(each.slots.values())}
        rules.append(f"{call} ::= {_call_rule(each.action.name, list(slots))}")
        rules += [f"{name} ::= {_slot_rule(slot)}" for name, slot in slots.items()]
    return "\n".join([*rules, ""])


def _call_rule(name: str, arguments: list[str]) -> str:
    if not arguments:
        return _literal(f"{name}()")
    listed = f" {_literal(', ')} ".join(arguments)
    return f"{_literal(f'{name}(')} {listed} {_literal(')')}"


def _slot_rule(slot: Slot) -> str:
    if isinstance(slot, Span):
        return " | ".join(_numbers(slot))
    if isinstance(slot, Words):
        return f"{_literal(_QUOTE)} {_WRITTEN}{{1,{slot.most}}} {_literal(_QUOTE)}"
    return " | ".join(_literal(option.word) for option in slot)


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _numbers(span: Span) -> list[str]:
    """The whole numbers of a span as rows of digits, each a class of characters: 8 to 120 in six rows."""
    negative = [f'"-" {row}' for row in _rows(max(1, -span.most), -span.least)]
    return [*negative, *_rows(max(0, span.least), span.most)]


def _rows(least: int, most: int) -> list[str]:
    rows = []
    for length in range(len(str(least)), len(str(most)) + 1):
        low, high = max(least, 10 ** (length - 1) if length > 1 else 0), min(most, 10**length - 1)
        rows += _same_length(str(low), str(high)) if low <= high else []
    return rows


def _same_length(low: str, high: str) -> list[str]:
    """From `low` to `high`, which have as many digits: what begins with the first digit, with the last, and between."""
    first, last, rest = low[0], high[0], len(low) - 1
    if first == last and rest:
        return _behind(first, _same_length(low[1:], high[1:]))
    rows = []
    if low[1:] != "0" * rest:
        rows += _behind(first, _same_length(low[1:], "9" * rest))
        first = chr(ord(first) + 1)
    if high[1:] != "9" * rest:
        rows += _behind(last, _same_length("0" * rest, high[1:]))
        last = chr(ord(last) - 1)
    return [*rows, " ".join([f"[{first}-{last}]", *["[0-9]"] * rest])] if first <= last else rows


def _behind(digit: str, rows: list[str]) -> list[str]:
    return [f"[{digit}-{digit}] {row}" for row in rows]


def parse(text: str, legal: Iterable[Eligible]) -> Call | None:
    """The legal call that the first line of `text` is; None for `none`, and for whatever is not legal."""
    line = next(iter(text.strip().splitlines()), "").strip()
    return next((call for each in legal if (call := _read(line, each))), None)


def _read(line: str, each: Eligible) -> Call | None:
    patterns = [f"({_pattern(slot)})" for slot in each.slots.values()]
    found = re.fullmatch(rf"{re.escape(each.action.name)}\({', '.join(patterns)}\)", line, re.IGNORECASE)
    if not found:
        return None
    values = [_value(said, slot) for said, slot in zip(found.groups(), each.slots.values(), strict=True)]
    args = {name: value for name, value in zip(each.slots, values, strict=True) if value is not None}
    return Call(each.action.name, args) if len(args) == len(values) else None


def _pattern(slot: Slot) -> str:
    if isinstance(slot, Words):
        return f"{_QUOTE}{_WRITTEN}{{1,{slot.most}}}{_QUOTE}"
    return "-?[0-9]{1,15}" if isinstance(slot, Span) else "|".join(re.escape(option.word) for option in slot)


def _value(said: str, slot: Slot) -> str | int | None:
    if isinstance(slot, Words):
        return said.strip(_QUOTE).strip() or None
    if isinstance(slot, Span):
        return int(said) if slot.least <= int(said) <= slot.most else None
    return next((option.value for option in slot if option.word.casefold() == said.casefold()), None)
