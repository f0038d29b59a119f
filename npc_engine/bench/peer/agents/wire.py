"""The pipe between a benchmark and the program of a peer: microphone audio in, speech and events out.

A frame is a kind (1 byte), a length (4 bytes, little-endian) and its content: `A` is PCM, 16-bit little-endian mono; at
16 kHz towards the peer, at the rate that its `ready` event declares from it. `J` is a JSON object, an event with a
`type`. Runs on the standard library alone, because both sides use it. Knows neither framework nor benchmark.

A peer begins with its key (`hello`), says `ready` when it could listen, and then, in this order or again and again:
`speech_started`, `speech_stopped` (what it hears), `transcript` (`text`), `reply_started`, audio, `answer` (`text`),
`reply_done`; and `stage` (`name`, `ms`) for the times that the framework itself reports.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
import sys
from dataclasses import dataclass
from typing import Any

_HEADER = struct.Struct("<cI")
_AUDIO, _EVENT = b"A", b"J"
_LARGEST = 1 << 22
"""Bytes of a frame: a minute of speech. More means that the two sides are out of step."""
LISTENING_RATE = 16000
"""Samples per second of the microphone."""

Event = dict[str, Any]


class WireBroken(Exception):
    """The other side has gone, or speaks something else."""


class Wire:
    """One end of the pipe."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        # small frames must leave at once: the kernel would gather them for up to 40 ms
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send_audio(self, pcm: bytes) -> None:
        """Hand audio over; it is on its way when this returns."""
        self._send(_AUDIO, pcm)

    def tell(self, type_: str, **fields: Any) -> None:
        """Send an event."""
        self._send(_EVENT, json.dumps({"type": type_, **fields}).encode())

    async def receive(self) -> bytes | Event:
        """The next audio, or the next event. Raises `WireBroken`."""
        try:
            kind, size = _HEADER.unpack(await self._reader.readexactly(_HEADER.size))
            if kind not in (_AUDIO, _EVENT) or size > _LARGEST:
                raise WireBroken("the other side sent something else than a frame")
            content = await self._reader.readexactly(size)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise WireBroken("the other side has closed the connection") from error
        return content if kind == _AUDIO else _event(content)

    def close(self) -> None:
        """End it; what was sent still goes out."""
        self._writer.close()

    def _send(self, kind: bytes, content: bytes) -> None:
        self._writer.write(_HEADER.pack(kind, len(content)) + content)


def _event(content: bytes) -> Event:
    try:
        event = json.loads(content)
    except ValueError as error:
        raise WireBroken("the other side sent an event that is no JSON") from error
    if not isinstance(event, dict) or "type" not in event:
        raise WireBroken("the other side sent an event without a type")
    return event


@dataclass(frozen=True)
class Assignment:
    """What a benchmark tells a peer's program, as JSON in its first argument."""

    port: int
    """Of the benchmark, on this machine."""
    key: str
    """Sent back, so that nothing else on this machine is taken for the peer."""
    tuned: bool
    """Whether the settings are those of somebody who has looked for speed, or the framework's own."""
    recognition: str
    """Folder of a CTranslate2 Whisper model."""
    language_model: str
    """A `.gguf` file."""
    voice: str
    """A Piper `.onnx` file."""
    threads: int
    """Cores that may be used at once."""
    instructions: str
    """The system message."""
    examples: list[dict[str, str]]
    """Messages between it and the first question: `role` and `content`."""
    temperature: float
    max_tokens: int

    @classmethod
    def read(cls) -> Assignment:
        """From the command line."""
        return cls(**json.loads(sys.argv[1]))


async def connect(assignment: Assignment) -> Wire:
    """Reach the benchmark. Its end of the pipe decides when the peer's program ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", assignment.port)
    wire = Wire(reader, writer)
    wire.tell("hello", key=assignment.key, pid=os.getpid())
    return wire
