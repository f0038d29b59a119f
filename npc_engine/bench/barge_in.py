"""Measure barge-in: a real server, a client that plays in real time, and sounds in its microphone while a reply plays.

Every case has a session of its own. A player's words must stop the reply; coughs, signs of listening and the reply's
own echo must not. The client stops its loudspeaker when `utterance.completed` says so, and not before.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

from npc_engine import __version__
from npc_engine.bench.barge_in_cases import Case, Speak, cases
from npc_engine.bench.barge_in_report import BargeInReport, Outcome
from npc_engine.bench.barge_in_room import Loudspeaker, Room
from npc_engine.bench.machine import load, machine
from npc_engine.client import Client, ReceivedAudio
from npc_engine.compose import engines_for
from npc_engine.config import Config
from npc_engine.errors import EngineUnavailable
from npc_engine.exchange import opening
from npc_engine.localserver import Note, local_server
from npc_engine.protocol import (
    AnyServerMessage,
    Error,
    PlaybackReport,
    Say,
    TranscriptFinal,
    TurnStarted,
    UtteranceCompleted,
    UtteranceStarted,
)
from npc_engine.wav import Sound

PERSONA = "deadwood"
WATCHED = 3.0
"""Seconds behind a sound in which it may still stop the reply: endpointing and a slow recognition take less."""
AFTERWARDS = 1.5
"""Seconds behind a reply in which its echo may still be taken for a line of the player, and late audio may come."""
LONGEST = 40.0
"""Seconds of one case. No reply is longer."""
_REPORT_EVERY = 5
"""Frames of 20 ms between two reports of playback."""


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    harmless: int = 102
    """Sounds that must not stop a reply; `barge_in_cases` says what comes beside them."""
    seed: int = 1
    config: Config = field(default_factory=Config)
    server: tuple[str, ...] = ()
    """Further arguments of `npc-engine serve`."""
    fake: bool = False


async def measure(plan: Plan, note: Note) -> BargeInReport:
    """Start a server and run the plan. Raises `NpcEngineError`."""
    async with _voice(plan) as speak:
        chosen = await cases(plan.harmless, plan.seed, speak)
    before = load()
    async with local_server(("--persona", PERSONA, *plan.server), note) as server:
        outcomes = []
        for number, case in enumerate(chosen, start=1):
            outcomes.append(await _try(server.url, case))
            note(f"{number} of {len(chosen)}: {outcomes[-1]}")
    return BargeInReport(__version__, machine(), plan.seed, before, load(), outcomes)


@asynccontextmanager
async def _voice(plan: Plan) -> AsyncIterator[Speak]:
    """The English voice of the configuration, in a process that ends before anything is measured."""
    speaker = engines_for(plan.config, plan.fake, ("en",)).voices.pick("en")

    async def speak(text: str, speed: float) -> Sound:
        speech = await speaker.worker.call("synthesise", text, "en", speaker.voice, speed)
        return Sound(speech.pcm, speech.rate)

    await speaker.worker.start()
    try:
        yield speak
    finally:
        await speaker.worker.stop()


async def _try(url: str, case: Case) -> Outcome:
    async with Client.connect(url, opening(PERSONA, "en", seed=1)) as client:
        listener = Listener(case, client)
        await client.send(Say(actor_id=PERSONA, text=case.reply))
        reading = asyncio.create_task(listener.read())
        try:
            async with asyncio.timeout(LONGEST):
                await listener.room.run(listener.tick)
        except TimeoutError:
            raise EngineUnavailable(f"no end of a reply within {LONGEST:.0f} s; the server's log says why") from None
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
        return listener.outcome()


class Listener:
    """The client of one case: plays what comes, makes the case's sound when it is time, and takes notes."""

    def __init__(self, case: Case, client: Client) -> None:
        self.loudspeaker = Loudspeaker()
        self.room = Room(self.loudspeaker, client.send_audio, case.path)
        self._case = case
        self._client = client
        self._ticks = count(1)
        self._utterance: int | None = None
        self._rate = 0
        self._audio_at: list[float] = []
        self._completed: UtteranceCompleted | None = None
        self._completed_at = 0.0
        self._silent_at = 0.0
        self._waited = 0.0
        self._transcript = ""
        self._turns = 0
        self._late = 0

    async def read(self) -> None:
        """Take what comes until cancelled."""
        async for item in self._client:
            self.take(item, time.monotonic())

    def take(self, item: AnyServerMessage | ReceivedAudio, at: float) -> None:
        """Note what came."""
        match item:
            case Error():
                raise EngineUnavailable(f"the server answered with an error: {item.message}")
            case ReceivedAudio() if item.utterance == self._utterance:
                self._late += self._completed is not None
                self._audio_at.append(at)
                self.loudspeaker.add(item.pcm, self._rate)
            case TurnStarted():
                self._turns += 1
            case TranscriptFinal():
                self._transcript = item.text
            case UtteranceStarted() if self._utterance is None:
                self._utterance, self._rate = item.utterance, item.rate or 0
            case UtteranceCompleted() if item.utterance == self._utterance:
                self._completed, self._completed_at = item, at
                self._waited = self.loudspeaker.waited
                self._silent_at = self.loudspeaker.silent_at or at
                self.loudspeaker.stop(at)

    async def tick(self, at: float) -> bool:
        """A frame has passed: make the sound, report the playback. Whether the case is over."""
        case, room = self._case, self.room
        if case.sound and room.onset is None and self.loudspeaker.played >= case.moment:
            room.play(case.sound)
        if case.reports and self._utterance and not self._completed and next(self._ticks) % _REPORT_EVERY == 0:
            samples = round(self.loudspeaker.played * self._rate)
            await self._client.send(PlaybackReport(utterance=self._utterance, samples=samples, state="playing"))
        if self._completed:
            return at >= self._completed_at + AFTERWARDS
        return room.quiet_since is not None and at >= room.quiet_since + WATCHED

    def outcome(self) -> Outcome:
        """What the notes say."""
        case, onset, ended = self._case, self.room.onset, self._completed
        interrupted = ended is not None and ended.reason == "interrupted"
        stopped = interrupted and onset is not None
        return Outcome(
            kind=case.kind,
            name=case.name,
            moment=round(case.moment, 2),
            reports=case.reports,
            echo_db=round(case.path.decibels, 1) if case.path else None,
            echo_delay=round(case.path.delay, 3) if case.path else None,
            interrupted=interrupted,
            too_early=interrupted and case.sound is not None and onset is None,
            answered=self._turns > 1,
            transcript=self._transcript,
            heard_text=ended.heard_text if ended else "",
            last_audio_ms=_ms(max(self._audio_at), onset) if stopped else None,
            completed_ms=_ms(self._completed_at, onset) if stopped else None,
            silent_ms=_ms(self._silent_at, onset) if stopped else None,
            paused_ms=round(1000 * (self._waited if ended else self.loudspeaker.waited)),
            late_frames=self._late,
        )


def _ms(at: float, onset: float | None) -> int | None:
    """From the onset of the sound; 0 for what was over before it."""
    return None if onset is None else max(0, round((at - onset) * 1000))
