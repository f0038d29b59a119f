"""How alike in meaning a line and other texts are. Knows nothing of facts or players."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npc_engine.intents import IntentClassifier
from npc_engine.kinship import Kinship
from npc_engine.spaces import Floats, Shares, Space


class ByMeaning:
    """A `Likeness` for the core: the mean of how near two embedders put two texts. One thread at a time.

    Each errs in its own way, so that both together are right more often than the better one.
    """

    def __init__(self, first: Space, second: Space, kinship: Kinship, intents: IntentClassifier) -> None:
        """Beside it `kinship` tells which facts answer a line, and `intents` what it asks for."""
        self._spaces = first, second
        self.kinship, self.intents = kinship, intents

    def __call__(self, line: str, texts: Sequence[str]) -> list[float]:
        """How alike `line` is to each of `texts`: 1 if they say the same, about 0 or less if nothing connects them.

        A text that is new costs the embedders' time.
        """
        first, second = (_stretched(space, line, tuple(texts)) for space in self._spaces)
        halved: list[float] = ((first + second) / 2).tolist()
        return halved

    def shares(self, texts: Sequence[str]) -> Shares:
        """Which of the texts that lines will be compared with each space has to see before the first of them comes."""
        return {**dict.fromkeys(self._spaces, texts), **self.kinship.shares(texts)}

    def warming(self, texts: Sequence[str]) -> Iterator[None]:
        """Let the spaces see them, a new text at a step."""
        for space, mine in self.shares(texts).items():
            for text in mine:
                if space.see(text):
                    yield


def _stretched(space: Space, line: str, texts: tuple[str, ...]) -> Floats:
    """So that 0 means unlike for each embedder."""
    stretched: Floats = (space.cosines(line, texts) - space.unlike) / (1 - space.unlike)
    return stretched
