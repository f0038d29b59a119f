"""Which worlds are refused when they are read, and at which line."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from npc_engine.errors import InvalidFile
from npc_engine.persona import loading

BEATS = """\
name: Town
quests:
  - id: safe
    name: Safe
    goal: Open it.
    beats:
"""
ACTION = "name: Town\nactions:\n  - {name: a, description: x, done: x, refused: x,\n     args: {n: {%s}}}\n"
NO_PATH = "'a b' is not a path of the state; those are words with dots between, such as safe.open"
NO_NAME = "'Old Pete' is not a name of a folder; those are small letters, digits, - and _"


def refused(tmp_path: Path, text: str) -> list[str]:
    """The problems of a world file, without its path; none if it can be used."""
    file = tmp_path / "world.yaml"
    file.write_text(dedent(text), encoding="utf-8")
    try:
        loading.load_world(file)
    except InvalidFile as error:
        return [line.removeprefix(f"{file}:") for line in str(error).splitlines()]
    return []


def of_beats(*beats: str) -> str:
    """A world whose only quest has these beats, the first one in line 7, each of two lines."""
    return BEATS + "".join(
        indent(f"- {{id: {beat}}}\n", "      ").replace("}\n", ",\n         objective: x}\n") for beat in beats
    )


def test_a_world_needs_no_more_than_a_name(tmp_path: Path) -> None:
    assert refused(tmp_path, "name: Town\n") == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            """\
            name: Town
            things:
              - {id: key, kind: item, names: [key]}
              - {id: key, kind: item, names: [other key]}
            """,
            "4: 'key' is the id of two things; give one of them another",
        ),
        (
            "name: Town\nfacts:\n  - {id: a, text: x}\n  - id: a\n    text: y\n",
            "4: 'a' is the id of two facts; give one of them another",
        ),
        (
            "name: Town\nactions:\n" + "  - {name: wave, description: x, done: x, refused: x}\n" * 2,
            "4: 'wave' is the name of two actions; give one of them another",
        ),
        (
            "name: Town\nthings:\n  - id: quest\n    kind: item\n    names: [key]\n",
            "3: 'quest' can not be the id of a thing; choose another",
        ),
        (
            "name: Town\nstate:\n  day: 1\n  key.open: true\nthings: [{id: key, kind: item, names: [key]}]\n",
            "4: 'key.open' is the state of a thing; write it there, under things",
        ),
        (
            "name: Town\nstate: {quest.safe: find}\n",
            "2: 'quest.safe' is where a quest is, and each begins by itself; take the line out",
        ),
        ("name: Town\nstate: {a b: 1}\n", f"2: {NO_PATH}"),
        ("name: Town\nstate: {a: {b: 1}}\n", "2: a value is a text, a number, true, false, none, or a list"),
        (
            "name: Town\nstate: {a: [[b]]}\n",
            "2: a list of values has texts, numbers, true or false in it, and nothing else",
        ),
        ("name: Town\nstate: {a: [1]}\n", '2: a list in the state has texts in it; put numbers in quotes: ["1876"]'),
        (
            "name: Town\nactions:\n  - name: give\n    description: x\n    done: You gave {itm}.\n    refused: x\n",
            "3: '{itm}' is no argument of 'give'; there are: none",
        ),
        (
            ACTION % "type: choice",
            "4: a choice needs `of`, the list of what there is to choose",
        ),
        (
            ACTION % "type: number, least: 5, most: 1",
            "4: a number needs least <= most, not 5 and 1",
        ),
        (
            ACTION % "type: sword",
            "4: actions > entry 1 > args > n > type must be 'item', 'place', 'person', 'number', 'choice' or 'text'",
        ),
        ("name: Town\nfacts:\n  - {id: a, text: x, known_by: [Old Pete]}\n", f"3: {NO_NAME}"),
    ],
)
def test_what_makes_a_world_unusable_is_named_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    assert refused(tmp_path, text) == [problem]


def test_a_quest_that_goes_in_a_circle_is_refused_with_the_beats_that_can_never_be_reached(tmp_path: Path) -> None:
    text = of_beats("a, after: [c]", "b", "c", "d, after: []", "e, after: [b, d]", "f")
    assert refused(tmp_path, text) == [
        "7: quest 'safe' goes in a circle: a waits for c waits for b waits for a; take one of them out of `after`",
        "15: beat 'e' can never be reached: it waits for the circle of 'a'",
        "17: beat 'f' can never be reached: it waits for the circle of 'a'",
    ]


def test_a_circle_that_the_first_beat_is_no_part_of_is_found(tmp_path: Path) -> None:
    [problem] = refused(tmp_path, of_beats("a", "b, after: [c]", "c, after: [a, b]"))
    assert problem.startswith("9: quest 'safe' goes in a circle: b waits for c waits for b;")


def test_beats_that_come_together_again_are_no_circle(tmp_path: Path) -> None:
    assert refused(tmp_path, of_beats("a", "b", "c, after: [a]", "d, after: [b, c]")) == []


def test_a_beat_behind_one_that_is_not_there_can_not_be_reached(tmp_path: Path) -> None:
    assert refused(tmp_path, of_beats("find", "open, after: [fnd]")) == [
        "9: beat 'open' can never be reached: quest 'safe' has no beat 'fnd'; did you mean 'find'?; it has: find, open"
    ]


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("often", "a condition is a mapping such as {safe.open: false}, or a list of such mappings"),
        ("[often]", "'often' is no condition; write {path: value}, such as {safe.open: false}"),
        ("{a b: 1}", NO_PATH),
        ("{a: {b: 1}}", "a value is a text, a number, true, false, none, or a list"),
        ("{a: '> b'}", "'> b' compares with no number; there are <, <=, >, >=, not, has and lacks"),
        ("{a: '== 3'}", "'== 3' compares with no number; there are <, <=, >, >=, not, has and lacks"),
    ],
)
def test_a_condition_that_is_none_is_told_in_one_sentence(tmp_path: Path, when: str, problem: str) -> None:
    assert refused(tmp_path, f"name: Town\nfacts:\n  - id: a\n    text: x\n    when: {when}\n") == [f"5: {problem}"]


def test_no_beat_can_be_called_as_the_end_of_its_quest(tmp_path: Path) -> None:
    assert refused(tmp_path, of_beats("find", "done")) == [
        "9: 'done' is where a quest is at its end; write what is true then as a fact with `when`: {quest.safe: done}"
    ]
