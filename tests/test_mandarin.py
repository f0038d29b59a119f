"""Chinese characters and numbers become the phonemes that Kokoro knows."""

from __future__ import annotations

import pytest

from npc_engine.engines import mandarin


@pytest.mark.parametrize(
    ("syllable", "phonemes"),
    [
        ("ni3", "ni↓"),
        ("zhong1", "ꭧʊ→ŋ"),
        ("shi4", "ʂɨ↘"),
        ("xue2", "ɕɥe↗"),
        ("ju1", "ʨy→"),
        ("er4", "ɚ↘"),
        ("de5", "tɤ"),
        ("yuan2", "ɥɛ↗n"),
        ("wen4", "wə↘n"),
        ("x", ""),
        ("", ""),
    ],
)
def test_a_syllable_is_initial_final_and_tone(syllable, phonemes):
    assert mandarin.syllable_phonemes(syllable) == phonemes


def test_words_keep_their_characters_in_order():
    words = list(mandarin.words("你的任务是找到钥匙"))
    assert "".join(word for word, _ in words) == "你的任务是找到钥匙"
    assert ("任务", "ɻə↘nu↘") in words


def test_a_reading_depends_on_the_word():
    assert mandarin.phonemes("银行").endswith("xa↗ŋ")
    assert mandarin.phonemes("行走").startswith("ɕi↗ŋ")


@pytest.mark.parametrize(
    ("written", "read"),
    [("12", "十二"), ("1876年", "一八七六年"), ("3.5%", "百分之三点五"), ("12,000", "一万二千"), ("10:30", "十点三十")],
)
def test_numbers_are_read_as_people_do(written, read):
    assert mandarin.number(written) == read


@pytest.mark.parametrize("written", ["1876-13-45", "99999999999999999999", "1/0", "1.2.3.4"])
def test_odd_numbers_leave_no_digit(written):
    assert not any(character.isdigit() and character.isascii() for character in mandarin.number(written))
