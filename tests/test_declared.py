"""Actions that a game declares over the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conversing import persona

from npc_engine.core.declared import InvalidAction, converted, with_declared
from npc_engine.core.scene import Character
from npc_engine.persona.conditions import holds
from npc_engine.persona.world import World
from npc_engine.protocol import CharacterJoin, DeclaredAction, InvalidMessage, SessionOpen, parse

GIVE: dict[str, Any] = {
    "name": "give",
    "description": {"en": "Hand an item to the player.", "zh": "把东西交给玩家。"},
    "args": {"item": {"type": "item", "owned_by": "self"}},
    "when": {"trust": ">= 3"},
    "asks": {"en": ["Give it to me"], "zh": ["给我"]},
    "deadline_ms": 1500,
}


def declared(**changes: Any) -> DeclaredAction:
    return DeclaredAction.model_validate(GIVE | changes)


def opening(*actions: dict[str, Any]) -> str:
    """The frame of a `session.open` that declares the actions."""
    scene = {"characters": [{"actor_id": "ada", "persona": "deadwood"}], "actions": actions}
    return json.dumps({"type": "session.open", "protocol": "npc.v1", "player": {"id": "p"}, "scene": scene})


def ada(*actions: dict[str, Any]) -> Character:
    """Ada, in a world with these actions."""
    world = World.model_validate({"name": "Deadwood", "actions": actions})
    return Character("ada-7", persona(world=world), role="ada")


def written(name: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "description": "Do it.", "done": "Done.", "refused": "Refused."} | changes


def test_an_action_is_as_the_game_declared_it() -> None:
    action = converted(declared(done="You gave it.", refused={"en": "No."}))
    assert (action.name, action.deadline, action.args["item"].owned_by) == ("give", 1.5, "self")
    assert action.description == GIVE["description"]
    assert action.asks == {"en": ("Give it to me",), "zh": ("给我",)}
    assert (action.done, action.refused) == ({"": "You gave it."}, {"en": "No."})
    assert not holds(action.when, {"trust": 2}.get)
    assert holds(action.when, {"trust": 3}.get)


def test_what_became_of_it_is_told_by_its_description_where_the_game_says_nothing() -> None:
    action = converted(declared())
    assert action.done["en"] == "You have just done this: Hand an item to the player."
    assert action.refused["zh"] == "你试着做这件事，但是做不到：把东西交给玩家。"
    assert converted(declared(description="Dance.")).done == {"": "You have just done this: Dance."}


def test_without_conditions_it_may_always_be_done() -> None:
    assert holds(converted(declared(when={})).when, {}.get)


def test_one_of_several_conditions_is_enough() -> None:
    action = converted(declared(when=[{"open": True}, {"place": ["bank", "saloon"]}]))
    assert holds(action.when, {"place": "saloon"}.get)
    assert not holds(action.when, {"place": "church"}.get)


def test_a_condition_over_what_is_no_path_names_the_action() -> None:
    with pytest.raises(InvalidAction, match="the action 'give': when"):
        converted(declared(when={"no path!": 1}))


def test_an_unknown_type_is_an_error_that_names_the_types() -> None:
    with pytest.raises(InvalidMessage) as problem:
        parse(opening(GIVE | {"args": {"to": {"type": "weapon"}}}))
    message = problem.value.error.message
    assert problem.value.error.code == "invalid_message"
    assert (
        "scene.actions.0.args.to.type: Input should be 'item', 'place', 'person', 'number', 'choice' or 'text'"
        in message
    )


def test_an_action_that_is_declared_twice_is_an_error_that_names_it() -> None:
    with pytest.raises(InvalidMessage) as problem:
        parse(opening(GIVE, GIVE))
    assert "scene.actions: Value error, the action 'give' is declared twice" in problem.value.error.message
    with pytest.raises(ValueError, match="declared twice"):
        CharacterJoin.model_validate({"actor_id": "tom", "persona": "tom", "actions": [GIVE, GIVE]})


@pytest.mark.parametrize(
    ("argument", "said"),
    [({"type": "choice"}, "a choice needs `of`"), ({"type": "number", "least": 5, "most": 3}, "no number is legal")],
)
def test_an_argument_without_any_legal_value_is_an_error(argument: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidMessage) as problem:
        parse(opening(GIVE | {"args": {"x": argument}}))
    assert said in problem.value.error.message


def test_a_character_may_do_what_its_world_and_the_game_say() -> None:
    character = with_declared(ada(written("sing")), [declared()])
    assert [action.name for action in character.actions] == ["sing", "give"]


def test_an_action_for_some_actors_is_for_them_alone() -> None:
    offered = [declared(actors=["tom-1"]), declared(name="sing", actors=["ada-7", "tom-1"])]
    assert [action.name for action in with_declared(ada(), offered).actions] == ["sing"]


def test_a_name_that_the_world_has_already_is_an_error() -> None:
    with pytest.raises(InvalidAction, match="'give' is declared twice: 'ada-7' has one of this name already"):
        with_declared(ada(written("give")), [declared()])
    with pytest.raises(InvalidAction, match="declared twice"):
        with_declared(ada(), [declared(), declared()])


def test_a_scene_declares_actions() -> None:
    opened = parse(opening(GIVE))
    assert isinstance(opened, SessionOpen)
    assert opened.scene.actions == [declared()]
