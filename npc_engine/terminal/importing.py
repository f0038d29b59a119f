"""Import a character card, or a story of another tool, and say what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from npc_engine import strictfile
from npc_engine.core.language import language_of
from npc_engine.errors import InvalidFile
from npc_engine.persona import cards, importing, ink, loading, yarn
from npc_engine.persona.script import beat_id
from npc_engine.persona.script_world import world_of
from npc_engine.terminal.checking import check_named

_SCRIPTS = {".ink": ink.read, ".yarn": yarn.read}
"""Readers by the end of a file's name."""


def import_file(file: Path, name: str | None, language: str | None, folder: Path, personas: Sequence[str] = ()) -> bool:
    """Write into `folder` the persona of a card, or the world of a story that `personas` tell; whether the check finds
    no error.

    Raises `InvalidFile` for what is neither, or `NpcEngineError` where it can't be written.
    """
    if file.suffix.casefold() in _SCRIPTS:
        return _import_script(file, name, folder, personas)
    return _import_card(file, name, language, folder)


def _import_card(file: Path, name: str | None, language: str | None, folder: Path) -> bool:
    card = cards.read(file).data
    imported = importing.persona_of(card, language or language_of(card.written, "en"))
    chosen = name or importing.slug(card.name) or importing.slug(file.stem) or "character"
    written = importing.write(imported, chosen, folder)
    _tell([f"note: {note}" for note in imported.notes], f"{written} is written; edit it")
    return check_named(str(written.parent))


def _import_script(file: Path, name: str | None, folder: Path, personas: Sequence[str]) -> bool:
    text = strictfile.read(file)
    for persona in personas:
        loading.find(persona, (folder, *loading.search_folders()))
    script = _SCRIPTS[file.suffix.casefold()](text, beat_id(file.stem))
    try:
        imported = world_of(script, file.stem, personas)
    except InvalidFile as error:
        raise InvalidFile(f"{file}: {error}") from None
    chosen = name or importing.slug(file.stem) or "world"
    written = importing.write_world(imported.data, chosen, folder)
    notes = [f"note: {file}:{number}: {words}" for number, words in imported.notes]
    _tell(notes, f"{written} is written; a persona lives there with `world: {chosen}`; edit it")
    return check_named(str(written))


def _tell(notes: Sequence[str], end: str) -> None:
    console = Console(highlight=False)
    for note in notes:
        console.print(note, markup=False, soft_wrap=True)
    console.print(end, markup=False, soft_wrap=True)
