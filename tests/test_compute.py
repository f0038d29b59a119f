"""The budget of cores."""

from __future__ import annotations

import asyncio

import pytest

from npc_engine.compute import Compute, Need


class Engine:
    """Takes so many cores a call."""

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads


class Calls:
    """Calls that run until they are ended by hand."""

    def __init__(self, compute: Compute) -> None:
        self.running: list[str] = []
        self._compute = compute
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def begin(self, name: str, due: float = 0.0, need: Need = Need.NOW, threads: int = 1) -> None:
        """Begin a call, and let it run if there is room."""
        self._ends[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._call(name, Engine(threads), due, need))
        await _settle()

    async def end(self, name: str) -> None:
        """The call is done."""
        self._ends[name].set()
        await _settle()

    async def cancel(self, name: str) -> None:
        """Nobody wants the call any more."""
        self._tasks[name].cancel()
        await _settle()

    async def _call(self, name: str, engine: Engine, due: float, need: Need) -> None:
        async with self._compute.cores(engine, due, need, name):
            self.running.append(name)
            try:
                await self._ends[name].wait()
            finally:
                self.running.remove(name)


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.anyio
async def test_there_are_as_many_calls_as_cores_and_the_earliest_due_is_next() -> None:
    calls = Calls(Compute(2))
    for name, due in (("a", 1.0), ("b", 2.0), ("late", 9.0), ("soon", 3.0)):
        await calls.begin(name, due)
    assert calls.running == ["a", "b"]
    await calls.end("a")
    assert calls.running == ["b", "soon"]
    await calls.end("b")
    assert calls.running == ["soon", "late"]


@pytest.mark.anyio
async def test_the_patient_come_last_whatever_they_are_due() -> None:
    calls = Calls(Compute(1))
    await calls.begin("running")
    await calls.begin("patient", due=1.0, need=Need.SOON)
    await calls.begin("urgent", due=5.0)
    await calls.end("running")
    assert calls.running == ["urgent"]
    await calls.end("urgent")
    assert calls.running == ["patient"]


@pytest.mark.anyio
async def test_the_patient_leave_the_language_model_a_core() -> None:
    compute = Compute(2)
    calls = Calls(compute)
    with compute.thinking(Engine()):
        await calls.begin("urgent")
        await calls.begin("patient", need=Need.SOON)
        assert calls.running == ["urgent"]
        await calls.begin("another")
        assert calls.running == ["urgent", "another"], "what is urgent passes by"
        await calls.end("another")
    await _settle()
    assert calls.running == ["urgent", "patient"]


@pytest.mark.anyio
async def test_a_call_that_could_use_all_cores_begins_with_those_that_are_free() -> None:
    calls = Calls(Compute(2))
    await calls.begin("one")
    await calls.begin("wide", threads=8)
    await calls.begin("next")
    assert calls.running == ["one", "wide"]
    await calls.end("one")
    assert calls.running == ["wide", "next"], "the core of the one, and no more"
    await calls.end("wide")
    await calls.end("next")
    await calls.begin("wide again", threads=8)
    await calls.begin("last")
    assert calls.running == ["wide again"]


@pytest.mark.anyio
async def test_a_call_gets_no_second_core_while_another_waits_for_its_first() -> None:
    compute = Compute(2)
    calls = Calls(compute)
    with compute.thinking(Engine(threads=2)) as writes:
        await calls.begin("judgement", need=Need.SOON)
        await calls.begin("speech", threads=2)
        assert calls.running == ["speech"]
        writes()
        await _settle()
        assert calls.running == ["speech", "judgement"]


@pytest.mark.anyio
async def test_what_is_good_to_have_leaves_cores_to_whatever_comes() -> None:
    calls = Calls(Compute(2))
    await calls.begin("spare", need=Need.SPARE)
    await calls.begin("another", need=Need.SPARE)
    assert calls.running == ["spare"]
    await calls.begin("urgent")
    await calls.end("spare")
    assert calls.running == ["urgent"], "what follows it will want a core too"
    await calls.end("urgent")
    assert calls.running == ["another"]


@pytest.mark.anyio
async def test_a_single_core_has_time_for_what_is_good_to_have() -> None:
    calls = Calls(Compute(1))
    await calls.begin("spare", need=Need.SPARE)
    assert calls.running == ["spare"]


@pytest.mark.anyio
async def test_a_call_that_is_hurried_waits_no_longer_for_idle_cores() -> None:
    compute = Compute(2)
    calls = Calls(compute)
    await calls.begin("urgent")
    await calls.begin("first", need=Need.SPARE)
    await calls.begin("second", need=Need.SPARE)
    compute.hurry("second")
    compute.hurry("of no call")
    await _settle()
    assert calls.running == ["urgent", "second"]


@pytest.mark.anyio
async def test_the_language_model_is_told_how_many_cores_are_left() -> None:
    compute = Compute(2)
    told: list[int] = []
    compute.leave_to(told.append)
    calls = Calls(compute)
    for name in ("one", "two", "waits"):
        await calls.begin(name)
    await calls.end("one")
    assert told == [1, 0], "another takes the place of one that ends"
    await calls.end("two")
    await calls.end("waits")
    assert told == [1, 0, 1, 2]


@pytest.mark.anyio
async def test_a_single_core_serves_the_patient_when_the_model_has_begun_to_write() -> None:
    compute = Compute(1)
    calls = Calls(compute)
    with compute.thinking(Engine()) as writes:
        await calls.begin("patient", need=Need.SOON)
        assert calls.running == []
        writes()
        await _settle()
        assert calls.running == ["patient"]


@pytest.mark.anyio
async def test_the_patient_wait_while_the_language_model_reads_on_all_cores() -> None:
    compute = Compute(2)
    calls = Calls(compute)
    with compute.thinking(Engine(threads=2)) as writes:
        await calls.begin("patient", need=Need.SOON)
        await calls.begin("urgent")
        assert calls.running == ["urgent"]
        await calls.end("urgent")
        assert calls.running == []
        writes()
        await _settle()
        assert calls.running == ["patient"]


@pytest.mark.anyio
async def test_cancelled_calls_give_back_what_they_had_and_what_they_waited_for() -> None:
    calls = Calls(Compute(1))
    for name in ("running", "waiting", "last"):
        await calls.begin(name)
    await calls.cancel("waiting")
    await calls.cancel("running")
    assert calls.running == ["last"]
    await calls.end("last")
    await calls.begin("again")
    assert calls.running == ["again"]
