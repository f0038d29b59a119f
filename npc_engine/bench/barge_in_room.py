"""A player's room in real time: a loudspeaker that plays what comes, and a microphone that hears it and the player."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

import numpy as np

from npc_engine.audio import RATE, StreamResampler
from npc_engine.bench.barge_in_sounds import EchoPath, Samples
from npc_engine.microphone import FRAME
from npc_engine.wav import Sound

_SIZE = round(RATE * FRAME)


class Loudspeaker:
    """Plays one utterance as soon as it comes, and waits when there is nothing more of it yet."""

    def __init__(self) -> None:
        self.played = 0.0
        """Seconds of the utterance."""
        self.waited = 0.0
        """Seconds of silence between its pieces."""
        self.silent_at: float | None = None
        """The event loop's time at which it last ran dry or was stopped; None while it plays."""
        self._left = np.zeros(0)
        self._received = 0.0
        self._waiting = 0.0
        self._resampler: StreamResampler | None = None

    def add(self, pcm: bytes, rate: int) -> None:
        """Another piece came."""
        self._resampler = self._resampler or StreamResampler(rate)
        self._received += len(pcm) / 2 / rate
        self.waited, self._waiting = self.waited + self._waiting, 0.0
        self._left = np.concatenate([self._left, np.frombuffer(self._resampler(pcm), "<i2").astype(np.float64)])

    def stop(self, at: float) -> None:
        """Throw away what was not played."""
        self._left, self._received = np.zeros(0), self.played
        self.silent_at = self.silent_at or at

    def next(self, until: float) -> Samples:
        """The samples of the frame of 20 ms that ends at `until`."""
        frame, self._left = self._left[:_SIZE], self._left[_SIZE:]
        # the last milliseconds stay inside the resampler
        self.played = self.played + len(frame) / RATE if len(self._left) else self._received
        if len(frame) == _SIZE:
            self.silent_at = None
        elif self._resampler:
            self.silent_at = self.silent_at or until - FRAME + len(frame) / RATE
            self._waiting += FRAME - len(frame) / RATE
        return np.pad(frame, (0, _SIZE - len(frame)))


class Room:
    """Sends a frame of 20 ms every 20 ms: the player's sounds and, along `path`, what the loudspeaker plays."""

    def __init__(
        self, loudspeaker: Loudspeaker, send: Callable[[bytes], Awaitable[None]], path: EchoPath | None, noise: float
    ) -> None:
        """`noise`: decibels of full scale of the room without any sound."""
        self.onset: float | None = None
        """The event loop's time at which the first audible sample of the player's sound reached the microphone."""
        self.quiet_since: float | None = None
        """When the player's sound was over."""
        self._loudspeaker = loudspeaker
        self._send = send
        self._path = path
        self._sound: Samples = np.zeros(0)
        self._audible = 0.0
        self._noise = np.random.default_rng(1), 10 ** (noise / 20) * 32768
        self._heard: Samples = np.zeros(_SIZE + (path.memory if path else 0))

    def play(self, sound: Sound) -> None:
        """The player makes `sound` from the next frame on."""
        sound = sound.at_rate(RATE)
        self._sound = np.frombuffer(sound.pcm, "<i2").astype(np.float64)
        self._audible = (sound.audible() or (0.0, 0.0))[0]

    async def run(self, tick: Callable[[float], Awaitable[bool]]) -> None:
        """Send frames until `tick`, called behind each with the time, says that it is enough."""
        clock = asyncio.get_running_loop().time
        began = clock()
        for number in count():
            captured = began + number * FRAME
            await asyncio.sleep(max(0.0, captured + FRAME - clock()))
            await self._send(self._frame(captured))
            if await tick(clock()):
                return

    def _frame(self, captured: float) -> bytes:
        self._heard = np.concatenate([self._heard[_SIZE:], self._loudspeaker.next(captured + FRAME)])
        sound = self._own_sound(captured)
        echo = self._path(self._heard)[-_SIZE:] if self._path else np.zeros(_SIZE)
        random, amplitude = self._noise
        noise = random.standard_normal(_SIZE) * amplitude
        return np.clip(sound + echo + noise, -32768, 32767).astype("<i2").tobytes()

    def _own_sound(self, captured: float) -> Samples:
        if len(self._sound) and self.onset is None:
            self.onset = captured + self._audible
        frame, self._sound = self._sound[:_SIZE], self._sound[_SIZE:]
        if self.onset is not None and not len(self._sound):
            self.quiet_since = self.quiet_since or captured + FRAME
        return np.pad(frame, (0, _SIZE - len(frame)))
