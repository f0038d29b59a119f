"""Keep account of what a language model's memory holds: which tokens, for whom, and what to park elsewhere first.

Evaluated tokens lie in cells. A sequence is a row of them, and sequences that begin alike may share cells, so that a
persona is held once however many conversations use it. This module mirrors the model's memory cell by cell and tells it
what to copy and remove; it evaluates nothing itself.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence as Tokens
from dataclasses import dataclass, field
from typing import Protocol

from npc_engine.engines.llama_parked import Parked, State


class Memory(Protocol):
    """What this module asks of the model's memory. Positions count tokens from the start of a sequence."""

    def remove(self, sequence: int, start: int) -> None:
        """Remove a sequence from position `start` on."""
        ...

    def copy(self, source: int, target: int, length: int) -> None:
        """Let `target`, which holds nothing there, share the first `length` cells of `source`."""
        ...

    def save(self, sequence: int, start: int) -> bytes:
        """The cells of a sequence from position `start` on, as bytes. What is before may be gone from it then."""
        ...

    def restore(self, sequence: int, data: bytes) -> bool:
        """Fill the empty `sequence` with what was saved, at its old positions. False when it can't."""
        ...


@dataclass(eq=False)
class Sequence:
    """The evaluated beginning of one prompt."""

    id: int
    owner: str
    """Key of a conversation, or of a persona's prefix."""
    lasting: bool
    """True for a prefix, which is given up only when no conversation is left to give up."""
    tokens: list[int] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    """One number per token; equal numbers in two sequences are the same cell."""
    busy: bool = False
    """While a job uses it, it is never given up."""
    used_at: int = 0


