"""The Python client: a game's side of a session, for asyncio; `npc_engine.client.blocking` is the same without.

    async with connect("ws://127.0.0.1:8765/v1", {"ada": "deadwood"}) as game:
        turn = await game.say_to("ada", "Hello?")
        async for clause in turn.text():
            print(clause)

It reconnects and resumes by itself, plays and reports speech, carries out actions. The words are those of the protocol,
whose messages are in `npc_engine.protocol`.
"""

from npc_engine.client.actions import ActionRefused
from npc_engine.client.connection import ConnectionLost, ReceivedAudio, TakenOver
from npc_engine.client.game import Game, Item, Microphone, SessionLost, connect
from npc_engine.client.link import Away, ServerRefused
from npc_engine.client.playback import ClockSpeaker, CueDue, ImmediateSpeaker, Speaker
from npc_engine.client.turn import Reply, Turn
from npc_engine.client.world import World

__all__ = [
    "ActionRefused",
    "Away",
    "ClockSpeaker",
    "ConnectionLost",
    "CueDue",
    "Game",
    "ImmediateSpeaker",
    "Item",
    "Microphone",
    "ReceivedAudio",
    "Reply",
    "ServerRefused",
    "SessionLost",
    "Speaker",
    "TakenOver",
    "Turn",
    "World",
    "connect",
]
