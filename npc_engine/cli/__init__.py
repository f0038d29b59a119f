"""The command line. Options in, exit code out; what commands do is elsewhere and imported when it is needed."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated

import typer

from npc_engine import __version__
from npc_engine.cli import bench, models, personas, saves, talk
from npc_engine.cli.options import TERMINATED
from npc_engine.errors import NpcEngineError

app = typer.Typer(
    name="npc-engine",
    help="The voice and mind of game characters: listens, thinks and speaks in real time, on this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (talk.serve, talk.chat, talk.demo):
    app.command()(command)
app.command("test")(talk.try_scenarios)
app.command()(talk.doctor)
app.add_typer(models.app, name="models")
app.add_typer(personas.app, name="personas")
app.add_typer(saves.app, name="saves")
app.add_typer(bench.app, name="bench")

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it: 128 and the signal's number."""


def main() -> None:
    """Run the command line; errors that a user can mend are one line."""
    signal.signal(signal.SIGTERM, _terminate)
    # questions in other scripts must not fail on a console that is not set to UTF-8
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except NpcEngineError as error:
        _print_error(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # whoever read the output has left; what is still buffered goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _terminate(number: int, frame: object) -> None:
    """End by an exception, so that what was started is cleaned up."""
    sys.exit(TERMINATED)


def _print_error(error: NpcEngineError) -> None:
    from rich.console import Console
    from rich.text import Text

    Console(stderr=True).print(Text.assemble(("error: ", "bold red"), str(error)), soft_wrap=True)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"npc-engine {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass
