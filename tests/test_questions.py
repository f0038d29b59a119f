"""What a line asks for, whether it asks at all, and what it takes from the lines before."""

from __future__ import annotations

import pytest

from npc_engine.core.known import Known
from npc_engine.core.questions import (
    Kind,
    addresses,
    asks,
    asks_belongings,
    asks_killer,
    asks_why,
    kinds_of,
    kinds_told,
    names_asked,
    owned,
    parts,
    question_of,
    subjects,
    surveys,
    without,
)
from npc_engine.core.relevance import compared
from npc_engine.persona.world import LorebookEntry

NAMES = subjects(["the key", "saloon", "Ada", "钥匙", "酒馆", "where am i", "who are you", "你是谁", "bank vault door"])


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Where's the key?", "place"),
        ("How do I get to the saloon?", "place"),
        ("钥匙在哪里？", "place"),
        ("酒馆怎么走？", "place"),
        ("Whose key is it?", "owner"),
        ("Who does the key belong to?", "owner"),
        ("这把钥匙是谁的？", "owner"),
        ("May I hang on to the key?", "owner"),
        ("Do I have to give the key back?", "owner"),
        ("Which things are yours?", "owner"),
        ("What does the miller own?", "owner"),
        ("哪些东西是你的？", "owner"),
        ("这钥匙要还吗？", "owner"),
        ("这扳手挺趁手，您的吧？", "owner"),
        ("Is Sam still alive?", "alive"),
        ("他还活着吗？", "alive"),
        ("Is the safe locked?", "locked"),
        ("Has anybody got the safe open?", "open"),
        ("How many coins are there?", "count"),
        ("多少钱？", "count"),
        ("When did he leave?", "time"),
        ("你什么时候来的？", "time"),
        ("What is in the safe?", "inside"),
        ("箱子里有什么？", "inside"),
        ("Why did he go?", "reason"),
        ("为什么？", "reason"),
        ("Who did it?", "person"),
        ("How old is she?", "measure"),
        ("他多大年纪？", "measure"),
        ("How do I open it?", "manner"),
        ("Is there a reward?", "reward"),
        ("办成了有什么好处？", "reward"),
        ("Just point me at the strongbox.", "place"),
        ("老板娘人呢？", "place"),
        ("nice coat. yours?", "owner"),
        ("柜子里头锁的是啥？", "inside"),
        ("这船共有几层？", "count"),
        ("锁是哪个给弄开的？", "person"),
        ("Who's got the lamp?", "place"),
        ("Did I bring the key back?", "place"),
        ("Am I still carrying the map?", "place"),
        ("钥匙还带在我身上吗？", "place"),
        ("我手里拿着地图吗？", "place"),
        ("钥匙我归还了没有？", "place"),
        ("What is the boy's name?", "person"),
        ("修泵要几个钟头？", "time"),
        ("Anyhow, is Tom about?", "place"),
        ("日志在谁那儿呢", "place"),
        ("那柜子摆哪个屋的呀", "place"),
        ("搜查证在谁名下呀", "owner"),
        ("喂，那几块电池，是你的不？", "owner"),
        ("就想晓得这柜儿是哪个的嘛", "owner"),
        ("Which of the town's buildings am I in?", "place"),
        ("那本日志里头到底记了啥", "inside"),
        ("有没有个期限啊", "time"),
        ("Is the captain dead?", "alive"),
        ("Where is the dead captain?", "alive"),
    ],
)
def test_the_kind_of_answer_is_heard(line: str, kind: Kind) -> None:
    assert kind in kinds_of(line)


