"""Recognise speech with Whisper on CTranslate2, through windows far shorter than the 30 seconds that it pads to.

The encoder's time grows with its window, and a turn is mostly a few seconds long. What the shorter window costs in
repeats is caught by `repeats`. Knows nothing about streams: an utterance goes in whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
import numpy.typing as npt
import opencc
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from npc_engine.engines.base import Cancelled, Transcript, never
from npc_engine.engines.repeats import collapse, first_plausible, is_suspicious
from npc_engine.errors import ModelDamaged, ModelMissing

Samples = npt.NDArray[np.float32]

RATE = 16000
WINDOWS = (10, 15, 30)
"""Seconds. Below 8 the error rate rises tenfold; 30 is what the model was trained on."""
_MARGIN = 1.0
"""Seconds of silence that the window leaves after the speech."""
_LONGEST = 29.0
"""Seconds; longer speech is cut at its quietest point in the last `_CUT_ZONE` seconds before."""
_CUT_ZONE = 8.0
_QUIET = 0.2
"""Seconds of the pause that is looked for there."""
_SILENT_PEAK = 0.001
"""Amplitude below which there is nothing to recognise."""
_NO_SPEECH = 0.4
_UNSURE, _GUESSING = -0.8, -1.5
"""No speech: the model says so and is unsure of its words or repeats them, or they are guesses (mean log-probability).

Silence, noise, hum and clicks lie above 0.44 and below -1.3, short synthetic sentences below 0.1 and above -0.4.
"""
_TOKENS_PER_SECOND = 14
"""More than the fastest talker's; ends a loop early."""
_HOTWORD_TOKENS = 48
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "km"})
_FILES = ("model.bin", "config.json", "tokenizer.json")


@dataclass(frozen=True)
class _Heard:
    tokens: list[int]
    """Empty when nothing was said."""
    language: str
    ended: bool = True
    """Whether the model came to an end by itself."""


