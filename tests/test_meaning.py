"""Lines are understood by examples: what a player says to a task, and what they want of a character."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from npc_engine.core.meaning import MEANT, Stance, closest, is_denied, is_unsure, nothing_alike, stance, wants

EXAMPLES: dict[Stance, Sequence[str]] = {
    "accept": ("I'll find it.", "我去找。"),
    "refuse": ("I won't look for it.", "Find it yourself.", "我不找。"),
    "finish": ("I found it.", "我找到了。"),
}


def alike(line: str, texts: Sequence[str]) -> list[float]:
    """Stands in for a model: the share of letters that two texts have in common."""
    return [len(set(line) & set(text)) / len(set(line) | set(text)) for text in texts]


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("I'll find it, friend.", "accept"),
        ("Sure!", "accept"),
        ("没问题，我去找。", "accept"),
        ("Why not, I'll do it.", "accept"),
        ("No.", "refuse"),
        ("I won't.", "refuse"),
        ("不。", "refuse"),
        ("不行。", "refuse"),
        ("I found it!", "finish"),
        ("我找到了，给你看。", "finish"),
        ("I haven't found it.", None),
        ("Should I say I found it?", None),
        ("I think I'll do it later.", None),
        ("让我想想。", None),
        ("A fine day.", None),
    ],
)
def test_how_a_player_stands_to_a_task(line: str, meaning: Stance | None) -> None:
    assert stance(line, EXAMPLES, nothing_alike) == meaning


def test_a_line_that_nobody_wrote_is_understood_by_its_likeness() -> None:
    assert stance("I found  it", EXAMPLES, alike) == "finish"
    assert closest("I found it", ["I find it."], alike) > MEANT
    assert closest("zzz", ["I find it."], alike) == 0.0


def test_what_is_denied_is_not_what_is_affirmed() -> None:
    assert closest("I won't find it", ["I'll find it."], alike) == 0.0
    assert closest("anything", [], alike) == 0.0


def test_a_single_word_counts_only_where_a_line_begins() -> None:
    assert closest("Yes, with pleasure", ["Yes."], nothing_alike) == 1.0
    assert closest("Say yes", ["Yes."], nothing_alike) == 0.0
    assert closest("Well, open the door now", ["Open the door!"], nothing_alike) == 1.0


@pytest.mark.parametrize("line", ["I won't", "not yet", "我还没打开", "I haven’t", "别动", "无法打开"])
def test_a_denial_is_heard(line: str) -> None:
    assert is_denied(line)


@pytest.mark.parametrize("line", ["Why not!", "No problem.", "没问题", "不错", "I note it", "别的都好"])
def test_what_only_looks_like_a_denial_is_none(line: str) -> None:
    assert not is_denied(line)


def test_what_is_supposed_or_intended_is_not_so() -> None:
    assert all(map(is_unsure, ["If I open it", "I will open it", "Did I?", "我准备打开", "打开了吗"]))
    assert not any(map(is_unsure, ["I opened it", "我打开了"]))


def test_who_asks_for_a_deed_wants_it() -> None:
    examples = ["Open the safe.", "打开保险箱。"]
    assert wants("Please open the safe.", examples, nothing_alike) == 1.0
    assert wants("请打开保险箱。", examples, nothing_alike) == 1.0
    assert wants("Don't open the safe.", examples, nothing_alike) == 0.0
    assert wants("I opened the safe.", examples, alike) == 0.0
    assert wants("Who can open the safe?", examples, alike) == 0.0
    assert wants("我打开保险箱了。", examples, alike) == 0.0
