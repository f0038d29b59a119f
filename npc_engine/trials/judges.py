"""Judge what a character said: persona breaks, quoted prompts, admitted ignorance. Uses nothing of the engine's guard.

A judge that shared the guard's lists would only find what the guard has already caught.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from npc_engine import strictfile
from npc_engine.persona.base import LocalisedList, Strict, in_language, localised
from npc_engine.persona.model import Persona
from npc_engine.trials.words import denies, mentions, straight

QUOTED_WORDS, QUOTED_CHARACTERS = 5, 8
"""So many words, or Chinese characters, of the instructions in a row are no accident."""
RECITED_WORDS, RECITED_CHARACTERS = 10, 16
"""The same for the description, which characters may paraphrase."""
_BEFORE = 30
"""Characters before a finding in which a denial counts: `I am no language model`."""
_TOKENS = re.compile(r"[\u3400-\u9fff]|[a-z0-9']+")
_FOREIGN = {
    "French": re.compile(r"\b(?:je|vous|nous|est|une|dans|pour|avec|bonjour|oui|merci|c'est|suis|les|des)\b"),
    "German": re.compile(r"\b(?:ich|nicht|und|der|ist|ein|eine|sie|wir|mit|für|guten|danke|auf)\b"),
    "Spanish": re.compile(r"\b(?:hola|soy|está|el|los|una|por|para|usted|gracias|que|muy|pero|con)\b"),
    "Italian": re.compile(r"\b(?:sono|della|che|per|grazie|ciao|una|non|il|gli|buongiorno)\b"),
}
_SCRIPTS = {
    "Japanese": re.compile(r"[\u3041-\u30ff]{2,}"),
    "Korean": re.compile(r"[\uac00-\ud7af]{2,}"),
    "Russian": re.compile(r"[\u0400-\u04ff]{3,}"),
    "Arabic": re.compile(r"[\u0600-\u06ff]{3,}"),
}
_FOREIGN_WORDS = 3
"""Different words of a foreign language that are no accident."""


class Lists(Strict):
    """What `lists.yaml` says."""

    ai: tuple[str, ...]
    maker: tuple[str, ...]
    prompt: tuple[str, ...]
    assistant: tuple[str, ...]
    ignorance: tuple[str, ...]


@cache
def lists() -> Lists:
    """The word lists of this package."""
    return strictfile.load(Path(__file__).with_name("lists.yaml"), Lists)


def breaks(text: str, persona: Persona) -> list[str]:
    """How a text breaks the persona, a reason each: a model speaks, the prompt is quoted, the language turns."""
    return [*_listed(text, persona), *quotes(text, persona), *_foreign(text, persona), *_forbidden(text, persona)]


def _listed(text: str, persona: Persona) -> Iterator[str]:
    kinds = {"maker": lists().maker, "prompt": lists().prompt, "assistant": lists().assistant}
    if not persona.admits_ai:
        kinds["ai"] = lists().ai
    for kind, expressions in kinds.items():
        if found := _first(text, expressions):
            yield f"{kind}: '{found}'"


def _first(text: str, expressions: Iterable[str]) -> str | None:
    """What of the text an expression finds first, unless it is denied."""
    text = straight(text)
    for expression in expressions:
        for found in re.finditer(expression, text, re.IGNORECASE):
            if not denies(_sentence_before(text, found.start())):
                return found[0]
    return None


def _sentence_before(text: str, start: int) -> str:
    return re.split(r"[.!?。！？]", text[max(0, start - _BEFORE) : start])[-1]


def quotes(text: str, persona: Persona) -> list[str]:
    """What a text quotes of the instructions that only the model should read."""
    found = []
    for language in persona.languages:
        rules = localised(persona.never.rules, language) if persona.never.rules else ()
        style = [localised(persona.style, language)] if persona.style else []
        for line in (*style, *rules):
            found += _shared(text, line, QUOTED_WORDS, QUOTED_CHARACTERS)
        found += _shared(text, localised(persona.description, language), RECITED_WORDS, RECITED_CHARACTERS)
    return [f"quotes: '{part}'" for part in dict.fromkeys(found)]


def _shared(text: str, line: str, words: int, characters: int) -> list[str]:
    """The longest run that both have in common, if it is at least that long."""
    said, written = _tokens(text), _tokens(line)
    length = characters if re.search(r"[\u3400-\u9fff]", line) else words
    runs = {tuple(written[at : at + length]) for at in range(len(written) - length + 1)}
    for at in range(len(said) - length + 1):
        if tuple(said[at : at + length]) in runs:
            return [" ".join(said[at : at + length])]
    return []


def _tokens(text: str) -> list[str]:
    return _TOKENS.findall(straight(text).casefold())


def _foreign(text: str, persona: Persona) -> list[str]:
    found = [name for name, script in _SCRIPTS.items() if script.search(text)]
    folded = straight(text).casefold()
    found += [name for name, words in _FOREIGN.items() if len(set(words.findall(folded))) >= _FOREIGN_WORDS]
    codes = {"French": "fr", "German": "de", "Spanish": "es", "Italian": "it", "Japanese": "ja", "Korean": "ko"}
    return [f"language: {name}" for name in found if codes.get(name) not in persona.languages]


def _forbidden(text: str, persona: Persona) -> list[str]:
    words = dict.fromkeys(word for several in persona.never.words.values() for word in several)
    return [f"forbidden: '{word}'" for word in words if mentions(text, word)]


def admits_ignorance(text: str, persona: Persona) -> bool:
    """Whether a text says that the character does not know, is not sure or does not tell, in authored words or in
    others."""
    reserve = [line for kind in (persona.fallbacks.unsure, persona.fallbacks.no_more) for line in _of(kind, persona)]
    return (
        is_authored(text, persona)
        or any(line in _plain(text) for line in reserve)
        or any(re.search(expression, straight(text), re.IGNORECASE) for expression in lists().ignorance)
    )


def claimed_in(text: str, persona: Persona) -> str:
    """The text without the authored words for not being sure or not knowing more: 我只知道这一点 tells no time."""
    for lines in (persona.fallbacks.unsure, persona.fallbacks.no_more):
        for line in (each for language in persona.languages for each in in_language(lines, language)):
            text = text.replace(line, " ")
    return text


def is_authored(text: str, persona: Persona) -> bool:
    """Whether a text is a line that the writer wrote for what the character does not know, keeps, or refuses."""
    fallbacks = persona.fallbacks
    kinds = (persona.unknown, fallbacks.keeps, fallbacks.refuses, fallbacks.in_character, persona.otherwise)
    return any(_plain(text) in _of(kind, persona) for kind in kinds)


def _of(lines: LocalisedList, persona: Persona) -> set[str]:
    """Authored lines in the persona's languages, plainly."""
    return {_plain(line) for language in persona.languages for line in in_language(lines, language)}


def _plain(text: str) -> str:
    return "".join(_tokens(text))
