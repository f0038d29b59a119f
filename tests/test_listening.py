"""Following a microphone."""

from __future__ import annotations

import pytest

from npc_engine.core.listening import Listening, is_backchannel
from npc_engine.core.work import Work


@pytest.mark.parametrize(
    "text",
    ["Mm-hm.", "mhm", "Uh-huh!", "Yeah.", "Oh, okay.", "Right, yeah, sure.", "I see...", "嗯", "嗯嗯，对。", "好的！"],
)
def test_a_sign_of_listening_is_no_wish_to_speak(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "Stop!",
        "Yes, but where?",
        "Okay, so what do I do now?",
        "No.",
        "等一下",
        "好的，那我走了",
        "Oh oh oh oh",
    ],
)
def test_anything_else_is(text: str) -> None:
    assert not is_backchannel(text)


def test_a_microphone_that_is_silent_has_no_deadline() -> None:
    listening = Listening(Work())
    listening.hear(1.0, at=11.0)
    assert listening.deadline is None
    assert listening.stall(at=99.0) is None
    assert not listening.busy
