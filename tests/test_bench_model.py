"""The benchmark of the language model alone."""

from __future__ import annotations

import pytest

from npc_engine.bench.model import Plan, measure

pytestmark = [pytest.mark.models, pytest.mark.timeout(300)]


def test_batches_attention_and_foresight_are_measured() -> None:
    notes: list[str] = []
    found = measure(Plan(tries=1, sizes=(1, 8), behind=(64,), windows=2), notes.append)
    batches, attention, foresight = found.sections
    assert [row[0] for row in batches.rows] == ["as it came", "quick"]
    assert all(float(time) > 0 for row in batches.rows for time in row[1:])
    assert [row[0] for row in attention.rows] == ["with flash attention", "without"]
    came, quick = foresight.rows
    assert came[2] == "100.0%"
    assert 1 < float(came[1]) < 100
    assert float(quick[2].rstrip("%")) > 70, "quick weights choose mostly the same"
    assert len(notes) == 3
