"""The chat with scripted engines and lines from a list: what is printed for what is typed."""

from __future__ import annotations

import asyncio
import io
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console
from serving import personas, scripted_engines

from npc_engine.client import ClockSpeaker, Game
from npc_engine.client.opening import opening
from npc_engine.errors import NpcEngineError
from npc_engine.inprocess import inprocess
from npc_engine.protocol import AI_LABEL, UtteranceStarted
from npc_engine.session import Session
from npc_engine.terminal.chat import Chat
from npc_engine.terminal.commands import HELP, Command, Mistake, Spoken, next_beat, understand, world_value
from npc_engine.terminal.display import Display
from npc_engine.terminal.lines import piped_lines
from npc_engine.terminal.sound import FileSpeaker, Switch
from npc_engine.wav import read_wav

pytestmark = pytest.mark.anyio


@dataclass
class Screen:
    """Two consoles that keep what is printed."""

    plain: bool = False
    answers: io.StringIO = field(default_factory=io.StringIO)
    aside: io.StringIO = field(default_factory=io.StringIO)

    @property
    def display(self) -> Display:
        return Display(Console(file=self.answers, width=200), Console(file=self.aside, width=200), self.plain)


async def typed(*lines: str) -> AsyncIterator[str]:
    """Lines of a player who types fast."""
    for line in lines:
        yield line


@asynccontextmanager
async def chatting(
    display: Display, persona: str = "deadwood", speaker: Switch | None = None, language: str = "en"
) -> AsyncIterator[Chat]:
    """A chat with one persona."""
    engines = scripted_engines(replies={"Hello?": "Welcome, traveller. What brings you to our little town today?"})
    await engines.start()
    opens = opening(persona, language=language, speech=speaker is not None, seed=1)
    try:
        session = Session("chat", opens, personas(), engines)
        game = Game(inprocess(session), opens, speaker)
        yield Chat(session, game, personas()[persona], language, display, speaker)
    finally:
        await engines.stop()


async def chat(*lines: str, plain: bool = False, persona: str = "deadwood") -> tuple[str, str]:
    """What a chat of these lines prints: answers, and all else."""
    screen = Screen(plain)
    async with chatting(screen.display, persona) as talk:
        await talk.run(typed(*lines))
    return screen.answers.getvalue(), screen.aside.getvalue()


async def test_an_answer_is_printed_behind_the_name_of_who_gives_it() -> None:
    answers, aside = await chat("Hello?")
    assert answers == "Ada Finch: Welcome, traveller. What brings you to our little town today?\n"
    assert AI_LABEL["en"] in aside


async def test_plain_prints_answers_alone() -> None:
    answers, _ = await chat("Hello?", "", "Where am I?", plain=True)
    first, second = answers.splitlines()
    assert first == "Welcome, traveller. What brings you to our little town today?"
    assert "Deadwood" in second


async def test_an_unknown_command_suggests_the_nearest() -> None:
    _, aside = await chat("/wy")
    assert "did you mean /why?" in aside


async def test_help_lists_every_command() -> None:
    _, aside = await chat("/help")
    assert all(usage in aside for usage in HELP)


async def test_why_shows_facts_quest_step_prompt_and_times_of_the_last_answer() -> None:
    _, aside = await chat("/why", "Where is the key?", "/why")
    assert "nothing was answered yet" in aside
    for part in ("Where is the key?", "Ada Finch", "find_key", "system: You are Ada Finch", "→ first token"):
        assert part in aside


async def test_say_is_spoken_word_for_word() -> None:
    answers, aside = await chat("/say The bank is closed.", "/say")
    assert answers == "Ada Finch: The bank is closed.\n"
    assert "/say needs a text" in aside


async def test_the_quest_is_shown_and_moved_to_its_end() -> None:
    steps = [beat.id for beat in personas()["deadwood"].setting.quests[0].beats]
    _, aside = await chat("/quest", f"/quest {steps[1]}", "/quest next", "/quest next", "/quest nowhere")
    assert all(step in aside for step in steps)
    assert f"the quest is at: {steps[1]}" in aside
    assert "the quest is at: done" in aside
    assert "no beat 'nowhere'" in aside


async def test_a_persona_without_a_quest_says_so() -> None:
    without = next(name for name, persona in personas().items() if not persona.setting.quests)
    _, aside = await chat("/quest", persona=without)
    assert "no quest" in aside


async def test_the_world_is_set_and_a_mistake_in_it_explained() -> None:
    _, aside = await chat("/world safe.open=true", "/world quest.nothing=x", "/world safe.opn=1", "/world safe")
    assert "no quest 'nothing'" in aside
    assert "the world has no 'safe.opn'; did you mean 'safe.open'?" in aside
    assert "/world needs a path and a value" in aside


async def test_the_world_is_shown_with_what_can_be_set() -> None:
    _, aside = await chat("/world")
    assert re.search(r"safe\.open\s+false", aside)
    assert re.search(r'key\.place\s+"saloon"', aside)
    _, aside = await chat("/world", persona="willow")
    assert "/world needs a path and a value" in aside


@pytest.mark.parametrize("line", ["/save here", "/load 1"])
async def test_what_a_server_without_a_file_can_not_do_is_said_and_the_chat_goes_on(line: str) -> None:
    answers, aside = await chat(line, "Hello?")
    assert "keeps no stories" in aside
    assert "Welcome" in answers


