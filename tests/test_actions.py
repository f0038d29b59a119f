"""Which actions are legal in a state, as a grammar and back. The fuzz prints its seed: no illegal action ever comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from conversing import persona
from pydantic import ValidationError

from npc_engine import protocol
from npc_engine.bench.truth.fuzz import DECISIONS, fuzz
from npc_engine.core.actions import (
    Call,
    Eligible,
    Person,
    Situation,
    Span,
    eligible,
    grammar,
    is_legal,
    only_call,
    outcome,
    parse,
)
from npc_engine.core.scene import Character
from npc_engine.engines import gbnf
from npc_engine.persona import world
from npc_engine.persona.world import Action, Thing
from npc_engine.protocol import Value

ADA = Person("ada-7", "ada", ("Ada Finch",))
TOM = Person("tom-1", "tom", ("Old Tom", "老汤姆"))
SAM = Person("player", "player", ("Sam",))


def action(name: str, args: dict[str, Any] | None = None, **more: Any) -> Action:
    """One with a description and results of no matter."""
    written = {"name": name, "description": "Do it.", "done": "Done.", "refused": "Refused.", "args": args or {}}
    return Action.model_validate(written | more)


def thing(id: str, kind: str = "item", **more: Any) -> Thing:
    """One that is called as its id in English."""
    return Thing.model_validate({"id": id, "kind": kind, "names": {"en": [id.replace("_", " ")]}} | more)


def situation(
    *things: Thing, others: Sequence[Person] = (TOM, SAM), language: str = "en", **values: Value
) -> Situation:
    """Ada among `others`; `values` are paths of the state, `__` for a dot."""
    state = {path.replace("__", "."): value for path, value in values.items()}
    return Situation(ADA, tuple(others), things, state.get, language)


def words(one: Action, now: Situation) -> list[str]:
    """What the action's only argument may be, as the model says it."""
    (each,) = eligible([one], now)
    (slot,) = each.slots.values()
    assert isinstance(slot, tuple)
    return [option.word for option in slot]


def span(argument: dict[str, Any], **values: Value) -> Span | None:
    """What the only argument, a number, may be; None where the action is not eligible."""
    found = eligible([action("pay", {"amount": {"type": "number"} | argument})], situation(**values))
    return next(iter(found[0].slots.values())) if found else None  # type: ignore[return-value]


KEY, LAMP, BANK, SALOON = thing("key"), thing("lamp"), thing("bank", "place"), thing("saloon", "place")
GIVE = action("give", {"item": {"type": "item", "owned_by": "self"}})


def test_a_character_is_a_person_by_its_role() -> None:
    character = Character("ada-7", persona(), role="ada")
    assert Person.of(character) == Person("ada-7", "ada", ("Ada Finch", "艾达·芬奇"))
    assert Person.player("Sam") == SAM


def test_an_action_for_others_is_not_eligible() -> None:
    assert eligible([action("rob", by=["tom"])], situation()) == ()
    assert len(eligible([action("rob", by=["ada"])], situation())) == 1


def test_an_action_whose_condition_does_not_hold_is_not_eligible() -> None:
    opening = action("open_safe", when={"safe.locked": False})
    assert eligible([opening], situation(safe__locked=True)) == ()
    assert len(eligible([opening], situation(safe__locked=False))) == 1


@pytest.mark.parametrize(("owner", "own"), [("ada", True), ("ada-7", True), ("player", False), ("nobody", False)])
def test_only_what_the_character_owns_can_be_given(owner: str, own: bool) -> None:
    assert bool(eligible([GIVE], situation(KEY, key__owner=owner))) == own


def test_only_what_the_player_owns_can_be_taken() -> None:
    take = action("take", {"item": {"type": "item", "owned_by": "player"}})
    assert words(take, situation(KEY, LAMP, key__owner="player", lamp__owner="ada")) == ["key"]


def test_an_action_with_one_argument_that_can_not_be_is_not_eligible() -> None:
    give_to = action("give", {"item": {"type": "item", "owned_by": "self"}, "to": {"type": "person"}})
    assert eligible([give_to], situation(KEY)) == ()
    assert eligible([give_to], situation(KEY, key__owner="ada", others=())) == ()


def test_things_that_are_used_up_are_not_there() -> None:
    assert words(action("eat", {"it": {"type": "item"}}), situation(KEY, LAMP, key__count=0, lamp__count=2)) == ["lamp"]


