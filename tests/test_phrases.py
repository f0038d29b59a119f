"""Where a sentence may be parted without a mark."""

from __future__ import annotations

import itertools

import pytest

from npc_engine.core.phrases import phrase_ends


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("You'll find the key behind the bar", ["You'll find the key ", "behind the bar"]),
        ("I keep to my ledgers and my money", ["I keep ", "to my ledgers ", "and my money"]),
        ("You are in the middle of the town", ["You are in the middle of the town"]),
        ("The key is here, in the", ["The key is here, in the"]),
        ("Go behind", ["Go behind"]),
        ("钥匙在吧台后面", ["钥匙", "在吧台后面"]),
        ("我现在很忙", ["我现在很忙"]),
        ("钥匙出现在酒馆", ["钥匙出现", "在酒馆"]),
        ("因为下雨", ["因为下雨"]),
        ("key 和钥匙", ["key 和钥匙"]),
        ("钥匙在", ["钥匙在"]),
    ],
)
def test_phrases_end_before_words_that_open_another(text: str, parts: list[str]) -> None:
    ends = [0, *phrase_ends(text), len(text)]
    assert [text[start:end] for start, end in itertools.pairwise(ends)] == parts
