"""The Python client as a game uses it, over real WebSockets: lines and turns, the world, actions, what goes wrong."""

from __future__ import annotations

import asyncio
import inspect
import logging
from typing import Annotated, Literal

import pytest
from serving import scripted_engines, serving
from stage import SERVED, STORY, TOKEN, WELCOME, town, wire
from websockets.asyncio.server import serve

from npc_engine.client import (
    ActionRefused,
    Away,
    ClockSpeaker,
    ConnectionLost,
    CueDue,
    Game,
    ImmediateSpeaker,
    ReceivedAudio,
    ServerRefused,
    SessionLost,
    TakenOver,
    connect,
)
from npc_engine.client.actions import declared
from npc_engine.protocol import (
    ActionRequested,
    DeclaredArgument,
    Error,
    SessionOpened,
    TurnCompleted,
    UtteranceCompleted,
    UtteranceStarted,
    UtteranceText,
)

pytestmark = pytest.mark.anyio
ADA = {"ada": "deadwood"}
DRINKS = DeclaredArgument(type="choice", of=["whisky", "water"])


def game_at(url: str, **more: object) -> Game:
    return connect(url, ADA, "p1", token=TOKEN, **{"speaker": ImmediateSpeaker(), **more})  # type: ignore[arg-type]


async def test_a_turn_is_iterated_piece_by_piece_and_had_as_a_whole() -> None:
    async with town() as running, game_at(running.url) as game:
        turn = await game.say_to("ada", "Hello?")
        kinds = list(dict.fromkeys([type(piece).__name__ async for piece in turn]))
        assert kinds[:3] == ["UtteranceStarted", "UtteranceText", "UtteranceCues"]
        assert kinds[-1] == "UtteranceCompleted"
        assert "".join([clause async for clause in turn.text()]).replace(" ", "") == WELCOME.replace(" ", "")
        reply = await turn.reply()
    assert (reply.actor_id, reply.text, reply.heard_text, reply.reason) == ("ada", WELCOME, WELCOME, "done")
    assert reply.rate
    assert len(reply.pcm) > reply.rate
    assert reply.cues
    assert reply.timeline


async def test_the_label_and_the_characters_are_there_once_the_game_is_entered() -> None:
    game = connect("ws://127.0.0.1:1/v1", ADA)
    with pytest.raises(RuntimeError, match="enter the game"):
        _ = game.label
    async with town() as running, game_at(running.url) as game:
        assert "AI" in game.label
        assert [character.name for character in game.opened.characters] == ["Ada Finch"]


async def test_turns_are_followed_whoever_began_them() -> None:
    async with town() as running, game_at(running.url) as game:
        turns = game.turns()
        said = await game.speak("ada", "The bank is closed.")
        assert await anext(turns) is said
        assert (await said.reply()).text == "The bank is closed."


async def test_a_line_that_nobody_answers_is_an_empty_turn() -> None:
    async with town() as running, game_at(running.url) as game:
        await game.claim("ada", "a scripted scene")
        assert (await (await game.say("Hello?")).reply()).actor_id is None
        await game.release("ada")
        assert (await (await game.say("Hello?")).reply()).actor_id == "ada"


async def test_what_the_server_does_not_accept_is_raised_where_it_was_asked() -> None:
    async with town() as running, game_at(running.url) as game:
        with pytest.raises(ServerRefused, match="'bob' is not in earshot") as refusal:
            await game.say_to("bob", "Hello?")
        assert refusal.value.code == "actor_not_found"
        with pytest.raises(ServerRefused):
            await game.claim("bob")
        with pytest.raises(ServerRefused, match="keeps no stories"):
            await game.save()
        await game.join("bob", "deadwood")
        await game.focus("bob")
        await game.leave("bob")


async def test_an_error_that_nobody_waits_for_is_an_item_and_logged_if_nobody_reads_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with town() as running, game_at(running.url) as game:
        game.world["quest.nothing"] = "x"
        await game.settled()
        assert "no quest 'nothing'" in caplog.text
        caplog.clear()
        codes: list[str] = []
        game.on(Error, lambda error: codes.append(error.code))
        game.world["quest.nothing"] = "y"
        await game.settled()
    assert (codes, caplog.text) == (["invalid_message"], "")


