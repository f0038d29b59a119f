"""Decide which tokens the next batch holds: the most urgent first. Pure: no model, no clock.

A batch takes about as long as it has tokens, and everybody in it waits for all of it. But four tokens of four replies
cost two threads as much as two cost one: 36 ms against 17 ms for one (`docs/performance.md`). So all replies that are
urgent decode together, new prompts are evaluated together and replies ride along.
"""

from __future__ import annotations

import enum
import math
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
    due: float = 0.0
    """When it should have them, in seconds of any clock."""


@dataclass(frozen=True)
class Share:
    """How many of its pending tokens a job gets evaluated in this batch, from the front."""

    job: int
    tokens: int


@dataclass(frozen=True)
class Limits:
    """Sizes of batches, in tokens."""

    prompts: int = 64
    """New prompts per batch: how long a newcomer, or a reply that needs its next token, may have to wait."""
    preparing: int = 64
    """Preparation per batch."""
    batch: int = 128
    """All tokens of a batch. Memory is set aside for so many times all cells."""


FOR_CPU = Limits()
FOR_GPU = Limits(prompts=256, preparing=256, batch=512)
"""A GPU evaluates hundreds of tokens in the time of one."""


def plan(demands: Sequence[Demand], limits: Limits, until: float = math.inf) -> list[Share]:
    """Share out the next batch among `demands`, which stand in order of arrival. Empty only without demands.

    Replies that are due after `until` wait for those that are due before; without such they don't.
    """
    wanted = sorted((demand for demand in demands if demand.kind is not Kind.PREPARE), key=lambda demand: demand.due)
    urgent = [demand for demand in wanted if demand.due <= until] or wanted
    if not urgent:
        return [Share(demand.job, min(demand.pending, limits.preparing)) for demand in demands[:1]]
    speaking = [demand for demand in urgent if demand.kind is Kind.SPEAK][: limits.batch]
    if urgent[0].kind is Kind.SPEAK:
        return [Share(demand.job, 1) for demand in speaking]
    riding = speaking[: limits.batch - 1]
    prompts = _prompts(urgent, min(limits.prompts, limits.batch - len(riding)))
    return [*(Share(demand.job, 1) for demand in riding), *prompts]


def _prompts(urgent: Sequence[Demand], room: int) -> list[Share]:
    """As many of the prompts as `room` holds, the most urgent first."""
    shares = []
    for demand in urgent:
        if demand.kind is Kind.START and room > 0:
            shares.append(Share(demand.job, min(demand.pending, room)))
            room -= shares[-1].tokens
    return shares
