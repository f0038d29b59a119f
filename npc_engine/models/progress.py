"""Show a pull: one moving bar in a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from npc_engine.models.watching import Progress as Step
from npc_engine.models.watching import Watcher

QUIET = 5.0
"""Seconds between two plain lines about the same step."""


class _Bar:
    """In a terminal."""

    def __init__(self, console: Console, bars: Progress) -> None:
        self._console, self._bars = console, bars
        self._task = bars.add_task("", total=None, visible=False)

    def progress(self, progress: Step) -> None:
        self._bars.update(
            self._task,
            description=f"{progress.model}: {progress.doing}",
            completed=progress.done,
            total=progress.total,
            visible=True,
        )

    def note(self, text: str) -> None:
        self._bars.update(self._task, visible=False)
        self._console.print(text, highlight=False, markup=False)


class _Lines:
    """In a log or a pipe."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last, self._at = ("", ""), float("-inf")

    def progress(self, progress: Step) -> None:
        step, now = (progress.model, progress.doing), time.monotonic()
        if step == self._last and now < self._at + QUIET:
            return
        self._last, self._at = step, now
        done, total = (round(size / 1e6) for size in (progress.done, progress.total))
        self.note(f"pulling {progress.model}: {progress.doing}, {done} of {total} MB")

    def note(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def shown(console: Console | None = None) -> Iterator[Watcher]:
    """A watcher that writes to `console`, by default standard error, until the body ends."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        yield _Bar(console, bars)
