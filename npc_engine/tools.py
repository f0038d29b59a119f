"""Tools as others describe them, by a name and a JSON schema, as actions that a character may ask for. Pure.

A character only ever asks for what is legal: values of `enum`, `const` and `boolean`, whole numbers between `minimum`
and `maximum`, and texts, which the model writes. A text is only written where the tool requires one: what may be left
out is. Objects inside are taken apart into arguments and put together again, lists get as many items as they must have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from npc_engine.protocol import MOST_CHARACTERS, DeclaredAction, DeclaredArgument, Value

DEADLINE_MS = 60_000
"""For a tool's answer, which may ask another service."""
_LEAST, _MOST = 0, 100
"""Of numbers without bounds of their own."""
_MOST_WRITTEN = 200
"""Characters of a text without a bound of its own."""
_LONGEST_NAME, _LONGEST_DESCRIPTION, _MOST_CHOICES, _MOST_ARGUMENTS = 64, 400, 64, 6
_DEEPEST = 4
"""Objects and lists inside each other."""
_Path = tuple[str | int, ...]


class UnusableTool(ValueError):
    """No action can be made of the tool; the message says why, and what to change."""


@dataclass(frozen=True)
class Parameter:
    """One value that the tool wants: where it stands in the tool's arguments, and what the action has for it."""

    path: _Path
    argument: DeclaredArgument | None
    """None where there is nothing to choose."""
    values: Mapping[Value, Any]
    """The tool's own values by the action's; without an argument the only one, by `None`; empty for what is not
    chosen from a list."""
    required: bool

    def given(self, value: Value) -> Any:
        """What the tool gets for what the action has."""
        return self.values.get(None if self.argument is None else str(value), value)


@dataclass(frozen=True)
class Tool:
    """A tool, and the action that stands for it."""

    name: str
    action: DeclaredAction
    parameters: Mapping[str, Parameter]
    """By the action's name of the argument."""
    settled: tuple[Parameter, ...] = ()
    """What is the same in every call."""

    def arguments(self, args: Mapping[str, Value]) -> str:
        """The JSON that the tool wants, of an action's arguments."""
        given: dict[str, Any] = {}
        for each in self.settled:
            _put(given, each.path, each.given(None))
        for key, value in args.items():
            _put(given, self.parameters[key].path, self.parameters[key].given(value))
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
    schema = schema or {}
    if schema.get("type", "object") != "object" or not _is_object(schema):
        raise UnusableTool(f"the schema of the tool '{name}' must be of an object, with `properties` and `required`")
    try:
        found = _members(schema, (), True, schema.get("$defs", schema.get("definitions")))
    except _CannotChoose as problem:
        raise UnusableTool(f"the tool '{name}' requires {problem}") from problem
    chosen = _fewest(name, [each for each in found if each.argument])
    keyed = dict(zip(_keys("_".join(map(str, each.path)) for each in chosen), chosen, strict=True))
    try:
        action = DeclaredAction(
            name=next(iter(_keys([name]))),
            description=" ".join(description.split())[:_LONGEST_DESCRIPTION] or name,
            args={key: each.argument for key, each in keyed.items() if each.argument},
            deadline_ms=DEADLINE_MS,
        )
    except ValidationError as problem:
        raise UnusableTool(f"the tool '{name}': {problem.errors()[0]['msg']}") from problem
    return Tool(name, action, keyed, tuple(each for each in found if each.argument is None))


def _fewest(name: str, found: list[Parameter]) -> list[Parameter]:
    """As many as an action may have: those that the tool requires, and then the first of the others."""
    required = [each for each in found if each.required]
    if len(required) > _MOST_ARGUMENTS:
        raise UnusableTool(
            f"the tool '{name}' requires {len(required)} values; at most {_MOST_ARGUMENTS} can be chosen"
        )
    others = [each for each in found if not each.required][: _MOST_ARGUMENTS - len(required)]
    return [each for each in found if each in required or each in others]


# Schemas


class _CannotChoose(ValueError):
    """Of a required value there is nothing to choose from; the message says which, and what to change."""


def _read(schema: Any, path: _Path, required: bool, shared: Any) -> Iterator[Parameter]:
    """The values that a schema wants. One that nothing can be chosen for is left out, unless it is required."""
    try:
        yield from _needed(_resolved(schema, shared), path, required, shared)
    except _CannotChoose:
        if required:
            raise


def _needed(schema: Any, path: _Path, required: bool, shared: Any) -> list[Parameter]:
    if not isinstance(schema, dict) or len(path) > _DEEPEST:
        raise _unusable(path, "nothing says what it may be")
    nullable, schema = _without_null(schema, shared)
    choices = _choices(schema)
    if choices is not None:
        values: dict[Value, Any] = {_word(each): each for each in choices[:_MOST_CHOICES]}
        if len(values) == 1:
            return _settled(path, choices[0], required)
        argument = DeclaredArgument(type="choice", of=[str(each) for each in values])
        return [Parameter(path, argument, values, required)]
    if nullable and schema.get("type") not in ("integer", "number"):  # where nothing may be said, nothing is invented
        return _settled(path, None, required)
    match schema.get("type", "object" if "properties" in schema else None):
        case "integer" | "number":
            return [Parameter(path, _number(schema, path), {}, required)]
        case "string":
            return [Parameter(path, _text(schema, path, required), {}, required)]
        case "object":
            return _members(schema, path, required, shared)
        case "array":
            return _items(schema, path, required, shared)
        case _:
            raise _unusable(path, "nothing says what it may be")


