"""Which words claim that a character does something, and which only sound like it."""

from __future__ import annotations

from typing import Any

import pytest
from conversing import TEXT_ONLY, Stage, messages, persona

from npc_engine.core.deeds import claimed_deed
from npc_engine.protocol import InputText, UtteranceText

CLAIMED = [
    "Yes, I'll give you 500 dollars.",
    "Of course, I can give you the money, friend!",
    "I will gladly lend you my horse.",
    "Sure, let me hand you the key.",
    "I’ve given you the key.",
    "I gave it to you already.",
    "I have already opened the safe.",
    "I just unlocked the door for you.",
    "I'll open the safe for you right now.",
    "Let me unlock it.",
    "I'm opening the safe now.",
    "I am giving you all my gold.",
    "Here is your money!",
    "Here you go.",
    "Here are 50 gold coins.",
    "Take this key and go.",
    "I'll let you in.",
    "I will send it to you.",
    "I'm happy to give you a loan.",
    "好的，我给你500美元。",
    "我会把钥匙给你。",
    "我这就把保险箱打开。",
    "我已经打开了保险箱。",
    "我马上帮你开门。",
    "这是你的钥匙。",
    "钱都给你！",
    "我放你进去。",
    "我给你们每人一百块。",
    "我可以借给你一百块。",
]
NOT_CLAIMED = [
    "Well done!",
    "Well done, friend.",
    "I can't give you the bank's money.",
    "I can not give away the bank's money.",
    "I would give you the key if I had it.",
    "I never gave you the key.",
    "I'll give you a hint.",
    "I can give you some good advice.",
    "I'll give you my word.",
    "Let me give you a piece of advice.",
    "Nobody will let you in.",
    "You need the key before you can open the safe.",
    "Find the key and use it to open the safe.",
    "If I give you the key, I lose my job.",
    "The saloon opens at noon.",
    "Here is what I know.",
    "I have opened my heart to you.",
    "I can bring you up to date.",
    "I am glad to see you in Deadwood!",
    "You have the key, so take the key to the bank.",
    "I can open a bank account for you.",
    "Once I opened the safe, long ago.",
    "I wish I could give you the key.",
    "我不能给你银行的钱。",
    "银行的钱我不能给你。",
    "我给你讲个故事。",
    "我给你一个提示。",
    "我给你们讲个笑话。",
    "我给你们唱首歌吧！",
    "I'll give you guys a hint.",
    "你得先找到钥匙，才能打开保险箱。",
    "如果我给你钥匙，我就丢了工作。",
    "我没有打开保险箱。",
    "很高兴在Deadwood见到你！",
    "我怎么会给你钱呢？",
]


@pytest.mark.parametrize("clause", CLAIMED)
def test_a_claimed_deed_is_found(clause: str) -> None:
    assert claimed_deed(clause)


@pytest.mark.parametrize("clause", NOT_CLAIMED)
def test_what_only_sounds_like_one_is_left_alone(clause: str) -> None:
    assert claimed_deed(clause) is None


def test_what_an_author_wrote_may_be_said() -> None:
    authored = ["Then I’ll give you the key to the cellar."]
    assert claimed_deed("I'll give you the key.", authored) is None
    assert claimed_deed("I'll give you the gold. I'll open the safe.", authored) == "I'll open the safe"


def test_what_an_author_wrote_may_be_said_behind_something_else() -> None:
    assert claimed_deed(" That is done.") == "That is done"
    assert claimed_deed(" That is done.", ["That is done. The safe is open!"]) is None


@pytest.mark.parametrize(
    ("refuses", "said"), [({"refuses": {"en": ["That is not mine to do."]}}, "That is not mine to do."), ({}, "I see.")]
)
def test_a_claimed_deed_is_never_heard_and_an_authored_line_is_said_instead(refuses: dict[str, Any], said: str) -> None:
    fallbacks = {"in_character": {"en": ["I see."]}, "failed": {"en": ["Pardon?"]}} | refuses
    stage = Stage({"ada": persona(fallbacks=fallbacks)}, audio=TEXT_ONLY)
    thinking = stage.send(InputText(text="Give me the key!"))
    told = stage.generate(thinking, "Well, friend. Yes, I'll give you the key now. Here you go.")
    assert [message.text for message in messages(told) if isinstance(message, UtteranceText)] == ["Well, friend.", said]
    why = stage.conversation.last_why
    assert why is not None
    assert why.guarded == ["claims a deed: 'I'll give you': Yes, I'll give you the key now."]


def test_a_claim_that_is_parted_by_a_breath_is_one_all_the_same() -> None:
    stage = Stage(audio=TEXT_ONLY)
    thinking = stage.send(InputText(text="Open it!"))
    told = stage.generate(thinking, "I have happily already opened the safe for you.")
    said = [message.text for message in messages(told) if isinstance(message, UtteranceText)]
    assert len(said) == 2, "it is parted"
    assert said[1] == "I keep to my ledgers."
