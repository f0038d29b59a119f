"""What goes to one client, and what of it is remembered so that it can go once more over another connection."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from npc_engine.protocol import AnyServerMessage, UtteranceAudio


@dataclass(frozen=True)
class AudioFrame:
    """A piece of an utterance for the client, PCM s16le mono at `rate`."""

    utterance: int
    first_sample: int
    pcm: bytes
    rate: int

    @property
    def start(self) -> float:
        """Seconds from the start of the utterance."""
        return self.first_sample / self.rate

    @property
    def end(self) -> int:
        """Index of the first sample behind it."""
        return self.first_sample + len(self.pcm) // 2


Frame = AnyServerMessage | AudioFrame
REMEMBERED = 90.0
"""Seconds. A connection that died is noticed sooner: within `server.PING_INTERVAL` and `server.PING_TIMEOUT`."""
_MESSAGE_BYTES = 1024
"""What a message is counted as; those with audio weigh what that does."""


@dataclass(frozen=True)
class _Sent:
    at: float
    behind: int
    """`seq` of the last message before it."""
    frame: Frame


class SentFrames:
    """The frames that left in the last `REMEMBERED` seconds, in order, as far as they take at most `longest` bytes."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._sent: deque[_Sent] = deque()
        self._bytes = 0
        self._last = 0

    def add(self, frame: Frame, at: float) -> None:
        """A frame has left."""
        self._sent.append(_Sent(at, self._last, frame))
        self._bytes += _weight(frame)
        if not isinstance(frame, AudioFrame):
            self._last = frame.seq or self._last
        while self._sent and (self._bytes > self._longest or self._sent[0].at < at - REMEMBERED):
            self._bytes -= _weight(self._sent.popleft().frame)

    def reaches(self, seq: int) -> bool:
        """Whether all that left behind the message with this number is still known, and there was such a message."""
        return (self._sent[0].behind if self._sent else self._last) <= seq <= self._last

    def take_back(self, seq: int) -> list[Frame]:
        """All that left behind the message with this number: it has not left any more."""
        back = [sent.frame for sent in self._sent if sent.behind >= seq]
        self._replace([sent for sent in self._sent if sent.behind < seq])
        self._last = seq
        return back

    def forget_audio(self, utterance: int) -> None:
        """Audio of this utterance is not to leave again."""
        self._replace([sent for sent in self._sent if not is_audio_of(sent.frame, utterance)])

    def _replace(self, sent: list[_Sent]) -> None:
        self._sent = deque(sent)
        self._bytes = sum(_weight(each.frame) for each in sent)


def is_audio_of(frame: object, utterance: int | None) -> bool:
    """Whether this is a binary frame of the utterance."""
    return isinstance(frame, AudioFrame) and frame.utterance == utterance


def _weight(frame: Frame) -> int:
    if isinstance(frame, AudioFrame | UtteranceAudio):
        return len(frame.pcm)
    return _MESSAGE_BYTES
