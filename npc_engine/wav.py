"""Read and write WAV files. What the engine writes says in its metadata that it was generated. Knows no sound cards."""

from __future__ import annotations

import struct
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from npc_engine import __version__
from npc_engine.audio import resample
from npc_engine.errors import InvalidFile

SOFTWARE = f"npc-engine {__version__}"
_UNKNOWN_LENGTH = 0xFFFFFFF0
"""Streams written before their end was known promise about this many bytes."""
_WINDOW = 0.01
"""Seconds over which loudness is measured."""
_AUDIBLE = 200.0
"""Root mean square of 16-bit samples above which a window is taken to be heard: about -44 dB of full scale."""


@dataclass(frozen=True)
class Sound:
    """Mono PCM: signed 16-bit little-endian samples, `rate` of them per second."""

    pcm: bytes
    rate: int

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.pcm) / 2 / self.rate

    def at_rate(self, rate: int) -> Sound:
        """The same sound with `rate` samples per second."""
        return Sound(resample(self.pcm, self.rate, rate), rate)

    def audible(self) -> tuple[float, float] | None:
        """Seconds at which it begins and ends to be heard, to 10 ms; None when it is silent."""
        size = max(1, round(self.rate * _WINDOW))
        samples = np.frombuffer(self.pcm, "<i2").astype(np.float64)
        padded = np.pad(samples, (0, -len(samples) % size)).reshape(-1, size)
        loud = np.flatnonzero(np.sqrt((padded**2).mean(axis=1)) > _AUDIBLE)
        if not len(loud):
            return None
        return float(loud[0] * size / self.rate), min(float((loud[-1] + 1) * size / self.rate), self.duration)


def write_wav(path: Path, sound: Sound, label: str) -> None:
    """Write `sound` with `label`, the AI-generated notice, as its comment (`ICMT`). Raises `OSError`."""
    info = b"INFO" + _info("ICMT", label) + _info("ISFT", SOFTWARE)
    body = b"WAVE" + _chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, sound.rate, sound.rate * 2, 2, 16))
    body += _chunk(b"LIST", info) + _chunk(b"data", sound.pcm)
    path.write_bytes(_chunk(b"RIFF", body))


def read_wav(path: Path) -> Sound:
    """Read a PCM WAV of any rate, width and number of channels as mono. Raises `InvalidFile`."""
    try:
        with wave.open(str(path), "rb") as file:
            promised, data = file.getnframes(), file.readframes(file.getnframes())
            frame, width, channels, rate = (
                file.getsampwidth() * file.getnchannels(),
                file.getsampwidth(),
                file.getnchannels(),
                file.getframerate(),
            )
    except FileNotFoundError:
        raise InvalidFile(f"{path}: there is no such file; check the spelling of the path") from None
    except OSError as error:
        raise InvalidFile(
            f"{path}: can not be read ({error.strerror}); check that it is a file that you may read"
        ) from None
    except (wave.Error, EOFError, struct.error) as error:
        raise InvalidFile(
            f"{path}: is not a PCM WAV file ({error or 'it ends too early'}); convert it: "
            f"ffmpeg -i {path.name} -c:a pcm_s16le -ac 1 converted.wav"
        ) from None
    _check_length(path, promised * frame, len(data), rate)
    return Sound(_mono(data[: len(data) // frame * frame], width, channels), rate)


def _check_length(path: Path, promised: int, found: int, rate: int) -> None:
    if not found or not rate:
        raise InvalidFile(f"{path}: holds no audio; record it again")
    if found < promised and promised < _UNKNOWN_LENGTH - 0xFF:
        raise InvalidFile(f"{path}: ends after {found} of {promised} bytes of audio; copy or record it again")


def _mono(data: bytes, width: int, channels: int) -> bytes:
    samples = _as_int16(data, width).reshape(-1, channels)
    return samples.mean(axis=1).round().astype("<i2").tobytes() if channels > 1 else samples.tobytes()


def _as_int16(data: bytes, width: int) -> npt.NDArray[np.int16]:
    """Samples of `width` bytes as 16-bit ones. WAV keeps 8 bits unsigned, all else signed little-endian."""
    if width == 1:
        return ((np.frombuffer(data, np.uint8).astype(np.int16) - 128) * 256).astype("<i2")
    # the two most significant bytes of each little-endian sample come last
    columns = np.frombuffer(data, np.uint8).reshape(-1, width)
    return np.ascontiguousarray(columns[:, -2:]).view("<i2").reshape(-1)


def _info(key: str, text: str) -> bytes:
    return _chunk(key.encode(), text.encode() + b"\0")


def _chunk(key: bytes, data: bytes) -> bytes:
    return key + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
