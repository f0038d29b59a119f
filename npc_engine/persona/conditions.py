"""Conditions over the state of the game, as writers state them: `{safe.open: false, trust: ">= 3"}`. Pure data.

A condition is a mapping whose every entry must hold, or a list of such mappings of which one must hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from npc_engine.persona.base import Compared, Path, Strict

Value = str | int | float | bool | None | list[str]
"""What a path of the state holds; None where the game said nothing."""
Lookup = Callable[[str], Value]
"""The value of a path, such as `safe.open`, `place` or `quest.safe`."""
Operation = Literal["is", "not", "in", "has", "lacks", "<", "<=", ">", ">="]

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_COMPARED = re.compile(rf"(<=|>=|<|>)\s*({_NUMBER.pattern})")
_SIGN = re.compile(r"[<>=!]=?")
_WORDED = re.compile(r"(not|has|lacks)\s+(\S.*)")
_CONSTANTS: dict[str, Value] = {"true": True, "false": False, "none": None}


class Test(Strict):
    """One entry of a condition."""

    path: Path
    operation: Operation
    value: Compared

    def holds(self, lookup: Lookup) -> bool:
        """Whether the state passes it. A number compared with what is none is false."""
        return _holds(self.operation, lookup(self.path), self.value)


def _holds(operation: Operation, found: Value, value: Any) -> bool:
    match operation:
        case "is":
            return _same(found, value)
        case "not":
            return not _same(found, value)
        case "in":
            return any(_same(found, each) for each in value)
        case "has":
            return isinstance(found, list) and str(value) in found
        case "lacks":
            return not (isinstance(found, list) and str(value) in found)
        case _:
            return _is_number(found) and _compared(operation, found, value)


def _same(found: Value, value: Value) -> bool:
    """Equal, and both or neither a truth value: `1` is not `true`."""
    return found == value and isinstance(found, bool) == isinstance(value, bool)


def _is_number(found: Value) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)


def _compared(operation: Operation, found: Any, value: float) -> bool:
    less, equal = bool(found < value), bool(found == value)
    return {"<": less, "<=": less or equal, ">": not (less or equal), ">=": not less}[operation]


def _read(value: object) -> object:
    """The alternatives of a condition, out of what a writer may write for it."""
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list | tuple):
        raise ValueError("a condition is a mapping such as {safe.open: false}, or a list of such mappings")
    return tuple(_read_one(each) for each in value)


def _read_one(entries: object) -> object:
    if not isinstance(entries, dict):
        if isinstance(entries, list | tuple):
            return entries  # as a condition is written out again
        raise ValueError(f"'{entries}' is no condition; write {{path: value}}, such as {{safe.open: false}}")
    return tuple(_read_test(str(path), value) for path, value in entries.items())


def _read_test(path: str, value: object) -> Test | dict[str, object]:
    if isinstance(value, list | tuple):
        return {"path": path, "operation": "in", "value": value}
    if isinstance(value, str):
        if found := _COMPARED.fullmatch(value.strip()):
            return {"path": path, "operation": found[1], "value": float(found[2])}
        if found := _WORDED.fullmatch(value.strip()):
            # lists hold texts
            value = _constant(found[2]) if found[1] == "not" else found[2]
            return {"path": path, "operation": found[1], "value": value}
        if _SIGN.match(value.strip()):
            raise ValueError(f"'{value}' compares with no number; there are <, <=, >, >=, not, has and lacks")
        value = _CONSTANTS.get(value.casefold(), value)
    return {"path": path, "operation": "is", "value": value}


def _constant(text: str) -> Value:
    """What stands behind `not`, as YAML would read it."""
    if _NUMBER.fullmatch(text):
        return float(text)
    return _CONSTANTS.get(text.casefold(), text)


When = Annotated[tuple[tuple[Test, ...], ...], BeforeValidator(_read)]
"""Alternatives, each a set of tests that must hold together. Without any it always holds."""

ALWAYS: tuple[tuple[Test, ...], ...] = ()


def holds(when: tuple[tuple[Test, ...], ...], lookup: Lookup) -> bool:
    """Whether one of the alternatives holds; a condition without any always does."""
    return not when or any(all(test.holds(lookup) for test in tests) for tests in when)


def paths(when: tuple[tuple[Test, ...], ...]) -> Iterator[str]:
    """The paths that a condition reads."""
    return (test.path for tests in when for test in tests)
