"""Piper speaks understandably, with a timeline that is exact to the sample."""

from __future__ import annotations

import shutil

import jiwer
import pytest
from real_models import assert_tiles, heard, model_path, plain

from npc_engine.engines.piper import PiperSynthesiser
from npc_engine.engines.whisper import WhisperRecogniser
from npc_engine.errors import ModelDamaged, ModelMissing

JOE = "en_US-joe-medium"
LINES = (
    "Excuse me, where am I, and what should I do next?",
    "You are in the middle of a small town. Find the key and open the safe in the bank.",
    "The saloon is across the street, and the owner knows everybody.",
)

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def piper() -> PiperSynthesiser:
    return PiperSynthesiser({JOE: model_path(JOE)}, threads=2)


@pytest.fixture(scope="module")
def whisper() -> WhisperRecogniser:
    return WhisperRecogniser(model_path("whisper-base"), threads=2)


def test_speech_is_recognised_again(piper, whisper):
    understood = [whisper.transcribe(heard(piper.synthesise(line, "en", JOE, 1.0)), "en", ()).text for line in LINES]
    assert jiwer.wer([plain(line) for line in LINES], [plain(text) for text in understood]) < 0.2


@pytest.mark.parametrize("line", [*LINES, "Hello.", "In 1876 the 12 keys cost $500, Mr. Smith!", "Out of the way"])
def test_visemes_tile_the_audio_and_words_stand_in_it(piper, line):
    assert_tiles(piper.synthesise(line, "en", JOE, 1.0))


def test_words_are_those_of_the_text_and_take_time(piper):
    words = piper.synthesise("Take the 12 keys out of the safe, now!", "en", JOE, 1.0).words
    assert [word.value for word in words] == ["Take", "the", "12", "keys", "out", "of", "the", "safe", "now"]
    assert all(word.duration > 0.01 for word in words)


def test_a_pause_in_the_text_stands_between_two_words(piper):
    first, second = piper.synthesise("Listen: gold.", "en", JOE, 1.0).words
    assert second.start - (first.start + first.duration) > 0.1


def test_silence_at_the_head_is_trimmed(piper):
    for line in LINES:
        speech = piper.synthesise(line, "en", JOE, 1.0)
        assert speech.words[0].start < 0.1
        assert any(abs(sample) > 300 for sample in memoryview(speech.pcm).cast("h")[: speech.rate // 20])


def test_a_faster_voice_takes_less_time(piper):
    normal, fast = (piper.synthesise(LINES[0], "en", JOE, speed).duration for speed in (1.0, 1.5))
    assert fast < normal * 0.85


@pytest.mark.parametrize("text", ["", "   ", "..."])
def test_nothing_to_pronounce_is_no_audio(piper, text):
    speech = piper.synthesise(text, "en", JOE, 1.0)
    assert (speech.pcm, speech.words, speech.visemes) == (b"", (), ())


def test_an_unknown_voice_names_the_way_out(piper):
    with pytest.raises(ModelMissing, match="npc-engine models pull amy"):
        piper.synthesise("Hello.", "en", "amy", 1.0)


def test_a_voice_without_its_configuration_is_missing(tmp_path):
    (tmp_path / "voice.onnx").touch()
    with pytest.raises(ModelMissing, match=r"voice\.onnx\.json"):
        PiperSynthesiser({"voice": tmp_path / "voice.onnx"}, threads=1)


def test_a_broken_voice_is_damaged(tmp_path):
    joe = model_path(JOE)
    shutil.copy(joe.with_name(joe.name + ".json"), tmp_path / "joe.onnx.json")
    for content in (b"no model", joe.read_bytes()[:100_000]):
        (tmp_path / "joe.onnx").write_bytes(content)
        with pytest.raises(ModelDamaged, match="npc-engine models pull joe"):
            PiperSynthesiser({"joe": tmp_path / "joe.onnx"}, threads=1)
