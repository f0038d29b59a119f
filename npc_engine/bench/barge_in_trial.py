"""Try one case of the barge-in benchmark in audio time: a whole session, the real ears and voice, no server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from npc_engine.audio import resample
from npc_engine.bench.audio_time import Timed
from npc_engine.bench.barge_in_cases import Case
from npc_engine.bench.barge_in_listener import Listener
from npc_engine.bench.barge_in_report import Outcome
from npc_engine.client import ReceivedAudio
from npc_engine.engines.base import Speech
from npc_engine.engines.base import Timed as Spoken
from npc_engine.ensemble import Engines, Voices
from npc_engine.exchange import opening
from npc_engine.frames import AudioFrame
from npc_engine.persona.model import Persona
from npc_engine.protocol import AnyClientMessage, AnyServerMessage
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
    loop = asyncio.get_running_loop()
    session = Session(f"case {number}", opening(persona, "en", seed=1), personas, engines, clock=loop.time)
    line = _Line(session)
    listener = Listener(case, line.send, line.send_audio)
    running = asyncio.create_task(session.run())
    reading = asyncio.create_task(listener.read(line.items()))
    try:
        async with asyncio.timeout(LONGEST):
            await listener.run(persona)
    finally:
        for task in (running, reading):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    return listener.outcome()


class _Line:
    """A client's connection without a network."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def send(self, message: AnyClientMessage) -> None:
        self._session.receive(message)

    async def send_audio(self, pcm: bytes) -> None:
        self._session.receive_audio(pcm)

    async def items(self) -> AsyncIterator[AnyServerMessage | ReceivedAudio]:
        async for frame in self._session.outbox.frames():
            if isinstance(frame, AudioFrame):
                yield ReceivedAudio(frame.utterance, frame.first_sample, frame.pcm)
            else:
                yield frame
