"""What players type for short."""

from __future__ import annotations

import pytest

from npc_engine.core.shorthand import spelled_out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("whats ur name lol", "what's your name"),
        ("Wheres the key, u know?", "Where's the key, you know?"),
        ("do i need smth 4 it, or can i go rn", "do i need something 4 it, or can i go right now"),
        ("bet you cant tell me what im called", "bet you can't tell me what I'm called"),
        ("lol where is it", "where is it"),
        ("that paper, is it thine? what'd he say", "that paper, is it yours? what did he say"),
        ("soz, wot did u say", "sorry, what did you say"),
        ("whither went he, prithee, and where be the key", "where went he, please, and where is the key"),
        ("who was readin' it", "who was reading it"),
        ("got it! nw wots next", "got it! now what's next"),
    ],
)
def test_it_is_spelled_out(typed: str, meant: str) -> None:
    assert spelled_out(typed, "en") == meant


@pytest.mark.parametrize(
    ("line", "language"),
    [
        *(("Where is the key?", "en"), ("U-boat", "en"), ("lol", "en"), ("I'm ill, and so were they.", "en")),
        ("Where's Grub?", "en"),
        *(("Wo ist es? Im Haus?", "de"), ("钥匙在哪儿？", "en")),
    ],
)
def test_what_is_no_shorthand_stays_as_it_is(line: str, language: str) -> None:
    assert spelled_out(line, language) == line


def test_in_a_chinese_talk_latin_letters_are_english() -> None:
    assert spelled_out("wheres the key", "zh") == "where's the key"


def test_dialect_and_words_of_old_are_put_into_common_ones() -> None:
    assert spelled_out("钥匙搁哪儿了，咱咋办？", "zh") == "钥匙放哪儿了，我们怎么办？"
    assert spelled_out("敢问钥匙何在？", "zh") == "请问钥匙在哪里？"
    assert spelled_out("条锁匙喺边度？系咪你嘅？", "zh") == "条锁匙在哪里？是不是你的？"
    assert spelled_out("零件安在泵上了吗？", "zh") == "零件安在泵上了吗？"
    assert spelled_out("那狗啥情况？", "zh") == "那狗怎么了？"
    assert spelled_out("啥情况下门会开？", "zh") == "什么情况下门会开？"
    assert spelled_out("钥匙没得到，路也没得", "zh") == "钥匙没得到，路也没有"


def test_japanese_is_left_as_it_is() -> None:
    assert spelled_out("何人いますか？", "ja") == "何人いますか？"
