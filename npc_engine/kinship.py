"""Whether a fact tells what a line asks, where the words of both have little in common.

*I'm starving* and *Soup is sold beside the boiler room* have no word in common, and an embedder that was made for
likeness finds them unlike. Here are embedders that were tuned to put a line near the facts that answer it
(`tests/recall/tune.py`). Knows nothing of players.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from npc_engine.core.meaning import Kin, Told
from npc_engine.spaces import Shares, Space, SpaceByLanguage

ADAPTERS = Path(__file__).with_name("adapters.npz")
"""What the tuning added to the models of likeness."""
UNLIKE = -0.3
"""How near unlike texts lie, about: so near is a fact by its questions that has none. Set by hand."""


class Kinship:
    """A `Kinship` for the core. One thread at a time."""

    def __init__(self, english: Space, other: Space) -> None:
        """`other` is for all languages but English, and compares English with them."""
        self._space = SpaceByLanguage(english, other)

    def __call__(self, line: str, facts: Sequence[Told]) -> list[Kin]:
        """How far each fact tells what `line` asks, by the best of its texts and of its questions."""
        texts = list(dict.fromkeys(chain(*(chain(fact.texts, fact.questions) for fact in facts))))
        near = dict(zip(texts, self._space.nearness(line, texts).tolist(), strict=True))
        return [Kin(_nearest(near, fact.texts), _nearest(near, fact.questions)) for fact in facts]

    def shares(self, texts: Sequence[str]) -> Shares:
        """Which of the texts that lines will be compared with each space has to see."""
        return self._space.shares(texts)


def _nearest(near: dict[str, float], texts: Sequence[str]) -> float:
    return max((near[text] for text in texts), default=UNLIKE)
