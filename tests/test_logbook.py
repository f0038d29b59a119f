"""What a session keeps: durable before it is told, and a store that fails ends nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from npc_engine import archive as archives
from npc_engine.archive import Archive
from npc_engine.core.journal import Entry, Spoken
from npc_engine.errors import SaveNotFound, StoreUnusable
from npc_engine.logbook import Logbook
from npc_engine.store import stories
from npc_engine.store.stories import Stories

pytestmark = pytest.mark.anyio

WORLDS = ["deadwood"]


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with archives.opened(tmp_path / "stories.sqlite") as opened:
        assert opened
        yield opened


def lines(*texts: str) -> list[Entry]:
    return [Spoken(actor_id=None, name="Sam", text=text) for text in texts]


def texts(entries: Sequence[Entry]) -> list[str]:
    return [entry.text for entry in entries if isinstance(entry, Spoken)]


def kept(path: Path, player: str = "sam") -> list[str]:
    """What another program finds in the file."""
    found = Stories.open(path)
    try:
        point = found.latest(player, WORLDS)
        return texts(found.entries(point)) if point else []
    finally:
        found.close()


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """Another program is writing."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


async def test_what_is_recorded_is_on_the_disk_once_its_future_is_done(archive: Archive) -> None:
    book = Logbook(archive, "sam", WORLDS)
    first = book.record(lines("a"))
    second = book.record(lines("b", "c"))
    assert first
    assert second
    assert not second.done()
    await first
    await second
    assert kept(archive.path) == ["a", "b", "c"]


async def test_many_sessions_are_written_together_and_apart(archive: Archive) -> None:
    books = [Logbook(archive, f"player-{number}", WORLDS) for number in range(5)]
    for text in "abc":
        for book in books:
            book.record(lines(text))
    for book in books:
        await book.settle()
    assert [kept(archive.path, f"player-{number}") for number in range(5)] == [["a", "b", "c"]] * 5


async def test_a_save_holds_what_was_recorded_before_it(archive: Archive) -> None:
    book = Logbook(archive, "sam", WORLDS)
    book.record(lines("a"))
    save = await book.save("noon")
    book.record(lines("b"))
    later = Logbook(archive, "sam", WORLDS)
    save_id, entries = await later.load(save.upper().replace("-", ""))
    assert (save_id, texts(entries)) == (save, ["a"])
    later.record(lines("elsewhere"))
    await later.take_up()
    later.record(lines("x"))
    await later.settle()
    assert kept(archive.path) == ["a", "x"]


async def test_a_story_goes_on_where_the_player_last_was(archive: Archive) -> None:
    assert await Logbook(archive, "sam", WORLDS).latest() == []
    first = Logbook(archive, "sam", WORLDS)
    first.record(lines("a"))
    await first.settle()
    second = Logbook(archive, "sam", WORLDS)
    assert texts(await second.latest()) == ["a"]
    second.record(lines("b"))
    await second.settle()
    assert kept(archive.path) == ["a", "b"]


async def test_a_store_that_fails_is_told_once_holds_nothing_up_and_catches_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stories, "PATIENCE", 0.0)
    failures = list[StoreUnusable]()
    async with archives.opened(tmp_path / "stories.sqlite") as archive:
        assert archive
        book = Logbook(archive, "sam", WORLDS)
        book.failed = failures.append
        book.record(lines("a"))
        await book.settle()
        async with locked(archive.path):
            told = book.record(lines("b"))
            assert told
            await told
            await book.settle()
            assert book.record(lines("c")) is None
            await book.settle()
            with pytest.raises(StoreUnusable, match="locked"):
                await book.save(None)
        (failure,) = failures
        assert str(archive.path) in str(failure)
        assert str(tmp_path) not in failure.told, "a client has no business with the server's files"
        assert "this server is locked" in failure.told
        book.record(lines("d"))
        await book.settle()
        assert book.record(lines("e")) is not None
        await book.settle()
        assert kept(archive.path) == ["a", "b", "c", "d", "e"]


async def test_a_story_that_could_not_be_begun_after_loading_is_kept_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stories, "PATIENCE", 0.0)
    async with archives.opened(tmp_path / "stories.sqlite") as archive:
        assert archive
        book = Logbook(archive, "sam", WORLDS)
        book.record(lines("a"))
        save = await book.save(None)
        async with locked(archive.path):
            book.record(lines("never to be"))
            await book.load(save)
            await book.take_up()
        book.record(lines("b"))
        await book.settle()
        assert kept(archive.path) == ["a", "b"]


async def test_without_an_archive_nothing_waits_and_saves_are_refused() -> None:
    book = Logbook(None, "sam", WORLDS)
    assert book.record(lines("a")) is None
    await book.settle()
    assert await book.latest() == []
    for wish in (book.save(None), book.load("k7f2-9mqx")):
        with pytest.raises(StoreUnusable, match="keeps no stories"):
            await wish


async def test_an_unknown_save_changes_nothing(archive: Archive) -> None:
    book = Logbook(archive, "sam", WORLDS)
    book.record(lines("a"))
    with pytest.raises(SaveNotFound):
        await book.load("aaaa-aaaa")
    book.record(lines("b"))
    await book.settle()
    assert kept(archive.path) == ["a", "b"]


async def test_what_was_given_is_written_before_an_archive_stops(tmp_path: Path) -> None:
    async with archives.opened(tmp_path / "stories.sqlite") as archive:
        assert archive
        branch = await archive.call(lambda stories: stories.begin("sam", WORLDS))
        waiting = asyncio.create_task(archive.append(branch, lines("a")))
        await asyncio.sleep(0)
    await waiting
    assert kept(tmp_path / "stories.sqlite") == ["a"]
