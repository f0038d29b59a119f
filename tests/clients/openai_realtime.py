"""Hold one conversation with openai-python's Realtime client: `openai_realtime.py SCENARIO BASE_URL KEY`.

Runs in an environment of its own, which has `openai[realtime]`. Prints what it saw as one line of JSON. Every event is
read by the client's own strict types.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
import os
import struct
import sys
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter
from websockets.exceptions import WebSocketException

EVENTS: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)
TOOLS = [
    {
        "type": "function",
        "name": "giveItem",
        "description": "Give the player a drink.",
        "parameters": {
            "type": "object",
            "properties": {"drink": {"type": "string", "enum": ["whisky", "water"]}},
            "required": ["drink"],
        },
    }
]
SECOND = struct.pack(
    "<24000h", *(int(8000 * math.sin(at * 0.07) * (0.2 + 0.8 * abs(math.sin(at * 0.0005)))) for at in range(24000))
)
"""It swells as syllables do: a tone as even as the scripted voice may be taken for its echo."""


async def until(connection: AsyncRealtimeConnection, wanted: str) -> list[Any]:
    """All events up to one of this type, each valid by the client's own types."""
    events = [EVENTS.validate_json(await connection.recv_bytes())]
    while events[-1].type != wanted:
        assert events[-1].type != "error", events[-1]
        events.append(EVENTS.validate_json(await connection.recv_bytes()))
    return events


async def configure(connection: AsyncRealtimeConnection, **session: Any) -> Any:
    await until(connection, "session.created")
    heard = {"turn_detection": {"type": "server_vad", "silence_duration_ms": 300}, "transcription": {"model": "any"}}
    await connection.session.update(session={"type": "realtime", "audio": {"input": heard}, **session})  # type: ignore[typeddict-item]
    return (await until(connection, "session.updated"))[-1].session


async def ask(connection: AsyncRealtimeConnection, text: str, **response: Any) -> None:
    content: Any = [{"type": "input_text", "text": text}]
    await connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})
    await connection.response.create(response=response)  # type: ignore[arg-type]


async def speak(connection: AsyncRealtimeConnection, pcm: bytes) -> None:
    for start in range(0, len(pcm), 4800):
        await connection.input_audio_buffer.append(audio=base64.b64encode(pcm[start : start + 4800]).decode())


def said(events: list[Any]) -> dict[str, Any]:
    """What one response came to."""
    done = events[-1].response
    deltas = [event.delta for event in events if event.type.endswith("transcript.delta") and "output" in event.type]
    audio = [event.delta for event in events if event.type == "response.output_audio.delta"]
    return {
        "status": done.status,
        "metadata": done.metadata,
        "transcript": "".join(deltas),
        "seconds": sum(len(base64.b64decode(delta)) for delta in audio) / 48000,
        "output_tokens": done.usage.output_tokens,
    }


async def text(connection: AsyncRealtimeConnection) -> Any:
    await configure(connection)
    await ask(connection, "Hello?", metadata={"mine": "yes"})
    return said(await until(connection, "response.done"))


async def voice(connection: AsyncRealtimeConnection) -> Any:
    await configure(connection)
    await speak(connection, SECOND + bytes(48000))
    events = await until(connection, "response.done")
    heard = next(event for event in events if event.type.endswith("input_audio_transcription.completed"))
    return {"heard": heard.transcript, "types": [event.type for event in events], **said(events)}


async def microphone(connection: AsyncRealtimeConnection) -> Any:
    """Ask what is recorded in the file that `NPC_SPEECH` names, PCM at 24 kHz, in real time."""
    await configure(connection)
    spoken = Path(os.environ["NPC_SPEECH"]).read_bytes() + bytes(96000)
    for start in range(0, len(spoken), 4800):
        await speak(connection, spoken[start : start + 4800])
        await asyncio.sleep(0.1)
    events = await until(connection, "response.done")
    heard = next(event for event in events if event.type.endswith("input_audio_transcription.completed"))
    return {"heard": heard.transcript, **said(events)}


async def action(connection: AsyncRealtimeConnection) -> Any:
    await configure(connection, tools=TOOLS)
    await ask(connection, "Please give me the whisky.")
    asked = await until(connection, "response.done")
    call = next(event for event in asked if event.type == "response.function_call_arguments.done")
    output: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "The glass is full."}
    await connection.conversation.item.create(item=output)
    await connection.response.create()
    return {"name": call.name, "arguments": call.arguments, **said(await until(connection, "response.done"))}


async def barge_in(connection: AsyncRealtimeConnection) -> Any:
    await configure(connection)
    await ask(connection, "I love a good story.")
    sounding = 0
    while sounding < len(SECOND):  # little of it is sent ahead: some words are heard by then
        began = await until(connection, "response.output_audio.delta")
        sounding += len(base64.b64decode(began[-1].delta))
    await speak(connection, SECOND * 2 + bytes(24000))
    stopped = await until(connection, "response.done")
    item = began[-1].item_id
    await connection.conversation.item.truncate(item_id=item, content_index=0, audio_end_ms=100)
    await until(connection, "conversation.item.truncated")
    await connection.conversation.item.retrieve(item_id=item)
    kept = (await until(connection, "conversation.item.retrieved"))[-1].item
    return {
        "types": [event.type for event in stopped],
        "status": stopped[-1].response.status,
        "reason": stopped[-1].response.status_details.reason,
        "item": kept.status,
        "kept": kept.content[0].transcript,
    }


async def hang_up(connection: AsyncRealtimeConnection) -> Any:
    """Vanish in the midst of a reply."""
    await configure(connection)
    await ask(connection, "I love a good story.")
    await until(connection, "response.output_audio.delta")
    connection._connection.transport.abort()
    return "gone"


async def restart(client: AsyncOpenAI) -> list[str]:
    """Talk, lose the server, and talk again once it is back."""
    heard: list[str] = []
    while len(heard) < 2:
        try:
            async with client.realtime.connect(model="deadwood") as connection:
                heard.append((await text(connection))["transcript"])
                if len(heard) == 1:
                    await connection._connection.wait_closed()
        except (OSError, WebSocketException):
            await asyncio.sleep(0.1)
    return heard


SCENARIOS = {
    "text": text,
    "voice": voice,
    "microphone": microphone,
    "action": action,
    "barge_in": barge_in,
    "hang_up": hang_up,
}


async def main(scenario: str, base_url: str, key: str) -> None:
    client = AsyncOpenAI(api_key=key, base_url=base_url)
    async with asyncio.timeout(60):
        if scenario == "restart":
            result = await restart(client)
        else:
            async with client.realtime.connect(model="deadwood") as connection:
                result = await SCENARIOS[scenario](connection)
    print(json.dumps(result))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
