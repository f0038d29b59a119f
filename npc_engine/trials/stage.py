"""Play one session in this process, by text: what the player and the game do, and all that comes of it.

Uses what a client uses, messages, and looks into the session only for what a client is not told: facts and state.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from npc_engine import archive
from npc_engine.core.turn import Why
from npc_engine.ensemble import Engines
from npc_engine.errors import EngineUnavailable, NpcEngineError
from npc_engine.frames import AudioFrame, Frame
from npc_engine.logbook import begun
from npc_engine.persona.model import Persona
from npc_engine.persona.world import PROPERTIES
from npc_engine.protocol import (
    PROTOCOL,
    ActionRequested,
    ActionResult,
    AnyClientMessage,
    AnyServerMessage,
    Audio,
    AudioOutput,
    Error,
    Ping,
    Player,
    Pong,
    QuestChanged,
    SaveCreate,
    SaveCreated,
    SaveLoad,
    SaveLoaded,
    Scene,
    SceneCharacter,
    SessionOpen,
    UtteranceCompleted,
    UtteranceStarted,
    UtteranceText,
    Value,
)
from npc_engine.session import Session

PATIENCE = 120.0
"""Seconds to wait for an answer. A cold model on a busy machine takes long."""
Game = Callable[[ActionRequested], Sequence[AnyClientMessage]]
"""What the game sends when a character asks for an action."""


def refusing(asked: ActionRequested) -> list[AnyClientMessage]:
    """A game that lets nobody do anything."""
    return [ActionResult(action_id=asked.action_id, status="refused")]


@dataclass(frozen=True)
class Spoken:
    """What one character said in one go."""

    actor_id: str
    text: str


@dataclass
class Outcome:
    """What came of one thing that happened."""

    spoken: list[Spoken] = field(default_factory=list)
    asked: list[ActionRequested] = field(default_factory=list)
    quests: list[QuestChanged] = field(default_factory=list)
    errors: list[Error] = field(default_factory=list)
    first_clause_ms: int | None = None
    """From the line until the first clause."""
    why: Why | None = None
    """What went into the last answer, if there was one."""

    @property
    def text(self) -> str:
        """All that was said."""
        return " ".join(each.text for each in self.spoken)


@dataclass(frozen=True)
class Setting:
    """Who is there, and how things are."""

    cast: Mapping[str, str]
    """Persona's name by actor."""
    language: str
    state: Mapping[str, Value] = field(default_factory=dict)
    player: str = "Sam"
    seed: int = 1

    def opening(self) -> SessionOpen:
        """The first message of such a session."""
        return SessionOpen(
            protocol=PROTOCOL,
            player=Player(id="player", name=self.player, language=self.language),
            scene=Scene(
                characters=[SceneCharacter(actor_id=actor, persona=name) for actor, name in self.cast.items()],
                world=dict(self.state),
            ),
            audio=Audio(output=AudioOutput(encoding="none")),
            seed=self.seed,
        )


