"""Start `npc-engine serve` as a process of its own on a free port, follow its log, and end it whatever happens."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import IO

import psutil

from npc_engine.errors import EngineUnavailable

READY = "npc-engine is ready at "
"""How the line on standard output begins that ends with the server's address."""
_DRAIN = 15.0
"""Seconds that the server gets to let replies end."""
Note = Callable[[str], None]


@dataclass(frozen=True)
class LocalServer:
    """A server that is ready."""

    url: str
    pid: int
    start_seconds: float
    """From the start of the process to the line that says that it is ready."""


@asynccontextmanager
async def local_server(
    arguments: Sequence[str], note: Note = lambda line: None, log: IO[str] | None = None
) -> AsyncIterator[LocalServer]:
    """A server started with `arguments` behind `serve --port 0`. `note` is told what it does until it is ready.

    It keeps no stories unless `arguments` say where. Its log goes to `log`.

    Raises `EngineUnavailable` when it does not start.
    """
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "npc_engine", "serve", "--port", "0", "--attached", "--store", "off", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    last = deque[str](maxlen=20)
    ready = asyncio.Event()
    following = asyncio.create_task(_follow(process, ready, note, log, last))
    try:
        url = await _address(process)
        ready.set()
        if url is None:
            await following
            raise EngineUnavailable(_why(last, process.returncode))
        yield LocalServer(url, process.pid, time.monotonic() - began)
    finally:
        await _stop(process)
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def _address(process: asyncio.subprocess.Process) -> str | None:
    """What the ready line says; None when the process ended without one."""
    assert process.stdout is not None
    async for line in process.stdout:
        text = line.decode("utf-8", "replace").strip()
        if text.startswith(READY):
            return text.removeprefix(READY)
    await process.wait()
    return None


async def _follow(
    process: asyncio.subprocess.Process, ready: asyncio.Event, note: Note, log: IO[str] | None, last: deque[str]
) -> None:
    assert process.stderr is not None
    async for line in process.stderr:
        text = line.decode("utf-8", "replace").rstrip()
        last.append(text)
        if log:
            log.write(text + "\n")
        if not ready.is_set():
            note(_event(text))


def _event(line: str) -> str:
    """What a line of the structured log says, or the line itself."""
    with suppress(ValueError):
        entry = json.loads(line)
        if isinstance(entry, dict):
            return str(entry.get("event", line))
    return line


def _why(last: deque[str], code: int | None) -> str:
    said = [line.removeprefix("error: ") for line in last if line.startswith("error: ")]
    return said[-1] if said else "\n".join([f"the server did not start (exit code {code}); it said:", *last])


async def _stop(process: asyncio.subprocess.Process) -> None:
    """Ask the server to end; after `_DRAIN` end it with all its engines."""
    if process.returncode is not None:
        return
    engines = _descendants(process.pid)
    # closing the input of an attached server asks it to end, on systems without SIGTERM too
    if process.stdin:
        process.stdin.close()
    with suppress(ProcessLookupError):
        if os.name != "nt":
            process.terminate()
    try:
        async with asyncio.timeout(_DRAIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
    for engine in engines:
        with suppress(psutil.NoSuchProcess):
            engine.kill()


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
