"""Follow what the player has heard: play what comes, report it, and say when a cue is due. Knows no sound card.

The clock of all this is the audio itself: a `Speaker` says how many samples of an utterance have been heard.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from npc_engine.client.connection import ReceivedAudio
from npc_engine.protocol import (
    Cue,
    PlaybackReport,
    SessionOpened,
    UtteranceCompleted,
    UtteranceCues,
    UtteranceStarted,
)

TICK = 0.02
"""Seconds between two looks at the speaker: cues are at most so late."""
REPORT_EVERY = 0.1
"""Seconds between two reports of an utterance."""


class Speaker(Protocol):
    """What plays utterances, one behind the other."""

    rate: int | None
    """Samples per second that it wants all speech in; None for whatever a voice has."""

    def play(self, utterance: int, pcm: bytes, rate: int) -> None:
        """Play s16le mono behind all that was given before."""
        ...

    def played(self, utterance: int) -> int:
        """How many samples of the utterance have been heard."""
        ...

    def stop(self) -> None:
        """Be silent now, and forget what was not heard."""
        ...

    def close(self) -> None:
        """Play no more."""
        ...


class ClockSpeaker:
    """Plays nothing, and takes as long for it as a sound card would: for games that play the audio themselves."""

    def __init__(self, rate: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._until = 0.0
        self._pieces: dict[int, list[tuple[float, int, int]]] = {}
        """By utterance: when each piece begins to be heard, how many samples it has, and their rate."""

    def play(self, utterance: int, pcm: bytes, rate: int) -> None:
        """Take its time."""
        at = max(self._until, self._clock())
        self._until = at + len(pcm) / 2 / rate
        self._pieces.setdefault(utterance, []).append((at, len(pcm) // 2, rate))

    def played(self, utterance: int) -> int:
        """By the clock."""
        at = self._clock()
        return sum(
            min(max(0, round((at - began) * rate)), size) for began, size, rate in self._pieces.get(utterance, ())
        )

    def stop(self) -> None:
        """Begin anew with what comes next."""
        self._pieces.clear()
        self._until = 0.0

    def close(self) -> None:
        """Nothing is open."""


class ImmediateSpeaker:
    """Has heard all that it gets at once, as a file has."""

    rate: int | None = None

    def __init__(self) -> None:
        self._played: dict[int, int] = {}

    def play(self, utterance: int, pcm: bytes, rate: int) -> None:
        """Count it."""
        self._played[utterance] = self._played.get(utterance, 0) + len(pcm) // 2

    def played(self, utterance: int) -> int:
        """All that came."""
        return self._played.get(utterance, 0)

    def stop(self) -> None:
        """What was heard was heard."""

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class CueDue:
    """The playback has come to a cue: move the mouth, the face, the body now."""

    utterance: int
    actor_id: str
    """Who speaks."""
    cue: Cue


@dataclass
class _Playing:
    """An utterance that was not heard to its end yet."""

    actor_id: str
    rate: int
    cues: deque[Cue] = field(default_factory=deque)
    received: int = 0
    reported: int = -1
    reported_at: float = 0.0
    complete: bool = False


class Playback:
    """The utterances of a session on their way to the player's ear."""

    def __init__(
        self,
        speaker: Speaker,
        report: Callable[[PlaybackReport], None],
        tell: Callable[[CueDue], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._speaker = speaker
        self._report = report
        self._tell = tell
        self._playing: dict[int, _Playing] = {}

    @property
    def is_quiet(self) -> bool:
        """Whether all that came was heard."""
        return not self._playing

    def take(self, item: object) -> None:
        """Something came from the server."""
        match item:
            case UtteranceStarted(utterance=utterance, actor_id=actor, rate=int() as rate):
                self._playing[utterance] = _Playing(actor, rate)
            case UtteranceCues(utterance=utterance, cues=cues) if utterance in self._playing:
                self._playing[utterance].cues.extend(cues)
            case ReceivedAudio(utterance=utterance, pcm=pcm, end=end) if utterance in self._playing:
                playing = self._playing[utterance]
                playing.received = end
                self._speaker.play(utterance, pcm, playing.rate)
                self._look(utterance, playing)
            case UtteranceCompleted(utterance=utterance, reason="interrupted" | "cancelled"):
                if self._playing.pop(utterance, None):
                    self._speaker.stop()
            case UtteranceCompleted(utterance=utterance) if utterance in self._playing:
                self._playing[utterance].complete = True
            case SessionOpened(resumed=False):
                self._playing.clear()
                self._speaker.stop()
            case _:
                pass

    def tick(self) -> None:
        """Some time has passed."""
        for utterance, playing in list(self._playing.items()):
            self._look(utterance, playing)

    def _look(self, utterance: int, playing: _Playing) -> None:
        """See how far the utterance was played. A report that more can be played than has come does not wait."""
        at, played = self._clock(), self._speaker.played(utterance)
        self._tell_cues(utterance, playing, played)
        ended = playing.complete and played >= playing.received
        waits = played < playing.received and at < playing.reported_at + REPORT_EVERY
        if (played != playing.reported and not waits) or ended:
            playing.reported, playing.reported_at = played, at
            self._report(PlaybackReport(utterance=utterance, samples=played, state="done" if ended else "playing"))
        if ended:
            self._tell_cues(utterance, playing, None)
            del self._playing[utterance]

    def _tell_cues(self, utterance: int, playing: _Playing, played: int | None) -> None:
        """Tell of the cues that have been reached; of all that are left, where `played` is None."""
        while playing.cues and (played is None or playing.cues[0].t_ms * playing.rate < 1000 * played):
            self._tell(CueDue(utterance, playing.actor_id, playing.cues.popleft()))
