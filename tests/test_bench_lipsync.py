"""How far cues are from their sound in the browser: the benchmark hears what it says it hears."""

from __future__ import annotations

import os

import numpy as np
import pytest

from npc_engine.bench.chromium import found
from npc_engine.bench.lipsync import Plan, measure
from npc_engine.engines.scripted import CLICK, RATE, ScriptedClicker


def test_the_clicking_voice_clicks_where_its_visemes_begin() -> None:
    speech = ScriptedClicker().synthesise("One, two and three.", "en", "", 1.0)
    samples = np.frombuffer(speech.pcm, np.int16)
    clicks = np.flatnonzero((samples != 0) & (np.roll(samples, 1) == 0))
    assert list(clicks) == [round(viseme.start * RATE) for viseme in speech.visemes]
    assert np.count_nonzero(samples) == CLICK * len(speech.visemes) == CLICK * 4


@pytest.mark.anyio
@pytest.mark.skipif(not found() and "CI" not in os.environ, reason="needs chromium")
async def test_every_cue_has_its_sound_and_none_comes_after_a_cancellation() -> None:
    measured = await measure(Plan(utterances=2, cancelled=3), lambda line: None)
    assert (measured.data["unmatched"], measured.data["late"]) == (0, 0)
    assert len(measured.data["skews_ms"]) == 2 * 22
