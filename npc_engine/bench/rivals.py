"""Other language model servers on the same model, in place of our scheduler: everything else of a turn stays ours.

Each is set up as somebody would who knows it: prompt caching on, a slot per player where it has slots, our threads.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from npc_engine.bench import llama_server
from npc_engine.bench.peer import environment
from npc_engine.errors import EngineUnavailable, NpcEngineError
from npc_engine.process import ENVIRONMENT
from npc_engine.threads import Threads

Note = Callable[[str], None]
OURS, LLAMA_CPP_PYTHON, LLAMA_SERVER = "npc-engine", "llama-cpp-python", "llama-server"
THROUGH = (OURS, LLAMA_CPP_PYTHON, LLAMA_SERVER)
SLOTS = 8
"""Players at once in the largest crowd."""
CONTEXT = 16384
"""Tokens for all of them, as ours has."""
_PATIENCE = 180.0
"""Seconds to load the model."""


class RivalUnknown(NpcEngineError):
    """There is no server of this name to compare with; the message lists those that exist."""


@dataclass(frozen=True)
class Setting:
    """What a rival runs."""

    model: Path
    threads: Threads
    port: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}/v1"


def check(names: tuple[str, ...]) -> None:
    """Raises `RivalUnknown` for a name that nobody has."""
    for name in names:
        if name not in THROUGH:
            raise RivalUnknown(f"there is no server '{name}'; there are: {', '.join(THROUGH)}")


@asynccontextmanager
async def running(name: str, model: Path, threads: Threads, note: Note) -> AsyncIterator[str]:
    """The rival `name`, installed and started; its URL up to `/v1`. Raises `NpcEngineError`."""
    make = {LLAMA_CPP_PYTHON: _llama_cpp_python, LLAMA_SERVER: _llama_server}[name]
    setting = Setting(model, threads, _free_port())
    command = await asyncio.to_thread(make, setting, note)
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        # threads that spin while they wait would take the cores from recognition and voice, here as in our own process
        env={**ENVIRONMENT, **os.environ},
    )
    try:
        await _until_ready(setting.url, process)
        yield setting.url
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _llama_cpp_python(setting: Setting, note: Note) -> list[str]:
    python = environment.install("llama_cpp_server", note)
    options = {
        "model": setting.model,
        "host": "127.0.0.1",
        "port": setting.port,
        "n_ctx": CONTEXT,
        "n_threads": setting.threads.decode,
        "n_threads_batch": setting.threads.language_model,
        "logits_all": False,  # else it keeps the logits of whole prompts, and saving them dwarfs everything
        "cache": True,
        "interrupt_requests": False,  # else a second player ends the first one's answer
    }
    arguments = [part for option, value in options.items() for part in (f"--{option}", str(value))]
    return [str(python), "-m", "llama_cpp.server", *arguments]


def _llama_server(setting: Setting, note: Note) -> list[str]:
    options = {
        "model": setting.model,
        "host": "127.0.0.1",
        "port": setting.port,
        "ctx-size": CONTEXT,
        "parallel": SLOTS,
        "threads": setting.threads.decode,
        "threads-batch": setting.threads.language_model,
    }
    arguments = [part for option, value in options.items() for part in (f"--{option}", str(value))]
    return [str(llama_server.binary(note)), *arguments, "--kv-unified", "--no-webui"]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


async def _until_ready(url: str, process: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(_PATIENCE):
        while process.returncode is None:
            with suppress(httpx.HTTPError):
                if (await client.get(f"{url}/models")).is_success:
                    return
            await asyncio.sleep(0.2)
    raise EngineUnavailable(f"the other server ended with exit code {process.returncode}; leave it out with --through")
