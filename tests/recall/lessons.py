"""What the likeness models learn from: worlds and what players ask in them, and what people ask in games at all.

In `taught` is a world a file: in `first` all kinds, in `second` those with things that are easily confused, and with
much that is not told beside what is, in `third` with lines that name things by their use or material and people by
their trade. All was written for this, by people who knew no line of the benchmarks or of the worlds that the tests
judge by.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel

from npc_engine import strictfile

FOLDER = Path(__file__).parent
NEEDS, TAUGHT = FOLDER / "needs.yaml", FOLDER / "taught"
PARTS = ("first", "second", "third")


class Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    en: tuple[str, ...]
    zh: tuple[str, ...]


class Need(BaseModel):
    """One thing that people want to know: ways to ask for it, and what answers sound like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    asks: Texts
    told: Texts


class Needs(RootModel[dict[str, Need]]):
    """The whole file."""


class Fact(BaseModel):
    """What somebody may tell, and lines that it answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    text: dict[str, str]
    asks: Texts


class World(BaseModel):
    """Facts, lines that none of them answers, and lines that ask for nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    facts: tuple[Fact, ...]
    nothing: Texts
    chat: Texts


@dataclass(frozen=True)
class Lesson:
    """Groups of lines, each with what answers all of its lines, and lines that nothing answers."""

    asks: tuple[tuple[str, ...], ...]
    told: tuple[tuple[str, ...], ...]
    nothing: tuple[str, ...] = ()
    translated: tuple[tuple[str, ...], ...] = ()
    """What answers them, in the other language."""


def taught(parts=PARTS):
    """The worlds that are learned from, by the names of their files."""
    return {
        path.stem: strictfile.load(path, World) for part in parts for path in sorted((TAUGHT / part).glob("*.yaml"))
    }


def needs():
    return strictfile.load(NEEDS, Needs).root


def source():
    """A hash of all that is learned from."""
    files = [*sorted(TAUGHT.glob("*/*.yaml")), NEEDS]
    return hashlib.sha256(b"".join(path.read_bytes().replace(b"\r\n", b"\n") for path in files)).hexdigest()


def lesson_of(world, language):
    return Lesson(
        tuple(getattr(fact.asks, language) for fact in world.facts),
        tuple((fact.text[language],) for fact in world.facts),
        (*getattr(world.nothing, language), *getattr(world.chat, language)),
        tuple((fact.text["zh" if language == "en" else "en"],) for fact in world.facts),
    )


def lesson_of_needs(language):
    return Lesson(
        tuple(getattr(need.asks, language) for need in needs().values()),
        tuple(getattr(need.told, language) for need in needs().values()),
    )
