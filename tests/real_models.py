"""Where the tests of real models find them, and the words and sounds that they share."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import soxr

from npc_engine.engines.base import Speech
from npc_engine.models import Store

onnxruntime.set_seed(7)

HEARING = 16000
"""Samples per second that recognition and voice activity hear."""


def model_path(name: str) -> Path:
    """Where the model of this catalogue name is installed. Raises `ModelMissing`, with the command that installs it."""
    return Store().path(name)


def heard(speech: Speech) -> bytes:
    """The speech as a microphone would deliver it: 16 kHz s16le mono."""
    samples = np.frombuffer(speech.pcm, "<i2").astype(np.float32)
    return pcm(soxr.resample(samples, speech.rate, HEARING) / 32768)


def pcm(samples: np.ndarray) -> bytes:
    """Samples from -1 to 1 as s16le."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * HEARING))


def noise(seconds: float, level: float) -> bytes:
    return pcm(np.random.default_rng(7).standard_normal(round(seconds * HEARING)) * level)


def hum(seconds: float, hertz: float, level: float) -> bytes:
    return pcm(np.sin(np.arange(round(seconds * HEARING)) * 2 * np.pi * hertz / HEARING) * level)


def plain(text: str) -> str:
    """Lower case without punctuation, for error rates."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s']", " ", text)).strip().lower()


def assert_tiles(speech: Speech) -> None:
    """The visemes cover the audio without a gap; the words stand in order inside it."""
    end = 0.0
    for viseme in speech.visemes:
        assert viseme.start == pytest.approx(end, abs=1e-6)
        assert viseme.duration > 0
        end = viseme.start + viseme.duration
    assert end == pytest.approx(speech.duration, abs=1e-6)
    last = 0.0
    for word in speech.words:
        assert word.start >= last - 1e-6
        last = word.start + word.duration
    assert last <= speech.duration + 1e-6
