"""Find out where the words of recorded lines are, by Whisper's attention. Slow: what was found is kept in the cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel

from npc_engine.bench.corpora import Note, Recording
from npc_engine.bench.endpointing_material import Line

_LEAST_WORDS = 3
"""Shorter lines have no room for a pause, and may be cries."""
_SENTENCE_END = ".?!"


@dataclass(frozen=True)
class Word:
    """As it was recognised, with its marks."""

    text: str
    start: float
    end: float
    """Seconds."""


def with_words(recordings: Sequence[Recording], model: Path, threads: int, cache: Path, note: Note) -> list[Line]:
    """The recordings in which at least `_LEAST_WORDS` words are recognised."""
    cache.mkdir(parents=True, exist_ok=True)
    loaded: WhisperModel | None = None
    lines = []
    for number, recording in enumerate(recordings):
        kept = cache / f"{hashlib.sha256(recording.pcm).hexdigest()[:32]}.json"
        if not kept.exists():
            loaded = loaded or WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=threads)
            kept.write_text(json.dumps([asdict(word) for word in _recognised(loaded, recording)]), encoding="utf-8")
        words = [Word(**word) for word in json.loads(kept.read_text(encoding="utf-8"))]
        if len(words) >= _LEAST_WORDS:
            lines.append(line(recording, words))
        if number % 50 == 49:
            note(f"the words of {number + 1} of {len(recordings)} lines are known")
    return lines


def line(recording: Recording, words: Sequence[Word]) -> Line:
    """The gaps between words that no sentence's end separates, and the ends of all sentences but the last."""
    pairs = list(pairwise(words))
    inner = [(word, following) for word, following in pairs if word.text[-1:] not in _SENTENCE_END]
    ends = [word.end for word, _ in pairs if word.text[-1:] in _SENTENCE_END]
    return Line(recording, tuple((word.end + following.start) / 2 for word, following in inner), tuple(ends))


def _recognised(model: WhisperModel, recording: Recording) -> list[Word]:
    samples = np.frombuffer(recording.pcm, "<i2").astype(np.float32) / np.float32(32768)
    segments, _ = model.transcribe(samples, language="en", beam_size=1, word_timestamps=True)
    words = [word for segment in segments for word in segment.words or []]
    return [Word(word.word.strip(), float(word.start), float(word.end)) for word in words]