async def test_changes_of_the_world_are_sent_and_read_back() -> None:
    async with town() as running, game_at(running.url, world={"place": "bank", "gold": None}) as game:
        assert dict(game.world) == {"place": "bank"}
        game.world["safe.open"] = True
        game.world.update({"key.place": "player"})
        game.world.set({"a": 1, "place": None})
        del game.world["a"]
        with pytest.raises(KeyError):
            del game.world["a"]
        await game.settled()
        (seat,) = running.server._seats._seats
        state = seat.session.conversation._dialogue.chronicle.state
        assert (state.value("safe.open"), state.value("key.place")) == (True, "player")
        assert dict(game.world) == {"safe.open": True, "key.place": "player"}
        game.world["quest.safe"] = "open_safe"
        await game.settled()
        assert game.quests["safe"].stage == "open_safe"


async def test_a_handler_is_declared_by_its_signature_and_called_with_what_was_asked() -> None:
    served: list[tuple[str, str]] = []
    async with town() as running:
        game = game_at(running.url)

        @game.action(asks=["Can I have a drink?"])
        async def serve_drink(drink: Literal["whisky", "water"], request: ActionRequested) -> str:
            """Serve the player a drink."""
            await asyncio.sleep(0)
            served.append((drink, request.actor_id))
            return "The glass is full."

        async with game:
            reply = await (await game.say("Please give me the whisky.")).reply()
    assert served == [("whisky", "ada")]
    assert reply.text == SERVED
    assert [request.name for request in reply.actions] == ["serve_drink"]


