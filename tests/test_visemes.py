"""Phonemes become mouth shapes, and shapes tile the audio."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npc_engine.engines.base import Timed
from npc_engine.engines.visemes import tile, visemes_of

OCULUS = {"sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U"}


@pytest.mark.parametrize(
    ("phoneme", "shapes"),
    [
        ("p", ("PP",)),
        ("v", ("FF",)),
        ("θ", ("TH",)),
        ("ɡ", ("kk",)),
        ("ʃ", ("CH",)),
        ("ʨʰ", ("CH",)),
        ("ꭧ", ("CH",)),
        ("ɲ", ("nn",)),
        ("ɹ", ("RR",)),
        ("ˈuː", ("U",)),
        ("aɪ", ("aa", "I")),
        ("ɔ̃", ("O",)),
        ("ɯ", ("U",)),
        ("W", ("aa",)),
        (",", ("sil",)),
        ("", ()),
        ("ˈ", ()),
        ("→", ()),
    ],
)
def test_a_phoneme_has_the_shapes_that_it_is_seen_by(phoneme, shapes):
    assert visemes_of(phoneme) == shapes


def test_an_unknown_letter_opens_the_mouth_a_little():
    assert visemes_of("ꞷ") == ("E",)


def test_equal_neighbours_become_one():
    assert tile([("p", 100), ("b", 50), ("a", 50)], 100) == (Timed("PP", 0.0, 1.5), Timed("aa", 1.5, 0.5))


def test_a_stress_mark_belongs_to_the_sound_that_follows():
    assert tile([("s", 10), ("ˈ", 5), ("a", 5)], 10) == (Timed("SS", 0.0, 1.0), Timed("aa", 1.0, 1.0))


def test_a_tone_belongs_to_the_sound_before():
    assert tile([("a", 10), ("↘", 5), ("n", 5)], 10) == (Timed("aa", 0.0, 1.5), Timed("nn", 1.5, 0.5))


def test_the_mouth_closes_in_a_long_gap_only():
    assert [timed.value for timed in tile([("a", 900), (" ", 50), ("o", 50)], 1000)] == ["aa", "O"]
    assert [timed.value for timed in tile([("a", 900), (" ", 200), ("o", 50)], 1000)] == ["aa", "sil", "O"]


def test_a_diphthong_shares_its_samples():
    assert tile([("aʊ", 3)], 1) == (Timed("aa", 0.0, 1.0), Timed("U", 1.0, 2.0))


@given(st.lists(st.tuples(st.sampled_from([*"pfθtkʃsnɹaeiou ˈː,→^h", "aɪ", ""]), st.integers(0, 5000))))
def test_tiles_cover_every_sample_once(phonemes):
    rate = 22050
    tiles = tile(phonemes, rate)
    end = 0.0
    for timed in tiles:
        assert timed.value in OCULUS
        assert timed.start == pytest.approx(end)
        assert timed.duration > 0
        end = timed.start + timed.duration
    assert end == pytest.approx(sum(samples for _, samples in phonemes) / rate)
    assert all(first.value != second.value for first, second in pairwise(tiles))
