"""One exchange as a game sees it: what comes of it, piece by piece or as a whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from npc_engine.client.connection import ReceivedAudio
from npc_engine.protocol import (
    ActionRequested,
    Cue,
    Metrics,
    Span,
    TurnCompleted,
    TurnStarted,
    UtteranceCompleted,
    UtteranceCues,
    UtteranceStarted,
    UtteranceText,
)

Piece = UtteranceStarted | UtteranceText | UtteranceCues | ReceivedAudio | ActionRequested | UtteranceCompleted


@dataclass
class Reply:
    """What a character said in a turn, once it is over."""

    actor_id: str | None = None
    """Who; None if nobody answered."""
    text: str = ""
    heard_text: str = ""
    """What of it was heard: all, unless somebody interrupted."""
    reason: str | None = None
    """How its utterance ended, as in `utterance.completed`; None if there was none."""
    pcm: bytes = b""
    rate: int | None = None
    """Samples per second of `pcm`; None without audio."""
    cues: list[Cue] = field(default_factory=list)
    """Without those of an utterance that was interrupted or cancelled, which are not to be applied."""
    actions: list[ActionRequested] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)
    timeline: list[Span] = field(default_factory=list)


class Turn:
    """An exchange in progress. Iterate over its pieces as they come, as often as you like; or wait for `reply`."""

    def __init__(self, started: TurnStarted | None = None) -> None:
        self.started = started
        """What the server said at its beginning; None if nobody answers."""
        self._pieces: list[Piece] = []
        self._utterances: set[int] = set()
        self._completed: TurnCompleted | None = None
        self._failure: Exception | None = None
        self._over = started is None
        self._news = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[Piece]:
        """Its pieces from the first on. Raises what ended it if that was not the server: `SessionLost`."""
        at = 0
        while True:
            while at < len(self._pieces):
                yield self._pieces[at]
                at += 1
            if self._failure:
                raise self._failure
            if self._over:
                return
            await self._news.wait()

    async def text(self) -> AsyncIterator[str]:
        """The clauses as they come."""
        async for piece in self:
            if isinstance(piece, UtteranceText):
                yield piece.text

    async def audio(self) -> AsyncIterator[ReceivedAudio]:
        """The speech as it comes."""
        async for piece in self:
            if isinstance(piece, ReceivedAudio):
                yield piece

    async def reply(self) -> Reply:
        """All of it, once it is over."""
        reply = Reply(actor_id=self.started.actor_id if self.started else None)
        async for piece in self:
            _add(reply, piece)
        if self._completed:
            reply.metrics, reply.timeline = self._completed.metrics, self._completed.timeline
        return reply

    def take(self, item: object) -> bool:
        """Something came from the server; whether the turn is over."""
        assert self.started
        match item:
            case UtteranceStarted(turn=turn, utterance=utterance) if turn == self.started.turn:
                self._utterances.add(utterance)
                self._add(item)
            case UtteranceText() | UtteranceCues() | ReceivedAudio() | UtteranceCompleted():
                if item.utterance in self._utterances:
                    self._add(item)
            case ActionRequested(actor_id=actor) if actor == self.started.actor_id:
                self._add(item)
            case TurnCompleted(turn=turn) if turn == self.started.turn:
                self._completed = item
                self._end()
            case _:
                pass
        return self._over

    def fail(self, problem: Exception) -> None:
        """No more of it will come."""
        self._failure = problem
        self._end()

    def _add(self, piece: Piece) -> None:
        self._pieces.append(piece)
        self._tell()

    def _end(self) -> None:
        self._over = True
        self._tell()

    def _tell(self) -> None:
        self._news.set()  # whoever waits goes on; whoever comes later waits for the next
        self._news = asyncio.Event()


def _add(reply: Reply, piece: Piece) -> None:
    match piece:
        case UtteranceStarted(rate=rate):
            reply.rate = rate
        case UtteranceCues(cues=cues):
            reply.cues += cues
        case ReceivedAudio(pcm=pcm):
            reply.pcm += pcm
        case ActionRequested():
            reply.actions.append(piece)
        case UtteranceCompleted(text=text, heard_text=heard, reason=reason):
            reply.text = f"{reply.text} {text}".strip()
            reply.heard_text = f"{reply.heard_text} {heard}".strip()
            reply.reason = reason
            if reason in ("interrupted", "cancelled"):
                reply.cues.clear()
        case UtteranceText():
            pass
