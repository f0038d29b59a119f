"""How long to wait in a pause before a turn counts as over: what is heard and understood, and whose pause it is. Pure.

The end-of-turn model's probability and the end of the text are taken for independent evidence and multiplied as odds
(naive Bayes). The wait falls from `longest` to `shortest` with the probability that comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from npc_engine.core.ending import Ending

_CERTAIN = 0.995
"""The model's probabilities are not believed beyond this, nor below its complement."""


def _evidence() -> dict[Ending, float]:
    return {"unknown": 0.2, "hanging": 0.1, "open": 0.1, "statement": 2.0, "question": 2.0}


@dataclass(frozen=True)
class Evidence:
    """What speaks for a finished turn, and how loudly. Chosen by `bench endpointing` on half of its material."""

    prior: float = 8.0
    """Odds before anything is known. They also weigh a needless wait against a cut-off."""
    trust: float = 0.5
    """Power to which the odds of the end-of-turn model are taken; 1 would believe it fully."""
    endings: dict[Ending, float] = field(default_factory=_evidence)
    """How many times as often a finished turn ends in this way as an unfinished one."""

    def finished(self, probability: float, ending: Ending | None) -> float:
        """Probability that the player has finished. `ending` is None while no transcript is there."""
        believed = min(max(probability, 1 - _CERTAIN), _CERTAIN)
        odds: float = self.prior * (believed / (1 - believed)) ** self.trust
        if ending is not None:
            odds *= self.endings[ending]
        return odds / (1 + odds)


@dataclass(frozen=True)
class Waits:
    """Bounds of the wait, in seconds of silence."""

    shortest: float = 0.2
    longest: float = 2.0
    quickest_pace: float = 0.85
    slowest_pace: float = 2.5
    """Factors on the wait between which a player's pace may lie."""

    def wait(self, finished: float, pace: float) -> float:
        """Seconds of silence after which a turn is over that is finished with this probability."""
        return pace * (self.shortest + (self.longest - self.shortest) * (1 - finished))


class Pace:
    """How much time one player takes, as a factor on all waits. It begins at 1."""

    CLOSE = 0.6
    """Share of the wait from which a pause that the player ended was a close call."""
    CLOSE_CALL, CUT_OFF, CLEAN_END = 1.06, 1.5, 0.96
    """Factors for what happened. A pace is steady when two ends in three are preceded by a close call."""

    def __init__(self, waits: Waits) -> None:
        self._waits = waits
        self.factor = 1.0

    def paused(self, seconds: float, wait: float) -> None:
        """The player went on after `seconds`, when `wait` would have ended the turn."""
        if seconds >= self.CLOSE * wait:
            self._scale(self.CLOSE_CALL)

    def ended(self) -> None:
        """A turn is taken to be over."""
        self._scale(self.CLEAN_END)

    def cut_off(self) -> None:
        """It was not: the player went on."""
        self._scale(self.CUT_OFF)

    def _scale(self, factor: float) -> None:
        self.factor = min(max(self.factor * factor, self._waits.quickest_pace), self._waits.slowest_pace)
