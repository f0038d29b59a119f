import socket
import sys
from pathlib import Path

import pytest

from npc_engine import doctor
from npc_engine.compose import likeness_for
from npc_engine.models import Store
from npc_engine.models.catalogue import load_catalogue
from npc_engine.store.stories import Stories
from npc_engine.threads import save_tuned, threads_for, usable_cores


def test_an_examination_covers_what_a_newcomer_meets(tmp_path: Path):
    findings = doctor.examine(Store(tmp_path))
    assert [finding.name for finding in findings] == [
        "Python",
        "C++ compiler",
        "llama.cpp",
        "cores",
        "threads",
        "OpenMP",
        "memory",
        "disk",
        "models",
        "stories",
        "audio",
        "port",
    ]
    assert all(finding.fix for finding in findings if finding.status != "ok")


def test_an_old_python_is_a_failure():
    assert doctor.python((3, 10)).status == "fail"


def test_a_missing_compiler_names_the_package_that_brings_one():
    finding = doctor.compiler(which=lambda name: None)
    assert finding.status == "warn"
    assert "apt install g++" in finding.fix


def test_a_library_that_does_not_load_is_a_finding():
    assert doctor.llama("no_such_library").status == "fail"


def test_missing_models_come_with_the_command(tmp_path: Path):
    finding = doctor.models(Store(tmp_path))
    assert (finding.status, finding.fix) == ("fail", "npc-engine models pull")
    assert "whisper-base" in finding.found


def test_without_a_likeness_model_facts_are_found_by_keys(tmp_path: Path):
    catalogue = load_catalogue().model_copy(update={"default": ("likeness",)})
    finding = doctor.models(Store(tmp_path, catalogue))
    assert (finding.status, finding.fix) == ("warn", "npc-engine models pull")
    assert "by keys alone" in finding.found
    assert likeness_for(Store(tmp_path, catalogue)) is None


def test_more_threads_than_cores_are_a_warning(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "4096")
    assert doctor.openmp().status == "warn"
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert doctor.openmp().status == "ok"


def test_the_threads_of_each_engine_are_shown_with_the_reason(tmp_path: Path):
    tuned, cores = tmp_path / "tuned.yaml", usable_cores()
    assert f"(default for {cores} cores)" in doctor.threads(tuned=tuned).found
    save_tuned(threads_for(cores), cores, tuned)
    finding = doctor.threads(tuned=tuned)
    assert (finding.status, f"(tuned: {tuned})" in finding.found) == ("ok", True)
    assert f"recognition {threads_for(cores).recognition}," in finding.found


def test_configured_threads_go_before_tuned_ones(tmp_path: Path):
    file = tmp_path / "server.yaml"
    file.write_text("threads: {recognition: 300}")
    finding = doctor.threads(file, tmp_path / "tuned.yaml")
    assert finding.status == "warn"
    assert "recognition 300" in finding.found
    assert str(file) in finding.found


def test_a_broken_tuned_file_is_a_finding(tmp_path: Path):
    (tmp_path / "tuned.yaml").write_text("cores: none")
    finding = doctor.threads(tuned=tmp_path / "tuned.yaml")
    assert (finding.status, "bench tune" in finding.found) == ("fail", True)


def test_a_folder_that_does_not_exist_yet_is_judged_by_its_disk(tmp_path: Path):
    assert doctor.disk(tmp_path / "a" / "b").status != "fail"


def test_a_port_in_use_is_found():
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert doctor.free_port(server.getsockname()[1]).status == "warn"


SOUND = {
    "no package": ("", "pip install"),
    "no PortAudio": ("raise OSError('PortAudio library not found')", "apt install libportaudio2"),
    "no sound system": ("def query_devices(): raise RuntimeError('no host')", "sound server"),
    "no devices": ("def query_devices(): return []", "--out"),
    "a headset": ("def query_devices(): return [{'max_input_channels': 1, 'max_output_channels': 2}]", ""),
}


@pytest.mark.parametrize(("code", "fix"), SOUND.values(), ids=SOUND.keys())
def test_what_is_wrong_with_sound_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, fix: str):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sound_of_a_test", raising=False)
    if code:
        (tmp_path / "sound_of_a_test.py").write_text(code)
    finding = doctor.audio("sound_of_a_test")
    assert fix in finding.fix
    assert (finding.status == "ok") == (not fix)


def test_stories_are_found_counted_and_checked(tmp_path: Path):
    file = tmp_path / "stories.sqlite"
    assert "once something is kept" in doctor.kept(store=str(file)).found
    assert "none are kept" in doctor.kept(store="off").found
    Stories.open(file).close()
    assert "whole: 0 branches, 0 entries" in doctor.kept(store=str(file)).found
    file.write_bytes(b"broken " * 1000)
    damaged = doctor.kept(store=str(file))
    assert (damaged.status, damaged.fix) == ("fail", "npc-engine saves set-aside")
    assert doctor.kept(store=str(tmp_path)).status == "fail"
