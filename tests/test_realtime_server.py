"""The Realtime endpoint over real sockets: who may enter, what is refused, and the names of older clients."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import numpy as np
import pytest
from serving import Running, scripted_engines, serving
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from npc_engine.config import Config, Limits

pytestmark = pytest.mark.anyio


class Client:
    """One connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def receive(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(await self.socket.recv())
        assert event["event_id"].startswith("event_")
        return event

    async def until(self, kind: str) -> list[dict[str, Any]]:
        events = [await self.receive()]
        while events[-1]["type"] != kind:
            events.append(await self.receive())
        return events

    async def read_to_the_end(self) -> None:
        """Read until the server closes the connection."""
        with suppress(ConnectionClosed):
            while True:
                await self.receive()

    async def ask(self, text: str) -> None:
        content = [{"type": "input_text", "text": text}]
        await self.send("conversation.item.create", item={"type": "message", "role": "user", "content": content})
        await self.send("response.create")

    async def append(self, seconds: float) -> None:
        tone = (np.sin(np.arange(round(seconds * 24000)) * 0.07) * 8000).astype(np.int16).tobytes()
        for start in range(0, len(tone), 4800):
            audio = base64.b64encode(tone[start : start + 4800]).decode()
            await self.send("input_audio_buffer.append", audio=audio)


@asynccontextmanager
async def calling(running: Running, persona: str = "deadwood", **options: Any) -> AsyncIterator[Client]:
    async with connect(f"{running.url}/realtime?model={persona}", compression=None, **options) as socket:
        yield Client(socket)


async def test_a_line_is_answered() -> None:
    engines = scripted_engines(replies={"Hello?": "Welcome, traveller."})
    async with serving(engines=engines) as running, calling(running) as client:
        assert (await client.receive())["type"] == "session.created"
        await client.ask("Hello?")
        done = (await client.until("response.done"))[-1]["response"]
        assert done["output"][0]["content"][0]["transcript"] == "Welcome, traveller."


async def test_who_calls_nobody_is_told_who_is_there() -> None:
    async with serving() as running, calling(running, "gpt-realtime") as client:
        error = (await client.receive())["error"]
        assert "no persona 'gpt-realtime'; there is: " in error["message"]
        assert "deadwood" in error["message"]


async def test_the_key_is_the_servers_token() -> None:
    browser = {"subprotocols": ["realtime", "openai-insecure-api-key.open-sesame"]}
    async with serving(Config(port=0, token="open-sesame")) as running:
        async with calling(running, additional_headers={"Authorization": "Bearer open-sesame"}) as client:
            assert (await client.receive())["type"] == "session.created"
        async with calling(running, **browser) as client:
            assert (await client.receive())["type"] == "session.created"
            assert client.socket.subprotocol == "realtime"


async def test_a_button_ends_the_line_where_nothing_detects_turns() -> None:
    async with serving() as running, calling(running) as client:
        heard = {"turn_detection": None, "transcription": {"model": "any"}}
        await client.send("session.update", session={"audio": {"input": heard}})
        await client.append(1.0)
        await client.send("input_audio_buffer.commit")
        await client.send("response.create")
        events = await client.until("response.done")
        words = [event["transcript"] for event in events if event["type"].endswith("transcription.completed")]
        assert words == ["Where am I?"]
        assert events[-1]["response"]["usage"]["input_token_details"]["audio_tokens"] in (9, 10)


async def test_a_tool_that_wants_words_gets_them() -> None:
    words = {"type": "object", "properties": {"note": of_words(), "tags": {"type": "array", "items": of_words()}}}
    schema = {"type": "object", "properties": {"entry": words}, "required": ["entry"]}
    words["required"] = ["note"]
    tools = [{"type": "function", "name": "writeDown", "description": "Write something down.", "parameters": schema}]
    async with serving() as running, calling(running) as client:
        await client.send("session.update", session={"tools": tools})
        await client.ask("Please write down that I came by.")
        call = (await client.until("response.function_call_arguments.done"))[-1]
        assert call["name"] == "writeDown"
        assert json.loads(call["arguments"]) == {"entry": {"note": "Please write down that I came by."}}


def of_words() -> dict[str, Any]:
    return {"type": "string", "maxLength": 60}


async def test_turn_detection_may_begin_later() -> None:
    async with serving() as running, calling(running) as client:
        await client.send("session.update", session={"audio": {"input": {"turn_detection": None}}})
        await client.ask("Hello?")
        await client.until("response.done")
        detection = {"type": "server_vad", "silence_duration_ms": 200}
        await client.send("session.update", session={"audio": {"input": {"turn_detection": detection}}})
        await client.append(1.0)
        silence = base64.b64encode(bytes(48000)).decode()
        await client.send("input_audio_buffer.append", audio=silence)
        kinds = [event["type"] for event in await client.until("response.done")]
        assert "input_audio_buffer.speech_stopped" in kinds


async def test_a_mistake_is_an_error_that_names_the_event_and_the_session_lives() -> None:
    async with serving() as running, calling(running) as client:
        await client.receive()
        await client.send("session.begin", event_id="mine")
        error = (await client.receive())["error"]
        assert (error["event_id"], error["param"], error["type"]) == ("mine", "type", "invalid_request_error")
        await client.ask("Hello?")
        assert (await client.until("response.done"))[-1]["response"]["status"] == "completed"
        await client.send("response.cancel", event_id="late")
        assert (await client.receive())["error"]["code"] == "response_cancel_not_active"


async def test_a_client_that_only_sends_rubbish_is_let_go() -> None:
    async with serving(Config(port=0, limits=Limits(violations=3))) as running, calling(running) as client:
        await client.ask("Hello?")
        for _ in range(3):
            await client.socket.send("rubbish")
        await client.read_to_the_end()
        assert client.socket.close_code == 4000


async def test_a_client_that_describes_its_session_for_ever_is_let_go() -> None:
    async with serving(Config(port=0, limits=Limits(violations=3))) as running, calling(running) as client:
        for _ in range(3):
            await client.socket.send("rubbish")
        await client.read_to_the_end()
        assert client.socket.close_code == 4000


async def test_a_server_takes_no_more_sessions_than_its_limit() -> None:
    async with serving(Config(port=0, limits=Limits(sessions=1))) as running, calling(running) as first:
        await first.ask("Hello?")
        await first.until("response.created")
        async with calling(running) as second:
            assert (await second.receive())["error"]["code"] == "too_many_sessions"


async def test_older_clients_hear_the_older_names() -> None:
    async with serving() as running, calling(running, additional_headers={"OpenAI-Beta": "realtime=v1"}) as client:
        assert (await client.receive())["session"]["modalities"] == ["text", "audio"]
        session = {"modalities": ["text", "audio"], "input_audio_format": "pcm16", "turn_detection": None}
        await client.send("session.update", session=session)
        assert (await client.receive())["session"]["turn_detection"] is None
        await client.ask("Hello?")
        kinds = {event["type"] for event in await client.until("response.done")}
        assert {"conversation.item.created", "response.audio.delta", "response.audio_transcript.done"} <= kinds
        assert not any("output_audio" in kind for kind in kinds)


async def test_a_stopping_server_tells_its_clients() -> None:
    engines = scripted_engines(replies={"Hello?": "Welcome, traveller."})
    async with serving(engines=engines) as running, calling(running) as client:
        await client.ask("Hello?")
        await client.until("response.output_audio.delta")
        running.server.stop()
        events = await client.until("response.done")
        assert [event["error"]["code"] for event in events if event["type"] == "error"] == ["session_expired"]
        assert events[-1]["response"]["status"] == "completed"
