"""Say in the words of someone who writes a YAML file what a parser or a model has against it.

Turns one pydantic or ruamel.yaml error into one sentence. Doesn't read files, and doesn't know where a line is.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails
from ruamel.yaml.error import MarkedYAMLError

_SYNTAX = (
    (r"'\t'", "a tab stands where YAML wants spaces; indent with spaces only"),
    ("mapping values are not allowed", "a colon inside a text, or a wrong indentation; put a text with `: ` in quotes"),
    ("while scanning a quoted scalar", "a quote is opened here and never closed"),
    (
        "could not find expected ':'",
        "a key without a colon; write `key: value`, or indent this line under the one it continues",
    ),
    ("cannot start any token", "a text can not start with this character; put the text in quotes"),
    ("undefined alias", "a text can not start with `*`; put the text in quotes"),
    ("unknown escape character", "a backslash inside double quotes; use single quotes, or write two backslashes"),
    ("expected ',' or", "a bracket or brace is opened here and never closed, or a comma is missing"),
    (
        "expected <block end>",
        "the indentation does not fit the lines above; lines of one list or block start in one column",
    ),
    ("maximum depth", "too many lists or mappings inside each other; check the brackets and braces"),
    ("found another document", "`---` starts a second document; a file holds one"),
)
_STARTS_ABOVE = ("while scanning a quoted scalar", "could not find expected ':'", "expected ',' or")
"""Problems that the parser notices late: the place to look at is where the construct began."""

_WANTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "keys with values, indented below it",
    "model_type": "keys with values, indented below it",
    "tuple_type": "a list, one `- ` per entry",
    "list_type": "a list, one `- ` per entry",
    "string_too_short": "a text, not an empty one",
    "too_short": "filled in, not left empty",
}
_NOT_A_KEY = ("", "[key]", "[name]", "[world]")
"""Steps that pydantic and tags of unions put into a location and nobody wrote into the file."""


def syntax(error: MarkedYAMLError) -> tuple[int, str]:
    """Line, from 1, and sentence for a file that isn't YAML."""
    said = f"{error.context or ''} {error.problem or ''}"
    if "duplicate key" in said:
        key = said.split('"')[1]
        return error.problem_mark.line + 1, f"'{key}' is written twice in the same place; keep one"
    mark = error.problem_mark
    for sign, words in _SYNTAX:
        if sign in said:
            if sign in _STARTS_ABOVE and error.context_mark is not None:
                mark = error.context_mark
            return mark.line + 1, words
    return mark.line + 1, f"this is not valid YAML: {error.problem}"


def problem(error: ErrorDetails, model: type[BaseModel]) -> str:
    """Sentence for one error in data that should be a `model`."""
    loc, kind = error["loc"], error["type"]
    if kind == "extra_forbidden":
        return _unknown(str(loc[-1]), loc[:-1], model)
    if kind == "missing":
        return f"'{loc[-1]}' is missing {_inside(loc[:-1])}"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind in _WANTED:
        return f"{_where(loc)} must be {_WANTED[kind]}{_instead(error['input'], kind)}"
    return f"{_where(loc)} {error['msg'].replace('Input should', 'must')}{_guess(error)}"


def nearest(word: str, known: Iterable[str]) -> str:
    """The question `; did you mean 'lorebook'?`, or nothing when no known word is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def _unknown(key: str, loc: tuple[int | str, ...], model: type[BaseModel]) -> str:
    known = [name for found in _models_at(model, loc) for name in found.model_fields]
    homes = list(_homes(key, model, ()))
    way_out = f"; it belongs {homes[0]}" if homes else nearest(key, known) or f"; known here: {', '.join(known)}"
    return f"'{key}' is not known {_inside(loc)}{way_out}"


def _models_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[type[BaseModel]]:
    """The models that may stand at `loc`. List positions and mapping keys do not change what may stand there."""
    current = [model]
    for step in loc:
        fields = [each.model_fields[step] for each in current if isinstance(step, str) and step in each.model_fields]
        if fields:
            current = [inner for field in fields for inner in _models_in(field.annotation)]
    return current


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _homes(key: str, model: type[BaseModel], path: tuple[str, ...]) -> Iterator[str]:
    """Every place, such as `in quest > steps`, where `key` is known."""
    if key in model.model_fields:
        yield _inside(path)
    for name, field in model.model_fields.items():
        for inner in _models_in(field.annotation):
            yield from _homes(key, inner, (*path, name))


def _inside(loc: tuple[int | str, ...]) -> str:
    return f"in {_where(loc)}" if loc else "at the top level of the file"


def _where(loc: Iterable[int | str]) -> str:
    """`lorebook > entry 3 > text`: entries count from 1."""
    return " > ".join(f"entry {s + 1}" if isinstance(s, int) else s for s in loc if s not in _NOT_A_KEY)


def _instead(value: object, kind: str) -> str:
    if kind.endswith("too_short"):
        return ""
    if value is None:
        return "; nothing is written there"
    if kind == "string_type" and isinstance(value, bool | int | float | date):
        return f'; put it in quotes: "{str(value).lower() if isinstance(value, bool) else value}"'
    return f", not {_named(value)}"


def _named(value: object) -> str:
    if isinstance(value, str):
        return f"the text '{value if len(value) <= 30 else value[:30] + '...'}'"
    if isinstance(value, Mapping):
        return "keys with values"
    return "a list" if isinstance(value, list) else str(value)


def _guess(error: ErrorDetails) -> str:
    if error["type"] != "literal_error":
        return ""
    return nearest(str(error["input"]), str(error["ctx"]["expected"]).split("'")[1::2])
