"""Whom a line is said to is no part of what it says."""

from __future__ import annotations

import pytest

from npc_engine.core.address import names_called, unaddressed

PIKE = names_called(["Constable Pike", "policeman", "派克警员", "派克"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("What work do you have for a detective, Constable?", "What work do you have for a detective?"),
        ("Pike, where is the warrant?", "where is the warrant?"),
        ("Officer, sir, where is it?", "where is it?"),
        ("Tell me, sir, where it is.", "Tell me, where it is."),
        ("Thank you, my dear friend!", "Thank you!"),
        ("派克，船长死了吗？", "船长死了吗？"),
        ("老板娘，钥匙在哪？", "钥匙在哪？"),
        ("钥匙在哪，大哥？", "钥匙在哪？"),
    ],
)
def test_who_is_spoken_to_is_left_out(line: str, said: str) -> None:
    assert unaddressed(line, PIKE) == said


@pytest.mark.parametrize(
    "line", ["Pike?", "Where is Pike?", "Agnes, where is it?", "A pike, a rod and a net", "Old, is it?", "警察在哪？"]
)
def test_a_line_stays_as_it_is_where_nobody_is_or_nothing_else_is_said(line: str) -> None:
    assert unaddressed(line, PIKE) == line
