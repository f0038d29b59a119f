"""Decide ten thousand times in random states, by a model that spells whatever the grammar lets it, and by one that
says anything: no action that comes of it may be illegal. The rules are written here once more, in another way than the
engine's.
"""

from __future__ import annotations

import random
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from npc_engine.core.actions import Call, Eligible, Person, Situation, eligible, grammar, is_legal, parse
from npc_engine.engines import gbnf
from npc_engine.persona.world import Action, Argument, Thing
from npc_engine.protocol import Value

DECISIONS = 10_000
ADA = Person("ada-7", "ada", ("Ada Finch",))
TOM = Person("tom-1", "tom", ("Old Tom", "老汤姆"))
SAM = Person("player", "player", ("Sam",))
_NAMES = [
    "key",
    "Key",
    "old lamp",
    "钥匙",
    "旧提灯",
    'a "quoted" thing',
    "back\\slash",
    "rope, long",
    "x) none",
    "[map]",
]


@dataclass
class Fuzzed:
    """What came of it."""

    seed: int
    decided: int = 0
    requested: int = 0
    """Decisions for an action: the others were for none, or no call at all."""
    refused: int = 0
    """Of these, such as were illegal in a later state, and were not asked for."""
    illegal: list[str] = field(default_factory=list)


def fuzz(decisions: int = DECISIONS, seed: int = 1) -> Fuzzed:
    """Decide so often, at least."""
    dice, found = random.Random(seed), Fuzzed(seed)
    while found.decided < decisions:
        ids = [f"t{number}" for number in range(dice.randint(0, 5))]
        things = [_thing(id, dice) for id in ids]
        actions, now = _random_actions(dice, ids), _random_situation(dice, things, ids)
        legal = eligible(actions, now)
        rules = gbnf.read(grammar(legal))
        for _ in range(5):
            spelled = gbnf.spell(rules, lambda rule, options: dice.randrange(len(options)))
            calls = (parse(spelled, legal), parse(_garbage(dice, legal), legal))
            if (calls[0] is None) != (spelled == "none"):
                found.illegal.append(f"{spelled} was not understood")
            for call in filter(None, calls):
                _request(call, actions, now, _random_situation(dice, things, ids), found)
            found.decided += 2
    return found


def _request(call: Call, actions: Sequence[Action], now: Situation, later: Situation, found: Fuzzed) -> None:
    """Ask for what was decided, and once more when much has changed."""
    found.requested += 1
    if not is_legal(call, actions, now):
        found.illegal.append(f"{call} was decided and is not asked for")
    if not _is_allowed(call, actions, now):
        found.illegal.append(f"{call}")
    if not is_legal(call, actions, later):
        found.refused += 1
    elif not _is_allowed(call, actions, later):
        found.illegal.append(f"{call}, later")


def _action(name: str, args: dict[str, Any], **more: Any) -> Action:
    written = {"name": name, "description": "Do it.", "done": "Done.", "refused": "Refused.", "args": args}
    return Action.model_validate(written | more)


def _thing(id: str, dice: random.Random) -> Thing:
    kind, names = dice.choice(["item", "item", "place", "person"]), {"en": dice.sample(_NAMES, 1)}
    return Thing.model_validate({"id": id, "kind": kind, "names": names | {"zh": dice.sample(_NAMES, 1)}})


def _random_value(dice: random.Random, ids: Sequence[str]) -> Value:
    return dice.choice(
        [None, True, False, 0, 3, -2, 7.5, 1e9, "player", "nobody", "ada", "ada-7", "tom", *ids, ["key"]]
    )


def _random_argument(dice: random.Random, ids: Sequence[str]) -> dict[str, Any]:
    kind = dice.choice(["item", "place", "person", "number", "choice"])
    argument: dict[str, Any] = {"type": kind, "here": dice.random() < 0.3}
    if kind == "choice" or dice.random() < 0.2:
        argument["of"] = dice.sample(["red", "blue", "player", "tom", *_NAMES, *ids], dice.randint(1, 4))
    if kind == "number":
        least = dice.randint(-50, 2000)
        argument |= {"least": least, "most": least + dice.randint(0, 5000), "budget": dice.choice([None, "purse"])}
    if kind == "item":
        argument["owned_by"] = dice.choice([None, "self", "player"])
    return argument


