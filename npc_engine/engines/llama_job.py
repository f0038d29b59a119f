"""A request to the embedded language model on its way through the scheduler, and the scheduler's counts."""

from __future__ import annotations

import hashlib
import queue
import threading
import time
from dataclasses import dataclass, field

from npc_engine.engines.base import Cancelled, GenerationRequest
from npc_engine.engines.llama_draft import Draft
from npc_engine.engines.llama_pace import Pace, Speed
from npc_engine.engines.llama_plan import Demand, Kind
from npc_engine.engines.llama_sampler import Grammar, Sampler
from npc_engine.engines.sequences import Sequence as Held
from npc_engine.engines.text_stream import TextStream
from npc_engine.errors import NpcEngineError


@dataclass(frozen=True)
class Stats:
    """Counts since the start, and what is held now."""

    evaluated: int = 0
    """Tokens evaluated, prompts and replies."""
    aborted: int = 0
    """Batches given up in the midst."""
    restored: int = 0
    """Tokens that came back from where conversations are parked, instead of being evaluated again."""
    sequences: int = 0
    cells: int = 0
    """Tokens held in memory."""
    parked_bytes: int = 0


@dataclass(eq=False)
class Job:
    """One request on its way. The thread that made it reads `output`; all else belongs to the scheduler."""

    request: GenerationRequest
    tokens: list[int]
    """The prompt, then the reply as it grows."""
    shared: int
    """How many tokens at the beginning are the persona's."""
    cancelled: Cancelled
    generates: bool
    """False for a preparation, which ends when the prompt is evaluated."""
    draft: Draft = field(default_factory=lambda: Draft(()))
    """What the reply may repeat."""
    grammar: Grammar | None = None
    """What the reply must follow."""
    output: queue.SimpleQueue[str | NpcEngineError | None] = field(default_factory=queue.SimpleQueue)
    """Pieces of text, then None; or an error."""
    closed: threading.Event = field(default_factory=threading.Event)
    """Set by a reader that has gone away."""
    number: int = 0
    sequence: Held | None = None
    sampler: Sampler | None = None
    text: TextStream = field(default_factory=TextStream)
    pace: Pace = field(default_factory=lambda: Pace(0.0))
    """When its tokens are due, by `time.monotonic`."""
    ended: bool = False
    """Whether its reply is complete."""
    prompt: int = 0
    """Tokens of the prompt."""
    begun: int = 0
    """How many of these, at its end, are the beginning of the reply."""
    prefix: str = ""
    """Key of its persona's prefix."""

    def __post_init__(self) -> None:
        self.prompt = len(self.tokens)
        self.text = TextStream(self.request.stop)
        self.pace = Pace(time.monotonic(), self.request.deadline)
        self.prefix = hashlib.sha256(repr(self.tokens[: self.shared]).encode()).hexdigest()

    @property
    def unwanted(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.closed.is_set() or self.cancelled()

    @property
    def rank(self) -> tuple[bool, float, int]:
        """Its place among others: replies first, then the weightiest preparations, then whatever came first."""
        return (not self.generates, 0.0 if self.generates else -self.request.weight, self.number)

    @property
    def held(self) -> Held:
        """Its sequence. Only for jobs that have begun."""
        assert self.sequence is not None
        return self.sequence

    @property
    def evaluated(self) -> int:
        """How many of its tokens are in memory."""
        return len(self.held.tokens)

    @property
    def most(self) -> int:
        """Tokens that it holds at the very end."""
        return self.prompt + (self.request.max_tokens if self.generates else 0)

    @property
    def spoken(self) -> int:
        """Tokens of its reply so far."""
        return len(self.tokens) - self.prompt

    def guess(self) -> list[int]:
        """Tokens that the reply may go on with, as many as fit."""
        return self.draft.next(self.tokens[self.prompt - self.begun :])[: max(0, self.most - len(self.tokens) - 1)]

    def demand(self, speed: Speed) -> Demand:
        """What it could use in the next batch, of a model of this speed."""
        pending = len(self.tokens) - self.evaluated
        if not self.generates:
            return Demand(self.number, Kind.PREPARE, pending)
        if self.spoken:
            return Demand(self.number, Kind.SPEAK, pending, self.pace.token_due(self.spoken))
        return Demand(self.number, Kind.START, pending, self.pace.prompt_due(pending, speed))
