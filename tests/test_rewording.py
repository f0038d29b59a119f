"""A line is put into the words in which it is understood."""

from __future__ import annotations

import pytest

from npc_engine.core.questions import subjects
from npc_engine.core.rewording import followed, plainly, resolved

NAMES = subjects(["the key", "saloon", "Ada", "钥匙", "酒馆", "where am i", "who are you", "你是谁", "bank vault door"])


@pytest.mark.parametrize(
    ("before", "line", "meant"),
    [
        (["Where is the key?", "In the saloon."], "And whose is it?", "And whose is the key?"),
        (["I saw a key.", "Did you now."], "Where is it?", "Where is the key?"),
        (["Where is the key?", "Here."], "And the saloon?", "where is the saloon?"),
        (["Where is the key?", "Here."], "What about the saloon?", "where is the saloon?"),
        (["钥匙在哪？", "在酒馆里。"], "它是谁的？", "钥匙是谁的？"),
        (["钥匙在哪？", "在这里。"], "那酒馆呢？", "酒馆在哪？"),
        (["你见过钥匙。", "是的。"], "在哪？", "钥匙在哪？"),
        (["Where is the key?", "Here."], "Where is the saloon?", "Where is the saloon?"),
        (["Where is the key?", "Here."], "That old rag, where's it got to?", "That old rag, where's it got to?"),
        (["Where is the key?", "Here."], "Saloon", "Saloon"),
        (["I saw a key."], "And the saloon?", "And the saloon?"),
        (["Where is the key?", "Here."], "Is that it, am I done?", "Is that it, am I done?"),
        (["Where is the key?", "Here."], "Is that it behind the bar?", "Is that the key behind the bar?"),
        (["Where is the key?", "Here."], "Hello!", "Hello!"),
        (["钥匙在哪？"], "你是谁？", "你是谁？"),
        (["Hello."], "Where is it?", "Where is it?"),
        ([], "Where is it?", "Where is it?"),
        (["I saw a key."], "Who is it that I must ask?", "Who is it that I must ask?"),
    ],
)
def test_a_line_takes_its_subject_from_those_before(before: list[str], line: str, meant: str) -> None:
    assert followed(line, before, NAMES) == meant


@pytest.mark.parametrize(
    ("before", "line", "meant"),
    [
        (["Where is Ada?", "She took the key."], "Where is she?", "Where is the ada?"),
        (["Where is Ada?", "She took the key."], "Where is it?", "Where is the key?"),
        (["Ada took the key."], "Where are they?", "Where are the ada?"),
        (["Where is the saloon?", "Over there."], "Where is she?", "Where is she?"),
    ],
)
def test_a_pronoun_means_a_person_or_a_thing(before: list[str], line: str, meant: str) -> None:
    assert followed(line, before, NAMES, {"ada": True, "key": False, "saloon": False}) == meant


def test_a_word_that_changes_nothing_is_left_out() -> None:
    assert plainly("船长的日志现在在哪儿？") == "船长的日志在哪儿？"
    assert plainly("现在该做什么？") == "现在该做什么？"
    assert plainly("船长人在哪儿？") == "船长在哪儿？"
    assert plainly("那个躲着的孩子到底叫什么名字？") == "那个躲着的孩子是谁？"
    assert plainly("这个镇子叫什么？") == "这个镇子叫什么？"
    assert plainly("你叫什么名字？") == "你叫什么名字？"
    assert plainly("有人在哪儿？") == "有人在哪儿？"


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("Has the botanist left the greenhouse?", "is the botanist still in the greenhouse?"),
        ("Did I leave your wrench somewhere?", "Did I leave your wrench somewhere?"),
        ("小梅离开温室了吗？", "小梅还在温室吗？"),
        ("查这案子，是谁的意思？", "查这案子，是谁要办的？"),
        ("罗盘以后就归我咯~", "罗盘是我的吗~"),
        ("这扳手以后就跟我姓了对吧", "这扳手是我的吗"),
        ("快跟我！", "快跟我！"),
        ("这意思是谁的？", "这意思是谁的？"),
    ],
)
def test_what_is_asked_by_an_idiom_is_asked_plainly(line: str, meant: str) -> None:
    assert plainly(line) == meant


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("I need the blacksmith. Whereabouts is he?", "I need the blacksmith. Whereabouts is the blacksmith?"),
        ("我想找铁匠，他人在哪？", "我想找铁匠，铁匠人在哪？"),
        ("I need a rest. Where is the inn?", "I need a rest. Where is the inn?"),
        ("Where is he?", "Where is he?"),
    ],
)
def test_a_pronoun_means_what_the_line_itself_named_first(line: str, meant: str) -> None:
    assert resolved(line) == meant
