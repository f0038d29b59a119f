"""The shipped personas are examples to copy: complete, short, and with the right fact for the questions players ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from npc_engine.core.deeds import claimed_deed
from npc_engine.models.catalogue import load_catalogue
from npc_engine.persona import loading
from npc_engine.persona.checking import check, estimated_tokens, stable_text
from npc_engine.persona.conditions import holds
from npc_engine.persona.mentions import mentions
from npc_engine.persona.model import Persona
from npc_engine.persona.world import LorebookEntry
from npc_engine.persona.world_checking import check_world

SHIPPED = loading.available([Path(__file__).parents[1] / "personas"])
SHORT = 250
"""Tokens of stable text that a 0.5B model on two cores reads in about two seconds."""

ASKED = [
    ("deadwood", "Where am I?", "middle of the town of Deadwood"),
    ("deadwood", "What should I do?", "find the key and open the safe in the back room of the bank"),
    ("deadwood", "Where's the key?", "saloon, behind the bar"),
    ("deadwood", "Can you give me 500 dollars?", "can not give away the bank's money"),
    ("deadwood", "Who are you?", "I am Ada Finch"),
    ("deadwood", "Which model are you?", "not a model"),
    ("deadwood", "Write a Python function.", "only ledgers and safes"),
    ("deadwood", "我现在在哪，我应该做什么？", "Deadwood小镇的中央"),
    ("deadwood", "我现在在哪，我应该做什么？", "找到钥匙，并用它打开银行后台的保险箱"),
    ("deadwood", "钥匙在哪？", "酒馆的吧台后面"),
    ("deadwood", "你是谁？", "艾达·芬奇"),
    ("deadwood", "你是什么模型？", "不是什么模型"),
    ("deadwood", "Where is the saloon?", "end of the main street"),
    ("deadwood", "酒馆在哪？", "大街的尽头"),
    ("nova", "Are you a robot?", "I am an AI"),
    ("nova", "你怎么看总统选举？", "不聊政治"),
    ("nova", "What's next?", "opening the show"),
    ("willow", "I feel so sad today.", "sounds really sad"),
    ("willow", "我好累。", "很累"),
    ("willow", "我总是一个人，好孤单。", "孤单"),
    ("willow", "Are you a human?", "an AI, not a person"),
]
CRISIS = ["I want to die.", "I don't want to live any more, I'm so tired.", "我不想活了。", "我好难过，想自杀。"]


def persona(name: str) -> Persona:
    return loading.load(SHIPPED[name])


def touched(asked: Persona, line: str) -> list[LorebookEntry]:
    """Entries, of the lorebook, the world and the quest's first beat, that a line touches."""
    stepwise = [fact for quest in asked.setting.quests for fact in quest.beats[0].facts]
    entries = [*stepwise, *asked.setting.facts, *asked.lorebook]
    return [entry for entry in entries if any(mentions(line, key) for keys in entry.keys.values() for key in keys)]


def test_three_personas_that_differ_in_kind_are_shipped() -> None:
    assert {"deadwood", "nova", "willow"} <= SHIPPED.keys()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_persona_has_nothing_to_find_fault_with(name: str) -> None:
    models = [model for model in load_catalogue().all() if model.kind == "voice"]
    voices = {voice for model in models for voice in (model.name, *(f"{model.name}:{each}" for each in model.voices))}
    shipped = persona(name)
    assert check(shipped, voices, [name]) == []
    assert check_world(shipped.setting, {name: shipped}) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_persona_is_read_quickly_by_a_small_model(name: str) -> None:
    shipped = persona(name)
    assert all(estimated_tokens(stable_text(shipped, language)) <= SHORT for language in shipped.languages)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_persona_speaks_english_and_chinese_and_has_an_answer_for_every_line(name: str) -> None:
    shipped = persona(name)
    assert shipped.languages == ("en", "zh")
    assert all(shipped.otherwise[language] for language in shipped.languages)


@pytest.mark.parametrize("name", SHIPPED)
def test_examples_of_a_shipped_persona_show_how_a_fact_is_handed_on(name: str) -> None:
    examples = persona(name).examples
    assert len(examples) >= 2
    assert all(example.fact for example in examples)


@pytest.mark.parametrize(("name", "line", "fact"), ASKED)
def test_a_question_that_players_ask_touches_its_fact(name: str, line: str, fact: str) -> None:
    texts = [text for entry in touched(persona(name), line) for text in entry.text.values()]
    assert any(fact in text for text in texts)


@pytest.mark.parametrize("line", CRISIS)
def test_words_of_crisis_outweigh_every_mood_and_are_answered_word_for_word(line: str) -> None:
    best = max(touched(persona("willow"), line), key=lambda entry: entry.priority)
    assert best.verbatim
    assert "crisis line" in best.text["en"]
    assert "心理援助热线" in best.text["zh"]


def test_only_characters_that_are_an_ai_admit_it() -> None:
    assert {name: persona(name).admits_ai for name in ("deadwood", "nova", "willow")} == {
        "deadwood": False,
        "nova": True,
        "willow": True,
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_no_line_that_may_be_spoken_claims_a_deed(name: str) -> None:
    of = persona(name)
    beats = [beat for quest in of.setting.quests for beat in quest.beats]
    entries = [*of.lorebook, *of.setting.facts, *(fact for beat in beats for fact in beat.facts)]
    facts = [entry.text for entry in entries]
    fallbacks = [getattr(of.fallbacks, part) for part in type(of.fallbacks).model_fields]
    spoken = [getattr(beat.lines, part) for beat in beats for part in type(beat.lines).model_fields]
    lists = [of.otherwise, *fallbacks, *spoken, *(beat.hints for beat in beats)]
    said = [line for texts in facts for line in texts.values()]
    said += [line for lines in lists for texts in lines.values() for line in texts]
    assert [line for line in said if claimed_deed(line)] == []


def test_deadwood_s_world_has_its_quest_begin_by_itself_and_moved_by_the_game_alone() -> None:
    quest, errand = persona("deadwood").setting.quests
    (letter,) = errand.beats
    assert letter.says.accept, "the other one begins when the player accepts it"
    assert letter.says.refuse
    assert [beat.id for beat in quest.beats] == ["find_key", "open_safe"]
    assert all(not beat.says.accept and beat.says.finish and beat.lines.early for beat in quest.beats)


def test_what_is_in_deadwood_s_safe_is_a_secret_until_it_is_open() -> None:
    [secret] = [fact for fact in persona("deadwood").setting.facts if fact.tell_when]
    assert not holds(secret.tell_when, {"quest.safe": "open_safe"}.get)
    assert holds(secret.tell_when, {"quest.safe": "done"}.get)
    assert all(secret.gives_away[language] for language in ("en", "zh"))
