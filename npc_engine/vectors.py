"""Vectors of texts that were embedded before, kept in a file: what characters know is read once, not at each start.

A cache: nothing is lost with it, and without it all is only slower. Knows nothing of what the texts are for.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import weakref
from pathlib import Path

from platformdirs import user_cache_path

from npc_engine.engines.base import Embedder

KEPT = 100_000
"""Vectors of 1.5 to 3 KB that are kept. The oldest make room."""
_PROBES = ("Where is the key?", "钥匙在哪里？", "The safe behind the counter is locked, and nobody has seen it open.")
"""Another embedder gives these other vectors: other weights, another tuning, another arithmetic of the processor."""
_PREPARING = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)",
    f"DELETE FROM vectors WHERE rowid <= (SELECT rowid FROM vectors ORDER BY rowid DESC LIMIT 1 OFFSET {KEPT})",
)
_BUSY_SECONDS = 1.0
"""So long another process may write."""
_KEY_BYTES = 16

_LOG = logging.getLogger(__name__)


def vectors_file() -> Path:
    """Where this user's vectors are kept."""
    return user_cache_path("npc-engine", appauthor=False) / "vectors.sqlite"


class Vectors:
    """Those of one embedder. Several processes may share a file; one that can't be used is told of and left alone."""

    def __init__(self, embedder: Embedder, path: Path) -> None:
        self._path = path
        self._file: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, _BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as problem:
            self._give_up(problem)
        else:
            weakref.finalize(self, self._file.close)
        for preparing in _PREPARING:
            self._row(preparing)
        self._embedder = hashlib.sha256(b"".join(embedder.embed(_PROBES))).digest()

    def of(self, text: str) -> bytes | None:
        """The vector, if it is kept."""
        found = self._row("SELECT vector FROM vectors WHERE key = ?", self._key(text))
        return found[0] if found else None

    def keep(self, text: str, vector: bytes) -> None:
        """Have it from now on, in other processes too."""
        self._row("INSERT OR IGNORE INTO vectors VALUES (?, ?)", self._key(text), vector)

    def _key(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self._embedder, digest_size=_KEY_BYTES).digest()

    def _row(self, command: str, *values: bytes) -> tuple[bytes] | None:
        """The first that the command finds; nothing where the file can't be used."""
        if self._file is None:
            return None
        try:
            row: tuple[bytes] | None = self._file.execute(command, values).fetchone()
            return row
        except sqlite3.Error as problem:
            self._give_up(problem)
            return None

    def _give_up(self, problem: Exception) -> None:
        self._file = None
        found = "%s can't be used (%s), so that what characters know is read anew at each start; "
        _LOG.warning(found + "allow it to be written, or delete it", self._path, problem)
