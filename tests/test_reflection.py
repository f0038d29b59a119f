"""What the player said of itself, said back to the player."""

from __future__ import annotations

import pytest

from npc_engine.core.reflection import said_by_you


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("My name is Sam, and I come from Kansas.", "You said: your name is Sam, and you come from Kansas."),
        ("I’m tired.", "You said: you're tired."),
        ("I am your friend", "You said: you are my friend"),
        ("I like you.", "You said: you like me."),
        ("You are late.", "You said: I am late."),
        ("Mike is in.", "You said: Mike is in."),
    ],
)
def test_english_is_turned_round_word_by_word(said: str, back: str) -> None:
    assert said_by_you(said, "en") == back


def test_chinese_is_turned_round() -> None:
    assert said_by_you("我叫山姆，我们是从堪萨斯来找您的。", "zh") == "你说过：你叫山姆，你们是从堪萨斯来找我的。"
