"""What a server's engines say of a spoken turn, window by window and pause by pause. Decides nothing.

The engines hear everything once; every policy is then tried on the same traces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from npc_engine.audio import BYTES, RATE
from npc_engine.bench.endpointing_material import Kind, SpokenTurn
from npc_engine.core.endpointing import Endpointing, EndpointingSettings, SpeechStarted
from npc_engine.core.patience import Waits
from npc_engine.worker import Worker

WINDOW = 0.032
"""Seconds that voice activity scores at once."""
ASKED_AFTER = 0.096
"""Seconds of silence after which the words are recognised."""
_HEARD = 8.0
"""Seconds that the end-of-turn model hears."""
_FOR_EVER = 1e6
_PATIENT = EndpointingSettings(min_silence=_FOR_EVER, waits=Waits(shortest=_FOR_EVER, longest=_FOR_EVER))
"""Nothing ends an utterance: all its pauses are met."""


@dataclass(frozen=True)
class Observed:
    """A judgement or a transcript, and the audio time at which it was asked for."""

    asked: float
    value: float | str


@dataclass(frozen=True)
class Trace:
    """A turn as the engines hear it."""

    corpus: str
    name: str
    kind: Kind
    scores: Sequence[float]
    judgements: Sequence[Observed]
    transcripts: Sequence[Observed]
    end: float
    """Seconds of audio: the truth."""
    pauses: int
    sentence_ends: tuple[float, ...]

    @property
    def seconds(self) -> float:
        """How long the audio is."""
        return len(self.scores) * WINDOW


@dataclass(frozen=True)
class Engines:
    """The workers that listen, started."""

    voice_activity: Worker
    recogniser: Worker
    turn_judge: Worker


async def trace(turn: SpokenTurn, engines: Engines) -> Trace:
    """Let the engines hear the turn. Raises what they raise."""
    stream = f"{turn.corpus} {turn.name} {turn.kind}"
    scores: list[float] = await engines.voice_activity.call("score", stream, turn.pcm)
    await engines.voice_activity.call("close", stream)
    endpointing, start, recognised = Endpointing(_PATIENT), 0.0, 0.0
    judgements: list[Observed] = []
    transcripts: list[Observed] = []
    for number, score in enumerate(scores):
        endpoint = endpointing.hear(number * WINDOW, WINDOW, score)
        now = (number + 1) * WINDOW
        if isinstance(endpoint, SpeechStarted):
            start = endpoint.start
        if endpointing.speaking and endpointing.silence >= ASKED_AFTER - 1e-6 and recognised < endpointing.last_voiced:
            recognised = now
            transcript = await engines.recogniser.call("transcribe", _between(turn.pcm, start, now), "en", ())
            transcripts.append(Observed(now, transcript.text))
        if endpointing.wants_judgement:
            heard = _between(turn.pcm, max(0.0, now - _HEARD), now)
            judgements.append(Observed(now, await engines.turn_judge.call("judge", heard)))
            endpointing.judged(0.0)
    return Trace(
        turn.corpus, turn.name, turn.kind, scores, judgements, transcripts, turn.end, turn.pauses, turn.sentence_ends
    )


def _between(pcm: bytes, start: float, end: float) -> bytes:
    return pcm[round(start * RATE) * BYTES : round(end * RATE) * BYTES]
