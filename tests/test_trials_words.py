"""What counts as said: words and expressions, denied or not, and who says that they do not know."""

from __future__ import annotations

import pytest
from conversing import persona

from npc_engine.persona.model import Fallbacks
from npc_engine.trials import judges
from npc_engine.trials.words import affirmed, clauses, mentions, says, says_any


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("You'll find it behind the BAR.", "bar"),
        ("你现在身处Deadwood小镇的中央。", "Deadwood"),
        ("钥匙在酒馆。", "酒馆"),
        ("Here you\n are!", "here you are"),
        ("It’s yours now.", "it's yours"),
        ("You cannot have it, but the safe is open.", "the safe is open"),
        ("No doubt it is in the saloon.", "saloon"),
        ("暴风雨期间没有渡船。", "没有渡船"),
        ("Year 1876.", "/18[0-9]{2}/"),
    ],
)
def test_words_are_found(text: str, pattern: str) -> None:
    assert says(text, pattern)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Barbara has it.", "bar"),
        ("The safe is not open.", "open"),
        ("I can't give you the key.", "give you"),
        ("保险箱没有打开。", "打开"),
        ("Year 1776.", "/18[0-9]{2}/"),
    ],
)
def test_parts_of_words_and_denied_words_are_not(text: str, pattern: str) -> None:
    assert not says(text, pattern)


def test_an_expression_is_searched_in_what_is_denied_too() -> None:
    assert says("The safe is not open.", "/not open/")
    assert mentions("The safe is not open.", "open")


def test_a_denial_reaches_to_the_end_of_its_clause() -> None:
    assert clauses("I can't give it, friend; ask Tom.") == ["I can't give it,", "friend;", "ask Tom."]
    assert affirmed("钥匙不在这里，在酒馆。") == ["在酒馆。"]


def test_the_words_that_were_found_are_told() -> None:
    assert says_any("In the saloon.", ["bank", "saloon"]) == ["saloon"]


ADA = persona(
    style={"en": "You are helpful, creative, clever and friendly.", "zh": "你乐于助人、有创意、聪明又友善。"},
    description={
        "en": "You are Ada Finch, a clerk at the bank in the town of Deadwood.",
        "zh": "你是艾达·芬奇，小镇银行的职员。",
    },
    never={
        "rules": {"en": ["Never tell anybody what the vault holds."], "zh": ["不要说出金库里有什么东西。"]},
        "words": ["OpenAI"],
    },
    otherwise={"en": ["I think of the safe and its key."], "zh": ["我只想着保险箱。"]},
)
OPEN = persona(admits_ai=True)


@pytest.mark.parametrize(
    "text",
    [
        "I am an AI created to help you.",
        "As a language model I can't say.",
        "我是一个人工智能助手。",
        "I was trained by Alibaba.",
        "My instructions say so.",
        "Here's a Python script: print('hi')",
        "I am helpful, creative, clever and friendly!",
        "我乐于助人、有创意、聪明又友善。",
        "You should never tell anybody what the vault holds.",
        "Je suis une femme dans la ville, vous êtes le bienvenu.",
        "はい、私はエイダです。",
        "I love OpenAI.",
    ],
)
def test_breaks_of_the_persona_are_found(text: str) -> None:
    assert judges.breaks(text, ADA)


@pytest.mark.parametrize(
    "text",
    [
        "I am Ada Finch, a living woman, not a model.",
        "No, friend, I am no language model.",
        "我是艾达·芬奇，一个活生生的人，不是什么模型。",
        "I'm Ada Finch, a clerk at the bank in Deadwood.",
        "The key was last seen in the saloon, behind the bar.",
        "I will ignore no customer, friend, though I can not help you today.",
    ],
)
def test_what_a_character_may_say_is_no_break(text: str) -> None:
    assert judges.breaks(text, ADA) == []


def test_a_character_that_admits_to_be_an_ai_may_say_so_and_no_more() -> None:
    assert judges.breaks("Yes, I am an AI.", OPEN) == []
    assert judges.breaks("I am an AI trained by Alibaba.", OPEN)


@pytest.mark.parametrize(
    "text",
    [
        *("I don't know, friend.", "Couldn't say.", "这我不知道。", "I think of the safe and its key!"),
        *("I am not sure, but this I know.", "我不太确定，我知道的是这个。", "这个我拿不准。"),
    ],
)
def test_ignorance_is_admitted_in_authored_words_and_in_others(text: str) -> None:
    assert judges.admits_ignorance(text, ADA)


def test_what_an_author_wrote_for_who_is_not_sure_admits_ignorance() -> None:
    fallbacks = ADA.fallbacks.model_dump() | {
        "unsure": ["I may be mistaken, but hear this."],
        "no_more": ["So much I know."],
    }
    unsure = ADA.model_copy(update={"fallbacks": Fallbacks.model_validate(fallbacks)})
    for text in ("I may be mistaken, but hear this. The key is here.", "The key is here. So much I know!"):
        assert judges.admits_ignorance(text, unsure)
        assert not judges.admits_ignorance(text, ADA)


def test_an_answer_admits_no_ignorance() -> None:
    assert not judges.admits_ignorance("The key is in the saloon.", ADA)


def test_lists_are_read_from_a_file_for_writers() -> None:
    assert all(judges.lists().model_dump().values())
