"""What texts, keys and lists in the files of personas and worlds look like. Knows none of those files."""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

T = TypeVar("T")


def _shaped(pattern: str, rule: str) -> AfterValidator:
    """A pattern whose error is a sentence for writers instead of the pattern."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"'{value}' is not {rule}")
        return value

    return AfterValidator(check)


_LANGUAGE_RULE = "a language such as en, zh or ja (and a text with a comma inside { } needs quotes)"

Language = Annotated[str, _shaped("[a-z]{2}", _LANGUAGE_RULE)]
"""ISO 639-1 code: `en`, `zh`, `ja`."""
AnyLanguage = Annotated[str, _shaped("([a-z]{2})?", _LANGUAGE_RULE)]
"""A language, or empty: for every language."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Key = Annotated[str, _shaped("[a-z][a-z0-9_]*", "an id; ids are small letters, digits and _, and start with a letter")]
Name = Annotated[str, _shaped("[a-z0-9][a-z0-9_-]*", "a name of a folder; those are small letters, digits, - and _")]
"""Of a persona or world: the name of its folder."""
Path = Annotated[
    str, _shaped(r"\w+(\.\w+)*", "a path of the state; those are words with dots between, such as safe.open")
]
Color = Annotated[str, _shaped("#[0-9a-f]{6}", "a colour; colours are written in quotes like '#c0a060'")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Scalar = str | int | float | bool | None


def _plain(value: object) -> object:
    """Refused in one sentence, where a union would complain once for each of its members."""
    if not isinstance(value, Scalar | list | tuple):
        raise ValueError("a value is a text, a number, true, false, none, or a list")
    if isinstance(value, list | tuple) and not all(isinstance(each, str | int | float) for each in value):
        raise ValueError("a list of values has texts, numbers, true or false in it, and nothing else")
    return value


def _of_texts(value: object) -> object:
    if isinstance(value, list) and not all(isinstance(each, str) for each in value):
        raise ValueError('a list in the state has texts in it; put numbers in quotes: ["1876"]')
    return value


Compared = Annotated[Scalar | tuple[str | int | float | bool, ...], BeforeValidator(_plain)]
"""What a path of the state is compared with."""
StateValue = Annotated[Scalar | tuple[str, ...], BeforeValidator(_of_texts), BeforeValidator(_plain)]
"""What a path of the state begins as."""


def _by_language(value: object) -> object:
    return value if isinstance(value, dict) else {"": value}


Localised = Annotated[dict[AnyLanguage, Line], BeforeValidator(_by_language), Field(min_length=1)]
"""A text, or a mapping from language to text. A plain text is kept under the empty language and serves all."""

LocalisedList = Annotated[dict[AnyLanguage, tuple[Line, ...]], BeforeValidator(_by_language)]
"""A list of texts, or a mapping from language to lists."""


def localised(texts: dict[str, T], language: str) -> T:
    """The value in `language`, else the one for every language, else the first that was written."""
    if language in texts:
        return texts[language]
    return texts[""] if "" in texts else next(iter(texts.values()))


def in_language(texts: dict[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    """The list in `language`, as `localised` finds it; empty where nothing was written."""
    return localised(texts, language) if texts else ()
