"""An answer to a question begins with the facts themselves, at once; what comes behind them is the model's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from conversing import TEXT_ONLY, Stage, every, messages, only, persona

from npc_engine.core.answering import Answering
from npc_engine.core.chronicle import Chronicle
from npc_engine.core.commands import Cancel, Command, Generate, Synthesise
from npc_engine.core.journal import Spoken
from npc_engine.core.meaning import Kin, Told
from npc_engine.core.scene import Character
from npc_engine.protocol import InputText, UtteranceCompleted, UtteranceText

LORE = [
    {"keys": ["key"], "text": "The key was last seen in the saloon, behind the bar."},
    {"keys": ["doctor"], "text": "Doctor Hale lives here!"},
]
WARM = {"axes": {"trust": {"start": 5}}, "shows": [{"when": {"trust": ">= 1"}, "text": "You like the player."}]}


def stage(**changes: Any) -> Stage:
    spoken = changes.pop("spoken", False)
    audio = {} if spoken else {"audio": TEXT_ONLY}
    return Stage({"ada": persona(**{"lorebook": LORE} | changes)}, goes_on=True, **audio)


def said(commands: list[Command]) -> str:
    return "".join(message.text for message in messages(commands) if isinstance(message, UtteranceText))


def test_the_first_words_wait_for_no_model() -> None:
    commands = stage(spoken=True).send(InputText(text="Where is the key?"))
    assert only(commands, Generate).prompt.begins == "The key was last seen in the saloon, behind the bar"
    assert "The key was last seen".startswith(only(commands, Synthesise).text.rstrip())


def test_the_model_goes_on_behind_the_fact() -> None:
    ada = stage()
    commands = ada.send(InputText(text="Where is the key?"))
    ada.generate(commands, ", friend!")
    assert ada.recorded[-1].text == "The key was last seen in the saloon, behind the bar, friend!"


def test_the_mark_at_the_end_of_the_fact_is_left_to_the_model() -> None:
    commands = stage().send(InputText(text="Where is the doctor?"))
    assert only(commands, Generate).prompt.begins == "Doctor Hale lives here"


def test_no_fact_that_answers_is_left_to_the_model() -> None:
    ada = stage()
    commands = ada.send(InputText(text="Where is the key, and where is the doctor?"))
    ada.generate(commands, ".")
    assert ada.recorded[-1].text == "The key was last seen in the saloon, behind the bar. Doctor Hale lives here."


def test_a_model_that_fails_leaves_the_fact_said() -> None:
    ada = stage()
    commands = ada.send(InputText(text="Where is the doctor?"))
    commands += ada.generate(commands, "")
    completed = [message for message in messages(commands) if isinstance(message, UtteranceCompleted)]
    assert [message.text for message in completed] == ["Doctor Hale lives here"]


def test_what_stands_before_the_voice_looks_at_the_fact_too() -> None:
    ada = stage(lorebook=[{"keys": ["doctor"], "text": "I am a language model."}])
    commands = ada.send(InputText(text="Where is the doctor?"))
    commands += ada.generate(commands, " and nobody else.", end=False)
    assert "language model" not in said(commands)
    assert every(commands, Cancel), "what the model would go on with is of no use"


@pytest.mark.parametrize("line", ["The key!", "Hello?"])
def test_who_asks_for_no_fact_hears_the_model(line: str) -> None:
    assert only(stage().send(InputText(text=line)), Generate).prompt.begins == ""


def test_a_mood_colours_the_words_so_they_are_the_models() -> None:
    commands = stage(relationship=WARM).send(InputText(text="Where is the key?"))
    assert only(commands, Generate).prompt.begins == ""


def test_a_model_that_cannot_go_on_writes_all_of_it() -> None:
    ada = Stage({"ada": persona(lorebook=LORE)}, goes_on=False, audio=TEXT_ONLY)
    assert only(ada.send(InputText(text="Where is the key?")), Generate).prompt.begins == ""


@pytest.mark.parametrize(
    ("fallbacks", "near", "doubt", "closing"),
    [
        ({"unsure": ["I would not swear to it."]}, 0.04, "I would not swear to it.", ""),
        ({}, 0.04, "I can't say for certain. All I know is this.", ""),
        ({"no_more": ["Ask him the rest."]}, 0.2, "", "Ask him the rest."),
        ({}, 0.2, "", "More than that I can't tell you."),
        ({}, 0.6, "", ""),
    ],
)
def test_a_character_that_is_not_sure_says_so_before_the_fact_or_behind_it(
    fallbacks: dict[str, Any], near: float, doubt: str, closing: str
) -> None:
    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        return [Kin(near, -0.3) for _ in facts]

    said = {"in_character": ["Well."], "failed": ["What?"], **fallbacks}
    ada = persona(languages=["en"], fallbacks=said, lorebook=[{"keys": ["doctor"], "text": "Doctor Hale lives here."}])
    chronicle, character = Chronicle(), Character("ada", ada, "ada")
    chronicle.join(character)
    chronicle.record(Spoken(actor_id=None, name="Sam", text="Hello.", heard_by=("ada",)))
    answering = Answering("Sam", lambda line, texts: [0.1] * len(texts), kinship)
    plan = answering.plan(chronicle, character, "Who heals the sick?", "en")
    assert (plan.doubt, plan.quote, plan.closing) == (doubt, "Doctor Hale lives here.", closing)
    assert plan.is_reserved is bool(doubt or closing)


@pytest.mark.parametrize(
    ("near", "answer"),
    [
        (0.04, "I am not sure, but this I know. Doctor Hale lives here!"),
        (0.2, "Doctor Hale lives here! I don't know more than that."),
    ],
)
@pytest.mark.parametrize("goes_on", [True, False])
def test_nothing_of_the_model_comes_where_the_character_says_that_it_knows_no_more(
    goes_on: bool, near: float, answer: str
) -> None:
    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        return [Kin(near if "Hale" in fact.texts[0] else -0.3, -0.3) for fact in facts]

    models = {"likeness": lambda line, texts: [0.1] * len(texts), "kinship": kinship}
    ada = Stage({"ada": persona(lorebook=LORE)}, goes_on=goes_on, audio=TEXT_ONLY, models=models)
    commands = ada.send(InputText(text="Who heals the sick?"))
    assert every(commands, Generate) == []
    assert ada.recorded[-1].text == answer
    assert only(commands, UtteranceCompleted).reason == "done"