async def test_a_line_that_is_too_long_is_refused_and_the_chat_goes_on() -> None:
    answers, aside = await chat("a" * 100_000, "/say " + "a" * 100_000, "Hello?")
    assert "at most 4000 characters" in aside
    assert "Welcome" in answers


async def test_quit_leaves_before_the_next_line() -> None:
    answers, _ = await chat("/quit", "Hello?")
    assert answers == ""


async def test_a_display_remembers_that_an_error_was_shown() -> None:
    screen = Screen(plain=True)
    display = screen.display
    async with chatting(display) as talk:
        await talk.run(typed("/nothing"))
    assert display.failed


async def test_speech_goes_to_a_file_with_the_label_unless_it_is_switched_off(tmp_path: Path) -> None:
    screen = Screen()
    speaker = Switch(FileSpeaker(tmp_path / "a.wav", 16000, AI_LABEL["en"]))
    async with chatting(screen.display, speaker=speaker) as talk:
        await talk.run(typed("Hello?", "/voice off", "Hello?", "/voice maybe"))
    spoken = "Welcome, traveller. What brings you to our little town today?".replace(" ", "")
    assert read_wav(tmp_path / "a.wav").duration == pytest.approx(len(spoken) * 0.05, abs=0.01)
    assert AI_LABEL["en"].encode() in (tmp_path / "a.wav").read_bytes()
    assert "/voice needs on or off" in screen.aside.getvalue()


async def test_a_chat_without_a_voice_says_how_to_have_one() -> None:
    _, aside = await chat("/voice on")
    assert "start it with --voice" in aside


async def test_an_interrupt_ends_the_answer_and_the_next_line_is_answered() -> None:
    screen = Screen()
    heard = asyncio.Event()

    class Listener(ClockSpeaker):
        """Plays as slowly as it is spoken."""

        def play(self, utterance: int, pcm: bytes, rate: int) -> None:
            super().play(utterance, pcm, rate)
            heard.set()

    async with chatting(screen.display, speaker=Switch(Listener())) as talk:

        async def interrupting() -> AsyncIterator[str]:
            yield "Hello?"
            yield "/why"

        running = asyncio.create_task(talk.run(interrupting()))
        await heard.wait()
        talk.interrupt()
        await running
    assert screen.answers.getvalue().endswith("…\n")
    assert "Ada Finch" in screen.aside.getvalue()


async def test_the_second_interrupt_leaves() -> None:
    heard = asyncio.Event()

    async def lines() -> AsyncIterator[str]:
        yield "Hello?"
        raise AssertionError("no second line is wanted")

    async with chatting(Screen().display, speaker=Switch(ClockSpeaker())) as talk:
        talk._game.on(UtteranceStarted, lambda started: heard.set())
        running = asyncio.create_task(talk.run(lines()))
        await heard.wait()
        talk.interrupt()
        talk.interrupt()
        await running


async def test_an_interrupt_while_nobody_speaks_does_nothing() -> None:
    async with chatting(Screen().display) as talk:
        talk.interrupt()
        await talk.run(typed())


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"one\ntwo\n", ["one", "two"]),
        (b"no end", ["no end"]),
        ("我在哪\n".encode(), ["我在哪"]),
        (b"\xff\n", ["\ufffd"]),
        (b"", []),
    ],
)
async def test_lines_come_from_a_pipe(data: bytes, lines: Sequence[str]) -> None:
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    assert [line async for line in piped_lines(reading)] == list(lines)
    os.close(reading)


async def test_a_character_that_is_split_between_two_reads_stays_whole() -> None:
    reading, writing = os.pipe()
    first, second = "我".encode()[:1], "我".encode()[1:] + b"\n"
    os.write(writing, b"a\n" + first)
    lines = piped_lines(reading)
    assert await anext(lines) == "a"
    os.write(writing, second)
    assert await anext(lines) == "我"
    os.close(writing)
    os.close(reading)


async def test_a_file_that_can_not_be_written_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(NpcEngineError, match="choose another --out"):
        FileSpeaker(tmp_path / "none" / "a.wav", 16000, "label")


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("  Hello ", Spoken("Hello")),
        (" ", None),
        ("/say  Be quiet ", Command("/say", "Be quiet")),
        ("/quit", Command("/quit", "")),
    ],
)
async def test_a_line_is_understood(line: str, meaning: object) -> None:
    assert understand(line) == meaning


@pytest.mark.parametrize(
    ("argument", "pair"),
    [
        ("safe.open=true", ("safe.open", True)),
        ("gold = 12", ("gold", 12)),
        ("place=the saloon", ("place", "the saloon")),
        ("place=", ("place", None)),
        ("place=null", ("place", None)),
        ('bag=["key", "rope"]', ("bag", ["key", "rope"])),
        ('bag={"key": 1}', ("bag", '{"key": 1}')),
    ],
)
async def test_a_value_of_the_world_keeps_its_kind(argument: str, pair: object) -> None:
    assert world_value(argument) == pair


async def test_the_step_after_the_last_is_done() -> None:
    assert next_beat(["a", "b"], "a", "next") == "b"
    assert next_beat(["a", "b"], "b", "next") == "done"
    assert next_beat(["a", "b"], "done", "next") == "done"
    assert isinstance(next_beat(["find"], "find", "fnd"), Mistake)
