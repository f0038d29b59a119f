"""What a writer is told about a valid file, and the measures that persona and world share. Reads no files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from npc_engine.persona.world import Fact, LorebookEntry

FACT_WORDS = 20
"""Words, in scripts with spaces, of the longest fact that a 0.5B model hands on nearly word for word."""
FACT_CHARACTERS = 40
"""The same in Chinese or Japanese characters."""

HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_NO_TRANSLATION = ("voice", "pronunciation", "languages", "world", "state", "change")
"""Keys of values that are no texts to translate, or stand in another file."""


@dataclass(frozen=True)
class Finding:
    """One thing that a writer should know."""

    severity: Literal["error", "warning"]
    """An error will be noticed by players, a warning may be."""
    where: str
    """Such as `lorebook > entry 3 > text`."""
    advice: str
    """What is wrong and what to do."""


Entries = Iterable[tuple[str, LorebookEntry]]
"""Facts, and where each stands."""


def untranslated(value: object, languages: tuple[str, ...], where: str = "") -> Iterator[Finding]:
    """Every localised value anywhere inside that lacks one of the languages."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name not in _NO_TRANSLATION:
                yield from untranslated(getattr(value, name), languages, f"{where} > {name}" if where else name)
    elif isinstance(value, tuple):
        for position, each in enumerate(value, 1):
            yield from untranslated(each, languages, f"{where} > entry {position}")
    elif isinstance(value, dict) and any(isinstance(each, BaseModel) for each in value.values()):
        for name, each in value.items():
            yield from untranslated(each, languages, f"{where} > {name}")
    elif isinstance(value, dict) and value:
        for language in languages:
            if not (value.get(language) or value.get("")):
                yield Finding("error", where, f"has nothing in '{language}'; write it, or remove the language")


def shared_keys(entries: Entries) -> Iterator[Finding]:
    """Keys that two facts of one list share while the same condition holds, and that one character knows both of: only
    one of them can come first."""
    having: dict[tuple[str, object, str], list[tuple[str, tuple[str, ...]]]] = {}
    for where, entry in entries:
        place = where.rpartition(" > ")[0]
        knowing = entry.known_by if isinstance(entry, Fact) else ()
        for key in dict.fromkeys(key.casefold() for keys in entry.keys.values() for key in keys):
            others = having.setdefault((place, entry.when, key), [])
            other = next((name for name, who in others if not who or not knowing or set(who) & set(knowing)), None)
            if other is not None:
                yield Finding("warning", where, f"has the key '{key}' of {other} too; keep it in one of them")
            others.append((where, knowing))


def long_facts(entries: Entries) -> Iterator[Finding]:
    """Facts that a small model would not hand on whole."""
    for where, entry in entries:
        # a verbatim line never passes through the model
        yield from () if entry.verbatim else long_texts(f"{where} > text", entry.text.values())


def long_texts(where: str, texts: Iterable[str]) -> Iterator[Finding]:
    """The same for texts that are no facts, and go to the model as they do."""
    for text in texts:
        if len(text.split()) > FACT_WORDS or len(HAN.findall(text)) > FACT_CHARACTERS:
            yield Finding("warning", where, "is long for a small model; use fifteen words, or split it")


def secrets(entries: Entries) -> Iterator[Finding]:
    """Secrets that can't be recognised when they are told, and words that guard none."""
    for where, entry in entries:
        if entry.tell_when and not any(entry.gives_away.values()):
            yield Finding("error", where, "is a secret without gives_away; write the words that would give it away")
        if entry.gives_away and not entry.tell_when:
            yield Finding("warning", where, "has gives_away and no tell_when; write when it may be told")


def forbidden(lines: Iterable[tuple[str, str]], words: Iterable[str], whose: str = "") -> Iterator[Finding]:
    """Authored lines, each with its place, that say what `never > words` forbids; `whose` names the persona."""
    told = list(words)
    for where, line in lines:
        for word in told:
            if _says(line, word):
                advice = f"says '{word}', which never > words{whose} forbids; change one of them"
                yield Finding("error", where, advice)


def _says(line: str, word: str) -> bool:
    edge = "" if HAN.search(word) else r"(?![a-z0-9])"
    start = "" if HAN.search(word) else r"(?<![a-z0-9])"
    return re.search(start + re.escape(word.casefold()) + edge, line.casefold()) is not None
