"""What one session keeps: its entries in order, saves, and the way back to one. Decides nothing.

A store that fails ends nothing. What could not be kept waits, and is tried again together with what comes next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

from npc_engine.archive import Archive
from npc_engine.core.journal import Entry
from npc_engine.errors import StoreUnusable
from npc_engine.persona.model import Persona
from npc_engine.protocol import SessionOpen
from npc_engine.store.stories import Branch, Point

NO_ARCHIVE = "this server keeps no stories; `store:` in its configuration says where to"


class Logbook:
    """The story of one session, as far as it is kept; without an archive, not at all. Used on one event loop."""

    def __init__(self, archive: Archive | None, player: str, worlds: Sequence[str]) -> None:
        self.failed: Callable[[StoreUnusable], None] = lambda problem: None
        """Is told why entries can't be kept; once, until they can be again."""
        self._archive = archive
        self._player = player
        self._worlds = worlds
        self._failing = False
        self._branch: Branch | None = None
        self._since: Point | None = None
        self._fetched: Point | None = None
        self._unkept: list[Entry] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._writing: asyncio.Task[None] | None = None

    def record(self, entries: Sequence[Entry]) -> asyncio.Future[None] | None:
        """Keep these entries. What comes back is done when they are on the disk, or known not to be.

        None when nobody should wait for that: without an archive, and while it fails.
        """
        if self._archive is None:
            return None
        self._unkept += entries
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(self._archive))
        if self._failing:
            return None
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(kept)
        return kept

    async def settle(self) -> None:
        """Wait until all entries are on the disk, or known not to be."""
        if self._writing:
            await self._writing

    async def save(self, label: str | None) -> str:
        """Give the present point an id. Raises `StoreUnusable`."""
        archive = self._present()
        await self.settle()
        await self._keep(archive)
        branch = await self._begun(archive)
        return await archive.call(lambda stories: stories.save(branch, label))

    async def load(self, save_id: str) -> tuple[str, list[Entry]]:
        """A save's id, well written, and what has happened until then; `take_up` goes on there.

        Raises as `Stories.load` does.
        """
        archive = self._present()
        save = await archive.call(lambda stories: stories.load(save_id, self._player, self._worlds))
        self._fetched = save.point
        return save.save_id, await archive.call(lambda stories: stories.entries(save.point))

    async def latest(self) -> list[Entry]:
        """What has happened until the player was last here; the story goes on there. Nothing without an archive.

        Raises `StoreUnusable`.
        """
        archive = self._archive
        if archive is None:
            return []
        self._since = point = await archive.call(lambda stories: stories.latest(self._player, self._worlds))
        return await archive.call(lambda stories: stories.entries(point)) if point else []

    async def take_up(self) -> None:
        """Go on from where the entries end that were fetched last."""
        archive = self._present()
        await self.settle()
        self._unkept.clear()  # what could not be kept of a story that is left
        self._branch, self._since = None, self._fetched
        try:
            await self._begun(archive)
        except StoreUnusable as problem:
            self._fail(problem)

    def _present(self) -> Archive:
        if self._archive is None:
            raise StoreUnusable(NO_ARCHIVE)
        return self._archive

    async def _write(self, archive: Archive) -> None:
        problem, waiting = None, list[asyncio.Future[None]]()
        try:
            while self._unkept:
                waiting, self._waiting = self._waiting, []
                await self._keep(archive)
                _release(waiting)
        except StoreUnusable as failed:
            problem = failed
        finally:
            # Nobody waits for a store that fails, whatever the reason.
            _release([*waiting, *self._waiting])
            self._waiting = []
        if problem:
            self._fail(problem)
        else:
            self._failing = False

    def _fail(self, problem: StoreUnusable) -> None:
        if not self._failing:
            self.failed(problem)
        self._failing = True

    async def _keep(self, archive: Archive) -> None:
        """Write all that waits. What fails goes on waiting."""
        if entries := list(self._unkept):
            await archive.append(await self._begun(archive), entries)
            del self._unkept[: len(entries)]

    async def _begun(self, archive: Archive) -> Branch:
        """The branch of this session, which begins with the first entry."""
        if self._branch is None:
            since = self._since
            self._branch = await archive.call(lambda stories: stories.begin(self._player, self._worlds, since))
        return self._branch


def _release(waiting: Iterable[asyncio.Future[None]]) -> None:
    for kept in waiting:
        if not kept.done():
            kept.set_result(None)


async def begun(
    archive: Archive | None, opened: SessionOpen, personas: Mapping[str, Persona]
) -> tuple[Logbook, list[Entry]]:
    """The logbook of a session that is being opened, and what has happened in its story so far.

    Raises `StoreUnusable` when a story is to go on that can't be read.
    """
    logbook = Logbook(archive, opened.player.id, _worlds(opened, personas))
    return logbook, await logbook.latest() if opened.story == "continue" else []


def _worlds(opened: SessionOpen, personas: Mapping[str, Persona]) -> list[str]:
    """What tells the worlds of a scene from others. A character without one is a world of its own."""
    roles = {each.persona: personas[each.persona] for each in opened.scene.characters}
    return [next(iter(role.setting.name.values())) if role.world else name for name, role in roles.items()]
