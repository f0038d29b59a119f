"""One session that outlives its connections: comes back, takes up where it was cut, or opens a new session.

Knows nothing of what is said in it.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

from npc_engine.client.arrived import Arrived
from npc_engine.client.connection import Connection, ConnectionLost, Dial, Received, ReceivedAudio, TakenOver, Unknown
from npc_engine.client.told import Told
from npc_engine.errors import NpcEngineError
from npc_engine.protocol import (
    AnyClientMessage,
    AnyServerMessage,
    Error,
    ErrorCode,
    SessionClose,
    SessionClosing,
    SessionOpened,
)

FAREWELL = 5.0
"""Seconds that the server gets to end a session in good order."""
_SHORT = 1.0
"""Seconds. A connection that did not last so long is taken for one that could not be made: the next one waits."""
_SPREAD = 0.5
"""Seconds over which games come back that were all told to come at the same time."""
_FINAL: tuple[ErrorCode, ...] = ("unauthorised", "protocol_version", "persona_not_found", "invalid_message")
"""Refusals that trying again does not mend."""

_log = logging.getLogger("npc_engine.client")
# Not structlog: that is the server's choice, and in a game the game decides what is logged and where.


class ServerRefused(NpcEngineError):
    """The server can't do what the game asked for; `code` is for programs, the message for people."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.message)
        self.code = error.code
        self.error = error


@dataclass(frozen=True)
class Away:
    """The connection is lost. The client comes back by itself: `session.opened` says when, and to which session."""

    reason: str
    """For people."""


Item = AnyServerMessage | ReceivedAudio | Away


def backoff(draw: random.Random) -> Iterator[float]:
    """Seconds to wait before each attempt to come back: none, then at random below a bound that doubles up to 15 s.

    Random over the whole range ("full jitter", AWS Architecture Blog, 2015), so that the players of a server that was
    restarted don't come all at once.
    """
    yield 0.0
    bound = 0.25
    while True:
        yield draw.uniform(0.0, bound)
        bound = min(2 * bound, 15.0)


class Link:
    """A session on a server. `deliver` is called with what comes, in order, each once; it may raise to end the link."""

    def __init__(self, dial: Dial, told: Told, deliver: Callable[[Item], None], draw: random.Random) -> None:
        self._dial = dial
        self._told = told
        self._deliver = deliver
        self._draw = draw
        self._arrived = Arrived()
        self._opened = False
        """Whether there ever was a session."""
        self._stands = False
        """Whether the game believes that there is one."""
        self.is_connected = False
        """Whether what is sent now leaves now."""
        self._closing = False
        self._not_before = 0.0
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Hold the session until it is closed.

        Raises `ConnectionLost` if there is no server to begin with, `TakenOver` once another connection has the
        session, and `ServerRefused` if no session can be had.
        """
        clock, delays = asyncio.get_running_loop().time, backoff(self._draw)
        while True:
            began = clock()
            try:
                async with self._dial() as connection:
                    await self._serve(connection)
                if not self._opened:
                    raise ConnectionLost("the server closed the connection before the session stood; its log says why")
                reason = "the server closed the session"
            except TakenOver:
                raise
            except ConnectionLost as lost:
                if not self._opened:
                    raise
                reason = str(lost)
            if self._closing:
                return
            self._lose(reason)
            delays = delays if clock() - began < _SHORT else backoff(self._draw)
            await asyncio.sleep(max(next(delays), self._not_before - clock()))

    def send(self, message: AnyClientMessage) -> str:
        """Send a message now, or as soon as there is a connection; its id."""
        key = self._told.tell(message)
        self._news.set()
        return key

    def send_audio(self, pcm: bytes) -> None:
        """Send microphone audio. Without a connection only the first seconds of it are kept."""
        self._told.speak(pcm)
        self._news.set()

    def close(self) -> None:
        """End the session in good order: `run` returns once the server has."""
        self._closing = True
        self.send(SessionClose())

    async def _serve(self, connection: Connection) -> None:
        received = aiter(connection)
        opened = await self._open(connection, received)
        if opened is None:
            return
        writing = asyncio.create_task(self._write(connection))
        self.is_connected = True
        try:
            self._take(opened)
            async for item in received:
                self._take(item)
        finally:
            self.is_connected = False
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    async def _open(self, connection: Connection, received: AsyncIterator[Received]) -> SessionOpened | None:
        """Take the session up again, or open a new one; None if the server closes instead."""
        resume = self._arrived.resume()
        await connection.send(self._told.session_open(resume))
        async for item in received:
            match item:
                case SessionOpened(resumed=True, received=had):
                    self._told.go_on(had)
                    return item
                case SessionOpened(continued=continued):
                    self._told.begin(continued)
                    return item
                case Error(code="resume_failed"):
                    self._arrived = Arrived()
                    await connection.send(self._told.session_open(None))
                case Error() if not self._opened or item.code in _FINAL:
                    raise ServerRefused(item)
                case Error():
                    self._take_warning(item)
                    raise ConnectionLost(item.message)
                case _:
                    raise ConnectionLost("the server answered session.open with something else than session.opened")
        return None

    def _take(self, item: Received) -> None:
        new = self._arrived.take(item)
        if new is None or isinstance(new, Unknown):
            return
        if isinstance(new, SessionOpened):
            self._opened = self._stands = True
        elif not isinstance(new, ReceivedAudio):
            self._told.arrived(new.ref)
            self._take_warning(new)
        self._deliver(new)

    def _take_warning(self, message: AnyServerMessage) -> None:
        """Note when the server wants to be left alone until."""
        match message:
            case SessionClosing(reconnect_after_ms=int() as wait) | Error(fatal=True, retry_after_ms=int() as wait):
                self._not_before = asyncio.get_running_loop().time() + wait / 1000 + self._draw.uniform(0, _SPREAD)
            case _:
                pass

    def _lose(self, reason: str) -> None:
        """There is no session for now; told once, however often it can't be had again."""
        _log.info("away from the server: %s", reason)
        if self._stands:
            self._stands = False
            self._deliver(Away(reason))

    async def _write(self, connection: Connection) -> None:
        while True:
            while (frame := self._told.next()) is not None:
                await connection.send(frame)
            self._news.clear()
            await self._news.wait()
