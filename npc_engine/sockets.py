"""How the server speaks WebSocket: all that it sets in the library, in one place. Knows no message and no session."""

from __future__ import annotations

import errno
import re
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from npc_engine.config import Config
from npc_engine.errors import PortInUse
from npc_engine.protocol import PROTOCOL

LARGEST_MESSAGE = 2**20
"""Bytes. Above `MAX_FRAME_BYTES`, so that a frame somewhat too large is answered and not cut off."""
_LONGEST_QUEUE = 16
"""Messages that are read ahead of the session."""
_PING_INTERVAL, _PING_TIMEOUT = 20, 60
"""Seconds. A game that loads a level answers no ping; a connection without answers is dead in the end."""
_SUBPROTOCOLS = (PROTOCOL, "realtime")
_LOCAL_PAGE = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")

_log = structlog.get_logger()


async def listen(
    handle: Callable[[ServerConnection], Awaitable[None]],
    config: Config,
    answer_http: Callable[[ServerConnection, Request], Response | None] | None = None,
) -> Server:
    """Take connections; `answer_http` answers requests that want no WebSocket. Raises `PortInUse`.

    Clients that are no browsers send no origin, and are welcome. Nothing is compressed: audio does not get smaller, and
    engines' clients don't know how.
    """
    try:
        return await serve(
            handle,
            config.host,
            config.port,
            process_request=answer_http,
            process_response=_explain,
            select_subprotocol=_select_subprotocol,
            origins=[None, _LOCAL_PAGE, *config.origins],  # type: ignore[list-item]
            compression=None,
            max_size=LARGEST_MESSAGE,
            max_queue=_LONGEST_QUEUE,
            ping_interval=_PING_INTERVAL,
            ping_timeout=_PING_TIMEOUT,
        )
    except OSError as problem:
        if problem.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise
        address = f"{config.host}:{config.port}"
        raise PortInUse(f"cannot listen on {address} ({problem.strerror}); choose another with --port") from problem


def _explain(connection: ServerConnection, request: Request, response: Response) -> None:
    """Say what a refused page lacks, to those who can do something about it: no page may read why it was refused."""
    if response.status_code == HTTPStatus.FORBIDDEN:
        page = request.headers.get("Origin", "")[:256]
        response.body = f"pages of {page} may not connect: list it under `origins` of the server\n".encode()
        del response.headers["Content-Length"]
        response.headers["Content-Length"] = str(len(response.body))
        _log.warning("page refused", origin=page, way_out="list it under `origins` in the configuration")


def _select_subprotocol(connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """One of ours if it is offered; clients that cannot offer one, or offer others, are welcome without."""
    return next((Subprotocol(name) for name in _SUBPROTOCOLS if name in offered), None)
