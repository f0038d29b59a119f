"""Tools as others describe them, by a name and a JSON schema, as actions that a character may ask for. Pure.

A character only ever asks for what is legal, so that a tool's arguments must say what there is to choose from: `enum`,
`const`, `boolean`, or whole numbers between `minimum` and `maximum`. Others stay out if the tool can do without them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from npc_engine.protocol import DeclaredAction, DeclaredArgument, Value

DEADLINE_MS = 60_000
"""For a tool's answer, which may ask another service."""
_LEAST, _MOST = 0, 100
"""Of numbers without bounds of their own."""
_LONGEST_NAME, _LONGEST_DESCRIPTION, _MOST_CHOICES, _MOST_ARGUMENTS = 64, 400, 64, 6


class UnusableTool(ValueError):
    """No action can be made of the tool; the message says why, and what to change."""


@dataclass(frozen=True)
class Parameter:
    """One argument, under the name and with the values that the tool's author gave it."""

    name: str
    values: Mapping[Value, Any]
    """By what the action has for them; empty for numbers."""


@dataclass(frozen=True)
class Tool:
    """A tool, and the action that stands for it."""

    name: str
    action: DeclaredAction
    parameters: Mapping[str, Parameter]
    """By the action's name of the argument."""

    def arguments(self, args: Mapping[str, Value]) -> str:
        """The JSON that the tool wants, of an action's arguments."""
        given: dict[str, Any] = {}
        for key, value in args.items():
            parameter = self.parameters[key]
            given[parameter.name] = parameter.values.get(str(value), value) if parameter.values else value
        return json.dumps(given, ensure_ascii=False)


class Tools:
    """The tools of one client, by the names of their actions. Names of actions are small letters, digits and `_`."""

    def __init__(self, tools: Iterable[Tool] = ()) -> None:
        """Raises `UnusableTool` if two tools would be the same action."""
        self._tools: dict[str, Tool] = {}
        for each in tools:
            other = self._tools.setdefault(each.action.name, each)
            if other is not each:
                raise UnusableTool(
                    f"the tools '{other.name}' and '{each.name}' are both the action '{each.action.name}': rename one"
                )

    @property
    def actions(self) -> list[DeclaredAction]:
        """For `character.join` or a scene."""
        return [tool.action for tool in self._tools.values()]

    def __contains__(self, action: str) -> bool:
        return action in self._tools

    def __getitem__(self, action: str) -> Tool:
        return self._tools[action]


def tool(name: str, description: str, schema: Mapping[str, Any] | None) -> Tool:
    """Read a tool. `schema` is a JSON schema of an object, or empty. Raises `UnusableTool`."""
    properties, required = _properties(name, schema or {})
    found = {each: made for each, wanted in properties.items() if (made := _parameter(each, wanted))}
    missing = [each for each in required if each not in found]
    if missing:
        raise UnusableTool(
            f"the tool '{name}' requires '{missing[0]}', and nothing says what it may be: give it an `enum`, "
            "make it a boolean or an integer with `minimum` and `maximum`, or don't require it"
        )
    if len(found) > _MOST_ARGUMENTS:
        raise UnusableTool(f"the tool '{name}' has {len(found)} arguments; at most {_MOST_ARGUMENTS} can be chosen")
    keyed = dict(zip(_keys(found), found.items(), strict=True))
    try:
        action = DeclaredAction(
            name=next(iter(_keys([name]))),
            description=" ".join(description.split())[:_LONGEST_DESCRIPTION] or name,
            args={key: argument for key, (_, (argument, _)) in keyed.items()},
            deadline_ms=DEADLINE_MS,
        )
    except ValidationError as problem:
        raise UnusableTool(f"the tool '{name}': {problem.errors()[0]['msg']}") from problem
    return Tool(name, action, {key: Parameter(given, values) for key, (given, (_, values)) in keyed.items()})


def _properties(name: str, schema: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if schema.get("type", "object") != "object" or not isinstance(properties, dict) or not isinstance(required, list):
        raise UnusableTool(f"the schema of the tool '{name}' must be of an object, with `properties` and `required`")
    return properties, [str(each) for each in required]


def _parameter(name: str, schema: Any) -> tuple[DeclaredArgument, dict[Value, Any]] | None:
    """The argument, and the tool's values by the action's; None for what can't be chosen."""
    if not isinstance(schema, dict):
        return None
    choices = [schema["const"]] if "const" in schema else schema.get("enum")
    if schema.get("type") == "boolean":
        choices = choices or [True, False]
    if isinstance(choices, list) and choices:
        values: dict[Value, Any] = {_word(each): each for each in choices[:_MOST_CHOICES]}
        return DeclaredArgument(type="choice", of=[str(each) for each in values]), values
    if schema.get("type") in ("integer", "number"):
        least, most = _bounds(schema)
        return (DeclaredArgument(type="number", least=least, most=most), {}) if least <= most else None
    return None


def _bounds(schema: Mapping[str, Any]) -> tuple[int, int]:
    """The whole numbers that are meant, both ends included."""
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    low = _whole(least, _LEAST) + (1 if "minimum" not in schema and "exclusiveMinimum" in schema else 0)
    high = _whole(most, max(low, _MOST)) - (1 if "maximum" not in schema and "exclusiveMaximum" in schema else 0)
    return low, high


def _whole(number: Any, default: int) -> int:
    known = isinstance(number, int | float) and not isinstance(number, bool) and abs(number) <= 10**9
    return int(number) if known else default


def _word(value: Any) -> str:
    """What the model says for a value, at most as long as an action's choice may be."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split())[:_LONGEST_NAME] or "nothing"


def _keys(names: Iterable[str]) -> list[str]:
    """The names as keys of actions: `getWeather` as `get_weather`. Two never share one."""
    keys: list[str] = []
    for name in names:
        split = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
        key = re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_")[: _LONGEST_NAME - 3]
        key = key if key[:1].isalpha() else f"do_{key}"
        keys.append(key if key not in keys else f"{key}_{len(keys)}")
    return keys
