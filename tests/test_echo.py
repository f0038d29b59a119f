"""Telling the character's own voice, misheard a little, from the player's."""

from __future__ import annotations

import pytest

from npc_engine.core.echo import compare, similarity, words

PLAYED = "If you walk past the saloon and turn left at the stable, you will see the old mill"


def test_words_are_what_counts() -> None:
    assert words("It's Ada's -- Well, WELL!") == ["it's", "ada's", "well", "well"]
    assert words("你好，世界 ok") == ["你好", "世界", "ok"]
    assert words("... ♪") == []


def test_words_are_compared_with_what_they_resemble_most_from_the_last_one_on() -> None:
    assert similarity(["turn", "lefd"], ["and", "turn", "left", "at"]) == [0.75, 0.875]
    assert similarity(["stop"], []) == [0.0]


@pytest.mark.parametrize(
    ("text", "played"),
    [
        ("saloon and turn left at the stable", PLAYED),
        ("Bloom and term left at the stadium", PLAYED),
        ("The Old Mell", PLAYED),
        ("left", PLAYED),
        ("你应该先去酒馆问", "我想你应该先去酒馆问一问钥匙在哪里"),
        ("你因该先去九馆", "我想你应该先去酒馆问一问钥匙在哪里"),
    ],
)
def test_an_echo_resembles_what_was_played_even_if_misheard(text: str, played: str) -> None:
    found = compare(text, played)
    assert found.alike >= 0.6
    assert not found.goes_beyond


@pytest.mark.parametrize(
    ("text", "played"),
    [
        ("Where is the key?", PLAYED),
        ("I don't believe you.", PLAYED),
        ("Stop!", "the mill at the top of"),
        ("Hold on.", "and I can tell you that gold makes honest"),
        ("Which street?", "was a line down the street"),
        ("Lift", PLAYED),
        ("等一下，我不明白", "我想你应该先去酒馆问一问钥匙在哪里"),
    ],
)
def test_other_words_do_not(text: str, played: str) -> None:
    assert compare(text, played).alike < 0.6


@pytest.mark.parametrize(
    ("text", "played"),
    [
        ("walk past the saloon and turn left wait, who are you?", PLAYED),
        ("你应该先去酒馆等等你是谁", "我想你应该先去酒馆问一问钥匙在哪里"),
    ],
)
def test_other_words_behind_an_echo_go_beyond_it(text: str, played: str) -> None:
    assert compare(text, played).goes_beyond


def test_one_other_word_behind_an_echo_is_taken_to_be_misheard() -> None:
    assert not compare("walk past the saloon and turn key", PLAYED).goes_beyond
