"""Tools with JSON schemas as actions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from npc_engine.tools import DEADLINE_MS, Tools, UnusableTool, tool


def of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def test_a_tool_is_an_action_with_the_same_description() -> None:
    made = tool("openDoor", "Open a\n door.", None)
    assert (made.action.name, made.action.description, made.action.args) == ("open_door", "Open a door.", {})
    assert made.action.deadline_ms == DEADLINE_MS
    assert made.arguments({}) == "{}"
    assert tool("wave", "", {}).action.description == "wave"


@pytest.mark.parametrize(
    ("schema", "said", "given"),
    [
        ({"type": "string", "enum": ["a b", "c"]}, "a b", "a b"),
        ({"enum": [1, 2]}, "2", 2),
        ({"type": "boolean"}, "true", True),
        ({"type": "integer", "minimum": 2, "maximum": 5}, 3, 3),
    ],
)
def test_what_may_be_chosen_comes_back_as_the_author_wrote_it(schema: Any, said: Any, given: Any) -> None:
    made = tool("do", "Do it.", of(theValue=schema))
    assert list(made.action.args) == ["the_value"]
    assert json.loads(made.arguments({"the_value": said})) == {"theValue": given}


@pytest.mark.parametrize(
    ("schema", "span"),
    [
        ({"type": "integer"}, (0, 100)),
        ({"type": "number", "minimum": 150}, (150, 150)),
        ({"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 9}, (2, 8)),
        ({"type": "integer", "minimum": True, "maximum": 10**12}, (0, 100)),
    ],
)
def test_numbers_are_whole_and_have_bounds(schema: dict[str, Any], span: tuple[int, int]) -> None:
    argument = tool("do", "Do it.", of(n=schema)).action.args["n"]
    assert (argument.least, argument.most) == span


def test_a_required_text_is_written_by_the_model() -> None:
    made = tool("say", "Say it.", of(words={"type": "string", "maxLength": 80}, title={"type": "string"}))
    assert [(argument.type, argument.most) for argument in made.action.args.values()] == [("text", 80), ("text", 200)]
    assert json.loads(made.arguments({"words": "Hello, you.", "title": "7"})) == {"words": "Hello, you.", "title": "7"}


def test_what_need_not_be_chosen_stays_out_if_it_can_not_be() -> None:
    properties = {
        "note": {"type": "string"},
        "odd": True,
        "none": {"type": "integer", "maximum": -1},
        "fixed": {"const": 1},
        "list": {"type": "array", "items": {"enum": ["a", "b"]}},
        "maybe": {"type": ["string", "null"]},
    }
    made = tool("do", "Do it.", {"properties": properties})
    assert (made.action.args, made.arguments({})) == ({}, "{}")


def test_what_can_only_be_one_value_needs_no_choice() -> None:
    schema = of(
        kind={"const": "note"},
        unit={"enum": ["metre"]},
        title={"type": ["string", "null"]},
        more={"anyOf": [{"type": "string"}, {"type": "null"}]},
        options={"type": "object"},
    )
    made = tool("do", "Do it.", schema)
    assert made.action.args == {}
    assert json.loads(made.arguments({})) == {
        "kind": "note", "unit": "metre", "title": None, "more": None, "options": {}
    }  # fmt: skip


def test_a_choice_that_may_be_null_is_made() -> None:
    made = tool(
        "do",
        "Do it.",
        of(n={"type": ["integer", "null"], "maximum": 5}, c={"anyOf": [{"enum": ["a", "b"]}, {"type": "null"}]}),
    )
    assert [argument.type for argument in made.action.args.values()] == ["number", "choice"]


def test_objects_and_lists_are_taken_apart_and_put_together() -> None:
    point = of(x={"type": "integer", "maximum": 9}, y={"type": "integer", "maximum": 9})
    schema = of(
        place={"$ref": "#/$defs/Point"},
        names={"type": "array", "items": {"type": "string"}, "minItems": 2},
        path={"type": "array", "items": {"$ref": "#/$defs/Point"}},
    )
    made = tool("go", "Go.", {**schema, "$defs": {"Point": point}})
    assert list(made.action.args) == ["place_x", "place_y", "names_0", "names_1", "path_0_x", "path_0_y"]
    given = dict(zip(made.action.args, [1, 2, "a", "b", 3, 4], strict=True))
    assert json.loads(made.arguments(given)) == {
        "place": {"x": 1, "y": 2}, "names": ["a", "b"], "path": [{"x": 3, "y": 4}]
    }  # fmt: skip


def test_of_many_values_those_are_chosen_that_are_required() -> None:
    flags = {name: {"type": "boolean"} for name in "abcdefgh"}
    made = tool("do", "Do it.", {"properties": flags, "required": ["h", "c"]})
    assert list(made.action.args) == ["a", "b", "c", "d", "e", "h"]


def test_a_schema_that_holds_itself_ends() -> None:
    tree = {"type": "object", "properties": {"left": {"$ref": "#/$defs/Tree"}}, "required": ["left"]}
    with pytest.raises(UnusableTool, match=r"left\.left\.left"):
        tool("plant", "Plant.", {**tree, "$defs": {"Tree": tree}})


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (of(note={"type": "string", "pattern": "^a"}), "requires 'note', and its `pattern`"),
        (of(note={"type": "string", "maxLength": 0}), "no room"),
        (of(note={}), "nothing says what it may be"),
        (of(note=True), "nothing says what it may be"),
        (of(note={"anyOf": [{"$ref": "#/$defs/Nowhere"}]}), "nothing says what it may be"),
        (of(n={"type": "integer", "minimum": 5, "maximum": 4}), "no whole number"),
        (of(a={"type": "array"}), "requires 'a.0'"),
        (of(o={"type": "object", "properties": []}), "can't be read"),
        ({"type": "array"}, "must be of an object"),
        ({"properties": []}, "must be of an object"),
        (of(**{name: {"type": "boolean"} for name in "abcdefg"}), "at most 6"),
    ],
)
def test_a_tool_that_no_action_can_be_made_of_is_an_error(schema: dict[str, Any], said: str) -> None:
    with pytest.raises(UnusableTool, match=said):
        tool("do", "Do it.", schema)


def test_names_are_keys_that_nobody_shares() -> None:
    made = tool("3D-Print!", "Print.", of(**{"a-b": {"type": "boolean"}, "a_b": {"type": "boolean"}}))
    assert made.action.name == "do_3_d_print"
    assert list(made.action.args) == ["a_b", "a_b_1"]
    assert json.loads(made.arguments({"a_b": "true", "a_b_1": "false"})) == {"a-b": True, "a_b": False}


def test_two_tools_never_share_an_action() -> None:
    with pytest.raises(UnusableTool, match="'giveItem' and 'give_item'"):
        Tools([tool("giveItem", "Give.", None), tool("give_item", "Give.", None)])
    tools = Tools([tool("giveItem", "Give.", None)])
    assert "give_item" in tools
    assert tools["give_item"].name == "giveItem"
