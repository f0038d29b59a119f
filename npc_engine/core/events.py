"""What has happened. Each event carries `at`, seconds on the session's clock; what can arrive late carries an id."""

from __future__ import annotations

from dataclasses import dataclass

from npc_engine.core.endpointing import EndpointingSettings
from npc_engine.core.journal import Entry
from npc_engine.protocol import AnyClientMessage


@dataclass(frozen=True)
class MessageReceived:
    """The client sent a message, valid by the schema."""

    at: float
    message: AnyClientMessage


@dataclass(frozen=True)
class AudioReceived:
    """The client's microphone has delivered up to `until` seconds of audio since the session began."""

    at: float
    until: float


@dataclass(frozen=True)
class ListeningChanged:
    """From now on utterances end by these settings, or, where `pushed`, by a button alone."""

    at: float
    settings: EndpointingSettings
    pushed: bool


@dataclass(frozen=True)
class VoiceScored:
    """Voice activity has scored the window from `start` to `start + duration` seconds of audio."""

    at: float
    start: float
    duration: float
    probability: float
    level: float = 0.0
    """Root mean square of the window, in decibels of full scale."""


@dataclass(frozen=True)
class TurnJudged:
    """The player's pause was judged: the probability that nothing follows."""

    at: float
    work: int
    probability: float


@dataclass(frozen=True)
class Recognised:
    """An utterance was recognised; `text` is empty when nothing was said."""

    at: float
    work: int
    text: str
    language: str


@dataclass(frozen=True)
class TextGenerated:
    """The language model delivered a piece of text."""

    at: float
    work: int
    text: str


@dataclass(frozen=True)
class GenerationEnded:
    """The language model has said all it wants to say."""

    at: float
    work: int


@dataclass(frozen=True)
class SpokenCue:
    """A word or viseme, in seconds from the start of its clause."""

    kind: str
    value: str
    start: float
    duration: float


@dataclass(frozen=True)
class SpeechSynthesised:
    """A clause has audio, kept by the session under the work's id."""

    at: float
    work: int
    samples: int
    rate: int
    cues: tuple[SpokenCue, ...]
    levels: tuple[float, ...] = ()
    """Root mean square of each window of `loudness.WINDOW` seconds, in decibels of full scale."""


@dataclass(frozen=True)
class EngineFailed:
    """Work was lost: the engine crashed, hung or refused."""

    at: float
    work: int
    message: str


@dataclass(frozen=True)
class ClockAdvanced:
    """A deadline that the conversation asked for has come."""

    at: float


@dataclass(frozen=True)
class SaveMade:
    """The story as it was at `CreateSave` has an id."""

    at: float
    save_id: str
    ref: str | None


@dataclass(frozen=True)
class StoryLoaded:
    """The story of a save is here."""

    at: float
    save_id: str
    entries: tuple[Entry, ...]
    ref: str | None


@dataclass(frozen=True)
class StoreFailed:
    """A save could not be made or loaded, or, without `ref`, what happens is kept no longer."""

    at: float
    message: str
    ref: str | None = None
    not_found: bool = False
    """Whether there is no such save for this player in these worlds."""


Event = (
    MessageReceived
    | AudioReceived
    | ListeningChanged
    | VoiceScored
    | TurnJudged
    | Recognised
    | TextGenerated
    | GenerationEnded
    | SpeechSynthesised
    | EngineFailed
    | ClockAdvanced
    | SaveMade
    | StoryLoaded
    | StoreFailed
)
