"""A session's clock. It stands still while the player is away, so that nothing is missed and no deadline passes."""

from __future__ import annotations

import time
from collections.abc import Callable


class StandingClock:
    """Seconds that go on from those of another clock, less all the time for which this one has stood still."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lag = 0.0
        self._stopped_at: float | None = None

    def __call__(self) -> float:
        """Seconds, now."""
        return (self._clock() if self._stopped_at is None else self._stopped_at) - self._lag

    @property
    def stands(self) -> bool:
        """Whether it stands still."""
        return self._stopped_at is not None

    def stop(self) -> None:
        """Stand still from now on."""
        if self._stopped_at is None:
            self._stopped_at = self._clock()

    def go_on(self) -> None:
        """Go on from where it stopped."""
        if self._stopped_at is not None:
            self._lag += self._clock() - self._stopped_at
            self._stopped_at = None

    def elsewhere(self, at: float) -> float:
        """What the other clock shows when this one shows `at`."""
        return at + self._lag