class Sequences:
    """All sequences of one model context."""

    def __init__(self, memory: Memory, cells: int, sequences: int, parked: Parked) -> None:
        """`cells` tokens can be held in all, in `sequences` sequences. What is given up goes to `parked`."""
        self.capacity = cells
        self.parked = parked
        self.restored = 0
        """Tokens that came back from there."""
        self._memory = memory
        self._free_ids = list(range(sequences - 1, -1, -1))
        self._held: dict[tuple[bool, str], Sequence] = {}
        self._references: Counter[int] = Counter()
        self._numbers = itertools.count()
        self._ticks = itertools.count(1)

    @property
    def used(self) -> int:
        """Cells in use."""
        return len(self._references)

    @property
    def held(self) -> int:
        """Sequences in use, prefixes included."""
        return len(self._held)

    def find(self, owner: str, lasting: bool = False) -> Sequence | None:
        """The sequence of `owner`, if it has not been given up."""
        return self._held.get((lasting, owner))

    def open(self, owner: str, lasting: bool = False) -> Sequence | None:
        """The sequence of `owner`, empty if new. None when every sequence is busy."""
        sequence = self.find(owner, lasting) or self._new(owner, lasting)
        if sequence:
            sequence.used_at = next(self._ticks)
        return sequence

    def match(self, sequence: Sequence, tokens: Tokens[int], shared: int) -> None:
        """Make `sequence` the longest beginning of `tokens` that is held: by itself, or up to `shared` by any other.

        The last token is left out, because it must be evaluated again to learn what follows it. What is not a persona
        is not taken from others, so that what a character says doesn't hang on who else has been asking. What was
        parked comes back.
        """
        wanted = tokens[:-1]
        self._return_prefix(wanted[:shared])
        if not sequence.tokens:
            self._return(sequence, wanted)
        own = common_length(sequence.tokens, wanted)
        best, length = self._best(wanted[:shared])
        if best is not None and length > own:
            self.truncate(sequence, 0)
            self.share(best, sequence, length)
        else:
            self.truncate(sequence, own)

    def share(self, source: Sequence, target: Sequence, length: int) -> None:
        """Let the empty sequence `target` begin like `source`, at no cost in cells."""
        source.used_at = next(self._ticks)
        self._memory.copy(source.id, target.id, length)
        target.tokens = source.tokens[:length]
        target.cells = source.cells[:length]
        self._references.update(target.cells)

    def append(self, sequence: Sequence, tokens: Tokens[int]) -> None:
        """Note that `tokens` have been evaluated at the end of `sequence`."""
        numbers = list(itertools.islice(self._numbers, len(tokens)))
        sequence.tokens.extend(tokens)
        sequence.cells.extend(numbers)
        self._references.update(numbers)

    def truncate(self, sequence: Sequence, length: int) -> None:
        """Keep only the first `length` tokens."""
        if length >= len(sequence.tokens):
            return
        self._memory.remove(sequence.id, length)
        for cell in sequence.cells[length:]:
            self._references[cell] -= 1
            if not self._references[cell]:
                del self._references[cell]
        del sequence.tokens[length:], sequence.cells[length:]

    def forget(self, owner: str) -> bool:
        """Drop everything of a conversation. False while its sequence is busy."""
        sequence = self.find(owner)
        if sequence and sequence.busy:
            return False
        if sequence:
            self.close(sequence)
        self.parked.drop((False, owner))
        return True

    def close(self, sequence: Sequence) -> None:
        """Forget a sequence and free its id."""
        self.truncate(sequence, 0)
        del self._held[sequence.lasting, sequence.owner]
        self._free_ids.append(sequence.id)

    def make_room(self, cells: int) -> bool:
        """Give up idle sequences until `cells` are free: the longest unused first, prefixes last. False: it can't."""
        while self.capacity - self.used < cells:
            if not self._give_up_one():
                return False
        return True

    def _new(self, owner: str, lasting: bool) -> Sequence | None:
        if not self._free_ids and not self._give_up_one():
            return None
        sequence = Sequence(self._free_ids.pop(), owner, lasting)
        self._held[lasting, owner] = sequence
        return sequence

    def _give_up_one(self) -> bool:
        idle = [sequence for sequence in self._held.values() if not sequence.busy]
        if not idle:
            return False
        leaving = min(idle, key=lambda sequence: (sequence.lasting, sequence.used_at))
        self._park(leaving)
        self.close(leaving)
        return True

    def _park(self, sequence: Sequence) -> None:
        """Save a sequence, without what it shares with a persona's prefix."""
        prefixes = [] if sequence.lasting else [held for held in self._held.values() if held.lasting]
        start = max((common_length(sequence.cells, prefix.cells) for prefix in prefixes), default=0)
        if start < len(sequence.tokens) and self.parked.most_bytes:
            state = State(sequence.tokens[:], start, self._memory.save(sequence.id, start))
            self.parked.keep((sequence.lasting, sequence.owner), state)

    def _return_prefix(self, wanted: Tokens[int]) -> None:
        """Bring a parked persona back, if it is a longer beginning of `wanted` than any that is held."""
        _, longest = self._best(wanted)
        for owner, tokens in self.parked.prefixes().items():
            if common_length(tokens, wanted) > longest and (sequence := self.open(owner, lasting=True)):
                self._return(sequence, wanted)
                if not sequence.tokens:
                    self.close(sequence)
                return

    def _return(self, sequence: Sequence, wanted: Tokens[int]) -> None:
        """Fill the empty sequence with what was parked for its owner, if that begins as `wanted` does."""
        state = self.parked.take((sequence.lasting, sequence.owner))
        if state is None or common_length(state.tokens, wanted) <= state.start:
            return
        source, length = self._best(state.tokens[: state.start])
        if length == state.start:
            self._restore(sequence, state, source)

    def _restore(self, sequence: Sequence, state: State, source: Sequence | None) -> None:
        """Fill the empty `sequence` from `state`; what that leaves out, `source` holds."""
        own = len(state.tokens) - state.start
        busy = [held for held in (sequence, source) if held and not held.busy]
        for held in busy:
            held.busy = True
        if self.make_room(own) and self._memory.restore(sequence.id, state.data):
            if source:
                self.share(source, sequence, state.start)
            self.append(sequence, state.tokens[state.start :])
            self.restored += own
        for held in busy:
            held.busy = False

    def _best(self, wanted: Tokens[int]) -> tuple[Sequence | None, int]:
        """The sequence that begins most like `wanted`, a prefix before conversations, and how many tokens that is."""
        best: Sequence | None = None
        longest = 0
        for sequence in sorted(self._held.values(), key=lambda sequence: not sequence.lasting):
            length = common_length(sequence.tokens, wanted)
            if length > longest:
                best, longest = sequence, length
        return best, longest


def common_length(left: Tokens[int], right: Tokens[int]) -> int:
    """How many tokens two rows have in common at their beginning."""
    low, high = 0, min(len(left), len(right))
    while low < high:  # rows are thousands of tokens long, and slices are compared quickly
        middle = (low + high + 1) // 2
        low, high = (middle, high) if left[low:middle] == right[low:middle] else (low, middle - 1)
    return low
