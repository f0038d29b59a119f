"""One utterance of a character, from the first clause to the last word that was heard. Knows seconds, not clocks."""

from __future__ import annotations

from dataclasses import dataclass, field

from npc_engine.core.barge_in import LEAD
from npc_engine.core.clauses import joined
from npc_engine.core.events import SpokenCue
from npc_engine.core.loudness import SILENCE, WINDOW
from npc_engine.protocol import Cue

REPORT_PATIENCE = 10.0
"""Seconds after which a client that began to report its playback, and fell silent, is taken to have played all."""


@dataclass
class Clause:
    """A speakable piece on its way: asked for, synthesised, sent."""

    text: str
    language: str
    work: int | None = None
    """Number of its synthesis, under which the session keeps the samples; None before it is asked for."""
    ready: bool = False
    """Whether its audio is there, or will never be."""
    samples: int = 0
    rate: int = 0
    cues: tuple[SpokenCue, ...] = ()
    levels: tuple[float, ...] = ()
    """Decibels of each window of `loudness.WINDOW` seconds."""
    first_sample: int = 0
    starts_at: float = 0.0
    """When playback reaches it, in seconds on the clock of playback, if the client plays as it receives."""

    @property
    def duration(self) -> float:
        """Seconds; 0 without audio."""
        return self.samples / self.rate if self.rate else 0.0


@dataclass
class Reply:
    """The clauses of one utterance and how far it is heard."""

    utterance: int
    rate: int | None = None
    """Samples per second of all its audio, once known."""
    clauses: list[Clause] = field(default_factory=list)
    sent: int = 0
    """How many clauses the client has."""
    text_complete: bool = False
    playing_until: float = 0.0
    reported: float | None = None
    """Seconds that the client says were heard."""
    behind: float = 0.0
    """Seconds by which the client says that it plays later than it receives."""
    held_at: float | None = None
    """Since when its audio is held back."""
    paused: float = 0.0
    """Seconds for which playback stood still, since it had nothing to play."""

    @property
    def started(self) -> bool:
        """Whether the client knows of this utterance."""
        return self.sent > 0

    @property
    def all_sent(self) -> bool:
        """Whether nothing more will be sent."""
        return self.text_complete and self.sent == len(self.clauses)

    @property
    def text(self) -> str:
        """What the client was told."""
        return joined([clause.text for clause in self.clauses[: self.sent]])

    @property
    def duration(self) -> float:
        """Seconds of audio that were sent."""
        return sum(clause.duration for clause in self.clauses[: self.sent])

    @property
    def runs_dry(self) -> float:
        """When the client will have played all that was sent, unless it is held back."""
        return self.playing_until + self.paused

    def report(self, seconds: float, at: float) -> None:
        """The client says at this time how much it has played."""
        self.reported = max(seconds, self.reported or 0.0)
        place = self._played(at)
        by_clock = sum(min(max(place - each.starts_at, 0.0), each.duration) for each in self.clauses[: self.sent])
        self.behind = max(0.0, by_clock - self.reported)

    def next_ready(self) -> Clause | None:
        """The next clause to send, if it has its audio."""
        clause = self.clauses[self.sent] if self.sent < len(self.clauses) else None
        return clause if clause and clause.ready else None

    def hold(self, at: float) -> None:
        """No audio leaves any more: playback stands still once it has played the `LEAD` that the client has."""
        self.held_at = at

    def release(self, at: float) -> None:
        """Audio leaves again."""
        self.paused, self.held_at = at - self._played(at), None

    def heard_between(self, since: float, until: float) -> str:
        """The words that playback touched between two times."""
        since, until = self._played(since), self._played(until)
        sent = self.clauses[: self.sent]
        return joined([part for clause in sent for part in _touched(clause, since, until)])

    def loudness(self, at: float) -> float:
        """Decibels of what playback sounds at this time."""
        if self.held_at is not None and at > self.held_at + LEAD + self.behind:
            return SILENCE
        place = self._played(at - self.behind)
        playing = [clause for clause in self.clauses[: self.sent] if 0 <= place - clause.starts_at < clause.duration]
        levels = [clause.levels[int((place - clause.starts_at) / WINDOW) :] for clause in playing]
        return next((level for each in levels for level in each), SILENCE)

    def _played(self, at: float) -> float:
        """Where playback is at this time, on a clock that stands still while playback does."""
        return (at if self.held_at is None else min(at, self.held_at + LEAD)) - self.paused

    def mark_sent(self, clause: Clause, at: float) -> None:
        """The clause goes out now: it plays behind what is still playing."""
        clause.first_sample = sum(earlier.samples for earlier in self.clauses[: self.sent])
        clause.starts_at = max(self._played(at), self.playing_until)
        self.playing_until = clause.starts_at + clause.duration
        self.sent += 1

    def is_heard(self, at: float) -> bool:
        """Whether playback has reached the end of all that was sent."""
        at = self._played(at)
        if self.reported is not None and self.reported < self.duration - 0.02:
            return at >= self.playing_until + REPORT_PATIENCE
        return self.reported is not None or at >= self.playing_until

    def heard_by(self) -> float | None:
        """When, at the latest, all that was sent will have been heard. None while its audio is held back."""
        if self.held_at is not None:
            return None
        return self.runs_dry + (REPORT_PATIENCE if self.reported is not None else 0.0)

    def heard_text(self, at: float) -> str:
        """What was said up to the last word that was heard to its end."""
        return joined([_heard_part(clause, self._heard_seconds(clause, at)) for clause in self.clauses[: self.sent]])

    def _heard_seconds(self, clause: Clause, at: float) -> float:
        if self.reported is not None and clause.rate:
            return self.reported - clause.first_sample / clause.rate
        return self._played(at) - clause.starts_at


def wire_cues(clause: Clause) -> list[Cue]:
    """The clause's cues on its utterance's timeline, in order of time."""
    offset = clause.first_sample / clause.rate if clause.rate else 0.0
    cues = [
        Cue(
            t_ms=round((offset + cue.start) * 1000),
            kind="word" if cue.kind == "word" else "viseme",
            value=cue.value,
            duration_ms=round((offset + cue.start + cue.duration) * 1000) - round((offset + cue.start) * 1000),
        )
        for cue in clause.cues
    ]
    return sorted(cues, key=lambda cue: cue.t_ms)


def _touched(clause: Clause, since: float, until: float) -> list[str]:
    """The clause's words that playback touched; all of it where nobody knows when its words come."""
    words = [cue for cue in clause.cues if cue.kind == "word"]
    if not words:
        return [clause.text] if since - clause.duration < clause.starts_at < until else []
    return [cue.value for cue in words if since - cue.duration < clause.starts_at + cue.start < until]


def _heard_part(clause: Clause, seconds: float) -> str:
    if seconds >= clause.duration - 0.02:
        return clause.text
    end = 0
    for cue in clause.cues:
        if cue.kind != "word" or cue.start + cue.duration > seconds:
            continue
        found = clause.text.find(cue.value, end)
        end = found + len(cue.value) if found >= 0 else end
    while 0 < end < len(clause.text) and not (clause.text[end].isalnum() or clause.text[end].isspace()):
        end += 1
    return clause.text[:end]
