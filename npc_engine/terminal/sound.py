"""How a chat is heard: into a file, or not at all for a while."""

from __future__ import annotations

from pathlib import Path

from npc_engine.client import ImmediateSpeaker, Speaker
from npc_engine.errors import NpcEngineError
from npc_engine.wav import Sound, write_wav


class FileSpeaker(ImmediateSpeaker):
    """Collects all speech and writes it to a WAV when closed."""

    def __init__(self, path: Path, rate: int, label: str) -> None:
        """Raises `NpcEngineError` when `path` can't be written to."""
        super().__init__()
        self.rate = rate
        self._path, self._label = path, label
        self._pcm = bytearray()
        self._write(rate)

    def play(self, utterance: int, pcm: bytes, rate: int) -> None:
        """Keep it."""
        super().play(utterance, pcm, rate)
        self._pcm += pcm

    def close(self) -> None:
        """Write the file."""
        assert self.rate
        self._write(self.rate)

    def _write(self, rate: int) -> None:
        try:
            write_wav(self._path, Sound(bytes(self._pcm), rate), self._label)
        except OSError as error:
            raise NpcEngineError(f"{self._path} can not be written ({error.strerror}); choose another --out") from error


class Switch:
    """A speaker that can be switched off: what comes then is taken to be heard at once."""

    def __init__(self, speaker: Speaker) -> None:
        self.rate = speaker.rate
        self._on = True
        self._speaker = speaker
        self._unheard = ImmediateSpeaker()

    def turn(self, on: bool) -> None:
        """Switch it on or off."""
        self._on = on
        if not on:
            self.stop()

    def play(self, utterance: int, pcm: bytes, rate: int) -> None:
        """Play it, or don't."""
        (self._speaker if self._on else self._unheard).play(utterance, pcm, rate)

    def played(self, utterance: int) -> int:
        """Both ways."""
        return self._speaker.played(utterance) + self._unheard.played(utterance)

    def stop(self) -> None:
        """Be silent."""
        self._speaker.stop()

    def close(self) -> None:
        """Let go of it."""
        self._speaker.close()
