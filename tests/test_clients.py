"""Each client of ours, in its real runtime, does what a game needs: all are held to the same."""

from __future__ import annotations

import re
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import dotnet
import godot
import plain_cpp
import pytest
from stage import FOLDER, HEARD, SERVED, STORY, WELCOME, Program, having, playing, speech, town, wire

from npc_engine.localserver import local_server
from npc_engine.recordings import question

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]
PYTHON = Program("python", lambda folder: [sys.executable, str(FOLDER / "python_client.py")])
BROWSER = Program(
    "browser",
    lambda folder: [sys.executable, str(FOLDER / "browser" / "play.py")],
    needs=("chromium",),
    lacks=frozenset({"wrong_protocol"}),
)
PROGRAMS: list[Program] = [PYTHON, dotnet.GAME, *godot.programs("contract"), plain_cpp.GAME, BROWSER]


def every(scenario: str) -> pytest.MarkDecorator:
    """Run the test with each program that knows the scenario."""
    return pytest.mark.parametrize("program", having(PROGRAMS, scenario))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The command of a program, which is built once."""
    commands: dict[str, list[str]] = {}

    def build(program: Program) -> list[str]:
        if program.name not in commands:
            commands[program.name] = program.command(tmp_path_factory.mktemp(program.name))
        return commands[program.name]

    return build


@every("text")
async def test_a_typed_line_is_answered_aloud_and_all_of_it_is_heard(program: Program, built: Any) -> None:
    async with town() as running, playing(built(program), "text", running.url) as play:
        seen = await play.seen()
    assert seen["label"]
    assert (seen["reply"], seen["heard_text"], seen["errors"]) == (WELCOME, WELCOME, [])
    assert seen["samples"] == seen["reported"] > 16000


@every("voice")
async def test_a_spoken_line_is_heard_and_answered(program: Program, built: Any, tmp_path: Path) -> None:
    environment = {"NPC_SPEECH": str(speech(tmp_path))}
    async with town() as running, playing(built(program), "voice", running.url, **environment) as play:
        seen = await play.seen()
    assert (seen["heard"], seen["errors"]) == (HEARD, [])
    assert seen["reply"]


@every("action")
async def test_the_game_does_what_a_character_asks_for_and_hears_of_the_result(program: Program, built: Any) -> None:
    async with town() as running, playing(built(program), "action", running.url) as play:
        seen = await play.seen()
    assert seen["actions"] == [{"name": "serve_drink", "args": {"drink": "whisky"}}]
    assert (seen["reply"], seen["errors"]) == (SERVED, [])


@every("barge_in")
async def test_words_of_the_player_stop_the_character(program: Program, built: Any, tmp_path: Path) -> None:
    environment = {"NPC_SPEECH": str(speech(tmp_path))}
    async with town() as running, playing(built(program), "barge_in", running.url, **environment) as play:
        seen = await play.seen()
    assert (seen["reason"], seen["late"], seen["heard"]) == ("interrupted", 0, HEARD)
    assert STORY.startswith(seen["heard_text"])
    assert len(seen["heard_text"]) < len(STORY) - 10


@every("resume")
async def test_a_connection_that_breaks_costs_nothing(program: Program, built: Any) -> None:
    async with town() as running, wire(running.port) as relay, playing(built(program), "resume", relay.url) as play:
        await play.ready()
        relay.cut()
        seen = await play.seen()
        assert relay.connections > 1
    assert (seen["resumed"], seen["missing"], seen["twice"], seen["gaps"]) == (True, 0, 0, 0)
    assert seen["reply"] == STORY.strip()


@every("restart")
async def test_a_client_outlives_its_server(program: Program, built: Any) -> None:
    async with AsyncExitStack() as kept:
        async with town() as running:
            play = await kept.enter_async_context(playing(built(program), "restart", running.url))
            await play.ready()
        async with town(running.port):
            seen = await play.seen()
    assert seen["replies"] == [WELCOME, WELCOME]
    assert len(set(seen["sessions"])) == 2


@every("refused")
async def test_a_wrong_token_is_told_to_the_game(program: Program, built: Any) -> None:
    async with town() as running, playing(built(program), "refused", running.url, token="wrong") as play:
        assert (await play.seen())["code"] == "unauthorised"


@every("wrong_protocol")
async def test_a_protocol_of_another_time_is_told_to_the_game(program: Program, built: Any) -> None:
    async with town() as running, playing(built(program), "wrong_protocol", running.url) as play:
        assert (await play.seen())["code"] == "protocol_version"


@pytest.mark.models
@pytest.mark.timeout(300)
@every("voice")
async def test_the_real_models_hear_and_answer_each_client(program: Program, built: Any, tmp_path: Path) -> None:
    spoken = tmp_path / "question.pcm"
    spoken.write_bytes(question("en", "where_is_the_key").at_rate(16000).pcm)
    environment = {"NPC_SPEECH": str(spoken)}
    async with (
        local_server(["--persona", "deadwood", "--language", "en"]) as server,
        playing(built(program), "voice", server.url, **environment) as play,
    ):
        seen = await play.seen()
    assert "key" in seen["heard"].casefold()
    assert re.search("saloon|bar", seen["reply"])
    assert seen["errors"] == []
