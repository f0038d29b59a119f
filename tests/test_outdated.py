"""The state wins over what an author wrote: what is told, what is said, and what the check of a world says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conversing import Stage, every, messages, only, persona
from typer.testing import CliRunner

from npc_engine.cli import app
from npc_engine.core.commands import Generate
from npc_engine.core.outdated import contradictions
from npc_engine.persona.world import World
from npc_engine.protocol import InputText, UtteranceText, WorldSet

THINGS: list[dict[str, Any]] = [
    {"id": "key", "kind": "item", "names": {"en": ["key"], "zh": ["钥匙"]}, "place": "saloon"},
    {"id": "safe", "kind": "item", "names": {"en": ["safe"], "zh": ["保险箱"]}, "locked": True},
    {"id": "saloon", "kind": "place", "names": {"en": ["saloon"], "zh": ["酒馆"]}, "at": {"en": "in the saloon"}},
    {"id": "bank", "kind": "place", "names": {"en": ["bank"], "zh": ["银行"]}, "at": {"en": "in the bank"}},
]


def world(*facts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "name": "Deadwood",
        "things": THINGS,
        "facts": [{"id": f"f{n}"} | fact for n, fact in enumerate(facts)],
        **more,
    }


def beside(line: str, stage: Stage) -> str:
    """What the model reads beside the line, or what is said word for word."""
    commands = stage.send(InputText(text=line))
    found = every(commands, Generate)
    return found[0].prompt.lines[-1].text if found else only(messages(commands), UtteranceText).text


IN_THE_SALOON = {"keys": ["brass"], "text": "The key hangs in the saloon, on a brass nail."}


def test_a_fact_is_told_until_the_game_moves_what_it_is_about() -> None:
    stage = Stage({"ada": persona(world=world(IN_THE_SALOON))})
    assert "on a brass nail" in beside("What about the brass?", stage)
    stage = Stage({"ada": persona(world=world(IN_THE_SALOON))})
    stage.send(WorldSet(values={"key.place": "bank"}))
    assert "brass nail" not in beside("What about the brass?", stage)
    assert "in the bank" in beside("Where is the key?", stage)


def test_a_vague_place_is_outdated_too_once_the_game_has_moved_the_thing() -> None:
    vague = {"keys": ["brass"], "text": "The key is under the old bed."}
    stage = Stage({"ada": persona(world=world(vague))})
    assert "old bed" in beside("What about the brass?", stage)
    stage = Stage({"ada": persona(world=world(vague))})
    stage.send(WorldSet(values={"key.place": "player"}))
    assert "old bed" not in beside("What about the brass?", stage)


@pytest.mark.parametrize(("end", "tells"), [("The key is on my neck.", True), ("The key is in the saloon.", False)])
def test_the_end_of_a_quest_is_told_of_what_the_story_had_moved_by_then(end: str, tells: bool) -> None:
    """Where the author names no place of the world, the state can't tell that it is not so any more."""
    beat = {"id": "find", "objective": "Find it.", "lines": {"done": [end]}}
    quest = {"id": "search", "name": "The key", "goal": "Find the key.", "beats": [beat]}
    stage = Stage({"ada": persona(world=world(quests=[quest]), lorebook=[])})
    stage.send(WorldSet(values={"quest.search": "done", "key.place": "ada"}))
    assert (end in beside(end.replace(".", ", is it?"), stage)) is tells


def test_a_fact_under_a_condition_over_the_same_state_stands() -> None:
    moved = IN_THE_SALOON | {"when": {"key.place": "bank"}}
    stage = Stage({"ada": persona(world=world(moved))})
    stage.send(WorldSet(values={"key.place": "bank"}))
    assert "on a brass nail" in beside("What about the brass?", stage)


def test_who_does_not_know_of_the_change_says_in_good_faith_what_was_so() -> None:
    unseen = [THINGS[0] | {"known_by": ["tom"], "hidden": True}, *THINGS[1:]]
    stage = Stage({"ada": persona(world=world(IN_THE_SALOON, things=unseen))})
    stage.send(WorldSet(values={"key.place": "bank"}))
    assert "on a brass nail" in beside("What about the brass?", stage)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ({"en": "The key is in the bank."}, "key.place"),
        ({"zh": "钥匙在银行。"}, "key.place"),
        ({"en": "The safe is unlocked."}, "safe.locked"),
        ({"en": "The key is in the saloon."}, None),
        ({"en": "The bank stands across the street."}, None),
    ],
)
def test_what_contradicts_the_beginning_is_found(text: dict[str, str], path: str | None) -> None:
    found = list(contradictions(World.model_validate(world({"keys": ["a"], "text": text})), "ada"))
    assert [each for _, _, each in found] == ([path] if path else [])


def test_facts_of_the_first_beat_are_looked_at_too_and_those_under_conditions_are_not() -> None:
    beat = {"id": "b", "objective": "Go.", "facts": [{"keys": ["a"], "text": "The key is in the bank."}]}
    written = world(
        {"keys": ["b"], "text": "The key is in the bank.", "when": {"key.place": "bank"}},
        quests=[{"id": "q", "name": "Q", "goal": "Go.", "beats": [beat]}],
    )
    found = list(contradictions(World.model_validate(written), "ada"))
    assert [where for where, _, _ in found] == ["quests > entry 1 > beats > entry 1 > facts > entry 1"]


def test_the_check_warns_of_it(tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text(
        "name: {en: Nowhere}\n"
        "things:\n"
        "- {id: bank, kind: place, names: {en: [bank]}}\n"
        "- {id: saloon, kind: place, names: {en: [saloon]}}\n"
        "- {id: key, kind: item, names: {en: [key]}, place: saloon}\n"
        "facts:\n"
        "- {id: f, keys: {en: [a]}, text: {en: The key is in the bank.}}\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(app, ["personas", "check", str(tmp_path / "world.yaml")])
    assert "facts > entry 1" in result.output
    assert "key.place begins otherwise" in result.output
