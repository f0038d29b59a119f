"""The one budget of cores: engines take none that was not given to them, and whoever is due first is served first.

The language model runs on threads of its own and shares them out by itself; here it only counts. What can wait, such as
recognising a player who is still speaking, runs on cores that nobody else wants.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol


class Takes(Protocol):
    """An engine, as far as it matters here."""

    @property
    def threads(self) -> int:
        """Cores that one call keeps busy."""
        ...


@dataclass(order=True)
class _Waiting:
    patient: bool
    due: float
    number: int
    cores: int = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)


class Compute:
    """Cores for calls to engines. Used on one event loop."""

    def __init__(self, cores: int) -> None:
        self._cores = cores
        self._taken = 0
        self._reading: dict[object, int] = {}
        """Cores that the patient leave to each prompt that is being answered."""
        self._numbers = itertools.count()
        self._waiting: list[_Waiting] = []

    @asynccontextmanager
    async def cores(self, engine: Takes, due: float, patient: bool = False) -> AsyncIterator[None]:
        """Have the cores for one call, after all who are `due` earlier, in seconds of any one clock.

        The `patient` come after all others, and only while cores would be idle.
        """
        cores = min(engine.threads, self._cores)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, _Waiting(patient, due, next(self._numbers), cores, turn))
        self._admit()
        try:
            await turn
            yield
        finally:
            if turn.done() and not turn.cancelled():
                self._taken -= cores
            self._admit()

    @contextmanager
    def thinking(self, model: Takes) -> Iterator[Callable[[], None]]:
        """The language model is at work, and the patient leave it what it needs.

        It reads on all its threads, and the slowest of them makes it wait: with one core shared, it takes twice as
        long. Call what is yielded when it begins to write: it shares the others then, guessed tokens take only
        longer.
        """
        work = object()
        self._reading[work] = model.threads

        def writes() -> None:
            self._reading[work] = min(1, self._cores - 1)
            self._admit()

        try:
            yield writes
        finally:
            del self._reading[work]
            self._admit()

    def _admit(self) -> None:
        """Let in who is next, until somebody does not fit."""
        while self._waiting:
            first = self._waiting[0]
            if not first.turn.cancelled() and not self._fits(first):
                return
            heapq.heappop(self._waiting)
            if not first.turn.cancelled():
                self._taken += first.cores
                first.turn.set_result(None)

    def _fits(self, waiting: _Waiting) -> bool:
        left = max(self._reading.values(), default=0) if waiting.patient else 0
        return self._taken + waiting.cores <= self._cores - left
