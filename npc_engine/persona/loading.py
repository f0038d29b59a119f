"""Find personas and worlds on disk and read them. Knows the folders that are searched; doesn't judge what they say."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

import platformdirs

from npc_engine import filewords, strictfile
from npc_engine.errors import NpcEngineError, PersonaNotFound
from npc_engine.persona import soundness
from npc_engine.persona.mentions import mentions
from npc_engine.persona.model import Persona
from npc_engine.persona.world import Resident, Thing, World

FILE = "persona.yaml"
"""The file that makes a folder a persona."""

WORLD_FILE = "world.yaml"
"""The file that makes a folder a world; it may be the folder of a persona, too."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_ID = re.compile(r"[a-z][a-z0-9_]*")


def is_name(text: str) -> bool:
    """Whether `text` may name a persona: small letters, digits, `-` and `_`. Such a name can not leave its folder."""
    return _NAME.fullmatch(text) is not None


def search_folders() -> tuple[Path, ...]:
    """Where personas are looked for, first match wins: `./personas`, the user's own, the shipped ones."""
    return (Path("personas"), user_folder(), _shipped())


def user_folder() -> Path:
    """The user's own personas. The environment variable `NPC_ENGINE_PERSONAS` moves it."""
    moved = os.environ.get("NPC_ENGINE_PERSONAS")
    return Path(moved) if moved else platformdirs.user_data_path("npc-engine", appauthor=False) / "personas"


def _shipped() -> Path:
    """Inside the package when installed from a wheel, beside it in a clone."""
    package = Path(__file__).parents[1]
    installed = package / "_personas"
    return installed if installed.is_dir() else package.parent / "personas"


def available(folders: Sequence[Path], file: str = FILE) -> dict[str, Path]:
    """Name and file of every persona in `folders`, sorted by name; an earlier folder hides a later one.

    With `WORLD_FILE`, of every world.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        for each in folder.glob(f"*/{file}"):
            if is_name(each.parent.name):
                found.setdefault(each.parent.name, each)
    return dict(sorted(found.items()))


def named(name: str, folders: Sequence[Path]) -> Path:
    """The file of the persona `name`, which may come from a stranger: it never reaches outside `folders`.

    Raises `PersonaNotFound`, which lists the names that exist.
    """
    known = available(folders)
    if name in known:
        return known[name]
    raise PersonaNotFound(_unknown("persona", name, known, "there are none; run: npc-engine personas new NAME"))


def find(name_or_path: str, folders: Sequence[Path]) -> Path:
    """The file of a persona that the user of this machine asks for: a name, a persona folder or its file.

    Raises `PersonaNotFound`. For names from the wire use `named`.
    """
    if not is_name(name_or_path):
        path = Path(name_or_path)
        file = path / FILE if path.is_dir() else path
        if file.is_file():
            return file
    return named(name_or_path, folders)


def find_world(name_or_path: str, folders: Sequence[Path]) -> Path | None:
    """The file of a world that the user of this machine asks for, as `find` does it; None if there is none."""
    if not is_name(name_or_path):
        path = Path(name_or_path)
        file = path / WORLD_FILE if path.is_dir() else path
        return file if file.name == WORLD_FILE and file.is_file() else None
    return available(folders, WORLD_FILE).get(name_or_path)


def load(file: Path) -> Persona:
    """Read a persona file and the world that the persona lives in, with all who live there.

    Raises `InvalidFile`, which names every problem with its line.
    """
    persona = _read(file)
    at = _home(file, persona)
    return persona.model_copy(update={"world": _peopled(at, {file.parent.name: persona})}) if at else persona


def _peopled(at: Path, cast: Mapping[str, Persona]) -> World:
    """The world with the personas who live there among its things: they have things, own them, and are spoken of."""
    world = load_world(at)
    named = {thing.id: thing for thing in world.things}
    people = {**residents(at, search_folders()), **cast}
    for name, each in people.items():
        written = named.get(name)
        if _ID.fullmatch(name) and (written is None or written.kind == "person"):
            named[name] = _resident(written, name, each, world)
    return world.model_copy(update={"things": tuple(named.values())})


def _resident(written: Thing | None, name: str, persona: Persona, world: World) -> Resident:
    """A persona as somebody of the world, as it is `written` there if it is: where it is, the persona says, too."""
    thing = written or Thing(id=name, kind="person", names={each: (text,) for each, text in persona.name.items()})
    place = thing.place or _place_of(persona, world)
    return Resident(**(dict(thing) | {"place": place}))


def _place_of(persona: Persona, world: World) -> str | None:
    """Id of the place of the world that the persona's own names, the longest name first: `the back room of the bank`
    is not the bank."""
    said = (persona.place or {}).values()
    named = [
        (len(name), place.id)
        for place in world.things
        if place.kind == "place"
        for name in chain(*place.names.values())
        if any(mentions(text, name) for text in said)
    ]
    return max(named)[1] if named else None


def load_world(file: Path) -> World:
    """Read a world file. Raises `InvalidFile`, which names every problem with its line."""
    return strictfile.load(file, World, soundness.faults)


def home(file: Path) -> Path | None:
    """The file of the world that the persona in `file` lives in; None where it has none, or writes it itself.

    A name is looked for beside the persona's own folder first. Raises `InvalidFile` as `load`.
    """
    return _home(file, _read(file))


def residents(world: Path, folders: Sequence[Path]) -> dict[str, Persona]:
    """The personas in `folders` and beside the world that live in it, by name, as they are written.

    Who can't be read is left out.
    """
    found: dict[str, Persona] = {}
    for name, file in available((world.absolute().parent.parent, *folders)).items():
        try:
            persona = _read(file)
        except NpcEngineError:
            continue
        at = _home(file, persona)
        if at and at.samefile(world):
            found[name] = persona
    return found


def _read(file: Path) -> Persona:
    state = file.stat() if file.is_file() else None
    return _read_once(file, (state.st_mtime_ns, state.st_size) if state else None)


@lru_cache(maxsize=256)
def _read_once(file: Path, state: object) -> Persona:
    """Each persona is read for itself and as a neighbour of others: once, as long as its file stays as it is."""
    return strictfile.load(file, Persona, lambda persona: _faults(persona, file))


def _home(file: Path, persona: Persona) -> Path | None:
    if isinstance(persona.world, str):
        return _worlds(file).get(persona.world)
    beside = file.parent / WORLD_FILE
    return beside if persona.world is None and beside.is_file() else None


def _worlds(file: Path) -> dict[str, Path]:
    """Every world that the persona in `file` can name."""
    return available((file.absolute().parent.parent, *search_folders()), WORLD_FILE)


def _faults(persona: Persona, file: Path) -> Iterator[strictfile.Fault]:
    if isinstance(persona.world, World):
        for loc, words in soundness.faults(persona.world):
            yield ("world", *loc), words
    elif persona.world and _home(file, persona) is None:
        none = "there are none; a world is a folder with a world.yaml in it"
        yield ("world",), _unknown("world", persona.world, _worlds(file), none)


def _unknown(kind: str, name: str, known: Collection[str], none: str) -> str:
    exist = f"there are: {', '.join(known)}" if known else none
    return f"there is no {kind} '{name[:60]}'{filewords.nearest(name, known)} ({exist})"
