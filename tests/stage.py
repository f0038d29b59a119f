"""What every client is tried against: a town with scripted engines, a wire that can be cut, and programs to run.

A program is a game in small, written with the public surface of one client library. It is called with a scenario, the
server's address and its token, and prints what a game saw as one JSON object on the last line of its output.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from serving import Running, personas, scripted_engines, serving

from npc_engine.config import Config

TOKEN = "open sesame"
WELCOME = "Welcome, traveller. What brings you here?"
STORY = "Once upon a time there was a little town, far out on the plains, where nobody ever came. " * 2
HEARD = "Stop that now please!"
SERVED = "You have just done this: Serve the player a drink. The glass is full."
CHUNK = 65536


FOLDER = Path(__file__).parent / "clients"
"""Where the programs are."""


@dataclass(frozen=True)
class Program:
    """A client's test program."""

    name: str
    command: Callable[[Path], list[str]]
    """What runs it; it may first be built in the folder given, which is kept for all tests of a run."""
    needs: tuple[str, ...] = ()
    """Commands without which it can't run."""
    lacks: frozenset[str] = frozenset()
    """Scenarios that its library leaves no way to bring about."""

    @property
    def missing(self) -> list[str]:
        return [each for each in self.needs if not shutil.which(each)]


def having(programs: list[Program], scenario: str) -> list[Any]:
    """The programs that know a scenario, as parameters. Without its runtime one is skipped, but fails with CI set."""

    def marks(program: Program) -> tuple[pytest.MarkDecorator, ...]:
        absent = program.missing
        if not absent or os.environ.get("CI"):
            return ()
        return (pytest.mark.skip(reason=f"needs {', '.join(absent)}"),)

    return [pytest.param(each, marks=marks(each), id=each.name) for each in programs if scenario not in each.lacks]


@dataclass
class Play:
    """A program that runs."""

    process: asyncio.subprocess.Process
    _lines: list[str] = field(default_factory=list)

    async def ready(self) -> None:
        """Wait until it says so."""
        await self._read_until("ready")

    async def seen(self) -> Any:
        """What it saw, once it has ended."""
        assert self.process.stdout
        assert self.process.stderr
        complaint = asyncio.create_task(self.process.stderr.read())
        await self._read_until(None)
        code = await self.process.wait()
        said = (await complaint).decode(errors="replace")
        assert code == 0, f"exit code {code}\n{said}\n" + "\n".join(self._lines)
        return json.loads(self._lines[-1])

    async def _read_until(self, wanted: str | None) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            self._lines.append(line.decode(errors="replace").strip())
            if self._lines[-1] == wanted:
                return
        if wanted is not None:
            assert self.process.stderr
            said = (await self.process.stderr.read()).decode(errors="replace")
            raise AssertionError(f"it ended before it was {wanted}:\n{said}\n" + "\n".join(self._lines))


@asynccontextmanager
async def playing(command: list[str], scenario: str, url: str, token: str = TOKEN, **more: str) -> AsyncIterator[Play]:
    """The program while it runs; what is left of it then is ended."""
    process = await asyncio.create_subprocess_exec(
        *(*command, scenario, url, token),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=2**22,
        env={**os.environ, "PYTHONUTF8": "1", **more},
    )
    try:
        yield Play(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@asynccontextmanager
async def town(port: int = 0) -> AsyncIterator[Running]:
    """A server where Ada welcomes, tells a story, serves drinks, and hears one line whatever is said aloud."""
    engines = scripted_engines({"Hello?": WELCOME, "I love a good story.": STORY}, heard=(HEARD,))
    chatty = personas()["deadwood"].model_copy(update={"otherwise": {}})
    async with serving(Config(port=port, token=TOKEN), engines, cast={"deadwood": chatty}) as running:
        yield running


@dataclass
class Wire:
    """A relay in front of a server, for connections that break."""

    port: int = 0
    connections: int = 0
    """How many came so far."""
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1"

    def cut(self) -> None:
        """Break all connections, without a farewell on either side."""
        for writer in self._open:
            writer.transport.abort()


@asynccontextmanager
async def wire(target: int) -> AsyncIterator[Wire]:
    """A relay to a port of this machine."""
    relay = Wire()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(CHUNK):
                writer.write(piece)
                await writer.drain()
        writer.transport.abort()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relay.connections += 1
        beyond_reader, beyond_writer = await asyncio.open_connection("127.0.0.1", target)
        pair = {writer, beyond_writer}
        relay._open |= pair
        await asyncio.gather(carry(reader, beyond_writer), carry(beyond_reader, writer))
        relay._open -= pair

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as listening:
        relay.port = listening.sockets[0].getsockname()[1]
        yield relay
        relay.cut()


def speech(folder: Path, seconds: float = 1.0) -> Path:
    """A file of s16le mono samples at 16 kHz that the scripted engines take for speech."""
    path = folder / "speech.pcm"
    path.write_bytes((np.sin(np.arange(round(seconds * 16000)) * 0.1) * 8000).astype(np.int16).tobytes())
    return path
