"""What a server's engines say of a spoken turn, window by window and pause by pause. Decides nothing.

The engines hear everything once, at every moment of a pause at which a policy may want to ask them; every policy is
then tried on the same traces. What was heard is kept in the cache: hearing is all that takes time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from npc_engine.audio import BYTES, RATE, level
from npc_engine.bench.endpointing_material import Kind, SpokenTurn
from npc_engine.core.endpointing import ROUNDING, Endpointing, EndpointingSettings, SpeechStarted
from npc_engine.core.patience import FOR_EVER
from npc_engine.core.utterance import Utterance
from npc_engine.worker import Worker

WINDOW = 0.032
"""Seconds that voice activity scores at once."""
JUDGED_AFTER = (0.096, 0.16, 0.32, 0.64, 1.28)
"""Seconds of silence, whole windows, after which the end-of-turn model is asked."""
_HEARD = 8.0
"""Seconds that the end-of-turn model hears."""
_PATIENT = EndpointingSettings(waits=FOR_EVER)
"""Nothing ends an utterance: all its pauses are met."""


@dataclass(frozen=True)
class Judged:
    """A judgement, and the audio time at which it was asked for."""

    asked: float
    probability: float


@dataclass(frozen=True)
class Transcribed:
    """A transcript, and the audio time at which it was asked for."""

    asked: float
    text: str


@dataclass(frozen=True)
class Heard:
    """What the engines say of a turn's audio."""

    scores: Sequence[float]
    levels: Sequence[float]
    """Of voice activity, and decibels, a window each."""
    judgements: Sequence[Judged]
    transcripts: Sequence[Transcribed]
    """Of each pause, begun in its first quiet window as by a server."""


@dataclass(frozen=True)
class Trace:
    """A turn as the engines hear it."""

    corpus: str
    name: str
    kind: Kind
    heard: Heard
    end: float
    """Seconds of audio: the truth."""
    pauses: int
    sentence_ends: tuple[float, ...]

    @property
    def seconds(self) -> float:
        """How long the audio is."""
        return len(self.heard.scores) * WINDOW


@dataclass(frozen=True)
class Engines:
    """The workers that listen, started."""

    voice_activity: Worker
    recogniser: Worker
    turn_judge: Worker
    names: tuple[str, ...] = ()
    """Of their models: what one of them heard is not what another one would."""


async def trace(turn: SpokenTurn, engines: Engines, cache: Path | None = None) -> Trace:
    """Let the engines hear the turn, or read in `cache` what they heard. Raises what they raise."""
    kept = cache / f"{_key(turn, engines)}.json" if cache else None
    if kept and kept.exists():
        heard = _read(kept.read_text(encoding="utf-8"))
    else:
        heard = await _hear(turn, engines)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(asdict(heard)), encoding="utf-8")
    return Trace(turn.corpus, turn.name, turn.kind, heard, turn.end, turn.pauses, turn.sentence_ends)


def _key(turn: SpokenTurn, engines: Engines) -> str:
    return hashlib.sha256(turn.pcm + repr((engines.names, JUDGED_AFTER)).encode()).hexdigest()[:32]


def _read(text: str) -> Heard:
    found = json.loads(text)
    judgements = [Judged(**each) for each in found["judgements"]]
    return Heard(found["scores"], found["levels"], judgements, [Transcribed(**each) for each in found["transcripts"]])


async def _hear(turn: SpokenTurn, engines: Engines) -> Heard:
    stream = f"{turn.corpus} {turn.name} {turn.kind}"
    scores: list[float] = await engines.voice_activity.call("score", stream, turn.pcm)
    await engines.voice_activity.call("close", stream)
    levels = [level(_between(turn.pcm, at * WINDOW, (at + 1) * WINDOW)) for at in range(len(scores))]
    judgements, transcripts = list[Judged](), list[Transcribed]()
    for pause in _pauses(scores, levels):
        if not transcripts or transcripts[-1].asked < pause.quiet:
            said = _between(turn.pcm, pause.start, pause.quiet + WINDOW)
            transcript = await engines.recogniser.call("transcribe", said, "en", ())
            transcripts.append(Transcribed(pause.quiet + WINDOW, transcript.text))
        recent = _between(turn.pcm, max(0.0, pause.now - _HEARD), pause.now)
        judgements.append(Judged(pause.now, await engines.turn_judge.call("judge", recent)))
    return Heard(scores, levels, judgements, transcripts)


@dataclass(frozen=True)
class _Pause:
    """A moment of a pause at which the end-of-turn model is asked, in seconds of audio."""

    start: float
    """Of the utterance."""
    quiet: float
    """Since when it is quiet, by level or by voice activity."""
    now: float


def _pauses(scores: Sequence[float], levels: Sequence[float]) -> list[_Pause]:
    endpointing, utterance, quiet = Endpointing(_PATIENT), Utterance(0.0), 0.0
    found = []
    for number, (score, loud) in enumerate(zip(scores, levels, strict=True)):
        now = (number + 1) * WINDOW
        endpoint = endpointing.hear(number * WINDOW, WINDOW, score)
        if isinstance(endpoint, SpeechStarted):
            utterance = Utterance(endpoint.start)
        utterance.hear(now, loud)
        if not utterance.pauses(now, endpointing.last_voiced):
            quiet = now
        if endpointing.speaking and any(abs(endpointing.silence - after) < ROUNDING for after in JUDGED_AFTER):
            found.append(_Pause(utterance.start, quiet, now))
    return found


def _between(pcm: bytes, start: float, end: float) -> bytes:
    return pcm[round(start * RATE) * BYTES : round(end * RATE) * BYTES]
