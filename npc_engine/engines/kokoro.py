"""Speak Chinese, Japanese and English through Kokoro-82M v1.0, with words and visemes exact to the sample.

The model decides how many frames each phoneme lasts; that tensor is made an output when the model is loaded.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from npc_engine.engines.base import Speech
from npc_engine.engines.kokoro_text import Spoken, spoken
from npc_engine.engines.onnx_session import BROKEN_MODEL, cpu_session, exposing
from npc_engine.engines.timeline import Phone, Samples, speech
from npc_engine.errors import ModelDamaged, ModelMissing

RATE = 24000
_FRAME = 600
"""Samples per frame of the model's durations."""
_DURATIONS = "/encoder/Round_output_0"
_MOST_TOKENS = 508
"""Of the model's 510, two pad the ends."""
_PAD = 0
_WARM_UP = "你好。"


_DAMAGED: tuple[type[Exception], ...] = (*BROKEN_MODEL, ValueError, KeyError, zipfile.BadZipFile)


class _Vocabulary(BaseModel):
    vocab: dict[str, int]


@dataclass
class _Batch:
    """What one run of the model speaks."""

    phones: list[tuple[str, int | None]] = field(default_factory=list)
    """Each phoneme with the index of its word."""


class KokoroSynthesiser:
    """One model with many voices. One call at a time."""

    def __init__(self, model: Path, voices: Path, vocabulary: Path, threads: int) -> None:
        """Load the `.onnx` model, the `.npz` of voices and the `.json` of phonemes, and speak a word to warm up.

        Raises ModelMissing or ModelDamaged.
        """
        for path in (model, voices, vocabulary):
            if not path.is_file():
                raise ModelMissing(f"the Kokoro file {path} is missing; run: npc-engine models pull kokoro")
        try:
            self._session = cpu_session(exposing(model.read_bytes(), _DURATIONS), threads)
            self._ids = _Vocabulary.model_validate_json(vocabulary.read_bytes()).vocab
            self._voices = _read_voices(voices)
        except _DAMAGED as error:
            raise ModelDamaged(
                f"Kokoro can't be loaded from {model.parent} ({error}); run: npc-engine models verify"
            ) from error
        self.synthesise(_WARM_UP, "zh", next(iter(self._voices)), 1.0)

    @property
    def voices(self) -> tuple[str, ...]:
        """Names of the voices. Each speaks every language, with the accent of its own."""
        return tuple(self._voices)

    def synthesise(self, text: str, language: str, voice: str, speed: float) -> Speech:
        """Speak `text` in `zh`, `ja` or `en`. Raises ModelMissing for an unknown voice."""
        if voice not in self._voices:
            raise ModelMissing(f"Kokoro has no voice '{voice}'; it has: {', '.join(self._voices)}")
        parts = spoken(text, language)
        phones: list[Phone] = []
        pieces: list[Samples] = []
        for batch in self._batches(parts):
            audio, counts = self._run(batch, voice, speed)
            pieces.append(audio)
            symbols = [("^", None), *batch.phones, ("$", None)]
            phones += [Phone(symbol, count, word) for (symbol, word), count in zip(symbols, counts, strict=True)]
        audio = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        return speech(audio, RATE, phones, [word for word, _ in parts if word is not None] if pieces else [])

    def _batches(self, parts: Sequence[Spoken]) -> Iterator[_Batch]:
        """Phonemes that the model knows, cut after punctuation where they are too many for one run."""
        batch, clause, number = _Batch(), _Batch(), -1
        for word, phonemes in parts:
            number += word is not None
            known = [(symbol, number if word is not None else None) for symbol in phonemes if symbol in self._ids]
            if len(batch.phones) + len(clause.phones) + len(known) > _MOST_TOKENS:
                full, batch = (batch, _Batch()) if batch.phones else (clause, _Batch())
                clause = clause if full is not clause else _Batch()
                yield full
            clause.phones += known[:_MOST_TOKENS]
            if word is None and phonemes != " ":
                batch.phones += clause.phones
                clause = _Batch()
        batch.phones += clause.phones
        if any(word is not None for _, word in batch.phones):
            yield batch

    def _run(self, batch: _Batch, voice: str, speed: float) -> tuple[Samples, list[int]]:
        """Audio, and the samples of the pad, each phoneme, and the pad, which add up to it."""
        tokens = [_PAD, *(self._ids[symbol] for symbol, _ in batch.phones), _PAD]
        styles = self._voices[voice]
        audio, frames = self._session.run(
            None,
            {
                "tokens": np.array([tokens], np.int64),
                "style": styles[min(len(batch.phones), len(styles)) - 1],
                "speed": np.array([speed], np.float32),
            },
        )
        return np.asarray(audio, np.float32).ravel(), (np.maximum(frames.ravel(), 1).astype(int) * _FRAME).tolist()


def _read_voices(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Per voice, the style vector for each number of phonemes: shape (510, 1, 256)."""
    with np.load(path) as stored:
        return {name: stored[name].astype(np.float32).reshape(-1, 1, 256) for name in stored.files}
