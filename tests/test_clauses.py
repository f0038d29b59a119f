"""What is spoken as one piece: soon, never torn, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npc_engine.core.clauses import FIRST, LATER, ClauseSplitter, Limits, sentences, speakable, width

ANYTHING = st.text(alphabet="ab 1.,!?;:…。，！“”\n(*[好你", max_size=300)


def pieces(text: str, *limits: Limits) -> list[str]:
    splitter = ClauseSplitter(*limits)
    return [*splitter.feed(text), *splitter.flush()]


@given(st.lists(ANYTHING, max_size=8))
def test_no_text_is_lost_whatever_the_pieces_it_comes_in(chunks: list[str]) -> None:
    splitter = ClauseSplitter()
    cut = [piece for chunk in chunks for piece in splitter.feed(chunk)] + splitter.flush()
    assert "".join(cut) == "".join(chunks)


@given(st.lists(st.sampled_from(["word", "3.14", "Mr.", "你好", "。", ", ", ". ", " "]), max_size=200))
def test_no_piece_is_much_longer_than_its_cap(tokens: list[str]) -> None:
    first, *later = pieces(" ".join(tokens)) or [""]
    assert width(first) <= FIRST.cap
    assert all(width(piece) <= LATER.cap for piece in later)


def test_the_first_piece_is_short_and_later_ones_are_whole_sentences() -> None:
    text = "Well, hello. You look lost, my friend. Let me show you the way to the bank, if you like. Come!"
    assert pieces(text) == [
        "Well, hello.",
        " You look lost, my friend.",
        " Let me show you the way to the bank, if you like.",
        " Come!",
    ]


def test_a_comma_ends_the_first_piece_if_enough_was_said() -> None:
    assert pieces("Yes, of course, my friend.")[0] == "Yes, of course,"


@pytest.mark.parametrize(
    "text",
    [
        "It is 3.14 miles.",
        "It costs 1,250.75 dollars.",
        "Ask Mr. Finch.",
        "Ask Dr. J. R. Smith.",
        "At 5 p.m. sharp.",
        "See No. 5 there.",
        "Bring food, e.g. bread.",
        "北京有2,500.5万人。",
    ],
)
def test_numbers_and_abbreviations_are_never_torn(text: str) -> None:
    limits = Limits(strong=1, weak=1, cap=80)
    assert [piece.strip() for piece in pieces(text, limits, limits)] in ([text], text.replace(", ", ",\0").split("\0"))


def test_a_refusal_is_not_taken_for_a_number() -> None:
    assert pieces("No. Never. ") == ["No.", " Never. "]


def test_a_number_that_is_still_coming_is_waited_for() -> None:
    splitter = ClauseSplitter()
    assert splitter.feed("Take no.") == splitter.feed(" ") == []
    assert splitter.feed("5. Then turn ") == ["Take no. 5."]


def test_a_full_stop_at_the_end_of_what_has_come_may_be_the_middle_of_a_number() -> None:
    splitter = ClauseSplitter()
    assert splitter.feed("It weighs 3.") == []
    assert splitter.feed("5 pounds. ") == ["It weighs 3.5 pounds."]


def test_chinese_sentences_end_at_chinese_marks() -> None:
    assert pieces("你好！你现在身处小镇的中央，你的任务是找到钥匙。“快去吧！”她说。") == [
        "你好！",
        "你现在身处小镇的中央，你的任务是找到钥匙。",
        "“快去吧！”她说。",
    ]


def test_a_long_chinese_text_without_marks_is_cut_between_characters() -> None:
    cut = pieces("好" * 100)
    assert [len(piece) for piece in cut] == [26, 60, 14]


def test_a_long_sentence_is_cut_at_its_last_comma() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve, thirteen fourteen fifteen, sixteen"
    assert pieces(text, Limits(3, 90, 80))[0].endswith("twelve,")


def test_a_long_sentence_without_marks_is_cut_between_words() -> None:
    cut = pieces("word " * 60)
    assert all(piece.strip().split() == ["word"] * len(piece.split()) for piece in cut)
    assert len(cut) == 3


def test_a_word_without_end_is_left_whole() -> None:
    assert pieces("a" * 500) == ["a" * 500]


def test_quotation_marks_stay_with_their_sentence() -> None:
    assert pieces('"Go away!" she said. ')[0] == '"Go away!"'


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("**Hello** there", "Hello there"),
        ("*She smiles* Welcome!", "Welcome!"),
        ("[waves] Hi <b>you</b>", "Hi you"),
        ("`key` and __safe__", "key and safe"),
        ("Hello 😀", "Hello"),
        ("  two\n lines ", "two lines"),
        ("...", ""),
        ("你好！", "你好！"),
    ],
)
def test_only_what_can_be_spoken_is_shown_and_spoken(raw: str, plain: str) -> None:
    assert speakable(raw) == plain


def test_a_han_character_counts_as_three_letters() -> None:
    assert width("abc") == 3
    assert width("你好") == 6


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("You'll find the key behind the bar in the saloon.", "You'll find the key "),
        ("钥匙最后一次出现在酒馆的吧台后面。", "钥匙最后一次出现"),
        ("Go to the bank and ask.", "Go to the bank "),
        ("Go up and ask.", "Go up and ask."),
        ("The old safe there holds the town's gold.", "The old safe there holds "),
    ],
)
def test_the_voice_begins_with_the_first_phrase(text: str, first: str) -> None:
    assert pieces(text)[0] == first


def test_later_pieces_do_not_end_with_a_phrase() -> None:
    assert pieces("Well. You'll find the key behind the bar in the saloon.")[1:] == [
        " You'll find the key behind the bar in the saloon."
    ]


def test_in_a_hurry_a_piece_ends_where_a_first_one_may() -> None:
    splitter = ClauseSplitter()
    assert splitter.feed("Hello, friend, I am glad to see you in the town of Dead") == ["Hello, friend,"]
    assert splitter.spare == " I am glad to see you in the town "
    assert splitter.hurry() == [" I am glad to see you in the town "]
    assert splitter.spare == "", "that is too short, and may go on as a word"
    assert splitter.hurry() == []
    assert splitter.feed("wood, my dear friend. ") == ["of Deadwood, my dear friend."]


def test_in_a_hurry_all_that_may_be_spoken_is_one_piece() -> None:
    splitter = ClauseSplitter()
    splitter.feed("Hello, friend, I am glad to see you in the quiet town of Deadwood, and I hope")
    assert splitter.hurry() == [" I am glad to see you in the quiet town of Deadwood,"]


def test_a_piece_parts_into_its_sentences_and_what_is_begun() -> None:
    piece = "No. Mr. Finch is out! 他走了。And then"
    assert sentences(piece) == ["No.", " Mr. Finch is out!", " 他走了。", "And then"]
    assert sentences("") == []
    assert sentences("Yes.") == ["Yes."]
