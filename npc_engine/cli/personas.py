"""`npc-engine personas`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npc_engine.cli.options import Language

app = typer.Typer(help="Characters and their worlds: what there is, and new ones.", no_args_is_help=True)


@app.command("list")
def personas_list() -> None:
    """All personas and worlds that are found, and where."""
    from npc_engine.terminal import listing

    listing.list_personas()


@app.command("check")
def personas_check(path: Annotated[str, typer.Argument(help="Name, folder or file of a persona or world.")]) -> None:
    """Read a persona and its world, and name everything that is wrong, with its line."""
    from npc_engine.terminal.checking import check_named

    raise typer.Exit(0 if check_named(path) else 1)


@app.command("reach")
def personas_reach(path: Annotated[str, typer.Argument(help="Name, folder or file of a persona.")]) -> None:
    """Put the questions that its writer wrote to a persona, and say which facts players will hardly reach."""
    from npc_engine.terminal.reaching import reach_of

    reach_of(path)


@app.command("new")
def personas_new(
    name: Annotated[str, typer.Argument(help="Small letters, digits, - and _.")],
    folder: Annotated[Path, typer.Option("--in", help="Where its folder is made.", metavar="DIR")] = Path("personas"),
) -> None:
    """Write the first draft of a persona."""
    from npc_engine.persona.template import create

    file = create(name, folder)
    typer.echo(f"{file} is written; edit it, then: npc-engine personas check {file.parent}")


@app.command("import")
def personas_import(
    file: Annotated[
        Path, typer.Argument(help="A character card (V2 or V3; PNG or JSON), or a story: story.ink, story.yarn.")
    ],
    name: Annotated[
        str | None, typer.Option(help="Of its folder: small letters, digits, - and _. [default: as in the file]")
    ] = None,
    language: Language = None,
    folder: Annotated[Path, typer.Option("--in", help="Where its folder is made.", metavar="DIR")] = Path("personas"),
    persona: Annotated[
        list[str] | None, typer.Option(help="Of a story: who tells it; may be repeated. [default: everybody there]")
    ] = None,
) -> None:
    """Make a persona of a character card, or a world of an Ink or Yarn story, and check it."""
    from npc_engine.terminal.importing import import_file

    raise typer.Exit(0 if import_file(file, name, language, folder, persona or ()) else 1)
