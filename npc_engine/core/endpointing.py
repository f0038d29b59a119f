"""Decide where the player's utterances start and end, in seconds of audio. Voice activity only scores windows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EndpointingSettings:
    """When speech counts as begun and as over."""

    start_probability: float = 0.5
    """A window scored at least this is voiced."""
    stop_probability: float = 0.35
    """During speech, a window scored at least this is still voiced: hysteresis, as in Silero's own iterator."""
    min_speech: float = 0.16
    """Seconds of voiced windows that make an utterance; less is a click or a breath."""
    min_silence: float = 0.45
    """Seconds of silence that end an utterance."""
    pre_roll: float = 0.3
    """Seconds kept before the first voiced window: soft first consonants score low."""
    max_utterance: float = 28.0
    """Seconds after which an utterance ends whatever the player does: recognition hears at most 30."""


@dataclass(frozen=True)
class SpeechStarted:
    """The player speaks, since `start` seconds of audio (pre-roll included)."""

    start: float


@dataclass(frozen=True)
class SpeechStopped:
    """The player spoke from `start` (pre-roll included) to `end`; `decided` is how far the audio is."""

    start: float
    end: float
    decided: float
    voiced: float
    """Seconds of voiced windows in it."""


Endpoint = SpeechStarted | SpeechStopped


class Endpointing:
    """State of one player's microphone."""

    def __init__(self, settings: EndpointingSettings | None = None) -> None:
        self._settings = settings or EndpointingSettings()
        self._first_voiced: float | None = None
        self._last_voiced = 0.0
        self._voiced = 0.0
        self._ended_at = 0.0
        self._extended_to: float | None = None
        self.speaking = False

    @property
    def voiced(self) -> float:
        """Seconds of voiced windows in the utterance so far."""
        return self._voiced

    def hear(self, start: float, duration: float, probability: float) -> Endpoint | None:
        """Take one scored window that begins `start` seconds into the audio."""
        if probability >= self._threshold():
            return self._hear_voice(start, start + duration, duration)
        return self._hear_silence(start + duration)

    def extend(self, start: float) -> bool:
        """Let the utterance in progress begin at `start` already. False, and no change, if that were too long."""
        if self._last_voiced - start >= self._settings.max_utterance:
            return False
        self._extended_to = start
        return True

    def flush(self, now: float) -> SpeechStopped | None:
        """End the utterance at once: the audio has stopped coming."""
        if self.speaking:
            return self._stop(now)
        self._drop()
        return None

    def _threshold(self) -> float:
        return self._settings.stop_probability if self.speaking else self._settings.start_probability

    def _hear_voice(self, start: float, end: float, duration: float) -> Endpoint | None:
        if self._first_voiced is None:
            self._first_voiced = start
        self._last_voiced = end
        self._voiced += duration
        if not self.speaking and self._voiced >= self._settings.min_speech:
            self.speaking = True
            return SpeechStarted(self._utterance_start())
        if self.speaking and end - self._utterance_start() >= self._settings.max_utterance:
            return self._stop(end)
        return None

    def _hear_silence(self, now: float) -> Endpoint | None:
        if self._first_voiced is None or now - self._last_voiced < self._settings.min_silence:
            return None
        return self.flush(now)

    def _stop(self, now: float) -> SpeechStopped:
        stopped = SpeechStopped(self._utterance_start(), self._last_voiced, now, self._voiced)
        self._ended_at = self._last_voiced
        self._drop()
        return stopped

    def _drop(self) -> None:
        self._first_voiced, self._voiced, self.speaking = None, 0.0, False
        self._extended_to = None

    def _utterance_start(self) -> float:
        if self._extended_to is not None:
            return self._extended_to
        first = self._first_voiced if self._first_voiced is not None else self._last_voiced
        return max(self._ended_at, first - self._settings.pre_roll)
