"""Scenario files: what they may say, and how mistakes in them are named with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from npc_engine.errors import InvalidFile
from npc_engine.trials import scenario

WHOLE = """
name: A talk
languages: [en, zh]
cast: {ada: deadwood}
game: {give: {answer: done, set: {key.owner: player}}}
steps:
  - say: {en: Where is the key?, zh: 钥匙在哪？}
    expect:
      said: {any: {en: [saloon, "/b[ae]r/"], zh: 酒馆}}
      answers: [ada]
  - set: {quest.safe: open_safe}
  - save: here
  - load: here
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "talk.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_whole_scenario_is_read(tmp_path: Path) -> None:
    read = scenario.load(written(tmp_path, WHOLE))
    said = read.steps[0].expect.said
    assert said
    assert scenario.patterns(said.any, "zh") == ("酒馆",)
    assert scenario.patterns(said.any, "ja") == ()
    assert read.game["give"].set == {"key.owner": "player"}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("name: A talk", "nane: A talk", 2, "nane"),
        ("answers: [ada]", "anwsers: [ada]", 10, "anwsers"),
        ("  - set: {quest.safe: open_safe}", "  - set: {a: 1}\n    wait: 2", 11, "exactly one of"),
        ("  - set: {quest.safe: open_safe}", "  - to: ada", 11, "exactly one of"),
        ("  - set: {quest.safe: open_safe}", "  - set: {a: 1}\n    to: ada", 11, "belong to a step with `say`"),
        ("/b[ae]r/", "/b[aer/", 9, "no regular expression"),
        ("load: here", "load: there", 2, "is loaded before it is saved"),
        ("answer: done", "answer: maybe", 5, "must be 'done'"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(InvalidFile, match=words) as problem:
        scenario.load(written(tmp_path, WHOLE.replace(old, new)))
    assert f"talk.yaml:{line}:" in str(problem.value)


def test_scenarios_are_found_in_folders_of_personas(tmp_path: Path) -> None:
    folder = tmp_path / "ada" / "scenarios"
    folder.mkdir(parents=True)
    file = written(folder, WHOLE)
    (tmp_path / "ada" / "persona.yaml").write_text("", encoding="utf-8")
    assert scenario.find((tmp_path, file)) == [file]
    assert scenario.find((folder,)) == [file]


def test_a_folder_without_scenarios_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="holds no scenarios"):
        scenario.find((tmp_path,))
