"""Compare the loudness of the microphone with that of the character's speech: is what it hears an echo of that? Pure.

An echo is as loud as what was played a little earlier, but for a constant: softer by so many decibels, later by so many
windows, and drawn out by the room. The player's voice is not. This knows no words and needs less than a second.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

WINDOW = 0.032
"""Seconds of one window: what voice activity scores at once."""
SILENCE = -100.0
"""Decibels of full scale of nothing at all."""
_REMEMBERED = 94
"""Windows that are compared: three seconds."""
_LATEST = 20
"""Windows by which an echo may be late: the way through a network, sound devices and the air, 0.6 s."""
_DECAY = 3.0
"""Decibels per window by which a room grows silent at the slowest: 60 dB in 0.64 s."""
_CLOSE = 6.0
"""Decibels within which a window counts as explained, and above the room's noise as heard."""
_AUDIBLE = -60.0
"""Decibels of speech that may be heard as an echo."""
_LEAST = 6
"""Windows in which both are heard, below which nothing is said."""


@dataclass(frozen=True)
class Echo:
    """What the microphone would hear of the character's speech."""

    late: int
    """Windows."""
    gain: float
    """Decibels."""
    fit: float
    """Share of the windows with sound in one of the two that it explains."""
    windows: int
    """How many those are."""
    spread: float
    """Mean decibels between the echo and what was heard in them."""

    def is_like(self, other: Echo) -> bool:
        """Whether nobody has moved, nor turned the volume up or down."""
        return abs(self.gain - other.gain) <= _CLOSE


class Loudness:
    """The last seconds of both curves, a window each."""

    def __init__(self) -> None:
        self._heard: deque[float] = deque(maxlen=_REMEMBERED)
        self._dry: deque[float] = deque(maxlen=_REMEMBERED + _LATEST)
        self._wet: deque[float] = deque(maxlen=_REMEMBERED + _LATEST)
        self._played = self._ringing = SILENCE

    def hear(self, heard: float, played: float) -> None:
        """Take a window: decibels of the microphone, and of what is played while that is heard."""
        self._ringing = max(played, self._ringing - _DECAY)
        self._heard.append(heard)
        self._dry.append(min(played, self._played))
        self._wet.append(self._ringing)
        self._played = played

    @property
    def floor(self) -> float:
        """Decibels of the room's noise: what one window in ten does not pass."""
        return sorted(self._heard)[len(self._heard) // 10]

    def explains(self, echo: Echo) -> bool:
        """Whether the last window is no louder than the echo makes it."""
        wet = max(_delayed(self._wet, late, 1)[0] for late in range(max(0, echo.late - 1), echo.late + 2))
        return self._heard[-1] <= wet + echo.gain + _CLOSE

    def best(self) -> Echo | None:
        """The echo that explains most of what was heard. None if there is too little to compare."""
        floor = self.floor if self._heard else SILENCE
        found = [echo for late in range(_LATEST) if (echo := self._echo(late, floor))]
        return max(found, key=lambda echo: (echo.fit, -echo.spread), default=None)

    def _echo(self, late: int, floor: float) -> Echo | None:
        heard, count = self._heard, len(self._heard)
        dry, wet = _delayed(self._dry, late, count), _delayed(self._wet, late, count)
        pairs = zip(heard, wet, strict=True)
        louder = sorted(level - most for level, most in pairs if level > floor + _CLOSE and most > _AUDIBLE)
        if len(louder) < _LEAST:
            return None
        gain = louder[len(louder) // 2]
        compared = [
            (level, max(least + gain, floor), max(most + gain, floor))
            for level, least, most in zip(heard, dry, wet, strict=True)
            if max(level, least + gain) > floor + _CLOSE
        ]
        fitting = sum(least - _CLOSE <= level <= most + _CLOSE for level, least, most in compared)
        spread = sum(abs(level - most) for level, _, most in compared) / len(compared)
        return Echo(late, gain, fitting / len(compared), len(compared), spread)


def _delayed(levels: Sequence[float], late: int, count: int) -> list[float]:
    """The last `count` levels as they were `late` windows before."""
    end = len(levels) - late
    found = list(levels)[max(0, end - count) : max(0, end)]
    return [SILENCE] * (count - len(found)) + found
