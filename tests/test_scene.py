"""Who is in earshot, and who answers."""

from __future__ import annotations

import pytest
from conversing import WORLD, persona

from npc_engine.core.scene import Character, Scene

ADA = Character("ada", persona(world=WORLD, proper_nouns={"en": ["Deadwood"], "zh": ["戴德伍德"]}))
TOM = Character("tom", persona(name="Old Tom", world=WORLD))
SHERIFF = Character("sheriff", persona(name="The Sheriff of Deadwood"))


def scene(*characters: Character) -> Scene:
    made = Scene()
    for character in characters:
        made.join(character)
    return made


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("Hello, Tom", TOM),
        ("Ada Finch?", ADA),
        ("Miss Finch, a word", ADA),
        ("艾达，你好", ADA),
        ("芬奇小姐", ADA),
        ("Tom, where is Ada?", TOM),
        ("The old bank of a town", ADA),
        ("Sheriff!", SHERIFF),
    ],
)
def test_whom_the_line_names_first_answers(line: str, answers: Character) -> None:
    assert scene(ADA, TOM, SHERIFF).who_answers(line) == answers


def test_without_a_name_who_spoke_last_answers_and_before_that_who_came_first() -> None:
    both = scene(ADA, TOM)
    assert both.who_answers("Hello") == ADA
    both.spoke("tom")
    assert both.who_answers("Go on") == TOM
    both.leave("tom")
    assert both.who_answers("Go on") == ADA


def test_nobody_answers_in_an_empty_scene() -> None:
    assert Scene().who_answers("Hello") is None


def test_an_actor_that_joins_again_has_its_new_persona() -> None:
    both = scene(ADA, TOM)
    changed = Character("ada", persona(name="Ada the Ghost"))
    both.join(changed)
    assert list(both) == [changed, TOM]
    assert both.get("ada") == changed


def test_a_world_that_two_characters_share_is_one_world() -> None:
    assert [world.name for world in scene(ADA, TOM, SHERIFF).worlds()] == [{"": "Deadwood"}, {"": "nowhere"}]


def test_speech_recognition_is_told_the_names_of_all_in_the_language_of_the_player() -> None:
    assert scene(ADA, TOM).hotwords("en") == ("Ada Finch", "Deadwood", "Old Tom")
    assert scene(ADA).hotwords("zh") == ("艾达·芬奇", "戴德伍德")
