"""Write the reference of the command line, `docs/cli.md`, from the commands themselves."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.cli import get_docs_for_click
from typer.main import get_command

from npc_engine.cli import app

_HEAD = "<!-- Written from npc_engine/cli; do not edit. -->\n\n"
_TAIL = """
## Exit codes

| code | meaning |
|---:|---|
| 0 | done |
| 1 | it did not work; the last line on standard error begins with `error:` and says what to do |
| 2 | the command line is wrong |
| 130 | interrupted by Ctrl-C |
| 143 | ended by SIGTERM; a server that listens drains instead, and ends with 0 |
"""


def cli_reference() -> str:
    """The page as Markdown."""
    command = get_command(app)
    docs = get_docs_for_click(obj=command, ctx=typer.Context(command), name="npc-engine", title="The command line")
    return _HEAD + docs.strip() + "\n" + _TAIL


if __name__ == "__main__":
    Path("docs", "cli.md").write_text(cli_reference(), encoding="utf-8")