def _random_actions(dice: random.Random, ids: Sequence[str]) -> list[Action]:
    return [
        _action(
            f"do_{number}",
            {f"x_{place}": _random_argument(dice, ids) for place in range(dice.randint(0, 3))},
            by=dice.choice([[], [], ["ada"], ["tom"]]),
            when=dice.choice([{}, {}, {"flag": True}, {"purse": "> 2"}, [{"flag": False}, {"place": "t0"}]]),
        )
        for number in range(dice.randint(0, 5))
    ]


def _random_situation(dice: random.Random, things: Sequence[Thing], ids: Sequence[str]) -> Situation:
    paths = [f"{id}.{what}" for id in [*ids, "tom", "player"] for what in ("place", "owner", "count")]
    state = {path: _random_value(dice, ids) for path in [*paths, "place", "flag", "purse"] if dice.random() < 0.8}
    others = dice.sample([TOM, SAM], dice.randint(0, 2))
    return Situation(ADA, tuple(others), tuple(things), state.get, dice.choice(["en", "zh"]))


def _is_allowed(call: Call, actions: Sequence[Action], now: Situation) -> bool:
    """The rules once more, written another way than in `actions`."""
    one = next(each for each in actions if each.name == call.name)
    look = now.lookup
    flag, purse, place = look("flag"), look("purse"), look("place")
    rich = isinstance(purse, int | float) and not isinstance(purse, bool) and purse > 2
    conditions = {(): True, "flag": flag is True, "purse": rich}
    when = [tuple(test.path for test in tests) for tests in one.when]
    if len(when) == 2:
        permitted = flag is False or place == "t0"
    else:
        permitted = all(conditions[path] for tests in when for path in tests)
    return (
        permitted
        and (not one.by or "ada" in one.by)
        and set(call.args) == set(one.args)
        and all(_argument_is_allowed(one.args[name], value, now) for name, value in call.args.items())
    )


def _argument_is_allowed(argument: Argument, value: Value, now: Situation) -> bool:
    look = now.lookup
    if argument.type == "number":
        budget = look(argument.budget) if argument.budget else argument.most
        assert isinstance(value, int)
        assert isinstance(budget, int | float)
        return argument.least <= value <= min(argument.most, budget)
    if argument.type == "choice":
        return value in argument.of
    if argument.type == "person":
        person = next(each for each in now.others if each.id == value)
        where = look(f"{person.id}.place") if look(f"{person.id}.place") is not None else look(f"{person.role}.place")
        here = not argument.here or where is None or where == look("place")
        return here and (not argument.of or bool({person.id, person.role} & set(argument.of)))
    found = next(each for each in now.things if each.id == value)
    owners: dict[str | None, list[Value]] = {"self": ["ada", "ada-7"], "player": ["player"]}
    return (
        found.kind == argument.type
        and look(f"{value}.count") != 0
        and (not argument.owned_by or look(f"{value}.owner") in owners[argument.owned_by])
        and (not argument.of or value in argument.of)
        and (not argument.here or _reaches(str(value), now))
    )


def _reaches(value: str, now: Situation) -> bool:
    goal = {"ada", "ada-7", *(each for person in now.others for each in (person.id, person.role))}
    seen: set[Value] = set()
    at: Value = value
    while isinstance(at, str) and at not in seen:
        if at in goal or at == now.lookup("place"):
            return True
        seen.add(at)
        at = now.lookup(f"{at}.place")
    return False


def _garbage(dice: random.Random, legal: Sequence[Eligible]) -> str:
    """Anything, sometimes close to a call."""
    soup = "".join(dice.choices(string.printable + "钥匙，（）\ud800\0", k=dice.randint(0, 40)))
    near = [
        f"{each.action.name}(" + ", ".join(dice.choices([*_NAMES, "Sam", "t0", "7", "-3"], k=len(each.slots))) + ")"
        for each in legal
    ]
    return dice.choice([soup, *near, *(text[:-1] for text in near), *(text + soup for text in near)])
