"""Vectors that are kept on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from npc_engine.remembered import Remembered

SETS = (("one", "three"), ("four",))


class Lengths:
    """An embedder that finds texts alike by their length."""

    unlike = 0.5

    def __init__(self) -> None:
        self.asked = list[str]()

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        self.asked += texts
        return [np.array([len(text), 1], np.float32).tobytes() for text in texts]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "model.bin"
    file.write_bytes(b"weights")
    return file


def test_a_set_is_made_once_and_whole(model: Path, tmp_path: Path) -> None:
    first, again = Lengths(), Lengths()
    vectors = Remembered(first, model, SETS, tmp_path / "kept").embed(["three", "one", "new"])
    assert Remembered(again, model, SETS, tmp_path / "kept").embed(["three", "one", "new"]) == vectors
    assert first.asked == ["one", "three", "new"]
    assert again.asked == ["new"]


def test_another_model_makes_its_own(model: Path, tmp_path: Path) -> None:
    Remembered(Lengths(), model, SETS, tmp_path / "kept").embed(["one"])
    model.write_bytes(b"other weights")
    other = Lengths()
    Remembered(other, model, SETS, tmp_path / "kept").embed(["one"])
    assert other.asked == ["one", "three"]


def test_a_damaged_file_is_made_again(model: Path, tmp_path: Path) -> None:
    Remembered(Lengths(), model, SETS, tmp_path / "kept").embed(["one"])
    (file,) = (tmp_path / "kept").iterdir()
    for damage in (file.read_bytes()[:-4], b"", np.zeros(3)):
        if isinstance(damage, bytes):
            file.write_bytes(damage)
        else:
            np.save(file, damage)
        again = Lengths()
        assert Remembered(again, model, SETS, tmp_path / "kept").embed(["one"]) == Lengths().embed(["one"])
        assert again.asked == ["one", "three"]


def test_where_nothing_can_be_written_nothing_is_kept(model: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for _ in range(2):
        embedder = Lengths()
        assert Remembered(embedder, model, SETS, tmp_path / "file").embed(["four"])
        assert embedder.asked == ["four"]
    assert Remembered(Lengths(), model, SETS, tmp_path).unlike == 0.5
