"""The recognition benchmark: its word errors, its sounds, and one small run."""

from __future__ import annotations

import numpy as np
import pytest

from npc_engine.bench import corpora_fake
from npc_engine.bench.findings import as_json, as_markdown
from npc_engine.bench.recognition import Heard, Plan, measure, result
from npc_engine.bench.recognition_report import findings
from npc_engine.bench.recognition_sounds import KINDS, LONGEST, SHORTEST, sounds
from npc_engine.bench.recognition_words import Errors, count_errors, normaliser
from npc_engine.compose import ears_for
from npc_engine.config import Config

SPEECH = corpora_fake.recordings()


def test_spelling_numerals_and_marks_are_no_errors() -> None:
    pairs = [("Please press two thousand, Mr. Grey.", "please press 2,000 mister gray")]
    assert count_errors(pairs, normaliser()).errors == 0


def test_wrong_missing_and_added_words_are_errors() -> None:
    pairs = [("where is the key", "where was the big key"), ("come back", "come")]
    assert count_errors(pairs, normaliser()) == Errors(6, 3)


def test_words_where_none_are_expected_are_errors() -> None:
    assert count_errors([("", "thank you")], normaliser()) == Errors(0, 2)
    assert Errors(0, 2).rate == 2


def test_the_gap_is_in_points_of_the_error_rate() -> None:
    heard = [Heard("a", "where is the key", "where is the", "where is the key", 0.2, 1.0)]
    found = result(heard, normaliser())
    assert found.gap == 25
    assert (found.short_ms, found.whole_ms) == (200, 1000)


@pytest.mark.parametrize("kind", KINDS)
def test_sounds_are_the_same_for_a_seed_and_no_louder_than_samples_can_be(kind: str) -> None:
    found = list(sounds(kind, 3, 1, SPEECH, SPEECH))
    assert found == list(sounds(kind, 3, 1, SPEECH, SPEECH))
    for sound in found:
        assert SHORTEST <= len(sound) / 2 / 16000 <= LONGEST
        assert (np.abs(np.frombuffer(sound, "<i2").astype(int)).max() > 10) == (kind != "silence")


@pytest.mark.anyio
async def test_a_small_run_recognises_speech_and_sounds() -> None:
    found = await measure(Plan(sounds=2, fake=True), ears_for(Config(), fake=True), lambda text: None)
    assert found.corpora["all"].sentences == 3
    assert found.corpora["all"].short.errors == 0
    assert found.sounds["silence"].texts == []
    assert found.sounds["white noise"].texts  # the scripted recogniser hears words in any sound
    shown = findings(found, "scripted")
    assert "| white noise |" in as_markdown(shown)
    assert "with text" in as_markdown(shown)
    assert '"gap"' in as_json(shown)
