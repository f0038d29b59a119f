"""Say what can be improved in a persona and its world. What is found comes from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from npc_engine.core.outdated import contradictions
from npc_engine.errors import PersonaNotFound
from npc_engine.models.catalogue import Catalogue, load_catalogue
from npc_engine.persona import loading
from npc_engine.persona.base import localised
from npc_engine.persona.checking import check
from npc_engine.persona.findings import Finding
from npc_engine.persona.model import Persona
from npc_engine.persona.world import World
from npc_engine.persona.world_checking import check_world

_COLORS = {"error": "red", "warning": "yellow"}


def check_named(name_or_path: str) -> bool:
    """Say what can be improved in a persona and its world, or in a world; whether there is no error.

    Raises `PersonaNotFound` or `InvalidFile`.
    """
    folders = loading.search_folders()
    world = loading.find_world(name_or_path, folders)
    if world is not None and world == Path(name_or_path):
        return _check_world(world, folders)
    try:
        file = loading.find(name_or_path, folders)
    except PersonaNotFound:
        if world is None:
            raise
        return _check_world(world, folders)
    return _check_persona(file, folders)


def _check_persona(file: Path, folders: Sequence[Path]) -> bool:
    persona = loading.load(file)
    home = loading.home(file)
    role = file.absolute().parent.name
    cast = {**(loading.residents(home, folders) if home else {}), role: persona}
    findings = check(persona, _voice_names(load_catalogue()), cast)
    world = loading.load_world(home) if home else persona.setting
    if persona.world is not None:
        findings += [replace(each, where=f"world > {each.where}") for each in _of_world(world, cast)]
    language = persona.languages[0]
    entries = f"{len(persona.lorebook)} lorebook entries"
    _tell(
        findings,
        f"{file} can be used: {localised(persona.name, language)}, speaks {', '.join(persona.languages)}, {entries}"
        + (f"; lives in {localised(world.name, language)}: {_size(world)}" if persona.world else ""),
    )
    return _sound(findings)


def _check_world(file: Path, folders: Sequence[Path]) -> bool:
    world = loading.load_world(file)
    cast: dict[str, Persona] = loading.residents(file, folders)
    findings = _of_world(world, cast)
    there = f"home of {', '.join(cast)}" if cast else "home of nobody"
    _tell(findings, f"{file} can be used: {next(iter(world.name.values()))}, {_size(world)}, {there}")
    return _sound(findings)


def _of_world(world: World, cast: Mapping[str, Persona]) -> list[Finding]:
    contradicted = {found: None for role in cast or ("",) for found in contradictions(world, role)}
    return [*check_world(world, cast), *(_contradicted(*found) for found in contradicted)]


def _contradicted(where: str, words: str, path: str) -> Finding:
    advice = (
        f"says '{words}', and {path} begins otherwise: the state wins, and this is never told; "
        f"mend one of them, or write under which `when` over {path} it is so"
    )
    return Finding("warning", where, advice)


def _size(world: World) -> str:
    beats = sum(len(quest.beats) for quest in world.quests)
    return f"{len(world.things)} things, {len(world.facts)} facts, {beats} quest beats, {len(world.actions)} actions"


def _tell(findings: Sequence[Finding], end: str) -> None:
    console = Console(highlight=False)
    for each in findings:
        text = Text.assemble((each.severity, _COLORS[each.severity]), f": {each.where}: {each.advice}")
        console.print(text, soft_wrap=True)
    console.print(end, markup=False, soft_wrap=True)


def _sound(findings: Sequence[Finding]) -> bool:
    return all(each.severity != "error" for each in findings)


def _voice_names(catalogue: Catalogue) -> set[str]:
    voices = [model for model in catalogue.all() if model.kind == "voice"]
    return {name for model in voices for name in (model.name, *(f"{model.name}:{voice}" for voice in model.voices))}
