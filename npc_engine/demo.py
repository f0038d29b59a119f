"""Ask the demo town a spoken question through a real server, and keep what comes back.

Uses the public protocol only, as a game would.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from npc_engine.bench.report import STAGES, spoken_row
from npc_engine.client.opening import opening
from npc_engine.client.sound import CardSpeaker, NoSoundDevice
from npc_engine.errors import NpcEngineError
from npc_engine.exchange import Exchange, interview
from npc_engine.localserver import local_server
from npc_engine.microphone import open_microphone
from npc_engine.protocol import (
    AnyServerMessage,
    InputSpeechStopped,
    SessionOpened,
    TranscriptFinal,
    TurnStarted,
    UtteranceStarted,
    UtteranceText,
)
from npc_engine.recordings import QUESTIONS, question
from npc_engine.terminal.display import gap
from npc_engine.wav import write_wav

PERSONA = "deadwood"


@dataclass(frozen=True)
class DemoOptions:
    """What the user asked for."""

    language: str = "en"
    out: Path = Path("npc-engine-out")
    fake: bool = False


async def demo(options: DemoOptions, console: Console) -> Exchange:
    """Run it; leaves `reply.wav`, `cues.json` and `server.log` in `options.out`. Raises `NpcEngineError`."""
    sound = question(options.language)
    folder = _folder(options.out)
    screen = _Screen(console)
    arguments = ["--persona", PERSONA, "--language", options.language, *(["--fake"] if options.fake else [])]
    screen.note("starting a server; loading the models takes a few seconds")
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        async with local_server(arguments, screen.note, log) as server:
            screen.note(f"connected to {server.url}, ready after {server.start_seconds:.1f} s")
            opens = opening(PERSONA, language=options.language)
            async with (
                interview(server.url, opens, screen.show) as asking,
                open_microphone(asking.listen) as microphone,
            ):
                screen.note(f"asking aloud, {sound.duration:.1f} s: {next(iter(QUESTIONS[options.language].values()))}")
                exchange = await asking.ask_aloud(sound, microphone)
    screen.end()
    _keep(exchange, folder, asking.opened.label)
    console.print(timings(exchange))
    screen.note(f"kept in {folder}: {', '.join(sorted(path.name for path in folder.iterdir()))}")
    await _play(exchange, screen)
    return exchange


def timings(exchange: Exchange) -> Table:
    """Where the turn's time went."""
    table = Table("", title="time of the turn", title_justify="left")
    table.add_column("ms", justify="right")
    for stage, time in spoken_row(exchange).items():
        if time is not None:
            table.add_row(STAGES[stage], str(time))
    return table


class _Screen:
    """Prints messages as they come."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._name = ""
        self._color = "default"
        self._in_answer = False
        self._last = ""

    def note(self, text: str) -> None:
        """Say what goes on."""
        self.end()
        self._console.print(Text(text, style="dim"), soft_wrap=True)

    def end(self) -> None:
        """Finish the answer's line, if one was begun."""
        if self._in_answer:
            self._console.print()
        self._in_answer = False

    def show(self, message: AnyServerMessage) -> None:
        """Show what a message means to a reader, if anything."""
        match message:
            case SessionOpened():
                self._name, self._color = message.characters[0].name, message.characters[0].color
                self._console.print(Text(message.label, style="bold"), soft_wrap=True)
            case InputSpeechStopped(at_ms=at):
                self.note(f"the server heard the end of speech at {at / 1000:.2f} s")
            case TranscriptFinal(text=text):
                self._console.print(Text.assemble(("you: ", "bold"), text), soft_wrap=True)
            case TurnStarted():
                self.end()
            case UtteranceStarted():
                self._console.print(Text.assemble((self._name, f"bold {self._color}"), ": "), end="", soft_wrap=True)
                self._in_answer, self._last = True, ""
            case UtteranceText(text=text):
                self._console.print(Text(gap(self._last, text) + text), end="", soft_wrap=True)
                self._console.file.flush()
                self._last = text
            case _:
                pass


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NpcEngineError(f"{path} can not be made ({error.strerror}); choose another folder with --out") from error
    return path


def _keep(exchange: Exchange, folder: Path, label: str) -> None:
    if exchange.sound is None:
        raise NpcEngineError(f"no speech came back; see {folder / 'server.log'}")
    timeline = {
        "label": label,
        "question": exchange.transcript,
        "answer": exchange.text,
        "rate": exchange.rate,
        "duration_ms": round(exchange.sound.duration * 1000),
        "cues": [cue.model_dump(exclude_none=True) for cue in exchange.cues],
    }
    try:
        write_wav(folder / "reply.wav", exchange.sound, label)
        text = json.dumps(timeline, ensure_ascii=False, indent=2)
        (folder / "cues.json").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise NpcEngineError(f"{error.filename} can not be written ({error.strerror}); choose another --out") from error


async def _play(exchange: Exchange, screen: _Screen) -> None:
    assert exchange.sound is not None
    try:
        speaker = CardSpeaker(exchange.sound.rate)
    except NoSoundDevice as missing:
        screen.note(f"not played: {missing}")
        return
    try:
        speaker.play(0, exchange.sound.pcm, exchange.sound.rate)
        while speaker.played(0) < len(exchange.sound.pcm) // 2:
            await asyncio.sleep(0.1)
    finally:
        speaker.close()
