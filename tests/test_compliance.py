"""The server's WebSocket against the Autobahn cases, by `kosoku`: framing, fragments, UTF-8, closing, long messages."""

from __future__ import annotations

import logging

import pytest
from kosoku import FailureError, run_fuzzingclient
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from npc_engine.config import Config
from npc_engine.sockets import listen

COMPRESSED = ["12.*", "13.*"]
"""The server compresses nothing."""
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
        with pytest.raises(FailureError) as failed:
            await run_fuzzingclient(f"ws://{host}:{port}", exclude_cases=COMPRESSED, concurrency=4)
    assert len(failed.value.results) == 247 + 54  # those of messages, and those of long ones
    codes = {case.case_id: case.remote_close_code for case in failed.value.results if not case.passed}
    assert codes == {**DOCUMENTED, **dict.fromkeys(ABOVE_THE_LIMIT, CloseCode.MESSAGE_TOO_BIG)}
