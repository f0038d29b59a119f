"""A microphone made of recordings: frames in real time, silence where nothing is played. Knows no sound card."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count

from npc_engine.wav import Sound

RATE = 16000
"""Samples per second."""
FRAME = 0.02
"""Seconds of audio per frame, as browsers and engines deliver it."""
_BYTES = round(RATE * FRAME) * 2


@asynccontextmanager
async def open_microphone(send: Callable[[bytes], Awaitable[None]]) -> AsyncIterator[RecordedMicrophone]:
    """One that runs."""
    microphone = RecordedMicrophone(send)
    capture = asyncio.create_task(microphone.run())
    try:
        yield microphone
    finally:
        capture.cancel()
        await asyncio.gather(capture, return_exceptions=True)


class RecordedMicrophone:
    """Sends a frame of 20 ms every 20 ms, as a live microphone does: also while nobody speaks."""

    def __init__(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        self._send = send
        self._left = b""
        self._speech_end: float | None = None
        self._ended_at = 0.0
        self._ended = asyncio.Event()

    @property
    def is_silent(self) -> bool:
        """Whether all speech was captured."""
        return self._speech_end is None

    def play(self, sound: Sound) -> None:
        """Speak `sound` from the next frame on."""
        sound = sound.at_rate(RATE)
        audible = sound.audible()
        self._left = sound.pcm
        self._speech_end = audible[1] if audible else sound.duration
        self._ended.clear()

    async def speech_ended(self) -> float:
        """Wait until the last audible sample was captured; the `time.monotonic()` at which that was."""
        await self._ended.wait()
        return self._ended_at

    async def run(self) -> None:
        """Send frames until cancelled, or until sending fails."""
        began = time.monotonic()
        for number in count():
            captured = began + number * FRAME
            # a frame can be sent once its last sample is there
            await asyncio.sleep(max(0.0, captured + FRAME - time.monotonic()))
            await self._send(self._frame(captured))

    def _frame(self, captured: float) -> bytes:
        """The next frame, whose first sample is captured at `captured`."""
        frame, self._left = self._left[:_BYTES], self._left[_BYTES:]
        if self._speech_end is not None:
            if self._speech_end <= FRAME:
                self._ended_at, self._speech_end = captured + self._speech_end, None
                self._ended.set()
            else:
                self._speech_end -= FRAME
        return frame.ljust(_BYTES, b"\0")
