"""A dialogue script of another tool, after reading and before it becomes a world: passages, what is said, choices.

Ink and Yarn Spinner agree on this much. What they have beyond it is named in `notes`, with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from npc_engine.persona.base import Scalar

Condition = list[dict[str, Scalar | list[str]]]
"""As a world file has it under `when`: alternatives, each of paths and what they must be; empty for always."""

_TEST = re.compile(
    r"(?P<no>(?:not\s+|!\s*))?(?P<name>\$?\w+(?:\.\w+)*)\s*"
    r"(?:(?P<sign>==|!=|<=|>=|<|>|\b(?:is not|is|eq|neq|gte|lte|gt|lt)\b)\s*"
    r"(?P<value>\"[^\"]*\"|-?[\d.]+|true|false))?",
)
_SIGNS = {"is": "==", "eq": "==", "is not": "!=", "neq": "!=", "gt": ">", "lt": "<", "gte": ">=", "lte": "<="}
_OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True)
class Line:
    """Something that the character says."""

    number: int
    """Of the line in the file, from 1."""
    text: str
    when: Condition = field(default_factory=list)


@dataclass(frozen=True)
class Jump:
    """The way on, without a choice."""

    number: int
    target: str
    when: Condition = field(default_factory=list)


@dataclass
class Choice:
    """Something that the player may say, and what follows."""

    number: int
    text: str
    when: Condition = field(default_factory=list)
    role: str = ""
    """`refuse` or `finish`, where the writer said so."""
    lines: list[Line] = field(default_factory=list)
    target: str | None = None
    ends: bool = False


@dataclass
class Passage:
    """A knot, stitch or node."""

    name: str
    number: int
    lines: list[Line] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    jumps: list[Jump] = field(default_factory=list)
    when: Condition = field(default_factory=list)
    tags: dict[str, list[str]] = field(default_factory=dict)
    """Such as `objective` and `hint`, with what stood behind them."""


@dataclass
class Script:
    """A whole script. The first passage is where it begins."""

    passages: list[Passage] = field(default_factory=list)
    state: dict[str, Scalar] = field(default_factory=dict)
    tags: dict[str, list[str]] = field(default_factory=dict)
    """Of the whole: `title` and `goal`."""
    notes: list[tuple[int, str]] = field(default_factory=list)
    """What can not be imported: line, and what."""


PASSAGE_TAGS = ("objective", "hint")
SCRIPT_TAGS = ("title", "goal")
ROLES = ("refuse", "finish")


def beat_id(name: str) -> str:
    """The id of the beat that a passage becomes: small Latin letters, digits and _."""
    if not name.isascii():
        name = "beat_" + name.encode("punycode").decode("ascii")
    made = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    return made if made[:1].isalpha() else f"beat_{made}"


def literal(text: str) -> Scalar:
    """A value as scripts write it. Raises `ValueError` for what is none."""
    if text in ("true", "false"):
        return text == "true"
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


def condition(text: str, visited: Callable[[str], str | None]) -> Condition | None:
    """What an expression asks for; None for one that conditions of a world can't say.

    `visited` gives the path of a passage's beat for a name that is one: asking for it asks whether it was reached.
    """
    found: Condition = []
    for alternative in re.split(r"\|\||\bor\b", text):
        tests: dict[str, Scalar | list[str]] = {}
        for part in re.split(r"&&|\band\b", alternative):
            test = _test(part.strip(), visited)
            if test is None or test[0] in tests:
                return None
            tests[test[0]] = test[1]
        found.append(tests)
    return found


def both(one: Condition, other: Condition) -> Condition | None:
    """Two conditions together; None where they can't be said as one."""
    if not one or not other:
        return one or other
    if any(left[path] != right[path] for left in one for right in other for path in left.keys() & right.keys()):
        return None
    return [{**left, **right} for left in one for right in other]


def opposite(when: Condition) -> Condition | None:
    """The condition of `else`; None where it is no single test."""
    if len(when) != 1 or len(when[0]) != 1:
        return None
    [(path, value)] = when[0].items()
    if isinstance(value, bool):
        return [{path: not value}]
    if value is None:
        return [{path: list(_REACHED)}]
    if isinstance(value, list):
        return [{path: None}]
    if isinstance(value, str) and (found := re.fullmatch(r"(<=|>=|<|>) (.+)", value)):
        return [{path: f"{_OPPOSITES[found[1]]} {found[2]}"}]
    if isinstance(value, str) and value.startswith("not "):
        return [{path: literal_or_text(value.removeprefix("not "))}]
    return [{path: f"not {value}"}]


_REACHED = ("active", "done")
"""Of a beat that its passage was reached."""


def literal_or_text(text: str) -> Scalar:
    """A value of a condition, as it stood behind `not`."""
    try:
        return literal(text)
    except ValueError:
        return text


def _test(text: str, visited: Callable[[str], str | None]) -> tuple[str, Scalar | list[str]] | None:
    found = _TEST.fullmatch(text)
    if found is None:
        return None
    path = visited(found["name"])
    if path is not None:
        reached: Scalar | list[str] = None if found["no"] else list(_REACHED)
        return None if found["sign"] else (path, reached)
    name = found["name"].removeprefix("$")
    if not found["sign"]:
        return name, not found["no"]
    sign = _SIGNS.get(found["sign"], found["sign"])
    sign = _OPPOSITES[sign] if found["no"] else sign
    value = literal_or_text(found["value"])
    if sign == "==":
        return name, value
    if sign == "!=":
        return name, (not value) if isinstance(value, bool) else f"not {value}"
    return (name, f"{sign} {value}") if isinstance(value, int | float) and not isinstance(value, bool) else None
