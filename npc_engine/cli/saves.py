"""`npc-engine saves`."""

from __future__ import annotations

from typing import Annotated

import typer

from npc_engine.cli.options import ConfigFile, StoreFile

app = typer.Typer(help="Saves: what there is of them, and what is in them.", no_args_is_help=True)


@app.command("list")
def saves_list(config: ConfigFile = None, store: StoreFile = None) -> None:
    """All saves, oldest first."""
    from npc_engine.terminal import saves

    saves.show_all(saves.file(config, store))


@app.command("show")
def saves_show(
    save_id: Annotated[str, typer.Argument(help="A save.", metavar="ID")],
    config: ConfigFile = None,
    store: StoreFile = None,
) -> None:
    """What was said last before a save."""
    from npc_engine.terminal import saves

    saves.show(saves.file(config, store), save_id)


@app.command("export")
def saves_export(
    save_id: Annotated[str, typer.Argument(help="A save.", metavar="ID")],
    config: ConfigFile = None,
    store: StoreFile = None,
) -> None:
    """Print all that has happened until a save: one JSON object a line."""
    from npc_engine.terminal import saves

    saves.export(saves.file(config, store), save_id)


@app.command("set-aside")
def saves_set_aside(config: ConfigFile = None, store: StoreFile = None) -> None:
    """Give a damaged file of stories another name; the next server begins a new one."""
    from npc_engine.terminal import saves

    saves.put_aside(saves.file(config, store))
