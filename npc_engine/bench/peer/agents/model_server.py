"""Serve the language model to a peer by llama-cpp-python's own OpenAI-compatible server, in a process of its own.

Its prompt cache is what llama-cpp-python does by itself: the beginning that a prompt shares with the one before it is
not evaluated again. A process of its own keeps the framework's event loop free while tokens are made.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from wire import Assignment

CONTEXT = 8192
"""Tokens: the prompt and about a hundred turns."""
_PATIENCE = 120.0
"""Seconds that loading the model may take."""


@asynccontextmanager
async def model_server(assignment: Assignment) -> AsyncIterator[str]:
    """The base URL of a server that has loaded the language model, with `/v1`. It ends with the context.

    How many threads it takes is left to it: half of the cores to generate, all of them to read a prompt.
    """
    port = _free_port()
    command = [sys.executable, "-m", "llama_cpp.server", "--model", assignment.language_model, "--model_alias", "model"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--n_ctx", str(CONTEXT)]
    # the server's default computes scores for every token of the prompt, which only slows it down
    command += ["--logits_all", "False", "--verbose", "False"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    try:
        await _until_ready(f"http://127.0.0.1:{port}/v1/models", process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()


async def _until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not await asyncio.to_thread(_answers, url):
            if process.poll() is not None:
                raise RuntimeError(f"llama_cpp.server ended with exit code {process.returncode}")
            await asyncio.sleep(0.2)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (OSError, urllib.error.URLError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
