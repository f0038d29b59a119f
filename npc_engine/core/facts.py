"""Choose the few facts that matter to one line. A small model tells the truth only when it stands beside the question."""

from __future__ import annotations

import re
from collections.abc import Iterable

from npc_engine.core.world import World
from npc_engine.persona.model import LorebookEntry, Persona, localised

MAX_FACTS = 3
"""More facts cost prefill time before the first token, and a small model mixes them up."""
_LATIN = re.compile(r"[a-z0-9]")


def facts_for(persona: Persona, world: World, line: str, language: str) -> tuple[str, ...]:
    """Texts of the facts that `line` touches, the weightiest first, at most `MAX_FACTS`."""
    step = world.step_of(persona.quest) if persona.quest else None
    stepwise = step.facts if step else ()
    scored = [*_scored(stepwise, line, language, bonus=100), *_scored(persona.lorebook, line, language, bonus=0)]
    best = sorted(scored, key=lambda pair: -pair[0])
    chosen = [localised(entry.text, language) for _, entry in best]
    return tuple(dict.fromkeys([*_world_facts(world, line), *chosen]))[:MAX_FACTS]


def mentions(text: str, key: str) -> bool:
    """Whether `text` has `key`: as whole words in Latin script, with a plural s allowed; anywhere in other scripts."""
    key, text = key.casefold(), text.casefold()
    if not _LATIN.search(key):
        return key in text
    return re.search(rf"(?<![a-z0-9]){re.escape(key)}(?:e?s|'s)?(?![a-z0-9])", text) is not None


def _scored(
    entries: Iterable[LorebookEntry], line: str, language: str, bonus: int
) -> list[tuple[float, LorebookEntry]]:
    scored = []
    for entry in entries:
        # Players mix languages, so a key of any language counts.
        matched = [key for keys in entry.keys.values() for key in keys if mentions(line, key)]
        if matched:
            scored.append((bonus + entry.priority * 10 + max(len(key) for key in matched) / 10, entry))
    return scored


def _world_facts(world: World, line: str) -> list[str]:
    """What the game has set and the line mentions: `safe.open = true` for a line about the safe."""
    touched = [path for path in world.values if any(mentions(line, part) for part in re.split(r"[._]", path) if part)]
    return [f"{path.replace('.', ' ').replace('_', ' ')}: {_said(world.values[path])}" for path in sorted(touched)]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)
