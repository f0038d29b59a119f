"""One WebSocket to a server: typed messages out, typed messages and audio in. Knows no session, never comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from pydantic import BaseModel, ValidationError
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as connect_websocket
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from npc_engine.errors import NpcEngineError
from npc_engine.protocol import (
    AUDIO_HEADER,
    PROTOCOL,
    SERVER_MESSAGES,
    AnyClientMessage,
    AnyServerMessage,
)

_LARGEST = 1 << 20
"""Bytes of a server frame. Audio comes in pieces far below this."""
_PING_INTERVAL, _PING_TIMEOUT = 5, 10
"""Seconds. A cable that is pulled closes nothing: so soon is it noticed, well within what the server remembers."""
_CLOSE_TIMEOUT = 2
"""Seconds that a server gets to answer a farewell."""
_TAKEN_OVER = (1008, "taken over")
"""How the server closes a connection whose session goes on over a newer one."""


class ConnectionLost(NpcEngineError):
    """The server can't be reached, closed the connection, or speaks something else than the protocol."""


class TakenOver(ConnectionLost):
    """The session goes on over another connection, with the same resume token; coming back would take it away there."""


@dataclass(frozen=True)
class ReceivedAudio:
    """A piece of an utterance."""

    utterance: int
    first_sample: int
    """Index of the piece's first sample in its utterance."""
    pcm: bytes
    """Signed 16-bit little-endian mono samples at the rate of `utterance.started`."""

    @property
    def end(self) -> int:
        """Index of the first sample behind it."""
        return self.first_sample + len(self.pcm) // 2


class Unknown(BaseModel):
    """A message of a type that this client does not know: of a newer server. It counts, and means nothing."""

    type: str
    seq: int


Received = AnyServerMessage | ReceivedAudio | Unknown
Sent = AnyClientMessage | bytes
"""A message, or microphone audio: s16le mono at the rate that `session.open` declared."""


class Connection(Protocol):
    """What a session's frames go through, in order, until it is lost."""

    async def send(self, frame: Sent) -> None:
        """Send it. Raises `ConnectionLost`."""
        ...

    def __aiter__(self) -> AsyncIterator[Received]:
        """What comes, until the server closes in good order. Raises `ConnectionLost`."""
        ...


Dial = Callable[[], AbstractAsyncContextManager[Connection]]
"""Opens a connection, and closes it in good order at the end. Raises `ConnectionLost`."""


def websocket(url: str) -> Dial:
    """Dial a server, as at `ws://127.0.0.1:8765/v1`."""
    return partial(_connected, url)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Connection]:
    try:
        socket = await connect_websocket(
            url,
            subprotocols=[PROTOCOL],  # type: ignore[list-item]
            max_size=_LARGEST,
            compression=None,
            ping_interval=_PING_INTERVAL,
            ping_timeout=_PING_TIMEOUT,
            close_timeout=_CLOSE_TIMEOUT,
        )
    except (OSError, InvalidHandshake, InvalidURI, TimeoutError) as error:
        raise ConnectionLost(f"no server answers at {url} ({error}); start one: npc-engine serve") from error
    try:
        yield _WebSocket(socket)
    finally:
        await socket.close()  # in good order even when the game fails: nobody will come back


class _WebSocket:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def send(self, frame: Sent) -> None:
        try:
            await self._socket.send(frame if isinstance(frame, bytes) else frame.model_dump_json(exclude_none=True))
        except ConnectionClosed as error:
            raise _lost(error) from error

    async def __aiter__(self) -> AsyncIterator[Received]:
        try:
            async for frame in self._socket:
                yield read(frame)
        except ConnectionClosed as error:
            raise _lost(error) from error


def read(frame: str | bytes) -> Received:
    """What a frame of the server says. Raises `ConnectionLost` for one that is none."""
    if isinstance(frame, bytes):
        if len(frame) < AUDIO_HEADER.size:
            raise ConnectionLost(f"the server sent a binary frame of {len(frame)} bytes: not protocol {PROTOCOL}")
        utterance, first_sample = AUDIO_HEADER.unpack_from(frame)
        return ReceivedAudio(utterance, first_sample, frame[AUDIO_HEADER.size :])
    try:
        return SERVER_MESSAGES.validate_json(frame, extra="ignore")
    except ValidationError as problem:
        if problem.errors()[0]["type"] == "union_tag_invalid":
            with suppress(ValidationError):
                return Unknown.model_validate_json(frame)
        raise ConnectionLost(f"the server sent something else than protocol {PROTOCOL}: {frame[:200]}") from problem


def _lost(error: ConnectionClosed) -> ConnectionLost:
    if error.rcvd and (error.rcvd.code, error.rcvd.reason) == _TAKEN_OVER:
        return TakenOver("another connection has taken this session over")
    return ConnectionLost(f"the server closed the connection ({error}); its log says why")
