"""Word lists that a user chose are read, and what is wrong with one is told with its path."""

from __future__ import annotations

from pathlib import Path

import pytest

from npc_engine.config import load_config
from npc_engine.errors import InvalidFile
from npc_engine.wordlists import load_terms


def test_the_terms_of_all_lists_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("# mine\ndarn\n赌博\n", encoding="utf-8")
    (tmp_path / "two.txt").write_text("darn\nheck\n", encoding="utf-8")
    settings = tmp_path / "npc.yaml"
    lists = [(tmp_path / name).as_posix() for name in ("one.txt", "two.txt")]
    settings.write_text(f"moderation: ['{lists[0]}', '{lists[1]}']\n", encoding="utf-8")
    assert load_terms(load_config(settings).moderation) == ("darn", "赌博", "heck")


def test_a_list_that_is_not_there_names_its_path(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"nowhere\.txt: there is no such word list"):
        load_terms([str(tmp_path / "nowhere.txt")])


def test_a_list_in_another_encoding_names_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("café".encode("latin-1"))
    with pytest.raises(InvalidFile, match="save the word list as UTF-8"):
        load_terms([str(tmp_path / "latin.txt")])


def test_a_folder_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r".+: .+"):
        load_terms([str(tmp_path)])
