"""Look at a valid persona the way an editor would: what lacks a language, contradicts itself, or costs too much.

Judges one `Persona` value; reads no files and knows no engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from npc_engine.persona.base import localised
from npc_engine.persona.model import Persona
from npc_engine.persona.world import Beat, LorebookEntry

STABLE_TOKENS = 600
"""A stable prompt longer than this takes a 0.5B model on two cores more than four seconds to read once."""
FACT_WORDS = 20
"""Words, in scripts with spaces, of the longest fact that a 0.5B model hands on nearly word for word."""
FACT_CHARACTERS = 40
"""The same in Chinese or Japanese characters."""

_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_LATIN_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
"""A capital inside a sentence."""


@dataclass(frozen=True)
class Finding:
    """One thing that a writer should know."""

    severity: Literal["error", "warning"]
    """An error will be noticed by players, a warning may be."""
    where: str
    """Such as `lorebook > entry 3 > text`."""
    advice: str
    """What is wrong and what to do."""


def check(persona: Persona, voices: Set[str] | None = None) -> list[Finding]:
    """What to improve. `voices` are the names of the catalogue; with None, voices are not judged."""
    return [
        *_untranslated(persona, persona.languages),
        *_voices(persona, voices),
        *_keys(persona),
        *_long_facts(persona),
        *_quest(persona),
        *_contradictions(persona),
        *_unheard_names(persona),
        *_length(persona),
    ]


def estimated_tokens(text: str) -> int:
    """About what a tokenizer makes of `text`: four letters, or three Han characters in two tokens."""
    han = len(_HAN.findall(text))
    return round(han / 1.5 + (len(text) - han) / 4)


def stable_text(persona: Persona, language: str) -> str:
    """The words that stand before every conversation: who, how, rules and examples."""
    parts = [persona.description, *([persona.style] if persona.style else [])]
    for example in persona.examples:
        parts += [example.player, *([example.fact] if example.fact else []), example.npc]
    rules = localised(persona.never.rules, language) if persona.never.rules else ()
    return "\n".join([*(localised(part, language) for part in parts), *rules])


def _untranslated(value: object, languages: tuple[str, ...], where: str = "") -> Iterator[Finding]:
    """Every localised value anywhere in the persona that lacks one of its languages."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            # a voice, like a pronunciation, is a choice per language and not a text to translate
            if name not in ("voice", "pronunciation", "languages", "state", "args", "axes", "change"):
                yield from _untranslated(getattr(value, name), languages, f"{where} > {name}" if where else name)
    elif isinstance(value, tuple):
        for position, each in enumerate(value, 1):
            yield from _untranslated(each, languages, f"{where} > entry {position}")
    elif isinstance(value, dict) and value:
        for language in languages:
            if not (value.get(language) or value.get("")):
                yield Finding("error", where, f"has nothing in '{language}'; write it, or remove the language")


def _voices(persona: Persona, known: Set[str] | None) -> Iterator[Finding]:
    for language, voice in persona.voice.items():
        if language not in persona.languages:
            yield Finding("warning", f"voice > {language}", f"'{language}' is not among languages; add it there")
        if known is not None and voice not in known and "/" not in voice and "\\" not in voice:
            advice = f"'{voice}' is not in the catalogue; see: npc-engine models list"
            yield Finding("error", f"voice > {language}", advice)


def _entries(persona: Persona) -> Iterator[tuple[str, LorebookEntry]]:
    for position, entry in enumerate(persona.lorebook, 1):
        yield f"lorebook > entry {position}", entry
    for where, beat in _beats(persona):
        for position, entry in enumerate(beat.facts, 1):
            yield f"{where} > facts > entry {position}", entry


def _beats(persona: Persona) -> Iterator[tuple[str, Beat]]:
    for number, quest in enumerate(persona.setting.quests, 1):
        for position, beat in enumerate(quest.beats, 1):
            yield f"world > quests > entry {number} > beats > entry {position}", beat


def _keys(persona: Persona) -> Iterator[Finding]:
    """Keys that two entries of the lorebook, or of one step, share: only one of them can come first."""
    first: dict[tuple[str, str], str] = {}
    for where, entry in _entries(persona):
        place = where.rpartition(" > ")[0]
        for keys in entry.keys.values():
            for key in dict.fromkeys(key.casefold() for key in keys):
                other = first.setdefault((place, key), where)
                if other != where:
                    yield Finding("warning", where, f"has the key '{key}' of {other} too; keep it in one of them")


def _long_facts(persona: Persona) -> Iterator[Finding]:
    for where, entry in _entries(persona):
        # a verbatim line never passes through the model
        for text in () if entry.verbatim else entry.text.values():
            if len(text.split()) > FACT_WORDS or len(_HAN.findall(text)) > FACT_CHARACTERS:
                yield Finding("warning", f"{where} > text", "is long for a small model; use fifteen words, or split it")


def _quest(persona: Persona) -> Iterator[Finding]:
    for where, beat in _beats(persona):
        if not any(beat.hints.values()):
            yield Finding("warning", where, f"beat '{beat.id}' has no hints; add some, from vague to plain")


def _contradictions(persona: Persona) -> Iterator[Finding]:
    """Authored lines that the character must never say."""
    words = [word for several in persona.never.words.values() for word in several]
    for where, line in _authored(persona):
        for word in words:
            if _says(line, word):
                yield Finding("error", where, f"says '{word}', which never > words forbids; change one of them")


def _authored(persona: Persona) -> Iterator[tuple[str, str]]:
    for position, example in enumerate(persona.examples, 1):
        yield from ((f"examples > entry {position} > npc", line) for line in example.npc.values())
    yield from (("greeting", line) for line in (persona.greeting or {}).values())
    for part, lists in (
        ("otherwise", persona.otherwise),
        ("fallbacks > in_character", persona.fallbacks.in_character),
        ("fallbacks > failed", persona.fallbacks.failed),
    ):
        yield from ((part, line) for lines in lists.values() for line in lines)
    for where, entry in _entries(persona):
        yield from ((f"{where} > text", line) for line in entry.text.values())


def _says(line: str, word: str) -> bool:
    edge = "" if _HAN.search(word) else r"(?![a-z0-9])"
    start = "" if _HAN.search(word) else r"(?<![a-z0-9])"
    return re.search(start + re.escape(word.casefold()) + edge, line.casefold()) is not None


def _unheard_names(persona: Persona) -> Iterator[Finding]:
    """Names inside the quest's English sentences that speech recognition was not told about."""
    names = " ".join(word for language in persona.languages for word in persona.hotwords(language))
    beats = [beat for _, beat in _beats(persona)]
    texts = [quest.goal for quest in persona.setting.quests]
    texts += [*(beat.objective for beat in beats), *(fact.text for beat in beats for fact in beat.facts)]
    used = {name for text in texts for line in text.values() for name in _LATIN_NAME.findall(line)}
    for name in sorted(used):
        if name not in names:
            yield Finding("warning", "proper_nouns", f"lacks '{name}' of the quest; with it, the name is heard better")


def _length(persona: Persona) -> Iterator[Finding]:
    for language in persona.languages:
        tokens = estimated_tokens(stable_text(persona, language))
        if tokens > STABLE_TOKENS:
            advice = f"take about {tokens} tokens in '{language}', above {STABLE_TOKENS}; shorten them"
            yield Finding("warning", "description, style, never and examples", advice)
