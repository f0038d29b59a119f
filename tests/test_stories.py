"""Stories in a file: what is kept, how branches and saves go together, and what each trouble says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from npc_engine.core.journal import Entry, QuestMoved, Spoken, ValuesSet
from npc_engine.core.story import Story
from npc_engine.errors import SaveNotFound, SaveOfAnother, StoreDamaged, StoreUnusable
from npc_engine.store import ids, stories
from npc_engine.store.stories import Branch, Point, Stories, set_aside

WORLDS = ("deadwood",)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "stories.sqlite"


@contextmanager
def opening(path: Path) -> Iterator[Stories]:
    opened = Stories.open(path)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def kept(path: Path) -> Iterator[Stories]:
    """Stories in a new file."""
    with opening(path) as opened:
        yield opened


def lines(*texts: str) -> list[Entry]:
    return [Spoken(actor_id=None, name="Sam", text=text) for text in texts]


def texts(entries: Iterable[Entry]) -> list[str]:
    return [entry.text for entry in entries if isinstance(entry, Spoken)]


def begun(kept: Stories, *said: str, player: str = "sam", worlds: tuple[str, ...] = WORLDS) -> Branch:
    """A new branch in which this was said."""
    branch = kept.begin(player, worlds)
    kept.append([(branch, lines(*said))])
    return branch


def test_what_was_appended_is_there_when_the_file_is_opened_again(path: Path) -> None:
    entries = [*lines("Hello?"), ValuesSet(values={"safe.open": True, "bag": ["key"]}), QuestMoved(quest="q", beats={})]
    with opening(path) as kept:
        branch = kept.begin("sam", WORLDS)
        kept.append([(branch, entries[:1])])
        kept.append([(branch, entries[1:])])
    with opening(path) as kept:
        assert kept.entries(branch) == entries
        assert kept.count() == (1, 3)


def test_several_branches_are_written_at_once_and_do_not_mix(kept: Stories) -> None:
    one, other = kept.begin("sam", WORLDS), kept.begin("kim", ("nova", "arden", "nova"))
    kept.append([(one, lines("a")), (other, lines("b")), (one, lines("c", "d"))])
    assert texts(kept.entries(one)) == ["a", "c", "d"]
    assert texts(kept.entries(other)) == ["b"]
    assert other.worlds == ("arden", "nova")


def gone_on(kept: Stories, save_id: str) -> tuple[Branch, list[str]]:
    """A branch of Sam's that goes on from a save, and what was said in it before."""
    branch = kept.begin("sam", WORLDS, kept.load(save_id, "sam", WORLDS).point)
    return branch, texts(kept.entries(branch))


def test_loading_a_save_begins_a_branch_there_and_the_old_one_stays(kept: Stories) -> None:
    first = begun(kept, "a", "b")
    save = kept.save(first, "before the bank")
    kept.append([(first, lines("c"))])
    second, before = gone_on(kept, save)
    assert before == ["a", "b"]
    kept.append([(second, lines("x"))])
    assert texts(kept.entries(second)) == ["a", "b", "x"]
    assert texts(kept.entries(first)) == ["a", "b", "c"]
    assert texts(kept.entries(kept.find(save).point)) == ["a", "b"]
    assert (second.parent, second.since) == (first.number, 2)
    assert [(each.save_id, each.label, each.player) for each in kept.saves()] == [(save, "before the bank", "sam")]


def test_a_save_of_a_point_before_its_branch_began_is_loaded(kept: Stories) -> None:
    first = begun(kept, "a", "b")
    second, _ = gone_on(kept, kept.save(first))
    save = kept.save(second)
    kept.append([(second, lines("c"))])
    third, _ = gone_on(kept, save)
    kept.append([(third, lines("d"))])
    assert texts(kept.entries(third)) == ["a", "b", "d"]


def test_a_save_of_nothing_yet_is_loaded(kept: Stories) -> None:
    save = kept.save(kept.begin("sam", WORLDS))
    assert gone_on(kept, save)[1] == []


def test_the_latest_point_is_where_the_player_last_was_in_these_worlds(kept: Stories) -> None:
    assert kept.latest("sam", WORLDS) is None
    early = begun(kept, "a")
    begun(kept, "elsewhere", worlds=("nova",))
    begun(kept, "somebody", player="kim")
    late = begun(kept, "b", "c")
    kept.begin("sam", WORLDS)  # left before anything happened
    assert kept.latest("sam", WORLDS) == Point(late.number, 2)
    loaded, _ = gone_on(kept, kept.save(early))
    assert kept.latest("sam", WORLDS) == Point(loaded.number, 1)


def test_a_save_of_another_player_or_world_is_refused_and_says_which(kept: Stories) -> None:
    save = kept.save(begun(kept, "a"))
    with pytest.raises(SaveOfAnother, match=r"of the player 'sam'.*'kim' plays here"):
        kept.load(save, "kim", WORLDS)
    with pytest.raises(SaveOfAnother, match=r"of the world 'deadwood'.*in 'arden', 'nova'"):
        kept.load(save, "sam", ("nova", "arden"))
    assert kept.count() == (1, 1)


def test_ids_are_read_as_people_type_them(kept: Stories) -> None:
    save = kept.save(begun(kept, "a"))
    typed = save.replace("-", " ").upper().replace("0", "o").replace("1", "L")
    assert kept.find(typed).save_id == save
    assert len(save) == 9
    assert set(save) <= {*ids.ALPHABET, "-"}


