"""Import a character card and say what became of it."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from npc_engine.core.language import language_of
from npc_engine.persona import cards, importing
from npc_engine.terminal.checking import check_named


def import_card(file: Path, name: str | None, language: str | None, folder: Path) -> bool:
    """Write the persona of the card in `file` into `folder`; whether the check finds no error.

    Raises `InvalidFile` for what is no card, or `NpcEngineError` where it can't be written.
    """
    card = cards.read(file).data
    imported = importing.persona_of(card, language or language_of(card.written, "en"))
    chosen = name or importing.slug(card.name) or importing.slug(file.stem) or "character"
    written = importing.write(imported, chosen, folder)
    console = Console(highlight=False)
    for note in imported.notes:
        console.print(f"note: {note}", markup=False, soft_wrap=True)
    console.print(f"{written} is written; edit it, then: npc-engine personas check {written.parent}", soft_wrap=True)
    return check_named(str(written.parent))
