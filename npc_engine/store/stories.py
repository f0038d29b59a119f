"""All stories of all players: an append-only log of entries in SQLite, as branches of which none is ever changed.

A branch holds the entries of one session, and begins at some point of another branch or from nothing; an entry's
parent is the entry at the place before it. A save is the name of a point. Whoever loads one begins a branch there, and
so does whoever goes on after a restart: each session writes to a branch of its own, and two never meet.

What `append`, `save` and the like return from is on the disk. Calls come from one thread at a time. Several programs
may use the same file.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from npc_engine.core.journal import ENTRIES, Entry
from npc_engine.errors import SaveNotFound, SaveOfAnother
from npc_engine.store import failures
from npc_engine.store.ids import nearest, new_id, read_id

VERSION = 1
"""Of the tables below, kept in the file as SQLite's `user_version`."""
PATIENCE = 5.0
"""Seconds to wait for another program that is writing."""
_TABLES = (
    """CREATE TABLE branches (
        number INTEGER PRIMARY KEY, player TEXT NOT NULL, worlds TEXT NOT NULL, made REAL NOT NULL,
        parent INTEGER REFERENCES branches, since INTEGER NOT NULL
    )""",
    "CREATE INDEX branches_of ON branches (player, worlds)",
    """CREATE TABLE entries (
        branch INTEGER NOT NULL REFERENCES branches, place INTEGER NOT NULL, written REAL NOT NULL,
        entry TEXT NOT NULL, PRIMARY KEY (branch, place)
    ) WITHOUT ROWID""",
    """CREATE TABLE saves (
        id TEXT PRIMARY KEY, branch INTEGER NOT NULL REFERENCES branches, length INTEGER NOT NULL, label TEXT,
        made REAL NOT NULL
    ) WITHOUT ROWID""",
)
_LENGTH = """
SELECT coalesce((SELECT max(place) + 1 FROM entries WHERE branch = number), since) FROM branches WHERE number = ?
"""
_ENTRIES = """
WITH RECURSIVE line (branch, until) AS (
    SELECT ?, ?
    UNION ALL
    SELECT parent, min(since, until) FROM line JOIN branches ON number = branch WHERE parent IS NOT NULL
)
SELECT entry FROM line JOIN entries USING (branch) WHERE place < until ORDER BY place
"""
"""Those of a branch up to a length: its own, and of each branch before it those up to where the next one began."""
_LATEST = f"""
SELECT number, ({_LENGTH.replace("?", "latest.number")}) AS length FROM branches AS latest
WHERE player = ? AND worlds = ? AND length > 0 ORDER BY number DESC LIMIT 1
"""
_SAVES = "SELECT id, branch, length, label, saves.made, player, worlds FROM saves JOIN branches ON number = branch"


@dataclass(frozen=True)
class Branch:
    """Where one session writes."""

    number: int
    player: str
    worlds: tuple[str, ...]
    """Their names, sorted."""
    made: float
    """Seconds since 1970."""
    parent: int | None = None
    """Number of the branch that it goes on with; None if it begins from nothing."""
    since: int = 0
    """How many entries it has of its parent."""


@dataclass(frozen=True)
class Point:
    """A moment of a story."""

    branch: int
    length: int
    """Entries of the branch until then, those of its parents included."""


@dataclass(frozen=True)
class Save:
    """A point that has a name."""

    save_id: str
    point: Point
    label: str | None
    made: float
    """Seconds since 1970."""
    player: str
    worlds: tuple[str, ...]


