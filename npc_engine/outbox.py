"""What waits for one client to read: messages and audio in order, numbered when they leave. Decides nothing."""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from npc_engine.protocol import AnyServerMessage, UtteranceAudio


@dataclass(frozen=True)
class AudioFrame:
    """A piece of an utterance for the client, PCM s16le mono at `rate`."""

    utterance: int
    first_sample: int
    pcm: bytes
    rate: int


Frame = AnyServerMessage | AudioFrame


class Outbox:
    """The frames of one session. Used on one event loop."""

    def __init__(self, longest: int, base64_audio: bool) -> None:
        """`longest` is how many bytes of audio may wait; `base64_audio` turns audio into messages."""
        self.overflowed = asyncio.Event()
        """Set once more audio waits than may."""
        self._longest = longest
        self._base64_audio = base64_audio
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._closed = False

    def put(self, frame: Frame) -> None:
        """Queue a frame."""
        self._frames.append(frame)
        self._bytes += _size(frame)
        if self._bytes > self._longest:
            self.overflowed.set()
        self._news.set()

    def drop_audio(self, utterance: int) -> None:
        """Forget the audio of an utterance that has not left yet."""
        kept = [frame for frame in self._frames if not (isinstance(frame, AudioFrame) and frame.utterance == utterance)]
        self._frames = deque(kept)
        self._bytes = sum(map(_size, kept))

    def close(self) -> None:
        """Nothing more will come."""
        self._closed = True
        self._news.set()

    async def frames(self) -> AsyncIterator[Frame]:
        """The frames in order, messages numbered by `seq` from 1. Ends when all have left after `close`."""
        seq = 0
        while True:
            while self._frames:
                frame = self._frames.popleft()
                self._bytes -= _size(frame)
                frame = _as_message(frame) if isinstance(frame, AudioFrame) and self._base64_audio else frame
                if not isinstance(frame, AudioFrame):
                    # Numbered only now: audio that is dropped leaves no gap.
                    seq += 1
                    frame = frame.model_copy(update={"seq": seq})
                yield frame
            if self._closed:
                return
            self._news.clear()
            await self._news.wait()


def _as_message(frame: AudioFrame) -> UtteranceAudio:
    pcm = base64.b64encode(frame.pcm).decode("ascii")
    return UtteranceAudio(utterance=frame.utterance, first_sample=frame.first_sample, pcm=pcm)


def _size(frame: Frame) -> int:
    return len(frame.pcm) if isinstance(frame, AudioFrame) else 0
