"""The plainest forms of texts, their disguises, their languages and their numbers."""

from __future__ import annotations

import pytest
from gating import DEADWOOD

from npc_engine.core.disguise import encoded, readings
from npc_engine.core.foreign import foreign
from npc_engine.core.moderation import NOTHING, Moderation, terms_of
from npc_engine.core.names import IT, WHO, Names
from npc_engine.core.numerals import in_chinese, in_english, value_of
from npc_engine.core.plain import closed_up, plain, runs, telling_words


@pytest.mark.parametrize(
    ("text", "form"),
    [("ＡＩ，A.I.", "ai,ai"), ("language-model", "language model"), ("la\u200bng", "lang"), ("It’s", "it's")],
)
def test_a_text_has_one_plainest_form(text: str, form: str) -> None:
    assert plain(text) == form


def test_chinese_marks_stay_and_what_parts_characters_goes() -> None:
    assert closed_up("保 险-箱，ＡＩ！") == "保险箱，ai！"


def test_runs_are_words_or_characters() -> None:
    assert runs("one two three", 2, 3) == {("one", "two"), ("two", "three")}
    assert runs("一二三四", 2, 3) == {("一", "二", "三"), ("二", "三", "四")}


def test_telling_words_have_no_endings_and_are_not_small() -> None:
    assert telling_words("The horses were opened in 1876.") == {"hors", "open", "1876"}
    assert telling_words("钥匙在酒馆") == {"钥匙", "酒馆"}
    assert telling_words("The sun is up") == {"sun"}


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("12", 12),
        ("1,000", 1000),
        ("three", 3),
        ("a dozen", 12),
        ("十二", 12),
        ("三百", 300),
        ("两万", 20000),
        ("百", 100),
    ],
)
def test_numbers_are_read(words: str, number: int) -> None:
    assert value_of(words) == number


def test_numbers_are_said() -> None:
    assert [in_english(number) for number in (0, 3, 12, 13)] == ["no", "three", "twelve", "13"]
    assert [in_chinese(number) for number in (0, 2, 10, 11)] == ["零", "两", "十", "11"]


def test_a_code_is_found_and_plain_speech_is_none() -> None:
    assert encoded("SGVsbG8gZnJpZW5k now") == "SGVsbG8gZnJpZW5k"
    assert encoded("48 65 6c 6c 6f 20 66 72") == "48 65 6c 6c 6f 20 66 72"
    assert encoded("Thunderstorms2night are AbracadabraAbra1") is None
    assert encoded("Well, friend.") is None


def test_a_disguise_is_read() -> None:
    assert "OpenAI" in readings("O-p-e-n-A-I")
    assert "openai made me" in readings("0pen4i made me")
    assert "Hello friend" in readings("SGVsbG8gZnJpZW5k")
    assert "IA" in readings("AI")
    assert list(readings("you and the others are here")) == []


@pytest.mark.parametrize(
    ("text", "spoken", "language"),
    [
        ("Je suis ici.", ["en"], "fr"),
        ("Je suis ici.", ["en", "fr"], None),
        ("Où est la clé, mon ami?", ["en"], "fr"),
        ("Dobrý den, jak se máte?", ["cs"], None),
        ("Привет, друг", ["en"], "ru"),
        ("Привет, друг", ["uk"], None),
        ("钥匙在酒馆。", ["ja"], None),
        ("钥匙在酒馆。", ["en"], "zh"),
        ("鍵はここ", ["zh"], "ja"),
        ("What can I do for you?", ["zh"], "en"),
        ("Deadwood", ["zh"], None),
        ("Hello, friend.", ["en"], None),
    ],
)
def test_a_language_that_is_not_spoken_is_told(text: str, spoken: list[str], language: str | None) -> None:
    assert foreign(text, spoken) == language


def test_a_characters_own_words_are_of_every_language() -> None:
    assert foreign("Je suis ici", ["en"], frozenset({"je", "suis", "ici"})) is None


def test_a_word_list_has_a_term_a_line_and_comments() -> None:
    assert terms_of("\ufeff# bad words\ndarn  # mild\n\n赌博\ndarn\nC#\n") == ("darn", "赌博", "C#")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Darns!", "darns"),
        ("DARN", "darn"),
        ("darned", None),
        ("去赌 博", "赌博"),
        ("d4rn", "darn"),
        ("Fine day.", None),
    ],
)
def test_terms_are_whole_words_in_latin_script_and_anything_in_chinese(text: str, found: str | None) -> None:
    assert Moderation(["darn", "赌博"]).found(text) == found
    assert NOTHING.found(text) is None


def test_marks_stand_for_things_and_pronouns() -> None:
    names = Names(DEADWOOD.things)
    marked = names.marked("It is with Tom, and he likes the bank's safe.")
    assert marked.text[0] == IT
    assert WHO in marked.text
    assert names.unmarked(marked.text) == "it is with Tom, and they likes the safe."
    assert marked.topics == (("tom", "safe"),)
    assert names.marked("It is raining.").text == "that is raining."
    assert names.marked("Well.", "Where is the key? And Tom?").topics == (("tom",), ("key",))


def test_a_world_without_things_has_no_marks() -> None:
    assert Names([]).marked("The key is here.").text == "the key is here."
