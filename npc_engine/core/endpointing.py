"""Decide where the player's utterances start and end, in seconds of audio. Voice activity only scores windows.

An utterance begins with enough voiced windows. In a pause, silence, how softly the voice ended, the end of the
transcript and, where it is trusted, the probability of an end-of-turn model decide together whether it is over.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from npc_engine.core.ending import Ending, ending_of
from npc_engine.core.patience import Evidence, Pace, Waits

RINGING = 0.12
"""Seconds for which scores of voice activity stay high after speech: a transcript may lack so much and be whole."""
_PAUSE = 0.2
"""Seconds of silence that are a pause: closed lips are shorter."""
_LAST, _RINGING_ON = 6, 2
"""Voiced windows at the end of speech, and how many of them are only taken for voice: its last sounds lie between."""
ROUNDING = 1e-6


@dataclass(frozen=True)
class EndpointingSettings:
    """When speech counts as begun and as over."""

    start_probability: float = 0.5
    """A window scored at least this is voiced."""
    stop_probability: float = 0.35
    """During speech, a window scored at least this is still voiced: hysteresis, as in Silero's own iterator."""
    min_speech: float = 0.16
    """Seconds of voiced windows that make an utterance; less is a click or a breath."""
    click_silence: float = 0.45
    """Seconds of silence after which a sound too short for an utterance is forgotten."""
    judge_after: float = 0.096
    """Seconds of silence after which a judgement is wanted. The end-of-turn model was trained on about 0.2, of which
    voice activity takes 0.1 for voice; the more silence it hears, the more it takes for finished (`bench endpointing`).
    """
    evidence: Evidence = field(default_factory=Evidence)
    judge_until: float = 0.4
    """Seconds of silence after which none is wanted any more: a judge that fails is not asked for ever."""
    waits: Waits = field(default_factory=Waits)
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
        self._pace = Pace(self._settings.waits)
        self._first_voiced: float | None = None
        self._last_voiced = 0.0
        self._now = 0.0
        self._voiced = 0.0
        self._ended_at = 0.0
        self._loudest = -math.inf
        self._last_levels: deque[float] = deque(maxlen=_LAST)
        self._extended_to: float | None = None
        self._probability: float | None = None
        self._text: str | None = None
        self.speaking = False

    @property
    def voiced(self) -> float:
        """Seconds of voiced windows in the utterance so far."""
        return self._voiced

    @property
    def silence(self) -> float:
        """Seconds since the last voiced window."""
        return max(0.0, self._now - self._last_voiced)

    @property
    def last_voiced(self) -> float:
        """Seconds of audio at which the last voiced window ended."""
        return self._last_voiced

    @property
    def pace(self) -> float:
        """Factor on all waits that this player has earned."""
        return self._pace.factor

    @property
    def wants_judgement(self) -> bool:
        """Whether the pause in progress has lasted long enough to be judged, and no judgement of it has come yet."""
        ripe = self._settings.judge_after - ROUNDING <= self.silence < self._settings.judge_until
        return self.speaking and ripe and self._probability is None and self._settings.evidence.trust > 0

    @property
    def wait(self) -> float:
        """Seconds of silence that end the utterance, as far as the pause in progress is known."""
        if not self.speaking:
            return self._settings.click_silence
        finished = self._settings.evidence.finished(self._probability, self._ending, self._faded)
        return self._settings.waits.wait(finished, self._pace.factor)

    @property
    def _faded(self) -> float:
        """Decibels by which the last sounds were softer than the loudest one."""
        return self._loudest - max(list(self._last_levels)[: _LAST - _RINGING_ON])

    @property
    def _ending(self) -> Ending | None:
        return None if self._text is None else ending_of(self._text)

    def judged(self, probability: float, until: float | None = None) -> None:
        """The end-of-turn model heard the audio until `until` seconds (None: all) and gives this probability.

        It counts until the voice is heard again; if that has happened since, not at all.
        """
        if until is None or until >= self._last_voiced:
            self._probability = probability

    def understood(self, text: str, until: float | None = None) -> None:
        """The utterance until `until` seconds of audio (None: all of it) says `text`.

        It counts until the voice is heard again; if more has been said since, not at all.
        """
        if until is None or until >= self._last_voiced - RINGING:
            self._text = text

    def resumed_after(self, seconds: float) -> None:
        """A turn was taken to be over, and the player went on after so many seconds: few mean that it was cut off."""
        if seconds <= self._settings.waits.longest:
            self._pace.cut_off()

    def hear(self, start: float, duration: float, probability: float, level: float = 0.0) -> Endpoint | None:
        """Take one scored window that begins `start` seconds into the audio, and its level in decibels."""
        self._now = start + duration
        if probability >= self._threshold():
            self._loudest = max(self._loudest, level)
            self._last_levels.append(level)
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
        if self.speaking and start - self._last_voiced >= _PAUSE:
            self._pace.paused(start - self._last_voiced, self.wait)
        self._probability, self._text = None, None
        self._last_voiced = end
        self._voiced += duration
        if not self.speaking and self._voiced >= self._settings.min_speech:
            self.speaking = True
            return SpeechStarted(self._utterance_start())
        if self.speaking and end - self._utterance_start() >= self._settings.max_utterance:
            return self._stop(end)
        return None

    def _hear_silence(self, now: float) -> Endpoint | None:
        if self._first_voiced is None or now - self._last_voiced < self.wait - ROUNDING:
            return None
        if self.speaking:
            self._pace.ended()
        return self.flush(now)

    def _stop(self, now: float) -> SpeechStopped:
        stopped = SpeechStopped(self._utterance_start(), self._last_voiced, now, self._voiced)
        self._ended_at = self._last_voiced
        self._drop()
        return stopped

    def _drop(self) -> None:
        self._first_voiced, self._voiced, self.speaking = None, 0.0, False
        self._loudest = -math.inf
        self._last_levels.clear()
        self._extended_to = None
        self._probability, self._text = None, None

    def _utterance_start(self) -> float:
        if self._extended_to is not None:
            return self._extended_to
        first = self._first_voiced if self._first_voiced is not None else self._last_voiced
        return max(self._ended_at, first - self._settings.pre_roll)
