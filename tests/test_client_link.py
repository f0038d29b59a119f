"""A session that outlives its connections, against servers that are lists of what they say, in time that jumps."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any

import pytest

from npc_engine.bench import audio_time
from npc_engine.client import Away, ConnectionLost, ReceivedAudio, ServerRefused, TakenOver
from npc_engine.client.connection import Connection, Received, Sent
from npc_engine.client.link import Item, Link, backoff
from npc_engine.client.opening import opening
from npc_engine.client.told import Told
from npc_engine.protocol import Error, InputText, Pong, Resume, SessionClosing, SessionOpen, SessionOpened

LOST = ConnectionLost("the cable was pulled")


def opened(**fields: Any) -> SessionOpened:
    return SessionOpened.model_construct(type="session.opened", resume_token="t", **fields)


OPENED, RESUMED = opened(seq=1), opened(resumed=True)


class Wire:
    """Connections in their order: each says its list; an error in it is raised, the end of it is a good one."""

    def __init__(self, *connections: list[Received | Exception]) -> None:
        self.connections = list(connections)
        self.sent: list[list[Sent]] = []
        self.dialled: list[float] = []
        self.got: list[Item] = []
        self.told = Told(opening({"ada": "deadwood"}, world={"place": "bank"}))
        self.link = Link(self.dial, self.told, self.got.append, random.Random(1))

    @asynccontextmanager
    async def dial(self) -> AsyncIterator[Connection]:
        self.dialled.append(asyncio.get_running_loop().time())
        says = self.connections.pop(0)
        if says and isinstance(says[0], ConnectionLost) and len(says) == 1:
            raise says[0]
        self.sent.append([])
        yield _Connection(says, self.sent[-1])

    def opens(self, number: int) -> list[SessionOpen]:
        return [frame for frame in self.sent[number] if isinstance(frame, SessionOpen)]

    def run(self, *before: Callable[[Link], object]) -> None:
        """Until the connections are over; the game does this first."""

        async def live() -> None:
            for step in before:
                step(self.link)
            await self.link.run()

        self.connections.append([TakenOver("over")])
        with pytest.raises(TakenOver):
            audio_time.run(live())


class _Connection:
    def __init__(self, says: list[Received | Exception], sent: list[Sent]) -> None:
        self._says = says
        self._sent = sent

    async def send(self, frame: Sent) -> None:
        self._sent.append(frame)

    async def __aiter__(self) -> AsyncIterator[Received]:
        for item in self._says:
            await asyncio.sleep(0.001)
            if isinstance(item, Exception):
                raise item
            yield item


def test_attempts_come_ever_later_and_at_random() -> None:
    first, *later = islice(backoff(random.Random(1)), 12)
    assert first == 0
    assert all(0 <= delay <= min(0.25 * 2**number, 15) for number, delay in enumerate(later))
    assert later != list(islice(backoff(random.Random(2)), 1, 12))
    assert max(later) > 5


def test_a_lost_connection_is_taken_up_where_it_was_cut() -> None:
    wire = Wire([OPENED, Pong(seq=2), ReceivedAudio(3, 0, bytes(20)), LOST], [RESUMED, Pong(seq=2), Pong(seq=3)])
    wire.run()
    assert wire.opens(1)[0].resume == Resume(token="t", last_seq=2, utterance=3, samples=10)
    assert wire.got == [
        OPENED,
        Pong(seq=2),
        ReceivedAudio(3, 0, bytes(20)),
        Away(str(LOST)),
        RESUMED,
        Pong(seq=3),
        Away("the server closed the session"),
    ]


def test_what_the_server_has_not_had_is_sent_again() -> None:
    wire = Wire([OPENED, Pong(seq=2, ref="a"), LOST], [opened(resumed=True, received="b"), Pong(seq=3)])
    wire.run(*(lambda link, name=name: link.send(InputText(text=name, id=name)) for name in "abc"))
    lines = [[frame.text for frame in frames if isinstance(frame, InputText)] for frames in wire.sent]
    assert lines[:2] == [["a", "b", "c"], ["c"]]


def test_a_session_that_is_gone_is_opened_anew_on_the_same_connection() -> None:
    gone = Error(code="resume_failed", message="gone")
    wire = Wire([OPENED, Pong(seq=2), LOST], [gone, OPENED, Pong(seq=2)])
    wire.run()
    first, second = wire.opens(1)
    assert first.resume
    assert (second.resume, second.story, second.scene.world) == (None, "continue", {"place": "bank"})
    assert wire.got[3:5] == [OPENED, Pong(seq=2)]


def test_a_server_that_stops_is_left_alone_as_long_as_it_wants() -> None:
    wire = Wire([OPENED, SessionClosing(seq=2, reason="stopping", reconnect_after_ms=3000)], [RESUMED])
    wire.run()
    assert 3.0 <= wire.dialled[1] - wire.dialled[0] <= 3.6


def test_a_full_server_is_left_alone_as_long_as_it_wants() -> None:
    full = Error(code="too_many_sessions", message="full", fatal=True, retry_after_ms=2000)
    wire = Wire([OPENED, LOST], [full], [RESUMED])
    wire.run()
    assert 2.0 <= wire.dialled[2] - wire.dialled[1] <= 2.6
    assert [type(item) for item in wire.got[:3]] == [SessionOpened, Away, SessionOpened]


def test_the_game_hears_once_that_it_is_away_however_long_it_takes() -> None:
    wire = Wire([OPENED, LOST], *[[LOST]] * 8, [RESUMED])
    wire.run()
    assert [type(item) for item in wire.got[:3]] == [SessionOpened, Away, SessionOpened]
    pauses = [after - before for before, after in zip(wire.dialled, wire.dialled[1:], strict=False)]
    assert pauses[0] < 0.01
    assert max(pauses) > 1


def test_connections_that_break_at_once_are_not_made_again_without_a_pause() -> None:
    wire = Wire([OPENED, LOST], *[[RESUMED, LOST]] * 8)
    wire.run()
    assert wire.dialled[-1] > 2


@pytest.mark.parametrize("code", ["unauthorised", "protocol_version", "persona_not_found"])
def test_a_refusal_that_stays_one_ends_it(code: Any) -> None:
    wire = Wire([OPENED, LOST], [Error(code=code, message="no", fatal=True)])
    with pytest.raises(ServerRefused, match="no"):
        audio_time.run(wire.link.run())


def test_the_first_refusal_is_told_whatever_it_is() -> None:
    wire = Wire([Error(code="too_many_sessions", message="full", fatal=True)])
    with pytest.raises(ServerRefused, match="full"):
        audio_time.run(wire.link.run())


@pytest.mark.parametrize("says", [[], [LOST], [Pong()]])
def test_without_a_session_to_begin_with_there_is_nothing_to_come_back_to(says: list[Any]) -> None:
    with pytest.raises(ConnectionLost):
        audio_time.run(Wire(says).link.run())
