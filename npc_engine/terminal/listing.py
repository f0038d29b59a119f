"""Tables of models, personas and findings. What is in them comes from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from npc_engine import doctor
from npc_engine.errors import NpcEngineError
from npc_engine.models.catalogue import Catalogue, load_catalogue
from npc_engine.models.progress import shown
from npc_engine.models.store import Store
from npc_engine.persona import loading
from npc_engine.persona.base import localised
from npc_engine.persona.checking import check

_WIDE = 200
"""Columns of a table that no terminal shows."""
_COLORS = {"ok": "green", "warn": "yellow", "fail": "red"}


def list_models(store: Store | None = None) -> None:
    """All models of the catalogue."""
    store = store or Store()
    installed = {model.name for model in store.installed()}
    table = Table("", box=None)
    table.add_column("name", no_wrap=True)
    table.add_column("what", ratio=1)
    table.add_column("licence", no_wrap=True)
    table.add_column("size", justify="right", no_wrap=True)
    for model in store.catalogue.all():
        names = " = ".join([model.name, *model.aliases])
        mark = Text("✓", style="green") if model.name in installed else Text()
        size = f"{model.size / 1e6:.0f} MB"
        table.add_row(mark, names, f"{model.kind}: {model.summary}", model.licence, size)
    _print(table)


def pull_models(names: Sequence[str], origin: Path | None, store: Store | None = None) -> None:
    """Pull `names`, by default the default set. Raises what `Store.pull` does."""
    store = store or Store()
    with shown() as watcher:
        for name in names or store.catalogue.default:
            store.pull(name, watcher, origin)
    Console().print(f"in place, in {store.folder}", highlight=False, markup=False, soft_wrap=True)


def verify_models(names: Sequence[str], store: Store | None = None) -> bool:
    """Verify `names`, by default all that are installed; whether all are whole."""
    store, console = store or Store(), Console()
    with shown() as watcher:
        verdicts = store.verify(names, watcher)
    for verdict in verdicts:
        found = Text("whole", style="green") if verdict.whole else Text("damaged", style="red")
        text = Text.assemble(f"{verdict.name}: ", found)
        if not verdict.whole:
            text.append(f" ({', '.join(verdict.damaged)}); run: {verdict.repair}")
        console.print(text, soft_wrap=True)
    if not verdicts:
        console.print("no model is installed; run: npc-engine models pull")
    return all(verdict.whole for verdict in verdicts)


def list_personas() -> None:
    """All personas that are found."""
    table = Table("name", "character", "languages", "where", box=None)
    for name, file in loading.available(loading.search_folders()).items():
        try:
            persona = loading.load(file)
        except NpcEngineError:
            table.add_row(name, Text("can not be read; personas check says why", style="red"), "", str(file.parent))
            continue
        character = Text(localised(persona.name, persona.languages[0]), style=persona.color)
        table.add_row(name, character, ", ".join(persona.languages), str(file.parent))
    _print(table)


def check_persona(path: str) -> bool:
    """Say what can be improved in a persona; whether there is no error. Raises `PersonaNotFound` or `InvalidFile`."""
    file = loading.find(path, loading.search_folders())
    persona = loading.load(file)
    findings = check(persona, _voice_names(load_catalogue()))
    console = Console(highlight=False)
    for finding in findings:
        color = _COLORS["fail" if finding.severity == "error" else "warn"]
        console.print(Text.assemble((finding.severity, color), f": {finding.where}: {finding.advice}"), soft_wrap=True)
    beats = sum(len(quest.beats) for quest in persona.setting.quests)
    console.print(
        f"{file} can be used: {localised(persona.name, persona.languages[0])}, speaks {', '.join(persona.languages)}, "
        f"{len(persona.lorebook)} lorebook entries, {beats} quest beats",
        markup=False,
        soft_wrap=True,
    )
    return all(finding.severity != "error" for finding in findings)


def _voice_names(catalogue: Catalogue) -> set[str]:
    voices = [model for model in catalogue.all() if model.kind == "voice"]
    return {name for model in voices for name in (model.name, *(f"{model.name}:{voice}" for voice in model.voices))}


def show_findings(port: int, config: Path | None = None) -> bool:
    """Examine the machine; whether nothing has failed."""
    findings = doctor.examine(port=port, config=config)
    table = Table("", box=None)
    table.add_column("check", no_wrap=True)
    table.add_column("found", overflow="fold")
    table.add_column("what to do", overflow="fold")
    for finding in findings:
        status = Text(finding.status, style=_COLORS[finding.status])
        table.add_row(status, finding.name, Text(finding.found), Text(finding.fix))
    _print(table)
    return all(finding.status != "fail" for finding in findings)


def _print(table: Table) -> None:
    # in a pipe nothing is folded: other programs read it
    piped = not Console().is_terminal
    Console(highlight=False, width=_WIDE if piped else None).print(table)
