"""Run a session in audio time: its clock jumps to the next moment at which something happens.

Then a minute of conversation takes as long as its engines compute, each of their answers takes as long as stated, and
the same run has the same outcome on every machine, whatever else it does.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any, TypeVar

from npc_engine.worker import Worker

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of the coroutine, on an event loop in audio time that begins at 0. To be called in a thread."""
    with asyncio.Runner(loop_factory=_AudioTimeLoop) as runner:
        return runner.run(coroutine)


class Timed(Worker):
    """A started worker of another event loop, whose answers take as long as stated.

    While it computes, audio time stands still. A stream's items come all at once.
    """

    def __init__(self, worker: Worker, home: asyncio.AbstractEventLoop, takes: Mapping[str, float]) -> None:
        """`takes`: seconds of each method; others take none."""
        super().__init__(worker.spec)
        self._worker = worker
        self._home = home
        self._takes = takes

    @property
    def is_ready(self) -> bool:
        """Always: its worker is started."""
        return True

    async def call(self, method: str, *arguments: Any) -> Any:
        """As a worker does."""
        result = asyncio.run_coroutine_threadsafe(self._worker.call(method, *arguments), self._home).result()
        await asyncio.sleep(self._takes.get(method, 0.0))
        return result

    async def stream(self, method: str, *arguments: Any) -> AsyncIterator[Any]:  # type: ignore[override]
        """As a worker does."""
        items = asyncio.run_coroutine_threadsafe(self._all(method, *arguments), self._home).result()
        await asyncio.sleep(self._takes.get(method, 0.0))
        for item in items:
            yield item

    async def _all(self, method: str, *arguments: Any) -> list[Any]:
        return [item async for item in self._worker.stream(method, *arguments)]


class _Jump(selectors.SelectSelector):
    """Instead of waiting, time jumps."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(timeout if timeout is None else 0)
        if not found and timeout:
            self.now += timeout
        return found


class _AudioTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.now
