"""What a clause claims of the things of a world, in many wordings, and what only sounds like a claim."""

from __future__ import annotations

import pytest
from gating import NAMES, looking

from npc_engine.core.claims import Claim, claims_in
from npc_engine.core.names import Names
from npc_engine.core.truth import Truth
from npc_engine.persona.world import World

NO, YES = True, False
"""Whether the claim is denied."""


def claimed(text: str, before: str = "") -> set[tuple[str, str, str | int | bool, bool]]:
    """Thing, property, value and denial of each claim that Ada makes."""
    claims = claims_in(text, NAMES["ada"], "ada", before)
    return {(claim.things[0], claim.property, claim.value, claim.denied) for claim in claims}


@pytest.mark.parametrize(
    ("text", "thing", "what", "value", "denied"),
    [
        ("You'll find the key in the bank.", "key", "place", "bank", YES),
        ("the key's over at the bank", "key", "place", "bank", YES),
        ("The key is hidden somewhere in the stable.", "key", "place", "stable", YES),
        ("The key to the safe is in the bank.", "key", "place", "bank", YES),
        ("There's a key in the safe.", "key", "place", "safe", YES),
        ("Somebody left the key at the bank.", "key", "place", "bank", YES),
        ("I put the key in the safe.", "key", "place", "safe", YES),
        ("The key was last seen in the stable.", "key", "place", "stable", YES),
        ("The safe holds the gold.", "gold", "place", "safe", YES),
        ("The key isn't in the bank.", "key", "place", "bank", NO),
        ("The key is under the bed.", "key", "place", "", YES),
        ("You have the key.", "key", "place", "player", YES),
        ("The key is in your pocket.", "key", "place", "player", YES),
        ("I have the key right here.", "key", "place", "ada", YES),
        ("The key is with me.", "key", "place", "ada", YES),
        ("I don't have the key.", "key", "place", "ada", NO),
        ("Tom's got the lantern.", "lantern", "place", "tom", YES),
        ("Tom stole the key.", "key", "place", "tom", YES),
        ("The key was stolen by Tom.", "key", "place", "tom", YES),
        ("The key was taken by you.", "key", "place", "player", YES),
        ("The key was taken by a stranger.", "key", "place", "", YES),
        ("Nobody has the key.", "key", "place", "nobody", YES),
        ("A stranger has the key.", "key", "place", "", YES),
        ("The key is in the saloon, isn't it?", "key", "place", "saloon", YES),
        ("If you ask me, the key is in the bank.", "key", "place", "bank", YES),
        ("When you get there, the key is in the bank.", "key", "place", "bank", YES),
        ("I think the key is in the bank.", "key", "place", "bank", YES),
        ("The safe belongs to the bank.", "safe", "owner", "bank", YES),
        ("The safe belongs to me.", "safe", "owner", "ada", YES),
        ("The safe doesn't belong to Tom.", "safe", "owner", "tom", NO),
        ("The saloon is owned by Mr. Johnson.", "saloon", "owner", "", YES),
        ("Tom owns the saloon.", "saloon", "owner", "tom", YES),
        ("The owner of the saloon is Tom.", "saloon", "owner", "tom", YES),
        ("The lantern is mine.", "lantern", "owner", "ada", YES),
        ("The lantern is yours now.", "lantern", "owner", "player", YES),
        ("The horse is Tom's.", "horses", "owner", "tom", YES),
        ("The safe belongs to nobody.", "safe", "owner", "nobody", YES),
        ("The safe isn't locked.", "safe", "locked", False, YES),
        ("The vault is sealed.", "safe", "locked", True, YES),
        ("The safe has been opened.", "safe", "open", True, YES),
        ("You opened the safe already.", "safe", "open", True, YES),
        ("The safe stands wide open.", "safe", "open", True, YES),
        ("The safe is shut tight.", "safe", "open", False, YES),
        ("Tom is dead.", "tom", "alive", False, YES),
        ("Tom isn't dead.", "tom", "alive", True, YES),
        ("Tom died last night.", "tom", "alive", False, YES),
        ("They killed Tom.", "tom", "alive", False, YES),
        ("Tom still breathes.", "tom", "alive", True, YES),
        ("There are five horses.", "horses", "count", 5, YES),
        ("There are no horses in the stable.", "horses", "count", 0, YES),
        ("A dozen horses stand there.", "horses", "count", 12, YES),
        ("We have 1,000 horses.", "horses", "count", 1000, YES),
        ("钥匙在银行。", "key", "place", "bank", YES),
        ("钥匙就藏在马厩里。", "key", "place", "stable", YES),
        ("钥匙不在银行。", "key", "place", "bank", NO),
        ("在银行能找到钥匙。", "key", "place", "bank", YES),
        ("保险箱里有金子。", "gold", "place", "safe", YES),
        ("汤姆把钥匙藏在银行了。", "key", "place", "bank", YES),
        ("保险箱的钥匙在银行。", "key", "place", "bank", YES),
        ("钥匙在床底下。", "key", "place", "", YES),
        ("钥匙在你身上。", "key", "place", "player", YES),
        ("钥匙在我手里。", "key", "place", "ada", YES),
        ("我有钥匙。", "key", "place", "ada", YES),
        ("你已经拿到钥匙了。", "key", "place", "player", YES),
        ("汤姆拿着灯笼。", "lantern", "place", "tom", YES),
        ("没有人有钥匙。", "key", "place", "nobody", YES),
        ("钥匙被汤姆偷走了。", "key", "place", "tom", YES),
        ("我没有钥匙。", "key", "place", "ada", NO),
        ("保险箱是银行的。", "safe", "owner", "bank", YES),
        ("保险箱不是我的。", "safe", "owner", "ada", NO),
        ("保险箱属于你。", "safe", "owner", "player", YES),
        ("保险箱不属于任何人。", "safe", "owner", "nobody", YES),
        ("酒馆的主人是老王。", "saloon", "owner", "", YES),
        ("酒馆归镇长所有。", "saloon", "owner", "", YES),
        ("保险箱没锁。", "safe", "locked", False, YES),
        ("保险箱已经上锁了。", "safe", "locked", True, YES),
        ("保险箱开着。", "safe", "open", True, YES),
        ("保险箱没开。", "safe", "open", False, YES),
        ("保险箱关着。", "safe", "open", False, YES),
        ("保险箱没关。", "safe", "open", True, YES),
        ("你已经打开了保险箱。", "safe", "open", True, YES),
        ("他把保险箱锁上了。", "safe", "locked", True, YES),
        ("汤姆死了。", "tom", "alive", False, YES),
        ("汤姆没死。", "tom", "alive", True, YES),
        ("有人杀了汤姆。", "tom", "alive", False, YES),
        ("马厩里有五匹马。", "horses", "count", 5, YES),
        ("马有两匹。", "horses", "count", 2, YES),
        ("一共二十三匹马。", "horses", "count", 23, YES),
    ],
)
def test_a_claim_is_found_in_many_wordings(
    text: str, thing: str, what: str, value: str | int | bool, denied: bool
) -> None:
    assert (thing, what, value, denied) in claimed(text)


