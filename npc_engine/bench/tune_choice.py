"""Choose thread counts from how long the engines took with each. Measures nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

from npc_engine.threads import MOST, Threads

CLAUSE_TOKENS = 10
"""Of a first clause, which is as long as a short sentence."""
TOLERANCE = 0.03
"""Share of the best time within which measurements can't tell two choices apart: then fewer threads are better."""
Pair = tuple[int, int]


@dataclass(frozen=True)
class Measurements:
    """Medians in seconds, by the number of threads."""

    first_token: dict[int, float] = field(default_factory=dict)
    """To read a line of which nothing is known yet, behind a persona that is."""
    token: dict[int, float] = field(default_factory=dict)
    """To write one token."""
    recognition: dict[int, float] = field(default_factory=dict)
    synthesis: dict[int, float] = field(default_factory=dict)
    token_beside_recognition: dict[Pair, float] = field(default_factory=dict)
    """By the threads that write and those that recognise at the same time."""
    recognition_beside_writing: dict[Pair, float] = field(default_factory=dict)
    """By the same."""
    synthesis_beside_writing: dict[Pair, float] = field(default_factory=dict)
    """By the threads that write and those that synthesise."""


@dataclass(frozen=True)
class Modelled:
    """What a turn would take, in seconds from asking for the transcript until the first clause's audio is there."""

    undisturbed: float
    """One engine works at a time."""
    contended: float
    """Something is recognised while the model writes, and the model goes on writing while the voice speaks."""

    @property
    def mean(self) -> float:
        """What is compared: a turn is sometimes the one, sometimes the other."""
        return (self.undisturbed + self.contended) / 2


def candidates(cores: int) -> list[int]:
    """Numbers of threads worth trying on so many cores: one, half, all but one, all."""
    most = min(MOST, cores)
    return sorted({1, max(1, most // 2), max(1, most - 1), most})


def model(measured: Measurements, threads: Threads) -> Modelled:
    """How long a turn takes with `threads`, each of which was measured."""
    recognising, speaking = (threads.decode, threads.recognition), (threads.decode, threads.synthesis)
    reading, written = measured.first_token[threads.language_model], CLAUSE_TOKENS - 1
    return Modelled(
        undisturbed=measured.recognition[threads.recognition]
        + reading
        + written * measured.token[threads.decode]
        + measured.synthesis[threads.synthesis],
        contended=measured.recognition_beside_writing[recognising]
        + reading
        + written * measured.token_beside_recognition[recognising]
        + measured.synthesis_beside_writing[speaking],
    )


def choose(measured: Measurements) -> Threads:
    """The fewest threads among those that are as quick as the quickest, as far as can be told."""
    times = {threads: model(measured, threads).mean for threads in _all(measured)}
    limit = min(times.values()) * (1 + TOLERANCE)
    return min(
        (threads for threads, time in times.items() if time <= limit), key=lambda each: (_sum(each), times[each])
    )


def _all(measured: Measurements) -> Iterable[Threads]:
    counts = product(measured.first_token, measured.token, measured.recognition, measured.synthesis)
    for reading, writing, recognising, speaking in counts:
        yield Threads(language_model=reading, decode=writing, recognition=recognising, synthesis=speaking)


def _sum(threads: Threads) -> int:
    return sum(threads.model_dump().values())
