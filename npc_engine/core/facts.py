"""Choose the few facts that matter to one line. A small model tells the truth when it stands beside the question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from npc_engine.core.mentions import mentions, position_of
from npc_engine.core.view import Known
from npc_engine.persona.base import localised
from npc_engine.persona.model import Persona
from npc_engine.persona.world import LorebookEntry
from npc_engine.protocol import Value

MAX_FACTS = 3
"""More facts cost prefill time before the first token, and a small model mixes them up."""


@dataclass(frozen=True)
class Chosen:
    """What stands beside a line."""

    facts: tuple[str, ...]
    """In the order in which the line asks for them."""
    verbatim: bool = False
    """The only fact is the answer, word for word: the model is not asked."""


def facts_for(
    known: Iterable[Known],
    values: Mapping[str, Value],
    persona: Persona,
    line: str,
    language: str,
    turn: int,
    hint: str | None = None,
) -> Chosen:
    """The facts that `line` touches, the weightiest `MAX_FACTS`; what the persona says otherwise if there are none.

    A `hint` for a player who is stuck comes before all others. `values` are what the game has set.
    """
    matches = _matches(known, line)
    matches.sort(key=lambda match: -match.weight)
    if matches and matches[0].entry.verbatim:
        return Chosen((localised(matches[0].entry.text, language),), verbatim=True)
    told = [*([hint] if hint else []), *_world_facts(values, line)][:MAX_FACTS]
    best = [match for match in matches if not match.entry.verbatim][: MAX_FACTS - len(told)]
    best.sort(key=lambda match: match.position)
    facts = tuple(dict.fromkeys([*told, *(localised(match.entry.text, language) for match in best)]))
    return Chosen(facts or _otherwise(persona, language, turn))


@dataclass(frozen=True)
class _Match:
    entry: LorebookEntry
    weight: float
    position: int
    """Of the first key in the line."""


def _matches(known: Iterable[Known], line: str) -> list[_Match]:
    matches = []
    for each in known:
        entry = each.entry
        # Players mix languages, so a key of any language counts.
        found = {
            key: place for keys in entry.keys.values() for key in keys if (place := position_of(key, line)) is not None
        }
        if found:
            weight = each.bonus + entry.priority * 10 + max(len(key) for key in found) / 10
            matches.append(_Match(entry, weight, min(found.values())))
    return matches


def _otherwise(persona: Persona, language: str, turn: int) -> tuple[str, ...]:
    """Without any fact a small model falls out of character: it gets one of the persona's own."""
    options = localised(persona.otherwise, language) if persona.otherwise else ()
    return (options[turn % len(options)],) if options else ()


def _world_facts(values: Mapping[str, Value], line: str) -> list[str]:
    """What the game has set and the line mentions: `safe.open = true` for a line about the safe."""
    touched = [path for path in values if any(mentions(line, part) for part in re.split(r"[._]", path) if part)]
    return [f"{path.replace('.', ' ').replace('_', ' ')}: {_said(values[path])}" for path in sorted(touched)]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)
