"""How many threads each engine gets: configured, tuned on this machine, or by its cores."""

from __future__ import annotations

from pathlib import Path

import pytest

from npc_engine import config, threads
from npc_engine.config import Config, load_config
from npc_engine.errors import InvalidFile, NpcEngineError
from npc_engine.threads import Threads, default_with_reason, load_tuned, save_tuned, threads_for

FOUND = Threads(language_model=2, decode=2, recognition=2, synthesis=1)


@pytest.mark.parametrize("cores", range(1, 17))
def test_no_engine_gets_more_threads_than_there_are_cores_or_than_it_can_use(cores: int) -> None:
    counts = threads_for(cores).model_dump().values()
    assert all(1 <= count <= min(cores, threads.MOST) for count in counts)


def test_writing_an_answer_leaves_a_core_to_the_voice() -> None:
    assert [threads_for(cores).decode for cores in (1, 2, 4)] == [1, 1, 3]


def test_on_two_cores_one_thread_recognises_faster_than_two() -> None:
    assert [threads_for(cores).recognition for cores in (1, 2, 4)] == [1, 1, 4]


def test_what_was_tuned_counts_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "npc-engine" / "tuned.yaml"
    save_tuned(FOUND, 2, path)
    assert default_with_reason(path, 2) == (FOUND, f"tuned: {path}")


def test_what_was_tuned_with_other_cores_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "tuned.yaml"
    save_tuned(FOUND, 2, path)
    counts, why = default_with_reason(path, 4)
    assert counts == threads_for(4)
    assert "default for 4 cores" in why
    assert "was tuned with 2" in why


def test_without_a_tuned_file_the_cores_decide(tmp_path: Path) -> None:
    path = tmp_path / "tuned.yaml"
    assert load_tuned(path) is None
    assert default_with_reason(path, 2) == (threads_for(2), "default for 2 cores")


@pytest.mark.parametrize("text", ["cores: two", "cores: 2\ndecoding: 1\n", "{", "cores: 2\ndecode: 0"])
def test_a_broken_tuned_file_is_an_error_that_names_it_and_the_way_out(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tuned.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFile, match=r"tuned\.yaml:1: (?s:.*)delete .*tuned\.yaml.* npc-engine bench tune"):
        load_tuned(path)


def test_a_folder_that_can_not_be_written_names_another_way(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NpcEngineError, match="--config"):
        save_tuned(FOUND, 2, tmp_path / "file" / "tuned.yaml")


def test_a_configuration_may_set_some_counts_and_leave_the_others_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "default_threads", lambda: FOUND)
    file = tmp_path / "server.yaml"
    file.write_text("threads: {recognition: 1}\n", encoding="utf-8")
    assert load_config(file).threads == FOUND.model_copy(update={"recognition": 1})


def test_a_misspelt_engine_in_a_configuration_is_an_error_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "server.yaml"
    file.write_text("threads:\n  recogniton: 1\n", encoding="utf-8")
    with pytest.raises(InvalidFile, match=r"server\.yaml:2: .*recognition"):
        load_config(file)


def test_a_configuration_without_threads_takes_what_counts_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "tuned_file", lambda: tmp_path / "tuned.yaml")
    save_tuned(FOUND, threads.usable_cores(), tmp_path / "tuned.yaml")
    assert Config().threads == FOUND
