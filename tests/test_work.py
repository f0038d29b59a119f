"""Work that engines do: numbered once, tried twice."""

from __future__ import annotations

from npc_engine.core.commands import Synthesise
from npc_engine.core.work import Work


def started(work: Work) -> Synthesise:
    command = Synthesise(work.number(), "Hello", "en", None, None)
    work.start(command)
    return command


def test_numbers_are_never_used_again() -> None:
    work = Work()
    numbers = [started(work).work for _ in range(3)]
    work.end(numbers[-1])
    assert started(work).work not in numbers


def test_work_that_fails_is_tried_again_once() -> None:
    work = Work()
    command = started(work)
    assert work.try_again(command.work) == command
    assert work.try_again(command.work) is None


def test_work_that_is_over_is_not_tried_again() -> None:
    work = Work()
    command = started(work)
    work.end(command.work)
    assert work.try_again(command.work) is None
