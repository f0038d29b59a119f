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
Color = Annotated[str, _shaped("#[0-9a-f]{6}", "a colour; colours are written in quotes like '#c0a060'")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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
