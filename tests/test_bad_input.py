"""What is wrong on the wire gets the error that its own ecosystem expects, and costs nothing: the session lives on."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, get_args

import pytest
from serving import Running, serving
from test_neuro import DRAW, PLAY, action, command
from test_realtime_server import calling
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from npc_engine.config import Config
from npc_engine.protocol import MAX_FRAME_BYTES, AnyClientMessage
from npc_engine.reference_text import EXAMPLES
from npc_engine.sockets import LARGEST_MESSAGE

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[Running]:
    """One server for all mistakes: none of them may harm the next client either."""
    async with serving() as server:
        yield server


HUGE = "1" + "0" * 400
"""A whole number that no float can hold."""
DEEP = "[" * 10_000
LONE = '"\\ud800"'
"""Half of a pair of UTF-16."""
WRONG_FRAMES: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "invalid_json"),
    "no JSON": ("{", "invalid_json"),
    "a byte order mark": ('\ufeff{"type":"ping"}', "invalid_json"),
    "NaN": ('{"type":"ping","t":NaN}', "invalid_json"),
    "a number above all floats": ('{"type":"ping","t":1e400}', "invalid_message"),
    "a whole number above all floats": (f'{{"type":"ping","t":{HUGE}}}', "invalid_message"),
    "a number of 5000 digits": (f'{{"type":"ping","t":{"1" * 5000}}}', "invalid_json"),
    "a lone surrogate": (f'{{"type":"input.text","text":{LONE}}}', "invalid_json"),
    "a lone surrogate as a key": (f'{{"type":"world.set","values":{{{LONE}:1}}}}', "invalid_json"),
    "deep nesting": (DEEP, "invalid_json"),
    "nesting that JSON allows": (f'{{"type":"ping","t":{"[" * 100}{"]" * 100}}}', "invalid_message"),
    "a list": ("[]", "unknown_type"),
    "no type": ('{"text":"hi"}', "unknown_type"),
    "an unknown type": ('{"type":"input.txt"}', "unknown_type"),
    "a type that is no text": ('{"type":{}}', "unknown_type"),
    "a message of the server": ('{"type":"pong"}', "unknown_type"),
    "a field too many": ('{"type":"input.text","text":"hi","too":"ada"}', "invalid_message"),
    "a field too few": ('{"type":"input.text"}', "invalid_message"),
    "no text": ('{"type":"input.text","text":""}', "invalid_message"),
    "a long text": (json.dumps({"type": "input.text", "text": "a" * 5000}), "invalid_message"),
    "a number where a text should be": ('{"type":"input.text","text":7}', "invalid_message"),
    "a text where a number should be": ('{"type":"reply.cancel","utterance":"1"}', "invalid_message"),
    "a truth value where a number should be": ('{"type":"ping","t":true}', "invalid_message"),
    "a text where a truth value should be": ('{"type":"input.text","text":"hi","whisper":"yes"}', "invalid_message"),
    "half a sample": ('{"type":"playback.report","utterance":1,"samples":1.5,"state":"done"}', "invalid_message"),
    "more samples than there are": (
        f'{{"type":"playback.report","utterance":1,"samples":{HUGE},"state":"playing"}}', "invalid_message"
    ),
    "an id that is a number": ('{"type":"ping","id":7}', "invalid_message"),
    "an id that is too long": (json.dumps({"type": "ping", "id": "a" * 65}), "invalid_message"),
    "a large text frame": (json.dumps({"type": "input.text", "text": "a" * 100_000}), "frame_too_large"),
    "a large binary frame": (bytes(MAX_FRAME_BYTES + 2), "frame_too_large"),
    "an odd number of bytes": (bytes(3), "invalid_audio"),
    "somebody who is not there": ('{"type":"input.text","text":"hi","to":"nobody"}', "actor_not_found"),
    "a path for a persona": ('{"type":"character.join","actor_id":"x","persona":"../../etc"}', "invalid_message"),
    "an unknown persona": ('{"type":"character.join","actor_id":"x","persona":"nobody"}', "persona_not_found"),
    "an unknown step of a quest": ('{"type":"world.set","values":{"quest.safe":"no_such_step"}}', "invalid_message"),
    "a save where nothing is kept": ('{"type":"save.create"}', "store_failed"),
    "a result that nobody waits for": ('{"type":"action.result","action_id":"a","status":"done"}', "action_not_found"),
    "an utterance that was not yet": (
        '{"type":"playback.report","utterance":9,"samples":1,"state":"done"}', "utterance_not_found"
    ),
    "a second session.open": (
        json.dumps({"type": "session.open", "protocol": "npc.v1", "player": {"id": "p"},
                    "scene": {"characters": [{"actor_id": "ada", "persona": "deadwood"}]}}), "already_open"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_FRAMES)
async def test_a_wrong_frame_gets_an_error_and_changes_nothing(running: Running, what: str) -> None:
    frame, code = WRONG_FRAMES[what]
    async with running.client() as client:
        await client.open()
        await client.send("say", actor_id="ada", text="Good day to you, stranger.")
        utterance = (await client.until("utterance.started"))[-1]["utterance"]
        await client.socket.send(frame)
        error = (await client.until("error"))[-1]
        assert (error["code"], error["fatal"], "ref" in error) == (code, False, False)
        await client.send("playback.report", utterance=utterance, samples=2**31, state="done")
        spoken = (await client.until("turn.completed"))[-2]
        assert (spoken["reason"], spoken["text"]) == ("done", "Good day to you, stranger.")
        await client.send("input.text", text="Hello?")
        assert (await client.turn())[-1]["type"] == "turn.completed"


async def test_what_may_look_wrong_and_is_not(running: Running) -> None:
    async with running.client() as client:
        await client.open()
        await client.socket.send('{"type":"ping","t":1,"id":"a","t":2}')
        assert (await client.receive())["t"] == 2, "of a field that is there twice, the last counts"
        await client.socket.send('{"type":"reply.cancel","utterance":1.0}')
        await client.socket.send(b"")
        await client.send("input.text", text="Hello?\x00\x1b[2J", id="b")
        turn = await client.turn()
        assert (turn[0]["type"], turn[0]["ref"]) == ("turn.started", "b")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\x00\x00", "not_open"),
        ('{"type":"input.text","text":"hi"}', "not_open"),
        ('{"type":"ping"}', "not_open"),
        ('{"type":"session.close"}', "not_open"),
        ("{", "invalid_json"),
        ('{"type":"session.start"}', "unknown_type"),
        ('{"type":"session.open","protocol":"npc.v1","player":{"id":"p"},"scene":{}}', "invalid_message"),
    ],
)
async def test_what_comes_before_session_open_is_an_error_that_can_be_mended(
    running: Running, frame: str | bytes, code: str
) -> None:
    async with running.client() as client:
        await client.socket.send(frame)
        error = await client.receive()
        assert (error["type"], error["code"], error["fatal"]) == ("error", code, False)
        assert (await client.open())["type"] == "session.opened"


@pytest.mark.parametrize("audio", [{"input": {"rate": 11025}}, {"output": {"rate": 96000}}])
async def test_a_rate_that_cannot_be_served_is_an_error_that_lists_those_that_can(
    running: Running, audio: dict[str, Any]
) -> None:
    async with running.client() as client:
        error = await client.open(audio=audio)
        assert (error["code"], error["fatal"]) == ("invalid_message", False)
        assert "8000, 16000, 22050, 24000, 32000, 44100 or 48000" in error["message"]
        assert (await client.open())["type"] == "session.opened"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"protocol": "npc.v0"}, "protocol_version"),
        ({}, "unauthorised"),
        ({"token": "guess"}, "unauthorised"),
    ],
)
async def test_a_handshake_that_cannot_succeed_ends_with_its_reason(fields: dict[str, Any], code: str) -> None:
    async with serving(Config(host="0.0.0.0", port=0, token="sesame")) as running, running.client() as client:
        refused = await client.open(**fields)
        assert (refused["code"], refused["fatal"]) == (code, True)
        await client.socket.wait_closed()
        assert (client.socket.close_code, client.socket.close_reason) == (1008, code)


@pytest.mark.parametrize("path", ["/v1", "/v1/realtime?model=deadwood", "/neuro?persona=deadwood"])
@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost.evil.example", "null"])
async def test_a_foreign_page_is_refused_and_the_log_says_what_to_do(
    running: Running, path: str, origin: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://127.0.0.1:{running.port}{path}", origin=origin, compression=None)
    assert refused.value.response.status_code == 403
    assert b"origins" in (refused.value.response.body or b"")
    assert origin in (log := capsys.readouterr().out)
    assert "origins" in log


@pytest.mark.parametrize(
    ("frame", "close_code"),
    [(bytes(LARGEST_MESSAGE + 1), 1009), ("a" * (LARGEST_MESSAGE + 1), 1009), ([b"\xff"], 1007)],
    ids=["large binary", "large text", "no UTF-8"],
)
async def test_what_the_connection_cannot_carry_ends_it_and_the_session_waits(
    running: Running, frame: Any, close_code: int
) -> None:
    async with running.client() as client:
        opened = await client.open()
        await client.socket.send(frame, text=True if close_code == 1007 else None)
        await client.read_to_the_end()
        assert client.socket.close_code == close_code
    async with running.client() as client:
        again = await client.open(resume={"token": opened["resume_token"], "last_seq": opened["seq"]})
        assert (again["type"], again["resumed"]) == ("session.opened", True)
        await client.send("input.text", text="Hello?")
        assert (await client.turn())[-1]["type"] == "turn.completed"


# The OpenAI Realtime API

REALTIME: dict[str, tuple[str | bytes, str, str | None]] = {
    "no JSON": ("{", "invalid_json", None),
    "NaN": ('{"type":"response.cancel","a":NaN}', "invalid_json", None),
    "a lone surrogate": (f'{{"type":"response.cancel","response_id":{LONE}}}', "invalid_json", None),
    "deep nesting": (DEEP, "invalid_json", None),
    "a binary frame": (b'{"type":"response.cancel"}', "invalid_event", None),
    "a list": ("[]", "invalid_event", None),
    "no type": ("{}", "invalid_event", "type"),
    "an unknown type": ('{"type":"session.begin"}', "invalid_value", "type"),
    "an event_id that is a number": ('{"type":"response.cancel","event_id":7}', "invalid_value", "event_id"),
    "no base64": ('{"type":"input_audio_buffer.append","audio":"*"}', "invalid_value", "audio"),
    "base64 of another alphabet": ('{"type":"input_audio_buffer.append","audio":"-_-_"}', "invalid_value", "audio"),
    "half a sample": ('{"type":"input_audio_buffer.append","audio":"AAAA"}', "invalid_value", "audio"),
    "audio that is a number": ('{"type":"input_audio_buffer.append","audio":1}', "invalid_value", "audio"),
    "a rate that can't be served": (
        '{"type":"session.update","session":{"audio":{"input":{"format":{"type":"audio/pcm","rate":16000}}}}}',
        "invalid_value", "session.audio.input.format.rate",
    ),
    "a codec that can't be served": (
        '{"type":"session.update","session":{"audio":{"output":{"format":{"type":"audio/pcmu"}}}}}',
        "invalid_value", "session.audio.output.format.type",
    ),
    "an item of no kind": (
        '{"type":"conversation.item.create","item":{"type":"image"}}', "invalid_value", "item"
    ),
    "the end of what was not said": (
        f'{{"type":"conversation.item.truncate","item_id":"x","audio_end_ms":{HUGE}}}', "invalid_value", "audio_end_ms"
    ),
    "an item that is not there": ('{"type":"conversation.item.delete","item_id":"x"}', "item_not_found", "item_id"),
    "the cancelling of nothing": ('{"type":"response.cancel"}', "response_cancel_not_active", None),
    "a result that nobody waits for": (
        '{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"x","output":""}}',
        "item_create_invalid_call_id", "item.call_id",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REALTIME)
async def test_a_wrong_event_gets_an_error_in_the_apis_shape_and_changes_nothing(running: Running, what: str) -> None:
    frame, code, param = REALTIME[what]
    async with calling(running) as client:
        await client.send("session.update", session={"output_modalities": ["text"]})
        await client.ask("Hello?")
        await client.until("response.done")
        await client.socket.send(frame)
        event = await client.receive()
        error = event["error"]
        assert event["type"] == "error"
        assert (error["type"], error["code"], error["param"]) == ("invalid_request_error", code, param)
        assert set(error) == {"type", "code", "message", "param", "event_id"}
        await client.ask("Hello?")
        assert (await client.until("response.done"))[-1]["response"]["status"] == "completed"


@pytest.mark.parametrize(
    ("persona", "key", "close_code", "code"),
    [
        ("deadwood", "", 3000, "invalid_api_key"),
        ("deadwood", "guess", 3000, "invalid_api_key"),
        ("gpt-realtime", "sesame", 4000, "invalid_model"),
        ("", "sesame", 4000, "missing_model"),
    ],
)
async def test_a_realtime_client_that_cannot_enter_is_told_as_the_api_tells(
    persona: str, key: str, close_code: int, code: str
) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    config = Config(host="0.0.0.0", port=0, token="sesame")
    async with serving(config) as running, calling(running, persona, additional_headers=headers) as client:
        event = await client.receive()
        assert (event["type"], event["error"]["type"], event["error"]["code"]) == (
            "error",
            "invalid_request_error",
            code,
        )
        await client.socket.wait_closed()
        assert (client.socket.close_code, client.socket.close_reason) == (close_code, f"invalid_request_error.{code}")


# The Neuro SDK, which has no message for a mistake


NEURO: dict[str, str | bytes] = {
    "no JSON": "{",
    "NaN": '{"command":"startup","game":NaN}',
    "a lone surrogate": f'{{"command":"startup","game":{LONE}}}',
    "deep nesting": DEEP,
    "binary that is no JSON": b"\x00\x01",
    "a list": "[]",
    "an unknown command": command("dance"),
    "no game": '{"command":"startup"}',
    "no data": command("context"),
    "a wrong type": command("context", message=7),
    "a schema that is a list": command("actions/register", actions=[{"name": "x", "schema": []}]),
    "a result that nobody waits for": command("action/result", id="x", success=True),
    "a result with a long id": command("action/result", id="x" * 1000, success=True),
    "forcing what is not registered": command("actions/force", query="Go.", action_names=["fly"]),
    "an unknown priority": command("actions/force", query="Go.", action_names=["draw-card"], priority="urgent"),
}


@pytest.mark.parametrize("what", NEURO)
async def test_a_wrong_command_of_a_game_is_passed_over_and_the_game_goes_on(running: Running, what: str) -> None:
    async with gaming(running) as socket:
        await socket.send(NEURO[what])
        await socket.send(command("actions/force", query="Draw a card.", action_names=["draw-card"]))
        assert (await action(socket))["name"] == "draw-card"


@pytest.mark.parametrize(
    ("address", "code"), [("persona=deadwood", "unauthorised"), ("token=sesame", "persona_not_found")]
)
async def test_a_game_that_cannot_enter_is_let_go_with_the_reason(address: str, code: str) -> None:
    async with serving(Config(host="0.0.0.0", port=0, token="sesame")) as running:
        socket = await connect(f"ws://127.0.0.1:{running.port}/neuro?{address}", compression=None)
        await socket.wait_closed()
    assert (socket.close_code, socket.close_reason) == (1008, code)


@asynccontextmanager
async def gaming(running: Running) -> AsyncIterator[ClientConnection]:
    async with connect(f"ws://127.0.0.1:{running.port}/neuro?persona=deadwood", compression=None) as socket:
        await socket.send(command("startup"))
        await socket.send(command("actions/register", actions=[DRAW, PLAY]))
        yield socket


# Anything

JUNK: list[Any] = [
    *(None, True, -1, 0, 1.5, 10**400, -(10**19), 2**53, "", " ", "\x00", "\u202e", "a" * 5000, "ada", "艾达", "1"),
    *([], {}, [[[]]], {"a": {"b": [1]}}, ["ada"], [None], "npc.v1"),
]


def spoilt(message: Any, chance: random.Random) -> Any:
    """The message with one part of it replaced, removed or added."""
    if not isinstance(message, dict | list) or not message or chance.random() < 0.1:
        return chance.choice(JUNK)
    copy = message.copy()
    key = chance.choice(list(copy) if isinstance(copy, dict) else range(len(copy)))
    match chance.randrange(4):
        case 0 if isinstance(copy, dict):
            del copy[key]
        case 1 if isinstance(copy, dict):
            copy[chance.choice(["type", "id", "text", "to", "extra", "__proto__"])] = chance.choice(JUNK)
        case _:
            copy[key] = spoilt(copy[key], chance)
    return copy


def spoilt_frames(examples: list[Any], never: str, count: int = 1000) -> Iterator[str]:
    """Frames of spoilt examples, but none of the type `never`, which ends a session."""
    chance = random.Random(5)
    for _ in range(count):
        message = spoilt(chance.choice(examples), chance)
        if not isinstance(message, dict) or message.get("type") != never:
            yield json.dumps(message)


async def test_no_spoilt_message_ends_a_session(running: Running) -> None:
    examples: list[Any] = [
        {"type": message.type, **message.model_dump(exclude_unset=True)}
        for message in EXAMPLES
        if isinstance(message, get_args(AnyClientMessage))
    ]
    examples += [{"type": "playback.report", "utterance": 1, "samples": 1, "state": "playing"}] * 3
    async with running.client() as client:
        await client.open()
        await client.send("say", actor_id="ada", text="A long story. " * 200)
        for number, frame in enumerate(spoilt_frames(examples, "session.close")):
            await client.socket.send(frame)
            await client.send("ping", id=f"p{number}")
            while (message := await client.receive()).get("ref") != f"p{number}":
                assert message["type"] != "error" or len(message["message"]) < 1500, frame[:200]
            assert message["type"] == "pong", frame[:200]
        await client.send("reply.cancel")
        await client.send("input.text", text="Hello?", to="ada")
        assert (await client.turn())[-1]["type"] == "turn.completed"


REALTIME_EXAMPLES: list[Any] = [
    {"type": "session.update", "session": {
        "instructions": "Be kind.", "tool_choice": "auto", "output_modalities": ["audio"], "max_output_tokens": 5,
        "audio": {
            "input": {"turn_detection": {"type": "server_vad", "threshold": 0.5}, "transcription": {"language": "en"}},
            "output": {"voice": "ash", "speed": 1.0}},
        "tools": [{"type": "function", "name": "go", "description": "Go.", "parameters": {
            "type": "object", "properties": {"n": {"type": "integer", "minimum": 1}, "s": {"enum": ["a"]}},
            "required": ["n"]}}]}},
    {"type": "input_audio_buffer.append", "audio": "AAAAAAAA"},
    {"type": "input_audio_buffer.commit"},
    {"type": "input_audio_buffer.clear"},
    {"type": "conversation.item.create", "previous_item_id": "x", "item": {
        "type": "message", "id": "i1", "role": "user", "content": [{"type": "input_text", "text": "Hello?"}]}},
    {"type": "conversation.item.create", "item": {"type": "function_call_output", "call_id": "x", "output": "done"}},
    {"type": "conversation.item.retrieve", "item_id": "i1"},
    {"type": "conversation.item.delete", "item_id": "i1"},
    {"type": "conversation.item.truncate", "item_id": "i1", "content_index": 0, "audio_end_ms": 5},
    {"type": "response.create", "response": {"instructions": "Speak.", "metadata": {"a": "b"}, "tool_choice": "auto"}},
    {"type": "response.cancel", "response_id": "r"},
]  # fmt: skip


async def test_no_spoilt_event_ends_a_realtime_session(running: Running) -> None:
    async with calling(running) as client:
        for number, frame in enumerate(spoilt_frames(REALTIME_EXAMPLES, "none")):
            await client.socket.send(frame)
            await client.send("conversation.item.retrieve", item_id="nothing", event_id=f"p{number}")
            try:
                while (await client.receive()).get("error", {}).get("event_id") != f"p{number}":
                    pass
                if number % 10 == 0:  # what is sent is wrong as well, and so many in a row would be too many
                    await client.send("input_audio_buffer.clear")
            except ConnectionClosed:
                pytest.fail(frame[:300])
        await client.send("session.update", session={"tool_choice": "auto"})
        await client.until("session.updated")


async def test_no_spoilt_command_ends_a_game(running: Running) -> None:
    examples = [
        json.loads(command(name, **data))
        for name, data in [
            ("startup", {}),
            ("context", {"message": "It rains.", "silent": True}),
            ("actions/register", {"actions": [DRAW, PLAY]}),
            ("actions/unregister", {"action_names": ["play"]}),
            ("actions/force", {"state": "s", "query": "q", "action_names": ["play"], "priority": "low"}),
            ("action/result", {"id": "a1", "success": True, "message": "m"}),
        ]
    ]
    async with gaming(running) as socket:
        for number, frame in enumerate(spoilt_frames(examples, "none", 300)):
            await socket.send(frame)
            if number % 10 == 0:
                await socket.send(command("startup"))
        await socket.send(command("startup"))
        await socket.send(command("actions/register", actions=[DRAW]))
        await socket.send(
            command("actions/force", query="Draw a card.", action_names=["draw-card"], priority="critical")
        )
        while (await action(socket))["name"] != "draw-card":
            pass
