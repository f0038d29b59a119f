"""Look at a valid persona the way an editor would: what lacks a language, contradicts itself, or costs too much.

Judges one `Persona` value; reads no files and knows no engine. Its world is judged by `world_checking`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Set

from npc_engine.filewords import nearest
from npc_engine.persona import domains
from npc_engine.persona.base import localised
from npc_engine.persona.findings import (
    HAN,
    Finding,
    forbidden,
    long_facts,
    long_texts,
    secrets,
    shared_keys,
    untranslated,
)
from npc_engine.persona.model import Persona
from npc_engine.persona.relationship import Cause
from npc_engine.persona.world import LorebookEntry

STABLE_TOKENS = 600
"""A stable prompt longer than this takes a 0.5B model on two cores more than four seconds to read once."""

_LATIN_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
"""A capital inside a sentence."""


def check(persona: Persona, voices: Set[str] | None = None, roles: Collection[str] = ()) -> list[Finding]:
    """What to improve. `voices` are the names of the catalogue; with None, voices are not judged.

    `roles` are the names of the personas who live in the same world: things may be theirs.
    """
    lorebook = _lorebook(persona)
    words = [word for several in persona.never.words.values() for word in several]
    return [
        *untranslated(persona, persona.languages),
        *_voices(persona, voices),
        *shared_keys(lorebook),
        *long_facts(lorebook),
        *secrets(lorebook),
        *_conditions(persona, roles),
        *_relationship(persona),
        *forbidden(_authored(persona), words),
        *_unheard_names(persona),
        *_length(persona),
    ]


def estimated_tokens(text: str) -> int:
    """About what a tokenizer makes of `text`: four letters, or three Han characters in two tokens."""
    han = len(HAN.findall(text))
    return round(han / 1.5 + (len(text) - han) / 4)


def stable_text(persona: Persona, language: str) -> str:
    """The words that stand before every conversation: who, how, rules and examples."""
    parts = [persona.description, *([persona.style] if persona.style else [])]
    for example in persona.examples:
        parts += [example.player, *([example.fact] if example.fact else []), example.npc]
    rules = localised(persona.never.rules, language) if persona.never.rules else ()
    return "\n".join([*(localised(part, language) for part in parts), *rules])


def _lorebook(persona: Persona) -> list[tuple[str, LorebookEntry]]:
    return [(f"lorebook > entry {position}", entry) for position, entry in enumerate(persona.lorebook, 1)]


def _voices(persona: Persona, known: Set[str] | None) -> Iterator[Finding]:
    for language, voice in persona.voice.items():
        if language not in persona.languages:
            yield Finding("warning", f"voice > {language}", f"'{language}' is not among languages; add it there")
        if known is not None and voice not in known and "/" not in voice and "\\" not in voice:
            advice = f"'{voice}' is not in the catalogue; see: npc-engine models list"
            yield Finding("error", f"voice > {language}", advice)


def _conditions(persona: Persona, roles: Collection[str]) -> Iterator[Finding]:
    """Conditions over what the character's world does not have."""
    declared = domains.declared(persona.setting, roles, persona.relationship.axes)
    conditions = [(f"{where} > when", entry.when) for where, entry in _lorebook(persona)]
    conditions += [(f"{where} > tell_when", entry.tell_when) for where, entry in _lorebook(persona)]
    for position, show in enumerate(persona.relationship.shows, 1):
        conditions.append((f"relationship > shows > entry {position} > when", show.when))
    for where, when in conditions:
        yield from (Finding("error", where, words) for words in domains.mistakes(when, declared))


def _relationship(persona: Persona) -> Iterator[Finding]:
    for position, rule in enumerate(persona.relationship.rules, 1):
        for words in _unknown_cause(persona, rule.on):
            yield Finding("error", f"relationship > rules > entry {position} > on", words)
    for position, show in enumerate(persona.relationship.shows, 1):
        yield from long_texts(f"relationship > shows > entry {position} > text", (show.text or {}).values())


def _unknown_cause(persona: Persona, cause: Cause) -> Iterator[str]:
    actions = [action.name for action in persona.setting.actions]
    beats = [f"{quest.id}.{beat.id}" for quest in persona.setting.quests for beat in quest.beats]
    if cause.action and cause.action not in actions:
        yield f"there is no action '{cause.action}' in this world{nearest(cause.action, actions)}"
    if cause.beat and cause.beat not in beats:
        yield f"there is no beat '{cause.beat}' in this world{nearest(cause.beat, beats)}"


def _authored(persona: Persona) -> Iterator[tuple[str, str]]:
    """Lines that the character may speak, each with its place."""
    for position, example in enumerate(persona.examples, 1):
        yield from ((f"examples > entry {position} > npc", line) for line in example.npc.values())
    yield from (("greeting", line) for line in (persona.greeting or {}).values())
    fallbacks = [
        (f"fallbacks > {name}", getattr(persona.fallbacks, name) or {}) for name in type(persona.fallbacks).model_fields
    ]
    for part, lists in [("otherwise", persona.otherwise), *fallbacks]:
        yield from ((part, line) for lines in lists.values() for line in lines)
    for where, entry in _lorebook(persona):
        yield from ((f"{where} > text", line) for line in entry.text.values())


def _unheard_names(persona: Persona) -> Iterator[Finding]:
    """Names inside the quests' English sentences that speech recognition was not told about."""
    names = " ".join(word for language in persona.languages for word in persona.hotwords(language))
    quests = persona.setting.quests
    beats = [beat for quest in quests for beat in quest.beats]
    texts = [quest.goal for quest in quests]
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
