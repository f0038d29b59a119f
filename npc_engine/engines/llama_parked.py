"""Keep what had to leave the language model's memory in ordinary memory, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

SAVED_BYTES = 512 * 2**20
"""A small model's token takes 12 KiB, so this is 43,000 tokens: 400 conversations of a hundred tokens of their own."""

Key = tuple[bool, str]
"""Whether it is a persona's prefix, and whose it is."""


@dataclass(frozen=True)
class State:
    """One sequence, as it was when it had to leave."""

    tokens: list[int]
    """All of them."""
    start: int
    """How many of them are not in `data`, because they are a persona's, which is kept by itself."""
    data: bytes


class Parked:
    """Saved states. When there is no room, the one that was saved first goes first."""

    def __init__(self, most_bytes: int = SAVED_BYTES) -> None:
        """`most_bytes` 0 saves nothing."""
        self.most_bytes = most_bytes
        self.used_bytes = 0
        self._states: OrderedDict[Key, State] = OrderedDict()

    def keep(self, key: Key, state: State) -> None:
        """Save a state in place of an earlier one. One that is too large for all the room is not saved."""
        self.drop(key)
        if len(state.data) > self.most_bytes:
            return
        self._states[key] = state
        self.used_bytes += len(state.data)
        while self.used_bytes > self.most_bytes:
            self.drop(next(iter(self._states)))

    def take(self, key: Key) -> State | None:
        """The state of `key`, if there is one. It is not kept any longer."""
        state = self._states.pop(key, None)
        self.used_bytes -= len(state.data) if state else 0
        return state

    def drop(self, key: Key) -> None:
        """Forget a state. Unknown keys are fine."""
        self.take(key)

    def prefixes(self) -> dict[str, list[int]]:
        """The tokens of the personas among the states, by owner."""
        return {owner: state.tokens for (lasting, owner), state in self._states.items() if lasting}
