"""The sound card: a speaker whose clock is the card's own, and a microphone. `pip install 'npc-engine[audio]'`.

`sounddevice` is loaded when it is first needed, since it is optional.
"""

from __future__ import annotations

import importlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from npc_engine.errors import NpcEngineError

_FRAME = 0.02
"""Seconds that the microphone delivers at once."""
_REMEMBERED = 8
"""Utterances."""
_PORTAUDIO = "apt install libportaudio2 | brew install portaudio"


class NoSoundDevice(NpcEngineError):
    """There is nothing to play or listen with; the message says what is missing."""


class CardSpeaker:
    """Plays through the sound card."""

    def __init__(self, rate: int = 24000) -> None:
        """Open the default output. Raises `NoSoundDevice`."""
        self.rate: int | None = rate
        self._samples_per_second = rate
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, bytearray]] = deque()
        """Utterance and PCM that the card has not taken."""
        self._taken: dict[int, deque[tuple[float, int]]] = {}
        """By utterance: when, on the card's clock, each piece begins to be heard, and how many samples it has."""
        self._heard: dict[int, int] = {}
        self._stream = _open("RawOutputStream", "speaker", "ClockSpeaker()", rate, self._fill)

    def play(self, utterance: int, pcm: bytes, rate: int) -> None:
        """Queue it. The server sends at `rate` what a client with this speaker asks for."""
        assert rate == self._samples_per_second
        with self._lock:
            self._waiting.append((utterance, bytearray(pcm)))

    def played(self, utterance: int) -> int:
        """What has left the card by its own clock."""
        with self._lock:
            at: float = self._stream.time
            taken, heard = self._taken.get(utterance, deque()), self._heard.get(utterance, 0)
            while taken and at >= taken[0][0] + taken[0][1] / self._samples_per_second:
                heard += taken.popleft()[1]
            self._heard[utterance] = heard
            if not taken:
                return heard
            began, count = taken[0]
            return heard + min(max(0, round((at - began) * self._samples_per_second)), count)

    def stop(self) -> None:
        """Drop what the card has not taken."""
        with self._lock:
            self._waiting.clear()
            self._taken.clear()

    def close(self) -> None:
        """Let go of the sound card."""
        self._stream.close()

    def _fill(self, out: Any, frames: int, time: Any, status: Any) -> None:
        filled, began = bytearray(), time.outputBufferDacTime
        with self._lock:
            while self._waiting and len(filled) < len(out):
                utterance, pcm = self._waiting[0]
                piece = pcm[: len(out) - len(filled)]
                del pcm[: len(piece)]
                if not pcm:
                    self._waiting.popleft()
                self._remember(utterance)
                at = began + len(filled) / 2 / self._samples_per_second
                self._taken[utterance].append((at, len(piece) // 2))
                filled += piece
        out[:] = bytes(filled).ljust(len(out), b"\0")

    def _remember(self, utterance: int) -> None:
        """Make room to note what the card takes of it. What was heard long ago nobody asks for any more."""
        self._taken.setdefault(utterance, deque())
        for old in list(self._taken)[:-_REMEMBERED]:
            del self._taken[old]
            self._heard.pop(old, None)


class CardMicrophone:
    """Listens through the sound card."""

    def __init__(self, rate: int = 16000) -> None:
        self.rate = rate
        self._stream: Any = None

    def start(self, hear: Callable[[bytes], None]) -> None:
        """Open the default input, and hand over frames of 20 ms in a thread of the sound system.

        Raises `NoSoundDevice`.
        """

        def take(data: Any, frames: int, time: Any, status: Any) -> None:
            hear(bytes(data))

        self._stream = _open("RawInputStream", "microphone", "typing", self.rate, take, round(self.rate * _FRAME))

    def close(self) -> None:
        """Let go of the sound card."""
        if self._stream:
            self._stream.close()


def _open(kind: str, what: str, instead: str, rate: int, callback: Callable[..., None], block: int = 0) -> Any:
    try:
        devices = importlib.import_module("sounddevice")
    except ImportError:
        raise NoSoundDevice("sounddevice is not installed; pip install 'npc-engine[audio]'") from None
    except OSError as error:
        raise NoSoundDevice(f"PortAudio is missing ({error}); {_PORTAUDIO}") from None
    try:
        stream = getattr(devices, kind)(
            samplerate=rate, channels=1, dtype="int16", blocksize=block, latency="low", callback=callback
        )
        stream.start()
    except (devices.PortAudioError, ValueError) as error:
        raise NoSoundDevice(f"no {what} can be opened ({error}); plug one in, or use {instead}") from None
    return stream
