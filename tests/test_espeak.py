"""espeak-ng speaks any language, with the times that it reports itself. It needs no model."""

from __future__ import annotations

import pytest
from real_models import assert_tiles

from npc_engine.engines.espeak import EspeakSynthesiser


@pytest.fixture(scope="module")
def espeak() -> EspeakSynthesiser:
    return EspeakSynthesiser()


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("fr", "Bonjour, tout le monde !", ["Bonjour", "tout", "le", "monde"]),
        ("de", "Wo ist der Schlüssel?", ["Wo", "ist", "der", "Schlüssel"]),
        ("en", "Hello there. How are you?", ["Hello", "there", "How", "are", "you"]),
        ("zh", "你好", ["你", "好"]),
    ],
)
def test_words_and_visemes_follow_the_speech(espeak, language, text, words):
    speech = espeak.synthesise(text, language, "", 1.0)
    assert [word.value for word in speech.words] == words
    assert all(word.duration > 0 for word in speech.words)
    assert speech.rate == 22050
    assert_tiles(speech)


def test_languages_differ(espeak):
    assert espeak.synthesise("chat", "fr", "", 1.0).visemes != espeak.synthesise("chat", "en", "", 1.0).visemes


def test_many_languages_are_known(espeak):
    assert {"ar", "de", "en", "es", "fr", "hi", "it", "pt", "ru", "zh"} <= set(espeak.languages())


def test_an_unknown_language_is_read_as_english(espeak):
    unknown, english = (espeak.synthesise("Hello", language, "", 1.0).visemes for language in ("xx", "en"))
    assert [viseme.value for viseme in unknown] == [viseme.value for viseme in english]


def test_a_faster_pace_takes_less_time(espeak):
    text = "One, two, three, four."
    assert espeak.synthesise(text, "en", "", 1.5).duration < espeak.synthesise(text, "en", "", 1.0).duration


@pytest.mark.parametrize("text", ["", " ", "..."])
def test_nothing_to_pronounce_is_no_audio(espeak, text):
    assert espeak.synthesise(text, "en", "", 1.0).pcm == b""
