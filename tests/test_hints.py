"""A player who is stuck is helped, a little more plainly each time."""

from __future__ import annotations

import pytest
from conversing import QUEST, TEXT_ONLY, Stage, only, persona

from npc_engine.core.commands import Generate
from npc_engine.core.hints import hint_for, is_stuck
from npc_engine.persona.world import Beat
from npc_engine.protocol import InputText, WorldSet

BEAT = Beat.model_validate(
    {"id": "find", "objective": "Find it.", "hints": {"en": ["Look.", "Look up."], "zh": ["找找。", "往上看。"]}}
)


@pytest.mark.parametrize(
    "line",
    [
        "I'm stuck.",
        "Could you give me a hint?",
        "I don’t know where to look.",
        "I do not know what to do next",
        "I can't find it anywhere!",
        "I have no idea.",
        "OK, I give up",
        "给我一点提示吧",
        "我卡住了",
        "我不知道该去哪",
        "我到处都找不到钥匙",
    ],
)
def test_a_player_who_does_not_get_on_is_heard(line: str) -> None:
    assert is_stuck(line)


@pytest.mark.parametrize(
    "line",
    ["Where is the key?", "Can you help me find my way?", "What should I do next?", "You don't know me.", "钥匙在哪？"],
)
def test_a_question_alone_is_no_cry_for_help(line: str) -> None:
    assert not is_stuck(line)


def test_hints_become_plainer_and_the_plainest_is_told_again() -> None:
    assert hint_for(BEAT, "I'm stuck", "en", ()) == "Look."
    assert hint_for(BEAT, "I'm stuck", "en", {"Look."}) == "Look up."
    assert hint_for(BEAT, "I'm stuck", "en", {"Look.", "Look up."}) == "Look up."
    assert hint_for(BEAT, "我卡住了", "zh", {"找找。"}) == "往上看。"


def test_nobody_is_told_a_hint_unasked_nor_where_there_is_none() -> None:
    assert hint_for(BEAT, "Where is the key?", "en", ()) is None
    assert hint_for(BEAT, "Any idea where the key is?", "en", ()) is None
    assert hint_for(BEAT, "Any ideas?", "en", ()) == "Look."
    assert hint_for(Beat(id="find", objective={"": "Find it."}), "I'm stuck", "en", ()) is None


def test_who_asks_whom_to_turn_to_gets_the_hint_that_names_somebody() -> None:
    hints = {"en": ["Look.", "Innkeepers hear all.", "Ask Eve."], "zh": ["找找。", "问问伊芙。"]}
    beat = Beat.model_validate({"id": "find", "objective": "Find it.", "hints": hints})
    people = ("Eve", "伊芙")
    assert hint_for(beat, "Whom should I ask?", "en", (), people) == "Ask Eve."
    assert hint_for(beat, "who do i bug about it", "en", (), people) == "Ask Eve."
    assert hint_for(beat, "just tell me who to see about it", "en", (), people) == "Ask Eve."
    assert hint_for(beat, "who's going to know anything about it", "en", (), people) == "Ask Eve."
    assert hint_for(beat, "And whom, pray, ought I to question about the book?", "en", (), people) == "Ask Eve."
    assert hint_for(beat, "找哪个打听靠谱点", "zh", (), people) == "问问伊芙。"
    assert hint_for(beat, "我该找谁打听？", "zh", (), people) == "问问伊芙。"
    assert hint_for(beat, "锁着呢，可找谁去？", "zh", (), people) == "问问伊芙。"
    assert hint_for(beat, "Who can I turn to?", "en", (), ["Tom"]) is None
    assert hint_for(beat, "Who can I see from here?", "en", (), people) is None
    assert hint_for(beat, "你在找谁？", "zh", (), people) is None
    assert hint_for(beat, "I'm stuck.", "en", (), people) == "Look."


def test_in_a_conversation_each_cry_for_help_gets_a_plainer_hint_until_the_quest_moves_on() -> None:
    beats = [beat | {"hints": [f"Vague {beat['id']}.", f"Plain {beat['id']}."]} for beat in QUEST["beats"]]
    world = {"name": "Deadwood", "quests": [QUEST | {"goal": "Get rich.", "beats": beats}]}
    stage = Stage({"ada": persona(world=world)}, audio=TEXT_ONLY)

    def asked(line: str) -> str:
        thinking = stage.send(InputText(text=line))
        stage.generate(thinking, "Well.")
        return only(thinking, Generate).prompt.lines[-1].text

    assert asked("I'm stuck.") == "I'm stuck. [Answer: Vague find_key.]"
    assert asked("Where is the key?") == "Where is the key? [Answer: The key is here.]"
    assert asked("Still stuck with the key!") == "Still stuck with the key! [Answer: Plain find_key. The key is here.]"
    assert asked("I give up!") == "I give up! [Answer: Plain find_key.]"
    stage.send(WorldSet(values={"quest.safe": "open_safe"}))
    assert asked("I'm stuck.") == "I'm stuck. [Answer: Vague open_safe.]"
    stage.send(WorldSet(values={"quest.safe": "done"}))
    assert asked("I'm stuck.") == "I'm stuck."
