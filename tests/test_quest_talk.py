"""Quests move by the player's words as far as words can move them, and by the game for all the rest."""

from __future__ import annotations

from typing import Any

import pytest
from conversing import TEXT_ONLY, Stage, every, messages, persona

from npc_engine.core.commands import Generate
from npc_engine.core.quests import all_before, begun, legal, moved
from npc_engine.core.quests import stage as stage_of
from npc_engine.persona.world import Quest
from npc_engine.protocol import InputText, QuestChanged, UtteranceText, WorldSet

QUEST: dict[str, Any] = {
    "id": "mine",
    "name": "The mine",
    "goal": "Clear the mine.",
    "beats": [
        {
            "id": "hire",
            "objective": "Work for the mine.",
            "says": {"ask": ["Any work?"], "accept": ["I will do it."], "refuse": ["No thanks."], "finish": ["Done!"]},
            "lines": {
                "offered": ["I could use a hand."],
                "accepted": ["Good, take this lamp."],
                "refused": ["Suit yourself."],
                "early": ["I see no lamp lit yet."],
                "done": ["Well done indeed."],
            },
        },
        {"id": "lamp", "objective": "Light the lamp.", "after": ["hire"], "when": {"lamp.oil": "> 0"}},
        {"id": "dig", "objective": "Dig.", "after": ["hire"]},
        {"id": "feast", "objective": "Eat.", "after": ["lamp", "dig"]},
    ],
}


def mine() -> Stage:
    return Stage({"ada": persona(world={"name": "Town", "quests": [QUEST]})}, audio=TEXT_ONLY)


def said(of: Stage, line: str) -> tuple[list[str], list[QuestChanged]]:
    """What is answered, and which quests move by it."""
    commands = of.send(InputText(text=line))
    asked = every(commands, Generate)
    commands += of.generate(commands, "Hm.") if asked else []
    told = messages(commands)
    texts = [message.text for message in told if isinstance(message, UtteranceText)]
    return texts, [message for message in told if isinstance(message, QuestChanged)]


def test_a_task_is_offered_to_who_asks_and_begins_when_the_player_accepts() -> None:
    town = mine()
    assert said(town, "I will do it.") == (["Hm."], []), "nothing was offered yet"
    assert said(town, "Any work?") == (
        ["I could use a hand."],
        [QuestChanged(quest="mine", stage="hire", status="offered")],
    )
    assert said(town, "I will do it.") == (
        ["Good, take this lamp."],
        [QuestChanged(quest="mine", stage="hire", status="active")],
    )


def test_a_task_that_was_turned_down_can_be_asked_for_again() -> None:
    town = mine()
    said(town, "Any work?")
    assert said(town, "No thanks.")[1] == [QuestChanged(quest="mine", stage="hire", status="refused")]
    assert said(town, "I will do it.") == (["Hm."], [])
    assert said(town, "Any work?")[1] == [QuestChanged(quest="mine", stage="hire", status="offered")]


def test_that_it_is_done_is_for_the_game_to_say() -> None:
    town = mine()
    town.send(WorldSet(values={"quest.mine": "hire"}))
    assert said(town, "Done!") == (["I see no lamp lit yet."], [])
    thanked = messages(town.send(WorldSet(values={"quest.mine": "dig"})))
    assert QuestChanged(quest="mine", stage="dig", status="active") in thanked
    assert [message.text for message in thanked if isinstance(message, UtteranceText)] == ["Well done indeed."]


def test_without_a_line_of_its_author_the_objective_is_told() -> None:
    plain = QUEST["beats"][0] | {"lines": {}}
    quest = QUEST | {"beats": [plain, *QUEST["beats"][1:]]}
    town = Stage({"ada": persona(world={"name": "Town", "quests": [quest]})}, audio=TEXT_ONLY)
    assert said(town, "Any work?")[0] == ["Work for the mine."]
    town.send(WorldSet(values={"quest.mine": "hire"}))
    assert said(town, "Done!") == (["Hm."], [])


def test_what_is_taken_back_before_an_answer_moves_nothing() -> None:
    town = mine()
    spoken = Stage({"ada": persona(world={"name": "Town", "quests": [QUEST]})})
    assert not any(isinstance(message, QuestChanged) for message in messages(spoken.send(InputText(text="Any work?"))))
    assert said(town, "Any work?")[1]


def test_who_does_not_give_a_quest_does_not_speak_of_it() -> None:
    world = {"name": "Town", "quests": [QUEST | {"giver": ["tom"]}]}
    town = Stage({"ada": persona(world=world)}, audio=TEXT_ONLY)
    assert said(town, "Any work?") == (["Hm."], [])


MINE = Quest.model_validate(QUEST)


def test_beats_wait_for_those_before_them_and_for_the_state() -> None:
    done = {"hire": "done"}
    assert [beat.id for beat in legal(MINE, {}, lambda path: None)] == ["hire"]
    assert [beat.id for beat in legal(MINE, done, lambda path: None)] == ["dig"]
    assert [beat.id for beat in legal(MINE, done, lambda path: 1)] == ["lamp", "dig"]
    assert begun(MINE, done, lambda path: 1) == {"hire": "done", "lamp": "active", "dig": "active"}
    assert begun(MINE, {}, lambda path: 1) == {}


def test_a_beat_under_way_means_that_all_before_it_are_done() -> None:
    feast = MINE.beats[3]
    assert all_before(MINE, feast) == {"hire", "lamp", "dig"}
    assert moved(MINE, "feast") == {"hire": "done", "lamp": "done", "dig": "done", "feast": "active"}
    assert moved(MINE, None) == {}
    assert stage_of(MINE, moved(MINE, "feast")) == "feast"
    assert stage_of(MINE, moved(MINE, "done")) == "done"
    assert stage_of(MINE, {}) == "hire"


@pytest.mark.parametrize(
    ("path", "value"), [("quest.mine", "hire"), ("quest.mine.hire", "offered"), ("quest.no", None)]
)
def test_conditions_read_how_far_a_quest_is(path: str, value: str | None) -> None:
    lore = [{"keys": ["ale"], "text": "The ale is good.", "when": {path: value}}]
    world = {"name": "Town", "quests": [QUEST]}
    town = Stage({"ada": persona(world=world, lorebook=lore)}, audio=TEXT_ONLY)
    said(town, "Any work?")
    said(town, "How is the ale?")
    why = town.conversation.last_why
    assert why is not None
    assert why.facts == ("The ale is good.",)
    assert why.quest == "mine: hire"
