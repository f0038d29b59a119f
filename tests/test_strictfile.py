"""What writers are told about their files."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from npc_engine import strictfile
from npc_engine.errors import InvalidFile


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(Strict):
    text: str = Field(min_length=1)
    weight: float = 1.0


class Place(Strict):
    town: str
    facts: tuple[Fact, ...] = ()


class Story(Strict):
    title: str
    year: int = 1876
    mode: Literal["hands_free", "push_to_talk"] = "hands_free"
    night: bool = False
    place: Place | None = None
    notes: dict[str, str] = {}
    size: int = Field(default=1, ge=1)

    @field_validator("title")
    @classmethod
    def _is_no_shout(cls, value: str) -> str:
        if value.isupper():
            raise ValueError("the title shouts; use small letters too")
        return value


def said_about(tmp_path: Path, content: str | bytes) -> list[str]:
    """The problems of a file, without its path."""
    file = tmp_path / "story.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InvalidFile) as error:
        strictfile.load(file, Story)
    return [line.removeprefix(f"{file}:") for line in str(error.value).splitlines()]


def test_a_file_becomes_plain_frozen_data(tmp_path: Path) -> None:
    file = tmp_path / "story.yaml"
    file.write_bytes("\ufefftitle: Gold\nplace:\n  town: 小镇\n  facts:\n  - text: >-\n      a\n      b\n".encode())
    story = strictfile.load(file, Story)
    assert story == Story(title="Gold", place=Place(town="小镇", facts=(Fact(text="a b"),)))
    assert type(story.title) is str


def test_every_problem_is_named_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    content = "tilte: Gold\nyear: soon\nplace:\n  facts:\n    - text: ''\n    - wieght: 2\n"
    assert said_about(tmp_path, content) == [
        "1: 'tilte' is not known at the top level of the file; did you mean 'title'?",
        "1: 'title' is missing at the top level of the file",
        "2: year must be a whole number, not the text 'soon'",
        "3: 'town' is missing in place",
        "5: place > facts > entry 1 > text must be a text, not an empty one",
        "6: 'text' is missing in place > facts > entry 2",
        "6: 'wieght' is not known in place > facts > entry 2; did you mean 'weight'?",
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("facts: []", "'facts' is not known at the top level of the file; it belongs in place"),
        ("weight: 1", "'weight' is not known at the top level of the file; it belongs in place > facts"),
        (
            "zebra: 1",
            "'zebra' is not known at the top level of the file; "
            "known here: title, year, mode, night, place, notes, size",
        ),
        ("place: {town: A, year: 3}", "'year' is not known in place; it belongs at the top level of the file"),
        ("place: {town: 1876}", 'place > town must be a text; put it in quotes: "1876"'),
        ("place: {town: true}", 'place > town must be a text; put it in quotes: "true"'),
        ("place: {town: 1876-07-04}", 'place > town must be a text; put it in quotes: "1876-07-04"'),
        ("place: {town: }", "place > town must be a text; nothing is written there"),
        ("place: {town: [a]}", "place > town must be a text, not a list"),
        ("place: {town: {a: b}}", "place > town must be a text, not keys with values"),
        ("place: Deadwood", "place must be keys with values, indented below it, not the text 'Deadwood'"),
        ("place: 3", "place must be keys with values, indented below it, not 3"),
        ("notes: {a: [b]}", "notes > a must be a text, not a list"),
        (f"year: {'x' * 40}", f"year must be a whole number, not the text '{'x' * 30}...'"),
        ("night: maybe", "night must be true or false, not the text 'maybe'"),
        ("mode: handsfree", "mode must be 'hands_free' or 'push_to_talk'; did you mean 'hands_free'?"),
        ("size: 0", "size must be greater than or equal to 1"),
    ],
)
def test_a_wrong_value_is_told_in_the_words_of_the_writer(tmp_path: Path, line: str, problem: str) -> None:
    assert said_about(tmp_path, f"title: Gold\n{line}\n") == [f"2: {problem}"]


def test_a_models_own_rule_speaks_for_itself(tmp_path: Path) -> None:
    assert said_about(tmp_path, "title: GOLD\n") == ["1: the title shouts; use small letters too"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("title: Gold\nplace:\n\ttown: A\n", "3: a tab stands where YAML wants spaces; indent with spaces only"),
        (
            "title: Gold: rush\n",
            "1: a colon inside a text, or a wrong indentation; put a text with `: ` in quotes",
        ),
        ("title: 'Gold\nyear: 1\n", "1: a quote is opened here and never closed"),
        ("title: Gold\ntitle: Silver\n", "2: 'title' is written twice in the same place; keep one"),
        (
            "title: Gold\nyear 1876\nsize: 1\n",
            "2: a key without a colon; write `key: value`, or indent this line under the one it continues",
        ),
        ("title: @gold\n", "1: a text can not start with this character; put the text in quotes"),
        ("title: *gold\n", "1: a text can not start with `*`; put the text in quotes"),
        ("title: !gold x\n", "1: a text can not start with `!gold`; put it in quotes"),
        ("title: [a, b\nyear: 1\n", "1: a bracket or brace is opened here and never closed, or a comma is missing"),
        ("a: &x {b: 1}\nc: *x\n", "1: this part is used again with `*`; write it out where it is needed"),
        ('title: "a\\q"\n', "1: a backslash inside double quotes; use single quotes, or write two backslashes"),
        ("title: A\n---\nyear: 1\n", "2: `---` starts a second document; a file holds one"),
        ("title: Gold\n? {a: b\n", "2: a bracket or brace is opened here and never closed, or a comma is missing"),
        ("%YAML 9.9 x\n", None),
        ("title: " + "[" * 5000, "1: too many lists or mappings inside each other; check the brackets and braces"),
        ("title: !!binary eA==\n", "1: a text can not start with `tag:yaml.org,2002:binary`; put it in quotes"),
        ("title: Gold\nyear: \x07\n", "2: holds an invisible control character; delete it"),
        (b"title: Gold\nyear: \xff\n", "2: is not UTF-8 text; save the file with the encoding UTF-8"),
        ("", "1: holds no `key: value` lines; see docs/ for what belongs in this file"),
        ("- a\n", "1: holds no `key: value` lines; see docs/ for what belongs in this file"),
    ],
)
def test_what_is_not_yaml_data_gets_its_line_and_a_way_out(
    tmp_path: Path, content: str | bytes, problem: str | None
) -> None:
    [said] = said_about(tmp_path, content)
    assert said == problem or (problem is None and "this is not valid YAML: " in said)


def test_a_date_that_is_none_can_be_quoted(tmp_path: Path) -> None:
    [said] = said_about(tmp_path, "title: 2024-13-45\n")
    assert said.endswith("holds a date or number that can not be (month must be in 1..12); put it in quotes")


def test_a_file_far_too_large_is_refused(tmp_path: Path) -> None:
    [said] = said_about(tmp_path, b"#" * (strictfile.MAX_BYTES + 1))
    assert "is larger than 1,000,000 bytes" in said


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="there is no such file"):
        strictfile.load(tmp_path / "nowhere.yaml", Story)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="can not be read"):
        strictfile.load(tmp_path, Story)
