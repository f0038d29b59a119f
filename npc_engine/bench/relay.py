"""A wire between a client and a server that breaks at a given place, without a farewell on either side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

Direction = Literal["up", "down"]
"""`up` is what the client sends."""
_CHUNK = 65536


@dataclass
class Relay:
    """Counts what goes through it."""

    url: str = ""
    """Where clients connect."""
    passed: dict[Direction, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    """Bytes of all connections."""
    connections: int = 0
    cut_at: float | None = None
    """The event loop's time at which it broke."""
    _place: tuple[Direction, int] | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def break_at(self, direction: Direction, place: int) -> None:
        """Break the connection, once, when so many bytes have gone this way."""
        self._place = direction, place

    def _take(self, direction: Direction, piece: bytes) -> bytes:
        """What of a piece passes."""
        if self._place and self._place[0] == direction:
            left = self._place[1] - self.passed[direction]
            if left < len(piece):
                piece = piece[: max(0, left)]
                self._break()
        self.passed[direction] += len(piece)
        return piece

    def _break(self) -> None:
        self._place, self.cut_at = None, asyncio.get_running_loop().time()
        for writer in self._open:
            writer.transport.abort()

    async def _carry(self, direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(_CHUNK):
                writer.write(self._take(direction, piece))
                await writer.drain()
        writer.transport.abort()

    async def _accept(self, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        beyond_reader, beyond_writer = await asyncio.open_connection(host, port)
        pair = {writer, beyond_writer}
        self._open |= pair
        await asyncio.gather(self._carry("up", reader, beyond_writer), self._carry("down", beyond_reader, writer))
        self._open -= pair


@asynccontextmanager
async def relay(url: str) -> AsyncIterator[Relay]:
    """A wire to the server at `url`."""
    server, made = urlsplit(url), Relay()
    assert server.hostname
    assert server.port
    host, port = server.hostname, server.port
    async with await asyncio.start_server(
        lambda reader, writer: made._accept(host, port, reader, writer), "127.0.0.1", 0
    ) as listening:
        made.url = f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}{server.path}"
        yield made
        made._break()
