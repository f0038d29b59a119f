"""Weights in quick formats. With a real model: it takes half a minute where no copy is in the cache yet."""

from pathlib import Path

import pytest
from real_models import model_path

from npc_engine.engines import llama_binding, llama_weights
from npc_engine.engines.llama_binding import Model
from npc_engine.engines.llama_weights import quick_weights

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def path() -> Path:
    return model_path("small")


def test_a_copy_has_no_slow_weights_but_those_that_are_looked_up(path):
    copy = quick_weights(path, threads=2)
    assert copy != path
    formats = llama_weights._formats(copy)
    assert [name for name, format in formats.items() if format == llama_weights._SLOW] == ["token_embd.weight"]
    assert formats.keys() == llama_weights._formats(path).keys()


def test_it_is_made_once(path):
    copy = quick_weights(path, threads=2)
    written = copy.stat().st_mtime_ns
    assert quick_weights(path, threads=2) == copy
    assert copy.stat().st_mtime_ns == written


def test_what_is_quick_already_stays_as_it_is(path, tmp_path):
    copy = quick_weights(path, threads=2)
    assert quick_weights(copy, threads=2, folder=tmp_path) == copy
    assert list(tmp_path.iterdir()) == []


def test_without_a_place_for_a_copy_the_model_is_used_as_it_is(path, tmp_path, caplog):
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    assert quick_weights(path, threads=2, folder=in_the_way) == path
    assert "slower" in caplog.text


def test_of_another_file_there_is_another_copy(path, tmp_path):
    moved = tmp_path / path.name
    moved.symlink_to(path)
    assert llama_weights._fingerprint(moved) == llama_weights._fingerprint(path)
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF")
    assert llama_weights._fingerprint(other) != llama_weights._fingerprint(path)


def test_a_damaged_copy_is_thrown_away_and_the_model_loads_all_the_same(path, tmp_path, monkeypatch):
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(path.read_bytes()[:1_000_000])
    monkeypatch.setattr(llama_binding, "quick_weights", lambda path, threads: damaged)
    Model(path, threads=1).close()
    assert not damaged.exists()
