"""Try one case of the barge-in benchmark in audio time: a whole session, the real ears and voice, no server."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from npc_engine.audio import resample
from npc_engine.bench.audio_time import Timed
from npc_engine.bench.barge_in_cases import Case
from npc_engine.bench.barge_in_listener import Listener
from npc_engine.bench.barge_in_report import Outcome
from npc_engine.client import Game
from npc_engine.client.opening import opening
from npc_engine.engines.base import Speech
from npc_engine.engines.base import Timed as Spoken
from npc_engine.ensemble import Engines, Voices
from npc_engine.inprocess import inprocess
from npc_engine.persona.model import Persona
from npc_engine.session import Session

TAKES = {"score": 0.002, "transcribe": 0.2, "judge": 0.1, "synthesise": 0.08, "generate": 0.3}
"""Seconds of each answer: what they take on two cores that do nothing else."""
LONGEST = 60.0
"""Seconds of one case. No reply is longer."""


class PitchedVoice(Timed):
    """A voice `pitch` times as high, at the same pace."""

    pitch = 1.0

    async def call(self, method: str, *arguments: Any) -> Any:
        """`synthesise`, and the speech raised."""
        text, language, voice, speed = arguments
        speech: Speech = await super().call(method, text, language, voice, speed / self.pitch)
        pcm = resample(speech.pcm, round(speech.rate * self.pitch), speech.rate)
        words, visemes = (tuple(map(self._moved, timed)) for timed in (speech.words, speech.visemes))
        return Speech(pcm, speech.rate, words, visemes)

    def _moved(self, spoken: Spoken) -> Spoken:
        return replace(spoken, start=spoken.start / self.pitch, duration=spoken.duration / self.pitch)


def timed(engines: Engines, home: asyncio.AbstractEventLoop) -> tuple[Engines, PitchedVoice]:
    """The same engines, started on `home`, for audio time; and their voice."""

    def worker(each: Any) -> Timed:
        return Timed(each, home, TAKES)

    (first, *_) = engines.voices.speakers
    voice = PitchedVoice(first.worker, home, TAKES)
    speaker = replace(first, worker=voice)
    return replace(
        engines,
        voice_activity=worker(engines.voice_activity),
        recogniser=worker(engines.recogniser),
        turn_judge=worker(engines.turn_judge) if engines.turn_judge else None,
        language_model=worker(engines.language_model),
        voices=Voices([speaker]),
        deferred=(),
    ), voice


async def attempt(case: Case, persona: str, personas: dict[str, Persona], engines: Engines, number: int) -> Outcome:
    """What becomes of the case. To be called in audio time."""
    opens, loop = opening(persona, language="en", seed=1), asyncio.get_running_loop()
    session = Session(f"case {number}", opens, personas, engines, clock=loop.time)
    game = Game(inprocess(session), opens)
    listener = Listener(case, game)
    async with game, asyncio.timeout(LONGEST):
        await listener.run(persona)
    return listener.outcome()
