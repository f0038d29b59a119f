"""Kokoro speaks Chinese understandably, with a timeline that is exact to the sample."""

from __future__ import annotations

import jiwer
import pytest
from real_models import assert_tiles, heard, model_path, plain

from npc_engine.engines.kokoro import KokoroSynthesiser
from npc_engine.engines.kokoro_text import english, spoken
from npc_engine.engines.whisper import WhisperRecogniser
from npc_engine.errors import ModelDamaged, ModelMissing

VOICE = "jm_kumo"
LINES = (
    "你现在身处小镇的中央，你的任务是找到钥匙并用它打开银行后台的保险箱。",
    "我现在在哪，我应该做什么？",
    "欢迎来到直播间，今天我们一起聊天。",
)


@pytest.fixture(scope="module")
def kokoro() -> KokoroSynthesiser:
    folder = model_path("kokoro")
    return KokoroSynthesiser(folder / "kokoro.onnx", folder / "voices_ja.npz", folder / "vocab.json", threads=2)


@pytest.mark.models
def test_chinese_is_recognised_again(kokoro):
    whisper = WhisperRecogniser(model_path("whisper-base"), threads=2)
    understood = [whisper.transcribe(heard(kokoro.synthesise(line, "zh", VOICE, 1.0)), None, ()) for line in LINES]
    assert {transcript.language for transcript in understood} == {"zh"}
    references = [plain(line).replace(" ", "") for line in LINES]
    assert jiwer.cer(references, [plain(transcript.text).replace(" ", "") for transcript in understood]) < 0.25


@pytest.mark.models
@pytest.mark.parametrize(
    ("language", "line"),
    [("zh", LINES[1]), ("zh", "Deadwood有12个NPC……"), ("ja", "今日はいい天気ですね。"), ("en", "Hi there.")],
)
def test_visemes_tile_the_audio_and_words_stand_in_it(kokoro, language, line):
    speech = kokoro.synthesise(line, language, VOICE, 1.0)
    assert speech.words
    assert all(word.duration > 0 for word in speech.words)
    assert speech.words[0].start < 0.1
    assert_tiles(speech)


@pytest.mark.models
def test_words_are_those_of_the_text(kokoro):
    words = kokoro.synthesise("你在Deadwood，有12个NPC。", "zh", VOICE, 1.0).words
    assert [word.value for word in words] == ["你", "在", "Deadwood", "有", "12", "个", "NPC"]


@pytest.mark.models
def test_text_beyond_the_model_s_length_is_spoken_whole(kokoro):
    line = "这里是小镇，那边是银行。" * 14
    speech = kokoro.synthesise(line, "zh", VOICE, 2.0)
    assert "".join(word.value for word in speech.words) == line.replace("，", "").replace("。", "")
    assert_tiles(speech)


@pytest.mark.models
@pytest.mark.parametrize("text", ["", "。。", "🙂"])
def test_nothing_to_pronounce_is_no_audio(kokoro, text):
    speech = kokoro.synthesise(text, "zh", VOICE, 1.0)
    assert (speech.pcm, speech.words, speech.visemes) == (b"", (), ())


@pytest.mark.models
def test_an_unknown_voice_names_those_that_exist(kokoro):
    with pytest.raises(ModelMissing, match=VOICE):
        kokoro.synthesise("你好", "zh", "nobody", 1.0)


def test_a_missing_model_names_the_way_out(tmp_path):
    with pytest.raises(ModelMissing, match="npc-engine models pull kokoro"):
        KokoroSynthesiser(tmp_path / "a.onnx", tmp_path / "b.npz", tmp_path / "c.json", threads=1)


def test_a_broken_model_is_damaged(tmp_path):
    files = [tmp_path / name for name in ("a.onnx", "b.npz", "c.json")]
    for file in files:
        file.write_bytes(b"no model")
    with pytest.raises(ModelDamaged, match="npc-engine models verify"):
        KokoroSynthesiser(*files, threads=1)


def test_latin_words_inside_chinese_are_read_as_english():
    assert ("Deadwood", "dˈɛdwʊd") in spoken("你在Deadwood。", "zh")


def test_acronyms_are_read_letter_by_letter():
    assert english("NPC") == "ˌɛnpˌisˈi"


def test_diphthongs_are_single_letters():
    assert english("choose a boat") == "ʧˈuz ə bˈOt"


def test_words_stand_apart_and_punctuation_stays_with_them():
    assert "".join(phonemes for _, phonemes in spoken("，你好。再见！", "zh")) == "ni↓xau↓. ʦai↘ʨjɛ↘n!"
