"""The rules of the persona format, beyond its keys."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from npc_engine.persona.base import localised
from npc_engine.persona.model import Persona
from npc_engine.persona.world import Quest

MINIMAL: dict[str, Any] = {
    "name": "Ada",
    "languages": ["en"],
    "description": "You are Ada.",
    "fallbacks": {"in_character": ["Well."], "failed": ["Pardon?"]},
}
BEAT = {"id": "find_key", "objective": "Find the key."}


def persona(**changes: object) -> Persona:
    return Persona.model_validate({**MINIMAL, **changes})


def test_a_plain_text_serves_every_language() -> None:
    assert localised(persona().name, "zh") == "Ada"


def test_a_text_is_given_in_the_language_asked_for_else_the_first_written() -> None:
    name = persona(name={"zh": "艾达", "en": "Ada"}).name
    assert localised(name, "en") == "Ada"
    assert localised(name, "fr") == "艾达"


def test_names_for_speech_recognition_are_listed_once() -> None:
    assert persona().hotwords("en") == ("Ada",)
    assert persona(proper_nouns=["Deadwood", "Ada"]).hotwords("en") == ("Ada", "Deadwood")


def test_a_character_whose_world_tells_something_has_words_for_not_knowing() -> None:
    town = {"name": "Town", "facts": [{"id": "rain", "text": "It rains."}]}
    assert persona().unknown == {}, "nobody can ask for facts"
    assert "That I don't know." in persona(world=town).unknown["en"]
    assert persona(world=town).unknown.keys() == {"en"}, "the only language"
    assert persona(world=town, otherwise=["I sort ledgers."]).unknown == {}
    for written, said in ((["No idea."], {"": ("No idea.",)}), ([], {})):
        fallbacks = MINIMAL["fallbacks"] | {"unknown": written}
        assert persona(world=town, fallbacks=fallbacks).unknown == said


def test_a_quest_finds_its_beats() -> None:
    quest = Quest.model_validate({"id": "safe", "name": "Safe", "goal": "Open it.", "beats": [BEAT]})
    assert quest.beat("find_key") == quest.beats[0]
    assert quest.beat("other") is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"languages": ["english"]}, "'english' is not a language"),
        ({"name": {"EN": "Ada"}}, "'EN' is not a language"),
        ({"color": "red"}, "'red' is not a colour"),
        (
            {"world": {"name": "W", "quests": [{"id": "The safe", "name": "a", "goal": "b", "beats": [BEAT]}]}},
            "'The safe' is not an id",
        ),
        (
            {"world": {"name": "W", "quests": [{"id": "safe", "name": "a", "goal": "b", "beats": [BEAT, BEAT]}]}},
            "two beats with the same id",
        ),
    ],
)
def test_a_broken_rule_is_said_in_a_sentence(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        persona(**changes)
