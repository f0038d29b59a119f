"""Readings in katakana become the phonemes that Kokoro knows."""

from __future__ import annotations

import pytest

from npc_engine.engines import japanese


@pytest.mark.parametrize(
    ("reading", "phonemes"),
    [
        ("コンニチワ", "koɲɲiʨiβa"),
        ("シンブン", "ɕimbɯɴ"),
        ("キャク", "kʲakɯ"),
        ("チェック", "ʨeʔkɯ"),
        ("ティー", "tʲiː"),
        ("ファン", "ɸaɴ"),
        ("ウィ", "βi"),
        ("ンガ", "ŋɡa"),
        ("マシ’", "maɕi"),
        ("、", ""),
    ],
)
def test_a_reading_is_a_row_of_moras(reading, phonemes):
    assert japanese.kana_phonemes(reading) == phonemes


def test_words_and_marks_come_in_order():
    assert [word for word, _ in japanese.words("今日はいい天気ですね。")] == [
        "今日",
        "は",
        "いい",
        "天気",
        "です",
        "ね",
        None,
    ]