@pytest.mark.parametrize(
    ("problem", "told"),
    [(ActionRefused("The bar is closed."), "The bar is closed."), (KeyError("bar"), "not possible")],
)
async def test_a_handler_may_refuse_and_its_own_mistakes_fail_the_action_alone(
    problem: Exception, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with town() as running:
        game = game_at(running.url)

        @game.action(asks=["Can I have a drink?"], description="Serve the player a drink.")
        def serve_drink(drink: Literal["whisky", "water"]) -> None:
            raise problem

        async with game:
            reply = await (await game.say("Please give me the whisky.")).reply()
            assert told in reply.text
            assert (await (await game.say("Hello?")).reply()).text == WELCOME
    assert ("handler of the action 'serve_drink' failed" in caplog.text) == isinstance(problem, KeyError)


async def test_arguments_that_do_not_fit_the_handler_fail_the_action(caplog: pytest.LogCaptureFixture) -> None:
    async with town() as running:
        game = game_at(running.url)

        @game.action(asks=["Can I have a drink?"], description="Serve the player a drink.", name="serve_drink")
        def serve(drink: Annotated[int, DRINKS]) -> None:
            raise AssertionError("it is not called")

        async with game:
            assert "not possible" in (await (await game.say("Please give me the whisky.")).reply()).text
    assert "does not fit its handler" in caplog.text


async def test_an_action_without_a_handler_is_said(caplog: pytest.LogCaptureFixture) -> None:
    async with town() as running, game_at(running.url) as game:
        turn = await game.act("ada", ["mark_map"], "Mark the bank on my map.")
        async for piece in turn:
            if isinstance(piece, ActionRequested):
                assert piece.name == "mark_map"
                break
    assert "no handler has this name" in caplog.text


async def test_declaring_is_for_before_the_session() -> None:
    async with town() as running, game_at(running.url) as game:
        with pytest.raises(RuntimeError, match="before the game is entered"):

            @game.action(description="Dance.")
            def dance() -> None: ...


@pytest.mark.parametrize("hint", [float, Literal[1, 2], inspect.Parameter.empty])
async def test_what_can_not_be_an_argument_is_said(hint: object) -> None:
    game = connect("ws://127.0.0.1:1/v1", ADA)

    def dance(how) -> None: ...

    dance.__annotations__ = {} if hint is inspect.Parameter.empty else {"how": hint}
    with pytest.raises(TypeError, match="'how' needs an annotation"):
        game.action(dance, description="Dance.")


async def test_arguments_are_numbers_choices_or_written_out() -> None:
    def give(
        n: int, words: str, drink: Literal["whisky", "water"], to: Annotated[str, DRINKS], request: ActionRequested
    ) -> None:
        """Give drinks."""

    action = declared(give, "give", asks=["A drink, please."])
    assert (action.description, list(action.args)) == ("Give drinks.", ["n", "words", "drink", "to"])
    assert [argument.type for argument in action.args.values()] == ["number", "text", "choice", "choice"]


async def test_speech_is_reported_by_the_clock_and_cues_are_due_as_it_is_heard() -> None:
    async with town() as running, game_at(running.url, speaker=ClockSpeaker()) as game:
        due: list[CueDue] = []
        game.on(CueDue, due.append)
        reply = await (await game.say("Hello?")).reply()
        await game.heard()
        assert game.reported
        assert (game.reported.samples, game.reported.state) == (len(reply.pcm) // 2, "done")
    assert [each.cue for each in due] == reply.cues
    assert {each.actor_id for each in due} == {"ada"}


async def test_what_is_cancelled_is_not_played_and_no_cue_of_it_comes_any_more() -> None:
    async with town() as running, game_at(running.url, speaker=ClockSpeaker()) as game:
        after: list[object] = []
        story = await game.say("I love a good story.")
        await anext(story.audio())
        game.on(UtteranceCompleted, lambda end: game.on((CueDue, ReceivedAudio), after.append))
        await game.cancel()
        reply = await story.reply()
        await game.heard()
        assert reply.reason == "cancelled"
        assert len(reply.heard_text) < len(STORY) / 2
        assert reply.cues == []
        await game.settled()
    assert after == []


async def test_without_a_speaker_the_server_takes_audio_to_be_heard_as_it_comes() -> None:
    async with town() as running, game_at(running.url, speaker=None) as game:
        reply = await (await game.say("Hello?")).reply()
        await game.heard()
        assert reply.heard_text == WELCOME
        assert game.reported is None


async def test_push_to_talk_answers_when_the_button_is_released() -> None:
    engines = scripted_engines(heard=("Where is the key?",))
    async with serving(engines=engines) as running, connect(running.url, ADA, mode="push_to_talk") as game:
        await game.clear_audio()
        with pytest.raises(ServerRefused) as refusal:
            await game.commit_audio()
        assert refusal.value.code == "nothing_heard"
        for _ in range(50):
            game.send_audio(b"\x00\x20\x00\xe0" * 160)
        assert (await (await game.commit_audio()).reply()).text


async def test_an_event_is_told_and_saves_go_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    stories = tmp_path_factory.mktemp("stories") / "stories.sqlite"
    async with serving(stories=stories) as running, connect(running.url, ADA, speech=False) as game:
        await game.event("dog_barks", "A dog barks outside.", params={"loud": True})
        await game.gossip("ada", "bob", ["bank_is_near"])
        save = await game.save("before")
        await (await game.say("Hello?")).reply()
        await game.load(save)


# What goes wrong


async def test_a_server_that_is_not_there_is_named_with_the_command_that_starts_it() -> None:
    with pytest.raises(ConnectionLost, match=r"127\.0\.0\.1:1/v1.*npc-engine serve"):
        async with connect("ws://127.0.0.1:1/v1", ADA):
            pass


async def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConnectionLost, match="nonsense"):
        async with connect("nonsense", ADA):
            pass


@pytest.mark.parametrize("frame", ["hello", '{"type": "weather"}', '{"type": "turn.started", "seq": 1}', b"abc"])
async def test_a_server_that_speaks_something_else_is_recognised(frame: str | bytes) -> None:
    async def talk(connection) -> None:
        await connection.recv()
        await connection.send(frame)
        await connection.wait_closed()

    async with serve(talk, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        with pytest.raises(ConnectionLost, match=r"npc\.v1"):
            async with connect(f"ws://127.0.0.1:{port}", ADA):
                pass


async def test_a_connection_that_breaks_before_the_session_stands_says_why() -> None:
    async def leave(connection) -> None:
        await connection.recv()
        await connection.close(1011, "out of memory")

    async with serve(leave, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        with pytest.raises(ConnectionLost, match="out of memory"):
            async with connect(f"ws://127.0.0.1:{port}", ADA):
                pass


async def test_a_game_hears_that_it_is_away_and_that_it_is_back() -> None:
    async with town() as running, wire(running.port) as relay, game_at(relay.url) as game:
        items = aiter(game)
        relay.cut()
        assert isinstance(await anext(items), Away)
        back = await anext(items)
        assert isinstance(back, SessionOpened)
        assert (back.resumed, back.session_id) == (True, game.opened.session_id)
        assert (await (await game.say("Hello?")).reply()).text == WELCOME


async def test_what_is_said_while_away_is_sent_on_return() -> None:
    async with town() as running, wire(running.port) as relay, game_at(relay.url) as game:
        items = aiter(game)
        relay.cut()
        await anext(items)
        assert (await (await game.say("Hello?")).reply()).text == WELCOME


async def test_a_new_session_ends_what_was_waited_for_in_the_old_one() -> None:
    async with town() as running:
        port = running.port
        game = game_at(running.url, speaker=ClockSpeaker())
        await game.__aenter__()
        items = aiter(game)
        story = await game.say("I love a good story.")
        running.server._seats._seats[0].running.cancel()
    async with town(port):
        with pytest.raises(SessionLost):
            await story.reply()
        while not isinstance(item := await anext(items), SessionOpened):
            pass
        assert not item.resumed
        assert (await (await game.say("Hello?")).reply()).text == WELCOME
        await game.__aexit__(None, None, None)


async def test_what_is_said_while_a_server_restarts_is_for_the_new_session() -> None:
    async with town() as running:
        port = running.port
        game = await game_at(running.url).__aenter__()
        items = aiter(game)
    while not isinstance(await anext(items), Away):
        pass
    saying = asyncio.create_task(game.say("Hello?"))
    claiming = asyncio.create_task(game.claim("ada"))
    releasing = asyncio.create_task(game.release("ada"))
    async with town(port):
        assert (await (await saying).reply()).text == WELCOME
        await asyncio.gather(claiming, releasing)
        await game.__aexit__(None, None, None)


async def test_a_session_that_another_connection_takes_over_is_not_taken_back() -> None:
    async with town() as running:
        game = await game_at(running.url).__aenter__()
        items = aiter(game)
        async with running.client() as other:
            await other.open(token=TOKEN, resume={"token": game.opened.resume_token, "last_seq": 1})
            with pytest.raises(TakenOver):
                await anext(items)
            with pytest.raises(TakenOver):
                await game.__aexit__(None, None, None)


async def test_a_handler_that_fails_ends_the_game_with_its_error() -> None:
    def fail(item: object) -> None:
        raise ZeroDivisionError

    async with town() as running:
        game = game_at(running.url)
        game.on(UtteranceText, fail)
        await game.__aenter__()
        turn = await game.say("Hello?")
        with pytest.raises(ZeroDivisionError):
            await turn.reply()
        with pytest.raises(ZeroDivisionError):
            await game.__aexit__(None, None, None)


async def test_a_coroutine_handler_that_fails_ends_the_game_too() -> None:
    async def fail(item: object) -> None:
        raise ZeroDivisionError

    async with town() as running:
        game = game_at(running.url)
        game.on(UtteranceStarted, fail)
        await game.__aenter__()
        turn = await game.say("Hello?")
        with pytest.raises(ZeroDivisionError):
            await turn.reply()
        with pytest.raises(ZeroDivisionError):
            await game.__aexit__(None, None, None)


async def test_after_the_end_nothing_is_waited_for() -> None:
    async with town() as running:
        async with game_at(running.url) as game:
            items = aiter(game)
        assert [item async for item in items][-1:] == []
        assert [turn async for turn in game.turns()] == []
        with pytest.raises(SessionLost):
            await game.say("Hello?")


async def test_messages_of_a_newer_server_are_passed_over() -> None:
    opened = SessionOpened.model_validate(
        {
            "session_id": "s",
            "resume_token": "t",
            "server": "newer",
            "models": dict.fromkeys(("recognition", "language_model", "synthesis", "voice_activity"), "new"),
            "characters": [],
            "audio": {"input_rate": 16000, "encoding": "pcm"},
            "label": "AI",
            "seq": 1,
        }
    ).model_dump_json()

    async def newer(connection) -> None:
        await connection.recv()
        await connection.send(opened[:-1] + ', "weather": "fine"}')
        await connection.send('{"type": "weather.changed", "seq": 2, "to": "rain"}')
        await connection.send('{"type": "turn.completed", "seq": 3, "turn": 1, "metrics": {"luck": 7}}')
        await connection.recv()  # the end of the session

    async with serve(newer, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        game = connect(f"ws://127.0.0.1:{port}", ADA)
        items = aiter(game)
        async with game:
            assert isinstance(await anext(items), SessionOpened)
            assert isinstance(await anext(items), TurnCompleted)


def test_logging_is_the_games_own() -> None:
    assert logging.getLogger("npc_engine.client").handlers == []
