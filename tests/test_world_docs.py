"""docs/worlds.md teaches writers: every example in it works, and it quotes the errors as they are."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from npc_engine.errors import InvalidFile
from npc_engine.persona import domains, ink, loading
from npc_engine.persona.checking import check
from npc_engine.persona.conditions import When
from npc_engine.persona.model import Persona
from npc_engine.persona.script_world import world_of
from npc_engine.persona.world import World
from npc_engine.persona.world_checking import check_world
from npc_engine.protocol import AnyClientMessage
from npc_engine.trials import scenario

PAGE = (Path(__file__).parents[1] / "docs" / "worlds.md").read_text(encoding="utf-8")
MINIMAL, *PARTS = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
OF_WORLD = [part for part in PARTS if not part.startswith("# ")]
[OF_PERSONA] = [part for part in PARTS if part.startswith("# persona.yaml")]
[SCENARIO] = [part for part in PARTS if part.startswith("# scenarios/")]
MILLER = """\
name: The miller
languages: [en, zh]
description: You are the miller.
world: mill
fallbacks: {in_character: ["Hm."], keeps: ["Not mine to tell."], failed: ["Hm?"]}
"""
CONDITIONS = [
    written
    for section in PAGE.partition("## Conditions")[2].partition("## A secret")[0].splitlines()
    if section.startswith("| `")
    for written in re.findall(r"`([{\[].*?[}\]])`", section.split(" | ")[0])
]
MESSAGES = re.findall(r"`(world\.\w+|action\.result) (\{.*\})`", PAGE)

MISTAKES = [
    ("things:", "thing:"),
    ("kind: item", "kind: itme"),
    ("id: mill", "id: key"),
    ("", "state: {key.place: mill}\n"),
    ("", "state: {a: {b: 1}}\n"),
]
FINDINGS = [
    ("    place: mill", "    place: mil", 1),
    ("    at: in the mill\n", "", 1),
    ("", "facts: [{id: a, text: x, when: {key.plce: player}}]\n", 2),
    ("", "facts: [{id: a, text: x, tell_when: {key.place: player}}]\n", 1),
    ("", "facts: [{id: a, text: x, known_by: [millar, miller]}]\n", 1),
]


def parsed(text: str) -> dict[str, Any]:
    return dict(YAML(typ="safe", pure=True).load(text))


def built() -> dict[str, Any]:
    """The world as it stands at the end of the page."""
    world = parsed(MINIMAL)
    for part in map(parsed, OF_WORLD):
        for key, value in part.items():
            world[key] = {**world.get(key, {}), **value} if isinstance(value, dict) else [*world.get(key, []), *value]
    return world


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the page tells writers to save the example, with the miller beside it."""
    for name in ("mill", "miller"):
        (tmp_path / "personas" / name).mkdir(parents=True)
    (tmp_path / "personas" / "miller" / "persona.yaml").write_text(MILLER + OF_PERSONA, encoding="utf-8")
    return tmp_path / "personas"


def save(folder: Path, text: str) -> Path:
    file = folder / "mill" / "world.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_ten_lines_are_a_whole_world(folder: Path) -> None:
    assert len(MINIMAL.splitlines()) == 10
    world = loading.load_world(save(folder, MINIMAL))
    assert [thing.id for thing in world.things] == ["key", "mill"]


@pytest.mark.parametrize("part", OF_WORLD)
def test_every_snippet_of_the_page_is_a_world_with_a_name(folder: Path, part: str) -> None:
    loading.load_world(save(folder, "name: The old mill\n" + part))


def test_the_world_of_the_whole_page_has_nothing_to_find_fault_with(folder: Path) -> None:
    text = io.StringIO()
    YAML().dump(built(), text)
    file = save(folder, text.getvalue())
    miller = loading.load(folder / "miller" / "persona.yaml")
    cast = loading.residents(file, ())
    assert list(cast) == ["miller"]
    assert [each for each in check_world(miller.setting, cast) if "has nothing in 'zh'" not in each.advice] == []
    assert check(miller, roles=cast) == []


@pytest.mark.parametrize("written", CONDITIONS)
def test_every_condition_of_the_table_can_hold_in_that_world(written: str) -> None:
    when = TypeAdapter(When).validate_python(YAML(typ="safe", pure=True).load(written))
    axes = Persona.model_validate(parsed(MILLER + OF_PERSONA)).relationship.axes
    assert list(domains.mistakes(when, domains.declared(World.model_validate(built()), ["miller"], axes))) == []


def test_the_table_has_conditions_of_every_kind() -> None:
    assert len(CONDITIONS) >= 15


@pytest.mark.parametrize(("kind", "fields"), MESSAGES)
def test_what_the_game_sends_is_as_the_protocol_has_it(kind: str, fields: str) -> None:
    TypeAdapter(AnyClientMessage).validate_python({"type": kind, **json.loads(fields)})


@pytest.mark.parametrize(("right", "wrong"), MISTAKES)
def test_the_page_quotes_what_writers_are_told(folder: Path, right: str, wrong: str) -> None:
    file = save(folder, MINIMAL.replace(right, wrong) if right else MINIMAL + wrong)
    with pytest.raises(InvalidFile) as error:
        loading.load_world(file)
    first = str(error.value).splitlines()[0]
    assert first.replace(str(file), "personas/mill/world.yaml") in PAGE


@pytest.mark.parametrize(("right", "wrong", "count"), FINDINGS)
def test_the_page_quotes_what_the_check_finds(folder: Path, right: str, wrong: str, count: int) -> None:
    file = save(folder, MINIMAL.replace(right, wrong, 1) if right else MINIMAL + wrong)
    found = check_world(loading.load_world(file), loading.residents(file, ()))
    assert len(found) == count
    assert all(f"{each.severity}: {each.where}: {each.advice}" in PAGE for each in found)


def test_the_story_of_the_page_is_imported_whole() -> None:
    [story] = re.findall(r"```ink\n(.*?)```", PAGE, flags=re.DOTALL)
    imported = world_of(ink.read(story, "mill"), "mill", ["miller"])
    assert imported.notes == []
    assert [beat["id"] for beat in imported.data["quests"][0]["beats"]] == ["find_key", "open_mill"]


def test_the_scenario_of_the_page_can_be_played(tmp_path: Path) -> None:
    file = tmp_path / "the_key.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    assert [len(scenario.load(file).steps), scenario.load(file).name] == [3, "The key changes hands"]