class WhisperRecogniser:
    """One model, shared by all sessions. Chinese comes in simplified characters."""

    def __init__(
        self,
        path: Path,
        threads: int,
        compute_type: str = "int8",
        device: str = "cpu",
        windows: tuple[int, ...] = WINDOWS,
        concurrency: int = 1,
    ) -> None:
        """Load the CTranslate2 model in the folder `path` and run it once. Raises ModelMissing or ModelDamaged.

        Speech is heard through the first of `windows` (seconds, shortest first) that it fits in. So many calls as
        `concurrency` says run at the same time, each on `threads` threads: on two cores, two of them on one thread each
        take 0.16 to 0.22 s together, and one on two threads 0.19 s for itself.
        """
        missing = [name for name in _FILES if not (path / name).is_file()]
        if missing:
            raise ModelMissing(
                f"no speech recogniser in {path} (lacks {', '.join(missing)}); run: npc-engine models pull whisper-base"
            )
        try:
            self._model = WhisperModel(
                str(path), device=device, compute_type=compute_type, cpu_threads=threads, num_workers=concurrency
            )
        except (RuntimeError, ValueError) as error:
            raise ModelDamaged(
                f"the speech recogniser in {path} can't be loaded ({error}); run: npc-engine models verify"
            ) from error
        self._simplified = opencc.OpenCC("t2s")
        self._windows = windows
        self.concurrency = concurrency
        self._listen(np.zeros(RATE, np.float32), windows[0], None, ())

    def transcribe(
        self, pcm: bytes, language: str | None, hotwords: Sequence[str], cancelled: Cancelled = never
    ) -> Transcript:
        """Recognise 16 kHz s16le mono `pcm`. Silence and noise give an empty text.

        `language` is an ISO 639-1 code; None, or one that the model doesn't know, detects it. When nothing was said
        and no language was given, the language is empty too. `cancelled` is asked before each half of the work, which
        nothing else can stop.
        """
        audio = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float32) / np.float32(32768)
        known = language if language in self._model.supported_languages else None
        texts: list[str] = []
        for piece in _pieces(audio):
            heard = self._recognise(piece, known, hotwords, cancelled)
            if heard.tokens:
                known = heard.language
                texts.append(self._text(heard))
        joint = "" if known in _UNSPACED else " "
        return Transcript(joint.join(texts), known or language or "")

    def _recognise(self, audio: Samples, language: str | None, hotwords: Sequence[str], cancelled: Cancelled) -> _Heard:
        if not len(audio) or np.abs(audio).max() < _SILENT_PEAK:
            return _Heard([], language or "")
        needed = math.ceil(len(audio) / RATE + _MARGIN)
        windows = sorted({min(max(needed, window), self._windows[-1]) for window in self._windows})
        return first_plausible(
            windows,
            lambda window: self._listen(audio, window, language, hotwords, cancelled),
            lambda heard: heard.tokens,
        )

    def _listen(
        self, audio: Samples, window: int, language: str | None, hotwords: Sequence[str], cancelled: Cancelled = never
    ) -> _Heard:
        if cancelled():
            return _Heard([], language or "")
        padded = np.zeros(window * RATE, np.float32)
        padded[: len(audio)] = audio
        encoded = self._model.encode(self._model.feature_extractor(padded, padding=0))
        language = language or self._detect(encoded)
        if cancelled():
            return _Heard([], language)
        budget = 16 + int(len(audio) / RATE * _TOKENS_PER_SECOND)
        heard = self._decode(encoded, language, hotwords, budget)
        if hotwords and not heard.tokens:  # they sometimes talk the model out of what it heard
            heard = self._decode(encoded, language, (), budget)
        return heard

    def _decode(self, encoded: ctranslate2.StorageView, language: str, hotwords: Sequence[str], budget: int) -> _Heard:
        prompt = self._prompt(language, hotwords)
        budget = min(budget, self._model.max_length - len(prompt))
        result = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=1,
            suppress_blank=True,
            max_length=len(prompt) + budget,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens, certainty = result.sequences_ids[0], result.scores[0]
        doubtful = certainty < _UNSURE or is_suspicious(tokens)
        silent = certainty < _GUESSING or (doubtful and result.no_speech_prob > _NO_SPEECH)
        return _Heard([] if silent else tokens, language, ended=len(tokens) < budget)

    def _detect(self, encoded: ctranslate2.StorageView) -> str:
        if not self._model.model.is_multilingual:
            return "en"
        ranked: list[str] = [token[2:-2] for token, _ in self._model.model.detect_language(encoded)[0]]
        return next(code for code in ranked if len(code) == 2)

    def _prompt(self, language: str, hotwords: Sequence[str]) -> list[int]:
        tokenizer = self._tokenizer(language)
        preferred: list[int] = []
        for number, word in enumerate(hotwords):
            tokens = tokenizer.encode(f", {word}" if number else f" {word}")
            if len(preferred) + len(tokens) > _HOTWORD_TOKENS:
                break
            preferred += tokens
        before = [tokenizer.sot_prev, *preferred] if preferred else []
        return [*before, *tokenizer.sot_sequence, tokenizer.no_timestamps]

    def _text(self, heard: _Heard) -> str:
        tokens = heard.tokens if heard.ended else collapse(heard.tokens)
        text = str(self._tokenizer(heard.language).decode(tokens)).strip()
        if heard.language == "zh":
            text = str(self._simplified.convert(text))
        return text

    def _tokenizer(self, language: str) -> Tokenizer:
        multilingual = self._model.model.is_multilingual
        return Tokenizer(self._model.hf_tokenizer, multilingual, task="transcribe", language=language)


def _pieces(audio: Samples) -> Iterator[Samples]:
    """Cut audio that is longer than a window at quiet points."""
    longest, zone, quiet = (round(seconds * RATE) for seconds in (_LONGEST, _CUT_ZONE, _QUIET))
    while len(audio) > longest:
        energy = np.convolve(audio[longest - zone : longest] ** 2, np.ones(quiet), "valid")
        cut = longest - zone + int(np.argmin(energy)) + quiet // 2
        yield audio[:cut]
        audio = audio[cut:]
    yield audio
