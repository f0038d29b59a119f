"""The end-of-turn model hears whether a sentence is finished. How well is a benchmark, on recordings of people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from real_models import model_path, noise, pcm, silence

from npc_engine.engines.scripted import ScriptedTurnJudge
from npc_engine.engines.smart_turn import RATE, SECONDS, SmartTurnJudge
from npc_engine.errors import ModelDamaged, ModelMissing
from npc_engine.recordings import question


@pytest.fixture(scope="module")
def judge() -> SmartTurnJudge:
    return SmartTurnJudge(model_path("smart-turn"))


@pytest.fixture(scope="module")
def spoken() -> bytes:
    """A finished question."""
    sound = question("en", "where_is_the_key").at_rate(RATE)
    audible = sound.audible()
    assert audible is not None
    return sound.pcm[: round(audible[1] * RATE) * 2]


@pytest.mark.models
@pytest.mark.parametrize("sound", [b"", b"\0", silence(0.5), silence(20.0), noise(3.0, 0.1)])
def test_any_audio_has_a_probability(judge: SmartTurnJudge, sound: bytes) -> None:
    assert 0 <= judge.judge(sound) <= 1


@pytest.mark.models
def test_a_finished_question_is_likelier_to_be_over_than_its_beginning(judge: SmartTurnJudge, spoken: bytes) -> None:
    middle = len(spoken) // 4 * 2
    assert judge.judge(spoken + silence(0.2)) > judge.judge(spoken[:middle] + silence(0.2))


@pytest.mark.models
def test_only_the_end_of_long_speech_is_heard(judge: SmartTurnJudge, spoken: bytes) -> None:
    end = (silence(SECONDS) + spoken)[-SECONDS * RATE * 2 :]
    assert judge.judge(noise(3.0, 0.1) + end) == judge.judge(end)


@pytest.mark.models
def test_loudness_does_not_matter(judge: SmartTurnJudge, spoken: bytes) -> None:
    samples = np.frombuffer(spoken, "<i2") / 32768
    assert judge.judge(pcm(samples * 0.5)) == pytest.approx(judge.judge(pcm(samples)), abs=0.05)


def test_a_missing_model_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="npc-engine models pull smart-turn"):
        SmartTurnJudge(tmp_path / "nowhere.onnx")


def test_a_broken_model_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"broken")
    with pytest.raises(ModelDamaged, match="npc-engine models verify"):
        SmartTurnJudge(tmp_path / "broken.onnx")


def test_the_scripted_judge_takes_quiet_for_the_end() -> None:
    judge = ScriptedTurnJudge()
    assert judge.judge(noise(1.0, 0.1)) == 0.0
    assert judge.judge(noise(1.0, 0.1) + silence(0.2)) == 1.0
    assert judge.judge(b"") == 1.0