@pytest.mark.parametrize(
    "text",
    [
        "If the safe is open, go in.",
        "Is the key in the saloon?",
        "Where is the key?",
        "Maybe the key is in the bank.",
        "The key might be in the bank.",
        "You say the key is in the bank.",
        "I don't know whether the safe is locked.",
        "Once the safe is open, you are done.",
        "Use the key to open the safe.",
        "Find the key and open the safe.",
        "You need the key before you can open the safe.",
        "Take the key to the bank.",
        "The saloon is open to everybody.",
        "The horse is tired.",
        "Bring me three horses.",
        "One of the horses is lame.",
        "We have the bank in mind.",
        "The key is in good hands.",
        "The safe belongs to everybody.",
        "The key is not under the bed.",
        "The key is near the bank.",
        "The map is the map.",
        "It is in the bank.",
        "The key belongs to the key.",
        "如果保险箱开着，就进去。",
        "钥匙在哪？",
        "也许钥匙在银行。",
        "不知道钥匙在不在银行。",
        "用钥匙打开保险箱。",
        "保险箱需要钥匙才能打开。",
        "钥匙是铜做的。",
        "给我三匹马。",
        "钥匙在这里。",
        "它在银行。",
        "我们有钥匙。",
        "Well met, friend.",
        "We have the key.",
        "Will Tom take it, or should Tom have the key.",
        "酒馆的主人不是老王。",
    ],
)
def test_what_only_sounds_like_a_claim_is_none(text: str) -> None:
    assert claimed(text) == set()


