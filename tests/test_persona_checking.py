"""What `personas check` finds beyond the format."""

from __future__ import annotations

from typing import Any

import pytest

from npc_engine.persona.checking import check, estimated_tokens, stable_text
from npc_engine.persona.findings import Finding
from npc_engine.persona.model import Persona

SOUND: dict[str, Any] = {
    "name": {"en": "Ada", "zh": "艾达"},
    "languages": ["en", "zh"],
    "description": {"en": "You are Ada.", "zh": "你是艾达。"},
    "lorebook": [{"keys": {"en": ["bank"], "zh": ["银行"]}, "text": {"en": "It is shut.", "zh": "关门了。"}}],
    "fallbacks": {
        "in_character": {"en": ["Well."], "zh": ["嗯。"]},
        "failed": {"en": ["Pardon?"], "zh": ["什么？"]},
    },
}


def found(voices: set[str] | None = None, **changes: object) -> list[Finding]:
    return check(Persona.model_validate({**SOUND, **changes}), voices)


TOWN: dict[str, Any] = {
    "name": "Town",
    "things": [{"id": "safe", "kind": "item", "names": ["safe"], "open": False}],
    "quests": [{"id": "safe", "name": "Safe", "goal": "Open it.", "beats": [{"id": "find", "objective": "Find it."}]}],
    "actions": [{"name": "wave", "description": "Wave.", "done": "You waved.", "refused": "No."}],
}


def about(objective: str) -> dict[str, Any]:
    return {"name": "Town", "quests": [{**TOWN["quests"][0], "beats": [{"id": "find", "objective": objective}]}]}


def test_a_sound_persona_has_no_findings() -> None:
    examples = [{"player": "Hm?", "fact": "I know.", "npc": "I know!"}, {"player": "Oh?", "npc": "Yes."}]
    rich = found(world=TOWN, examples=examples, style="Be kind.", never={"rules": ["Never lie."], "words": ["lie"]})
    assert found() == rich == []


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"description": {"en": "You are Ada."}}, "description"),
        ({"greeting": {"en": "Hello!"}}, "greeting"),
        ({"lorebook": [{"keys": {"en": ["a"]}, "text": "It."}]}, "lorebook > entry 1 > keys"),
        ({"lorebook": [{"keys": {"en": ["a"], "zh": []}, "text": "It."}]}, "lorebook > entry 1 > keys"),
        ({"fallbacks": {"in_character": {"en": ["Well."]}, "failed": ["?"]}}, "fallbacks > in_character"),
        ({"duties": {"en": ["bank"]}}, "duties"),
    ],
)
def test_a_text_that_lacks_a_language_is_an_error(changes: dict[str, object], where: str) -> None:
    assert found(**changes) == [Finding("error", where, "has nothing in 'zh'; write it, or remove the language")]


def test_an_entry_without_any_key_is_an_error_in_every_language() -> None:
    assert [f.where for f in found(lorebook=[{"keys": [], "text": "It."}])] == ["lorebook > entry 1 > keys"] * 2


def test_a_key_in_two_entries_names_both() -> None:
    entries = [{"keys": ["Bank", "safe", "safe"], "text": "A."}, {"keys": ["bank"], "text": "B."}]
    advice = "has the key 'bank' of lorebook > entry 1 too; keep it in one of them"
    assert found(lorebook=entries) == [Finding("warning", "lorebook > entry 2", advice)]


def test_a_voice_must_be_in_the_catalogue_or_be_a_path() -> None:
    voice = {"en": "joe", "zh": "voices/mine.onnx"}
    assert found({"amy"}, voice=voice) == [
        Finding("error", "voice > en", "'joe' is not in the catalogue; see: npc-engine models list")
    ]
    assert found({"joe"}, voice=voice) == found(None, voice=voice) == []


def test_a_voice_for_an_undeclared_language_is_a_warning() -> None:
    assert [f.where for f in found(voice={"fr": "x"})] == ["voice > fr"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"examples": [{"player": "Hm?", "npc": "By Jove, a Python!"}]}, "examples > entry 1 > npc"),
        ({"greeting": "A python!"}, "greeting"),
        ({"otherwise": ["A python."]}, "otherwise"),
        ({"lorebook": [{"keys": ["a"], "text": "一条python。"}]}, "lorebook > entry 1 > text"),
        ({"fallbacks": {**SOUND["fallbacks"], "unknown": ["A python?"]}}, "fallbacks > unknown"),
        ({"fallbacks": {**SOUND["fallbacks"], "keeps": ["Python."]}}, "fallbacks > keeps"),
        ({"fallbacks": {**SOUND["fallbacks"], "refuses": ["Python."]}}, "fallbacks > refuses"),
    ],
)
def test_authored_lines_must_not_say_what_is_forbidden(changes: dict[str, object], where: str) -> None:
    said = found(never={"words": ["python", "通义"]}, **changes)
    assert said == [Finding("error", where, "says 'python', which never > words forbids; change one of them")]


