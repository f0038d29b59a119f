"""The server's WebSocket against the Autobahn cases, by `kosoku`: framing, fragments, UTF-8, closing, long messages."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from npc_engine.config import Config
from npc_engine.sockets import listen

CASES = Path(__file__).parent / "clients" / "autobahn.py"
DOCUMENTED = {"7.1.5": CloseCode.PROTOCOL_ERROR}
"""By the library's own notes on conformance a close in the middle of a fragmented message is a protocol error."""
ABOVE_THE_LIMIT = [
    *(f"9.{kind}.{size}" for kind in (1, 2) for size in (4, 5, 6)),
    *(f"9.{kind}.{pieces}" for kind in (3, 4) for pieces in range(1, 10)),
]
"""Messages of 4 MiB and more."""


async def echo(connection: ServerConnection) -> None:
    try:
        async for message in connection:
            await connection.send(message)
    except ConnectionClosed:
        pass  # what the cases are about


@pytest.mark.anyio
async def test_the_server_fails_only_what_its_library_documents_and_what_is_above_its_limit(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL, "websockets")
    async with await listen(echo, Config(port=0)) as listening:
        host, port = next(iter(listening.sockets)).getsockname()[:2]
        command = (sys.executable, str(CASES), f"ws://{host}:{port}")
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        results = json.loads((await process.communicate())[0])
    assert len(results) == 247 + 54, "those of messages, and those of long ones"
    failed = {case: code for case, passed, code in results if not passed}
    assert failed == {**DOCUMENTED, **dict.fromkeys(ABOVE_THE_LIMIT, CloseCode.MESSAGE_TOO_BIG)}
