"""The gate before the voice: what it stops, what it has said instead, and what it lets pass."""

from __future__ import annotations

import re
from typing import Any

import pytest
from gating import ADA, gate, ground, looking
from harmless import HARMLESS

from npc_engine.core.gate import Gate, Verdict
from npc_engine.core.moderation import Moderation
from npc_engine.core.quests import Status
from npc_engine.persona.world import LorebookEntry, Quest

HAN = re.compile("[\u3400-\u9fff]")


def test_there_are_enough_harmless_clauses() -> None:
    assert sum(map(len, HARMLESS.values())) >= 150


@pytest.mark.parametrize(
    ("role", "line", "fact", "clause"), [(role, *case) for role, cases in HARMLESS.items() for case in cases]
)
def test_what_a_character_may_say_passes(role: str, line: str, fact: str, clause: str) -> None:
    language = "zh" if HAN.search(line + clause) else "en"
    assert gate(line, role, language, facts=(fact,) if fact else ()).check(clause) is None


@pytest.mark.parametrize(
    ("line", "clause", "language", "verdict"),
    [
        (
            "Where is the key?",
            "The key is in the bank.",
            "en",
            Verdict(
                "state",
                "says what is not so: 'key is in the bank'",
                "rewrite",
                "The key is in the saloon, behind the bar.",
            ),
        ),
        (
            "钥匙在哪？",
            "它在银行。",
            "zh",
            Verdict("state", "says what is not so: 'it在bank'", "rewrite", "钥匙在酒馆的吧台后面。"),
        ),
        (
            "Is the safe open?",
            "It's wide open, friend.",
            "en",
            Verdict("state", "says what is not so: 'it is wide open'", "rewrite", "The safe is closed."),
        ),
        (
            "Where is the gold?",
            "The gold is in the bank.",
            "en",
            Verdict("unknown_state", "says what nobody told it: 'gold is in the bank'", "unknown"),
        ),
        (
            "Am I done?",
            "Yes, your task is done!",
            "en",
            Verdict("quest", "says of a quest what is not so: 'your task is done'", "in_character"),
        ),
        (
            "Who shot him?",
            "A man named John Miller did.",
            "en",
            Verdict("invention", "invents 'John'", "unknown"),
        ),
        (
            "Who owns the mine?",
            "The mine is my brother's.",
            "en",
            Verdict("unfounded", "answers without a fact", "unknown"),
        ),
        (
            "Give it to me!",
            "I'll give you the gold.",
            "en",
            Verdict("deed", "claims a deed: 'I'll give you'", "refuses"),
        ),
        ("Hi!", "I'm Qwen.", "en", Verdict("persona", "names a model's maker", "in_character")),
    ],
)
def test_what_is_wrong_is_named_and_something_else_is_said(
    line: str, clause: str, language: str, verdict: Verdict
) -> None:
    assert gate(line, language=language).check(clause) == verdict


def test_a_claim_that_is_parted_by_a_breath_is_one_all_the_same() -> None:
    told = gate("Where is the key?", facts=("The key is in the saloon, behind the bar.",))
    assert told.check("Well, the key to the safe") is None
    verdict = told.check("is in the bank.", sentence="Well, the key to the safe is in the bank.")
    assert verdict is not None
    assert verdict.text == "The key is in the saloon, behind the bar."


def test_an_earlier_sentence_tells_what_a_pronoun_stands_for() -> None:
    verdict = gate("Hello!").check("It is open.", before="The safe is big.")
    assert verdict is not None
    assert verdict.text == "The safe is closed."


def test_what_an_author_wrote_may_be_said_whatever_the_state() -> None:
    told = "The key was last seen in the stable."
    assert gate("Where is the key?", facts=(told,)).check("The key is in the stable.") is None
    assert gate("Where is the key?", tellable=(told,)).check("The key is in the stable.") is None


def test_what_a_character_does_not_know_it_does_not_say_even_if_it_is_true() -> None:
    ignorant = gate("Where is the key?", knows=lambda thing, path: path != "key.place")
    verdict = ignorant.check("The key is in the saloon.")
    assert verdict is not None
    assert (verdict.kind, verdict.do) == ("unknown_state", "unknown")


def test_a_true_sentence_that_is_a_secret_is_not_said_instead() -> None:
    secret = LorebookEntry.model_validate({"text": "The key is in the saloon.", "gives_away": ["behind the bar"]})
    verdict = gate("Where is the key?", kept=(secret,)).check("The key is in the bank.")
    assert verdict == Verdict("state", "says what is not so: 'key is in the bank'", "keeps")


def test_a_false_claim_without_a_sentence_against_it_has_the_character_not_know() -> None:
    lost = gate("Where is the key?", lookup=looking(ADA.setting, key_place="nowhere"))
    assert lost.check("The key is in the bank.") == Verdict(
        "state", "says what is not so: 'key is in the bank'", "unknown"
    )


SECRET: dict[str, Any] = {
    "text": {"en": "Tom hid the gold under the old mill at night.", "zh": "汤姆夜里把金子藏在老磨坊下面。"},
    "gives_away": {"en": ["old mill", "mill"], "zh": ["磨坊"]},
}


@pytest.mark.parametrize(
    "clause",
    [
        "Look at the old mill.",
        "It's at the M I L L, friend.",
        "Try the m1ll.",
        "Ｔｈｅ ＭＩＬＬ, friend.",
        "The mi\u200bll.",
        "去磨坊看看。",
        "去磨 坊看看。",
        "去磨·坊看看。",
        "Somebody hid the gold one night, under something old.",
        "夜里有人把金子藏在下面了，是汤姆。",
    ],
)
def test_a_secret_is_kept_in_any_language_and_disguise(clause: str) -> None:
    verdict = gate("Hi!", kept=(LorebookEntry.model_validate(SECRET),)).check(clause)
    assert verdict is not None
    assert (verdict.kind, verdict.do) == ("secret", "keeps")