class Stage:
    """A session under way. Every method waits until all has come of what it does, and nobody is busy any more."""

    def __init__(self, session: Session, game: Game = refusing) -> None:
        self.game = game
        self._session = session
        self._frames = aiter(session.outbox.frames())
        self._numbers = itertools.count(1)
        self._saves: dict[str, str] = {}
        self._began = 0.0
        self._speaking: dict[int, str] = {}

    async def do(self, *messages: AnyClientMessage) -> Outcome:
        """Send messages, and play on until it is quiet. Raises `EngineUnavailable`."""
        ping = Ping(id=f"ping{next(self._numbers)}")
        for message in messages:
            self._session.receive(message)
        self._session.receive(ping)
        return await self._until(lambda message: isinstance(message, Pong) and message.ref == ping.id)

    async def save(self, name: str) -> Outcome:
        """Keep this moment under a name."""
        ref = f"save{next(self._numbers)}"
        self._session.receive(SaveCreate(id=ref, label=name))
        return await self._until(lambda message: isinstance(message, SaveCreated | Error) and message.ref == ref, name)

    async def load(self, name: str) -> Outcome:
        """Go back to the moment of this name."""
        ref = f"load{next(self._numbers)}"
        self._session.receive(SaveLoad(id=ref, save_id=self._saves.get(name, name)))
        return await self._until(lambda message: isinstance(message, SaveLoaded | Error) and message.ref == ref)

    def snapshot(self) -> dict[str, Value]:
        """All of the state: quests, things, and what the worlds and the game have named."""
        state = self._session.conversation.state
        worlds = [character.persona.setting for character in self._session.conversation.characters]
        paths = [f"quest.{quest.id}" for quest in state.quests]
        paths += [f"{thing.id}.{name}" for thing in state.things for name in PROPERTIES]
        paths += [path for world in worlds for path in world.state]
        return {path: state.value(path) for path in dict.fromkeys(paths)}

    def value(self, path: str) -> Value:
        """What a path of the state holds."""
        return self._session.conversation.state.value(path)

    async def _until(self, arrived: Callable[[AnyServerMessage], bool], keep: str = "") -> Outcome:
        """Collect what comes until `arrived` and quiet."""
        outcome, last = Outcome(), self._session.conversation.last_why
        self._began, has_arrived = time.monotonic(), False
        while not (has_arrived and self._session.is_quiet):
            if has_arrived and self._session.conversation.is_idle:
                self._session.receive(Ping(id="quiet"))  # what is left to take may send nothing that would wake us
            for message in [await self._next(), *self._waiting()]:
                has_arrived = has_arrived or arrived(message)
                self._take(message, outcome, keep)
        why = self._session.conversation.last_why
        outcome.why = why if why is not last else None
        return outcome

    def _waiting(self) -> Iterator[AnyServerMessage]:
        """What has been sent already: a session may be quiet before its last words were read."""
        while frame := self._session.outbox.take():
            yield _message(frame)

    async def _next(self) -> AnyServerMessage:
        try:
            async with asyncio.timeout(PATIENCE):
                frame = await anext(self._frames)
        except TimeoutError:
            raise EngineUnavailable(f"nothing came for {PATIENCE:.0f} s; is the machine very busy?") from None
        except StopAsyncIteration:
            raise EngineUnavailable("the session ended; the log says why") from None
        return _message(frame)

    def _take(self, message: AnyServerMessage, outcome: Outcome, keep: str) -> None:
        match message:
            case UtteranceStarted():
                self._speaking[message.utterance] = message.actor_id
            case UtteranceText() if outcome.first_clause_ms is None:
                outcome.first_clause_ms = round((time.monotonic() - self._began) * 1000)
            case UtteranceCompleted() if message.text:
                outcome.spoken.append(Spoken(self._speaking[message.utterance], message.text))
            case ActionRequested():
                outcome.asked.append(message)
                for answer in self.game(message):
                    self._session.receive(answer)
            case QuestChanged():
                outcome.quests.append(message)
            case SaveCreated():
                self._saves[keep] = message.save_id
            case Error():
                outcome.errors.append(message)
            case _:
                pass


def _message(frame: Frame) -> AnyServerMessage:
    assert not isinstance(frame, AudioFrame)  # a session by text has no audio
    return frame


@asynccontextmanager
async def playing(
    setting: Setting, personas: Mapping[str, Persona], engines: Engines, game: Game = refusing
) -> AsyncIterator[Stage]:
    """A session with engines that run. Raises `NpcEngineError`."""
    with tempfile.TemporaryDirectory() as folder:
        async with archive.opened(Path(folder) / "stories.sqlite") as kept:
            opening = setting.opening()
            logbook, _ = await begun(kept, opening, personas)
            session = Session(f"trial-{id(setting):x}", opening, personas, engines, logbook=logbook)
            running = asyncio.create_task(session.run())
            stage = Stage(session, game)
            try:
                await stage.do()
                yield stage
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError, NpcEngineError):
                    await running
