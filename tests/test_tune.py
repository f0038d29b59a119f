"""Tuning: what is chosen from given measurements, and one run of the command with scripted engines."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from npc_engine import threads
from npc_engine.bench.machine import Machine
from npc_engine.bench.tune import measure
from npc_engine.bench.tune_choice import CLAUSE_TOKENS, TOLERANCE, Measurements, candidates, choose, model
from npc_engine.bench.tune_report import TuneReport, as_json, as_markdown
from npc_engine.cli import app
from npc_engine.config import Config, Endpoint, ModelChoice
from npc_engine.errors import InvalidFile
from npc_engine.threads import Threads, load_tuned, threads_for

SECONDS = st.floats(0.001, 10)


def measurements(counts: tuple[int, ...] = (1, 2), seconds: float = 0.1) -> Measurements:
    """Engines whose speed does not depend on their threads."""
    alone, together = dict.fromkeys(counts, seconds), dict.fromkeys(product(counts, counts), seconds)
    return Measurements(alone, alone, alone, alone, together, together, together)


def counts(reading: int, writing: int, recognising: int, speaking: int) -> Threads:
    return Threads(language_model=reading, decode=writing, recognition=recognising, synthesis=speaking)


@pytest.mark.parametrize(
    ("cores", "expected"), [(1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (4, [1, 2, 3, 4]), (64, [1, 4, 7, 8])]
)
def test_few_counts_are_tried_however_many_cores_there_are(cores: int, expected: list[int]) -> None:
    assert candidates(cores) == expected


@pytest.mark.parametrize("cores", range(1, 17))
def test_the_defaults_are_among_what_is_tried(cores: int) -> None:
    assert set(threads_for(cores).model_dump().values()) <= set(candidates(cores))


def test_where_threads_gain_nothing_one_each_is_chosen() -> None:
    assert choose(measurements((1, 2, 3, 4))) == counts(1, 1, 1, 1)


def test_the_model_reads_with_as_many_threads_as_are_quickest() -> None:
    measured = replace(measurements(), first_token={1: 0.4, 2: 0.2})
    assert choose(measured) == counts(2, 1, 1, 1)


def test_what_is_quickest_alone_is_not_chosen_if_it_is_slow_beside_the_others() -> None:
    alone = replace(measurements(), token={1: 0.04, 2: 0.03})
    assert choose(alone).decode == 2
    in_the_way = {(writing, other): 0.2 if writing == 2 else 0.1 for writing, other in product((1, 2), (1, 2))}
    assert choose(replace(alone, token_beside_recognition=in_the_way)).decode == 1


def test_an_engine_that_slows_the_model_down_gets_fewer_threads() -> None:
    quick = replace(measurements(), recognition={1: 0.3, 2: 0.2})
    assert choose(quick).recognition == 2
    slowing = {(writing, other): 0.3 if other == 2 else 0.1 for writing, other in product((1, 2), (1, 2))}
    assert choose(replace(quick, token_beside_recognition=slowing)).recognition == 1


def test_a_gain_too_small_to_be_told_from_noise_buys_no_thread() -> None:
    total = model(measurements(), counts(1, 1, 1, 1)).mean
    gain = total * TOLERANCE
    measured = replace(measurements(), synthesis={1: 0.1 + gain, 2: 0.1 + gain / 2})
    assert choose(measured).synthesis == 1


def test_a_modelled_turn_is_the_sum_of_its_stages() -> None:
    measured = Measurements(
        first_token={2: 0.2},
        token={1: 0.02},
        recognition={1: 0.3},
        synthesis={2: 0.1},
        token_beside_recognition={(1, 1): 0.04},
        recognition_beside_writing={(1, 1): 0.5},
        synthesis_beside_writing={(1, 2): 0.15},
    )
    turn = model(measured, counts(2, 1, 1, 2))
    assert turn.undisturbed == pytest.approx(0.3 + 0.2 + (CLAUSE_TOKENS - 1) * 0.02 + 0.1)
    assert turn.contended == pytest.approx(0.5 + 0.2 + (CLAUSE_TOKENS - 1) * 0.04 + 0.15)
    assert turn.mean == pytest.approx((turn.undisturbed + turn.contended) / 2)


@st.composite
def machines(draw: st.DrawFn) -> Measurements:
    """Engines of any speed."""
    tried = (1, 2, 4)
    alone = [draw(st.fixed_dictionaries(dict.fromkeys(tried, SECONDS))) for _ in range(4)]
    together = [draw(st.fixed_dictionaries(dict.fromkeys(product(tried, tried), SECONDS))) for _ in range(3)]
    return Measurements(*alone, *together)


@given(machines())
def test_the_choice_is_never_noticeably_slower_than_any_other(measured: Measurements) -> None:
    chosen = model(measured, choose(measured)).mean
    others = [model(measured, counts(*each)).mean for each in product((1, 2, 4), repeat=4)]
    assert chosen <= min(others) * (1 + TOLERANCE)


REPORT = TuneReport(Machine("A processor", 2, 16.0, "Linux", "3.11"), 0.1, 1.5, measurements(), counts(2, 1, 1, 2))


def test_the_report_sets_the_choice_beside_the_default() -> None:
    text = as_markdown(REPORT)
    assert "| chosen | 2 | 1 | 1 | 2 |" in text
    assert "| default | 2 | 1 | 1 | 2 |" in text
    assert "load average 0.1 before, 1.5 after" in text


def test_json_holds_the_choice_and_every_measurement() -> None:
    data = json.loads(as_json(REPORT))
    assert data["chosen"] == {"language_model": 2, "decode": 1, "recognition": 1, "synthesis": 2}
    assert data["measured"]["token"] == [[1, 0.1], [2, 0.1]]
    assert [1, 2, 0.1] in data["measured"]["synthesis_beside_writing"]


@pytest.mark.anyio
async def test_every_count_is_measured_alone_and_beside_every_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("npc_engine.bench.tune.usable_cores", lambda: 3)
    notes: list[str] = []
    measured = await measure(Config(), "en", True, notes.append)
    assert list(measured.first_token) == list(measured.recognition) == [1, 2, 3]
    assert set(measured.synthesis_beside_writing) == set(product((1, 2, 3), repeat=2))
    assert set(measured.token_beside_recognition) == set(measured.recognition_beside_writing)
    assert any("beside" in note for note in notes)


@pytest.mark.anyio
async def test_a_model_behind_http_is_tuned_where_it_runs() -> None:
    endpoint = Endpoint(url="http://127.0.0.1:1/v1", model="any")
    with pytest.raises(InvalidFile, match="in a server of its own"):
        await measure(Config(models=ModelChoice(language=endpoint)), "en", False, print)


@pytest.mark.anyio
async def test_a_language_without_a_recorded_question_is_refused() -> None:
    with pytest.raises(InvalidFile, match="there are: en, zh"):
        await measure(Config(), "fr", True, print)


def test_the_command_shows_what_it_found_and_keeps_nothing_of_scripted_engines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "tuned_file", lambda: tmp_path / "tuned.yaml")
    monkeypatch.setattr("npc_engine.terminal.tuning.tuned_file", lambda: tmp_path / "tuned.yaml")
    result = CliRunner().invoke(app, ["bench", "tune", "--fake", "--json", str(tmp_path / "found.json")])
    assert result.exit_code == 0, result.output
    assert "chosen" in result.stdout
    assert json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["chosen"]["decode"] >= 1
    assert not (tmp_path / "tuned.yaml").exists()


def test_what_was_found_is_kept_for_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from npc_engine.terminal import tuning

    monkeypatch.setattr(tuning, "tuned_file", lambda: tmp_path / "tuned.yaml")
    tuning.save(REPORT.chosen)
    tuned = load_tuned(tmp_path / "tuned.yaml")
    assert tuned is not None
    assert (tuned.decode, tuned.cores) == (1, threads.usable_cores())
