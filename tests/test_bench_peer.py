"""The comparison with peers: a scripted one in a process of its own shows that what is measured is what it does."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from npc_engine.bench.machine import Machine
from npc_engine.bench.peer import environment
from npc_engine.bench.peer.agents import wire
from npc_engine.bench.peer.agents.wire import LISTENING_RATE, Assignment, Wire, WireBroken
from npc_engine.bench.peer.answer import PeerAnswer, PeerExchange
from npc_engine.bench.peer.environment import PeerNotInstalled
from npc_engine.bench.peer.measure import Plan, measure, rotated
from npc_engine.bench.peer.report import PeerReport, Turn, as_json, as_markdown, as_tables, facts
from npc_engine.bench.peer.stacks import PEERS, SCRIPTED, PeerUnknown, Stack, Talk, chosen, peer_stack
from npc_engine.bench.peer.talk import peer_talk
from npc_engine.cli import app
from npc_engine.errors import EngineUnavailable
from npc_engine.exchange import Exchange
from npc_engine.microphone import RecordedMicrophone
from npc_engine.wav import Sound

AGENTS = Path(wire.__file__).parent
SILENCE, QUIET_HEAD = 0.7, 0.05
"""Seconds, as `scripted_agent.py` has them: what ends a question, and what comes before its tone."""
ASSIGNMENT = Assignment(0, "", False, "", "", "", 1, "You are Ada.", [], 0.3, 160)


def speech(seconds: float = 0.2) -> Sound:
    """A tone that a recording would hold."""
    samples = np.sin(np.arange(round(seconds * LISTENING_RATE)) * 0.1) * 8000
    return Sound(samples.astype("<i2").tobytes(), LISTENING_RATE)


def turn(stack: str, ms: int | None, replies: int = 1, **stages: int) -> Turn:
    return Turn(stack, "Where am I?", "Where am I?", "In Deadwood.", ms, replies, stages)


REPORT = PeerReport(
    machine=Machine("A processor", 2, 16.0, "Linux", "3.11"),
    models=["whisper-base"],
    versions={
        "ours": "npc-engine 1",
        "pipecat": "pipecat-ai 2",
        "pipecat-tuned": "pipecat-ai 2",
        "livekit-tuned": "livekit-agents 3",
    },
    load_before=0.1,
    load_after=0.2,
    turns=[
        turn("ours", 500, endpointing_ms=200),
        turn("ours", 700, endpointing_ms=400),
        turn("pipecat", 3000),
        turn("pipecat", 3300, replies=2),
        turn("pipecat-tuned", None),
        turn("livekit-tuned", 2400),
    ],
)


def nothing(text: str) -> None:
    """Takes notes that nobody reads."""


@asynccontextmanager
async def scripted() -> AsyncIterator[Talk]:
    async with peer_stack(SCRIPTED, ASSIGNMENT, nothing).start() as talk:
        yield talk


async def ask(talk: Talk, sound: Sound) -> Exchange:
    microphone = RecordedMicrophone(talk.listen)
    capture = asyncio.create_task(microphone.run())
    try:
        return await talk.ask_aloud(sound, microphone)
    finally:
        capture.cancel()
        await asyncio.gather(capture, return_exceptions=True)


@pytest.mark.anyio
async def test_a_peer_hears_the_question_and_its_answer_is_timed_from_the_end_of_the_speech() -> None:
    async with scripted() as talk:
        exchange = await ask(talk, speech())
    assert (exchange.transcript, exchange.text) == ("question 1", "tone 1")
    assert isinstance(exchange, PeerExchange)
    assert (exchange.replies, exchange.stages) == (1, {"thinking": 1})
    first, audible = exchange.first_audio_ms, exchange.first_audible_ms
    assert first is not None
    assert audible is not None
    # it can't know sooner than after its silence, which the microphone gives it in real time
    assert first >= SILENCE * 1000 - 40
    assert audible - first == pytest.approx(QUIET_HEAD * 1000, abs=1)


@pytest.mark.anyio
async def test_one_conversation_goes_on_from_question_to_question() -> None:
    async with scripted() as talk:
        answers = [(await ask(talk, speech())).text for _ in range(2)]
    assert answers == ["tone 1", "tone 2"]


@pytest.mark.anyio
async def test_words_that_were_cut_in_two_are_answered_by_the_last_reply() -> None:
    pause = Sound(bytes(round(1.0 * LISTENING_RATE) * 2), LISTENING_RATE)
    cut = Sound(speech().pcm + pause.pcm + speech().pcm, LISTENING_RATE)
    async with scripted() as talk:
        exchange = await ask(talk, cut)
    assert isinstance(exchange, PeerExchange)
    assert (exchange.transcript, exchange.text, exchange.replies) == ("question 1 question 2", "tone 2", 2)
    assert exchange.first_audible_ms is not None
    assert exchange.first_audible_ms > 0


@pytest.mark.anyio
async def test_all_stacks_are_asked_the_same_questions_in_an_order_that_rotates() -> None:
    notes: list[str] = []
    one = peer_stack(SCRIPTED, ASSIGNMENT, notes.append)
    report = await measure(Plan(turns=1, warmup=1), [replace(one, name="a"), replace(one, name="b")], notes.append)
    assert [turn.stack for turn in report.turns] == ["b", "a"]
    assert [turn.question for turn in report.of("a")] == [turn.question for turn in report.of("b")]
    assert [turn.answer for turn in report.turns] == ["tone 2", "tone 2"]
    assert report.versions == {"a": "scripted", "b": "scripted"}
    assert any(note.startswith("round 1, a: ") for note in notes)


def test_an_order_rotates_until_it_is_as_it_was() -> None:
    assert [rotated(["a", "b", "c"], by)[0] for by in range(4)] == ["a", "b", "c", "a"]


@pytest.mark.anyio
async def test_a_peer_that_does_not_start_says_why() -> None:
    command = [sys.executable, "-c", "print('no model here'); raise SystemExit(3)"]
    with pytest.raises(EngineUnavailable, match=r"(?s)broken.*no model here"):
        async with peer_talk("broken", command, os.environ, ASSIGNMENT):
            pass


@pytest.mark.anyio
async def test_a_peer_that_dies_in_a_conversation_ends_it() -> None:
    dies = (
        f"import asyncio, sys; sys.path.insert(0, {str(AGENTS)!r}); from wire import *\n"
        "async def main():\n"
        "    wire = await connect(Assignment.read()); wire.tell('ready', rate=16000); await wire.receive()\n"
        "asyncio.run(main())"
    )
    with pytest.raises(EngineUnavailable, match="mortal has left"):
        async with peer_talk("mortal", [sys.executable, "-c", dies], os.environ, ASSIGNMENT) as talk:
            await ask(talk, speech())


@pytest.mark.anyio
async def test_only_who_knows_the_key_is_taken_for_the_peer() -> None:
    intrudes = (
        f"import asyncio, dataclasses, sys; sys.path.insert(0, {str(AGENTS)!r}); from wire import *\n"
        "async def main():\n"
        "    own = Assignment.read()\n"
        "    stranger = await connect(dataclasses.replace(own, key='guess'))\n"
        "    try:\n"
        "        await stranger.receive()\n"
        "    except WireBroken:\n"
        "        wire = await connect(own); wire.tell('ready', rate=8000); await wire.receive()\n"
        "asyncio.run(main())"
    )
    async with peer_talk("twins", [sys.executable, "-c", intrudes], os.environ, ASSIGNMENT):
        pass


def test_an_answer_is_complete_when_all_that_was_heard_is_answered() -> None:
    answer = PeerAnswer(PeerExchange(asked_at=0.0, rate=16000))
    steps = ["speech_started", "speech_stopped", "reply_started", "speech_started", "reply_done"]
    for step in steps:
        answer.take({"type": step}, 1.0)
    assert not answer.is_complete
    for step in ("speech_stopped", "reply_started", "reply_done"):
        answer.take({"type": step}, 2.0)
    assert answer.is_complete


def test_words_that_are_recognised_late_are_still_to_be_answered() -> None:
    answer = PeerAnswer(PeerExchange(asked_at=0.0, rate=16000))
    for step in ("speech_started", "speech_stopped", "reply_started", "reply_done"):
        answer.take({"type": step}, 1.0)
    answer.take({"type": "transcript", "text": " and what now?"}, 2.0)
    assert not answer.is_complete
    assert answer.exchange.transcript == "and what now?"


def test_audio_of_an_earlier_reply_does_not_count() -> None:
    answer = PeerAnswer(PeerExchange(asked_at=0.0, rate=16000))
    for at, item in [(1.0, b"\1\1"), (2.0, {"type": "reply_started"}), (3.0, b"\2\2"), (4.0, b"\3\3")]:
        answer.take(item, at)
    assert answer.exchange.pcm == b"\2\2\3\3"
    assert answer.exchange.audio_at == [(0, 3.0), (1, 4.0)]


@pytest.mark.anyio
@pytest.mark.parametrize("sent", [b"X\0\0\0\0", b"A\xff\xff\xff\xff", b"J\2\0\0\0[]", b"J\1\0\0\0{", b"A\5\0\0\0ab"])
async def test_what_is_no_frame_breaks_the_wire(sent: bytes) -> None:
    received: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await Wire(reader, writer).receive()
        except WireBroken as error:
            received.set_result(str(error))
        writer.close()

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(sent)
        writer.write_eof()
        assert (await received).startswith("the other side")
        writer.close()


def test_medians_ratios_and_what_was_not_answered_are_reported() -> None:
    assert REPORT.ratio("pipecat") == pytest.approx(3150 / 600)
    assert REPORT.best_tuned() == "livekit-tuned"
    assert REPORT.ratio("pipecat-tuned") is None
    text = as_markdown(REPORT)
    assert "| pipecat | 3150 | 3270 | 5.25 | 2 of 2 | 1 |" in text
    assert "| pipecat-tuned |  |  |  | 0 of 1 | 0 |" in text
    assert "the best tuned peer (livekit-tuned) / ours: 4.00" in text
    assert "| ours | endpointing_ms | 300 | 380 |" in text
    assert all(fact in text for fact in facts(REPORT))


def test_the_terminal_shows_the_same() -> None:
    console = Console(width=160, record=True, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    with console.file:
        for table in as_tables(REPORT):
            console.print(table)
    row = next(line for line in console.export_text().splitlines() if "livekit-tuned" in line)
    assert [part.strip() for part in row.split("│")][1:5] == ["livekit-tuned", "2400", "2400", "4.00"]


def test_json_holds_every_turn_and_the_summaries() -> None:
    data = json.loads(as_json(REPORT))
    assert len(data["turns"]) == 6
    assert data["stacks"]["ours"]["summary"]["median"] == 600
    assert data["stacks"]["pipecat-tuned"]["summary"] is None


def test_without_our_server_there_is_no_ratio() -> None:
    alone = replace(REPORT, versions={"pipecat": "2"}, turns=REPORT.of("pipecat"))
    assert not any("/ ours:" in fact for fact in facts(alone))


def test_peers_are_chosen_by_name() -> None:
    assert [peer.name for peer in chosen(["livekit", "pipecat"])] == ["pipecat", "livekit"]
    assert [peer.name for peer in chosen([])] == list(PEERS)
    with pytest.raises(PeerUnknown, match="no peer 'unmute'; there are: pipecat, "):
        chosen(["unmute"])


@pytest.mark.parametrize("name", sorted({peer.framework for peer in PEERS.values()}))
def test_the_packages_of_every_peer_are_pinned_by_hash_and_name_no_index(name: str) -> None:
    folder = Path(environment.__file__).parent
    lines = (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert len(pinned) > 50
    assert all("==" in line for line in pinned)
    assert not any("://" in line or "index" in line for line in lines)
    assert (AGENTS / f"{name}_agent.py").is_file()


def test_an_installation_that_fails_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = locked(tmp_path, monkeypatch, "no-such-package==1 --hash=sha256:" + "0" * 64)
    with pytest.raises(PeerNotInstalled, match=r"(?s)could not install example.*--peers.*No matching distribution"):
        environment.install("example", notes.append)
    assert notes[0].startswith("installing example into ")


def test_a_peer_is_installed_once_with_the_language_model_library_that_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = locked(tmp_path, monkeypatch, "# nothing else\n")
    python = environment.install("example", notes.append)
    assert environment.version_of(python, "llama-cpp-python") == environment.llama_version()
    assert environment.version_of(python, "no-such-package") == "unknown version"
    said = len(notes)
    assert environment.install("example", notes.append) == python
    assert len(notes) == said


def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, requirements: str) -> list[str]:
    """A peer `example` with these requirements, and pip without an index. Returns where its notes go."""
    (tmp_path / "example.txt").write_text(requirements, encoding="utf-8")
    monkeypatch.setattr(environment, "_REQUIREMENTS", tmp_path)
    monkeypatch.setattr(environment, "folder", lambda: tmp_path / "peers")
    for variable in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return []


def test_the_command_compares_without_any_model(tmp_path: Path) -> None:
    out = tmp_path / "peer.json"
    done = CliRunner().invoke(
        app, ["bench", "peer", "--fake", "--turns", "1", "--warmup", "1", "--markdown", "--json", str(out)]
    )
    assert done.exit_code == 0, done.output
    data = json.loads(out.read_text(encoding="utf-8"))
    assert [turn["stack"] for turn in data["turns"]] == ["scripted", "ours"]
    assert all(turn["audible_ms"] is not None for turn in data["turns"])
    assert "| scripted |" in done.output


def test_stacks_are_what_can_be_started() -> None:
    stack = peer_stack(SCRIPTED, ASSIGNMENT, nothing)
    assert isinstance(stack, Stack)
    assert (stack.name, stack.version) == ("scripted", "scripted")
