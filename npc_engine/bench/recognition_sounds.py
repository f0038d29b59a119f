"""Sounds in which nothing is said, for benchmarks: noises, hum, babble, music. Seeded; 16 kHz; knows no engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from npc_engine.audio import RATE
from npc_engine.bench.corpora import Recording
from npc_engine.bench.endpointing_material import pink_noise

Samples = npt.NDArray[np.float32]
Maker = Callable[[np.random.Generator, int], Samples]
SHORTEST, LONGEST = 1.0, 8.0
"""Seconds of one sound."""
QUIETEST, LOUDEST = -45.0, -15.0
"""Root mean square in decibels of full scale: from the hiss of a headset to music beside the microphone."""
VOICES = 12
"""That talk at once in babble. Nobody understands one of so many."""
_ROOTS = (110.0, 130.81, 146.83, 164.81, 196.0)
_CHORD = (1.0, 1.2599, 1.4983, 2.0)
"""Of a major chord in equal temperament."""
_OVERTONES = (1.0, 0.5, 0.33, 0.2)


def sounds(
    kind: str, count: int, seed: int, speech: Sequence[Recording], music: Sequence[Recording]
) -> Iterator[bytes]:
    """`count` sounds of one of `KINDS` as s16le mono. `speech` is what babble is mixed from, `music` is cut up."""
    random = np.random.default_rng([seed, KINDS.index(kind)])
    recorded = {"babble": lambda r, n: _babble(r, n, speech), "recorded music": lambda r, n: _excerpt(r, n, music)}
    make = _SYNTHETIC.get(kind) or recorded[kind]
    for _ in range(count):
        length = round(random.uniform(SHORTEST, LONGEST) * RATE)
        level = random.uniform(QUIETEST, LOUDEST)
        yield _pcm(make(random, length), level)


def _silence(random: np.random.Generator, length: int) -> Samples:
    return np.zeros(length, np.float32)


def _white(random: np.random.Generator, length: int) -> Samples:
    return random.standard_normal(length).astype(np.float32)


def _pink(random: np.random.Generator, length: int) -> Samples:
    return pink_noise(length, random)


def _hum(random: np.random.Generator, length: int) -> Samples:
    """Mains, with uneven overtones and a little noise."""
    mains = random.choice([50.0, 60.0])
    tones = sum(_tone(mains * number, length) * random.uniform(0, 1 / number) for number in range(1, 9))
    return np.asarray(tones + 0.02 * _white(random, length), np.float32)


def _tone(hertz: float, length: int) -> Samples:
    tone: Samples = np.sin(np.arange(length) * (2 * np.pi * hertz / RATE)).astype(np.float32)
    return tone


def _note(hertz: float, length: int, decay: float) -> Samples:
    """A plucked string."""
    fall = np.exp(-np.arange(length) / (decay * RATE))
    tone = sum(_tone(hertz * (number + 1), length) * gain for number, gain in enumerate(_OVERTONES))
    return np.asarray(tone * fall, np.float32)


def _chords(random: np.random.Generator, length: int) -> Samples:
    """A new chord each second, its notes together or one after the other."""
    track = np.zeros(length, np.float32)
    for start in range(0, length, RATE):
        root, spread = random.choice(_ROOTS), random.choice([0, RATE // 8, RATE // 4])
        for number, ratio in enumerate(_CHORD):
            at = start + number * spread
            track[at:] += _note(root * ratio * random.choice([1, 2]), max(0, length - at), 0.6)
    return track


def _drums(random: np.random.Generator, length: int) -> Samples:
    """Kick, snare and hi-hat on the eighths of a bar."""
    track = np.zeros(length, np.float32)
    beat = round(RATE * 60 / random.uniform(80, 160) / 2)
    for number, start in enumerate(range(0, length, beat)):
        left = length - start
        fall = np.arange(left) / RATE
        kick = np.sin(2 * np.pi * 60 * fall) * np.exp(-fall / 0.08) * (number % 4 == 0)
        snare = _white(random, left) * np.exp(-fall / 0.06) * (number % 4 == 2)
        hat = np.diff(_white(random, left + 1)) * np.exp(-fall / 0.02)
        track[start:] += (kick + 0.7 * snare + 0.2 * hat).astype(np.float32)
    return track


def _babble(random: np.random.Generator, length: int, speech: Sequence[Recording]) -> Samples:
    mixed: Samples = np.sum([_excerpt(random, length, speech) for _ in range(VOICES)], axis=0).astype(np.float32)
    return mixed


def _excerpt(random: np.random.Generator, length: int, recordings: Sequence[Recording]) -> Samples:
    """Some of the recordings, one after the other, each at the same level."""
    parts: list[Samples] = []
    while sum(map(len, parts)) < length:
        samples = np.frombuffer(recordings[int(random.integers(len(recordings)))].pcm, "<i2").astype(np.float32)
        start = int(random.integers(max(1, len(samples) - length)))
        piece = samples[start : start + length]
        parts.append(piece / max(1.0, float(np.sqrt((piece**2).mean()))))
    return np.concatenate(parts)[:length]


def _pcm(sound: Samples, level: float) -> bytes:
    power = float(np.sqrt((sound**2).mean()))
    scaled = sound * (10 ** (level / 20) / power) if power else sound
    return (np.clip(scaled, -1, 1) * 32767).astype("<i2").tobytes()


_SYNTHETIC: dict[str, Maker] = {
    "silence": _silence,
    "white noise": _white,
    "pink noise": _pink,
    "mains hum": _hum,
    "chords": _chords,
    "drums": _drums,
}
KINDS = (*_SYNTHETIC, "babble", "recorded music")
