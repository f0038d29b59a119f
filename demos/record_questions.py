"""Speak the questions of the demo and the benchmark with the engine's own voices, and keep them as 16 kHz WAVs.

    npc-engine models pull en_US-joe-medium kokoro
    python demos/record_questions.py

The recordings are part of the project: run this only after changing the questions in `npc_engine/recordings.py`.
"""

from __future__ import annotations

from pathlib import Path

from npc_engine.audio import resample
from npc_engine.engines.base import Synthesiser
from npc_engine.engines.kokoro import KokoroSynthesiser
from npc_engine.engines.piper import PiperSynthesiser
from npc_engine.models import Store
from npc_engine.recordings import QUESTIONS
from npc_engine.wav import Sound, write_wav

RATE = 16000
LABEL = "This speech is AI-generated: spoken by a synthetic voice."
VOICES = {"en": "en_US-joe-medium", "zh": "jm_kumo"}


def synthesisers(store: Store) -> dict[str, Synthesiser]:
    """What speaks each language."""
    kokoro = store.path("kokoro")
    return {
        "en": PiperSynthesiser({VOICES["en"]: store.path(VOICES["en"])}, threads=2),
        "zh": KokoroSynthesiser(kokoro / "kokoro.onnx", kokoro / "voices_ja.npz", kokoro / "vocab.json", threads=2),
    }


def record(target: Path) -> None:
    """Write every question into `target`."""
    for language, synthesiser in synthesisers(Store()).items():
        for name, text in QUESTIONS[language].items():
            speech = synthesiser.synthesise(text, language, VOICES[language], 1.0)
            sound = Sound(resample(speech.pcm, speech.rate, RATE), RATE)
            write_wav(target / f"{language}_{name}.wav", sound, LABEL)
            print(f"{language}_{name}.wav: {sound.duration:.1f} s, {text}")


if __name__ == "__main__":
    record(Path(__file__).parent / "recordings")
