"""`npc-engine models`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Models: what there is, what is installed.", no_args_is_help=True)


@app.command("list")
def models_list() -> None:
    """All models that can be pulled; installed ones are marked."""
    from npc_engine.terminal import listing

    listing.list_models()


@app.command("pull")
def models_pull(
    names: Annotated[list[str] | None, typer.Argument(help="Models. [default: the default set]")] = None,
    origin: Annotated[
        Path | None, typer.Option("--from", help="A folder that holds the files.", metavar="FOLDER")
    ] = None,
) -> None:
    """Fetch models and check them; goes on where an interrupted pull stopped."""
    from npc_engine.terminal import listing

    listing.pull_models(names or [], origin)


@app.command("verify")
def models_verify(
    names: Annotated[list[str] | None, typer.Argument(help="Models. [default: all that are installed]")] = None,
) -> None:
    """Read every byte of installed models and compare with what was pulled."""
    from npc_engine.terminal import listing

    raise typer.Exit(0 if listing.verify_models(names or []) else 1)


@app.command("path")
def models_path(
    name: Annotated[str | None, typer.Argument(help="A model. [default: the folder of all]")] = None,
) -> None:
    """Print where a model is."""
    from npc_engine.models.store import Store

    store = Store()
    typer.echo(store.path(name) if name else store.folder)