@pytest.mark.parametrize(
    ("values", "here"),
    [
        ({"place": "bank", "key__place": "bank"}, True),
        ({"place": "bank", "key__place": "saloon"}, False),
        ({"place": "bank", "key__place": "lamp", "lamp__place": "bank"}, True),
        ({"place": "bank", "key__place": "ada"}, True),
        ({"place": "bank", "key__place": "player"}, True),
        ({"place": "bank", "key__place": "tom-1"}, True),
        ({"place": "bank", "key__place": "lamp", "lamp__place": "key"}, False),
        ({"place": "bank"}, False),
        ({"key__place": "bank"}, False),
    ],
)
def test_only_what_is_here_can_be_shown(values: dict[str, Value], here: bool) -> None:
    show = action("show", {"item": {"type": "item", "here": True}})
    assert bool(eligible([show], situation(KEY, **values))) == here


def test_places_that_exist_can_be_gone_to() -> None:
    assert words(action("lead", {"to": {"type": "place"}}), situation(KEY, BANK, SALOON)) == ["bank", "saloon"]


def test_persons_are_who_is_in_earshot_and_the_player() -> None:
    greet = action("greet", {"whom": {"type": "person"}})
    assert words(greet, situation()) == ["Old Tom", "Sam"]
    assert words(greet, situation(others=[SAM])) == ["Sam"]


def test_somebody_in_earshot_may_be_elsewhere_all_the_same() -> None:
    hug = action("hug", {"whom": {"type": "person", "here": True}})
    assert words(hug, situation(place="bank", tom__place="saloon", player__place="bank")) == ["Sam"]


def test_only_what_is_meant_can_be_named() -> None:
    things = (KEY, LAMP, BANK, SALOON)
    assert words(action("drop", {"x": {"type": "item", "of": ["lamp"]}}), situation(*things)) == ["lamp"]
    assert words(action("lead", {"x": {"type": "place", "of": ["bank"]}}), situation(*things)) == ["bank"]
    assert words(action("greet", {"x": {"type": "person", "of": ["tom"]}}), situation(*things)) == ["Old Tom"]
    assert words(action("pick", {"x": {"type": "choice", "of": ["red", "blue", "red"]}}), situation()) == [
        "red",
        "blue",
    ]


@pytest.mark.parametrize(
    ("argument", "budget", "legal"),
    [
        ({"least": 1, "most": 50}, None, Span(1, 50)),
        ({"least": 1, "most": 50, "budget": "purse"}, 20, Span(1, 20)),
        ({"least": 1, "most": 50, "budget": "purse"}, 20.9, Span(1, 20)),
        ({"least": 1, "most": 50, "budget": "purse"}, 1000, Span(1, 50)),
        ({"least": 1, "most": 50, "budget": "purse"}, 0, None),
        ({"least": 1, "most": 50, "budget": "purse"}, None, None),
        ({"least": 1, "most": 50, "budget": "purse"}, "a lot", None),
        ({"least": 1, "most": 50, "budget": "purse"}, True, None),
    ],
)
def test_numbers_lie_between_their_ends_and_within_the_budget(
    argument: dict[str, Any], budget: Value, legal: Span | None
) -> None:
    assert span(argument, purse=budget) == legal


def test_things_are_called_as_players_read_them() -> None:
    key = thing("safe_key", names={"en": ["brass  key", "key"], "zh": ["钥匙"]})
    assert words(action("drop", {"x": {"type": "item"}}), situation(key)) == ["brass key"]
    assert words(action("drop", {"x": {"type": "item"}}), situation(key, language="zh")) == ["钥匙"]
    assert words(action("drop", {"x": {"type": "item"}}), situation(thing("rope", names={}))) == ["rope"]


def test_things_of_one_name_are_called_by_their_ids() -> None:
    keys = [thing(id, names={"en": [name]}) for id, name in (("key_1", "key"), ("key_2", "Key"), ("rope", "cord"))]
    assert words(action("drop", {"x": {"type": "item"}}), situation(*keys)) == ["key_1", "key_2", "rope"]


# The grammar


def calls(*actions: Action, now: Situation | None = None) -> tuple[Eligible, ...]:
    return eligible(actions, now or situation(KEY, LAMP, key__owner="ada", lamp__owner="ada"))


