"""The sessions of one server, which outlive their connections for a while. Knows no socket."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from npc_engine.protocol import AnyServerMessage, SessionClose
from npc_engine.session import Session

Follower = Callable[[AnyServerMessage], None]
"""Is told of each message to one client, in order."""

_log = structlog.get_logger()


class Seat:
    """One session, and the one connection at a time that serves it: the newest. Made by `Seats`."""

    def __init__(self, session: Session, follower: Follower, patience: float) -> None:
        self.session = session
        self.running = asyncio.create_task(session.run())
        """Ends with the session."""
        self._follower = follower
        self._patience = patience
        self._told = 0
        self._free = asyncio.Lock()
        self._claimed = asyncio.Event()
        self._away: asyncio.TimerHandle | None = None
        self._ending = False

    @property
    def is_away(self) -> bool:
        """Whether no connection serves the session."""
        return self._away is not None

    @property
    def ends(self) -> bool:
        """Whether the session is over, or about to be."""
        return self._ending or self.session.close_reason is not None or self.running.done()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[asyncio.Event]:
        """Serve the session, once whoever does so now has let go. Let go when the event is set that is yielded.

        Without a connection time stands still in the session, and after `patience` seconds it ends.
        """
        self._claimed.set()
        self._claimed = claimed = asyncio.Event()
        async with self._free:
            if self._away:
                self._away.cancel()
                self._away = None
                self.session.go_on()
            try:
                yield claimed
            finally:
                if not self.ends:
                    self.session.stand_still()
                    self._away = asyncio.get_running_loop().call_later(self._patience, self.end)

    def tell(self, message: AnyServerMessage) -> bool:
        """A message goes to the client; whether it is the first time."""
        if message.seq is not None and message.seq <= self._told:
            return False
        self._told = message.seq or self._told
        self._follower(message)
        return True

    def end(self) -> None:
        """End the session in good order: what was heard is remembered."""
        self._ending = True
        self.session.receive(SessionClose())


class Seats:
    """All sessions of a server."""

    def __init__(self, most: int, patience: float) -> None:
        """At most so many sessions, each of which waits `patience` seconds for a client that is away."""
        self._most = most
        self._patience = patience
        self._seats: list[Seat] = []

    def __len__(self) -> int:
        return len(self._seats)

    @property
    def present(self) -> list[Seat]:
        """Those that a connection serves."""
        return [seat for seat in self._seats if not seat.is_away]

    @property
    def full(self) -> bool:
        """Whether all sessions that there may be have their players."""
        return len(self.present) >= self._most

    def add(self, session: Session, follower: Follower) -> Seat:
        """Start a session. If there are too many, the oldest of those ends whose players are away."""
        away = [seat for seat in self._seats if seat.is_away]
        if len(self) >= self._most and away:
            away[0].end()
        seat = Seat(session, follower, self._patience)
        self._seats.append(seat)
        seat.running.add_done_callback(lambda running: self._remove(seat))
        return seat

    def find(self, token: str) -> Seat | None:
        """The session with this resume token, unless it ends. Takes as long for every wrong one."""
        given = token.encode()
        found = [seat for seat in self._seats if hmac.compare_digest(seat.session.resume_token.encode(), given)]
        return next((seat for seat in found if not seat.ends), None)

    async def close(self) -> None:
        """End all sessions in good order."""
        for seat in self._seats:
            seat.end()
        await asyncio.gather(*(seat.running for seat in self._seats), return_exceptions=True)

    def _remove(self, seat: Seat) -> None:
        self._seats.remove(seat)
        session, running = seat.session, seat.running
        if not running.cancelled() and (problem := running.exception()):
            _log.error("session failed", session=session.session_id, exc_info=problem)
        _log.info("session ended", session=session.session_id, reason=session.close_reason)