@pytest.mark.parametrize(
    ("line", "is_survey"),
    [
        ("Which buildings are there in town?", True),
        ("What's around here?", True),
        ("Show me around, will you?", True),
        ("附近都有些什么？", True),
        ("这里有哪些地方？", True),
        ("Where can I sleep?", False),
        ("I want to see the doctor.", False),
        ("附近有医生吗？", False),
        ("大街的尽头是什么地方？", False),
    ],
)
def test_it_is_heard_whether_several_places_are_asked_for(line: str, is_survey: bool) -> None:
    assert surveys(line) is is_survey


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("What has she got to her name?", "person"),
        ("What is this all about?", "place"),
        ("So what is this business with the safe about?", "place"),
        ("What is left to do?", "count"),
        ("我还剩什么要做的？", "count"),
        ("Point me at something useful.", "place"),
        ("从哪里进去？", "place"),
        ("这是谁的？", "person"),
        ("箱子里锁着什么？", "locked"),
        ("How did the captain die?", "alive"),
        ("When was it that he passed away?", "alive"),
        ("What did he die of?", "alive"),
        ("船长是怎么死的？", "alive"),
        ("他死在哪儿？", "alive"),
    ],
)
def test_words_that_look_like_another_kind_of_question_are_none(line: str, kind: Kind) -> None:
    assert kind not in kinds_of(line)


def test_a_case_that_is_closed_is_no_door() -> None:
    assert "open" not in kinds_of("Is the case closed?")
    assert "person" in kinds_of("来的是什么人？")
    assert "person" not in kinds_of("为什么人都走了？")


def test_since_gives_a_cause_or_a_time() -> None:
    assert "reason" in kinds_told("The mine is closed since the ground gave way.")
    assert "reason" not in kinds_told("The mine is closed since Monday.")
    assert "open" in kinds_of("Is the gate closed?")


def test_a_statement_tells_what_it_may_answer() -> None:
    assert "place" in kinds_told("The key is behind the bar.")
    assert "time" in kinds_told("他三天前走的。")
    assert "time" in kinds_told("渡船每周五开。")
    assert "inside" in kinds_told("箱子里放着地契。")
    assert kinds_told("Good.") == frozenset()


@pytest.mark.parametrize("line", ["Where is it?", "Is Sam here?", "Tell me of Sam.", "他好看吗", "告诉我"])
def test_a_question_of_fact_is_one(line: str) -> None:
    assert asks(line)


@pytest.mark.parametrize(
    "line",
    [
        *("so what happened", "Could you tell me what this is?", "I wonder which it was", "I'm looking for Sam."),
        *("Sorry, I've lost my bearings.", "有没有活儿给我干？", "能不能说说他是咋走的"),
        *("我想找个住处。", "我迷路了。", "灯修好了没", "那事儿再讲一遍", "想问问这里卖不卖酒", "这差事算是交了吧"),
        *("is the safe open", "so is it over", "just between us, was he ill", "do i need a lamp", "any news of Sam"),
        *("ok boss put me to work", "Give me something to do.", "派点活儿给我吧", "找点事做"),
        *("他身子骨到底咋样", "灯开没开", "那串数总能跟我讲了吧"),
        *("您让我干嘛来着", "您交代的事我给忘了", "门推得开没"),
        *("有人来过没有", "这门开得了不", "give me some work"),
        *("pumps humming. now what boss", "that's yours, ain't it", "the paper - yours, is it", "it's yours i take it"),
        *("钥匙我后来是交回去了对吧", "开锁的家伙在我这儿没错吧", "fill me in, would you", "always this way, huh"),
    ],
)
def test_a_question_is_one_without_its_mark_and_in_the_form_of_a_request(line: str) -> None:
    assert asks(line)


@pytest.mark.parametrize(
    "line",
    [
        *("Hello!", "Can you sing?", "帮我一下好吗？", "I see.", "谢谢。"),
        *("What a day!", "May I come in?", "我还没有。", "did it", "did the job", "do it now", "have a seat", "走吧。"),
        *("再说一遍：把灯给我。", "我再说一遍，把灯给我。"),
        *("不。", "谢谢，不。", "没有。", "我真没有。", "这里没有。", "对不起，我忘了。", "反派真差劲。"),
    ],
)
def test_what_asks_for_no_fact_is_none(line: str) -> None:
    assert not asks(line)


