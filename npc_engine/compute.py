"""The one budget of cores: engines take none that was not given to them, and whoever is due first is served first.

The language model shares its threads out by itself; it is told how many cores the calls of others leave it. What can
wait, such as recognising a player who is still speaking, runs on cores that nobody else wants.
"""

from __future__ import annotations

import asyncio
import enum
import heapq
import itertools
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol


class Takes(Protocol):
    """An engine, as far as it matters here."""

    @property
    def threads(self) -> int:
        """Cores that one call keeps busy."""
        ...


class Need(enum.IntEnum):
    """How much a call is needed."""

    NOW = 0
    """Somebody waits for it."""
    SOON = 1
    """It can wait until cores would be idle."""
    SPARE = 2
    """Good to have. It leaves a core to whatever comes, and one to what follows each call that is waited for."""


@dataclass(order=True)
class _Waiting:
    need: Need
    due: float
    number: int
    threads: int = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)
    name: Hashable = field(compare=False)
    cores: int = field(default=0, compare=False)
    """That it was given."""


class Compute:
    """Cores for calls to engines. Used on one event loop."""

    def __init__(self, cores: int) -> None:
        self._cores = cores
        self._running: list[_Waiting] = []
        self._reading: dict[object, int] = {}
        """Cores that what can wait leaves to each prompt that is being answered."""
        self._numbers = itertools.count()
        self._waiting: list[_Waiting] = []
        self._share: Callable[[int], None] = lambda left: None
        self._left = cores

    def leave_to(self, share: Callable[[int], None]) -> None:
        """Call `share` with the number of cores that the calls leave, 0 or more, whenever it has changed."""
        self._share = share

    @asynccontextmanager
    async def cores(
        self, engine: Takes, due: float, need: Need = Need.NOW, name: Hashable = None
    ) -> AsyncIterator[None]:
        """Have cores for one call, after all who are needed more or `due` earlier, in seconds of any one clock.

        A call that could use more cores than are free begins with those that are: to wait until several are free at
        once would take longer. By its `name` a call can be hurried.
        """
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(need, due, next(self._numbers), engine.threads, turn, name)
        heapq.heappush(self._waiting, waiting)
        self._admit()
        try:
            await turn
            yield
        finally:
            if waiting in self._running:
                self._running.remove(waiting)
            self._admit()

    def hurry(self, name: Hashable) -> None:
        """Somebody waits for the call of this name now. No change if it runs already or is over."""
        for waiting in self._waiting:
            if waiting.name == name:
                waiting.need = Need.NOW
        heapq.heapify(self._waiting)
        self._admit()

    @contextmanager
    def thinking(self, model: Takes) -> Iterator[Callable[[], None]]:
        """The language model is at work, and what can wait leaves it what it needs.

        It reads on all its threads, and the slowest of them makes it wait: with one core shared, it takes twice as
        long. Call what is yielded when it begins to write: it makes do with one thread then.
        """
        work = object()
        self._reading[work] = model.threads

        def writes() -> None:
            self._reading.pop(work, None)
            self._admit()

        try:
            yield writes
        finally:
            writes()

    def _admit(self) -> None:
        """Let in who is next, until somebody does not fit."""
        while self._waiting and (self._waiting[0].turn.cancelled() or self._free(self._waiting[0].need) > 0):
            first = heapq.heappop(self._waiting)
            if not first.turn.cancelled():
                first.cores = max(1, min(first.threads, self._free(first.need) - self._patient()))
                self._running.append(first)
                first.turn.set_result(None)
        left = self._cores - sum(running.cores for running in self._running)
        if left != self._left:
            self._left = left
            self._share(left)

    def _patient(self) -> int:
        """Calls that wait for idle cores: each gets one before another call gets its second."""
        return sum(waiting.need is Need.SOON and not waiting.turn.cancelled() for waiting in self._waiting)

    def _free(self, need: Need) -> int:
        """Cores for a call that is needed so much."""
        reading = max(self._reading.values(), default=0)
        urgent = sum(running.need is Need.NOW for running in self._running)
        left = (0, reading, max(reading, urgent, min(1, self._cores - 1)))[need]
        return self._cores - left - sum(running.cores for running in self._running)
