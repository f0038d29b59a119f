"""Measure what the recogniser's short windows cost in words, and whether it hears words where nothing is said.

Every recording goes once through the windows that a server uses and once through 30 seconds, which Whisper was trained
on; the same words are expected of both. Sounds without speech go through the server's windows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from npc_engine.bench import corpora, corpora_fake
from npc_engine.bench.corpora import Note, Recording
from npc_engine.bench.machine import Machine, load, machine
from npc_engine.bench.recognition_sounds import KINDS, sounds
from npc_engine.bench.recognition_words import Errors, count_errors, normaliser
from npc_engine.bench.statistics import percentile
from npc_engine.compose import Ears
from npc_engine.core.endpointing import Endpointing, SpeechStopped
from npc_engine.process import EngineSpec
from npc_engine.worker import Worker

SEED = 1
_PIECE = 6400
"""Bytes of audio per call to voice activity."""


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    sounds: int = 20
    """Of each kind."""
    sentences: int | None = None
    """At most, of each corpus; None for all."""
    fake: bool = False


@dataclass(frozen=True)
class Heard:
    """What both windows made of one recording."""

    corpus: str
    expected: str
    short: str
    whole: str
    short_seconds: float
    whole_seconds: float


@dataclass(frozen=True)
class CorpusResult:
    """Of one corpus."""

    sentences: int
    short: Errors
    whole: Errors
    short_ms: float
    whole_ms: float
    """Median time of a call."""

    @property
    def gap(self) -> float:
        """Points of word error rate that the short windows are worse."""
        return 100 * (self.short.rate - self.whole.rate)


@dataclass(frozen=True)
class SoundResult:
    """Of one kind of sound without speech."""

    count: int
    let_through: int
    """In how many voice activity finds an utterance: in a server, only these are recognised."""
    texts: list[str] = field(default_factory=list)
    """What was understood where nothing was said, of all sounds."""


@dataclass(frozen=True)
class RecognitionReport:
    """All that `bench recognition` found."""

    machine: Machine
    load_before: float
    load_after: float
    corpora: dict[str, CorpusResult]
    sounds: dict[str, SoundResult]
    heard: list[Heard]


async def measure(plan: Plan, ears: Ears, note: Note) -> RecognitionReport:
    """Fetch the recordings and run the plan. Raises `NpcEngineError`."""
    before = load()
    normalise = normaliser()
    spoken = [*corpora.novel(note), *corpora.prompts(note)] if not plan.fake else corpora_fake.recordings()
    music = corpora.music(note) if not plan.fake else corpora_fake.recordings()
    async with AsyncExitStack() as stack:
        short, whole, activity = [
            await started(spec, stack) for spec in (ears.recogniser, ears.whole, ears.voice_activity)
        ]
        note(f"recognising {len(spoken)} recordings, each through both windows")
        heard = [await _hear_both(each, short, whole) for each in _first(spoken, plan.sentences)]
        found: dict[str, SoundResult] = {}
        for kind in KINDS:
            note(f"listening to {kind}")
            found[kind] = await _hear_sounds(list(sounds(kind, plan.sounds, SEED, spoken, music)), short, activity)
    names = dict.fromkeys(each.corpus for each in heard)
    by_corpus = {name: result([each for each in heard if each.corpus == name], normalise) for name in names}
    return RecognitionReport(machine(), before, load(), {**by_corpus, "all": result(heard, normalise)}, found, heard)


def result(heard: Sequence[Heard], normalise: Callable[[str], str]) -> CorpusResult:
    """Errors of both windows over all of `heard`, which is not empty."""
    return CorpusResult(
        len(heard),
        count_errors(((each.expected, each.short) for each in heard), normalise),
        count_errors(((each.expected, each.whole) for each in heard), normalise),
        1000 * percentile([each.short_seconds for each in heard], 0.5),
        1000 * percentile([each.whole_seconds for each in heard], 0.5),
    )


def _first(recordings: Sequence[Recording], count: int | None) -> list[Recording]:
    names = dict.fromkeys(each.corpus for each in recordings)
    return [each for name in names for each in [one for one in recordings if one.corpus == name][:count]]


async def started(spec: EngineSpec, stack: AsyncExitStack) -> Worker:
    """A worker that is stopped when `stack` closes. Raises what its engine raises."""
    worker = Worker(spec)
    await worker.start()
    stack.push_async_callback(worker.stop)
    return worker


async def _hear_both(recording: Recording, short: Worker, whole: Worker) -> Heard:
    (short_text, short_seconds), (whole_text, whole_seconds) = (
        await _transcribe(short, recording.pcm),
        await _transcribe(whole, recording.pcm),
    )
    expected = recording.text or ""
    return Heard(recording.corpus, expected, short_text, whole_text, short_seconds, whole_seconds)


async def _transcribe(worker: Worker, pcm: bytes) -> tuple[str, float]:
    began = time.perf_counter()
    transcript = await worker.call("transcribe", pcm, "en", ())
    return transcript.text, time.perf_counter() - began


async def _hear_sounds(pieces: Sequence[bytes], recogniser: Worker, activity: Worker) -> SoundResult:
    texts = [(await _transcribe(recogniser, pcm))[0] for pcm in pieces]
    through = [await _is_utterance(pcm, activity, str(number)) for number, pcm in enumerate(pieces)]
    return SoundResult(len(pieces), sum(through), [text for text in texts if text])


async def _is_utterance(pcm: bytes, activity: Worker, stream: str) -> bool:
    """Whether a server would take it for speech."""
    scores: list[float] = []
    for start in range(0, len(pcm), _PIECE):
        scores += await activity.call("score", stream, pcm[start : start + _PIECE])
    await activity.call("close", stream)
    endpointing, window = Endpointing(), 0.032
    ends = [endpointing.hear(number * window, window, score) for number, score in enumerate(scores)]
    return bool(endpointing.flush(len(scores) * window)) or any(isinstance(end, SpeechStopped) for end in ends)