def test_a_forbidden_word_inside_another_word_is_fine() -> None:
    assert found(never={"words": ["an"]}, greeting="Answer and plan.") == []


@pytest.mark.parametrize("text", ["word " * 21, "字" * 41])
def test_a_long_fact_is_a_warning(text: str) -> None:
    assert [f.where for f in found(lorebook=[{"keys": ["a"], "text": text}])] == ["lorebook > entry 1 > text"]


def test_a_line_that_is_spoken_word_for_word_may_be_long() -> None:
    assert found(lorebook=[{"keys": ["a"], "text": "word " * 21, "verbatim": True}]) == []


def test_names_of_the_quest_should_be_told_to_the_recogniser() -> None:
    told = about("Go to Deadwood.")
    assert [f.where for f in found(world=told)] == ["proper_nouns"]
    assert found(world=told, proper_nouns=["Deadwood"]) == []


def test_a_long_prompt_is_a_warning_per_language() -> None:
    said = found(description={"en": "a" * 3000, "zh": "你是艾达。"})
    assert [(f.severity, "750 tokens in 'en'" in f.advice) for f in said] == [("warning", True)]


def test_tokens_are_counted_by_script() -> None:
    assert estimated_tokens("four" * 6) == 6
    assert estimated_tokens("汉字字" * 3) == 6


def test_the_stable_text_is_in_one_language() -> None:
    assert stable_text(Persona.model_validate(SOUND), "zh") == "你是艾达。"


def entry(**changes: object) -> list[dict[str, object]]:
    return [{"keys": ["a"], "text": "It.", **changes}]


def test_a_secret_needs_the_words_that_would_give_it_away() -> None:
    advice = "is a secret without gives_away; write the words that would give it away"
    secret = entry(tell_when={"safe.open": True})
    assert found(world=TOWN, lorebook=secret) == [Finding("error", "lorebook > entry 1", advice)]
    advice = "has gives_away and no tell_when; write when it may be told"
    assert found(lorebook=entry(gives_away=["gold"])) == [Finding("warning", "lorebook > entry 1", advice)]
    assert found(world=TOWN, lorebook=entry(tell_when={"safe.open": True}, gives_away=["gold"])) == []


def test_conditions_over_what_the_world_does_not_have_get_the_nearest() -> None:
    advice = "reads 'safe.opn', which the world does not have; did you mean 'safe.open'?"
    lorebook = entry(when={"safe.opn": True})
    assert found(world=TOWN, lorebook=lorebook) == [Finding("error", "lorebook > entry 1 > when", advice)]
    show = {"axes": {"trust": {}}, "shows": [{"when": {"trst": "> 1"}}]}
    assert [f.where for f in found(relationship=show)] == ["relationship > shows > entry 1 > when"]


def test_things_may_belong_to_whoever_lives_in_the_same_world() -> None:
    town = {"name": "Town", "things": [{"id": "map", "kind": "item", "names": ["map"], "owner": "ada"}]}
    persona = Persona.model_validate({**SOUND, "world": town, "lorebook": entry(when={"map.owner": "bob"})})
    assert check(persona, roles=["ada", "bob"]) == []
    assert [f.where for f in check(persona, roles=["ada"])] == ["lorebook > entry 1 > when"]


@pytest.mark.parametrize(
    ("cause", "advice"),
    [
        ({"action": "wav"}, "there is no action 'wav' in this world; did you mean 'wave'?"),
        ({"beat": "safe.fnd"}, "there is no beat 'safe.fnd' in this world; did you mean 'safe.find'?"),
        ({"beat": "safe.find"}, None),
        ({"action": "wave"}, None),
        ({"event": "storm"}, None),
    ],
)
def test_what_moves_a_relationship_must_be_in_the_world(cause: dict[str, str], advice: str | None) -> None:
    rule = {"on": cause, "change": {"trust": 1}, "reason": "So."}
    said = found(world=TOWN, relationship={"axes": {"trust": {}}, "rules": [rule]})
    assert said == ([Finding("error", "relationship > rules > entry 1 > on", advice)] if advice else [])


def test_what_shows_of_a_relationship_is_short() -> None:
    shows = [{"when": {"trust": "> 1"}, "text": "word " * 21}, {"when": {"trust": "> 2"}, "emotion": "joy"}]
    said = found(relationship={"axes": {"trust": {}}, "shows": shows})
    assert [f.where for f in said] == ["relationship > shows > entry 1 > text"]
