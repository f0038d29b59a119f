"""What `npc-engine saves` and a chat show of the stories that are kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from npc_engine.cli import app
from npc_engine.config import kept_in, load_config
from npc_engine.core.journal import Spoken
from npc_engine.errors import NpcEngineError
from npc_engine.store.stories import Stories


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "stories.sqlite"


@pytest.fixture
def save_id(file: Path) -> str:
    """A save in the file."""
    kept = Stories.open(file)
    branch = kept.begin("sam", ["Deadwood"])
    lines = [
        Spoken(actor_id=None, name="Sam", text="Where is the key?"),
        Spoken(actor_id="ada", name="Ada Finch", text="In the saloon."),
        Spoken(actor_id=None, name="", text="It thunders.", is_event=True),
    ]
    kept.append([(branch, lines)])
    save = kept.save(branch, "before the bank")
    kept.close()
    return save


def saves(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["saves", *arguments, "--store", str(file)])


def test_all_saves_are_listed(file: Path, save_id: str) -> None:
    (line,) = [line for line in saves(file, "list").stdout.splitlines() if save_id in line]
    assert line.split()[3:] == ["sam", "Deadwood", "3", "before", "the", "bank"]


def test_a_save_shows_what_was_said_last(file: Path, save_id: str) -> None:
    shown = saves(file, "show", save_id.upper()).stdout.splitlines()
    assert shown[0] == f"{save_id} before the bank"
    assert shown[2:] == ["Sam: Where is the key?", "Ada Finch: In the saloon.", "(It thunders.)"]


def test_a_save_is_exported_entry_by_entry(file: Path, save_id: str) -> None:
    exported = [json.loads(line) for line in saves(file, "export", save_id).stdout.splitlines()]
    assert [entry["text"] for entry in exported] == ["Where is the key?", "In the saloon.", "It thunders."]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("show", "aaaa-aaaa"), "no save"), (("set-aside",), "is whole")],
)
def test_what_can_not_be_done_says_why(file: Path, save_id: str, arguments: tuple[str, ...], says: str) -> None:
    problem = saves(file, *arguments).exception
    assert isinstance(problem, NpcEngineError)
    assert says in str(problem)


def test_where_nothing_is_kept_there_is_nothing_to_show(tmp_path: Path) -> None:
    assert "no story was kept yet" in str(saves(tmp_path / "none", "list").exception)
    assert "`store` is `off`" in str(CliRunner().invoke(app, ["saves", "list"]).exception)


def test_a_damaged_file_is_put_aside_by_command(file: Path) -> None:
    file.write_bytes(b"broken " * 1000)
    assert "kept as" in saves(file, "set-aside").stdout
    assert [path.name.startswith("stories.damaged-") for path in file.parent.iterdir()] == [True]


def test_a_chat_goes_on_where_it_was(file: Path) -> None:
    def chat(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "npc_engine", "chat", "--plain", "--fake", *arguments],
            input="Where am I?\n",
            capture_output=True,
            encoding="utf-8",
            env=os.environ | {"NPC_ENGINE_STORE": str(file)},
            check=True,
        ).stderr

    assert "the story goes on" not in chat("--continue")
    assert "the story goes on" in chat("--continue")
    assert "the story goes on" not in chat()


@pytest.mark.parametrize(
    ("written", "given", "expected"),
    [
        ("store: off", None, None),
        ("store: {path: kept.sqlite}", None, "kept.sqlite"),
        ("port: 1", None, "stories.sqlite"),
        ("store: off", "other.sqlite", "other.sqlite"),
        ("store: {path: kept.sqlite}", "off", None),
    ],
)
def test_settings_say_where_stories_are_kept(
    tmp_path: Path, written: str, given: str | None, expected: str | None
) -> None:
    settings = tmp_path / "server.yaml"
    settings.write_text(written, encoding="utf-8")
    found = kept_in(load_config(settings), given).stories
    assert (found.name if found else None) == expected
