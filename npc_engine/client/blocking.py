"""The same game without asyncio: for scripts, and for engines whose loop is their own, such as pygame's or panda3d's.

    with connect("ws://127.0.0.1:8765/v1", {"ada": "deadwood"}) as game:
        for clause in game.say_to("ada", "Hello?").text():
            print(clause)

The session lives in a thread of its own, so that a game that loads a level or draws a frame does not hold it up. What
the game registers is called in the game's thread: in `poll`, or while it waits for an answer.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractContextManager
from functools import partial, update_wrapper
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

from npc_engine.client.connection import ReceivedAudio
from npc_engine.client.game import Game as AsyncGame
from npc_engine.client.game import Item
from npc_engine.client.game import connect as connect_async
from npc_engine.client.stream import Stream
from npc_engine.client.turn import Piece, Reply
from npc_engine.client.turn import Turn as AsyncTurn
from npc_engine.client.world import World
from npc_engine.protocol import AnyClientMessage, PlaybackReport, QuestChanged, SessionOpened

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class _Thread:
    """An event loop in a thread of its own, and what it wants done in the game's."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._jobs: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._thread = threading.Thread(target=self.loop.run_forever, name="npc-engine client", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def wait(self, work: Coroutine[Any, Any, R]) -> R:
        """The result of something in the loop. The game's handlers are called meanwhile."""
        if not self._thread.is_alive():
            work.close()
            raise RuntimeError("there is no session; enter the game: with connect(...) as game")
        result = asyncio.run_coroutine_threadsafe(work, self.loop)
        result.add_done_callback(lambda done: self._jobs.put(lambda: None))
        while not result.done():
            self._jobs.get()()
        return result.result()

    def do_jobs(self) -> None:
        """Call the handlers that wait."""
        while not self._jobs.empty():
            self._jobs.get()()

    def perform(self, call: Callable[[], Any]) -> asyncio.Future[Any]:
        """Let the game's thread call something; its result. To be called in the loop."""
        outcome: asyncio.Future[Any] = self.loop.create_future()
        self._jobs.put(partial(self._perform, call, outcome))
        return outcome

    def _perform(self, call: Callable[[], Any], outcome: asyncio.Future[Any]) -> None:
        with _Caught() as caught:
            caught.result = _plain(call())
        self.loop.call_soon_threadsafe(caught.settle, outcome)


def _plain(result: Any) -> Any:
    """What a handler returned, which no coroutine function can be. Raises `TypeError`."""
    if inspect.iscoroutine(result):
        result.close()
        raise TypeError("a game without asyncio has plain functions for handlers, and no coroutine functions")
    return result


class _Caught(AbstractContextManager["_Caught"]):
    """What a handler of the game returns or raises, on its way to the other thread."""

    result: Any = None
    problem: BaseException | None = None

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.problem = problem
        return isinstance(problem, Exception)

    def settle(self, outcome: asyncio.Future[Any]) -> None:
        if outcome.cancelled():
            return
        if self.problem:
            outcome.set_exception(self.problem)
        else:
            outcome.set_result(self.result)


