"""A game's side of one session: lines and turns, the world, actions, saves, playback. Reconnects by itself."""

from __future__ import annotations

import asyncio
import inspect
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, suppress
from functools import partial
from types import TracebackType
from typing import Any, Literal, Protocol, Self, TypeVar
from weakref import WeakSet

from npc_engine.client.actions import Actions, Handler, declared
from npc_engine.client.connection import Dial, ReceivedAudio, websocket
from npc_engine.client.link import FAREWELL, Away, Link
from npc_engine.client.opening import opening
from npc_engine.client.playback import TICK, CueDue, Playback, Speaker
from npc_engine.client.stream import Stream
from npc_engine.client.told import Told
from npc_engine.client.turn import Turn
from npc_engine.client.verbs import Verbs
from npc_engine.client.world import World
from npc_engine.errors import NpcEngineError
from npc_engine.protocol import (
    ActionRequested,
    AnyClientMessage,
    AnyServerMessage,
    Error,
    PlaybackReport,
    Player,
    QuestChanged,
    SessionOpen,
    SessionOpened,
    TurnStarted,
    Value,
)

Item = AnyServerMessage | ReceivedAudio | CueDue | Away
"""What a game gets: a message, a piece of speech, a cue whose time has come, or word of a lost connection."""
H = TypeVar("H", bound=Handler)
T = TypeVar("T")

_log = logging.getLogger("npc_engine.client")
_CLOSED = "the session is closed"


class SessionLost(NpcEngineError):
    """The server has lost the session, and a new one was opened: what was asked for in the old one never comes."""


class Microphone(Protocol):
    """What hears the player."""

    rate: int
    """Samples per second."""

    def start(self, hear: Callable[[bytes], None]) -> None:
        """From now on call `hear`, in any thread, with s16le mono frames of 20 to 100 ms, silence included."""
        ...

    def close(self) -> None:
        """Hear nothing more."""
        ...


def connect(
    url: str,
    characters: Mapping[str, str] | Iterable[str],
    player: str | Player = "player",
    *,
    token: str | None = None,
    language: str | None = None,
    world: Mapping[str, Value] | None = None,
    story: Literal["new", "continue"] = "new",
    mode: Literal["hands_free", "push_to_talk"] = "hands_free",
    seed: int | None = None,
    speech: bool = True,
    speaker: Speaker | None = None,
    microphone: Microphone | None = None,
) -> Game:
    """A game on the server at `url`, as `ws://127.0.0.1:8765/v1`; enter it with `async with`.

    `characters` are personas by `actor_id`, or a list of personas. What the others mean stands at `session.open` in
    docs/protocol.md. With a `speaker` speech is played and reported; without one the game does as it likes with the
    audio, and the server takes it to be heard as it comes.
    """
    begins = opening(
        characters,
        player,
        token=token,
        language=language,
        world=world,
        story=story,
        mode=mode,
        seed=seed,
        speech=speech,
        input_rate=microphone.rate if microphone else 16000,
        output_rate=speaker.rate if speaker else None,
    )
    return Game(websocket(url), begins, speaker, microphone)


