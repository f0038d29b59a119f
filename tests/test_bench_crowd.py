"""The benchmarks of several players: their arithmetic, what they show, and a small run of each on a real server."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from npc_engine.bench import crowd, idle, join
from npc_engine.bench.crowd_report import Answer, Crowd, findings
from npc_engine.bench.findings import Findings, Section, as_json, as_markdown, as_tables
from npc_engine.bench.llama_server import ServerNotBuilt, _run
from npc_engine.bench.players import gaps, written
from npc_engine.bench.rivals import OURS, THROUGH, RivalUnknown, check
from npc_engine.cli import app
from npc_engine.config import Config, load_config
from npc_engine.exchange import Exchange
from npc_engine.persona import loading

FINDINGS = Findings(["a fact"], [Section("A title", ["", "median"], [["one", "12"], ["two", "34"]])], {"all": [1]})


def heard(*pieces: tuple[int, float]) -> Exchange:
    """An answer whose pieces, by their first sample at 1 kHz, came at these seconds."""
    return Exchange(asked_at=0.0, rate=1000, audio_at=list(pieces))


def test_audio_that_comes_before_it_is_needed_leaves_no_gap():
    assert gaps(heard((0, 10.0), (500, 10.5), (1000, 10.2))) == []


def test_audio_that_comes_late_leaves_a_gap_and_delays_the_rest():
    assert gaps(heard((0, 10.0), (1000, 11.52), (2000, 12.5))) == [pytest.approx(0.5)]


def test_less_than_a_frame_of_jitter_is_no_gap():
    assert gaps(heard((0, 10.0), (1000, 11.015))) == []


def test_without_audio_there_are_no_gaps():
    assert gaps(Exchange(asked_at=0.0)) == []


def test_spoken_turns_count_to_the_first_audible_sample_and_typed_ones_to_the_first_token():
    answers = [Answer(100, 900, [], ""), Answer(200, 1100, [40, 70], ""), Answer(None, None, [], "")]
    assert Crowd(OURS, True, 3, answers).row() == [OURS, "3", "2", "1000", "1090", "1", "70"]
    assert Crowd(OURS, False, 3, answers).row() == [OURS, "3", "2", "150", "195"]
    assert Crowd(OURS, True, 1, []).row() == [OURS, "1", "0", "", "", "0", "0"]


def test_a_crowd_that_only_typed_has_one_table():
    found = findings([Crowd(OURS, False, 1, [Answer(100, None, [], "Yes.")])], {"language_model": "small"}, 0.5, seed=7)
    assert [section.title.split(":")[0] for section in found.sections] == ["Players who type at once"]
    assert "seed of the draws 7" in found.facts


def test_findings_read_the_same_everywhere():
    text = as_markdown(FINDINGS)
    assert "| two | 34 |" in text
    assert text.startswith("a fact")
    assert json.loads(as_json(FINDINGS)) == {"facts": ["a fact"], "all": [1]}
    assert [table.row_count for table in as_tables(FINDINGS)] == [2]


def test_a_configuration_survives_being_written(tmp_path: Path):
    config = Config(context_tokens=4096, limits=Config().limits.model_copy(update={"sessions": 7}))
    assert load_config(written(config, tmp_path)) == config


def test_an_unknown_server_names_those_there_are():
    check(THROUGH)
    with pytest.raises(RivalUnknown, match="llama-server"):
        check(("lama",))


def test_a_build_that_fails_says_what_is_needed():
    with pytest.raises(ServerNotBuilt, match="CMake"):
        _run(["there-is-no-such-program"])
    with pytest.raises(ServerNotBuilt, match="--through"):
        _run([sys.executable, "-c", "raise SystemExit('it broke')"])


def test_the_long_persona_is_a_valid_one_with_two_thousand_tokens_of_past(tmp_path: Path):
    personas = join._personas(join.Plan())
    loaded = loading.load(Path(join._write(tmp_path, "long", personas[join.LONG])) / loading.FILE)
    assert loaded.description == personas[join.LONG].description
    more = len(str(loaded.description["en"])) - len(str(personas[join.SHORT].description["en"]))
    assert 3 < more / join.TOKENS < 5  # letters per token of English


@pytest.mark.anyio
async def test_a_small_crowd_is_measured_spoken_and_typed():
    notes: list[str] = []
    found = await crowd.measure(crowd.Plan(turns=2, sizes=(2,), through=(OURS,), fake=True), notes.append)
    assert [section.rows[0][:3] for section in found.sections] == [[OURS, "2", "2"]] * 2
    assert any("2 spoken" in note for note in notes)


@pytest.mark.anyio
async def test_joining_is_measured_for_both_personas():
    found = await join.measure(join.Plan(turns=1, fake=True), lambda note: None)
    assert [row[:2] for row in found.sections[0].rows] == [["short persona", "1"], ["long persona", "1"]]


@pytest.mark.anyio
async def test_idle_sessions_are_measured_beside_one_who_speaks():
    plan = idle.Plan(sessions=3, open_microphones=1, turns=1, watch=0.1, fake=True)
    found = await idle.measure(plan, lambda note: None)
    assert [row[0] for row in found.sections[0].rows] == ["nobody else", "3 silent sessions", "1 open microphones"]


def test_the_commands_show_what_was_found(tmp_path: Path):
    file = tmp_path / "crowd.json"
    arguments = ["bench", "crowd", "--fake", "--text", "--turns", "1", "--size", "1", "--markdown", "--json", str(file)]
    result = CliRunner().invoke(app, arguments)
    assert "| npc-engine | 1 | 1 |" in result.stdout
    assert json.loads(file.read_text(encoding="utf-8"))["crowds"][0]["size"] == 1


def test_a_crowd_either_speaks_or_types():
    result = CliRunner().invoke(app, ["bench", "crowd", "--fake", "--text", "--spoken"])
    assert result.exit_code == 2
