"""The demo through a real server: what it prints and leaves behind."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from npc_engine.demo import DemoOptions, demo
from npc_engine.errors import EngineUnavailable, InvalidFile, NpcEngineError
from npc_engine.localserver import local_server
from npc_engine.protocol import AI_LABEL, VISEMES
from npc_engine.wav import read_wav

pytestmark = pytest.mark.anyio


def screen() -> Console:
    """A console that keeps what is printed."""
    return Console(file=io.StringIO(), width=200)


def printed(console: Console) -> str:
    """All that was printed."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def test_the_demo_prints_label_transcript_answer_and_times_and_keeps_the_reply(tmp_path: Path) -> None:
    console = screen()
    exchange = await demo(DemoOptions("en", tmp_path / "out", fake=True), console)
    text = printed(console)
    assert AI_LABEL["en"] in text
    assert "you: Where am I?" in text
    assert f"Ada Finch: {exchange.text}" in text
    assert "end of speech → first audible sample" in text
    timeline = json.loads((tmp_path / "out" / "cues.json").read_text(encoding="utf-8"))
    reply = read_wav(tmp_path / "out" / "reply.wav")
    assert timeline["duration_ms"] == round(reply.duration * 1000)
    assert {cue["value"] for cue in timeline["cues"] if cue["kind"] == "viseme"} <= set(VISEMES)
    assert (tmp_path / "out" / "server.log").stat().st_size > 0


async def test_the_demo_can_be_had_in_chinese(tmp_path: Path) -> None:
    console = screen()
    await demo(DemoOptions("zh", tmp_path, fake=True), console)
    assert AI_LABEL["zh"] in printed(console)
    assert "艾达·芬奇" in printed(console)


async def test_a_language_without_a_recording_is_refused_with_those_that_have_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="no question is recorded in 'fr'; there are: en, zh"):
        await demo(DemoOptions("fr", tmp_path), screen())


async def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(NpcEngineError, match="--out"):
        await demo(DemoOptions("en", tmp_path / "file" / "out", fake=True), screen())


async def test_a_server_that_does_not_start_passes_its_error_on() -> None:
    with pytest.raises(EngineUnavailable, match="there is no persona 'nobody'"):
        async with local_server(["--fake", "--persona", "nobody"]):
            pass


async def test_a_server_that_was_used_ends_with_its_user() -> None:
    async with local_server(["--fake", "--persona", "deadwood"]) as server:
        assert psutil.pid_exists(server.pid)
        assert server.start_seconds > 0
    assert not psutil.pid_exists(server.pid)


async def test_an_attached_server_ends_when_its_input_closes() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "npc_engine", "serve", "--fake", "--attached", "--port", "0", "--persona", "deadwood"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert (await process.stdout.readline()).startswith(b"npc-engine is ready at ws://127.0.0.1:")
    process.stdin.close()
    assert await process.wait() == 0
