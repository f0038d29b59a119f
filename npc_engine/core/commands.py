"""What to do next. The session carries commands out in order and posts what comes of them back as events."""

from __future__ import annotations

from dataclasses import dataclass

from npc_engine.core.journal import Entry
from npc_engine.core.prompt import Prompt
from npc_engine.protocol import AnyServerMessage


@dataclass(frozen=True)
class Send:
    """Tell the client."""

    message: AnyServerMessage


@dataclass(frozen=True)
class SendAudio:
    """Send the audio that was synthesised under `work`, as samples of `utterance` from `first_sample` on."""

    utterance: int
    work: int
    first_sample: int


@dataclass(frozen=True)
class DropAudio:
    """Send no further audio of `utterance`, whatever is queued."""

    utterance: int


@dataclass(frozen=True)
class HoldAudio:
    """Send no audio of `utterance` until it is released or dropped: the player may be taking the turn."""

    utterance: int


@dataclass(frozen=True)
class ReleaseAudio:
    """Go on with the audio of `utterance` where it was held."""

    utterance: int


@dataclass(frozen=True)
class Recognise:
    """Recognise the microphone's audio from `start` to `end` seconds."""

    work: int
    start: float
    end: float
    language: str | None
    hotwords: tuple[str, ...]
    urgent: bool = True
    """Whether the player has fallen silent; else the result is of use, and others may go first."""


@dataclass(frozen=True)
class Hurry:
    """The player has fallen silent, and waits for a recognition that was not urgent when it was asked for."""

    work: int


@dataclass(frozen=True)
class JudgeTurn:
    """Judge by the microphone's audio from `start` to `end` seconds whether the player has finished."""

    work: int
    start: float
    end: float


@dataclass(frozen=True)
class Generate:
    """Let the language model continue a prompt."""

    work: int
    prompt: Prompt
    seed: int


@dataclass(frozen=True)
class Summarise:
    """Let the language model continue a prompt when nobody else needs it."""

    work: int
    prompt: Prompt


@dataclass(frozen=True)
class Pace:
    """A reply goes on being generated, and the player has something to hear until `until` on the session's clock."""

    conversation: str
    until: float


@dataclass(frozen=True)
class Prepare:
    """Let the language model evaluate a prompt that is likely to come."""

    prompt: Prompt
    weight: float = 1.0
    """From 0 to 1: what weighs more comes first."""


@dataclass(frozen=True)
class LetGo:
    """No prompt of this conversation is likely to come now: don't go on evaluating one."""

    conversation: str


@dataclass(frozen=True)
class Synthesise:
    """Speak a clause. `rate` None leaves it to the voice."""

    work: int
    text: str
    language: str
    voice: str | None
    rate: int | None
    due: float = 0.0
    """When its audio is wanted, in seconds on the session's clock; 0 at once."""


@dataclass(frozen=True)
class Cancel:
    """Nobody wants the result of this work any more."""

    work: int


@dataclass(frozen=True)
class ForgetAudio:
    """The microphone's audio before `before` seconds is no longer needed."""

    before: float


@dataclass(frozen=True)
class Record:
    """Keep what has happened. It is durable before anything that comes behind it in the same list is sent."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class CreateSave:
    """Give the story as it is now a short id."""

    label: str | None
    ref: str | None


@dataclass(frozen=True)
class LoadSave:
    """Fetch the story of a save."""

    save_id: str
    ref: str | None


@dataclass(frozen=True)
class TakeUp:
    """The story that was loaded last goes on: what is recorded from now on belongs to it. Durable as `Record` is."""


@dataclass(frozen=True)
class Close:
    """End the connection in good order."""

    reason: str


Command = (
    Send
    | SendAudio
    | DropAudio
    | HoldAudio
    | ReleaseAudio
    | Recognise
    | Hurry
    | JudgeTurn
    | Generate
    | Summarise
    | Pace
    | Prepare
    | LetGo
    | Synthesise
    | Cancel
    | ForgetAudio
    | Record
    | CreateSave
    | LoadSave
    | TakeUp
    | Close
)
