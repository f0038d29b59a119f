"""Hear from the sound of speech whether the speaker has finished, with Smart Turn. Knows no words and no silence.

Smart Turn v3 is the encoder of Whisper tiny with a classifier behind it. Its features are Whisper's, of exactly eight
seconds: shorter speech is preceded by zeros, longer speech loses its beginning, and the whole is brought to mean 0 and
variance 1, as in its training.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from faster_whisper.feature_extractor import FeatureExtractor

from npc_engine.engines.onnx_session import BROKEN_MODEL, cpu_session
from npc_engine.errors import ModelDamaged, ModelMissing

RATE = 16000
SECONDS = 8
"""What the model hears: the end of the speech."""
_INPUT = "input_features"
_LEAST_VARIANCE = 1e-7
"""Keeps silence from being divided by zero; the value of the training."""


class SmartTurnJudge:
    """One model, shared by all sessions; one call at a time."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Load the ONNX file `path` and run it once. Raises ModelMissing or ModelDamaged.

        A second thread gains little: the model is small.
        """
        if not path.is_file():
            raise ModelMissing(f"no end-of-turn model at {path}; run: npc-engine models pull smart-turn")
        try:
            self._session = cpu_session(path.read_bytes(), threads)
        except BROKEN_MODEL as error:
            raise ModelDamaged(
                f"the end-of-turn model at {path} can't be loaded ({error}); run: npc-engine models verify"
            ) from error
        self._features = FeatureExtractor(feature_size=80, sampling_rate=RATE)
        self.judge(b"")

    def judge(self, pcm: bytes) -> float:
        """Probability, 0 to 1, that the speaker who pauses at the end of 16 kHz s16le mono `pcm` has nothing to add.

        It was trained on speech with about 0.2 s of silence behind it. Only the last `SECONDS` count.
        """
        features = self._features(_normalised(_last_seconds(pcm)), padding=0)
        (output,) = self._session.run(None, {_INPUT: features[np.newaxis].astype(np.float32)})
        return float(output[0, 0])


def _last_seconds(pcm: bytes) -> npt.NDArray[np.float32]:
    """Exactly `SECONDS` of samples from -1 to 1, zeros first."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2")[-SECONDS * RATE :]
    padded = np.zeros(SECONDS * RATE, np.float32)
    padded[len(padded) - len(samples) :] = samples / np.float32(32768)
    return padded


def _normalised(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    normalised: npt.NDArray[np.float32] = (samples - samples.mean()) / np.sqrt(samples.var() + _LEAST_VARIANCE)
    return normalised
