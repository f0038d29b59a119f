"""The add-on for Godot in the engine itself: its parts, and the Deadwood scene played to the end."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any, get_args

import godot
import pytest
from stage import WELCOME, Program, having, playing, town, wire

from npc_engine.protocol import AI_LABEL, AnyClientMessage, AnyServerMessage

ADDON = godot.DEMOS / "godot" / "addons" / "npc_engine"
WITHOUT_METHOD = {"session.open", "session.close", "world.set", "playback.report", "ping"}
"""Messages of the client that go out by `open`, `close`, `world`, `NpcVoice`, and by itself."""


def types(union: Any) -> set[str]:
    return {each.model_fields["type"].default for each in get_args(union)}


@pytest.fixture(scope="module", params=having(godot.programs("parts"), "parts"))
def parts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the scene of parts saw, and in which Godot."""
    program: Program = request.param
    command = program.command(tmp_path_factory.mktemp(program.name))
    played = subprocess.run([*command, "", "", ""], capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert played.returncode == 0, played.stderr
    return {"in": program.name, **json.loads(played.stdout.splitlines()[-1])}


def test_mouth_and_subtitles_follow_what_is_heard_until_it_is_interrupted(parts: Any) -> None:
    words = ["One", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    heard = len(parts["cues"])
    assert 6 <= heard < 10, "a second of two, and what the generator plays while the machine is busy"
    assert parts["cues"] == words[:heard]
    assert parts["subtitle"] == parts["afterwards"] == ", ".join(words[:heard]) + ","
    assert (parts["late"], parts["speaking"]) == (0, "")
    assert set(parts["frames"]) == {0, 1, 10}, "the frames of sil, PP and aa"
    assert (parts["frame"], parts["weight"], parts["shut"]) == (0, 1, 0)


def test_the_microphone_is_sent_as_samples_of_16_bit_at_a_rate_that_the_server_takes(parts: Any) -> None:
    assert parts["decimation"] == [1, 2, 4], "of 44100, 96000 and 192000 samples per second"
    assert parts["pcm"] == [16384, -16384, 32767, -32768]
    assert parts["decimated"] == [12288, -16384]
    if parts["in"] == "godot4":  # the microphone of Godot 3 needs 3.3, and Debian has 3.2
        assert parts["microphone"]["rate"] == 44100
        assert parts["microphone"]["samples"] > 22050
        assert (parts["microphone"]["loudest"], parts["microphone"]["commits"]) == (16384, 1)


def test_the_scripts_that_the_pages_show_are_scripts(parts: Any) -> None:
    assert parts["documented"] == [True] * len(godot.PAGES)


@pytest.mark.anyio
@pytest.mark.parametrize("program", having(godot.programs("playthrough"), "playthrough"))
async def test_the_deadwood_scene_can_be_played_to_its_end(program: Program, tmp_path: Path) -> None:
    async with town() as running, playing(program.command(tmp_path), "playthrough", running.url) as play:
        saw = await play.seen()
    assert saw["errors"] == []
    assert saw["labels"] == [AI_LABEL["en"]] * 6 + [AI_LABEL["zh"]]
    assert [line.partition("\n")[0] for line in saw["objectives"]] == [
        *["Find the key to the safe."] * 4,
        "Open the safe in the back room of the bank.",
        "Done. Deadwood owes you.",
        "完成了。Deadwood欠你一份情。",
    ]
    assert saw["said"][0].startswith("Welcome to Deadwood")
    assert saw["said"][2:6] == [
        "You gave the town map to the player.",
        "You marked the saloon on the player's map.",
        "That is the key, friend! Now go and try it on the safe.",
        "The safe is open! Thank you, friend, Deadwood owes you.",
    ]
    assert saw["said"][6].startswith("欢迎来到Deadwood")
    assert (saw["marked"], saw["door"], saw["shut"]) == (["saloon"], True, "sil")
    assert saw["mouth"] > 20


@pytest.mark.anyio
@pytest.mark.parametrize("program", having(godot.programs("contract"), "away"))
async def test_what_the_player_says_while_the_connection_is_gone_arrives_once(program: Program, tmp_path: Path) -> None:
    async with (
        town() as running,
        wire(running.port) as relay,
        playing(program.command(tmp_path), "away", relay.url) as play,
    ):
        await play.ready()
        relay.cut()
        saw = await play.seen()
    assert (saw["turns"], saw["errors"]) == (2, [])
    # what nothing was heard of before the cut is answered together with the line behind it
    assert saw["reply"] in (WELCOME, "Hello, friend, I am glad to see you in Deadwood!")


def test_every_message_of_the_server_has_a_signal_and_every_one_of_the_client_a_method() -> None:
    source = (ADDON / "npc_client.gd").read_text(encoding="utf-8")
    signals = set(re.findall(r"^signal (\w+)\(message\)", source, re.MULTILINE))
    expected = {each.replace(".", "_") for each in types(AnyServerMessage)} - {"utterance_audio"}
    assert expected <= signals, "utterance.audio comes only in base64, which the add-on never asks for"
    assert set(re.findall(r'send\("([a-z.]+)"', source)) == types(AnyClientMessage) - WITHOUT_METHOD
