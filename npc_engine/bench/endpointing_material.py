"""Make turns with pauses inside their sentences out of recorded lines. Knows no models and no endpointing.

A pause is put into a recorded sentence at a gap between two of its words: where the speaker pauses already, however
shortly, or at any gap. It is filled with the room's noise, so that the truth is known to the sample. Everything random
is seeded by the name of the line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

import numpy as np
import numpy.typing as npt

from npc_engine.audio import RATE
from npc_engine.bench.corpora import Recording

Samples = npt.NDArray[np.float32]
Kind = Literal["recorded", "lengthened", "cut in"]

PAUSE_MEDIAN, PAUSE_SPREAD = 0.447, 0.6
"""Seconds, and standard deviation of the natural logarithm, of the pauses that are cut in.

Silent pauses are distributed log-normally with modes below 0.2 s, from 0.2 to 1 s, and, in spontaneous speech, above
1 s (Campione and Véronis, "A large-scale multilingual study of silent pause duration", Speech Prosody 2002). The median
is the geometric middle of the second mode, and the spread puts 9 % into the third. The first mode is in the recordings.
"""
PAUSE_SHORTEST, PAUSE_LONGEST = 0.2, 3.0
LEAD, TAIL = 0.5, 4.0
"""Seconds of the room before and after a turn."""
NOISE = 40.0
"""Decibels between the loud parts of the speech and the room's noise: a headset in a quiet room."""
_FRAME = 0.01
_QUIET = 28.0
"""Decibels below the loud parts of a recording at which its speech begins and ends."""
_FADE = 0.005
_SEARCH = 0.06
"""Seconds around a gap between words in which the quietest point is looked for."""
_EDGE = 0.25
"""Seconds of speech that a pause leaves on both sides."""
_LONG = 8
"""Gaps between words from which two pauses are cut in instead of one."""
_SHORT_PAUSE = 0.06
"""Seconds of quiet between two words that make a pause which can be lengthened."""


@dataclass(frozen=True)
class Line:
    """A recorded line whose words have times."""

    recording: Recording
    gaps: tuple[float, ...]
    """Seconds, from its beginning, of the gaps between two words of one sentence."""
    sentence_ends: tuple[float, ...] = ()
    """Seconds at which a sentence ends that another one follows."""


@dataclass(frozen=True)
class SpokenTurn:
    """What a player says in one go, with the truth about it."""

    corpus: str
    name: str
    kind: Kind
    pcm: bytes
    """16 kHz s16le mono, with `LEAD` before and `TAIL` after it."""
    end: float
    """Seconds of audio at which the last word ends."""
    pauses: int = 0
    """That were cut in or lengthened."""
    sentence_ends: tuple[float, ...] = ()
    """Seconds of audio at which a sentence ends and the turn goes on: to answer there is early, but not inside one."""


def pause_length(random: Random, slowness: float = 1.0) -> float:
    """Seconds of one pause; `slowness` lengthens those of a player who takes more time."""
    length = slowness * random.lognormvariate(math.log(PAUSE_MEDIAN), PAUSE_SPREAD)
    return min(max(length, PAUSE_SHORTEST), PAUSE_LONGEST)


def turns(line: Line, seed: int = 0, slowness: float = 1.0) -> list[SpokenTurn]:
    """The line as it was recorded, with a pause in it that is lengthened if it has any, and with pauses cut in."""
    random = Random(f"{seed} {line.recording.corpus} {line.recording.name}")
    speech = _samples(line.recording.pcm)
    start, end = speech_bounds(speech)
    gaps = [gap for gap in line.gaps if start + _EDGE <= gap <= end - _EDGE]
    silent = [gap for gap in gaps if _is_silent(speech, round(gap * RATE))]
    found = [_turn(line, "recorded", speech, [], [])]
    if silent:
        found.append(_turn(line, "lengthened", speech, [random.choice(silent)], [pause_length(random, slowness)]))
    if gaps:
        chosen = sorted(random.sample(gaps, min(len(gaps), 1 if len(gaps) < _LONG else 2)))
        found.append(_turn(line, "cut in", speech, chosen, [pause_length(random, slowness) for _ in chosen]))
    return found