class Stories:
    """The file that holds them. Every method raises `StoreUnusable`, and leaves what is kept as it was then."""

    def __init__(self, path: Path, connection: sqlite3.Connection, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._connection = connection
        self._clock = clock

    @classmethod
    def open(cls, path: Path, clock: Callable[[], float] = time.time) -> Stories:
        """Open the file and look whether it is whole; make it, and its folder, if there is none.

        Raises `StoreUnusable`; `StoreDamaged` if it is not whole.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        except OSError as problem:
            raise failures.unreachable(path, problem) from problem
        except sqlite3.Error as problem:
            raise failures.explained(problem, path) from problem
        stories = cls(path, connection, clock)
        try:
            stories._prepare()
        except BaseException:
            stories.close()
            raise
        return stories

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def begin(self, player: str, worlds: Iterable[str], since: Point | None = None) -> Branch:
        """A branch that goes on from a point, or from nothing, for this player in the worlds of these names."""
        worlds, made = _sorted(worlds), self._clock()
        parent, length = (since.branch, since.length) if since else (None, 0)
        with self._writing() as connection:
            number = connection.execute(
                "INSERT INTO branches (player, worlds, made, parent, since) VALUES (?, ?, ?, ?, ?)",
                (player, _as_json(worlds), made, parent, length),
            ).lastrowid
        assert number is not None
        return Branch(number, player, worlds, made, parent, length)

    def append(self, writes: Iterable[tuple[Branch, Sequence[Entry]]]) -> None:
        """Let all this have happened in these branches, or nothing of it."""
        with self._writing() as connection:
            for branch, entries in writes:
                places = enumerate(entries, self._end(branch).length)
                rows = [(branch.number, place, self._clock(), entry.model_dump_json()) for place, entry in places]
                connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)

    def entries(self, of: Branch | Point) -> list[Entry]:
        """All that has happened in a branch until now, or until a point of it, from the very beginning."""
        with self._reading() as connection:
            point = of if isinstance(of, Point) else self._end(of)
            rows = connection.execute(_ENTRIES, (point.branch, point.length))
            try:
                return [ENTRIES.validate_json(entry) for (entry,) in rows]
            except ValidationError as problem:
                first = problem.errors(include_url=False)[0]
                raise failures.damaged(self.path, f"an entry that can't be read: {first['msg']}") from problem

    def save(self, branch: Branch, label: str | None = None) -> str:
        """Give the point where a branch is now an id."""
        with self._writing() as connection:
            point, save_id = self._end(branch), new_id()
            while self._saves(" WHERE id = ?", save_id):
                save_id = new_id()
            row = (save_id, point.branch, point.length, label, self._clock())
            connection.execute("INSERT INTO saves VALUES (?, ?, ?, ?, ?)", row)
        return save_id

    def load(self, save_id: str, player: str, worlds: Iterable[str]) -> Save:
        """A save that this player may go on from in these worlds, with `begin`.

        Raises `SaveNotFound`, and `SaveOfAnother` for a save of another player or of other worlds.
        """
        worlds = _sorted(worlds)
        try:
            save = self.find(save_id)
        except SaveNotFound:
            own = [save.save_id for save in self.saves() if (save.player, save.worlds) == (player, worlds)]
            raise _unknown(save_id, own) from None
        _check_owner(save, player, worlds)
        return save

    def latest(self, player: str, worlds: Iterable[str]) -> Point | None:
        """Where this player last was in these worlds; None if nothing has happened there."""
        with self._reading() as connection:
            latest = connection.execute(_LATEST, (player, _as_json(_sorted(worlds)))).fetchone()
        return Point(*latest) if latest else None

    def saves(self) -> list[Save]:
        """Those of all players, oldest first."""
        with self._reading():
            return sorted(self._saves(), key=lambda save: (save.made, save.save_id))

    def find(self, save_id: str) -> Save:
        """A save of any player. Raises `SaveNotFound`."""
        with self._reading():
            found = self._saves(" WHERE id = ?", read_id(save_id))
        if not found:
            raise _unknown(save_id, [save.save_id for save in self.saves()])
        return found[0]

    def count(self) -> tuple[int, int]:
        """How many branches and entries there are."""
        with self._reading() as connection:
            ((branches, entries),) = connection.execute(
                "SELECT (SELECT count(*) FROM branches), (SELECT count(*) FROM entries)"
            )
            return branches, entries

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; whatever goes wrong in it undoes it."""
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # SQLite has ended it by itself when the disk is full
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection
        except sqlite3.Error as problem:
            raise failures.explained(problem, self.path) from problem

    def _prepare(self) -> None:
        """See that the file is whole and has its tables."""
        with self._reading() as connection:
            ((version,),) = connection.execute("PRAGMA user_version")
            if version > VERSION:
                raise failures.newer(self.path, version, VERSION)
            ((found,),) = connection.execute("PRAGMA quick_check(1)")
            if found != "ok":
                raise failures.damaged(self.path, found)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        if version == 0:
            self._make_tables()

    def _make_tables(self) -> None:
        with self._writing() as connection:
            # Only now can no other program be about to do the same.
            ((version,),) = connection.execute("PRAGMA user_version")
            for statement in (*_TABLES, f"PRAGMA user_version = {VERSION}") if version == 0 else ():
                connection.execute(statement)

    def _end(self, branch: Branch) -> Point:
        ((length,),) = self._connection.execute(_LENGTH, (branch.number,))
        return Point(branch.number, length)

    def _saves(self, where: str = "", *arguments: str) -> list[Save]:
        rows = self._connection.execute(_SAVES + where, arguments)
        return [
            Save(save_id, Point(branch, length), label, made, player, tuple(json.loads(worlds)))
            for save_id, branch, length, label, made, player, worlds in rows
        ]


def set_aside(path: Path, clock: Callable[[], datetime] = datetime.now) -> Path:
    """Give a damaged file, with what SQLite keeps beside it, a name that says so; return that. Raises `OSError`."""
    aside = path.with_name(f"{path.stem}.damaged-{clock():%Y%m%d-%H%M%S}{path.suffix}")
    path.rename(aside)
    for tail in ("-wal", "-shm"):
        beside = path.with_name(path.name + tail)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + tail))
    return aside


def _check_owner(save: Save, player: str, worlds: tuple[str, ...]) -> None:
    if save.player != player:
        raise SaveOfAnother(
            f"the save {save.save_id} is of the player '{save.player}', and '{player}' plays here;"
            " load it in a session of that player"
        )
    if save.worlds != worlds:
        raise SaveOfAnother(
            f"the save {save.save_id} is of the world {_listed(save.worlds)}, and this session is in {_listed(worlds)};"
            " open a session with characters of that world"
        )


def _unknown(save_id: str, known: Sequence[str]) -> SaveNotFound:
    near = nearest(save_id, known)
    guess = f"did you mean {near}?" if near else "npc-engine saves list shows those that there are"
    return SaveNotFound(f"there is no save '{save_id[:40]}'; {guess}")


def _listed(worlds: tuple[str, ...]) -> str:
    return ", ".join(f"'{world}'" for world in worlds) or "none"


def _sorted(worlds: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(worlds)))


def _as_json(worlds: tuple[str, ...]) -> str:
    return json.dumps(worlds, ensure_ascii=False)
