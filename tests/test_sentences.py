"""True sentences about the state of things, in English and Chinese."""

from __future__ import annotations

import pytest
from gating import DEADWOOD, NAMES, looking

from npc_engine.core.claims import claims_in
from npc_engine.core.names import Names
from npc_engine.core.sentences import scene_entry, state_entries
from npc_engine.core.truth import Truth
from npc_engine.persona.world import World

ODDS = World.model_validate(
    {
        "name": "Odds",
        "things": [
            {"id": "glass", "kind": "item", "names": ["glass"], "place": "shelf", "count": 0, "owner": "nobody"},
            {"id": "shelf", "kind": "item", "names": ["shelf"], "place": "nowhere", "owner": "somebody"},
            {"id": "knife", "kind": "item", "names": {"en": ["keys"]}, "place": "ada", "locked": False, "owner": "ada"},
            {"id": "pony", "kind": "item", "names": {"en": ["pony"], "zh": ["小马"]}, "count": 2, "place": "bob"},
            {"id": "watchman", "kind": "person", "names": {"en": ["watchman"], "zh": ["守夜人"]}, "count": 4},
            {"id": "torch", "kind": "item", "names": {"en": ["torch"], "zh": ["火把"]}, "count": 20, "place": "shelf"},
            {"id": "coins", "kind": "item", "names": {"en": ["coins"], "zh": ["金币"]}, "count": 1, "owner": "player"},
            {"id": "excalibur", "kind": "item", "names": {"en": ["Excalibur"], "zh": ["王者之剑"]}, "open": True},
            {"id": "ada", "kind": "person", "names": {"en": ["Ada"], "zh": ["艾达"]}, "place": "bob"},
            {
                "id": "bob",
                "kind": "person",
                "names": {"en": ["Bob"], "zh": ["鲍勃"]},
                "place": "player",
                "alive": False,
            },
        ],
    }
)


def told(world: World, path: str, language: str, speaker: str = "ada", **changes: str | int | bool | None) -> str:
    entries = state_entries(world.things, looking(world, **changes), speaker)
    return entries[path].text[language]


@pytest.mark.parametrize(
    ("path", "english", "chinese"),
    [
        ("key.place", "The key is in the saloon, behind the bar.", "钥匙在酒馆的吧台后面。"),
        ("safe.place", "The safe is in the back room of the bank.", "保险箱在银行的后台。"),
        ("back_room.place", "The back room is in the bank.", "后台在银行里。"),
        ("safe.owner", "The safe belongs to the bank.", "保险箱是银行的。"),
        ("saloon.owner", "The saloon belongs to Tom.", "酒馆是汤姆的。"),
        ("safe.open", "The safe is closed.", "保险箱关着。"),
        ("safe.locked", "The safe is locked.", "保险箱锁着。"),
        ("tom.alive", "Tom is alive.", "汤姆还活着。"),
        ("sheriff.alive", "The sheriff is dead.", "警长死了。"),
        ("horses.count", "There are three horses in the stable.", "马厩里一共有三匹马。"),
        ("horses.place", "The horses are in the stable.", "马在马厩里。"),
        ("map.place", "You have the map.", "地图在你手里。"),
        ("lantern.place", "Tom has the lantern.", "灯笼在汤姆手里。"),
        ("ledger.place", "I have the ledger.", "账本在我手里。"),
        ("ledger.owner", "The ledger belongs to me.", "账本是我的。"),
        ("ada.place", "I am in the bank.", "我在银行里。"),
        ("ada.alive", "I am alive.", "我还活着。"),
    ],
)
def test_the_state_of_a_thing_is_told_in_both_languages(path: str, english: str, chinese: str) -> None:
    assert told(DEADWOOD, path, "en") == english
    assert told(DEADWOOD, path, "zh") == chinese