def _is_silent(speech: Samples, gap: int) -> bool:
    """Whether the speaker pauses at the gap, however shortly."""
    levels, frame = _levels(speech), round(_FRAME * RATE)
    reach, needed = round(_SEARCH / _FRAME), round(_SHORT_PAUSE / _FRAME)
    near = levels[max(0, gap // frame - reach - needed) : gap // frame + reach + needed] < _loud(levels) - _QUIET
    return any(near[at : at + needed].all() for at in range(len(near) - needed + 1))


def speech_bounds(speech: Samples) -> tuple[float, float]:
    """Seconds at which a recording's speech begins and ends, by its level, to 10 ms."""
    levels = _levels(speech)
    loud = np.flatnonzero(levels > _loud(levels) - _QUIET)
    return float(loud[0] * _FRAME), float((loud[-1] + 1) * _FRAME)


def _loud(levels: npt.NDArray[np.float64]) -> float:
    """Decibels of the loud parts."""
    return float(np.percentile(levels, 95))


def _turn(line: Line, kind: Kind, speech: Samples, gaps: Sequence[float], lengths: Sequence[float]) -> SpokenTurn:
    start, end = (round(seconds * RATE) for seconds in speech_bounds(speech))
    cuts = [_quietest(speech, round(gap * RATE)) for gap in gaps]
    added = [round(length * RATE) for length in lengths]
    parts = [np.zeros(round(LEAD * RATE), np.float32)]
    for first, last, pause in zip([start, *cuts], [*cuts, end], [*added, round(TAIL * RATE)], strict=True):
        parts += [_faded(speech[first:last]), np.zeros(pause, np.float32)]

    def moved(sample: int) -> float:
        """Where a sample of the recording is now, in seconds."""
        later = sum(pause for cut, pause in zip(cuts, added, strict=True) if cut < sample)
        return (sample - start + later) / RATE + LEAD

    recording = line.recording
    ends = tuple(moved(round(at * RATE)) for at in line.sentence_ends)
    pcm = _in_a_room(np.concatenate(parts), 10 ** (_loud(_levels(speech)) / 20))
    return SpokenTurn(recording.corpus, recording.name, kind, pcm, moved(end), len(cuts), ends)


def _in_a_room(speech: Samples, loud: float) -> bytes:
    """As 16-bit samples, with noise below speech whose loud parts have the amplitude `loud`."""
    noise = pink_noise(len(speech), np.random.default_rng(len(speech))) * loud * 10 ** (-NOISE / 20)
    return (np.clip(speech + noise, -1, 1) * 32767).astype("<i2").tobytes()


def pink_noise(count: int, random: np.random.Generator) -> Samples:
    """Noise whose power falls with the frequency, as that of rooms does; root mean square 1."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    noise = np.fft.irfft(spectrum, count)
    scaled: Samples = (noise / np.sqrt((noise**2).mean())).astype(np.float32)
    return scaled


def _quietest(speech: Samples, gap: int) -> int:
    """The sample near `gap` around which there is least sound."""
    reach, width = round(_SEARCH * RATE), round(_FRAME * RATE)
    first = max(0, gap - reach)
    power = np.convolve(speech[first : gap + reach] ** 2, np.ones(width), "valid")
    return first + int(np.argmin(power)) + width // 2


def _faded(speech: Samples) -> Samples:
    """Without the clicks of a hard cut."""
    ramp = np.linspace(0, 1, min(round(_FADE * RATE), len(speech) // 2), dtype=np.float32)
    faded = speech.copy()
    faded[: len(ramp)] *= ramp
    faded[len(faded) - len(ramp) :] *= ramp[::-1]
    return faded


def _levels(speech: Samples) -> npt.NDArray[np.float64]:
    """Decibels of full scale per frame."""
    size = round(_FRAME * RATE)
    frames = speech[: len(speech) // size * size].reshape(-1, size).astype(np.float64)
    levels: npt.NDArray[np.float64] = 10 * np.log10(np.maximum((frames**2).mean(axis=1), 1e-10))
    return levels


def _samples(pcm: bytes) -> Samples:
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)