def test_an_unknown_id_names_the_nearest_of_the_players_own(kept: Stories, monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter(["k7f2-9mqx", "k7f2-9mqy", "k7f2-9mqy", "aaaa-bbbb"])
    monkeypatch.setattr(stories, "new_id", lambda: next(given))
    kept.save(begun(kept, "a"))
    kept.save(begun(kept, "b", player="kim"))
    assert kept.save(begun(kept, "c")) == "aaaa-bbbb"  # an id that is taken is drawn again
    with pytest.raises(SaveNotFound, match="did you mean k7f2-9mqx"):
        kept.load("k7f2-9mqz", "sam", WORLDS)
    with pytest.raises(SaveNotFound, match="no save 'zzzz'; npc-engine saves list"):
        kept.find("zzzz")


def test_a_write_that_fails_changes_nothing_and_works_again_later(kept: Stories) -> None:
    branch = begun(kept, "a")
    pages = kept._connection.execute("PRAGMA page_count").fetchone()[0]
    kept._connection.execute(f"PRAGMA max_page_count = {pages}")  # as a full disk
    with pytest.raises(StoreUnusable, match="disk is full; make room"):
        kept.append([(branch, lines("b")), (branch, lines("x" * 9000))])
    assert texts(kept.entries(branch)) == ["a"]
    kept._connection.execute("PRAGMA max_page_count = 1000")
    kept.append([(branch, lines("b"))])
    assert texts(kept.entries(branch)) == ["a", "b"]


def test_another_program_that_keeps_it_locked_is_named(
    kept: Stories, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stories, "PATIENCE", 0.0)
    branch = begun(kept, "a")
    other = sqlite3.connect(path, isolation_level=None)
    with opening(path) as impatient:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnusable, match="locked by another program; close that, or let `store:"):
            impatient.append([(branch, lines("b"))])
        other.execute("ROLLBACK")
        impatient.append([(branch, lines("c"))])
    other.close()
    assert texts(kept.entries(branch)) == ["a", "c"]


def test_a_file_that_may_not_be_written_says_so(kept: Stories) -> None:
    kept._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreUnusable, match="may not be written to; allow it"):
        kept.begin("sam", WORLDS)


def test_a_place_where_no_file_can_be_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnusable, match=r"folder .*can't be made"):
        Stories.open(tmp_path / "file" / "stories.sqlite")
    with pytest.raises(StoreUnusable, match="can't be opened"):
        Stories.open(tmp_path)


def test_a_mistake_of_ours_is_no_damage(kept: Stories) -> None:
    kept.close()
    with pytest.raises(StoreUnusable, match=r"can't be used \(.*closed"):
        kept.saves()


@pytest.mark.parametrize("content", [b"not a database " * 100, None])
def test_a_damaged_file_names_the_command_that_puts_it_aside(path: Path, content: bytes | None) -> None:
    with opening(path) as kept:
        begun(kept, *("word " * 50 for _ in range(200)))
    if content:
        path.write_bytes(content)
    else:
        whole = bytearray(path.read_bytes())
        whole[8192:16384] = bytes(8192)
        path.write_bytes(whole)
    with pytest.raises(StoreDamaged, match="npc-engine saves set-aside"):
        Stories.open(path)


def test_a_damaged_file_is_kept_under_a_name_that_says_so(path: Path) -> None:
    path.parent.mkdir()
    for tail in ("", "-wal"):
        path.with_name(path.name + tail).write_text("broken")
    aside = set_aside(path, lambda: datetime(2026, 11, 25, 21, 3))
    assert aside.name == "stories.damaged-20261125-210300.sqlite"
    assert sorted(file.name for file in path.parent.iterdir()) == [aside.name, aside.name + "-wal"]
    with opening(path) as kept:
        assert kept.count() == (0, 0)


def test_a_newer_file_is_left_alone(path: Path) -> None:
    with opening(path) as kept:
        kept._connection.execute(f"PRAGMA user_version = {stories.VERSION + 1}")
    with pytest.raises(StoreUnusable, match=r"newer npc-engine .*version is 2, this one reads 1.*update npc-engine"):
        Stories.open(path)


def test_an_entry_that_means_nothing_is_damage(kept: Stories) -> None:
    branch = begun(kept, "a")
    kept._connection.execute('UPDATE entries SET entry = \'{"kind": "dreamt"}\'')
    with pytest.raises(StoreDamaged, match="an entry that can't be read"):
        kept.entries(branch)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=some.lists(some.one_of(some.just("say"), some.just("save"), some.integers(0, 9)), max_size=30))
def test_whatever_is_said_saved_and_loaded_each_branch_tells_its_own_story(kept: Stories, steps: list[object]) -> None:
    branch, said = kept.begin("sam", WORLDS), list[str]()
    saves = list[tuple[str, list[str]]]()
    for number, step in enumerate(steps):
        if step == "say":
            kept.append([(branch, lines(str(number)))])
            said = [*said, str(number)]
        elif step == "save":
            saves.append((kept.save(branch), said))
        elif isinstance(step, int) and saves:
            save, said = saves[step % len(saves)]
            branch, before = gone_on(kept, save)
            assert before == said
    assert Story.of(kept.entries(branch)) == Story.of(lines(*said))
    assert all(texts(kept.entries(kept.find(save).point)) == then for save, then in saves)
