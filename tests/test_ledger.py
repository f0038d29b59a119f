"""Which claims the deeds of a story, and its state, support."""

from __future__ import annotations

from typing import Any

import pytest

from npc_engine.core.journal import ActionAsked, ActionEnded
from npc_engine.core.ledger import Ledger
from npc_engine.core.story import Deed
from npc_engine.persona.world import Action, Thing

THINGS = tuple(
    Thing.model_validate(thing)
    for thing in (
        {"id": "key", "kind": "item", "names": {"en": ["key"], "zh": ["钥匙"]}},
        {"id": "lamp", "kind": "item", "names": {"en": ["lantern", "lamp"], "zh": ["提灯"]}},
        {"id": "safe", "kind": "item", "names": {"en": ["safe"], "zh": ["保险箱"]}},
        {"id": "vault", "kind": "place", "names": {"en": ["vault"], "zh": ["金库"]}},
    )
)
ACTIONS = tuple(
    Action.model_validate({"done": "Done.", "refused": "Refused."} | action)
    for action in (
        {
            "name": "give",
            "description": {"en": "Hand something to the player.", "zh": "把东西交给玩家。"},
            "args": {"item": {"type": "item"}},
        },
        {"name": "open_safe", "description": {"en": "Open the safe.", "zh": "打开保险箱。"}},
        {
            "name": "pay",
            "description": {"en": "Pay the player.", "zh": "付钱给玩家。"},
            "args": {"amount": {"type": "number"}},
        },
        {"name": "dance", "description": {"en": "Dance a little.", "zh": "跳舞。"}},
    )
)


def deed(name: str, status: str | None = "done", actor: str = "ada", **args: Any) -> Deed:
    """Something that `actor` asked for; `status` None while the game has not answered. Its id is its name."""
    ended = ActionEnded(action_id=name, status=status) if status else None
    return Deed(ActionAsked(action_id=name, actor_id=actor, name=name, args=args), ended)


def ledger(*deeds: Deed, current: str | None = None, **values: Any) -> Ledger:
    """Ada's, with the state in `values`, `__` for a dot."""
    state = {path.replace("__", "."): value for path, value in values.items()}
    return Ledger("ada", deeds, current, ACTIONS, THINGS, state.get)


GAVE_KEY = deed("give", item="key")
OPENED = deed("open_safe")

CLAIMED_WITHOUT_A_DEED = [
    "Consider it done.",
    "Consider it done, friend!",
    "It's yours.",
    "The key is yours now.",
    "That lantern is yours.",
    "I've just unlocked it for you.",
    "I have opened the safe for you.",
    "Done!",
    "All done.",
    "It's done, friend.",
    "There you go!",
    "I took care of it.",
    "I've handed the key to you already.",
    "Take it, friend.",
    "The key was given to you.",
    "You've already opened the safe.",
    "The safe is open now.",
    "The safe has been unlocked.",
    "It's been opened.",
    "I'll let you in.",
    "Here is the lantern.",
    "拿去吧！",
    "搞定了！",
    "办好了。",
    "钥匙归你了。",
    "这把钥匙是你的了。",
    "保险箱已经打开了。",
    "保险箱被打开了。",
    "你已经打开保险箱了。",
    "我已经把保险箱打开了。",
    "钥匙给你。",
    "收下吧。",
    "成了！",
    "包在我身上。",
]


@pytest.mark.parametrize("clause", CLAIMED_WITHOUT_A_DEED)
def test_a_claim_without_a_deed_is_not_supported(clause: str) -> None:
    shut = {"key__owner": "ada", "lamp__owner": "ada", "safe__open": False, "safe__locked": True}
    assert ledger(**shut).unsupported(clause)
    assert ledger(deed("give", "refused", item="key"), deed("open_safe", "failed"), **shut).unsupported(clause)
    assert ledger(deed("give", None, item="key"), deed("open_safe", None), **shut).unsupported(clause)


@pytest.mark.parametrize(
    "clause",
    [
        "I gave you the key.",
        "I've given you the key, friend.",
        "I'll give you the key to the safe.",
        "Here is the key!",
        "The key is yours.",
        "It's yours now.",
        "Here you go.",
        "Done!",
        "Consider it done.",
        "Take it, friend.",
        "我把钥匙给你了。",
        "钥匙归你了。",
        "我把保险箱的钥匙交给你了。",
        "拿去吧！",
        "搞定了！",
    ],
)
def test_what_was_just_given_may_be_spoken_of(clause: str) -> None:
    assert ledger(GAVE_KEY, current="give").unsupported(clause) is None


