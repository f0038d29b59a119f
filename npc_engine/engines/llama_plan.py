"""Decide which tokens the next batch holds. Pure: no model, no clock.

A batch takes about as long as it has tokens, and everybody in it waits for all of it. So whoever already speaks gets a
token in each batch, new prompts share what room is left, the shortest first, and preparation waits for idleness.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass


class Kind(enum.Enum):
    """What a demand is for."""

    SPEAK = enum.auto()
    """The next token of a reply that has begun."""
    START = enum.auto()
    """The rest of a prompt that a reply waits for."""
    PREPARE = enum.auto()
    """A prompt that may be needed later."""


@dataclass(frozen=True)
class Demand:
    """What one job could use now."""

    job: int
    kind: Kind
    pending: int
    """Tokens to evaluate before the next token can be chosen; at least 1."""


@dataclass(frozen=True)
class Share:
    """How many of its pending tokens a job gets evaluated in this batch, from the front."""

    job: int
    tokens: int


@dataclass(frozen=True)
class Limits:
    """Sizes of batches, in tokens."""

    idle: int = 128
    """New prompts per batch while nobody speaks: how long a newcomer may have to wait. A CPU gains little by more."""
    speaking: int = 64
    """New prompts per batch while somebody speaks: how much their next token may be late."""
    preparing: int = 64
    """Preparation per batch."""
    batch: int = 512
    """All tokens of a batch."""


FOR_CPU = Limits()
FOR_GPU = Limits(idle=512, speaking=256, preparing=256)
"""A GPU evaluates hundreds of tokens in the time of one."""


def plan(demands: Sequence[Demand], limits: Limits) -> list[Share]:
    """Share out the next batch among `demands`, which stand in order of arrival. Empty only without demands."""
    speaking = [demand for demand in demands if demand.kind is Kind.SPEAK][: limits.batch]
    starting = [demand for demand in demands if demand.kind is Kind.START]
    shares = [Share(demand.job, 1) for demand in speaking]
    room = min(limits.speaking if speaking else limits.idle, limits.batch - len(shares))
    shares += _prompts(starting, room)
    if shares:
        return shares
    return [Share(demand.job, min(demand.pending, limits.preparing)) for demand in demands[:1]]


def _prompts(starting: Sequence[Demand], room: int) -> list[Share]:
    """Shortest first, for the least waiting in all; a quarter stays with the oldest, so that nobody waits for ever."""
    if not starting or room <= 0:
        return []
    oldest = starting[0]
    kept = min(oldest.pending, max(1, room // 4))
    given = {oldest.job: kept}
    room -= kept
    for demand in sorted(starting, key=lambda demand: demand.pending):
        more = min(demand.pending - given.get(demand.job, 0), room)
        if more > 0:
            given[demand.job] = given.get(demand.job, 0) + more
            room -= more
    return [Share(job, tokens) for job, tokens in given.items()]