def _waiting(
    method: Callable[Concatenate[AsyncGame, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[Game, P], R]:
    """The same method, which waits."""

    def call(self: Game, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._thread.wait(method(self._game, *args, **kwargs))

    update_wrapper(call, method)
    return call


def _turning(
    method: Callable[Concatenate[AsyncGame, P], Coroutine[Any, Any, AsyncTurn]],
) -> Callable[Concatenate[Game, P], Turn]:
    """The same method, which waits and answers with a turn for games without asyncio."""

    def call(self: Game, /, *args: P.args, **kwargs: P.kwargs) -> Turn:
        return Turn(self._thread, self._thread.wait(method(self._game, *args, **kwargs)))

    update_wrapper(call, method)
    return call


def _made(make: Callable[P, AsyncGame]) -> Callable[P, Game]:
    """The same function, of games without asyncio: enter them with `with`."""

    def call(*args: P.args, **kwargs: P.kwargs) -> Game:
        return Game(make(*args, **kwargs))

    update_wrapper(call, make)
    return call


class Turn:
    """An exchange in progress. Iterate over its pieces as they come, as often as you like; or wait for `reply`."""

    def __init__(self, thread: _Thread, turn: AsyncTurn) -> None:
        self.started = turn.started
        """What the server said at its beginning; None if nobody answers."""
        self._thread = thread
        self._turn = turn

    def __iter__(self) -> Iterator[Piece]:
        """Its pieces from the first on."""
        return _Steps(self._thread, aiter(self._turn))

    def text(self) -> Iterator[str]:
        """The clauses as they come."""
        return _Steps(self._thread, self._turn.text())

    def audio(self) -> Iterator[ReceivedAudio]:
        """The speech as it comes."""
        return _Steps(self._thread, self._turn.audio())

    def reply(self) -> Reply:
        """All of it, once it is over."""
        return self._thread.wait(self._turn.reply())


class _Steps(Iterator[T], Generic[T]):
    def __init__(self, thread: _Thread, steps: AsyncIterator[T]) -> None:
        self._thread = thread
        self._steps = steps

    def __next__(self) -> T:
        found = self._thread.wait(self._next())
        if not found:
            raise StopIteration
        return found[0]

    async def _next(self) -> list[T]:
        """The next one, if there is one: a coroutine can't raise `StopIteration`."""
        async for step in self._steps:
            return [step]
        return []


class Game:
    """One session; see `npc_engine.client.Game`, whose methods these are."""

    def __init__(self, game: AsyncGame) -> None:
        """Made by `connect`."""
        self._thread = _Thread()
        self._game = game
        self._game.perform = self._thread.perform
        self._stream: Stream[Item] | None = None
        self.world = World(self._game.world, self.send)
        self.on = self._game.on
        self.action = self._game.action

    def __enter__(self) -> Self:
        """Open the session. Raises `ConnectionLost` without a server, `ServerRefused` if it does not open one."""
        self._thread.start()
        with _Caught() as caught:
            self._thread.wait(self._game.__aenter__())
        if caught.problem:
            self._thread.stop()
            raise caught.problem
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the session in good order."""
        try:
            self._thread.wait(self._game.__aexit__(kind, problem, trace))
        finally:
            self._thread.stop()

    @property
    def opened(self) -> SessionOpened:
        """The server's last `session.opened`."""
        return self._game.opened

    @property
    def label(self) -> str:
        """Show this to the player: it says that words and voices are made by AI."""
        return self._game.label

    @property
    def quests(self) -> dict[str, QuestChanged]:
        """The last news of each quest."""
        return dict(self._game.quests)

    @property
    def reported(self) -> PlaybackReport | None:
        """The last report of playback that was sent."""
        return self._game.reported

    def poll(self) -> list[Item]:
        """What has come since the last call, for a game's main loop; handlers are called too. Does not wait."""
        self._thread.do_jobs()
        if self._stream is None:
            self._stream = self._thread.wait(self._follow())
        return self._stream.waiting()

    def send(self, message: AnyClientMessage) -> None:
        """Send any message, whether or not there is a connection now."""
        self._thread.loop.call_soon_threadsafe(self._game.send, message)

    def send_audio(self, pcm: bytes) -> None:
        """The player's microphone: s16le mono, 20 to 100 ms at a time, silence included."""
        self._thread.loop.call_soon_threadsafe(self._game.send_audio, pcm)

    say = _turning(AsyncGame.say)
    say_to = _turning(AsyncGame.say_to)
    speak = _turning(AsyncGame.speak)
    act = _turning(AsyncGame.act)
    commit_audio = _turning(AsyncGame.commit_audio)
    clear_audio = _waiting(AsyncGame.clear_audio)
    event = _waiting(AsyncGame.event)
    cancel = _waiting(AsyncGame.cancel)
    join = _waiting(AsyncGame.join)
    leave = _waiting(AsyncGame.leave)
    focus = _waiting(AsyncGame.focus)
    claim = _waiting(AsyncGame.claim)
    release = _waiting(AsyncGame.release)
    gossip = _waiting(AsyncGame.gossip)
    save = _waiting(AsyncGame.save)
    load = _waiting(AsyncGame.load)
    settled = _waiting(AsyncGame.settled)
    heard = _waiting(AsyncGame.heard)
    ask = _waiting(AsyncGame.ask)

    async def _follow(self) -> Stream[Item]:
        return aiter(self._game)


connect = _made(connect_async)
