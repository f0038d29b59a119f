"""Run a server in this process: load the engines, say when it is ready, end in good order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import structlog

from npc_engine import archive
from npc_engine.archive import Archive
from npc_engine.client.sound import CardSpeaker
from npc_engine.compose import engines_for
from npc_engine.config import Config
from npc_engine.errors import PackageMissing
from npc_engine.localserver import READY
from npc_engine.neuro.tongue import SPEECH_RATE
from npc_engine.persona.model import Persona
from npc_engine.server import PATH, Server, nobody
from npc_engine.terminal.aloud import aloud

if TYPE_CHECKING:  # its packages are optional
    from npc_engine.tracing import Tracing

_log = structlog.get_logger()


async def serve(
    config: Config, personas: Mapping[str, Persona], languages: Collection[str], fake: bool, attached: bool
) -> None:
    """Serve until SIGTERM, Ctrl-C, or, if `attached`, the end of standard input. Raises `NpcEngineError`."""
    if config.aloud:
        CardSpeaker(SPEECH_RATE).close()  # better now than in the middle of a game
    async with archive.opened(config.stories) as stories:
        await _serve(config, personas, languages, fake, attached, stories)


async def _serve(
    config: Config,
    personas: Mapping[str, Persona],
    languages: Collection[str],
    fake: bool,
    attached: bool,
    stories: Archive | None,
) -> None:
    tracing = _tracing(config)
    engines = engines_for(config, fake, languages)
    loudspeaker = partial(aloud, partial(CardSpeaker, SPEECH_RATE)) if config.aloud else None
    server = Server(config, engines, personas, tracing.follow if tracing else nobody, stories, loudspeaker)
    loading = asyncio.create_task(engines.start(_log.info))
    with suppress(NotImplementedError):  # Windows has no SIGTERM to wait for
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, loading.cancel)
    if attached:
        _at_end_of_input(loading.cancel, server.stop)
    try:
        await asyncio.wait([loading])
        if loading.cancelled():
            return
        loading.result()
        server.stop_on_signals()
        await server.run(_say_ready)
    finally:
        loading.cancel()
        await asyncio.gather(loading, return_exceptions=True)
        await engines.stop()
        if tracing:
            tracing.close()


def _tracing(config: Config) -> Tracing | None:
    """The way to a collector of traces, if the configuration wants one. Raises `PackageMissing`."""
    if not config.tracing.enabled:
        return None
    try:
        from npc_engine.tracing import Tracing
    except ModuleNotFoundError as problem:
        raise PackageMissing(
            f"tracing needs {problem.name}, which is not installed; run: pip install 'npc-engine[tracing]'"
        ) from problem
    return Tracing(config.tracing.texts)


def _say_ready(host: str, port: int) -> None:
    address = f"[{host}]" if ":" in host else host
    _log.info(f"open http://{address}:{port}/ in a browser to talk to a character")
    print(f"{READY}ws://{address}:{port}{PATH}", flush=True)


def _at_end_of_input(*ends: Callable[[], object]) -> None:
    """Call `ends` on the running event loop once standard input has closed."""
    loop = asyncio.get_running_loop()
    descriptor = sys.stdin.fileno()

    def read() -> None:
        with suppress(OSError):
            while os.read(descriptor, 4096):
                pass
        with suppress(RuntimeError):  # the loop is closed
            for end in ends:
                loop.call_soon_threadsafe(end)

    threading.Thread(target=read, name="input", daemon=True).start()
