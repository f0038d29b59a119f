"""A worker's engine may misbehave in every way; its callers see one error, and the next call works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from npc_engine.errors import EngineUnavailable, ModelMissing
from npc_engine.process import EngineSpec
from npc_engine.worker import Worker

pytestmark = pytest.mark.anyio


def spec(engine: str = "Counting", isolated: bool = True, patience: float = 30.0) -> EngineSpec:
    return EngineSpec("test engine", f"unruly_engines:{engine}", patience=patience, isolated=isolated)


@asynccontextmanager
async def working(engine_spec: EngineSpec) -> AsyncIterator[Worker]:
    worker = Worker(engine_spec)
    await worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


@pytest.mark.parametrize("isolated", [True, False], ids=["process", "thread"])
async def test_a_call_returns_what_the_engine_returns(isolated: bool) -> None:
    async with working(spec(isolated=isolated)) as worker:
        assert await worker.call("echo", {"any": b"data"}) == {"any": b"data"}


async def test_calls_run_at_the_same_time_up_to_the_engines_concurrency() -> None:
    async with working(spec()) as worker:
        counting = worker.stream("count")
        assert await anext(counting) == 0
        assert await worker.call("echo", "meanwhile") == "meanwhile"
        await counting.aclose()


@pytest.mark.parametrize("isolated", [True, False], ids=["process", "thread"])
async def test_closing_a_stream_stops_the_engines_work(isolated: bool) -> None:
    async with working(spec(isolated=isolated)) as worker:
        counting = worker.stream("count")
        assert [await anext(counting) for _ in range(3)] == [0, 1, 2]
        await counting.aclose()
        while await worker.call("closed") == 0:
            await asyncio.sleep(0)
        assert await worker.call("closed") == 1


async def test_an_error_for_users_arrives_as_it_was_raised() -> None:
    async with working(spec()) as worker:
        with pytest.raises(ModelMissing, match="npc-engine models pull it"):
            await worker.call("complain")
        assert await worker.call("echo", 1) == 1


async def test_any_other_error_loses_only_its_call() -> None:
    async with working(spec()) as worker:
        with pytest.raises(EngineUnavailable, match="a library's own error"):
            await worker.call("stumble")
        assert (await worker.call("echo", 1), worker.restarts) == (1, 0)


async def test_a_crashed_engine_fails_its_calls_and_comes_back() -> None:
    async with working(spec()) as worker:
        counting = worker.stream("count")
        await anext(counting)
        with pytest.raises(EngineUnavailable, match="crashed"):
            await worker.call("crash")
        with pytest.raises(EngineUnavailable, match="crashed"):
            async for _ in counting:
                pass
        assert (await worker.call("echo", "back"), worker.restarts) == ("back", 1)


async def test_a_hung_engine_is_replaced() -> None:
    async with working(spec(patience=1.0)) as worker:
        with pytest.raises(EngineUnavailable, match="did not answer"):
            await worker.call("hang")
        assert (await worker.call("echo", "back"), worker.restarts) == ("back", 1)


async def test_a_freeze_of_the_whole_process_is_not_taken_for_a_hung_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    async with working(spec(patience=30.0)) as worker:
        counting = worker.stream("count")
        await anext(counting)
        loop = asyncio.get_running_loop()
        clock = loop.time
        monkeypatch.setattr(loop, "time", lambda: clock() + 1000.0)
        for _ in range(10):
            await asyncio.sleep(0)
        assert (worker.is_ready, worker.restarts) == (True, 0)
        await counting.aclose()


async def test_an_engine_without_its_model_says_so_at_the_start() -> None:
    with pytest.raises(ModelMissing, match="npc-engine models pull it"):
        await Worker(spec("Unloadable")).start()


async def test_an_engine_that_dies_while_loading_says_so() -> None:
    with pytest.raises(EngineUnavailable, match=r"died while loading \(exit code 3\)"):
        await Worker(spec("Stillborn")).start()


async def test_stopping_a_worker_fails_what_it_was_doing() -> None:
    worker = Worker(spec())
    await worker.start()
    call = asyncio.create_task(worker.call("hang"))
    await asyncio.sleep(0)
    await worker.stop()
    with pytest.raises(EngineUnavailable, match="stopping"):
        await call


async def test_an_engine_that_loads_in_the_background_is_waited_for() -> None:
    worker = Worker(spec())
    worker.start_soon()
    assert not worker.is_ready
    assert (await worker.call("echo", "here"), worker.restarts) == ("here", 0)
    await worker.stop()
