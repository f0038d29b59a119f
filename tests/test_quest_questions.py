"""What a line asks of a quest, by its words."""

from __future__ import annotations

import pytest

from npc_engine.core.quest_questions import (
    asks_done,
    asks_goal,
    asks_maker,
    asks_next,
    asks_of_all,
    asks_over,
    asks_own_deeds,
    asks_purpose,
    asks_who_did,
)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "The pump runs, so what is left?",
            "got the key. now what",
            "And now?",
            "What comes next?",
            "what else is left",
        ),
        *("So who is it I'm meant to point the finger at?", "Which man have I got to face now?"),
        *(
            "sorry, what was it I had to dig up for you",
            "我来酒馆要找什么？",
            "信揣好了，塞谁手里合适",
            "我得跑哪儿去揭穿他啊",
        ),
        *("Where do I have to take the saffron?", "What do I have to find for the cure?"),
        *("What is the last thing left to do before we go?",),
        *("There's a party, and nobody tells me what I'm to fetch for it.",),
        *("right, im in there. now where do i look", "我该从哪里找起？"),
        *("泵修好了，还剩啥没干", "接下来呢？", "还有什么要做的吗？", "还要干点啥"),
    ],
)
def test_a_line_for_the_next_step_is_known(line: str) -> None:
    assert asks_next(line)


@pytest.mark.parametrize(
    "line",
    [
        "What is left in the box?",
        "Where is it now?",
        "箱子里有什么？",
        "What is the next town?",
        "Now what is this?",
        "What is next to the bank?",
        "Who am I supposed to be?",
        "The pump broke and then the pipe burst. Where is Sam?",
    ],
)
def test_a_line_that_only_sounds_like_one_for_the_next_step_is_none(line: str) -> None:
    assert not asks_next(line)


@pytest.mark.parametrize(
    "line",
    [
        "Have you got any work for me?",
        "What job do you have for a detective?",
        "这儿有活儿干吗？",
        "有没有什么任务给我？",
    ],
)
def test_who_asks_for_work_asks_for_the_next_step(line: str) -> None:
    assert asks_next(line)


def test_who_asks_what_work_somebody_does_asks_for_no_step() -> None:
    assert not asks_next("What work do you do?")


@pytest.mark.parametrize("line", ["What did I do to the safe?", "wait what'd i do again", "我给你们办成了啥事儿来着"])
def test_who_asks_what_they_have_done_is_known(line: str) -> None:
    assert asks_own_deeds(line)
    assert not asks_own_deeds("What should I do?")


@pytest.mark.parametrize(
    "line",
    [
        *("Who managed to get the safe open?", "Who was it that opened the safe?", "那大铁柜是哪位英雄给弄开的？"),
        *("who got that old safe open", "By whose hand was it mended?", "找到钥匙的人是谁？"),
        *("who got the juice flowing again", "哎妈呀，是谁给整好的？"),
    ],
)
def test_whoever_asks_who_did_something_is_known(line: str) -> None:
    assert asks_who_did(line)


@pytest.mark.parametrize(
    ("line", "is_over"),
    [
        *(("Is the case closed?", True), ("How did that seal affair turn out?", True), ("那事最后成没成啊", True)),
        *(("What's to be found in this carriage?", False), ("Who are you?", False), ("这里有什么？", False)),
    ],
)
def test_whoever_may_ask_whether_something_is_over_is_known(line: str, is_over: bool) -> None:
    assert asks_over(line) is is_over


@pytest.mark.parametrize(
    "line", ["Who wanted it done?", "Who owned the safe?", "Who is there?", "ugh, who's got it", "这是谁的？"]
)
def test_other_questions_for_somebody_are_none(line: str) -> None:
    assert not asks_who_did(line)


@pytest.mark.parametrize(
    ("line", "is_goal"),
    [
        *(("What is the goal of the case?", True), ("What do I have to find out in the end?", True)),
        *(("What's it all about?", True), ("咱这通忙活到头来是要办成啥事儿", True), ("这案子到底要查个啥名堂嘛", True)),
        *(("接下这案子，最后得查清什么？", True), ("他最后去了酒馆。", False)),
        *(("What do I do next?", False), ("They won in the end.", False), ("下一步做什么？", False)),
    ],
)
def test_whoever_asks_what_a_quest_is_to_come_to_is_known(line: str, is_goal: bool) -> None:
    assert asks_goal(line) is is_goal


@pytest.mark.parametrize(
    ("line", "is_purpose"),
    [
        *(
            ("What is the coupling for?", True),
            ("What do you need that map for?", True),
            ("钥匙是拿来干什么的？", True),
        ),
        *(("What is for sale?", False), ("Who is it for?", False), ("你在做什么？", False)),
    ],
)
def test_whoever_asks_what_something_is_for_is_known(line: str, is_purpose: bool) -> None:
    assert asks_purpose(line) is is_purpose


@pytest.mark.parametrize(
    ("line", "is_maker"),
    [
        *(("Who wrote the letter?", True), ("Who is this letter from?", True), ("这封信是谁写的？", True)),
        *(("Who wants the letter carried?", False), ("Where is the letter?", False), ("信是谁托你送的？", False)),
    ],
)
def test_whoever_asks_who_made_something_is_known(line: str, is_maker: bool) -> None:
    assert asks_maker(line) is is_maker


@pytest.mark.parametrize(
    ("line", "is_done"),
    [
        *(("Is the search for the log done?", True), ("Have I taken on the case already?", True)),
        *(("Am I through with it?", True), ("Did my search succeed?", True), ("找本子这一关，我们算过了没？", True)),
        *(("这事了结了吗？", True), ("Is the chest over there locked?", False), ("Have I got the key?", False)),
        *(("这是谁干的？", False), ("What have I done?", False), ("船长的命案破了没有？", True)),
    ],
)
def test_whether_something_is_done_is_heard_where_that_is_asked(line: str, is_done: bool) -> None:
    assert asks_done(line) is is_done


@pytest.mark.parametrize(
    ("line", "is_of_all"),
    [("Have I finished everything?", True), ("我把任务全部做完了吗？", True), ("Is the pump all right now?", False)],
)
def test_whether_all_is_done_is_heard_where_that_is_asked(line: str, is_of_all: bool) -> None:
    assert asks_of_all(line) is is_of_all


def test_how_it_was_done_is_told_with_who_did_it() -> None:
    assert asks_who_did("How was the safe opened?")
    assert asks_who_did("保险箱是怎么打开的？")
    assert not asks_who_did("How do I open it?")


def test_where_a_part_goes_is_asked_for_the_next_step_and_where_a_path_goes_is_not() -> None:
    assert asks_next("Got the part. Where does it go?")
    assert asks_next("零件我带来了，装到哪儿？")
    assert not asks_next("Where does the path go?")
