"""A fact as it was found for a line, and how sure it is that it is the answer. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from npc_engine.core.known import BELONGINGS, Known
from npc_engine.core.memory import TOLD
from npc_engine.persona.world import PROPERTIES

ANSWERED = 0.35
"""The odds from which it counts as the answer. Without a fact that answers, the character should rather say that it
doesn't know. From the curve that `tests/recall/fit.py` prints."""
SURE = 3.0
"""The odds from which the character is sure that it is the answer; else it says that it isn't. Set when the odds were
those of a sum: on the lines of `tests/recall` 91 % of unanswerable lines of plain worlds had less, and 9 % of those
whose fact is found."""
CERTAIN = 30.0
"""The odds from which the character leaves it at the answer; else it says behind it that it knows no more. In the
benchmark's books every fifth right answer had less, as had 21 of 30 that were told for sure to who asked for something
that nothing tells; without those of which it knows all (`may_fall_short`) it is every ninth right one."""
BEATEN = 0.3
"""What the character may tell is no answer if it is so much less likely than what it does not know. Set by hand."""


@dataclass(frozen=True)
class Found:
    """One fact, for one line."""

    known: Known
    odds: float
    """That it is the answer."""
    weight: float
    """By which it comes before others."""
    place: tuple[int, int]
    """Which part of the line asks for it, and where in that."""

    @property
    def answers(self) -> bool:
        """Whether it counts as the answer."""
        return self.odds >= ANSWERED


def property_of(found: Found) -> str | None:
    """Of which property of a thing, or of several, it tells the state."""
    thing, _, name = found.known.id.rpartition(".")
    name = "owner" if name == BELONGINGS else name
    return name if thing and found.known.of_state and name in PROPERTIES else None


def beats(asked: Found, found: Sequence[Found]) -> bool:
    """Whether what the character does not know or keeps is so much likelier to be the answer than what it may tell;
    what the player told others is asked for by nobody who wants something else."""
    return asked.known.id.startswith(TOLD) or all(each.weight < BEATEN * asked.weight for each in found)
