"""What is said of a quest, held against how far it is."""

from __future__ import annotations

from typing import Any

import pytest
from gating import NAMES

from npc_engine.core.names import Names
from npc_engine.core.progress import Progress
from npc_engine.core.quests import Status
from npc_engine.persona.world import Quest

QUEST = Quest.model_validate(
    {
        "id": "safe",
        "name": "The safe",
        "goal": "Find the key and open the safe.",
        "beats": [
            {"id": "find", "objective": {"en": "Find the key to the safe.", "zh": "找到保险箱的钥匙。"}},
            {"id": "open", "objective": {"en": "Open the safe.", "zh": "用钥匙打开银行后台的保险箱。"}},
            {"id": "bread", "objective": {"en": "Bake bread.", "zh": "好好休息。"}},
            {"id": "be", "objective": {"en": "Be at it.", "zh": "休息。"}},
        ],
    }
)
BEGUN: dict[str, Status] = {"find": "active"}
FOUND: dict[str, Status] = {"find": "done", "open": "active"}
DONE: dict[str, Status] = {"find": "done", "open": "done", "bread": "done", "be": "done"}


def misstated(sentence: str, statuses: dict[str, Status]) -> str | None:
    return Progress([(QUEST, statuses)], NAMES["ada"]).misstated(sentence)


@pytest.mark.parametrize(
    ("sentence", "statuses", "words"),
    [
        ("Your task is done!", BEGUN, "your task is done"),
        ("You have already completed the quest, friend.", BEGUN, "you have already completed the quest"),
        ("Mission accomplished!", FOUND, "mission accomplished"),
        ("Once more. The case is solved, detective.", BEGUN, "the case is solved"),
        ("You found the key!", BEGUN, "you found the key"),
        ("Great, you have opened the safe.", FOUND, "you have opened the safe"),
        ("You baked the bread.", FOUND, "you baked the bread"),
        ("You still need to find the key.", FOUND, "you still need to find the key"),
        ("任务完成了！", BEGUN, "任务完成了"),
        ("案子已经破了。", BEGUN, "案子已经破了"),
        ("你已经找到了钥匙。", BEGUN, "你已经找到了key"),
        ("你把钥匙找到了。", BEGUN, "你把key找到了"),
        ("你打开了保险箱。", FOUND, "你打开了safe"),
        ("你还得找到钥匙。", FOUND, "你还得找到key"),
    ],
)
def test_what_is_not_so_is_found(sentence: str, statuses: dict[str, Status], words: str) -> None:
    assert misstated(sentence, statuses) == words


@pytest.mark.parametrize(
    ("sentence", "statuses"),
    [
        ("Your task is done!", DONE),
        ("Your task is not done.", BEGUN),
        ("Is your task done?", BEGUN),
        ("Once the safe is open, your task is done.", BEGUN),
        ("You found the key!", FOUND),
        ("You have not found the key.", BEGUN),
        ("You need to find the key.", BEGUN),
        ("You need to open the safe.", FOUND),
        ("任务还没完成。", BEGUN),
        ("你已经找到了钥匙。", FOUND),
        ("如果你打开了保险箱，告诉我。", BEGUN),
        ("你得先找到钥匙。", BEGUN),
        ("What a day.", BEGUN),
    ],
)
def test_what_is_so_or_only_supposed_is_spoken(sentence: str, statuses: dict[str, Status]) -> None:
    assert misstated(sentence, statuses) is None


def test_a_character_without_quests_says_what_it_likes() -> None:
    nothing: list[Any] = []
    assert Progress(nothing, Names([])).misstated("Your task is done!") is None


LINES = Quest.model_validate(
    {
        "id": "safe",
        "name": "The safe",
        "goal": "Open the safe.",
        "beats": [
            {
                "id": "find",
                "objective": "Find the key.",
                "lines": {
                    "early": ["I see no golden key yet."],
                    "done": {"en": ["That is it! Now try it on the safe."]},
                },
            },
            {"id": "open", "objective": "Open the safe.", "lines": {"done": ["The safe stands open. Thank you!"]}},
        ],
    }
)


@pytest.mark.parametrize(
    ("sentence", "begun", "found", "done"),
    [
        ("Now try it on the safe.", False, False, True),
        ("i see no golden key yet!", False, True, True),
        ("The safe stands open.", False, False, False),
        ("That is it!", False, False, False),
    ],
)
def test_what_was_said_of_a_step_is_over_with_it(sentence: str, begun: bool, found: bool, done: bool) -> None:
    told = [Progress([(LINES, statuses)], Names([])).is_over(sentence) for statuses in (BEGUN, FOUND, DONE)]
    assert told == [begun, found, done]
