"""Vectors outlive the process that made them, and a file that can't be used costs only time."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from npc_engine.spaces import Space
from npc_engine.vectors import KEPT, Vectors


class Counting:
    """Notes how often it was asked; a text's vector has its length for a number."""

    unlike = 0.0

    def __init__(self, scale: float = 1.0) -> None:
        self.asked: list[str] = []
        self._scale = scale

    def embed(self, texts: list[str] | tuple[str, ...]) -> list[bytes]:
        self.asked += texts
        return [np.array((len(text) * self._scale, 0), np.float32).tobytes() for text in texts]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "vectors.sqlite"


def seen(path: Path, text: str, *, lasting: bool = True, scale: float = 1.0) -> list[str]:
    """What an embedder of a new process is asked when it is to see `text`, but for what tells it from others."""
    embedder = Counting(scale)
    space = Space(embedder, Vectors(embedder, path))
    embedder.asked.clear()
    assert space.see(text, lasting=lasting)
    assert space.cosines("", (text,)).tolist() == [0]
    return embedder.asked


def test_what_is_lasting_is_embedded_once_for_all_processes(path: Path) -> None:
    assert seen(path, "The key is in the bank.") == ["The key is in the bank.", ""]
    assert seen(path, "The key is in the bank.") == [""]


def test_what_is_not_lasting_is_forgotten_with_the_process(path: Path) -> None:
    seen(path, "My name is Ann.", lasting=False)
    assert seen(path, "My name is Ann.") == ["My name is Ann.", ""]


def test_another_embedder_has_vectors_of_its_own(path: Path) -> None:
    seen(path, "Hello.")
    assert seen(path, "Hello.", scale=2.0) == ["Hello.", ""]
    assert seen(path, "Hello.") == seen(path, "Hello.", scale=2.0) == [""]


def test_a_vector_comes_back_as_it_was(path: Path) -> None:
    Vectors(Counting(), path).keep("a", b"12345678")
    again = Vectors(Counting(), path)
    assert (again.of("a"), again.of("b")) == (b"12345678", None)


def test_the_oldest_make_room(path: Path) -> None:
    vectors = Vectors(Counting(), path)
    for text in ("first", "second"):
        vectors.keep(text, b"1234")
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE vectors SET rowid = rowid + ? WHERE rowid > 1", (KEPT,))
        file.execute(
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO vectors SELECT CAST(i AS BLOB), x'00' FROM n",
            (KEPT,),
        )
    again = Vectors(Counting(), path)
    assert (again.of("first"), again.of("second")) == (None, b"1234")


def test_a_damaged_file_is_told_of_and_left_alone(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database " * 100)
    with caplog.at_level(logging.WARNING):
        assert seen(path, "Hello.") == seen(path, "Hello.") == ["Hello.", ""]
    assert len(caplog.records) == 2, "once each time"
    assert "vectors.sqlite can't be used" in caplog.text
    assert path.read_bytes().startswith(b"not a database")


def test_where_no_folder_can_be_made_nothing_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    with caplog.at_level(logging.WARNING):
        assert seen(tmp_path / "file" / "vectors.sqlite", "Hello.") == ["Hello.", ""]
    assert "is read anew at each start; allow it to be written, or delete it" in caplog.text
