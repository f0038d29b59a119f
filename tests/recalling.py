"""Worlds, and what players ask in them, for judging the choice of facts: the data is in `tests/recall`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from npc_engine.core.view import OF_BEAT, OF_WORLD, Known
from npc_engine.persona import loading
from npc_engine.persona.world import LorebookEntry

FOLDER = Path(__file__).parent / "recall"
FITTED = ("harbour", "station", "deadwood", "galleon")
UNSEEN = ("castle", "academy")
"""Nothing was fitted to their lines."""
_STATE = {
    "place": ("The {name} is {value}.", "{name}在{value}。"),
    "owner": ("The {name} belongs to {value}.", "{name}是{value}的。"),
    "count": ("There are {value} of the {name}s.", "有{value}个{name}。"),
}
_TRUTH = {
    "locked": (("locked", "锁着"), ("not locked", "没锁")),
    "open": (("open", "开着"), ("closed", "关着")),
    "alive": (("alive", "还活着"), ("dead", "已经死了")),
}


@dataclass(frozen=True)
class Asked:
    """A line, the lines before it, and which facts answer it."""

    world: str
    line: str
    answers: tuple[str, ...]
    before: tuple[str, ...] = ()
    is_chat: bool = False
    """Whether it asks for nothing."""


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
    return [*(each for thing in read(world)["things"] for each in _states(thing)), *facts]


def _entry(fact: dict[str, Any]) -> LorebookEntry:
    return LorebookEntry(**{name: value for name, value in fact.items() if name != "id"})


def _states(thing: dict[str, Any]) -> Iterator[Known]:
    english, chinese = thing["names"]["en"][0], thing["names"]["zh"][0]
    for name, value in thing.items():
        if name in _STATE:
            values = (value["en"], value["zh"]) if isinstance(value, dict) else (value, value)
            forms = _STATE[name]
        elif name in _TRUTH:
            values, forms = _TRUTH[name][not value], ("The {name} is {value}.", "{name}{value}。")
        else:
            continue
        text = {
            "en": forms[0].format(name=english, value=values[0]),
            "zh": forms[1].format(name=chinese, value=values[1]),
        }
        yield Known(f"{thing['id']}.{name}", LorebookEntry(keys=thing["names"], text=text), OF_WORLD)


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