def test_a_line_is_parted_where_it_asks_for_two_things() -> None:
    assert parts("Where is the key, and who has it?") == ["Where is the key", "who has it"]
    assert parts("钥匙在哪里？它是谁的？") == ["钥匙在哪里", "它是谁的"]
    assert parts("Well, where is the key?") == ["Well, where is the key?"]
    assert parts("Is the box open or locked?") == ["Is the box open or locked?"], "one word does not say of what"


@pytest.mark.parametrize(
    ("line", "realm"),
    [
        ("What is this castle called?", "castle"),
        ("What's the name of your village?", "village"),
        ("Which island is this?", "island"),
        ("咱这城叫个啥名？", "城"),
        ("这是哪座岛？", "岛"),
        ("What do you call this room?", None),
        ("What is this place called?", None),
        ("What is this part of the castle called?", None),
        ("这里叫什么？", None),
    ],
)
def test_what_asks_for_the_name_of_more_than_a_room_is_known(line: str, realm: str | None) -> None:
    assert names_asked(line) == realm


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("My feet hurt, Mr. Finch. Where can I sleep tonight?", "Where can I sleep tonight?"),
        ("Where does the sheriff live? I am in a hurry.", "Where does the sheriff live?"),
        ("我走了一天。钥匙在哪里？", "钥匙在哪里？"),
        ("Where can I sleep tonight?", None),
        ("A man came by. Who was he?", None),
        ("They say there is gold. Whose?", None),
        ("A ship sank here. 哪儿？", None),
        ("Where is the key? Who has the safe?", None),
        ("Fine weather. I like it here.", None),
    ],
)
def test_the_question_of_a_line_is_the_sentence_that_asks_and_stands_by_itself(line: str, question: str | None) -> None:
    assert question_of(line) == question


def test_names_are_told_from_questions() -> None:
    assert set(NAMES) == {"key", "saloon", "ada", "钥匙", "酒馆"}


@pytest.mark.parametrize(
    ("line", "is_for_all"),
    [
        *(
            ("What have you got to your own name?", True),
            ("So what's yours round here?", True),
            ("What does the miller own?", True),
            ("您名下都有啥家当？", True),
        ),
        *(("大夫，这地方有啥东西是您自个儿的呀", True), ("Whose is the mill?", False), ("这是谁的？", False)),
    ],
)
def test_it_is_heard_whether_all_that_somebody_owns_is_asked_for(line: str, is_for_all: bool) -> None:
    assert asks_belongings(line) is is_for_all


@pytest.mark.parametrize(
    ("line", "is_killer"),
    [
        *(("Who killed the captain?", True), ("So who was the murderer?", True), ("到底是谁杀了船长？", True)),
        *(("凶手到底是谁？", True), ("Who found the captain?", False), ("谁杀鸡？", False)),
        *(("Who wants to know who killed him?", False), ("谁托你查是谁杀了他？", False)),
    ],
)
def test_whoever_asks_for_a_killer_is_known(line: str, is_killer: bool) -> None:
    assert asks_killer(line) is is_killer


def test_a_cause_is_asked_for_by_its_name_too() -> None:
    assert asks_why("Wheels don't just hop off. What's the cause of it?")


def test_words_that_no_key_accounts_for_are_left() -> None:
    assert without("Who built the saloon?", ["saloon"]) == ("built",)
    assert without("酒馆的老板是谁？", ["酒馆"]) == ("老板",)


def test_what_a_line_is_compared_with_is_known_before() -> None:
    known = [Known("key.place", LorebookEntry(keys=["key"], text="The key is here.", asks=["Seen it?"]))]
    assert compared(known) == ["The key is here.", "Seen it?", "key"]


def test_a_line_to_the_character_is_known() -> None:
    assert addresses("Who are you?")
    assert addresses("您贵姓")
    assert not addresses("Who is the mayor?")


def test_what_the_player_calls_their_own_is_known_by_its_words() -> None:
    assert owned("What is in my left boot?") == ["left", "boot"]
    assert owned("我的靴子里有什么？") == ["靴子"]
    assert owned("缝在我靴子里的戒指是谁的？") == ["靴子"]
    assert owned("我缝在靴子里的那枚戒指是谁的？") == ["戒指"]
    assert owned("What is in the box?") == []
