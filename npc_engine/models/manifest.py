"""What an installed model consists of, written beside it when it is put in place: the proof that it is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

FILE = "manifest.json"
Count = Callable[[int], None]
"""Called with the bytes hashed so far."""


class Recorded(BaseModel):
    """One file as it was when it came."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int
    """Bytes."""
    sha256: str


class Manifest(BaseModel):
    """All files of one installed model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    source: str
    files: dict[str, Recorded]

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """The manifest in `folder`; None where no pull has come to its end."""
        try:
            return cls.model_validate_json((folder / FILE).read_bytes())
        except (OSError, ValidationError):
            return None

    def write(self, folder: Path) -> None:
        """Write it into `folder`."""
        (folder / FILE).write_text(self.model_dump_json(indent=1), encoding="utf-8")

    def misfits(self, folder: Path) -> list[str]:
        """Files that are missing or of another size. Quick: reads no contents."""
        return [name for name, file in self.files.items() if _size(folder / name) != file.size]

    def damaged(self, folder: Path, count: Count) -> list[str]:
        """Files that are missing or hold other bytes. Reads everything."""
        wrong, before = self.misfits(folder), 0
        for name, file in self.files.items():
            if name not in wrong:
                found = sha256(folder / name, lambda done, before=before: count(before + done))  # type: ignore[misc]
                wrong += [name] if found != file.sha256 else []
            before += file.size
        return wrong


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def sha256(path: Path, count: Count) -> str:
    """Hex digest of a file."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            digest.update(block)
            done += len(block)
            count(done)
    return digest.hexdigest()
