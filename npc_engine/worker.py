"""Supervise an engine: asynchronous, cancellable calls, and a restart when it crashes or hangs.

An engine may take its process down with it (native code, no memory left); a session only sees `EngineUnavailable`.
Knows nothing of what engines do: a call is a method's name and picklable arguments.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any

import structlog

from npc_engine.errors import EngineUnavailable, NpcEngineError
from npc_engine.process import EngineSpec, Link

FIRST_BACK_OFF, LONGEST_BACK_OFF = 0.25, 30.0
"""Seconds before a restart; doubled with every failure in a row."""

_log = structlog.get_logger()


class Worker:
    """One supervised engine. All methods are called on one event loop."""

    def __init__(self, spec: EngineSpec) -> None:
        self.spec = spec
        self.restarts = 0
        self._numbers = itertools.count(1)
        self._calls: dict[int, asyncio.Queue[tuple[str, Any]]] = {}
        self._failures = 0
        self._link: Link | None = None
        self._ready = asyncio.Event()
        self._heard_at = 0.0
        self._supervision: asyncio.Task[None] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether a call would be carried out at once."""
        return self._ready.is_set()

    @property
    def threads(self) -> int:
        """Cores that one call keeps busy."""
        return self.spec.threads

    @property
    def pid(self) -> int | None:
        """Of the worker's process, while it runs in one."""
        return self._link.pid if self._link else None

    async def start(self) -> None:
        """Load the engine. Raises what it raises: a missing model, say."""
        self._link = Link(self.spec, self._deliver)
        try:
            await self._link.loaded
        except BaseException:
            await self._link.close()
            raise
        self._ready.set()
        self._supervision = asyncio.create_task(self._supervise())

    def start_soon(self) -> None:
        """Load the engine in the background; calls wait for it. It is tried again and again until it loads."""
        self._supervision = asyncio.create_task(self._load_and_supervise())

    async def stop(self) -> None:
        """End the process. Calls in progress fail."""
        if self._supervision:
            self._supervision.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervision
        self._ready.clear()
        if self._link:
            await self._link.close()
        self._fail_calls("the server is stopping")

    def tell(self, method: str, *arguments: Any) -> None:
        """Have `method(*arguments)` called, whatever comes of it; an engine that is not up is not told."""
        if self._link and self.is_ready:
            self._link.send(("call", next(self._numbers), method, arguments))

    async def call(self, method: str, *arguments: Any) -> Any:
        """The result of `method(*arguments)`. Raises `EngineUnavailable`, or the engine's own `NpcEngineError`."""
        result = None
        async with aclosing(self.stream(method, *arguments)) as items:
            async for item in items:
                result = item
        return result

    async def stream(self, method: str, *arguments: Any) -> AsyncGenerator[Any, None]:
        """What `method(*arguments)` yields. Closing the iterator cancels the call. Raises as `call`."""
        await self._until_ready()
        number, queue = next(self._numbers), asyncio.Queue[tuple[str, Any]]()
        self._heard_at = asyncio.get_running_loop().time() if not self._calls else self._heard_at
        self._calls[number] = queue
        link = self._link
        assert link is not None
        try:
            link.send(("call", number, method, arguments))
            while True:
                kind, value = await queue.get()
                if kind == "failed":
                    raise value
                if kind == "done":
                    return
                yield value
        finally:
            if self._calls.pop(number, None):
                link.send(("cancel", number))

    async def _until_ready(self) -> None:
        try:
            async with asyncio.timeout(self.spec.patience):
                await self._ready.wait()
        except TimeoutError as problem:
            raise EngineUnavailable(f"the {self.spec.name} does not come back; see the server's log") from problem

    def _deliver(self, message: tuple[str, int, Any]) -> None:
        kind, number, value = message
        self._heard_at = asyncio.get_running_loop().time()
        if kind == "done":
            self._failures = 0
        queue = self._calls.get(number)
        if queue:
            queue.put_nowait((kind, value))
        if kind != "item":
            self._calls.pop(number, None)

    async def _load_and_supervise(self) -> None:
        if not await self._load():
            await self._restart()
        await self._supervise()

    async def _supervise(self) -> None:
        while True:
            link = self._link
            assert link is not None
            reason = await self._until_lost(link)
            self._ready.clear()
            self._fail_calls(reason)
            await link.close()
            _log.warning("engine lost", engine=self.spec.name, reason=reason, failures=self._failures)
            await self._restart()

    async def _until_lost(self, link: Link) -> str:
        loop, nap = asyncio.get_running_loop(), self.spec.patience / 4
        while True:
            since = loop.time()
            done, _ = await asyncio.wait([link.ended], timeout=nap)
            if done:
                return f"the {self.spec.name} crashed ({link.ended.result()})"
            # Who overslept was frozen (a suspended laptop), and the engine with it: that time is not the engine's.
            self._heard_at += max(0.0, loop.time() - since - nap)
            if self._calls and loop.time() - self._heard_at > self.spec.patience:
                return f"the {self.spec.name} did not answer for {self.spec.patience:.0f} s"

    async def _restart(self) -> None:
        while True:
            await asyncio.sleep(min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2**self._failures))
            self._failures += 1
            self.restarts += 1
            if await self._load():
                return

    async def _load(self) -> bool:
        """Load the engine; whether it did."""
        self._link = Link(self.spec, self._deliver)
        try:
            await self._link.loaded
        except NpcEngineError as problem:
            _log.error("engine does not load", engine=self.spec.name, reason=str(problem))
            await self._link.close()
            return False
        _log.info("engine is loaded", engine=self.spec.name)
        self._ready.set()
        return True

    def _fail_calls(self, reason: str) -> None:
        calls, self._calls = self._calls, {}
        for queue in calls.values():
            queue.put_nowait(("failed", EngineUnavailable(reason)))
