"""Explain an answer: what the model was given, what was kept from being said, and where the time went."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from npc_engine.bench.report import STAGES
from npc_engine.core.turn import Why

FOLDED = 240
"""Characters of a prompt's line that are shown; the rest is counted."""


def why_table(why: Why) -> Table:
    """All that went into the answer to `why.line`."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    rows = [
        ("line", why.line),
        ("persona", why.persona),
        ("language", why.language),
        ("facts", "\n".join(why.facts) or "none"),
        ("quest step", why.quest or "none"),
        ("held back", "\n".join(why.guarded) or "nothing"),
        ("prompt", _prompt(why)),
        ("timings", _timings(why)),
    ]
    for name, text in rows:
        table.add_row(name, Text(text))
    return table


def _prompt(why: Why) -> str:
    if why.prompt is None:
        return "none: the words were given"
    lines = [f"{line.role}: {_folded(line.text)}" for line in why.prompt.lines]
    return "\n".join([*lines, f"({why.prompt.shared} of {len(lines)} messages are evaluated once for all players)"])


def _folded(text: str) -> str:
    return text if len(text) <= FOLDED else f"{text[:FOLDED]}… ({len(text) - FOLDED} more characters)"


def _timings(why: Why) -> str:
    times = why.metrics.model_dump(exclude_none=True)
    return "\n".join(f"{times[stage]:6d} ms  {label}" for stage, label in STAGES.items() if stage in times) or "none"
