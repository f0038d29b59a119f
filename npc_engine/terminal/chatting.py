"""Put a chat together: engines, session, sound, and where its lines come from."""

from __future__ import annotations

import asyncio
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from npc_engine import archive
from npc_engine.archive import Archive
from npc_engine.client import Game
from npc_engine.client.opening import opening
from npc_engine.client.sound import CardMicrophone, CardSpeaker
from npc_engine.compose import engines_for
from npc_engine.config import Config
from npc_engine.ensemble import Engines
from npc_engine.inprocess import inprocess
from npc_engine.logbook import begun
from npc_engine.persona.model import Persona
from npc_engine.protocol import AI_LABEL, SessionOpen
from npc_engine.session import Session
from npc_engine.terminal.chat import Chat
from npc_engine.terminal.display import Display
from npc_engine.terminal.lines import piped_lines, typed_lines
from npc_engine.terminal.sound import FileSpeaker, Switch

SPEECH_RATE = 24000
"""Samples per second of what the chat plays or writes, whatever the voice."""


@dataclass(frozen=True)
class ChatOptions:
    """What the user asked for."""

    persona: str
    language: str | None = None
    plain: bool = False
    voice: bool = False
    out: Path | None = None
    mic: bool = False
    fake: bool = False
    seed: int | None = None
    go_on: bool = False


async def chat(options: ChatOptions, config: Config, persona: Persona, display: Display) -> None:
    """Chat on standard input and output until the player leaves. Raises `NpcEngineError`."""
    async with archive.opened(config.stories) as stories:
        speaker = _speaker(options, options.language or persona.languages[0])
        engines = _engines(options, config, persona)
        try:
            await _start(engines, display, options.fake)
            await _talk(options, persona, display, engines, speaker, stories)
        finally:
            await engines.stop()


async def _talk(
    options: ChatOptions,
    persona: Persona,
    display: Display,
    engines: Engines,
    speaker: Switch | None,
    stories: Archive | None,
) -> None:
    opens, personas, seed = _opening(options), {options.persona: persona}, secrets.randbits(32)
    logbook, past = await begun(stories, opens, personas)
    session = Session(secrets.token_hex(8), opens, personas, engines, seed=seed, logbook=logbook, past=past)
    game = Game(inprocess(session), opens, speaker, CardMicrophone() if options.mic else None)
    chat = Chat(session, game, persona, options.language or persona.languages[0], display, speaker)
    with _interrupts(chat, options.plain):
        await chat.run(_lines(display))


def _engines(options: ChatOptions, config: Config, persona: Persona) -> Engines:
    """Real engines where they are used. Text alone needs neither ears nor voice."""
    languages = [options.language] if options.language else persona.languages
    engines = engines_for(config, options.fake, languages)
    unused = engines_for(config, fake=True)
    if not options.voice:
        engines = replace(engines, voices=unused.voices, deferred=())
    if not options.mic:
        engines = replace(engines, voice_activity=unused.voice_activity, recogniser=unused.recogniser)
    return engines


async def _start(engines: Engines, display: Display, fake: bool) -> None:
    quiet = fake or display.plain or not display.aside.is_terminal
    with nullcontext() if quiet else display.aside.status("loading the models, a few seconds"):
        await engines.start()


def _opening(options: ChatOptions) -> SessionOpen:
    return opening(
        [options.persona],
        language=options.language,
        story="continue" if options.go_on else "new",
        seed=options.seed,
        speech=options.voice,
        output_rate=SPEECH_RATE,
    )


def _lines(display: Display) -> AsyncIterator[str]:
    return typed_lines(display.note) if sys.stdin.isatty() else piped_lines(sys.stdin.fileno())


def _speaker(options: ChatOptions, language: str) -> Switch | None:
    if not options.voice:
        return None
    label = AI_LABEL.get(language, AI_LABEL["en"])
    return Switch(FileSpeaker(options.out, SPEECH_RATE, label) if options.out else CardSpeaker(SPEECH_RATE))


@contextmanager
def _interrupts(chat: Chat, plain: bool) -> Iterator[None]:
    """Ctrl-C stops the answer, not the program; in a pipe it ends the program as usual."""
    if plain or not sys.stdin.isatty():
        yield
        return
    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGINT, lambda number, frame: loop.call_soon_threadsafe(chat.interrupt))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def consoles(plain: bool) -> tuple[Console, Console]:
    """For answers and for all else. In a pipe, only answers go to standard output."""
    answers = Console(highlight=False, no_color=plain or None)
    return answers, answers if answers.is_terminal and not plain else Console(stderr=True, highlight=False)