@pytest.mark.parametrize(
    "clause",
    [
        "I gave you the lantern.",
        "I gave you the key and the lantern.",
        "Here is the lantern.",
        "The lantern is yours.",
        "I've given you my horse.",
        "I'll give you 20 dollars.",
        "I have opened the safe.",
        "I've unlocked it for you.",
        "我把提灯给你了。",
        "提灯归你了。",
        "我已经打开了保险箱。",
    ],
)
def test_a_deed_supports_no_claim_of_another_thing_or_kind(clause: str) -> None:
    assert ledger(GAVE_KEY, current="give", lamp__owner="ada", safe__open=False).unsupported(clause)


@pytest.mark.parametrize("clause", ["I gave you the key.", "Here is the key.", "我把钥匙给你了。", "It's yours."])
def test_nobody_may_claim_the_deed_of_another(clause: str) -> None:
    assert ledger(deed("give", actor="tom", item="key"), key__owner="tom").unsupported(clause)


@pytest.mark.parametrize(
    "clause", ["Done!", "It's yours.", "I've given it to you.", "拿去吧！", "搞定了！", "I've opened it."]
)
def test_a_deed_of_another_turn_is_not_what_is_spoken_of_without_a_name(clause: str) -> None:
    assert ledger(GAVE_KEY, OPENED).unsupported(clause)


def test_a_deed_of_another_turn_may_be_told_by_its_name() -> None:
    past = ledger(GAVE_KEY, OPENED)
    assert past.unsupported("I gave you the key.") is None
    assert past.unsupported("I opened the safe.") is None
    assert past.unsupported("我已经打开了保险箱。") is None


@pytest.mark.parametrize(
    "clause", ["I've opened the safe.", "I opened it for you.", "The safe is open now.", "打开了！"]
)
def test_an_action_of_one_thing_needs_no_argument_for_it(clause: str) -> None:
    assert ledger(OPENED, current="open_safe").unsupported(clause) is None


def test_an_amount_must_be_the_one_that_was_paid() -> None:
    paid = ledger(deed("pay", amount=20), current="pay")
    assert paid.unsupported("I'll give you 20 dollars.") is None
    assert paid.unsupported("我给你20美元。") is None
    assert paid.unsupported("I'll give you 500 dollars.")
    assert paid.unsupported("我给你500美元。")


def test_a_deed_of_no_known_kind_may_only_be_called_done() -> None:
    danced = ledger(deed("dance"), current="dance")
    assert danced.unsupported("Done!") is None
    assert danced.unsupported("I gave it to you.")
    assert danced.unsupported("I've opened it.")


def test_a_deed_of_an_action_that_is_gone_is_known_by_its_name() -> None:
    assert Ledger("ada", (GAVE_KEY,), things=THINGS).unsupported("I gave you the key.") is None


@pytest.mark.parametrize(
    "clause",
    [
        "The safe is open now.",
        "You opened the safe.",
        "You have unlocked the safe!",
        "The key is yours.",
        "保险箱已经打开了。",
        "你已经打开保险箱了。",
        "钥匙是你的。",
    ],
)
def test_what_is_so_may_be_said_whoever_did_it(clause: str) -> None:
    assert ledger(safe__open=True, key__owner="player").unsupported(clause) is None


def test_a_thing_that_can_not_be_open_or_shut_is_not_judged() -> None:
    assert ledger().unsupported("The vault is open.") is None
    assert ledger(vault__locked=True).unsupported("The vault is open.")


@pytest.mark.parametrize(
    "clause",
    [
        "The saloon is open until midnight.",
        "You broke my heart.",
        "The town was opened up by the railway.",
        "The choice is yours.",
        "I can't give you the key.",
        "When the job is done, come back.",
        "Is the safe open?",
        "Find the key and use it to open the safe.",
        "The safe isn't open yet.",
        "The key is not yours.",
        "Nobody has opened it.",
        "保险箱还没打开。",
        "钥匙不是你的。",
        "你打开保险箱了吗？",
        "事情办好了再来找我。",
        "If you opened the safe, tell me.",
        "你得先找到钥匙，才能打开保险箱。",
    ],
)
def test_what_claims_nothing_passes(clause: str) -> None:
    assert ledger(safe__open=False, safe__locked=True, key__owner="ada").unsupported(clause) is None


def test_what_an_author_wrote_may_be_said() -> None:
    assert ledger(safe__open=False).unsupported("You opened the safe!", ["You opened the safe, and are done!"]) is None
