"""The budget of cores."""

from __future__ import annotations

import asyncio

import pytest

from npc_engine.compute import Compute


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

    async def begin(self, name: str, due: float = 0.0, patient: bool = False, threads: int = 1) -> None:
        """Begin a call, and let it run if there is room."""
        self._ends[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._call(name, Engine(threads), due, patient))
        await _settle()

    async def end(self, name: str) -> None:
        """The call is done."""
        self._ends[name].set()
        await _settle()

    async def cancel(self, name: str) -> None:
        """Nobody wants the call any more."""
        self._tasks[name].cancel()
        await _settle()

    async def _call(self, name: str, engine: Engine, due: float, patient: bool) -> None:
        async with self._compute.cores(engine, due, patient):
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
    await calls.begin("patient", due=1.0, patient=True)
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
        await calls.begin("patient", patient=True)
        assert calls.running == ["urgent"]
        await calls.begin("another")
        assert calls.running == ["urgent", "another"], "what is urgent passes by"
        await calls.end("another")
    await _settle()
    assert calls.running == ["urgent", "patient"]


@pytest.mark.anyio
async def test_a_call_on_all_cores_waits_for_all_and_one_on_more_than_there_are_runs() -> None:
    calls = Calls(Compute(2))
    await calls.begin("one")
    await calls.begin("wide", threads=8)
    assert calls.running == ["one"]
    await calls.end("one")
    assert calls.running == ["wide"]
    await calls.begin("next")
    assert calls.running == ["wide"]
    await calls.end("wide")
    assert calls.running == ["next"]


@pytest.mark.anyio
async def test_a_single_core_serves_the_patient_when_the_model_has_begun_to_write() -> None:
    compute = Compute(1)
    calls = Calls(compute)
    with compute.thinking(Engine()) as writes:
        await calls.begin("patient", patient=True)
        assert calls.running == []
        writes()
        await _settle()
        assert calls.running == ["patient"]


@pytest.mark.anyio
async def test_the_patient_wait_while_the_language_model_reads_on_all_cores() -> None:
    compute = Compute(2)
    calls = Calls(compute)
    with compute.thinking(Engine(threads=2)) as writes:
        await calls.begin("patient", patient=True)
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
