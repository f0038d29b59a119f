"""The six narrow protocols between a session and models.

All calls block, because the libraries do. Each engine lives in a worker process of its own (`worker`), which makes
its calls asynchronous and cancellable: arguments and results are pickled, so they are plain data. An engine is
entered by one thread at a time unless its class sets `concurrency` higher.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

Cancelled = Callable[[], bool]
"""True once nobody wants the result any more. Cheap; may be called from any thread."""


def never() -> bool:
    """Somebody wants the result whatever happens."""
    return False


@dataclass(frozen=True)
class Transcript:
    """What a recogniser understood."""

    text: str
    """Empty when nothing was said."""
    language: str
    """ISO 639-1 code such as `en`, given or detected."""


@dataclass(frozen=True)
class Timed:
    """A word or viseme on the timeline of one piece of speech."""

    value: str
    start: float
    """Seconds from the first sample."""
    duration: float
    """Seconds."""


@dataclass(frozen=True)
class Speech:
    """One synthesised piece. Its visemes tile it, from 0 to its end without a gap."""

    pcm: bytes
    """Signed 16-bit little-endian mono samples."""
    rate: int
    """Samples per second."""
    words: tuple[Timed, ...]
    visemes: tuple[Timed, ...]
    """Values are the 15 Oculus ids."""

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.pcm) / 2 / self.rate


@dataclass(frozen=True)
class PromptMessage:
    """One message of a chat prompt."""

    role: str
    """`system`, `user` or `assistant`."""
    text: str


@dataclass(frozen=True)
class GenerationRequest:
    """What a language model continues.

    The first `shared` messages are the same for every conversation with this persona: their evaluation is shared.
    """

    conversation: str
    """Key of the conversation. Requests with the same key reuse what is already evaluated, and never overlap."""
    messages: tuple[PromptMessage, ...]
    shared: int
    max_tokens: int
    temperature: float = 0.7
    top_p: float = 0.9
    seed: int = 0
    stop: tuple[str, ...] = ()
    open_ended: bool = False
    """The last message is the beginning of a line that is still being spoken. For `prepare`."""
    quotable: str = ""
    """What the reply is likely to repeat word for word: it comes sooner then, and is no other for it."""
    begins: str = ""
    """What the reply begins with: what is generated goes on from there. Servers behind HTTP can't."""
    grammar: str = ""
    """GBNF, with a rule `root`, that the reply must follow. Some servers behind HTTP can't: check it."""
    weight: float = 1.0
    """Of what is only prepared, the weightier comes first."""
    deadline: float = 0.0
    """When its next clause is wanted: seconds of `time.monotonic`, which all processes of a machine share. 0: now."""


class VoiceActivity(Protocol):
    """Scores windows of audio. Keeps recurrent state per stream, from `score` to `score`, until `close`."""

    window: int
    """Samples per score at 16 kHz."""

    def score(self, stream: str, pcm: bytes) -> list[float]:
        """Probability of speech for each whole window of 16 kHz s16le mono `pcm`; the rest waits for the next call."""
        ...

    def close(self, stream: str) -> None:
        """Forget the stream's state. Unknown streams are fine."""
        ...


class Recogniser(Protocol):
    """Turns an utterance into text. Stateless, shared by all sessions."""

    def transcribe(
        self, pcm: bytes, language: str | None, hotwords: Sequence[str], cancelled: Cancelled = never
    ) -> Transcript:
        """Recognise 16 kHz s16le mono `pcm`. `language` None detects it. `hotwords` are proper nouns to prefer.

        Once `cancelled`, the result is of no use, and comes sooner.
        """
        ...


class LanguageModel(Protocol):
    """Continues prompts. Shared by all sessions, many conversations at once."""

    def generate(self, request: GenerationRequest, cancelled: Cancelled) -> Iterator[str]:
        """Yield pieces of text as they are decoded; together they are the reply. Ends early once `cancelled`."""
        ...

    def prepare(self, request: GenerationRequest, cancelled: Cancelled) -> None:
        """Evaluate the messages and generate nothing, so that a `generate` that starts with them is quick. A hint."""
        ...

    def pace(self, conversation: str, deadline: float) -> None:
        """The next clause of the conversation's reply is wanted at `deadline`, as in `GenerationRequest`. A hint."""
        ...

    def share(self, left: int) -> None:
        """Other engines leave so many cores from now on: to use more would hold up all of them. A hint."""
        ...

    def forget(self, conversation: str) -> None:
        """Free what is held for a conversation. Unknown conversations are fine."""
        ...


class TurnJudge(Protocol):
    """Hears from the sound of speech whether the speaker has finished. Stateless, shared by all sessions."""

    def judge(self, pcm: bytes) -> float:
        """Probability that the speaker who pauses at the end of 16 kHz s16le mono `pcm` has nothing to add."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors that lie near each other when the texts mean the same. Stateless, shared by all."""

    unlike: float
    """The cosine of texts that have nothing in common."""

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """The vector of each text, as float32 in the machine's byte order: all of one length, each of norm 1.

        A text gets the same vector whatever stands beside it.
        """
        ...


class Synthesiser(Protocol):
    """Speaks. Shared by all sessions."""

    def synthesise(self, text: str, language: str, voice: str, speed: float) -> Speech:
        """Speak `text` with `voice` (a name that this engine knows); `speed` 1.0 is the voice's own pace.

        Silence at the head is trimmed. Text without anything to pronounce gives a `Speech` of no samples.
        """
        ...
