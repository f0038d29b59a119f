"""A client's connection to a session in the same process: what goes over a WebSocket elsewhere, without one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from npc_engine.client.connection import Connection, Dial, Received, ReceivedAudio, Sent
from npc_engine.frames import AudioFrame
from npc_engine.protocol import SessionOpen
from npc_engine.session import Session


def inprocess(session: Session) -> Dial:
    """Dial a session that was made from the client's own `session.open`. It lives as long as the connection."""
    return partial(_connected, session)


@asynccontextmanager
async def _connected(session: Session) -> AsyncIterator[Connection]:
    running = asyncio.create_task(session.run())
    try:
        yield _Connection(session)
    finally:
        if session.close_reason is None:
            running.cancel()
        with suppress(asyncio.CancelledError):
            await running


class _Connection:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def send(self, frame: Sent) -> None:
        if isinstance(frame, bytes):
            if problem := self._session.receive_audio(frame):
                self._session.outbox.put(problem)
        elif not isinstance(frame, SessionOpen):
            self._session.receive(frame)

    async def __aiter__(self) -> AsyncIterator[Received]:
        async for frame in self._session.outbox.frames():
            if isinstance(frame, AudioFrame):
                yield ReceivedAudio(frame.utterance, frame.first_sample, frame.pcm)
            else:
                yield frame
