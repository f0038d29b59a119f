"""Talk to a server over its WebSocket: typed messages out, typed messages and audio in. Knows no session state."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from npc_engine.errors import NpcEngineError
from npc_engine.protocol import (
    AUDIO_HEADER,
    PROTOCOL,
    SERVER_MESSAGES,
    AnyClientMessage,
    AnyServerMessage,
    SessionOpen,
)

_LARGEST = 1 << 20
"""Bytes of a server frame. Audio comes in pieces far below this."""


class ConnectionLost(NpcEngineError):
    """The server can't be reached, closed the connection, or speaks something else than the protocol."""


@dataclass(frozen=True)
class ReceivedAudio:
    """A piece of an utterance."""

    utterance: int
    first_sample: int
    """Index of the piece's first sample in its utterance."""
    pcm: bytes
    """Signed 16-bit little-endian mono samples at the rate of `utterance.started`."""


class Client:
    """One session on a server. Use `Client.connect`; iterate to receive, from one task at a time."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    @classmethod
    @asynccontextmanager
    async def connect(cls, url: str, opening: SessionOpen) -> AsyncIterator[Client]:
        """A client whose session is being opened; the first message to receive is the answer to that.

        Raises `ConnectionLost`.
        """
        try:
            connection = await connect(url, subprotocols=[PROTOCOL], max_size=_LARGEST, compression=None)  # type: ignore[list-item]
        except (OSError, InvalidHandshake, InvalidURI, TimeoutError) as error:
            raise ConnectionLost(f"no server answers at {url} ({error}); start one: npc-engine serve") from error
        async with connection:
            client = cls(connection)
            await client.send(opening)
            yield client

    async def send(self, message: AnyClientMessage) -> None:
        """Send a message. Raises `ConnectionLost`."""
        await self._send(message.model_dump_json(exclude_none=True))

    async def send_audio(self, pcm: bytes) -> None:
        """Send microphone audio: s16le mono at the rate that `session.open` declared. Raises `ConnectionLost`."""
        await self._send(pcm)

    async def __aiter__(self) -> AsyncIterator[AnyServerMessage | ReceivedAudio]:
        """Messages and audio in the order in which they come, until the server closes in good order.

        Raises `ConnectionLost`.
        """
        try:
            async for frame in self._connection:
                yield _read(frame)
        except ConnectionClosed as error:
            raise _lost(error) from error

    async def _send(self, frame: str | bytes) -> None:
        try:
            await self._connection.send(frame)
        except ConnectionClosed as error:
            raise _lost(error) from error


def _read(frame: str | bytes) -> AnyServerMessage | ReceivedAudio:
    if isinstance(frame, bytes):
        if len(frame) < AUDIO_HEADER.size:
            raise ConnectionLost(f"the server sent a binary frame of {len(frame)} bytes: not protocol {PROTOCOL}")
        utterance, first_sample = AUDIO_HEADER.unpack_from(frame)
        return ReceivedAudio(utterance, first_sample, frame[AUDIO_HEADER.size :])
    try:
        return SERVER_MESSAGES.validate_json(frame)
    except ValidationError as error:
        raise ConnectionLost(f"the server sent something else than protocol {PROTOCOL}: {frame[:200]}") from error


def _lost(error: ConnectionClosed) -> ConnectionLost:
    return ConnectionLost(f"the server closed the connection ({error}); its log says why")
