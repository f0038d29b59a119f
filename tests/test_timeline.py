"""Silence is trimmed and words find their phonemes, to the sample."""

from __future__ import annotations

import numpy as np
import pytest

from npc_engine.engines.timeline import Phone, speech, spread, with_words, word_spans, words_of

RATE = 1000


def tone(seconds: float) -> np.ndarray:
    return np.full(round(seconds * RATE), 0.5, np.float32)


def quiet(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.float32)


def phones(*words: str) -> list[Phone]:
    return [Phone(letter, 10) for letter in " ".join(words)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, traveller!", ["Hello", "traveller"]),
        ("“It's” — well-known.", ["It's", "well-known"]),
        ("It cost $500.", ["It", "cost", "500"]),
        ("你好，Deadwood。来吧", ["你", "好", "Deadwood", "来", "吧"]),
        ("हिन्दी में।", ["हिन्दी", "में"]),
        ("...", []),
    ],
)
def test_words_are_those_of_the_text_without_punctuation(text, words):
    assert words_of(text) == words
    assert [text[start:end] for start, end in word_spans(text)] == words


def test_phonemes_belong_to_the_word_that_has_them_by_itself():
    labelled = with_words(phones("hɛloʊ", "ðɛɹ"), ["hɛloʊ", "ðɛɹ"])
    assert [phone.word for phone in labelled] == [0, 0, 0, 0, 0, None, 1, 1, 1]


def test_words_that_merge_are_still_told_apart():
    labelled = with_words(phones("aʊɾʌvðə"), ["aʊt", "ʌv", "ðə"])
    assert [phone.word for phone in labelled] == [0, 0, 0, 1, 1, 2, 2]


def test_one_written_word_may_be_many_spoken_ones():
    labelled = with_words(phones("θɹiː", "hʌndɹɪd", "kiːz"), ["θɹiːhʌndɹɪd", "kiːz"])
    assert [phone.word for phone in labelled if phone.symbol not in " ː"] == [0] * 10 + [1] * 3


def test_stress_goes_with_the_sound_after_and_length_with_the_one_before():
    labelled = with_words(phones("niː", "ˈɪn"), ["niː", "ɪn"])
    assert [phone.word for phone in labelled] == [0, 0, 0, None, 1, 1, 1]


def test_without_words_no_phoneme_belongs_to_one():
    assert {phone.word for phone in with_words(phones("hm"), [])} == {None}


def test_silence_at_the_head_is_cut_from_audio_and_timeline():
    piece = speech(np.concatenate([quiet(0.3), tone(0.5)]), RATE, [Phone("^", 300), Phone("a", 500, 0)], ["ah"])
    assert piece.duration == pytest.approx(0.51)
    assert piece.words[0].start == pytest.approx(0.01)
    assert sum(viseme.duration for viseme in piece.visemes) == pytest.approx(piece.duration)


def test_silence_at_the_tail_is_no_longer_than_a_pause():
    piece = speech(np.concatenate([tone(0.5), quiet(2.0)]), RATE, [Phone("a", 500, 0), Phone("$", 2000)], ["ah"])
    assert piece.duration == pytest.approx(0.62, abs=0.002)
    assert [viseme.value for viseme in piece.visemes] == ["aa", "sil"]


def test_nothing_but_silence_is_no_audio():
    piece = speech(quiet(1.0), RATE, [Phone("^", 1000)], [])
    assert (piece.pcm, piece.words, piece.visemes) == (b"", (), ())


def test_a_word_without_sounds_shares_the_time_of_the_one_before():
    piece = speech(tone(1.0), RATE, [Phone("a", 600, 0), Phone("o", 400, 2)], ["ah", "h", "oh"])
    assert [(word.start, word.duration) for word in piece.words] == [(0.0, 0.3), (0.3, 0.3), (0.6, 0.4)]


def test_samples_are_spread_without_loss():
    assert spread(3, 10) == [3, 3, 4]
    assert spread(0, 10) == []