def test_a_grammar_has_none_and_every_legal_call() -> None:
    text = grammar(calls(GIVE, action("dance"), action("pay", {"amount": {"type": "number", "least": 8, "most": 120}})))
    assert text == (
        'root ::= "none" | a0 | a1 | a2\n'
        'a0 ::= "give(" a0-0 ")"\n'
        'a0-0 ::= "key" | "lamp"\n'
        'a1 ::= "dance()"\n'
        'a2 ::= "pay(" a2-0 ")"\n'
        "a2-0 ::= [8-9] | [1-9] [0-9] | [1-1] [2-2] [0-0] | [1-1] [0-1] [0-9]\n"
    )


def test_without_anything_to_do_there_is_none() -> None:
    assert grammar(()) == 'root ::= "none"\n'


def test_equal_states_share_a_grammar() -> None:
    first = situation(KEY, LAMP, key__owner="ada", lamp__owner="player", weather="rain")
    second = situation(KEY, LAMP, key__owner="ada", lamp__owner="nobody", weather="sun")
    third = situation(KEY, LAMP, key__owner="ada", lamp__owner="ada")
    assert grammar(calls(GIVE, now=first)) == grammar(calls(GIVE, now=second)) != grammar(calls(GIVE, now=third))


def test_names_with_quotes_and_backslashes_stay_what_they_are() -> None:
    odd = thing("map", names={"en": ['the "old\\new" map, torn)']})
    legal = calls(action("drop", {"x": {"type": "item"}}), now=situation(odd))
    spelled = gbnf.spell(gbnf.read(grammar(legal)), lambda rule, options: len(options) - 1)
    assert spelled == 'drop(the "old\\new" map, torn))'
    assert parse(spelled, legal) == Call("drop", {"x": "map"})


@pytest.mark.parametrize(
    ("least", "most"),
    [(0, 0), (0, 9), (1, 10), (7, 13), (0, 100), (95, 105), (123, 987), (8, 12345), (999, 1000), (-5, 5), (-120, -8)],
)
def test_the_digits_of_a_span_are_its_numbers(least: int, most: int) -> None:
    pay = action("pay", {"amount": {"type": "number", "least": least, "most": most}})
    rules = gbnf.read(grammar(calls(pay)))
    spelled = [number for alternative in rules["a0-0"] for number in _all(alternative)]
    assert sorted(map(int, spelled)) == list(range(least, most + 1))
    assert len(set(spelled)) == len(spelled)


def _all(alternative: gbnf.Alternative) -> list[str]:
    texts = [""]
    for token in alternative:
        chars = [gbnf.literal(token)] if token[0] == '"' else [chr(c) for c in range(ord(token[1]), ord(token[-2]) + 1)]
        texts = [text + char for text in texts for char in chars]
    return texts


def test_a_free_text_stands_in_quotes_and_ends_somewhere() -> None:
    legal = calls(action("note", {"words": {"type": "text", "most": 12}}))
    assert grammar(legal) == 'root ::= "none" | a0\na0 ::= "note(" a0-0 ")"\na0-0 ::= "\\"" [^"\\\\\\n]{1,12} "\\""\n'
    spelled = gbnf.spell(gbnf.read(grammar(legal)), lambda rule, options: len(options) - 1, words='Say "hello" to them')
    assert spelled == 'note("Say hello to")'
    assert parse(spelled, legal) == Call("note", {"words": "Say hello to"})
    assert gbnf.spell(gbnf.read(grammar(legal)), lambda rule, options: len(options) - 1) == 'note("-")'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('note("a, b) c")', "a, b) c"),
        ('note(" 银行五点关门 ")', "银行五点关门"),
        ('note("  ")', None),
        ('note("")', None),
        ('note(a)', None),
        ('note("thirteen chars")', None),
        ('note("a"b")', None),
    ],
)  # fmt: skip
def test_a_free_text_is_read_as_it_stands(text: str, words: str | None) -> None:
    call = parse(text, calls(action("note", {"words": {"type": "text", "most": 12}})))
    assert (call and call.args["words"]) == words


@pytest.mark.parametrize(("value", "legal"), [("Hello.", True), ("", False), ("thirteen char", False), (7, False)])
def test_a_free_text_is_legal_if_it_is_short_enough(value: Value, legal: bool) -> None:
    note = action("note", {"words": {"type": "text", "most": 12}})
    assert is_legal(Call("note", {"words": value}), [note], situation()) == legal


