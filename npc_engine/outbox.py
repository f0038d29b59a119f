"""What waits for one client to read: messages at once, audio when its playback is near. Decides nothing.

Speech is made faster than it is played. A client gets it only `LEAD` seconds before it plays it, so that what is held
or dropped here is never heard. A client is taken to play what it gets at once; one that reports to have played more
(a tool that writes a file) gets more. What has left can be taken back, for a client whose connection broke.
"""

from __future__ import annotations

import asyncio
import base64
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from npc_engine.core.barge_in import LEAD
from npc_engine.frames import AudioFrame, Frame, SentFrames, is_audio_of
from npc_engine.protocol import UtteranceAudio, UtteranceCompleted


@dataclass
class _Pace:
    """The audio of one utterance that has not left yet, and when it may."""

    began: float
    """When playback began, in seconds on the clock; later by all the time in which the client had nothing to play."""
    frames: deque[AudioFrame] = field(default_factory=deque)
    bytes: int = 0
    """Of all frames."""
    reported: float = 0.0
    """Seconds that the client says it has played."""
    held: bool = False

    def due(self) -> float:
        """When the next frame may leave; infinity while none may."""
        if self.held or not self.frames:
            return math.inf
        start = self.frames[0].start
        return -math.inf if start <= self.reported + LEAD else self.began + start - LEAD

    def take(self, at: float) -> AudioFrame:
        """The next frame leaves. If it comes too late to be played in time, playback has waited for it."""
        frame = self.frames.popleft()
        self.bytes -= len(frame.pcm)
        self.began = max(self.began, at - frame.start)
        return frame

    def late(self, at: float) -> float:
        """Bytes that might have left by now, had the client read."""
        if self.due() > at:
            return 0.0
        until = max(at - self.began, self.reported) + LEAD
        return min(self.bytes, (until - self.frames[0].start) * self.frames[0].rate * 2)


class Outbox:
    """The frames of one session. Used on one event loop."""

    def __init__(self, longest: int, base64_audio: bool, clock: Callable[[], float] = time.monotonic) -> None:
        """`longest` is how many bytes of audio may wait for the client; `base64_audio` turns audio into messages."""
        self.overflowed = asyncio.Event()
        """Set once more audio waits for the client than may. What is held or not due yet is not the client's fault."""
        self._longest = longest
        self._base64_audio = base64_audio
        self._clock = clock
        self._ready: deque[Frame | asyncio.Future[None]] = deque()
        """Frames, and what is to be kept before the frames behind it leave."""
        self._sent = SentFrames(longest // 2)
        self._paces: dict[int, _Pace] = {}
        self._seq = 0
        self._news = asyncio.Event()
        self._closed = False

    def put(self, frame: Frame) -> None:
        """Queue a frame. Messages leave in order and do not wait for audio, but an utterance's end comes behind it."""
        if isinstance(frame, AudioFrame):
            pace = self._paces.setdefault(frame.utterance, _Pace(self._clock() - frame.start))
            pace.frames.append(frame)
            pace.bytes += len(frame.pcm)
        else:
            if isinstance(frame, UtteranceCompleted):
                self._hurry(frame.utterance)
            self._ready.append(frame)
        self._look_for_overflow()
        self._news.set()

    def wait_for(self, kept: asyncio.Future[None]) -> None:
        """Let nothing that is put from now on leave before `kept` is done, nor any audio."""
        self._ready.append(kept)
        kept.add_done_callback(lambda done: self._news.set())

    @property
    def waits(self) -> bool:
        """Whether what comes next waits for something to be kept."""
        while self._ready and isinstance(kept := self._ready[0], asyncio.Future):
            if not kept.done():
                return True
            self._ready.popleft()
        return False

    def hold(self, utterance: int) -> None:
        """Let no audio of the utterance leave until `release`."""
        if pace := self._paces.get(utterance):
            pace.held = True

    def release(self, utterance: int) -> None:
        """Go on where `hold` stopped."""
        if pace := self._paces.get(utterance):
            pace.held = False
            self._news.set()

    def played(self, utterance: int, samples: int) -> None:
        """The client says that it has played so much of the utterance."""
        pace = self._paces.get(utterance)
        if pace and pace.frames:
            pace.reported = max(pace.reported, samples / pace.frames[0].rate)
            self._look_for_overflow()
            self._news.set()

    def drop_audio(self, utterance: int) -> None:
        """Let no audio of an utterance leave any more, nor leave again."""
        self._paces.pop(utterance, None)
        self._ready = deque(frame for frame in self._ready if not is_audio_of(frame, utterance))
        self._sent.forget_audio(utterance)

    def close(self) -> None:
        """Nothing more will come."""
        self._closed = True
        for utterance in list(self._paces):
            self._hurry(utterance)
        self._news.set()

    def take(self) -> Frame | None:
        """The next frame that may leave by now, messages numbered by `seq` from 1. None if none may."""
        if self.waits:
            return None
        at = self._clock()
        if self._ready:
            frame = self._ready.popleft()
            assert not isinstance(frame, asyncio.Future)
        else:
            due = next((pace for pace in self._paces.values() if pace.due() <= at), None)
            if due is None:
                return None
            frame = due.take(at)
        frame = self._numbered(_as_message(frame) if isinstance(frame, AudioFrame) and self._base64_audio else frame)
        self._sent.add(frame, at)
        return frame

    def can_rewind(self, last_seq: int) -> bool:
        """Whether all that left behind the message with this number is still known."""
        return self._sent.reaches(last_seq)

    def rewind(self, last_seq: int, utterance: int | None = None, samples: int = 0) -> None:
        """Let all that left behind the message with this number leave again; `can_rewind` says whether it can.

        The first `samples` of `utterance` have arrived.
        """
        for frame in reversed(self._sent.take_back(last_seq)):
            if not (isinstance(frame, AudioFrame) and frame.utterance == utterance and frame.end <= samples):
                self._ready.appendleft(frame)
        self._news.set()

    def next_due(self) -> float:
        """When, on the clock, the next audio may leave; infinity if there is none or it is held."""
        return min((pace.due() for pace in self._paces.values()), default=math.inf)

    async def frames(self) -> AsyncIterator[Frame]:
        """The frames as they may leave. Ends when all have left after `close`."""
        while True:
            while frame := self.take():
                yield frame
            if self._closed:
                return
            self._news.clear()
            due = math.inf if self.waits else self.next_due()
            with suppress(TimeoutError):
                async with asyncio.timeout(None if due == math.inf else due - self._clock()):
                    await self._news.wait()

    def _numbered(self, frame: Frame) -> Frame:
        # Numbered only when it leaves: audio that is dropped leaves no gap. What leaves again has its number.
        if isinstance(frame, AudioFrame) or frame.seq is not None:
            return frame
        self._seq += 1
        return frame.model_copy(update={"seq": self._seq})

    def _hurry(self, utterance: int) -> None:
        """Let all audio of the utterance leave before what comes next."""
        if pace := self._paces.pop(utterance, None):
            self._ready.extend(pace.frames)

    def _look_for_overflow(self) -> None:
        at = self._clock()
        ready = sum(len(frame.pcm) for frame in self._ready if isinstance(frame, AudioFrame))
        if ready + sum(pace.late(at) for pace in self._paces.values()) > self._longest:
            self.overflowed.set()


def _as_message(frame: AudioFrame) -> UtteranceAudio:
    pcm = base64.b64encode(frame.pcm).decode("ascii")
    return UtteranceAudio(utterance=frame.utterance, first_sample=frame.first_sample, pcm=pcm)
