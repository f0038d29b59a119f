"""What a line asks for, by its place among vectors: a softmax over sums, fitted on lines that people sorted.

The vectors are those by which a line is compared with facts anyway, so that this costs next to nothing. Knows nothing
of players.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from npc_engine.core.intent import INTENTS, Intent
from npc_engine.spaces import Floats, Space, is_foreign

WEIGHTS = Path(__file__).with_name("intents.npz")
"""`english` and `other`: what counts how much of the vectors, a row for each intent, its last number to be added.
Written by `tests/recall/fit_intents.py`."""


class IntentClassifier:
    """An `Intents` for the core. One thread at a time."""

    def __init__(self, english: Sequence[Space], other: Sequence[Space]) -> None:
        """The spaces whose vectors the weights for each language were fitted to, in this order; without any, nothing is
        told of lines in it."""
        self.spaces = {"english": english, "other": other}
        with np.load(WEIGHTS) as file:
            self._weights = {name: file[name].astype(np.float32) for name in self.spaces}

    def __call__(self, line: str) -> dict[Intent, float]:
        """How likely each intent is."""
        name = "other" if is_foreign(line) else "english"
        spaces, weights = self.spaces[name], self._weights[name]
        if not spaces:
            return {}
        logits = weights[:, :-1] @ side_by_side(spaces, line) + weights[:, -1]
        chances = np.exp(logits - logits.max())
        return dict(zip(INTENTS, (chances / chances.sum()).tolist(), strict=True))


def side_by_side(spaces: Sequence[Space], line: str) -> Floats:
    """The vectors of a line in several spaces as one."""
    return np.concatenate([space.vector(line) for space in spaces])
