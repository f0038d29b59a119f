"""Options that several commands share, and how their work is run."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

T = TypeVar("T")
TERMINATED = 143
"""Exit code after SIGTERM, where a command has no better answer to it."""


def language_code(code: str | None) -> str | None:
    if code is not None and not re.fullmatch("[a-z]{2}", code):
        raise typer.BadParameter(f"'{code}' is no language code; they have two letters: en, zh, ja")
    return code


def language_codes(codes: list[str] | None) -> list[str] | None:
    return [code for code in codes or [] if language_code(code)]


Fake = Annotated[bool, typer.Option("--fake", help="Scripted engines: no model is needed, answers are simple.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="A configuration file.", metavar="FILE")]
StoreFile = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="File that keeps stories and saves; `off` keeps nothing. [default: as configured]",
        envvar="NPC_ENGINE_STORE",
        show_envvar=True,
        metavar="FILE|off",
    ),
]
Json = Annotated[Path | None, typer.Option(help="Also write everything as JSON.", metavar="FILE")]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown for docs/benchmarks.md.")]
Language = Annotated[
    str | None, typer.Option(help="Spoken by the player: en, zh, ...", metavar="CODE", callback=language_code)
]


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which is cancelled by Ctrl-C and SIGTERM."""
    import asyncio

    async def cancellable() -> T:
        task = asyncio.current_task()
        if task and os.name != "nt":
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    try:
        return asyncio.run(cancellable())
    except asyncio.CancelledError:
        sys.exit(TERMINATED)