@pytest.mark.parametrize(
    ("before", "text", "found"),
    [
        ("Where is the key?", "It is in the bank.", ("key", "place", "bank", YES)),
        ("Is the key in the saloon?", "It's in the bank.", ("key", "place", "bank", YES)),
        ("Where's the key? I want to open the safe.", "It is locked.", ("safe", "locked", True, YES)),
        ("Where is Tom?", "He is dead.", ("tom", "alive", False, YES)),
        ("Who has the lantern?", "Nobody has it.", ("lantern", "place", "nobody", YES)),
        ("Tom is in the saloon.", "He has the key.", ("key", "place", "tom", YES)),
        ("What about the bank?", "It is closed.", ("bank", "open", False, YES)),
        ("钥匙在哪？", "它在银行。", ("key", "place", "bank", YES)),
        ("汤姆呢？", "他死了。", ("tom", "alive", False, YES)),
    ],
)
def test_a_pronoun_stands_for_what_was_spoken_of(
    before: str, text: str, found: tuple[str, str, str | int | bool, bool]
) -> None:
    assert found in claimed(text, before)


def test_a_pronoun_that_stands_for_nobody_claims_nothing() -> None:
    assert claimed("He has the key.") == set()


WORLD = World.model_validate(
    {
        "name": "Deadwood",
        "things": [
            {"id": "key", "kind": "item", "names": ["key"], "place": "saloon", "known_by": ["ada"]},
            {"id": "ring", "kind": "item", "names": ["ring"], "place": "tom", "owner": "nobody"},
            {"id": "coin", "kind": "item", "names": ["coin"], "place": "chest", "count": 3},
            {"id": "chest", "kind": "item", "names": ["chest"], "place": "cellar", "open": True},
            {"id": "box", "kind": "item", "names": ["box"], "place": "box", "locked": True},
            {"id": "saloon", "kind": "place", "names": ["saloon"], "at": "in the saloon, behind the bar"},
            {"id": "cellar", "kind": "place", "names": ["cellar"], "place": "saloon"},
            {"id": "tom", "kind": "person", "names": ["Tom"], "alive": True},
            {"id": "ann", "kind": "person", "names": ["Ann"]},
            {"id": "gold", "kind": "item", "names": ["gold"], "owner": "tom"},
        ],
    }
)


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("The key is in the saloon.", "true"),
        ("The key is behind the bar.", "true"),
        ("The key is in the attic.", "false"),
        ("The key isn't in the saloon.", "false"),
        ("Nobody has the key.", "true"),
        ("Nobody has the ring.", "false"),
        ("Tom has the ring.", "true"),
        ("Ann has the ring.", "false"),
        ("The ring is in Deadwood.", "true"),
        ("The ring belongs to nobody.", "true"),
        ("The ring belongs to Mr. Black.", "false"),
        ("The coin is in the saloon.", "true"),
        ("There are three coins.", "true"),
        ("There are four coins.", "false"),
        ("There are four rings.", None),
        ("The chest is open.", "true"),
        ("The chest is locked.", "false"),
        ("The chest is unlocked.", "true"),
        ("The box is closed.", "true"),
        ("The box is open.", "false"),
        ("The box is in the saloon.", "false"),
        ("The ring is open.", "unknown"),
        ("The gold is in the saloon.", "unknown"),
        ("The gold isn't in the saloon.", None),
        ("The key belongs to Tom.", "unknown"),
        ("The saloon is closed.", None),
        ("Ann is dead.", "unknown"),
        ("Ann is alive.", None),
        ("Tom is dead.", "false"),
    ],
)
def test_a_claim_is_judged_by_the_state(text: str, judged: str | None) -> None:
    names = Names(WORLD.things)
    truth = Truth(names, looking(WORLD), lambda thing, path: True, frozenset({"deadwood"}))
    (claim,) = claims_in(text, names, "ada")
    assert truth.judge(claim) == judged


def test_what_a_character_does_not_know_is_unknown_even_if_it_is_true() -> None:
    truth = Truth(NAMES["ada"], looking(WORLD), lambda thing, path: path != "key.place")
    assert truth.judge(Claim(("key",), "place", "saloon")) == "unknown"


def test_of_what_a_pronoun_may_stand_for_the_kindest_reading_counts() -> None:
    truth = Truth(Names(WORLD.things), looking(WORLD), lambda thing, path: True)
    assert truth.judge(Claim(("ring", "key"), "place", "saloon")) == "true"
    assert truth.judge(Claim(("ring", "gold"), "place", "saloon")) == "unknown"
    assert truth.judge(Claim(("ring", "saloon"), "place", "saloon")) is None
