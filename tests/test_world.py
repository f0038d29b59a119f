"""What the game says about itself, and how far its quests are."""

from __future__ import annotations

import pytest
from conversing import QUEST

from npc_engine.core.world import UnknownStage, World
from npc_engine.persona.model import Quest
from npc_engine.protocol import QuestChanged

SAFE = Quest.model_validate(QUEST)


def test_the_last_value_wins_and_null_removes() -> None:
    world = World()
    world.set({"place": "the bank", "gold": 3}, [])
    assert world.place == "the bank"
    world.set({"gold": 4, "place": None, "never.set": None}, [])
    assert world.values == {"gold": 4}
    assert world.place is None


def test_a_place_that_is_no_text_is_no_place() -> None:
    world = World()
    world.set({"place": 7}, [])
    assert world.place is None


def test_a_quest_begins_at_its_first_step_and_moves_where_the_game_says() -> None:
    world = World()
    assert world.stage_of(SAFE) == "find_key"
    assert world.set({"quest.safe": "open_safe"}, [SAFE]) == [
        QuestChanged(quest="safe", stage="open_safe", status="active")
    ]
    assert world.step_of(SAFE) == SAFE.steps[1]
    assert world.set({"quest.safe": "done"}, [SAFE]) == [QuestChanged(quest="safe", stage="done", status="done")]
    assert world.step_of(SAFE) is None
    assert world.values == {}, "quests are kept apart from the rest"


def test_null_begins_a_quest_anew() -> None:
    world = World()
    world.set({"quest.safe": "done"}, [SAFE])
    assert world.set({"quest.safe": None}, [SAFE]) == [QuestChanged(quest="safe", stage="find_key", status="active")]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"quest.safe": "fly"}, "quest 'safe' has no step 'fly'; it has: find_key, open_safe, done"),
        ({"quest.dragon": "done"}, "no quest 'dragon' in this scene; there is: safe"),
    ],
)
def test_an_unknown_quest_or_step_changes_nothing_and_names_those_that_exist(
    values: dict[str, str], message: str
) -> None:
    world = World()
    with pytest.raises(UnknownStage) as refused:
        world.set({"gold": 3, **values}, [SAFE])
    assert str(refused.value) == message
    assert world.values == {}
    assert world.stage_of(SAFE) == "find_key"


def test_a_scene_without_quests_says_so() -> None:
    with pytest.raises(UnknownStage, match="there is: none"):
        World().set({"quest.safe": "done"}, [])
