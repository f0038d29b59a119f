"""Say a line to a server and collect what comes of it, with the times at which it came. For demo and benchmarks.

Audio that arrives is played at once, so that nobody waits for a real playback, unless that is wanted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from npc_engine.client import Away, ConnectionLost, Game, ImmediateSpeaker, Item, ReceivedAudio
from npc_engine.client.connection import websocket
from npc_engine.errors import EngineUnavailable
from npc_engine.microphone import RecordedMicrophone
from npc_engine.protocol import (
    AnyClientMessage,
    AnyServerMessage,
    Cue,
    Error,
    InputSpeechStarted,
    InputSpeechStopped,
    InputText,
    Metrics,
    ServerMessage,
    SessionOpen,
    SessionOpened,
    Span,
    TranscriptFinal,
    TurnCompleted,
    TurnStarted,
    UtteranceCompleted,
    UtteranceCues,
    UtteranceStarted,
    UtteranceText,
)
from npc_engine.wav import Sound

PATIENCE = 120.0
"""Seconds to wait for an answer. A cold model on a busy machine takes long."""
HEARING = 10.0
"""Seconds to wait, behind an answer, for the words of what was said last. It may have none: a cough, an echo of the
character, the end of a line whose beginning was answered already. No message tells of that."""
Tell = Callable[[AnyServerMessage], None]


@dataclass
class Exchange:
    """One line of the player and its answer."""

    asked_at: float
    """`time.monotonic()` at the end of the player's speech, or when the typed line was sent."""
    transcript: str = ""
    text: str = ""
    cues: list[Cue] = field(default_factory=list)
    pcm: bytes = b""
    rate: int | None = None
    """Samples per second of `pcm`; None without audio."""
    metrics: Metrics = field(default_factory=Metrics)
    timeline: list[Span] = field(default_factory=list)
    text_at: float | None = None
    """When the answer's first clause came."""
    audio_at: list[tuple[int, float]] = field(default_factory=list)
    """Of each piece of audio, its first sample and when it came."""

    @property
    def sound(self) -> Sound | None:
        """The answer's speech."""
        return Sound(self.pcm, self.rate) if self.rate and self.pcm else None

    @property
    def first_audio_ms(self) -> int | None:
        """From the end of the player's line until the first audio came."""
        return round((self.audio_at[0][1] - self.asked_at) * 1000) if self.audio_at else None

    @property
    def first_audible_ms(self) -> int | None:
        """From the end of the player's line until speech is heard, if the client plays what it gets at once."""
        audible = self.sound.audible() if self.sound else None
        if audible is None or self.rate is None:
            return None
        began = self.audio_at[0][1]
        came = max(at for first, at in self.audio_at if first <= audible[0] * self.rate)
        return round((max(began + audible[0], came) - self.asked_at) * 1000)


@asynccontextmanager
async def interview(
    url: str, opening: SessionOpen, tell: Tell = lambda message: None, plays_at_once: bool = True
) -> AsyncIterator[Interview]:
    """Somebody who asks in a session of a server. `tell` sees every message as it comes.

    Without `plays_at_once` nothing is reported as played: the server takes its audio to be heard as it lasts.
    Raises `ConnectionLost` without a server, `ServerRefused` when it opens no session.
    """
    game = Game(websocket(url), opening, ImmediateSpeaker() if plays_at_once else None)
    game.on(ServerMessage, tell)
    asking = Interview(game)
    async with game:
        yield asking


class Interview:
    """Asks one question at a time in one session. What comes is read from the moment on at which it was made."""

    def __init__(self, game: Game) -> None:
        self._game = game
        self._items = aiter(game)

    @property
    def opened(self) -> SessionOpened:
        """The server's answer to `session.open`."""
        return self._game.opened

    async def listen(self, pcm: bytes) -> None:
        """A frame of the microphone."""
        self._game.send_audio(pcm)

    def send(self, message: AnyClientMessage) -> None:
        """Tell the server something, such as what became of an action."""
        self._game.send(message)

    async def ask(self, text: str) -> Exchange:
        """Type a line. Raises `ConnectionLost` or `EngineUnavailable`."""
        answer = _Answer(Exchange(asked_at=time.monotonic()))
        self._game.send(InputText(text=text))
        return await self._collect(answer, lambda: True)

    async def ask_aloud(self, sound: Sound, microphone: RecordedMicrophone) -> Exchange:
        """Speak a line through a microphone that runs. Raises `ConnectionLost` or `EngineUnavailable`."""
        microphone.play(sound)
        answer = _Answer(Exchange(asked_at=0.0))
        exchange = await self._collect(answer, lambda: microphone.is_silent)
        exchange.asked_at = await microphone.speech_ended()
        return exchange

    async def _collect(self, answer: _Answer, all_said: Callable[[], bool]) -> Exchange:
        while not (answer.is_complete and all_said()):
            answered = answer.is_answered and all_said()
            try:
                async with asyncio.timeout(HEARING if answered else PATIENCE):
                    item = await self._next()
            except TimeoutError:
                if answered:
                    break
                raise ConnectionLost(f"no word of the server for {PATIENCE:.0f} s; its log says what it does") from None
            if isinstance(item, Error):
                raise EngineUnavailable(f"the server answered with an error: {item.message}")
            answer.take(item, time.monotonic())
        return answer.exchange

    async def _next(self) -> Item:
        try:
            item = await anext(self._items)
        except StopAsyncIteration:
            raise ConnectionLost("the session is closed") from None
        if isinstance(item, Away):
            raise ConnectionLost(item.reason)  # what is measured must not hide a second connection
        return item


class _Answer:
    """What has come so far. A pause in the player's speech may begin an answer that the rest of it replaces."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self._speaking = False
        self._unrecognised = False
        self._turn: int | None = None
        self._over = False

    @property
    def is_complete(self) -> bool:
        """Whether the latest turn is over and nothing was said since."""
        return self.is_answered and not self._unrecognised

    @property
    def is_answered(self) -> bool:
        """Whether the latest turn is over and nobody speaks."""
        return self._over and not self._speaking

    def take(self, item: Item, at: float) -> None:
        """Note what came `at` this time."""
        exchange = self.exchange
        match item:
            case ReceivedAudio():
                exchange.audio_at.append((item.first_sample, at))
                exchange.pcm += item.pcm
            case InputSpeechStarted():
                self._speaking = True
            case InputSpeechStopped():
                self._speaking, self._unrecognised = False, True
            case TranscriptFinal():
                self._unrecognised, exchange.transcript = False, item.text
                self._begin(item.turn)
            case TurnStarted():
                self._begin(item.turn)
            case UtteranceStarted():
                exchange.rate, exchange.pcm, exchange.text = item.rate, b"", ""
                exchange.audio_at, exchange.cues, exchange.text_at = [], [], None
            case UtteranceText():
                exchange.text_at = exchange.text_at or at
            case UtteranceCues():
                exchange.cues += item.cues
            case UtteranceCompleted():
                exchange.text = item.text
            case TurnCompleted(turn=turn, metrics=metrics, timeline=timeline) if turn == self._turn:
                exchange.metrics, exchange.timeline, self._over = metrics, timeline, True
            case _:
                pass

    def _begin(self, turn: int) -> None:
        self._turn, self._over = turn, False
