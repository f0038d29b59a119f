"""Sample arithmetic: PCM16 in buffers that are indexed by time, and resampling. Mono only."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import soxr

RATE = 16000
"""Samples per second of what voice activity and recognition hear."""
BYTES = 2
"""Of one sample."""


class AudioBuffer:
    """The last stretch of a microphone at `RATE`, addressed in seconds since its beginning."""

    def __init__(self, longest: float = 60.0) -> None:
        self._longest = round(longest * RATE) * BYTES
        self._data = bytearray()
        self._first = 0

    @property
    def until(self) -> float:
        """Seconds received since the beginning."""
        return self._first / RATE + len(self._data) / BYTES / RATE

    def append(self, pcm: bytes) -> None:
        """Add samples; the oldest go when there are more than `longest` seconds."""
        self._data += pcm
        self._drop(len(self._data) - self._longest)

    def between(self, start: float, end: float) -> bytes:
        """Samples from `start` to `end` seconds, as far as they are there."""
        first = max(0, round(start * RATE) - self._first)
        last = max(0, round(end * RATE) - self._first)
        return bytes(self._data[first * BYTES : last * BYTES])

    def forget(self, before: float) -> None:
        """Let go of what is older than `before` seconds."""
        self._drop((round(before * RATE) - self._first) * BYTES)

    def _drop(self, size: int) -> None:
        if size > 0:
            size = min(size, len(self._data))
            del self._data[:size]
            self._first += size // BYTES


class StreamResampler:
    """Brings a stream of PCM16 of any rate to `RATE`, without seams between its pieces."""

    def __init__(self, rate: int) -> None:
        self._stream = None if rate == RATE else soxr.ResampleStream(rate, RATE, 1, dtype="int16")

    def __call__(self, pcm: bytes) -> bytes:
        """The samples that are complete after `pcm`."""
        if self._stream is None:
            return pcm
        return bytes(self._stream.resample_chunk(np.frombuffer(pcm, np.int16)).tobytes())


def resample(pcm: bytes, rate: int, to: int) -> bytes:
    """Whole PCM16 `pcm` from `rate` to `to` samples per second."""
    return pcm if rate == to else bytes(soxr.resample(np.frombuffer(pcm, np.int16), rate, to).tobytes())


def level(pcm: bytes) -> float:
    """Root mean square of s16le samples in decibels of full scale; -100 for digital silence and for none."""
    samples = np.frombuffer(pcm, np.int16).astype(np.float32)
    power = float(np.mean(samples**2)) / 2**30 if len(samples) else 0.0
    return 10 * math.log10(max(power, 1e-10))


def levels(pcm: bytes, rate: int, seconds: float) -> tuple[float, ...]:
    """The `level` of each window of so many seconds, the last one shorter."""
    return tuple(level(window) for window in pieces(pcm, round(rate * seconds)))


def pieces(pcm: bytes, samples: int) -> Iterator[bytes]:
    """`pcm` cut into pieces of so many samples, the last one shorter."""
    for start in range(0, len(pcm), samples * BYTES):
        yield pcm[start : start + samples * BYTES]