def test_the_wire_and_the_worlds_agree_on_the_longest_text() -> None:
    assert protocol.MOST_CHARACTERS == world.MOST_CHARACTERS
    for most in (0, world.MOST_CHARACTERS + 1):
        for kind in (world.Argument, protocol.DeclaredArgument):
            with pytest.raises(ValidationError, match="a text needs `most`"):
                kind(type="text", most=most)


TWO = action("give", {"item": {"type": "item", "owned_by": "self"}, "to": {"type": "person"}})


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("give(key, Sam)", Call("give", {"item": "key", "to": "player"})),
        (" GIVE(Lamp, old tom) \nbecause", Call("give", {"item": "lamp", "to": "tom-1"})),
        ("give(key)", None),
        ("give(key, Sam, Sam)", None),
        ("give(gold, Sam)", None),
        ("none", None),
        ("", None),
        ("give(key, Sam", None),
        ("take(key, Sam)", None),
    ],
)
def test_a_text_is_read_as_a_legal_call_or_as_none(text: str, call: Call | None) -> None:
    assert parse(text, calls(TWO)) == call


@pytest.mark.parametrize(("text", "amount"), [("pay(7)", 7), ("pay(07)", 7), ("pay(51)", None), ("pay(-1)", None)])
def test_a_number_out_of_range_is_no_call(text: str, amount: int | None) -> None:
    call = parse(text, calls(action("pay", {"amount": {"type": "number", "least": 1, "most": 50}})))
    assert (call and call.args["amount"]) == amount


@pytest.mark.parametrize(
    "call",
    [
        Call("take", {}),
        Call("give", {}),
        Call("give", {"item": "key"}),
        Call("give", {"item": "gold", "to": "player"}),
        Call("give", {"item": "key", "to": "player", "now": True}),
        Call("pay", {"amount": 51}),
        Call("pay", {"amount": True}),
        Call("pay", {"amount": "5"}),
    ],
)
def test_what_the_state_does_not_allow_is_not_legal(call: Call) -> None:
    pay = action("pay", {"amount": {"type": "number", "least": 1, "most": 50}})
    now = situation(KEY, key__owner="ada")
    assert not is_legal(call, [TWO, pay], now)
    assert is_legal(Call("give", {"item": "key", "to": "player"}), [TWO, pay], now)
    assert is_legal(Call("pay", {"amount": 50}), [TWO, pay], now)


def test_a_call_is_not_legal_any_more_when_the_state_has_changed() -> None:
    call = parse("give(key, Sam)", calls(TWO))
    assert call is not None
    assert not is_legal(call, [TWO], situation(KEY, key__owner="player"))


def test_what_became_of_a_call_is_told_with_the_names_of_things() -> None:
    told = {"done": {"en": "You gave the {item} to {to}.", "zh": "你把{item}给了{to}。"}, "refused": "No {item}."}
    lamp = thing("lamp_2", names={"en": ["old lamp"], "zh": ["旧灯"]})
    two = action("give", {"item": {"type": "item"}, "to": {"type": "person"}}, **told)
    pay = action("pay", {"amount": {"type": "number"}}, done="You paid {amount}.", refused="No.")
    call = Call("give", {"item": "lamp_2", "to": "tom-1"})
    assert outcome(two, call.args, "done", situation(lamp)) == "You gave the old lamp to Old Tom."
    assert outcome(two, call.args, "done", situation(lamp, language="zh")) == "你把旧灯给了Old Tom。"
    assert outcome(two, call.args, "failed", situation(lamp)) == "No old lamp."
    assert outcome(pay, {"amount": 7}, "done", situation()) == "You paid 7."


def test_of_ten_thousand_decisions_in_random_states_none_is_illegal() -> None:
    found = fuzz(DECISIONS, seed=20_261_125)
    print(found)
    assert found.illegal == []
    assert found.requested > DECISIONS / 10
    assert found.refused > 0


def test_a_call_is_the_only_one_where_nothing_is_left_to_choose() -> None:
    pay = {"amount": {"type": "number", "least": 3, "most": 3}}
    assert only_call(calls(action("pay", pay))) == Call("pay", {"amount": 3})
    assert only_call(calls(action("pay", {"amount": {"type": "number", "least": 3, "most": 4}}))) is None
    assert only_call(calls(action("note", {"words": {"type": "text"}}))) is None
    assert only_call(calls(action("ring"))) == Call("ring", {})
    assert only_call(calls(action("ring"), action("sing"))) is None
