"""A game in small, written with our Python client: `python_client.py SCENARIO URL TOKEN`."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from npc_engine.client import (
    ClockSpeaker,
    Game,
    Item,
    ReceivedAudio,
    ServerRefused,
    connect,
)
from npc_engine.client.connection import websocket
from npc_engine.client.opening import opening
from npc_engine.protocol import (
    Error,
    SessionOpened,
    TranscriptFinal,
    TurnCompleted,
    UtteranceCompleted,
)

FRAME = 640
"""Bytes of 20 ms at 16 kHz."""


def entered(url: str, token: str, **more: Any) -> Game:
    return connect(url, {"ada": "deadwood"}, "p1", token=token, speaker=ClockSpeaker(), **more)


class Notes:
    """All that a game gets."""

    def __init__(self, game: Game) -> None:
        self.items: list[Item] = []
        game.on(object, self.items.append)

    def all(self, kind: type[Any]) -> list[Any]:
        return [item for item in self.items if isinstance(item, kind)]

    @property
    def errors(self) -> list[str]:
        return [error.code for error in self.all(Error)]

    async def first(self, game: Game, kind: type[Any]) -> Any:
        """The first item of this kind, which may have come already."""
        return next(iter(self.all(kind)), None) or await first(aiter(game), kind)


async def first(items: AsyncIterator[Item], kind: type[Any]) -> Any:
    async for item in items:
        if isinstance(item, kind):
            return item
    raise AssertionError(f"the session ended before {kind.__name__}")


async def speak(game: Game) -> None:
    """The player's words as a microphone sends them, then silence for ever."""
    left, due = Path(os.environ["NPC_SPEECH"]).read_bytes(), asyncio.get_running_loop().time()
    while True:
        frame, left = left[:FRAME], left[FRAME:]
        game.send_audio(frame.ljust(FRAME, b"\0"))
        due += 0.02
        await asyncio.sleep(due - asyncio.get_running_loop().time())


async def text(url: str, token: str) -> Any:
    game = entered(url, token)
    notes = Notes(game)
    async with game:
        turn = await game.say_to("ada", "Hello?")
        reply = await turn.reply()
        await game.heard()
        return {
            "label": game.label,
            "reply": reply.text,
            "heard_text": reply.heard_text,
            "samples": len(reply.pcm) // 2,
            "reported": game.reported and game.reported.samples,
            "errors": notes.errors,
        }


async def voice(url: str, token: str) -> Any:
    game = entered(url, token)
    notes, turns = Notes(game), game.turns()
    async with game:
        speaking = asyncio.create_task(speak(game))
        reply = await (await anext(turns)).reply()
        speaking.cancel()
        return {"heard": notes.all(TranscriptFinal)[-1].text, "reply": reply.text, "errors": notes.errors}


async def action(url: str, token: str) -> Any:
    game = entered(url, token)
    notes, asked = Notes(game), []

    @game.action(asks=["Can I have a drink?"])
    def serve_drink(drink: Literal["whisky", "water"]) -> str:
        """Serve the player a drink."""
        asked.append({"name": "serve_drink", "args": {"drink": drink}})
        return "The glass is full."

    async with game:
        reply = await (await game.say("Please give me the whisky.")).reply()
        return {"actions": asked, "reply": reply.text, "errors": notes.errors}


async def barge_in(url: str, token: str) -> Any:
    game = entered(url, token)
    notes = Notes(game)
    async with game:
        story = await game.say("I love a good story.")
        await anext(story.audio())
        speaking = asyncio.create_task(speak(game))
        reply = await story.reply()
        heard = await notes.first(game, TranscriptFinal)
        await asyncio.sleep(0.5)
        speaking.cancel()
        end = next(at for at, item in enumerate(notes.items) if isinstance(item, UtteranceCompleted))
        utterance = notes.items[end].utterance  # type: ignore[union-attr]
        late = [each for each in notes.items[end:] if isinstance(each, ReceivedAudio) and each.utterance == utterance]
        return {"reason": reply.reason, "heard_text": reply.heard_text, "late": len(late), "heard": heard.text}


async def resume(url: str, token: str) -> Any:
    game = entered(url, token)
    notes = Notes(game)
    async with game:
        story = await game.say("I love a good story.")
        await anext(story.audio())
        print("ready", flush=True)
        reply = await story.reply()
        await notes.first(game, TurnCompleted)
    seqs = [item.seq for item in notes.items if getattr(item, "seq", None) is not None]
    pieces: list[ReceivedAudio] = notes.all(ReceivedAudio)
    return {
        "resumed": any(opened.resumed for opened in notes.all(SessionOpened)),
        "missing": len(set(range(1, max(seqs) + 1)) - set(seqs)),
        "twice": len(seqs) - len(set(seqs)),
        "gaps": sum(abs(after.first_sample - before.end) for before, after in pairwise(pieces)),
        "reply": reply.text,
    }


async def restart(url: str, token: str) -> Any:
    async with entered(url, token) as game:
        replies, sessions = [], []
        for _ in range(2):
            if sessions:
                print("ready", flush=True)
                opened = await first(aiter(game), SessionOpened)
                assert not opened.resumed
            replies.append((await (await game.say_to("ada", "Hello?")).reply()).text)
            sessions.append(game.opened.session_id)
        return {"replies": replies, "sessions": sessions}


async def refused(url: str, token: str) -> Any:
    try:
        async with entered(url, token):
            return {"code": None}
    except ServerRefused as refusal:
        return {"code": refusal.code}


async def wrong_protocol(url: str, token: str) -> Any:
    begins = opening({"ada": "deadwood"}, "p1", token=token).model_copy(update={"protocol": "npc.v0"})
    try:
        async with Game(websocket(url), begins):
            return {"code": None}
    except ServerRefused as refusal:
        return {"code": refusal.code}


SCENARIOS = {each.__name__: each for each in (text, voice, action, barge_in, resume, restart, refused, wrong_protocol)}


async def main(scenario: str, url: str, token: str) -> None:
    async with asyncio.timeout(60):
        print(json.dumps(await SCENARIOS[scenario](url, token)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
