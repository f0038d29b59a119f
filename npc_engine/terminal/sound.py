"""Sound cards and sound files. `sounddevice` is optional and loaded when it is first needed."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from npc_engine.errors import NpcEngineError
from npc_engine.wav import Sound, write_wav

MICROPHONE_RATE = 16000
_FRAME = 320
"""Samples that the microphone delivers at once: 20 ms."""
_PORTAUDIO = "apt install libportaudio2 | brew install portaudio"


class NoSoundDevice(NpcEngineError):
    """There is nothing to play or listen with; the message says what is missing."""


class Speaker(Protocol):
    """Takes the speech of a chat, piece by piece."""

    in_real_time: bool
    """Whether playing takes as long as the speech. A file has heard everything at once."""

    def play(self, pcm: bytes) -> None:
        """Play s16le mono behind what is playing."""
        ...

    def stop(self) -> None:
        """Be silent now."""
        ...

    def close(self) -> None:
        """Play no more."""
        ...


class FileSpeaker:
    """Collects all speech and writes it to a WAV when closed."""

    in_real_time = False

    def __init__(self, path: Path, rate: int, label: str) -> None:
        """Raises `NpcEngineError` when `path` can't be written to."""
        self._path, self._rate, self._label = path, rate, label
        self._pcm = bytearray()
        self._write()

    def play(self, pcm: bytes) -> None:
        """Keep it."""
        self._pcm += pcm

    def stop(self) -> None:
        """What was said stays said."""

    def close(self) -> None:
        """Write the file."""
        self._write()

    def _write(self) -> None:
        try:
            write_wav(self._path, Sound(bytes(self._pcm), self._rate), self._label)
        except OSError as error:
            raise NpcEngineError(f"{self._path} can not be written ({error.strerror}); choose another --out") from error


class CardSpeaker:
    """Plays through the sound card."""

    in_real_time = True

    def __init__(self, rate: int) -> None:
        """Open the default output. Raises `NoSoundDevice`."""
        self._waiting = bytearray()
        self._lock = threading.Lock()
        self._stream = _open("RawOutputStream", "speaker", "--voice --out FILE.wav", rate, self._fill)

    def play(self, pcm: bytes) -> None:
        """Queue it."""
        with self._lock:
            self._waiting += pcm

    def stop(self) -> None:
        """Drop what waits."""
        with self._lock:
            self._waiting.clear()

    def close(self) -> None:
        """Let go of the sound card."""
        self._stream.close()

    def _fill(self, out: Any, frames: int, time: Any, status: Any) -> None:
        with self._lock:
            piece = bytes(self._waiting[: len(out)])
            del self._waiting[: len(piece)]
        out[:] = piece.ljust(len(out), b"\0")


class CardMicrophone:
    """Listens through the sound card and hands over frames of 20 ms, from a thread of the sound system."""

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        """Open the default input. Raises `NoSoundDevice`."""
        self._hear = hear
        self._stream = _open("RawInputStream", "microphone", "typing", MICROPHONE_RATE, self._take, _FRAME)

    def close(self) -> None:
        """Let go of the sound card."""
        self._stream.close()

    def _take(self, data: Any, frames: int, time: Any, status: Any) -> None:
        self._hear(bytes(data))


def _open(kind: str, what: str, instead: str, rate: int, callback: Callable[..., None], block: int = 0) -> Any:
    try:
        devices = importlib.import_module("sounddevice")
    except ImportError:
        raise NoSoundDevice("sounddevice is not installed; pip install 'npc-engine[audio]'") from None
    except OSError as error:
        raise NoSoundDevice(f"PortAudio is missing ({error}); {_PORTAUDIO}") from None
    try:
        stream = getattr(devices, kind)(samplerate=rate, channels=1, dtype="int16", blocksize=block, callback=callback)
        stream.start()
    except (devices.PortAudioError, ValueError) as error:
        raise NoSoundDevice(f"no {what} can be opened ({error}); plug one in, or use {instead}") from None
    return stream
