"""What of two results of recognition is settled."""

from __future__ import annotations

import pytest

from npc_engine.core.hypothesis import agreed, begun_with, same_words


@pytest.mark.parametrize(
    ("earlier", "later", "settled"),
    [
        ("Where am I", "Where am I going", "Where am"),
        ("Where am I?", "Where am I going?", "Where am"),
        ("Wear am", "Where am I", ""),
        ("Where", "Where", ""),
        ("", "Where am I", ""),
        ("Good day. Where am I", "Good day, where am I now", "Good day, where am"),
        ("Stop. And", "Stop. And", "Stop"),
        ("钥匙在哪", "钥匙在哪里", "钥匙在"),
        ("钥匙。在哪", "钥匙在哪里", "钥匙在"),
    ],
)
def test_what_two_results_agree_on_but_for_the_last_word(earlier: str, later: str, settled: str) -> None:
    assert agreed(earlier, later) == settled


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Where am I", "where am I?", True),
        ("Where am I", "Where am", False),
        ("你好。", "你好", True),
        ("你好", "您好", False),
        ("It's here", "its here", False),
    ],
)
def test_marks_and_capitals_are_no_words(one: str, other: str, same: bool) -> None:
    assert same_words(one, other) is same


@pytest.mark.parametrize(
    ("beginning", "text", "joint"),
    [
        ("I am New", "I am new in town.", "I am New in town."),
        ("Wait, there", "Wait. There is more", "Wait, there is more"),
        ("我要钥匙", "我要，钥匙在哪？", "我要钥匙在哪？"),
        ("I am new", "I am no longer new", "I am no longer new"),
        ("I am new in town", "I am", "I am"),
        ("", "Anything", "Anything"),
    ],
)
def test_words_that_were_evaluated_keep_their_marks_and_capitals(beginning: str, text: str, joint: str) -> None:
    assert begun_with(beginning, text) == joint
