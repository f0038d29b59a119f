"""How long to wait in a pause before a turn counts as over: what is heard and understood, and whose pause it is. Pure.

The end of the text, how softly the voice ended and the end-of-turn model's probability are taken for independent
evidence: their log odds are added (logistic regression). Pauses grow rarer with their length about exponentially, so
that the same risk of a cut-off is reached after a wait that falls in a straight line with the log odds of a finished
turn: evidence is worth seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from npc_engine.core.ending import Ending

_CERTAIN = 0.995
"""The model's probabilities are not believed beyond this, nor below its complement."""


def _endings() -> dict[Ending, float]:
    return {"unknown": -3.5, "hanging": -4.8, "open": -3.5, "lead": -2.0, "statement": -0.4, "question": 0.0}


@dataclass(frozen=True)
class Evidence:
    """What speaks for a finished turn, and how loudly, in log odds. Fitted on a half of `bench endpointing`."""

    trust: float = 0.0
    """Factor on the log odds of the end-of-turn model; 1 would believe it fully."""
    fading: float = 0.19
    """For each decibel by which the last sounds were softer than the loudest ones: who goes on keeps the voice up."""
    most_fading: float = 20.0
    """Decibels beyond which a softer end says no more."""
    endings: dict[Ending, float] = field(default_factory=_endings)
    """What the end of the transcript says. `lead` is set by hand: the fit would have -4.5, since the recordings have no
    line of less than three words, and who says no more than `Excuse me.` must be answered too."""
    no_ending: float = -1.5
    """The same while no transcript is there."""

    def finished(self, probability: float | None, ending: Ending | None, faded: float) -> float:
        """Log odds that the player has finished; None is what is not known yet."""
        odds = self.no_ending if ending is None else self.endings[ending]
        odds += self.fading * min(faded, self.most_fading)
        if probability is not None:
            believed = min(max(probability, 1 - _CERTAIN), _CERTAIN)
            odds += self.trust * math.log(believed / (1 - believed))
        return odds


@dataclass(frozen=True)
class Waits:
    """Seconds of silence that end a turn."""

    shortest: float = 0.2
    sure: float = 2.5
    """Log odds of a finished turn from which on the wait is the shortest."""
    worth: float = 0.3
    """Seconds for each unit of log odds that is missing: more cut off fewer players and make doubtful ends slower."""
    longest: float = 2.5
    quickest_pace: float = 0.85
    slowest_pace: float = 2.5
    """Factors on the wait between which a player's pace may lie."""

    def wait(self, finished: float, pace: float) -> float:
        """After so long a turn is over that is finished with these log odds."""
        return pace * min(self.shortest + self.worth * max(0.0, self.sure - finished), self.longest)


FOR_EVER = Waits(shortest=math.inf, longest=math.inf)
"""No silence ends anything."""


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
