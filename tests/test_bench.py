"""The benchmark: its arithmetic, its report, and one small run through a real server."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from npc_engine.bench.loop import Plan, measure
from npc_engine.bench.machine import Machine, Memory, machine, memory
from npc_engine.bench.report import (
    LoopReport,
    Turns,
    as_json,
    as_markdown,
    as_picture,
    as_tables,
    facts,
    spoken_row,
    typed_row,
)
from npc_engine.bench.statistics import Summary, percentile, summary
from npc_engine.errors import NpcEngineError
from npc_engine.exchange import Exchange
from npc_engine.protocol import Metrics, Span

TURNS = Turns(
    cold={"endpointing_ms": 400, "voice_to_voice_ms": 2000},
    warm=[{"endpointing_ms": 300, "voice_to_voice_ms": 1000}, {"endpointing_ms": 500, "voice_to_voice_ms": 1200}],
)
REPORT = LoopReport(
    version="1.0",
    machine=Machine("A processor", 2, 16.0, "Linux", "3.11"),
    models={"recognition": "whisper-base"},
    language="en",
    load_before=0.1,
    load_after=1.5,
    ready_seconds=3.25,
    memory=Memory(1500.0, "PSS"),
    spoken=TURNS,
    typed=Turns({"first_token_ms": 90}, [{"first_token_ms": 50, "first_clause_ms": None}]),
    questions=["Where am I?"],
    answers=["In Deadwood."],
)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_is_what_numpy_says(values: list[float], fraction: float) -> None:
    assert percentile(values, fraction) == pytest.approx(float(np.quantile(values, fraction)), abs=1e-6)


def test_stages_that_a_turn_did_not_have_are_left_out_of_its_summary() -> None:
    assert summary([1.0, None, 3.0]) == Summary(2, 2.0, pytest.approx(2.8))
    assert summary([None]) is None


def test_summaries_leave_the_cold_turn_out() -> None:
    assert TURNS.summaries()["voice_to_voice_ms"] == Summary(2, 1100.0, pytest.approx(1180))


def test_the_table_shows_median_p90_and_cold_of_each_stage() -> None:
    console = Console(width=120, record=True, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    with console.file:
        for table in as_tables(REPORT):
            console.print(table)
    text = console.export_text()
    row = next(line for line in text.splitlines() if "audio, at the server" in line)
    assert [part.strip() for part in row.split("│")][2:5] == ["1100", "1180", "2000"]
    assert "typed line → first token" in text
    assert "first token → first clause" not in text


def test_markdown_holds_the_same_numbers_and_what_they_were_measured_on() -> None:
    text = as_markdown(REPORT)
    assert "| end of speech → audio, at the server | 1100 | 1180 | 2000 |" in text
    assert all(fact in text for fact in facts(REPORT))
    assert "1500 MB PSS" in text


def test_json_holds_single_turns_and_summaries() -> None:
    data = json.loads(as_json(REPORT))
    assert data["spoken"]["warm"][1]["voice_to_voice_ms"] == 1200
    assert data["spoken"]["summary"]["endpointing_ms"] == {"count": 2, "median": 400.0, "p90": pytest.approx(480.0)}


def test_times_at_the_client_count_from_the_end_of_the_question() -> None:
    pcm = bytes(1600 * 2) + np.full(1600, 8000, "<i2").tobytes()
    exchange = Exchange(asked_at=10.0, pcm=pcm, rate=16000, audio_at=[(0, 11.0), (1600, 11.5)], text_at=10.25)
    exchange.metrics = Metrics(endpointing_ms=300)
    row = spoken_row(exchange)
    assert (row["client_audio_ms"], row["client_audible_ms"], row["endpointing_ms"]) == (1000, 1500, 300)
    assert typed_row(exchange)["client_text_ms"] == 250


def test_playback_begins_with_the_first_piece_even_if_more_is_there_already() -> None:
    pcm = bytes(1600 * 2) + np.full(1600, 8000, "<i2").tobytes()
    exchange = Exchange(asked_at=10.0, pcm=pcm, rate=16000, audio_at=[(0, 11.0), (1600, 11.0)])
    assert exchange.first_audible_ms == 1100


def test_the_median_turn_is_the_one_whose_wait_is_in_the_middle() -> None:
    spoken = Turns(
        cold={},
        warm=[{"voice_to_voice_ms": wait} for wait in (900, None, 500, 700, 1000)],
        timelines=[[Span(stage="speaking", start_ms=wait, end_ms=3000)] for wait in (900, 0, 500, 700, 1000)],
    )
    assert [span.start_ms for span in spoken.median_turn("voice_to_voice_ms")] == [700]


def test_the_picture_shows_the_median_turn_and_json_every_one() -> None:
    waits = (1000, 1200)
    timelines = [[Span(stage="speaking", start_ms=wait, end_ms=3000)] for wait in waits]
    report = replace(REPORT, spoken=replace(TURNS, timelines=timelines), models={"language_model": "small"})
    assert "after 1000 ms" in as_picture(report)
    assert json.loads(as_json(report))["spoken"]["timelines"][1][0]["start_ms"] == 1200


def test_turns_without_a_timeline_can_not_be_drawn() -> None:
    with pytest.raises(NpcEngineError, match="--turns"):
        as_picture(REPORT)


def test_the_machine_is_described() -> None:
    found = machine()
    assert found.processor
    assert found.cores >= 1
    assert found.memory_gb > 0


def test_memory_of_this_process_is_counted() -> None:
    found = memory(os.getpid())
    assert found.megabytes > 1
    assert found.measure in ("PSS", "RSS")


@pytest.mark.anyio
async def test_a_small_run_measures_spoken_and_typed_turns() -> None:
    notes: list[str] = []
    report = await measure(Plan(turns=1, warmup=1, server=("--fake", "--language", "en")), notes.append)
    assert report.models["language_model"] == "scripted"
    assert len(report.spoken.warm) == len(report.typed.warm) == 1
    assert set(report.spoken.summaries()) >= {"endpointing_ms", "voice_to_voice_ms", "client_audible_ms"}
    assert any("Deadwood" in note for note in notes)
    assert {"speech", "endpointing", "speaking"} <= {span.stage for span in report.spoken.timelines[0]}
    assert "the first sound" in as_picture(report)
