"""Requests on their way through the embedded language model."""

from __future__ import annotations

from npc_engine.engines.base import GenerationRequest, PromptMessage, never
from npc_engine.engines.llama_job import Job


def job(number: int, generates: bool = False, weight: float = 1.0) -> Job:
    """The job that came as this number."""
    request = GenerationRequest("ada", (PromptMessage("user", "Hi"),), shared=0, max_tokens=1, weight=weight)
    return Job(request, [1, 2], shared=0, cancelled=never, generates=generates, number=number)


def test_replies_come_before_preparations_and_weighty_ones_before_others() -> None:
    jobs = [job(1, weight=0.2), job(2, weight=0.9), job(3), job(4, generates=True), job(5), job(6, generates=True)]
    assert [each.number for each in sorted(jobs, key=lambda each: each.rank)] == [4, 6, 3, 5, 2, 1]
