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
        ({"const": None}, "null", None),
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


def test_what_can_not_be_chosen_stays_out_where_it_may() -> None:
    schema = {"properties": {"note": {"type": "string"}, "odd": True, "none": {"type": "integer", "maximum": -1}}}
    assert tool("do", "Do it.", schema).action.args == {}


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (of(note={"type": "string"}), "requires 'note'"),
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
