"""Look at the file that keeps stories: what saves there are, and what happened until one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from npc_engine.config import kept_in, load_config
from npc_engine.core.journal import Entry, Spoken
from npc_engine.core.story import Story
from npc_engine.errors import StoreDamaged, StoreUnusable
from npc_engine.store import stories
from npc_engine.store.stories import Save, Stories

LAST = 10
"""Lines of a story that are shown."""
_WIDE = 200
"""Columns of a table that no terminal shows."""


def file(config: Path | None, store: str | None) -> Path:
    """The file that a server with these settings uses, which exists. Raises `NpcEngineError`."""
    path = kept_in(load_config(config), store).stories
    if path is None:
        raise StoreUnusable("no stories are kept here: `store` is `off`")
    if not path.exists():
        raise StoreUnusable(f"no story was kept yet: there is no {path}")
    return path


def show_all(path: Path) -> None:
    """A table of all saves. Raises `StoreUnusable`."""
    table = Table("id", "made", "player", "worlds", "entries", "label", box=None)
    with _opened(path) as kept:
        for save in kept.saves():
            texts = (save.player, ", ".join(save.worlds), str(save.point.length), save.label or "")
            table.add_row(save.save_id, _date(save), *(Text(text) for text in texts))
    piped = not Console().is_terminal
    Console(highlight=False, width=_WIDE if piped else None).print(table)


def show(path: Path, save_id: str) -> None:
    """Whose save it is, and the last lines before it. Raises `StoreUnusable` and `SaveNotFound`."""
    save, entries = _read(path, save_id)
    told = Story.of(entries).lines
    print(f"{save.save_id} {save.label or ''}".strip())
    print(f"made {_date(save)}, player {save.player}, in {', '.join(save.worlds)}; {len(entries)} entries")
    for line in told[-LAST:]:
        print(_said(line))


def export(path: Path, save_id: str) -> None:
    """All entries as JSON, one a line. Raises `StoreUnusable` and `SaveNotFound`."""
    for entry in _read(path, save_id)[1]:
        print(entry.model_dump_json())


def put_aside(path: Path) -> None:
    """Give a damaged file another name. Raises `StoreUnusable`, also for one that is whole."""
    try:
        Stories.open(path).close()
    except StoreDamaged:
        try:
            print(f"kept as {stories.set_aside(path)}; the next server begins a new file")
        except OSError as problem:
            raise StoreUnusable(f"{path} can't be renamed ({problem.strerror}); stop the server first") from problem
    else:
        raise StoreUnusable(f"{path} is whole: there is nothing to put aside")


@contextmanager
def _opened(path: Path) -> Iterator[Stories]:
    kept = Stories.open(path)
    try:
        yield kept
    finally:
        kept.close()


def _read(path: Path, save_id: str) -> tuple[Save, list[Entry]]:
    with _opened(path) as kept:
        save = kept.find(save_id)
        return save, kept.entries(save.point)


def _said(line: Spoken) -> str:
    return f"({line.text})" if line.is_event else f"{line.name}: {line.text}"


def _date(save: Save) -> str:
    return f"{datetime.fromtimestamp(save.made):%Y-%m-%d %H:%M}"
