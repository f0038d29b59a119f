"""The stories' file, for an event loop: one thread has it, and writes what has come meanwhile in one transaction.

A commit waits for the disk, milliseconds on a good one. Nobody else waits for it here, and the commits of many
sessions become one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from npc_engine.core.journal import Entry
from npc_engine.errors import StoreUnusable
from npc_engine.store.stories import Branch, Stories

R = TypeVar("R")
_Write = tuple[Branch, Sequence[Entry], asyncio.Future[None]]


class Archive:
    """The stories of one server. Used on one event loop; `start` it before, `stop` it after."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread = ThreadPoolExecutor(1, "stories")
        self._stories: Stories | None = None
        self._pending: list[_Write] = []
        self._writing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the file. Raises `StoreUnusable`."""
        self._stories = await asyncio.get_running_loop().run_in_executor(self._thread, Stories.open, self.path)

    async def stop(self) -> None:
        """Write what was given until now, and let go of the file."""
        if self._writing:
            await self._writing
        if self._stories:
            await self.call(Stories.close)
        self._thread.shutdown()

    async def call(self, do: Callable[[Stories], R]) -> R:
        """What `do` makes of the stories, in their thread. Raises what it raises."""
        assert self._stories is not None, "the archive was not started"
        return await asyncio.get_running_loop().run_in_executor(self._thread, do, self._stories)

    async def append(self, branch: Branch, entries: Sequence[Entry]) -> None:
        """Let this have happened in a branch: it is on the disk when this returns. Raises `StoreUnusable`."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.append((branch, entries, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        while self._pending:
            batch, self._pending = self._pending, []
            writes = [(branch, entries) for branch, entries, _ in batch]
            waiting = [done for _, _, done in batch if not done.done()]
            try:
                await self.call(partial(Stories.append, writes=writes))
            except StoreUnusable as problem:
                for done in waiting:
                    done.set_exception(problem)
            finally:
                for done in waiting:
                    if not done.done():
                        done.set_result(None)


@asynccontextmanager
async def opened(path: Path | None) -> AsyncIterator[Archive | None]:
    """The archive in a file; none without one. Raises `StoreUnusable`."""
    if path is None:
        yield None
        return
    archive = Archive(path)
    try:
        await archive.start()
        yield archive
    finally:
        await archive.stop()
