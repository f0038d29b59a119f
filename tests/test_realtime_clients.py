"""The Realtime API as the clients of others speak it: openai-python and @openai/agents-realtime, unchanged.

`nox -s tests` installs both in `.nox/clients`.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from stage import HEARD, STORY, TOKEN, WELCOME, town

from npc_engine.localserver import local_server
from npc_engine.realtime.schema import RATE
from npc_engine.recordings import question

pytestmark = pytest.mark.anyio
CLIENTS = Path(__file__).parent / "clients"
ROOM = Path(__file__).parents[1] / "npc_engine" / "realtime"
HOME = Path(__file__).parents[1] / ".nox" / "clients"
PYTHON = HOME / "openai" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
GIVEN = "You have just done this: Give the player a drink. The glass is full."


class PythonClient:
    """openai-python."""

    installed = PYTHON.exists()

    def command(self, scenario: str, port: int) -> list[str]:
        return [str(PYTHON), str(CLIENTS / "openai_realtime.py"), scenario, f"http://127.0.0.1:{port}/v1", TOKEN]


class AgentsClient:
    """@openai/agents-realtime."""

    installed = (HOME / "node_modules" / "@openai").exists()

    def command(self, scenario: str, port: int) -> list[str]:
        url = f"ws://127.0.0.1:{port}/v1/realtime?model=deadwood"
        return ["node", str(CLIENTS / "agents_realtime.mjs"), scenario, url, TOKEN]


def needed(client: PythonClient | AgentsClient) -> Any:
    missing = pytest.mark.skipif(not client.installed, reason="nox -s tests installs this client")
    return pytest.param(client, marks=missing, id=type(client).__name__)


EVERY = pytest.mark.parametrize("client", [needed(PythonClient()), needed(AgentsClient())])
PYTHON_ALONE = pytest.mark.parametrize("client", [needed(PythonClient())])


async def run(client: PythonClient | AgentsClient, scenario: str, port: int, **environment: str) -> Any:
    """What the client saw."""
    process = await asyncio.create_subprocess_exec(
        *client.command(scenario, port),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "NPC_CLIENTS_HOME": str(HOME), **environment},
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out.decode().splitlines()[-1])


@EVERY
async def test_a_typed_line_is_answered_aloud(client: PythonClient | AgentsClient) -> None:
    async with town() as running:
        seen = await run(client, "text", running.port)
    if isinstance(client, AgentsClient):
        assert (seen["errors"], seen["updates"]) == ([], 2)
        assert [(item["role"], item["text"]) for item in seen["history"]] == [
            ("user", "Hello?"),
            ("assistant", WELCOME),
        ]
        assert seen["audio"] > 24000
    else:
        assert (seen["status"], seen["metadata"], seen["transcript"]) == ("completed", {"mine": "yes"}, WELCOME)
        assert seen["seconds"] > 0.5
        assert seen["output_tokens"] >= seen["seconds"] * 20


@EVERY
async def test_a_spoken_line_is_heard_transcribed_and_answered(client: PythonClient | AgentsClient) -> None:
    async with town() as running:
        seen = await run(client, "voice", running.port)
    kinds = seen.get("types") or seen["events"]
    speech = [kind.removeprefix("input_audio_buffer.") for kind in kinds if kind.startswith("input_audio_buffer")]
    assert speech == ["speech_started", "speech_stopped", "committed"]
    heard = seen.get("heard") or seen["history"][0]["text"]
    assert heard == HEARD
    assert kinds[-1] == "response.done"


@EVERY
async def test_a_tool_is_called_and_its_result_is_told(client: PythonClient | AgentsClient) -> None:
    async with town() as running:
        seen = await run(client, "action", running.port)
    if isinstance(client, AgentsClient):
        assert seen["errors"] == []
        assert seen["called"] == [{"drink": "whisky"}]
        assert seen["history"][-1]["text"] == GIVEN
    else:
        assert (seen["name"], json.loads(seen["arguments"])) == ("giveItem", {"drink": "whisky"})
        assert seen["transcript"] == GIVEN


@EVERY
async def test_words_of_the_player_stop_the_character(client: PythonClient | AgentsClient) -> None:
    async with town() as running:
        seen = await run(client, "barge_in", running.port)
    if isinstance(client, AgentsClient):
        assert (seen["interrupted"], seen["errors"]) == (1, [])
        assert seen["history"][1]["status"] == "incomplete"
    else:
        assert (seen["status"], seen["reason"], seen["item"]) == ("cancelled", "turn_detected", "incomplete")
        assert seen["kept"]
        assert STORY.startswith(seen["kept"])
        kinds = seen["types"]
        assert kinds.index("input_audio_buffer.speech_started") < kinds.index("response.output_audio.done")


@EVERY
async def test_a_client_that_vanishes_comes_back_to_a_new_session(client: PythonClient | AgentsClient) -> None:
    async with town() as running:
        assert await run(client, "hang_up", running.port) == "gone"
        while "npc_sessions 0.0" not in (await running.get("/metrics"))[1]:
            await asyncio.sleep(0)
        again = await run(client, "text", running.port)
    assert again.get("transcript") or again["history"][-1]["text"] == WELCOME


@EVERY
async def test_a_client_outlives_its_server(client: PythonClient | AgentsClient) -> None:
    async with town() as running:
        port = running.port
        first = asyncio.create_task(run(client, "restart", port))
        while "npc_turns_total 1.0" not in (await running.get("/metrics"))[1]:
            await asyncio.sleep(0.02)
    async with town(port):
        assert await first == [WELCOME] * 2


@PYTHON_ALONE
async def test_every_event_of_the_api_is_spoken_or_said_not_to_be(client: PythonClient) -> None:
    program = str(CLIENTS / "openai_events.py")
    process = await asyncio.create_subprocess_exec(str(PYTHON), program, stdout=asyncio.subprocess.PIPE)
    theirs, ours = json.loads((await process.communicate())[0])
    code = "".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    spoken = {name for name in [*theirs, *ours] if f'"{name}"' in code}
    page = (ROOM.parents[1] / "docs" / "realtime.md").read_text(encoding="utf-8")
    missing = set(re.findall(r"`([a-z_.]+)`", page.partition("## Events that there are not")[2].partition("\n## ")[0]))
    assert {*theirs, *ours} - spoken <= missing
    assert not missing & spoken


@pytest.mark.models
@pytest.mark.timeout(300)
@EVERY
async def test_the_real_models_hear_and_answer_such_a_client(
    client: PythonClient | AgentsClient, tmp_path: Path
) -> None:
    speech = tmp_path / "speech.pcm"
    speech.write_bytes(question("en", "where_is_the_key").at_rate(RATE).pcm)
    async with local_server(["--persona", "deadwood", "--language", "en"]) as server:
        port = urlsplit(server.url).port
        assert port
        seen = await run(client, "microphone", port, NPC_SPEECH=str(speech))
    if isinstance(client, AgentsClient):
        heard, answered = (item["text"] for item in seen["history"])
        assert "key" in heard
        assert answered
        assert seen["audio"] > RATE * 2
    else:
        assert "key" in seen["heard"]
        assert (seen["status"], seen["transcript"] != "") == ("completed", True)
        assert seen["seconds"] > 1