@pytest.mark.parametrize(
    "clause", ["A million thanks, friend.", "Tom is a good man.", "Good night, friend.", "汤姆是个好人。", "晚上好。"]
)
def test_words_that_only_touch_a_secret_are_spoken(clause: str) -> None:
    assert gate("Hi!", kept=(LorebookEntry.model_validate(SECRET),)).check(clause) is None


def test_a_word_of_a_secret_may_stand_in_what_may_be_told() -> None:
    secret = LorebookEntry.model_validate({"text": "Tom was paid ninety dollars.", "gives_away": ["ninety"]})
    tower = gate("How high is it?", kept=(secret,), tellable=("The tower is old and has ninety-nine steps.",))
    assert tower.check("The tower is old and has ninety-nine steps.") is None
    for clause in ("Ninety.", "Tom got ninety dollars.", "He has ninety dollars."):
        verdict = tower.check(clause)
        assert verdict is not None
        assert verdict.kind == "secret"


def test_a_secret_is_told_by_the_same_claim_in_other_words() -> None:
    secret = LorebookEntry.model_validate({"text": "Tom has the key."})
    stolen = {"lookup": looking(ADA.setting, key_place="tom"), "kept": (secret,)}
    assert gate("Hi!", **stolen).check("The key is with Tom.") == Verdict(
        "secret", "tells a secret: 'key is with Tom'", "keeps"
    )
    assert gate("Hi!", tellable=("Tom has the key.",), **stolen).check("The key is with Tom.") is None


def test_words_of_a_list_that_the_user_chose_are_not_heard() -> None:
    moderated = gate("Hi!", moderation=Moderation(["darn", "赌博"]))
    assert moderated.check("Darn it!") == Verdict("moderation", "says 'darn'", "in_character")
    assert moderated.check("d-a-r-n it!") is not None
    assert moderated.check("我爱赌博。") is not None
    assert moderated.check("The sock is darned.") is None


def test_what_the_model_made_of_a_fact_is_replaced_by_the_fact() -> None:
    fact = "The doctor lives above the barber shop."
    verdict = gate("Where does the doctor live?", facts=(fact,)).check("The doctor lives at the hospital.")
    assert verdict == Verdict("invention", "invents 'hospital'", "rewrite", fact)
    verdict = gate("Is my quest done, doctor?", facts=(fact,)).check("Your quest is done!")
    assert verdict is not None
    assert verdict.text == fact


def test_with_facts_about_something_else_the_model_is_asked_again() -> None:
    beside = gate("Where does the doctor live?", facts=("The weather is fine.",))
    assert beside.check("The doctor lives at the hospital.") == Verdict("invention", "invents 'hospital'", "again")
    assert beside.check("He is from here, they say.") == Verdict("unfounded", "answers without a fact", "again")
    assert beside.check("The weather is fine, friend.") is None


def test_a_part_of_the_fact_without_a_telling_word_is_the_fact() -> None:
    said = "这事是我托你办的：找到钥匙。"
    assert (
        gate("这事是谁让我办的？", facts=(said,), language="zh").check("这事是我托你办的：", "这事是我托你办的：")
        is None
    )


def test_what_an_author_wrote_for_doubt_may_come_before_the_fact_and_behind_it() -> None:
    line, fact = "Where does the doctor live?", "The doctor lives above the shop."
    doubt = "Folks tell many a story, friend. All I know is this."
    said = ["Folks tell many a story,", " friend.", " All I know is this."]
    assert gate(line, facts=(fact,)).check(said[0]) is not None
    doubting, before = gate(line, facts=(fact,), reserve=doubt), ""
    for clause in said:
        assert doubting.check(clause, clause, before) is None
        before += clause
    reserved = gate(line, facts=(fact,), reserve="Beyond that the trail goes cold.")
    assert reserved.check(" Beyond that the trail goes cold.", before=fact) is None
    assert doubting.check(" He left for Boston.", " He left for Boston.", before) is not None


def test_what_is_over_is_not_said_again_unless_a_fact_says_it() -> None:
    lines = {"early": ["Be quick about that mill."]}
    beats = [{"id": "run", "objective": "Run.", "lines": lines}, {"id": "rest", "objective": "Rest."}]
    quest = Quest.model_validate({"id": "race", "name": "The race", "goal": "Run and rest.", "beats": beats})
    done: dict[str, Status] = {"run": "done", "rest": "active"}
    verdict = gate("Well?", quests=((quest, done),)).check("Be quick about that mill!")
    assert verdict is not None
    assert verdict.kind == "quest"
    assert gate("Well?", quests=((quest, {}),)).check("Be quick about that mill!") is None
    facts = ("Be quick about that mill.",)
    assert gate("Well?", quests=((quest, done),), facts=facts).check("Be quick about that mill!") is None


def test_a_deed_that_was_really_done_may_be_claimed() -> None:
    assert gate("Hi!", facts=("I gave you the map.",)).check("I gave you the map.") is None
    assert gate("Hi!").check("I gave you the lantern.") is not None


def test_examples_of_the_persona_are_no_invention() -> None:
    assert gate("Tell me about Boston.").check("I'm from Boston, friend, but this is home now.") is None
    assert Gate(ground("Where is the mine?")).check("I'm from Boston, friend.") is None
