"""Whisper understands short utterances through short windows, and nothing where nothing was said."""

from __future__ import annotations

import pytest
from real_models import heard, hum, model_path, noise, plain, silence

from npc_engine.engines.piper import PiperSynthesiser
from npc_engine.engines.whisper import WhisperRecogniser
from npc_engine.errors import ModelDamaged, ModelMissing

JOE = "en_US-joe-medium"


@pytest.fixture(scope="module")
def whisper() -> WhisperRecogniser:
    return WhisperRecogniser(model_path("whisper-base"), threads=2)


@pytest.fixture(scope="module")
def say():
    piper = PiperSynthesiser({JOE: model_path(JOE)}, threads=2)
    return lambda text: heard(piper.synthesise(text, "en", JOE, 1.0))


@pytest.mark.models
@pytest.mark.parametrize("line", ["Hello there.", "No, thank you.", "Excuse me, what should I do next?"])
def test_short_lines_are_understood(whisper, say, line):
    assert plain(whisper.transcribe(say(line), "en", ()).text) == plain(line)


@pytest.mark.models
def test_the_language_is_detected(whisper, say):
    assert whisper.transcribe(say("Where is the key to the safe?"), None, ()).language == "en"


@pytest.mark.models
def test_an_unknown_language_is_detected_too(whisper, say):
    assert whisper.transcribe(say("Where is the key to the safe?"), "xx", ()).language == "en"


@pytest.mark.models
def test_hotwords_are_preferred(whisper, say):
    line = say("Do you know Ada Finch of Deadwood?")
    assert "Deadwood" in whisper.transcribe(line, "en", ["Ada Finch", "Deadwood"]).text
    assert "Deadwood" not in whisper.transcribe(line, "en", ()).text


@pytest.mark.models
def test_any_number_of_hotwords_is_taken(whisper, say):
    assert plain(whisper.transcribe(say("Hello there."), "en", ["Deadwood"] * 500).text) == "hello there"


@pytest.mark.models
@pytest.mark.parametrize("language", [None, "en", "zh"])
@pytest.mark.parametrize("hotwords", [(), ("Ada Finch", "Deadwood")])
@pytest.mark.parametrize(
    "sound",
    [
        b"",
        b"\0",
        silence(0.5),
        silence(4.0),
        noise(3.0, 0.001),
        noise(3.0, 0.02),
        noise(2.0, 0.1),
        hum(3.0, 50, 0.1),
        hum(2.0, 220, 0.05),
    ],
    ids=["nothing", "byte", "short", "silence", "hiss", "noise", "roar", "hum", "tone"],
)
def test_nothing_is_understood_where_nothing_was_said(whisper, sound, hotwords, language):
    assert whisper.transcribe(sound, language, hotwords).text == ""


@pytest.mark.models
def test_speech_longer_than_a_window_is_cut_at_its_pauses(whisper, say):
    lines = [
        "The saloon stands on the main street, next to the blacksmith.",
        "Every morning the stage coach brings letters from the east.",
        "My brother went up to the mountains to look for gold.",
        "The safe in the back room of the bank has not been opened for years.",
        "If you see a man with a grey hat, do not tell him where I am.",
        "They say that the key was lost in a game of cards.",
        "Nobody remembers who dug the first well in this valley.",
        "Come back tomorrow, and bring the horse with you.",
    ]
    audio = silence(1.2).join(say(line) for line in lines)
    assert len(audio) > 2 * 16000 * 30
    words = plain(whisper.transcribe(audio, "en", ()).text).split()
    expected = plain(" ".join(lines)).split()
    assert len(words) == pytest.approx(len(expected), rel=0.1)
    assert len(set(expected) & set(words)) > 0.85 * len(set(expected))


def test_a_missing_model_names_the_way_out(tmp_path):
    with pytest.raises(ModelMissing, match="npc-engine models pull"):
        WhisperRecogniser(tmp_path / "nowhere", threads=1)


def test_a_broken_model_is_damaged(tmp_path):
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(ModelDamaged, match="npc-engine models verify"):
        WhisperRecogniser(tmp_path, threads=1)
