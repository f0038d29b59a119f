"""Voice activity keeps one state per stream. Its model ships inside its package.

It is tried in its own process, as it is used: its library and llama.cpp bring different copies of one other library and
do not load into the same process.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from real_models import noise, silence

from npc_engine.process import EngineSpec
from npc_engine.worker import Worker

pytestmark = pytest.mark.anyio

WINDOW = 2 * 512
SOUND = noise(0.5, 0.1)


class Activity:
    """The engine, in its process."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    async def score(self, stream: str, pcm: bytes) -> list[float]:
        scores: list[float] = await self._worker.call("score", stream, pcm)
        return scores

    async def close(self, stream: str) -> None:
        await self._worker.call("close", stream)


@pytest.fixture
async def activity() -> AsyncIterator[Activity]:
    worker = Worker(EngineSpec("voice activity", "npc_engine.engines.silero:SileroVoiceActivity"))
    await worker.start()
    yield Activity(worker)
    await worker.stop()


async def test_every_whole_window_gets_a_probability(activity: Activity) -> None:
    scores = await activity.score("a", bytes(WINDOW * 3))
    assert len(scores) == 3
    assert all(0 <= score < 0.5 for score in scores)


async def test_a_remainder_waits_for_the_next_call(activity: Activity) -> None:
    assert await activity.score("a", bytes(WINDOW - 2)) == []
    assert len(await activity.score("a", bytes(2))) == 1


async def test_pieces_of_any_size_score_like_the_whole(activity: Activity) -> None:
    whole = await activity.score("whole", SOUND)
    pieces = []
    for at in range(0, len(SOUND), 640):
        pieces += await activity.score("pieces", SOUND[at : at + 640])
    assert pieces == whole


async def test_state_is_kept_from_call_to_call(activity: Activity) -> None:
    first = await activity.score("a", SOUND[:WINDOW])
    assert await activity.score("a", SOUND[:WINDOW]) != first


async def test_streams_do_not_hear_each_other(activity: Activity) -> None:
    alone = await activity.score("alone", SOUND)
    mixed = []
    for at in range(0, len(SOUND) - WINDOW + 1, WINDOW):
        mixed += await activity.score("a", SOUND[at : at + WINDOW])
        await activity.score("b", silence(0.1))
    assert mixed == alone


async def test_a_closed_stream_begins_anew(activity: Activity) -> None:
    first = await activity.score("a", SOUND)
    await activity.close("a")
    assert await activity.score("a", SOUND) == first


async def test_an_unknown_stream_can_be_closed(activity: Activity) -> None:
    await activity.close("never opened")
