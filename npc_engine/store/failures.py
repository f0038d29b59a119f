"""What SQLite's errors mean for who runs a server, and the way out of each."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from npc_engine.errors import StoreDamaged, StoreUnusable

SET_ASIDE = "npc-engine saves set-aside"
"""The command that puts a damaged file away and lets a new one begin."""
_ELSEWHERE = "let `store: {path: ...}` in the configuration, or --store, name another file; `off` keeps nothing"
_WAYS_OUT = {
    sqlite3.SQLITE_BUSY: f"is locked by another program; close that, or {_ELSEWHERE}",
    sqlite3.SQLITE_LOCKED: f"is locked by another program; close that, or {_ELSEWHERE}",
    sqlite3.SQLITE_FULL: "can't grow, because its disk is full; make room: what was not kept will be kept then",
    sqlite3.SQLITE_READONLY: f"may not be written to; allow it, or {_ELSEWHERE}",
    sqlite3.SQLITE_CANTOPEN: f"can't be opened; see that its folder is one and may be written to, or {_ELSEWHERE}",
    sqlite3.SQLITE_PERM: f"may not be opened; allow it, or {_ELSEWHERE}",
}
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


_FOR_CLIENTS = "the stories' file of this server"


def explained(problem: sqlite3.Error, path: Path) -> StoreUnusable:
    """The error to show for what SQLite said about the file `path`."""
    # The lowest byte is the kind, the others are details of it; mistakes in the use of the library have none.
    kind = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    if kind in _DAMAGED:
        return damaged(path, str(problem))
    return _unusable(path, _WAYS_OUT.get(kind, f"can't be used ({problem}); check its disk, or {_ELSEWHERE}"))


def unreachable(path: Path, problem: OSError) -> StoreUnusable:
    """The error where the folder of the file can't be made."""
    return StoreUnusable(f"the folder of {path} can't be made ({problem.strerror}); allow it, or {_ELSEWHERE}")


def damaged(path: Path, found: str) -> StoreDamaged:
    """The error for a file that holds something else than it should."""
    way_out = f"is damaged ({found}); to keep it under another name and begin a new one: {SET_ASIDE}"
    return StoreDamaged(f"the stories' file {path} {way_out}", f"{_FOR_CLIENTS} {way_out}")


def newer(path: Path, version: int, known: int) -> StoreUnusable:
    """The error for a file that a later version of this program has written."""
    found = f"was written by a newer npc-engine (its version is {version}, this one reads {known})"
    return _unusable(path, f"{found}; update npc-engine, or {_ELSEWHERE}")


def _unusable(path: Path, way_out: str) -> StoreUnusable:
    return StoreUnusable(f"the stories' file {path} {way_out}", f"{_FOR_CLIENTS} {way_out}")
