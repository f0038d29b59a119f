"""Worlds, and what players ask in them, for judging the choice of facts: the data is in `tests/recall`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from npc_engine.core.known import OF_BEAT, OF_WORLD, Known
from npc_engine.core.sentences import state_entries
from npc_engine.persona import loading
from npc_engine.persona.world import PROPERTIES, LorebookEntry, Thing

FOLDER = Path(__file__).parent / "recall"
PLAIN = ("harbour", "station", "deadwood", "galleon", "castle", "academy", "theatre", "pass", "moon", "hotel")
ROUNDABOUT = ("monastery", "diner", "sect", "bazaar", "school", "arcology", "riverboat")
"""Worlds whose players name nothing by its name: *the lad behind bars*, *who calls the shots*."""
FITTED = (*PLAIN, *ROUNDABOUT)
UNSEEN, UNSEEN_ROUNDABOUT = ("museum", "caravan"), ("outpost", "vineyard")
"""Nothing was fitted to their lines, and nothing chosen by them."""
EVERY = (*FITTED, *UNSEEN, *UNSEEN_ROUNDABOUT)
_OTHERS = (("place", "place"), ("owner", "person"))


@dataclass(frozen=True)
class Asked:
    """A line, the lines before it, and which facts answer it."""

    world: str
    line: str
    answers: tuple[str, ...]
    before: tuple[str, ...] = ()
    is_chat: bool = False
    """Whether it asks for nothing."""
    is_written: bool = False
    """Whether it is a question of the fact's own."""


@cache
def read(world: str) -> dict[str, Any]:
    """The file of a world."""
    return YAML(typ="safe", pure=True).load((FOLDER / f"{world}.yaml").read_text(encoding="utf-8"))


@cache
def known(world: str) -> list[Known]:
    """What a character of the world may tell."""
    if world == "deadwood":
        ada = loading.load(loading.find("deadwood", loading.search_folders()))
        beat = ada.setting.quests[0].beats[0]
        step = [Known(f"beat.{beat.id}.{number}", entry, OF_BEAT) for number, entry in enumerate(beat.facts)]
        world = [Known(fact.id, fact, OF_WORLD) for fact in ada.setting.facts if not fact.known_by and not fact.when]
        return step + world + [Known(f"lorebook.{number}", entry) for number, entry in enumerate(ada.lorebook)]
    facts = [Known(fact["id"], _entry(fact), OF_WORLD) for fact in read(world)["facts"]]
    return [*_states(read(world)["things"]), *facts]


def _entry(fact: dict[str, Any]) -> LorebookEntry:
    return LorebookEntry(**{name: value for name, value in fact.items() if name != "id"})


def _states(things: list[dict[str, Any]]) -> Iterator[Known]:
    """What the engine itself says of the things. Their places and owners are texts here: each becomes a thing."""
    state = {
        f"{thing['id']}.{name}": _id(value) if isinstance(value, dict) else value
        for thing in things
        for name, value in thing.items()
        if name in PROPERTIES
    }
    others = [_other(thing[name], kind) for thing in things for name, kind in _OTHERS if name in thing]
    made = [Thing(id=thing["id"], kind="item", names=thing["names"]) for thing in things]
    entries = state_entries([*made, *others], state.get, speaker="")
    return (Known(path, entry, OF_WORLD) for path, entry in entries.items())


def _other(texts: dict[str, str], kind: Any) -> Thing:
    return Thing(id=_id(texts), kind=kind, names=_names(texts), at=texts)


def _names(texts: dict[str, str]) -> dict[str, list[str]]:
    return {language: [text.removeprefix("the ")] for language, text in texts.items()}


def _id(texts: dict[str, str]) -> str:
    return "the_" + re.sub(r"\W", "_", texts["en"].lower())


def simple(world: str) -> list[Asked]:
    """Lines that one fact answers, lines that none does, and lines that ask for nothing."""
    data = read(world)
    answered = [Asked(world, line, (fact,)) for fact, lines in data["answers"].items() for line in lines]
    nothing = [Asked(world, line, ()) for line in data["nothing"]]
    return answered + nothing + [Asked(world, line, (), is_chat=True) for line in data["chat"]]


def combined(world: str) -> list[Asked]:
    """Lines that ask two things, and lines that are understood by those before them."""
    both = [Asked(world, line, tuple(facts)) for facts, line in read(world)["both"]]
    follow = [Asked(world, line, (fact,), tuple(before)) for before, line, fact in read(world)["follow"]]
    return both + follow
