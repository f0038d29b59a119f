"""Which questions ask for a fact, and which words of an answer are inventions."""

from __future__ import annotations

import pytest
from gating import NAMES

from npc_engine.core.grounding import Grounds, asks_fact, asserts, repeats

TEXTS = [
    "I am Ada Finch, clerk at the bank of Deadwood, since 1876.",
    "Dr. Miller lives above the barber shop, at No. 12.",
    "There are four barrels, five miles from town.",
    "矿山离这里五里路，米勒医生住在理发店楼上。",
    "艾达·芬奇在银行。",
]


@pytest.mark.parametrize(
    "line",
    [
        "Where is the key?",
        "Who shot the sheriff?",
        "Whose horse is that?",
        "How many horses are there?",
        "Is Tom dead?",
        "Is the door shut?",
        "When does the coach leave?",
        "What's the code?",
        "Do you know where Tom is?",
        "Where can I find herbs?",
        "I heard a crash by your bank.. what broke?",
        "Tell me about the mine.",
        "钥匙在哪？",
        "谁杀了警长？",
        "马厩里有几匹马？",
        "警长还活着吗？",
        "密码是什么？",
    ],
)
def test_a_question_of_fact_is_known(line: str) -> None:
    assert asks_fact(line, NAMES["ada"])


@pytest.mark.parametrize(
    "line",
    [
        "Hello!",
        "How are you?",
        "Do you like whiskey?",
        "What do you think of Tom?",
        "What about it?",
        "Tell me a joke.",
        "Can you open the safe?",
        "Thanks.",
        "你好",
        "你喜欢什么？",
        "讲个笑话",
        "谢谢",
    ],
)
def test_small_talk_asks_for_no_fact(line: str) -> None:
    assert not asks_fact(line, NAMES["ada"])


@pytest.mark.parametrize(
    ("clause", "line", "invented"),
    [
        ("It was John, friend.", "Who shot him?", "John"),
        ("John Miller shot him.", "Who shot him?", None),
        ("John Brown shot him.", "Who shot him?", "Brown"),
        ("That was Dr. Brown, friend.", "Who shot him?", "Dr. Brown"),
        ("Ask Dr. Miller.", "Who shot him?", None),
        ("It happened on Monday, by God.", "When?", None),
        ("There are 7 of them.", "How many?", "7"),
        ("There are seven of them.", "How many?", "7"),
        ("There are four of them, and 12 more.", "How many?", None),
        ("Just the two of us.", "How many?", None),
        ("At half past 9:30, friend.", "When?", "9"),
        ("It's in the barn.", "Where is it?", "barn"),
        ("It's in the barber shop.", "Where is it?", None),
        ("It's behind the house, friend.", "Where is it?", None),
        ("It's in the bank.", "Where is it?", None),
        ("He ate it in the barn.", "Who ate it?", None),
        ("离这里七里路。", "多远？", "7"),
        ("离这里五里路，再走一里。", "多远？", None),
        ("约翰·史密斯打的。", "谁？", "约翰·史密斯打的"),
        ("是王医生。", "谁？", "王医生"),
        ("是John Smith。", "谁？", "John"),
        ("在谷仓里。", "在哪？", "谷仓"),
        ("在理发店里。", "在哪？", None),
        ("在银行里。", "在哪？", None),
        ("在这里。", "在哪？", None),
        ("在洞里。", "在哪？", "洞"),
    ],
)
def test_what_stands_nowhere_is_an_invention(clause: str, line: str, invented: str | None) -> None:
    assert Grounds(TEXTS, NAMES["ada"]).invention(clause, line) == invented


@pytest.mark.parametrize(
    ("clause", "states"),
    [
        ("The mine is closed.", True),
        ("He lives in a hut.", True),
        ("I don't know, but the mine is closed.", True),
        ("You can find it downstairs.", True),
        ("矿山是他的。", True),
        ("I don't know where it is.", False),
        ("That is a fine question.", False),
        ("It's always good to see you.", False),
        ("Is it closed?", False),
        ("Well, friend.", False),
        ("我不知道他在哪。", False),
        ("这是个好问题。", False),
    ],
)
def test_only_what_states_something_needs_a_ground(clause: str, states: bool) -> None:
    assert asserts(NAMES["ada"].marked(clause).text) is states


def test_what_repeats_an_authored_text_needs_no_other() -> None:
    authored = ["I'm from Boston, friend."]
    assert repeats("I'm from Boston.", "Where is the mine?", authored)
    assert not repeats("The mine is in Boston.", "Where is the mine?", authored)
    assert not repeats("Well.", "Where is the mine?", authored)