@pytest.mark.parametrize(
    ("path", "language", "text"),
    [
        ("glass.place", "en", "The glasses are in the shelf."),
        ("glass.count", "en", "There are no glasses in the shelf."),
        ("glass.count", "zh", "Shelf里没有glass。"),
        ("glass.owner", "en", "The glasses belong to nobody."),
        ("glass.owner", "zh", "Glass不属于任何人。"),
        ("knife.place", "en", "I have the keys."),
        ("knife.locked", "en", "The keys are not locked."),
        ("pony.count", "en", "There are two ponies."),
        ("pony.count", "zh", "一共有两匹小马。"),
        ("pony.place", "en", "Bob has the ponies."),
        ("watchman.count", "en", "There are four watchmen."),
        ("torch.count", "en", "There are 20 torches in the shelf."),
        ("torch.count", "zh", "Shelf里一共有20个火把。"),
        ("coins.count", "en", "There is one coin."),
        ("coins.owner", "en", "The coin belongs to you."),
        ("excalibur.open", "en", "Excalibur is open."),
        ("excalibur.open", "zh", "王者之剑开着。"),
        ("ada.place", "en", "I am with Bob."),
        ("ada.place", "zh", "我和鲍勃在一起。"),
        ("bob.place", "en", "Bob is with you."),
    ],
)
def test_articles_plurals_and_odd_states(path: str, language: str, text: str) -> None:
    assert told(ODDS, path, language) == text


def test_state_that_nobody_set_says_nothing() -> None:
    entries = state_entries(DEADWOOD.things, looking(DEADWOOD), "ada")
    assert not {"gold.place", "gold.count", "key.open", "sheriff.place"} & entries.keys()
    assert not {"shelf.place", "shelf.owner"} & state_entries(ODDS.things, looking(ODDS), "ada").keys()


def test_a_sentence_is_in_the_languages_in_which_the_thing_has_a_name() -> None:
    entries = state_entries(ODDS.things, looking(ODDS), "ada")
    assert set(entries["knife.place"].text) == {"en"}
    assert set(entries["glass.place"].text) == {"en", "zh"}


def test_what_the_game_has_set_is_told_instead_of_the_beginning() -> None:
    assert told(DEADWOOD, "key.place", "en", key_place="tom") == "Tom has the key."
    assert told(DEADWOOD, "safe.open", "zh", safe_open=True) == "保险箱开着。"


def test_a_sentence_is_found_by_the_names_of_its_thing_and_by_questions() -> None:
    entry = state_entries(DEADWOOD.things, looking(DEADWOOD), "ada")["key.place"]
    assert entry.keys["en"][:2] == ("key", "where is the key")
    assert "Where is the key?" in entry.asks["en"]
    assert "谁有钥匙？" in entry.asks["zh"]
    itself = state_entries(DEADWOOD.things, looking(DEADWOOD), "ada")["ada.place"]
    assert "Where are you?" in itself.asks["en"]
    assert "你在哪？" in itself.asks["zh"]


def test_every_sentence_about_a_world_is_a_true_claim_of_it() -> None:
    names: Names = NAMES["ada"]
    truth = Truth(names, looking(DEADWOOD), lambda thing, path: True)
    for path, entry in state_entries(DEADWOOD.things, looking(DEADWOOD), "tom").items():
        for text in entry.text.values():
            if not text.startswith(("I ", "我")):
                judged = [truth.judge(claim) for claim in claims_in(text, names, "tom")]
                assert "true" in judged, (path, text)
                assert set(judged) <= {"true", None}


def test_what_a_character_has_and_owns_is_said_though_it_is_no_thing_itself() -> None:
    things = [
        {"id": "watch", "kind": "item", "names": {"en": ["watch"], "zh": ["怀表"]}, "place": "eve", "owner": "eve"}
    ]
    world = World.model_validate({"name": "Town", "things": things})
    assert told(world, "watch.place", "en", "eve") == "I have the watch."
    assert told(world, "watch.owner", "zh", "eve") == "怀表是我的。"
    assert state_entries(world.things, looking(world), "ada") == {}


def test_the_state_of_a_thing_is_asked_for_by_each_of_its_names() -> None:
    things = [{"id": "gun", "kind": "item", "names": {"en": ["revolver", "guns"]}, "locked": True}]
    world = World.model_validate({"name": "Town", "things": things})
    asks = state_entries(world.things, looking(world), "ada")["gun.locked"].asks["en"]
    assert {"Is the revolver locked?", "Are the guns locked?"} <= {*asks}


def test_where_one_is_answers_what_the_place_is_called_by_each_of_its_names() -> None:
    tavern = {"id": "inn", "kind": "place", "names": {"en": ["Gull Inn", "tavern"], "zh": ["海鸥客栈", "旅馆"]}}
    entry = scene_entry("inn", World.model_validate({"name": "Town", "things": [tavern]}).things, "ada")
    assert entry is not None
    assert {"What is this Gull Inn called?", "What is your tavern called?"} <= {*entry.asks["en"]}
    assert "这旅馆叫什么名字？" in entry.asks["zh"]