class Game(Verbs):
    """One session. Enter it, then iterate over what comes, from now on; several may iterate at once.

    Handlers are registered before or after. An error that a handler raises, other than for an action, ends the game.
    """

    def __init__(
        self, dial: Dial, opening: SessionOpen, speaker: Speaker | None = None, microphone: Microphone | None = None
    ) -> None:
        """Reaches its server by `dial`. Made by `connect`, unless that does not go over a WebSocket."""
        super().__init__()
        self.quests: dict[str, QuestChanged] = {}
        """The last news of each quest."""
        self.reported: PlaybackReport | None = None
        """The last report of playback that was sent."""
        self.world = World(opening.scene.world, self.send)
        self._opened: SessionOpened | None = None
        self._told = Told(opening)
        self._link = Link(dial, self._told, self._take, random.Random())
        self._speaker = speaker
        self._microphone = microphone
        self._playback = Playback(speaker, self._report, self._put) if speaker else None
        self._actions = Actions()
        self.perform: Callable[[Callable[[], Any]], Any] = lambda call: call()
        """How handlers are called. May answer with something to wait for."""
        self._handlers: list[tuple[Any, Handler]] = []
        self._streams: WeakSet[Stream[Item]] = WeakSet()
        self._turn_streams: WeakSet[Stream[Turn]] = WeakSet()
        self._turns: list[Turn] = []
        self._tasks: set[asyncio.Future[Any]] = set()
        self._running: asyncio.Task[None] | None = None
        self._failure: Exception | None = None
        self._ended = False
        self._standing = asyncio.Event()
        self._speaking = asyncio.Event()
        self._heard = asyncio.Event()

    # Beginning and end

    async def __aenter__(self) -> Self:
        """Open the session. Raises `ConnectionLost` without a server, `ServerRefused` if it does not open one."""
        self._running = asyncio.create_task(self._link.run())
        self._running.add_done_callback(self._end)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._leave)
            await self._stands()
            if self._playback:
                self._spawn(self._follow(self._playback))
            if self._microphone:
                loop = asyncio.get_running_loop()
                self._microphone.start(lambda pcm: _hand_over(loop, partial(self.send_audio, pcm)))
            stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the session in good order. Raises what ended it before, if that is not on its way already."""
        assert self._running
        if self._link.is_connected and problem is None:
            self._link.close()
            await asyncio.wait([self._running], timeout=FAREWELL)
        await self._leave()
        if self._failure and problem is None:
            raise self._failure

    async def _stands(self) -> None:
        """Wait until the session is open. Raises why it can't be."""
        assert self._running
        standing = asyncio.create_task(self._standing.wait())
        try:
            await asyncio.wait([standing, self._running], return_when=asyncio.FIRST_COMPLETED)
        finally:
            standing.cancel()
        if self._failure:
            raise self._failure

    async def _leave(self) -> None:
        assert self._running
        if self._microphone:
            self._microphone.close()
        tasks = [self._running, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._speaker:
            self._speaker.close()

    @property
    def opened(self) -> SessionOpened:
        """The server's last `session.opened`: who is in earshot, what speaks, and the label."""
        if self._opened is None:
            raise RuntimeError("there is no session yet; enter the game: async with connect(...) as game")
        return self._opened

    @property
    def label(self) -> str:
        """Show this to the player: it says that words and voices are made by AI."""
        return self.opened.label

    # What comes

    def __aiter__(self) -> Stream[Item]:
        """All that comes from now on, in order. Ends with the session; raises what ended it, if that went wrong."""
        return self._following(self._streams)

    def turns(self) -> Stream[Turn]:
        """All turns that begin from now on, whoever began them."""
        return self._following(self._turn_streams)

    def on(self, kind: Any, handler: Handler) -> None:
        """Call a function, or coroutine function, with each item of this class or union of classes."""
        self._handlers.append((kind, handler))

    def action(self, handler: H | None = None, *, name: str | None = None, **declares: Any) -> Any:
        """Decorate a function that does what characters ask for, under its own name or another.

        Called with the arguments of the request by name, and the request itself for a parameter that is annotated
        `ActionRequested`. What it returns, a sentence or nothing, makes the action `done`; `ActionRefused` makes it
        `refused`; any other error is logged and makes it `failed`.

        An action that the characters' world does not have is declared by `description`, `asks` and other fields of
        `DeclaredAction`, before the game is entered: see `declared` for its arguments.
        """

        def register(handler: H) -> H:
            key = self._actions.add(handler, name)
            if declares:
                if self._running:
                    raise RuntimeError(f"declare the action '{key}' before the game is entered")
                self._told.declare(declared(handler, key, **declares))
            return handler

        return register(handler) if handler else register

    def send_audio(self, pcm: bytes) -> None:
        """The player's microphone: s16le mono, 20 to 100 ms at a time, silence included."""
        self._link.send_audio(pcm)

    async def heard(self) -> None:
        """Wait until the speaker has played all that came."""
        while self._playback and not self._playback.is_quiet:
            self._heard.clear()
            await self._heard.wait()

    def send(self, message: AnyClientMessage) -> str:
        """Send any message, whether or not there is a connection now; its id. An error comes as an item."""
        return self._link.send(message)

    # Inside

    def _following(self, streams: WeakSet[Stream[T]]) -> Stream[T]:
        stream = Stream[T]()
        streams.add(stream)
        if self._ended:
            stream.end(self._failure)
        return stream

    def _take(self, item: AnyServerMessage | ReceivedAudio | Away) -> None:
        """Something came. What must not lag behind goes first, then whoever waits, then whoever reads."""
        if isinstance(item, SessionOpened):
            self._open(item)
        if self._playback:
            self._playback.take(item)
            if not self._playback.is_quiet:
                self._speaking.set()
        if isinstance(item, QuestChanged):
            self.quests[item.quest] = item
        self._turns = [turn for turn in self._turns if not turn.take(item)]
        begun = self._begin(item) if isinstance(item, TurnStarted) else None
        waited_for = not isinstance(item, ReceivedAudio | Away) and self._answers.take(item, begun)
        if isinstance(item, Error) and not waited_for and not self._is_read(item):
            _log.warning("the server says: %s (%s)", item.message, item.code)
        if isinstance(item, ActionRequested):
            self._answer_action(item)
        self._put(item)

    def _open(self, opened: SessionOpened) -> None:
        if self._opened and not opened.resumed:
            problem = SessionLost("the server has lost the session; a new one was opened")
            self._end_turns(problem)
            self._answers.fail(problem, may_come=self._told.is_kept)
        self._opened = opened
        self._standing.set()

    def _begin(self, started: TurnStarted) -> Turn:
        turn = Turn(started)
        self._turns.append(turn)
        for stream in self._turn_streams:
            stream.put(turn)
        return turn

    def _put(self, item: Item) -> None:
        for stream in self._streams:
            stream.put(item)
        for kind, handler in list(self._handlers):
            if isinstance(item, kind):
                result = self.perform(partial(handler, item))
                if inspect.isawaitable(result):
                    self._spawn(result)

    def _answer_action(self, request: ActionRequested) -> None:
        if self._actions.handles(request.name):
            self._spawn(self._do(request))
        elif not self._is_read(request):
            _log.warning("'%s' is asked for, and no handler has this name; see Game.action", request.name)

    def _is_read(self, item: Item) -> bool:
        """Whether the game sees items such as this one."""
        return bool(self._streams) or any(isinstance(item, kind) for kind, _ in self._handlers)

    async def _do(self, request: ActionRequested) -> None:
        session = self.opened.session_id
        result = await self._actions.answer(request, self.perform)
        if self.opened.session_id == session:  # another one does not know of it
            self.send(result)

    def _report(self, report: PlaybackReport) -> None:
        self.reported = report
        self.send(report)

    async def _follow(self, playback: Playback) -> None:
        while True:
            await self._speaking.wait()
            while not playback.is_quiet:
                await asyncio.sleep(TICK)
                playback.tick()
            self._speaking.clear()
            self._heard.set()

    def _spawn(self, work: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Future[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and isinstance(problem := task.exception(), Exception):
            self._failure = self._failure or problem
            assert self._running
            self._running.cancel()

    def _end(self, running: asyncio.Task[None]) -> None:
        if not running.cancelled() and isinstance(problem := running.exception(), Exception):
            self._failure = self._failure or problem
        self._ended = True
        problem = self._failure or SessionLost(_CLOSED)
        self._end_turns(problem)
        self._answers.close(problem)
        for stream in self._streams:
            stream.end(self._failure)
        for turns in self._turn_streams:
            turns.end(self._failure)

    def _end_turns(self, problem: Exception) -> None:
        for turn in self._turns:
            turn.fail(problem)
        self._turns.clear()


def _hand_over(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Call it in the loop's thread; not at all once the loop is closed."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call)
