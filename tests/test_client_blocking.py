"""The client without asyncio: its game in the test's thread, its server in another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Literal

import pytest
from stage import SERVED, TOKEN, WELCOME, town

from npc_engine.client import ConnectionLost, CueDue, ImmediateSpeaker, ServerRefused
from npc_engine.client.blocking import Game, connect
from npc_engine.protocol import UtteranceText

ADA = {"ada": "deadwood"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A town in a thread of its own."""
    address: Future[str] = Future()
    over: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def live() -> None:
        async with town() as running:
            done = asyncio.Event()
            over.set_result((asyncio.get_running_loop(), done))
            address.set_result(running.url)
            await done.wait()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    yield address.result()
    loop, done = over.result()
    loop.call_soon_threadsafe(done.set)
    thread.join()


def game_at(url: str) -> Game:
    return connect(url, ADA, "p1", token=TOKEN, speaker=ImmediateSpeaker())


def test_a_line_is_answered_clause_by_clause(url: str) -> None:
    with game_at(url) as game:
        turn = game.say_to("ada", "Hello?")
        assert "".join(turn.text()).replace(" ", "") == WELCOME.replace(" ", "")
        assert any(isinstance(piece, UtteranceText) for piece in turn)
        assert sum(len(piece.pcm) for piece in turn.audio()) == len(turn.reply().pcm)
        assert turn.reply().text == WELCOME
        game.heard()
        assert game.reported
        assert game.reported.state == "done"
        assert "AI" in game.label


def test_handlers_are_called_in_the_games_own_thread(url: str) -> None:
    game = game_at(url)
    threads: list[threading.Thread] = []

    @game.action(asks=["Can I have a drink?"])
    def serve_drink(drink: Literal["whisky", "water"]) -> str:
        """Serve the player a drink."""
        threads.append(threading.current_thread())
        return "The glass is full."

    with game:
        assert game.say("Please give me the whisky.").reply().text == SERVED
    assert threads == [threading.current_thread()]


def test_a_handler_that_fails_fails_the_action_alone(url: str, caplog: pytest.LogCaptureFixture) -> None:
    game = game_at(url)

    @game.action(asks=["Can I have a drink?"], description="Serve the player a drink.")
    def serve_drink(drink: Literal["whisky", "water"]) -> None:
        raise ZeroDivisionError

    with game:
        assert "not possible" in game.say("Please give me the whisky.").reply().text
    assert "ZeroDivisionError" in caplog.text


def test_coroutine_functions_are_for_games_with_asyncio(url: str) -> None:
    async def see(item: object) -> None: ...

    game = game_at(url)
    game.on(UtteranceText, see)
    with pytest.raises(TypeError, match="plain functions"), game:
        game.say("Hello?").reply()


def test_a_main_loop_polls_for_what_has_come(url: str) -> None:
    with game_at(url) as game:
        assert game.poll() == []
        game.on(CueDue, lambda due: seen.append(due))
        seen: list[object] = []
        game.say("Hello?").reply()
        game.heard()
        polled = game.poll()
        assert [item for item in polled if isinstance(item, CueDue)] == seen != []


def test_the_world_is_sent_and_mistakes_are_raised(url: str) -> None:
    with game_at(url) as game:
        game.world["quest.safe"] = "open_safe"
        game.settled()
        assert game.quests["safe"].stage == "open_safe"
        assert dict(game.world) == {"quest.safe": "open_safe"}
        with pytest.raises(ServerRefused):
            game.say_to("bob", "Hello?")
        game.send_audio(bytes(640))


def test_outside_of_its_session_a_game_does_not_wait_for_ever(url: str) -> None:
    game = game_at(url)
    with pytest.raises(RuntimeError, match="enter the game"):
        game.poll()
    with game:
        pass
    with pytest.raises(RuntimeError, match="enter the game"):
        game.say("Hello?")


def test_without_a_server_the_game_is_not_entered() -> None:
    with pytest.raises(ConnectionLost), connect("ws://127.0.0.1:1/v1", ADA):
        pass
