"""The client over real WebSockets: typed both ways, and its errors say what to do."""

from __future__ import annotations

import asyncio

import pytest
from serving import scripted_engines, serving
from websockets.asyncio.server import serve

from npc_engine.client import Client, ConnectionLost, ReceivedAudio
from npc_engine.exchange import Interview, opening
from npc_engine.microphone import RecordedMicrophone
from npc_engine.protocol import InputText, SessionClose, SessionOpened
from npc_engine.recordings import QUESTIONS, folder, question
from npc_engine.wav import read_wav

pytestmark = pytest.mark.anyio


async def test_messages_and_audio_come_in_order_until_the_session_closes() -> None:
    async with serving() as running, Client.connect(running.url, opening("deadwood")) as client:
        items = aiter(client)
        assert isinstance(await anext(items), SessionOpened)
        await client.send(InputText(text="Where am I?"))
        kinds = [item.type if not isinstance(item, ReceivedAudio) else "audio" async for item in _one_turn(items)]
        assert list(dict.fromkeys(kinds)) == [
            "turn.started",
            "utterance.started",
            "utterance.text",
            "utterance.cues",
            "audio",
        ]
        await client.send(SessionClose())
        assert [item async for item in items][-1].type == "turn.completed"


async def _one_turn(items):
    """Up to the first audio."""
    async for item in items:
        yield item
        if isinstance(item, ReceivedAudio):
            return


async def test_a_server_that_is_not_there_is_named_with_the_command_that_starts_it() -> None:
    with pytest.raises(ConnectionLost, match=r"127\.0\.0\.1:1/v1.*npc-engine serve"):
        async with Client.connect("ws://127.0.0.1:1/v1", opening("deadwood")):
            pass


async def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConnectionLost, match="nonsense"):
        async with Client.connect("nonsense", opening("deadwood")):
            pass


@pytest.mark.parametrize("frame", ["hello", '{"type": "weather"}', b"abc"])
async def test_a_server_that_speaks_something_else_is_recognised(frame: str | bytes) -> None:
    async def talk(connection) -> None:
        await connection.recv()
        await connection.send(frame)
        await connection.wait_closed()

    async with serve(talk, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with Client.connect(f"ws://127.0.0.1:{port}", opening("deadwood")) as client:
            with pytest.raises(ConnectionLost, match=r"npc\.v1"):
                await anext(aiter(client))


async def test_a_connection_that_breaks_is_an_error_for_reader_and_writer() -> None:
    async def leave(connection) -> None:
        await connection.recv()
        await connection.close(1011, "out of memory")

    async with serve(leave, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with Client.connect(f"ws://127.0.0.1:{port}", opening("deadwood")) as client:
            with pytest.raises(ConnectionLost, match="out of memory"):
                await anext(aiter(client))
            with pytest.raises(ConnectionLost, match="closed the connection"):
                await client.send_audio(bytes(640))


async def test_a_refused_session_says_why() -> None:
    async with serving() as running, Client.connect(running.url, opening("nobody")) as client:
        with pytest.raises(ConnectionLost, match="no persona 'nobody'"):
            await Interview(client).opened()


async def test_a_typed_line_comes_back_with_text_audio_and_cues_that_fit() -> None:
    engines = scripted_engines(replies={"Hello?": "Welcome, traveller. What brings you to our little town today?"})
    async with serving(engines=engines) as running, Client.connect(running.url, opening("deadwood", "en")) as client:
        interview = Interview(client)
        await interview.opened()
        exchange = await interview.ask("Hello?")
    assert exchange.text == "Welcome, traveller. What brings you to our little town today?"
    assert exchange.sound is not None
    last = max(cue.t_ms + (cue.duration_ms or 0) for cue in exchange.cues)
    assert last == pytest.approx(exchange.sound.duration * 1000, abs=2)
    assert exchange.metrics.first_token_ms is not None


async def test_an_answer_without_audio_has_no_sound() -> None:
    async with serving() as running, Client.connect(running.url, opening("deadwood", with_audio=False)) as client:
        interview = Interview(client)
        await interview.opened()
        exchange = await interview.ask("Where is the key?")
    assert exchange.text
    assert (exchange.sound, exchange.first_audio_ms, exchange.first_audible_ms) == (None, None, None)


async def test_a_spoken_question_is_heard_and_answered() -> None:
    engines = scripted_engines(heard=("Where is the key?",))
    async with serving(engines=engines) as running, Client.connect(running.url, opening("deadwood", "en")) as client:
        interview = Interview(client)
        await interview.opened()
        microphone = RecordedMicrophone(client.send_audio)
        capture = asyncio.create_task(microphone.run())
        exchange = await interview.ask_aloud(question("en", "where_is_the_key"), microphone)
        capture.cancel()
    assert exchange.transcript == "Where is the key?"
    assert exchange.first_audio_ms is not None
    assert exchange.first_audible_ms is not None
    assert exchange.first_audible_ms >= exchange.first_audio_ms > 0


@pytest.mark.parametrize(("language", "name"), [(code, name) for code in QUESTIONS for name in QUESTIONS[code]])
async def test_every_question_is_recorded_at_16_khz_and_marked_as_generated(language: str, name: str) -> None:
    path = folder() / f"{language}_{name}.wav"
    sound = read_wav(path)
    assert sound.rate == 16000
    assert 0.5 < sound.duration < 5
    assert b"AI-generated" in path.read_bytes()
