"""How a pull tells what it does: a callback with bytes done and a callback with sentences."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Progress:
    """How far one model has come."""

    model: str
    doing: str
    """What is waited for: `part 1 of 2`, `checking`."""
    done: int
    """Bytes, of `total`. May step back a little when a part is unpacked."""
    total: int


class Watcher(Protocol):
    """Follows a pull. Called from the thread that pulls and from one beside it, never from both at once for long."""

    def progress(self, progress: Progress) -> None:
        """Bytes came."""
        ...

    def note(self, text: str) -> None:
        """Something that a user wants to know: a source failed, another is tried, a model is in place."""
        ...


class Silent:
    """A watcher that looks away."""

    def progress(self, progress: Progress) -> None:
        """Nothing is shown."""

    def note(self, text: str) -> None:
        """Nothing is said."""


@contextmanager
def growth(folder: Path, report: Callable[[int], None], every: float = 0.5) -> Iterator[None]:
    """Report the size of the largest file under `folder` while the body runs: libraries differ in how they tell.

    The largest, because a download is one growing file, and some tools copy it when it is done.
    """
    finished = threading.Event()

    def look() -> None:
        while not finished.wait(every):
            report(largest(folder))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()


def largest(folder: Path) -> int:
    """Bytes of the largest file under `folder`; files and folders that vanish meanwhile don't count."""
    size = 0
    for parent, _, names in os.walk(folder):  # which passes over folders that it cannot read
        for name in names:
            with suppress(OSError):
                size = max(size, (Path(parent) / name).stat().st_size)
    return size
