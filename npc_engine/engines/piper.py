"""Speak through Piper voices, with words and visemes exact to the sample.

A voice tells how many samples each phoneme took; the graph output for it is added in memory when the model is loaded.
Which text is spoken as which phonemes is Piper's business (espeak-ng).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig
from piper.const import BOS, EOS, PAD
from piper.patch_voice_with_alignment import add_alignment_output

from npc_engine.engines.base import Speech
from npc_engine.engines.onnx_session import BROKEN_MODEL, cpu_session
from npc_engine.engines.timeline import Phone, Samples, speech, spread, with_words, words_of
from npc_engine.errors import ModelDamaged, ModelMissing

_DAMAGED: tuple[type[Exception], ...] = (*BROKEN_MODEL, DecodeError, ValueError, KeyError, TypeError)


class PiperSynthesiser:
    """Voices by name, each loaded when it is first used. One call at a time."""

    def __init__(self, voices: Mapping[str, Path], threads: int) -> None:
        """Load the first of `voices` (name to `.onnx`, its `.onnx.json` beside it) and speak a word to warm it up.

        Raises ModelMissing or ModelDamaged.
        """
        self._paths = dict(voices)
        self._threads = threads
        self._loaded: dict[str, PiperVoice] = {}
        for name in list(self._paths)[:1]:
            self.synthesise("Hello there.", "", name, 1.0)

    def synthesise(self, text: str, language: str, voice: str, speed: float) -> Speech:
        """Speak `text`. The language is the voice's own. Raises ModelMissing or ModelDamaged for the voice."""
        model = self._voice(voice)
        phones: list[Phone] = []
        pieces: list[Samples] = []
        for sentence in model.phonemize(text):
            known = [phoneme for phoneme in sentence if phoneme in model.config.phoneme_id_map]
            audio, counts = _sentence(model, known, speed)
            pieces.append(audio)
            phones += [Phone(symbol, count) for symbol, count in zip([BOS, *known, EOS], counts, strict=True)]
        words = words_of(text) if pieces else []
        audio = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        labelled = with_words(phones, [_phonemes(model, word) for word in words])
        return speech(audio, model.config.sample_rate, labelled, words)

    def _voice(self, name: str) -> PiperVoice:
        if name not in self._paths:
            known = ", ".join(sorted(self._paths)) or "none"
            raise ModelMissing(
                f"no Piper voice '{name}' is installed (there is: {known}); run: npc-engine models pull {name}"
            )
        if name not in self._loaded:
            self._loaded[name] = _load(name, self._paths[name], self._threads)
        return self._loaded[name]


def _load(name: str, path: Path, threads: int) -> PiperVoice:
    config = path.with_name(path.name + ".json")
    for file in (path, config):
        if not file.is_file():
            raise ModelMissing(f"the Piper voice '{name}' lacks the file {file}; run: npc-engine models pull {name}")
    try:
        settings = PiperConfig.from_dict(json.loads(config.read_text("utf-8")))
        return PiperVoice(session=cpu_session(_with_durations(path), threads), config=settings)
    except _DAMAGED as error:
        raise ModelDamaged(
            f"the Piper voice '{name}' in {path} can't be loaded ({error}); "
            f"delete it and run: npc-engine models pull {name}"
        ) from error


def _with_durations(path: Path) -> bytes:
    model = onnx.load(str(path))
    with suppress(ValueError):  # the voice was exported with durations, or has none
        add_alignment_output(model)
    return model.SerializeToString()


def _sentence(model: PiperVoice, phonemes: Sequence[str], speed: float) -> tuple[Samples, list[int]]:
    """Audio, and the samples of each of BOS, `phonemes`, EOS, which add up to it."""
    ids = model.config.phoneme_id_map
    pad = ids[PAD]
    groups = [*([*ids[phoneme], *pad] for phoneme in (BOS, *phonemes)), list(ids[EOS])]
    settings = SynthesisConfig(length_scale=model.config.length_scale / speed)
    flat = [number for group in groups for number in group]
    result = model.phoneme_ids_to_audio(flat, settings, include_alignments=True)
    audio, durations = result if isinstance(result, tuple) else (result, None)
    audio = np.atleast_1d(audio)
    if durations is None:
        return audio, spread(len(groups), len(audio))
    ends = np.concatenate([[0], np.cumsum(durations)])[np.cumsum([0, *map(len, groups)])]
    return audio, np.diff(ends).astype(int).tolist()


def _phonemes(model: PiperVoice, word: str) -> list[str]:
    return [phoneme for sentence in model.phonemize(word) for phoneme in sentence]
