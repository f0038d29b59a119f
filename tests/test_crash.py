"""A server that is killed in mid-conversation: nothing that a client was told is missing after the restart."""

from __future__ import annotations

import pytest

from npc_engine.bench.crash import Plan, lost, measure


@pytest.mark.anyio
async def test_what_clients_were_told_survives_a_kill() -> None:
    found = await measure(Plan(conversations=10, at_once=5, seed=3), lambda line: None)
    assert found.data["missing"] == []
    assert found.data["kills"] == 2
    assert found.data["told"] > 10


def test_what_is_missing_or_out_of_order_is_seen() -> None:
    assert lost(["a", "c"], ["a", "b", "c"]) == []
    assert lost(["a", "x", "c"], ["a", "b", "c"]) == ["x"]
    assert lost(["c", "a"], ["a", "b", "c"]) == ["a"]
    assert lost(["a", "a"], ["a"]) == ["a"]
