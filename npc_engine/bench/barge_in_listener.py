"""The client of one barge-in case: plays what comes, makes the case's sound when it is time, and takes notes.

It stops its loudspeaker when `utterance.completed` says so, and not before. Time is that of its event loop.
"""

from __future__ import annotations

import asyncio
from itertools import count

from npc_engine.bench.barge_in_cases import Case
from npc_engine.bench.barge_in_report import Outcome
from npc_engine.bench.barge_in_room import Loudspeaker, Room
from npc_engine.client import Away, Game, Item, ReceivedAudio
from npc_engine.errors import EngineUnavailable
from npc_engine.protocol import (
    Error,
    PlaybackReport,
    Say,
    TranscriptFinal,
    TurnStarted,
    UtteranceCompleted,
    UtteranceStarted,
)

WATCHED = 3.0
"""Seconds behind a sound in which it may still stop the reply: endpointing and a slow recognition take less."""
AFTERWARDS = 1.5
"""Seconds behind a reply in which its echo may still be taken for a line of the player, and late audio may come."""
_REPORT_EVERY = 5
"""Frames of 20 ms between two reports of playback."""


class Listener:
    """State of the client."""

    def __init__(self, case: Case, game: Game) -> None:
        """Of a game that is not entered yet."""
        self.loudspeaker = Loudspeaker()
        self.room = Room(self.loudspeaker, self._listen, case.path, case.noise)
        self._case = case
        self._game = game
        game.on(object, self._take)
        self._problem: str | None = None
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

    async def run(self, actor_id: str) -> None:
        """Let the character say the case's reply, and live through it. Raises `EngineUnavailable`."""
        self._game.send(Say(actor_id=actor_id, text=self._case.reply))
        await self.room.run(self._tick)

    async def _listen(self, pcm: bytes) -> None:
        self._game.send_audio(pcm)

    def _take(self, item: Item) -> None:
        """Note what came."""
        at = asyncio.get_running_loop().time()
        match item:
            case Error(message=problem) | Away(reason=problem):
                self._problem = self._problem or problem
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

    async def _tick(self, at: float) -> bool:
        """A frame has passed: make the sound, report the playback. Whether the case is over."""
        if self._problem:
            raise EngineUnavailable(f"the server answered with an error: {self._problem}")
        case, room = self._case, self.room
        if case.sound and room.onset is None and self.loudspeaker.played >= case.moment:
            room.play(case.sound)
        if case.reports and self._utterance and not self._completed and next(self._ticks) % _REPORT_EVERY == 0:
            samples = round(self.loudspeaker.played * self._rate)
            self._game.send(PlaybackReport(utterance=self._utterance, samples=samples, state="playing"))
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