def _settled(path: _Path, value: Any, required: bool) -> list[Parameter]:
    """What can only be one value; left out where that is allowed."""
    return [Parameter(path, None, {None: value}, required)] if required else []


def _members(schema: Mapping[str, Any], path: _Path, required: bool, shared: Any) -> list[Parameter]:
    if not _is_object(schema):
        raise _unusable(path, "its `properties` and `required` can't be read")
    needed = schema.get("required", [])
    found = [
        parameter
        for name, inner in schema.get("properties", {}).items()
        for parameter in _read(inner, (*path, name), required and name in needed, shared)
    ]
    return found if found or not path else _settled(path, {}, required)


def _items(schema: Mapping[str, Any], path: _Path, required: bool, shared: Any) -> list[Parameter]:
    """As many as the list must have, and one where it may be empty: more would be invented."""
    count = min(max(1, _whole(schema.get("minItems"), 0)), _MOST_ARGUMENTS + 1)
    if not required:
        return []
    return [each for item in range(count) for each in _read(schema.get("items"), (*path, item), True, shared)]


def _is_object(schema: Mapping[str, Any]) -> bool:
    return isinstance(schema.get("properties", {}), dict) and isinstance(schema.get("required", []), list)


def _choices(schema: Mapping[str, Any]) -> list[Any] | None:
    """All that a value may be, if that is a list."""
    if "const" in schema:
        return [schema["const"]]
    if isinstance(listed := schema.get("enum"), list) and listed:
        return listed
    return [True, False] if schema.get("type") == "boolean" else None


def _without_null(schema: dict[str, Any], shared: Any) -> tuple[bool, dict[str, Any]]:
    """Whether a value may be `null`, and what else it may be: of several, the first."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        others = [kind for kind in kinds if kind != "null"]
        return len(others) < len(kinds), {**schema, "type": next(iter(others), None)}
    options = schema.get("anyOf", schema.get("oneOf"))
    if not isinstance(options, list):
        return False, schema
    read = [_resolved(option, shared) for option in options]
    others = [option for option in read if isinstance(option, dict) and option.get("type") != "null"]
    return len(others) < len(read), next(iter(others), {})


def _resolved(schema: Any, shared: Any) -> Any:
    """A schema, or the one that it refers to among those that are shared."""
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    if not isinstance(reference, str) or not isinstance(shared, dict):
        return schema
    return shared.get(reference.rpartition("/")[2], schema)


def _number(schema: Mapping[str, Any], path: _Path) -> DeclaredArgument:
    """The whole numbers that are meant, both ends included."""
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    low = _whole(least, _LEAST) + (1 if "minimum" not in schema and "exclusiveMinimum" in schema else 0)
    high = _whole(most, max(low, _MOST)) - (1 if "maximum" not in schema and "exclusiveMaximum" in schema else 0)
    if low > high:
        raise _unusable(path, f"no whole number lies between its bounds, {low} and {high}")
    return DeclaredArgument(type="number", least=low, most=high)


def _text(schema: Mapping[str, Any], path: _Path, required: bool) -> DeclaredArgument:
    """What the model writes itself."""
    if not required:
        raise _unusable(path, "a text that may be left out is")
    if "pattern" in schema or _whole(schema.get("minLength"), 0) > 1:
        raise _unusable(path, "its `pattern` or `minLength` can't be followed")
    most = min(_whole(schema.get("maxLength"), _MOST_WRITTEN), MOST_CHARACTERS)
    if most < 1:
        raise _unusable(path, "its `maxLength` leaves no room")
    return DeclaredArgument(type="text", most=most)


def _unusable(path: _Path, reason: str) -> _CannotChoose:
    return _CannotChoose(
        f"'{'.'.join(map(str, path))}', and {reason}: give it an `enum`, make it a boolean, an integer with `minimum` "
        "and `maximum` or a text without `pattern`, or don't require it"
    )


def _whole(number: Any, default: int) -> int:
    known = isinstance(number, int | float) and not isinstance(number, bool) and abs(number) <= 10**9
    return int(number) if known else default


# Names and values


def _put(whole: dict[str, Any], path: _Path, value: Any) -> None:
    """Set a value inside objects and lists, which are made as they are needed."""
    at: Any = whole
    for step, following in pairwise(path):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            at.extend([empty] if step == len(at) else [])
            at = at[step]
        else:
            at = at.setdefault(step, empty)
    if isinstance(at, list):
        at.append(value)
    else:
        at[path[-1]] = value


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
