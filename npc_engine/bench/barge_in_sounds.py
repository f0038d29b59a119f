"""Sounds that a microphone picks up while a character speaks: coughs, other people's voices, the character's own echo.

Made from seeded random numbers and recordings; all 16-bit mono at `RATE`. Knows no server.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npc_engine.audio import RATE, resample
from npc_engine.wav import Sound

Samples = npt.NDArray[np.float64]
_FULL = 32767.0


def cough(random: np.random.Generator) -> Sound:
    """One to three coughs of one person.

    Each has the three phases of the cough sound (Korpáš, Sadloňová, Vrabec 1996: "Analysis of the cough sound: an
    overview"): an explosive burst of noise (30 to 60 ms), a weaker intermediate noise (100 to 200 ms), and in about
    half of them a voiced end (50 to 120 ms). A throat's resonances colour all of it.
    """
    resonances = [
        (random.uniform(400, 900), 150.0),
        (random.uniform(1100, 2000), 250.0),
        (random.uniform(2400, 3500), 400.0),
    ]
    pitch = random.uniform(100, 350)
    parts: list[Samples] = []
    for _ in range(random.integers(1, 4)):
        parts += [_one_cough(random, resonances, pitch), np.zeros(round(random.uniform(0.1, 0.35) * RATE))]
    return _sound(np.concatenate(parts), random.uniform(0.1, 0.6))


def hum(random: np.random.Generator) -> Sound:
    """`Mm-hm`, said with the mouth closed: two hums with a breath between, the second one longer and higher.

    A buzz through the resonances of the nose (about 250, 1000 and 2200 Hz; G. Fant 1960, "Acoustic Theory of Speech
    Production").
    """
    pitch, rise = random.uniform(90, 240), random.uniform(1.05, 1.3)
    first = _buzz(random.uniform(0.1, 0.18), pitch, pitch * random.uniform(0.9, 1.0))
    breath = 0.05 * _noise(random, random.uniform(0.04, 0.08), start=1.0, end=0.5)
    second = _buzz(random.uniform(0.18, 0.3), pitch, pitch * rise)
    nose = [(250.0, 60.0), (1000.0, 100.0), (2200.0, 200.0)]
    return _sound(_through(np.concatenate([first, breath, second]), nose, floor=0.005), random.uniform(0.1, 0.4))


def spoken_by_another(sound: Sound, pitch: float) -> Sound:
    """The sound as a voice says it that is `pitch` times as high, and as much faster."""
    return Sound(resample(sound.pcm, round(sound.rate * pitch), RATE), RATE)


def louder(sound: Sound, decibels: float) -> Sound:
    """The sound with another level."""
    samples = np.frombuffer(sound.pcm, "<i2") * 10 ** (decibels / 20)
    return Sound(np.clip(samples, -_FULL, _FULL).astype("<i2").tobytes(), sound.rate)


@dataclass(frozen=True)
class EchoPath:
    """The way from a loudspeaker through a room into a microphone."""

    gain: float
    """Of the amplitude."""
    delay: float
    """Seconds, those of sound devices included."""
    response: Samples
    """Impulse response of loudspeaker and room, of energy 1, at `RATE`."""

    @classmethod
    def random(cls, random: np.random.Generator) -> EchoPath:
        """A small loudspeaker in a living room: -20 to -6 dB, 50 to 250 ms, reverberation of 0.2 to 0.5 s."""
        return cls(
            gain=10 ** (random.uniform(-20, -6) / 20),
            delay=random.uniform(0.05, 0.25),
            response=_room(random, reverberation=random.uniform(0.2, 0.5), highest=random.uniform(3000, 6000)),
        )

    def __call__(self, played: Samples) -> Samples:
        """What arrives of `played`, as long as it: the delay and the room's tail are cut off at the end."""
        shift = round(self.delay * RATE)
        size = 1 << (len(played) + len(self.response)).bit_length()
        arrived = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(self.response, size), size)
        return np.concatenate([np.zeros(shift), arrived])[: len(played)] * self.gain

    @property
    def decibels(self) -> float:
        """The gain."""
        return float(20 * np.log10(self.gain))

    @property
    def memory(self) -> int:
        """Samples of the past that can still be heard."""
        return round(self.delay * RATE) + len(self.response)


def _one_cough(random: np.random.Generator, resonances: list[tuple[float, float]], pitch: float) -> Samples:
    burst = _noise(random, random.uniform(0.03, 0.06), start=1.0, end=0.6)
    middle = _noise(random, random.uniform(0.1, 0.2), start=0.5, end=0.1)
    phases = [burst, middle]
    if random.random() < 0.5:
        seconds = np.arange(round(random.uniform(0.05, 0.12) * RATE)) / RATE
        phases.append(0.6 * np.sign(np.sin(2 * np.pi * pitch * seconds)) * np.linspace(1, 0, len(seconds)))
    return _through(np.concatenate(phases), resonances)


def _buzz(seconds: float, start: float, end: float) -> Samples:
    """A glottal buzz that glides from `start` to `end` hertz, soft at both ends."""
    size = round(seconds * RATE)
    phase = np.cumsum(np.linspace(start, end, size)) / RATE % 1.0
    return (phase - 0.5) * np.sin(np.linspace(0, np.pi, size)) ** 0.5


def _noise(random: np.random.Generator, seconds: float, start: float, end: float) -> Samples:
    size = round(seconds * RATE)
    return random.standard_normal(size) * np.geomspace(start, end, size)


def _through(samples: Samples, resonances: list[tuple[float, float]], floor: float = 0.1) -> Samples:
    """Samples behind resonances of so many hertz and such widths, on a floor that lets all through."""
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    gain = sum((1 / (1 + ((hertz - centre) / width) ** 2) for centre, width in resonances), np.full(len(hertz), floor))
    return np.fft.irfft(np.fft.rfft(samples) * gain, len(samples))


def _room(random: np.random.Generator, reverberation: float, highest: float) -> Samples:
    """The direct sound and exponentially decaying noise (-60 dB after `reverberation` seconds), without high tones.

    The model is Polack's; the direct sound holds about half of the energy, as an arm's length from the loudspeaker.
    """
    size = round(reverberation * 0.6 * RATE)
    tail = random.standard_normal(size) * 10 ** (-3 * np.arange(size) / RATE / reverberation)
    tail /= np.sqrt((tail**2).sum())
    tail[0] += 1.0
    spectrum = np.fft.rfft(tail) / np.sqrt(1 + (np.fft.rfftfreq(size, 1 / RATE) / highest) ** 8)
    response = np.fft.irfft(spectrum, size)
    return np.asarray(response / np.sqrt((response**2).sum()))


def _sound(samples: Samples, peak: float) -> Sound:
    return Sound((samples / np.abs(samples).max() * peak * _FULL).astype("<i2").tobytes(), RATE)
