"""A real server with scripted engines on a free port, and a client that speaks JSON: for tests over the wire."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from npc_engine import archive
from npc_engine.config import Config
from npc_engine.ensemble import Engines, Speaker, Voices
from npc_engine.persona import loading
from npc_engine.persona.model import Persona
from npc_engine.process import EngineSpec
from npc_engine.protocol import AUDIO_HEADER, Models
from npc_engine.server import Server
from npc_engine.worker import Worker

SCRIPTED = "npc_engine.engines.scripted:Scripted"
MODELS = Models(recognition="scripted", language_model="scripted", synthesis="scripted", voice_activity="scripted")


def personas() -> dict[str, Persona]:
    """The personas of this project."""
    return {name: loading.load(path) for name, path in loading.available(loading.search_folders()).items()}


def scripted_engines(
    replies: Mapping[str, str] | None = None,
    heard: tuple[str, ...] = ("Where am I?",),
    language_model: EngineSpec | None = None,
) -> Engines:
    """Engines that hear `heard` and answer by `replies`."""

    def worker(name: str, **arguments: Any) -> Worker:
        return Worker(EngineSpec(name, f"{SCRIPTED}{name}", arguments, isolated=False))

    thinking = Worker(language_model) if language_model else worker("LanguageModel", replies=replies or {})
    speaker = Speaker(worker("Synthesiser"), "scripted", "scripted", "", ("*",))
    return Engines(worker("VoiceActivity"), worker("Recogniser", lines=heard), thinking, Voices([speaker]), MODELS)


@dataclass
class Running:
    """A server that is up."""

    server: Server
    port: int

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1"

    @asynccontextmanager
    async def client(self, **options: Any) -> AsyncIterator[Client]:
        async with connect(self.url, compression=None, **options) as socket:
            yield Client(socket)

    async def get(self, path: str) -> tuple[int, str]:
        """Status and body of a plain HTTP request."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())
        head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        return int(head.split()[1]), body


@dataclass
class Client:
    """One connection."""

    socket: ClientConnection
    audio: dict[int, list[tuple[int, bytes]]] = field(default_factory=dict)
    """Binary frames so far: first sample and PCM by utterance."""

    async def send(self, type_: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": type_, **fields}))

    async def open(self, persona: str = "deadwood", **fields: Any) -> dict[str, Any]:
        scene = {"characters": [{"actor_id": "ada", "persona": persona}]}
        await self.send("session.open", **{"protocol": "npc.v1", "player": {"id": "p"}, "scene": scene, **fields})
        return await self.receive()

    def drop(self) -> None:
        """Lose the connection, as by a cable that is pulled."""
        self.socket.transport.abort()

    async def receive(self) -> dict[str, Any]:
        """The next message; audio is put aside."""
        while True:
            frame = await self.socket.recv()
            if isinstance(frame, str):
                message: dict[str, Any] = json.loads(frame)
                return message
            utterance, first = AUDIO_HEADER.unpack_from(frame)
            self.audio.setdefault(utterance, []).append((first, frame[AUDIO_HEADER.size :]))

    async def until(self, type_: str) -> list[dict[str, Any]]:
        """All messages up to the next one of this type."""
        messages = [await self.receive()]
        while messages[-1]["type"] != type_:
            messages.append(await self.receive())
        return messages

    async def read_to_the_end(self) -> None:
        """Read until the server closes the connection."""
        with suppress(ConnectionClosed):
            while True:
                await self.receive()

    async def turn(self) -> list[dict[str, Any]]:
        """All messages of a turn; the client says that it has played everything."""
        messages: list[dict[str, Any]] = []
        while not messages or messages[-1]["type"] != "turn.completed":
            messages.append(await self.receive())
            if messages[-1]["type"] == "utterance.started":
                utterance = messages[-1]["utterance"]
                await self.send("playback.report", utterance=utterance, samples=2**31, state="done")
        return messages

    async def speak(self, seconds: float = 1.0, silence: float = 1.0) -> None:
        """A tone and the silence behind it, as a microphone sends them but faster."""
        tone = (np.sin(np.arange(round(seconds * 16000)) * 0.1) * 8000).astype(np.int16).tobytes()
        audio = tone + bytes(round(silence * 32000))
        for start in range(0, len(audio), 640):
            await self.socket.send(audio[start : start + 640])


@asynccontextmanager
async def serving(
    config: Config | None = None, engines: Engines | None = None, stories: Path | None = None, **options: Any
) -> AsyncIterator[Running]:
    """A server on a free port, with this project's personas or `cast`; it keeps `stories` in a file if there is one."""
    async with archive.opened(stories) as kept, _serving(config, engines, archive=kept, **options) as running:
        yield running


@asynccontextmanager
async def _serving(
    config: Config | None, engines: Engines | None, cast: Mapping[str, Persona] | None = None, **options: Any
) -> AsyncIterator[Running]:
    engines = engines or scripted_engines()
    await engines.start()
    server = Server(config or Config(port=0), engines, dict(cast or personas()), **options)
    address: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(server.run(lambda host, port: address.set_result(port)))
    try:
        yield Running(server, await address)
    finally:
        server.stop()
        await running
        await engines.stop()
