"""How several things are, in one sentence of each language."""

from __future__ import annotations

from npc_engine.core.listing import Listing, named_entry
from npc_engine.persona.world import LorebookEntry, Thing


def thing(name: str, zh: str, kind: str = "item", **more: object) -> Thing:
    return Thing.model_validate({"id": name, "kind": kind, "names": {"en": [name], "zh": [zh]}, **more})


LAMP, CASKS = thing("lamp", "灯"), thing("casks", "酒桶")
CELLAR = thing("cellar", "地窖", "place", at={"en": "down in the cellar", "zh": "地窖里"})
ADA, TOM = thing("ada", "艾达", "person"), Thing(id="tom", kind="person", names={"en": ("Tom",), "zh": ("汤姆",)})
THINGS = {each.id: each for each in (LAMP, CASKS, CELLAR, ADA, TOM)}
SAID = Listing(THINGS, "ada")


def told(entry: LorebookEntry | None) -> tuple[str, str]:
    assert entry is not None
    return entry.text["en"], entry.text["zh"]


def test_who_else_is_there_is_told_by_name() -> None:
    ada, bob, tom = {"en": "Ada", "zh": "艾达"}, {"": "Bob"}, {"en": "Tom", "zh": "汤姆"}
    assert SAID.company([]) is None
    assert told(SAID.company([ada])) == ("Ada is here with us.", "艾达就在这里。")
    everybody = SAID.company([ada, bob, tom])
    assert told(everybody) == ("Ada, Bob and Tom are here with us.", "艾达、Bob和汤姆都在这里。")
    assert everybody is not None
    assert "Is Bob here?" in everybody.asks["en"]
    assert "汤姆在吗？" in everybody.asks["zh"]


def test_what_lies_there_is_told_with_its_article_or_as_many() -> None:
    assert SAID.lying([]) is None
    assert told(SAID.lying([LAMP])) == ("The lamp is here.", "这里有灯。")
    assert told(SAID.lying([CASKS])) == ("The casks are here.", "这里有酒桶。")
    assert told(SAID.lying([LAMP, CASKS])) == ("The lamp and the casks are here.", "这里有灯和酒桶。")


def test_what_the_player_has_and_what_the_speaker_has_are_told_at_once() -> None:
    assert SAID.carried([], by_player=True) is None
    nothing = SAID.nothing_carried()
    assert told(nothing) == ("You have nothing with you that I know of.", "据我所知，你身上什么也没有。")
    assert "What am I carrying?" in nothing.asks["en"]
    carried, held = (SAID.carried([LAMP, CASKS], by_player=by_player) for by_player in (True, False))
    assert told(carried) == ("You have the lamp and the casks.", "你身上有灯和酒桶。")
    assert told(held) == ("I have the lamp and the casks.", "我身上有灯和酒桶。")
    assert carried is not None
    assert held is not None
    assert "What am I carrying?" in carried.asks["en"]
    assert "What are you carrying?" in held.asks["en"]


def test_what_is_elsewhere_and_who_is_told_by_the_place() -> None:
    assert SAID.content(CELLAR, []) is None
    things, people = SAID.content(CELLAR, [LAMP, CASKS]), SAID.content(CELLAR, [TOM])
    assert told(things) == ("The lamp and the casks are down in the cellar.", "灯和酒桶在地窖里。")
    assert told(people) == ("Tom is down in the cellar.", "汤姆在地窖里。")
    assert things is not None
    assert people is not None
    assert things.keys == CELLAR.names
    assert "What is down in the cellar?" in things.asks["en"]
    assert "谁在地窖里？" in people.asks["zh"]


def test_what_belongs_to_somebody_is_asked_for_as_mine_yours_or_by_their_name() -> None:
    assert SAID.belongings("tom", []) is None
    assert told(SAID.belongings("player", [LAMP])) == ("The lamp belongs to you.", "灯是你的。")
    assert told(SAID.belongings("ada", [CASKS])) == ("The casks belong to me.", "酒桶是我的。")
    others = SAID.belongings("tom", [LAMP, CASKS])
    assert told(others) == ("The lamp and the casks belong to Tom.", "灯和酒桶是汤姆的。")
    assert others is not None
    assert "What does Tom own?" in others.asks["en"]


def test_the_places_of_a_world_are_listed_where_there_are_several() -> None:
    assert SAID.places([CELLAR]) is None
    assert told(SAID.places([CELLAR, thing("attic", "阁楼", "place")])) == (
        "There is the cellar and the attic.",
        "这一带有地窖和阁楼。",
    )


def test_who_somebody_is_is_what_they_are_called_besides_their_name() -> None:
    mei = Thing(id="mei", kind="person", names={"en": ("Mei", "botanist"), "zh": ("小梅", "植物学家")})
    assert told(named_entry(mei, is_alive=True)) == ("Mei is the botanist.", "小梅就是植物学家。")
    assert told(named_entry(mei, is_alive=False)) == ("Mei was the botanist.", "小梅生前就是植物学家。")
    hale = Thing(
        id="hale", kind="person", names={"en": ("Captain Hale", "Hale", "captain"), "zh": ("黑尔船长", "黑尔", "船长")}
    )
    assert told(named_entry(hale, is_alive=True)) == ("Captain Hale is the captain.", "黑尔船长就是船长。")
    assert named_entry(TOM, is_alive=True) is None


def test_who_works_at_a_place_is_asked_for_by_it() -> None:
    mei = Thing(id="mei", kind="person", names={"en": ("Mei", "cooper"), "zh": ("小梅", "酒匠")})
    there, dead = named_entry(mei, is_alive=True, found_at=CELLAR), named_entry(mei, is_alive=False, found_at=CELLAR)
    assert there is not None
    assert dead is not None
    assert {"Who runs the cellar?", "Who works down in the cellar?"} <= {*there.asks["en"]}
    assert "谁在地窖里干活？" in there.asks["zh"]
    assert "Who runs the cellar?" not in dead.asks["en"]
