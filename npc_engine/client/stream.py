"""What comes to a game, for one of those who read it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Stream(AsyncIterator[T], Generic[T]):
    """Items in their order, from the moment on at which it was made. Filled in the event loop's thread."""

    def __init__(self) -> None:
        self._items: deque[T] = deque()
        self._ended = False
        self._failure: Exception | None = None
        self._news = asyncio.Event()

    def put(self, item: T) -> None:
        """Another one came."""
        self._items.append(item)
        self._news.set()

    def end(self, failure: Exception | None) -> None:
        """Nothing more comes, because of this."""
        self._ended, self._failure = True, failure
        self._news.set()

    def waiting(self) -> list[T]:
        """All that came and was not read, in any thread. Raises what ended it, once all was read."""
        found = [self._items.popleft() for _ in range(len(self._items))]
        if not found and self._failure:
            raise self._failure
        return found

    async def __anext__(self) -> T:
        while not self._items:
            if self._failure:
                raise self._failure
            if self._ended:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._items.popleft()
