"""Games that speak the Neuro Game SDK's API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from serving import Running, serving
from websockets.asyncio.client import ClientConnection, connect

from npc_engine.client import ImmediateSpeaker
from npc_engine.errors import NpcEngineError
from npc_engine.frames import AudioFrame
from npc_engine.neuro.tongue import RETRIES, SPEECH_RATE, NeuroTongue
from npc_engine.protocol import (
    ActionRequested,
    ActionResult,
    CharacterAct,
    CharacterJoin,
    Error,
    TurnStarted,
    UtteranceCompleted,
    WorldEvent,
)
from npc_engine.terminal.aloud import aloud
from npc_engine.tongues import Step

DRAW = {"name": "draw-card", "description": "Draw a card."}
PLAY = {
    "name": "play",
    "description": "Play a suit.",
    "schema": {"type": "object", "properties": {"suit": {"enum": ["hearts", "spades"]}}, "required": ["suit"]},
}


def command(name: str, **data: Any) -> str:
    return json.dumps({"command": name, "game": "Cards", **({"data": data} if data else {})})


class Game:
    """A connection of a game that has begun."""

    def __init__(self, *actions: dict[str, Any]) -> None:
        self.tongue = NeuroTongue("ada")
        self.take("startup")
        if actions:
            self.take("actions/register", actions=actions)

    def take(self, name: str, **data: Any) -> Step:
        return self.tongue.hear(command(name, **data))

    def force(self, *names: str, **data: Any) -> Step:
        return self.take("actions/force", **{"query": "Your turn.", "action_names": names, **data})

    def ask(self, name: str = "draw_card", action_id: str = "a1", **args: Any) -> Step:
        return self.tongue.tell(
            ActionRequested(action_id=action_id, actor_id="ada", name=name, args=args, deadline_ms=60000)
        )


def names(step: Step) -> list[str]:
    """Of the actions that the character may do."""
    (joined,) = step.inputs
    assert isinstance(joined, CharacterJoin)
    return [action.name for action in joined.actions]


def forced(step: Step) -> CharacterAct:
    found = step.inputs[-1]
    assert isinstance(found, CharacterAct)
    return found


def test_the_game_is_the_player_and_its_speech_is_text_alone() -> None:
    opened, first = Game().tongue.opening()
    assert (opened.player.name, opened.audio.output.encoding, first) == ("Cards", "none", [])
    assert opened.scene.characters[0].persona == "ada"
    assert Game().tongue.greet() == Step()


def test_actions_come_and_go() -> None:
    game = Game()
    assert names(game.take("actions/register", actions=[DRAW, PLAY])) == ["draw_card", "play"]
    changed = {**DRAW, "description": "Changed."}
    assert names(game.take("actions/register", actions=[changed])) == ["draw_card", "play"]
    assert names(game.take("actions/unregister", action_names=["play", "unknown"])) == ["draw_card"]
    assert names(game.take("startup")) == []


def test_an_action_that_cannot_be_chosen_stays_out_and_the_others_come() -> None:
    words = {"type": "string", "pattern": "^[A-Z]+$"}
    say = {"name": "say", "schema": {"properties": {"words": words}, "required": ["words"]}}
    step = Game().take("actions/register", actions=[say, DRAW])
    assert names(step) == ["draw_card"]
    assert step.problem
    assert "the tool 'say' requires 'words'" in step.problem.message
    twice = Game(DRAW).take("actions/register", actions=[{"name": "drawCard"}])
    assert twice.problem
    assert "rename one" in twice.problem.message


@pytest.mark.parametrize(("silent", "respond"), [(True, "silent"), (False, "auto")])
def test_context_is_an_event_of_the_world(silent: bool, respond: Any) -> None:
    step = Game().take("context", message="It rains.", silent=silent)
    assert step.inputs == [WorldEvent(name="context", text="It rains.", respond=respond)]
    (event,) = Game().take("context", message=" " + "a" * 5000).inputs
    assert isinstance(event, WorldEvent)
    assert event.text == "a" * 4000
    assert Game().take("context", message=" ").inputs != []


def test_an_action_is_asked_for_in_the_games_own_words() -> None:
    game = Game(DRAW, PLAY)
    assert json.loads(str(game.ask().frames[0])) == {"command": "action", "data": {"id": "a1", "name": "draw-card"}}
    played = json.loads(str(game.ask("play", suit="spades").frames[0]))["data"]
    assert (played["name"], json.loads(played["data"])) == ("play", {"suit": "spades"})
    assert game.ask("open_safe").inputs == [ActionResult(action_id="a1", status="refused")]


def test_results_are_told_to_the_character() -> None:
    game = Game(DRAW)
    game.ask()
    done = game.take("action/result", id="a1", success=True, message="An ace.")
    assert done.inputs == [ActionResult(action_id="a1", status="done", detail="An ace.")]
    failed = game.take("action/result", id="a2", success=False)
    assert failed.inputs == [ActionResult(action_id="a2", status="refused")]


@pytest.mark.parametrize(
    ("given", "priority"), [("low", "normal"), ("medium", "high"), ("high", "critical"), ("critical", "critical")]
)
def test_a_forced_action_is_chosen_among_those_that_are_named(given: str, priority: str) -> None:
    step = Game(DRAW, PLAY).force("draw-card", "unknown", state="# Hand", priority=given, ephemeral_context=True)
    act = forced(step)
    assert (act.actions, act.text, act.priority) == (["draw_card"], "# Hand\nYour turn.", priority)


def test_a_forced_action_that_fails_is_tried_again_with_the_reason_but_not_for_ever() -> None:
    game = Game(DRAW)
    game.force("draw-card")
    for number in range(RETRIES):
        game.ask(action_id=f"a{number}")
        step = game.take("action/result", id=f"a{number}", success=False, message="Not now.")
        assert forced(step).text == "Your turn.\nNot now."
    game.ask(action_id="last")
    assert len(game.take("action/result", id="last", success=False).inputs) == 1


def test_a_forced_action_that_is_done_is_over() -> None:
    game = Game(DRAW)
    game.force("draw-card")
    game.ask()
    assert len(game.take("action/result", id="a1", success=True).inputs) == 1
    game.ask(action_id="a2")
    assert len(game.take("action/result", id="a2", success=False).inputs) == 1


def test_nothing_can_be_forced_that_is_not_there() -> None:
    problem = Game().force("draw-card").problem
    assert problem
    assert "none of the forced actions is registered: draw-card" in problem.message
    game = Game(DRAW)
    game.force("draw-card")
    assert game.tongue.tell(Error(code="action_not_found", message="none is legal", ref="force")) == Step()
    game.ask()
    assert len(game.take("action/result", id="a1", success=False).inputs) == 1


def test_no_game_has_ears_for_the_rest() -> None:
    tongue = Game().tongue
    assert tongue.tell(AudioFrame(1, 0, bytes(2), 16000)) == Step()
    assert tongue.tell(TurnStarted(turn=1, actor_id="ada")) == Step()


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ("{", "not JSON"),
        (b"\xff", "not JSON"),
        ("[]", "valid dictionary"),
        (json.dumps({"command": "dance", "game": "Cards"}), "dance"),
        (json.dumps({"command": "startup"}), "startup.game"),
        (command("context", message=3), "context.data.message"),
    ],
)
def test_what_is_no_command_is_a_problem_for_the_log(frame: str | bytes, said: str) -> None:
    problem = NeuroTongue("ada").hear(frame).problem
    assert problem
    assert said in problem.message


class Loudspeaker(ImmediateSpeaker):
    """Remembers what came out of it."""

    def __init__(self) -> None:
        super().__init__()
        self.pcm = b""
        self.stopped = self.closed = False

    def play(self, utterance: int, pcm: bytes, rate: int) -> None:
        assert rate == SPEECH_RATE
        self.pcm += pcm

    def stop(self) -> None:
        self.stopped = True

    def close(self) -> None:
        self.closed = True


def completed(reason: Any) -> UtteranceCompleted:
    return UtteranceCompleted(utterance=1, reason=reason, text="Hm.", heard_text="Hm.", duration_ms=10)


def test_what_is_spoken_aloud_falls_silent_when_it_is_interrupted() -> None:
    speaker = Loudspeaker()
    with aloud(lambda: speaker) as ear:
        ear(AudioFrame(1, 0, b"\1\0", SPEECH_RATE))
        ear(TurnStarted(turn=1, actor_id="ada"))
        ear(completed("done"))
        assert (speaker.pcm, speaker.stopped) == (b"\1\0", False)
        ear(completed("interrupted"))
        assert (speaker.stopped, speaker.closed) == (True, False)
    assert speaker.closed


def test_a_game_goes_on_without_a_sound_card() -> None:
    def none() -> Loudspeaker:
        raise NpcEngineError("no speaker can be opened")

    with aloud(none) as ear:
        ear(AudioFrame(1, 0, b"\1\0", SPEECH_RATE))


# Over real sockets


@asynccontextmanager
async def playing(running: Running) -> AsyncIterator[ClientConnection]:
    async with connect(f"ws://127.0.0.1:{running.port}/neuro?persona=deadwood", compression=None) as socket:
        await socket.send(command("startup"))
        yield socket


async def action(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await socket.recv())
    assert message["command"] == "action"
    data: dict[str, Any] = message["data"]
    return data


@pytest.mark.anyio
async def test_a_game_is_played() -> None:
    async with serving() as running, playing(running) as socket:
        await socket.send(command("actions/register", actions=[DRAW, PLAY]).encode())
        await socket.send(command("context", message="The table is set.", silent=True))
        force = {"query": "Play a suit. Spades are good.", "action_names": ["draw-card", "play"]}
        await socket.send(command("actions/force", state="Round one", **force))
        first = await action(socket)
        assert (first["name"], json.loads(first["data"])) == ("play", {"suit": "spades"})
        await socket.send(command("action/result", id=first["id"], success=False, message="Hearts, please."))
        again = await action(socket)
        assert (again["name"], json.loads(again["data"])) == ("play", {"suit": "hearts"})
        await socket.send(command("action/result", id=again["id"], success=True))


@pytest.mark.anyio
async def test_a_character_that_plays_is_heard_by_whoever_sits_at_the_server() -> None:
    speaker = Loudspeaker()
    async with serving(loudspeaker=lambda: aloud(lambda: speaker)) as running:
        async with playing(running) as socket:
            await socket.send(command("context", message="A dragon comes.", silent=False))
            while len(speaker.pcm) < SPEECH_RATE // 2:
                await asyncio.sleep(0)
        while not speaker.closed:
            await asyncio.sleep(0)
        heard = len(speaker.pcm)
        async with running.client() as client:
            await client.open()
            await client.send("say", actor_id="ada", text="Hello.")
            await client.until("utterance.completed")
        assert len(speaker.pcm) == heard, "who has ears hears it there"
