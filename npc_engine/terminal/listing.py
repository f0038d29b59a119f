"""Tables of models, personas and findings. What is in them comes from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from npc_engine import doctor
from npc_engine.errors import NpcEngineError
from npc_engine.models.progress import shown
from npc_engine.models.store import Store
from npc_engine.persona import loading
from npc_engine.persona.base import localised

_WIDE = 200
"""Columns of a table that no terminal shows."""
_UNREADABLE = Text("can not be read; personas check says why", style="red")
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
    """All personas that are found, and all worlds."""
    folders = loading.search_folders()
    table = Table("name", "character", "languages", "world", "where", box=None)
    for name, file in loading.available(folders).items():
        try:
            persona = loading.load(file)
        except NpcEngineError:
            table.add_row(name, _UNREADABLE, "", "", str(file.parent))
            continue
        language = persona.languages[0]
        character = Text(localised(persona.name, language), style=persona.color)
        world = localised(persona.setting.name, language) if persona.world else ""
        table.add_row(name, character, ", ".join(persona.languages), world, str(file.parent))
    _print(table)
    worlds = loading.available(folders, loading.WORLD_FILE)
    if worlds:
        _print(_worlds(worlds, folders))


def _worlds(worlds: Mapping[str, Path], folders: Sequence[Path]) -> Table:
    table = Table("name", "world", "who lives there", "where", box=None)
    for name, file in worlds.items():
        try:
            world = loading.load_world(file)
        except NpcEngineError:
            table.add_row(name, _UNREADABLE, "", str(file.parent))
            continue
        title = next(iter(world.name.values()))
        table.add_row(name, title, ", ".join(loading.residents(file, folders)), str(file.parent))
    return table


def show_findings(port: int, config: Path | None = None, store: str | None = None) -> bool:
    """Examine the machine; whether nothing has failed."""
    findings = doctor.examine(port=port, config=config, stories=store)
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
