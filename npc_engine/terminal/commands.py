"""What a typed line of the chat means. Pure: text in, data out."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from npc_engine.protocol import Value

HELP = {
    "/help": "this list",
    "/say TEXT": "let the character speak exactly this",
    "/world [PATH=VALUE]": "show the world, or say what is so: /world safe.open=true; nothing behind = removes",
    "/quest [next | BEAT]": "show the quests, or move one",
    "/voice on|off": "hear the answers, or only read them",
    "/save, /load ID": "keep this moment, go back to it",
    "/why": "what went into the last answer",
    "/quit": "leave; Ctrl-D does, too. Ctrl-C interrupts an answer",
}
"""From usage to explanation."""
NAMES = tuple(part.split()[0] for usage in HELP for part in usage.split(", "))


@dataclass(frozen=True)
class Spoken:
    """A line that the player says."""

    text: str


@dataclass(frozen=True)
class Command:
    """An instruction to the chat."""

    name: str
    """With the slash."""
    argument: str


@dataclass(frozen=True)
class Mistake:
    """A line that means nothing; `message` says why and what would."""

    message: str


def understand(line: str) -> Spoken | Command | Mistake | None:
    """What a line means; None when it is blank."""
    line = line.strip()
    if not line.startswith("/"):
        return Spoken(line) if line else None
    name, _, argument = line.partition(" ")
    if name in NAMES:
        return Command(name, argument.strip())
    return Mistake(f"there is no {name}{_near(name, NAMES)}; /help lists the commands")


def world_value(argument: str) -> tuple[str, Value] | Mistake:
    """`path=value` as path and value: a number, true, false, null, a list of texts as JSON; else a text."""
    path, equals, text = (part.strip() for part in argument.partition("="))
    if not path or not equals:
        return Mistake("/world needs a path and a value: /world safe.open=true")
    return path, _value(text)


def next_beat(beats: Sequence[str], now: str, argument: str) -> str | Mistake:
    """The id of the beat that `argument`, `next` or a beat's id, leads to from `now`. The last one is `done`."""
    stages = list(dict.fromkeys([*beats, "done"]))
    if argument == "next":
        return stages[min(stages.index(now) + 1, len(stages) - 1)]
    if argument in stages:
        return argument
    return Mistake(f"the quest has no beat '{argument}'{_near(argument, stages)}; it has {', '.join(stages)}")


def _value(text: str) -> Value:
    try:
        value = json.loads(text)
    except ValueError:
        return text or None
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    return value if isinstance(value, str | int | float | bool | None) else text


def _near(word: str, words: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, words, n=1)
    return f"; did you mean {near[0]}?" if near else ""
