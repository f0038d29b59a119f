"""Following a microphone."""

from __future__ import annotations

from npc_engine.core.listening import Listening
from npc_engine.core.work import Work


def test_a_microphone_that_is_silent_has_no_deadline() -> None:
    listening = Listening(Work())
    listening.hear(1.0, at=11.0)
    assert listening.deadline is None
    assert listening.stall(at=99.0) is None
    assert not listening.busy
