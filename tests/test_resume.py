"""A dropped connection loses nothing: the session waits, sends again what was missed, and goes on."""

from __future__ import annotations

import asyncio
import random
from itertools import pairwise
from typing import Any

import pytest
from serving import Client, Running, scripted_engines, serving
from websockets.exceptions import ConnectionClosed

from npc_engine.config import Config, Limits

pytestmark = pytest.mark.anyio

STORY = "Once upon a time there was a town by a river, and nobody in it had ever seen the sea. " * 3
TEXT = {"output": {"encoding": "none"}}


class Player:
    """A game whose connection is not to be relied on: it keeps all that ever came, over whatever connection."""

    def __init__(self, running: Running, **opening: Any) -> None:
        self.running = running
        self.opening = opening
        self.messages: list[dict[str, Any]] = []
        self.samples: dict[int, list[tuple[int, int]]] = {}
        """First sample and end of each piece of audio that came, by utterance."""
        self.token = ""
        self.client: Client | None = None
        self._stack: Any = None

    async def __aenter__(self) -> Player:
        await self._connect()
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self._stack.__aexit__(None, None, None)

    async def _connect(self, **fields: Any) -> dict[str, Any]:
        self._stack = self.running.client()
        self.client = await self._stack.__aenter__()
        answer = await self.client.open(**self.opening, **fields)
        if answer["type"] == "session.opened":
            self.token = answer["resume_token"]
            if "seq" in answer:
                self.messages.append(answer)
        return answer

    @property
    def last_seq(self) -> int:
        return int(self.messages[-1]["seq"])

    async def resume(self) -> dict[str, Any]:
        """Come back over a new connection."""
        self._collect()
        spoken = (
            {"utterance": max(self.samples), "samples": self.samples[max(self.samples)][-1][1]} if self.samples else {}
        )
        return await self._connect(resume={"token": self.token, "last_seq": self.last_seq, **spoken})

    async def lose(self) -> None:
        """The connection breaks; what had come by then has come."""
        assert self.client
        self.client.drop()
        await self._stack.__aexit__(None, None, None)

    async def receive(self) -> dict[str, Any]:
        assert self.client
        message = await self.client.receive()
        self.messages.append(message)
        self._collect()
        return message

    async def until(self, type_: str) -> dict[str, Any]:
        while (message := await self.receive())["type"] != type_:
            pass
        return message

    def _collect(self) -> None:
        assert self.client
        for utterance, frames in self.client.audio.items():
            self.samples.setdefault(utterance, []).extend((first, first + len(pcm) // 2) for first, pcm in frames)
        self.client.audio.clear()

    def assert_complete(self) -> None:
        """Nothing is missing and nothing came twice."""
        assert [message["seq"] for message in self.messages] == list(range(1, len(self.messages) + 1))
        for pieces in self.samples.values():
            assert pieces[0][0] == 0
            assert all(end == first for (_, end), (first, _) in pairwise(pieces))


async def test_what_was_missed_comes_again_and_the_conversation_goes_on() -> None:
    async with serving() as running, Player(running, audio=TEXT) as player:
        assert player.client
        await player.client.send("input.text", text="Hello?")
        await player.until("turn.started")
        await player.lose()
        opened = await player.resume()
        assert (opened["type"], opened["resumed"], opened["resume_token"]) == ("session.opened", True, player.token)
        assert "seq" not in opened
        await player.until("turn.completed")
        await player.client.send("input.text", text="And now?")
        await player.until("turn.completed")
        player.assert_complete()
        assert "npc_sessions 1.0" in (await running.get("/metrics"))[1]
        assert "npc_turns_total 2.0" in (await running.get("/metrics"))[1]


async def test_a_client_that_comes_back_is_told_which_of_its_messages_arrived() -> None:
    async with serving() as running, Player(running, audio=TEXT) as player:
        assert player.client
        await player.lose()
        assert "received" not in await player.resume()
        await player.client.send("world.set", id="m1", values={"place": "bank"})
        await player.client.send("ping", id="m2")
        await player.client.send("ping")
        await player.until("pong")
        await player.until("pong")
        await player.lose()
        assert (await player.resume())["received"] == "m2"


async def test_speech_goes_on_where_it_was_cut_and_no_sample_is_missing_or_comes_twice() -> None:
    engines = scripted_engines(replies={"Hello?": "Welcome, traveller. What brings you to our little town today?"})
    async with serving(engines=engines) as running, Player(running) as player:
        assert player.client
        await player.client.send("input.text", text="Hello?")
        await player.until("utterance.cues")
        await player.lose()
        await player.resume()
        utterance = 1
        await player.client.send("playback.report", utterance=utterance, samples=2**31, state="done")
        completed = await player.until("utterance.completed")
        assert completed["reason"] == "done"
        await player.until("turn.completed")
        player.assert_complete()
        rate = next(message["rate"] for message in player.messages if message["type"] == "utterance.started")
        assert player.samples[1][-1][1] == pytest.approx(completed["duration_ms"] * rate / 1000, abs=rate / 1000)


async def test_time_stands_still_while_the_player_is_away() -> None:
    async with serving() as running, Player(running) as player:
        assert player.client
        await player.client.send("say", actor_id="ada", text=STORY)
        await player.until("utterance.text")
        await player.lose()
        (seat,) = running.server._seats._seats
        while not seat.is_away:
            await asyncio.sleep(0)
        before = seat.session._clock()
        await asyncio.sleep(0.05)
        assert seat.session._clock() == before
        await player.resume()
        await player.client.send("reply.cancel")
        completed = await player.until("utterance.completed")
        assert completed["reason"] == "cancelled"
        assert completed["heard_text"] != completed["text"]


async def test_a_hundred_drops_at_random_moments_lose_nothing() -> None:
    draw = random.Random(5)
    async with serving() as running, Player(running, audio=TEXT) as player:
        for number in range(100):
            assert player.client
            await player.client.send("input.text", text=f"Hello number {number}?", id=f"m{number}")
            for _ in range(draw.randrange(6)):
                await player.receive()
            await player.lose()
            assert (await player.resume())["type"] == "session.opened"
        assert player.client
        await player.client.send("ping", id="last")
        while (await player.receive()).get("ref") != "last":
            pass
        player.assert_complete()
        begun = [message["ref"] for message in player.messages if message["type"] == "turn.started"]
        assert begun == sorted(set(begun), key=lambda ref: int(ref[1:]))


async def test_a_newer_connection_takes_over_from_one_that_only_seems_to_live() -> None:
    async with serving() as running, Player(running, audio=TEXT) as player:
        first = player.client
        assert first
        await first.send("input.text", text="Hello?")
        await player.until("turn.completed")
        stack = player._stack
        await player.resume()
        await first.read_to_the_end()
        assert (first.socket.close_code, first.socket.close_reason) == (1008, "taken over")
        assert player.client
        await player.client.send("ping")
        await player.until("pong")
        player.assert_complete()
        await stack.__aexit__(None, None, None)


async def test_the_newest_of_several_that_come_at_once_has_the_session() -> None:
    async with serving() as running, running.client() as first:
        token = (await first.open(audio=TEXT))["resume_token"]
        async with running.client() as second, running.client() as third:
            resume = {"token": token, "last_seq": 1}
            await asyncio.gather(
                *(client.open(audio=TEXT, resume=resume) for client in (second, third)), return_exceptions=True
            )
            (seat,) = running.server._seats._seats
            assert not seat.is_away
            closed = 0
            for client in (second, third):
                try:
                    await client.send("ping")
                    await client.until("pong")
                except ConnectionClosed:
                    closed += 1
            assert closed == 1


@pytest.mark.parametrize(("token", "last_seq"), [("guess", 1), ("", 1), ("schlüssel", 1), (None, 99)])
async def test_what_can_not_be_resumed_is_an_error_and_a_new_session_may_follow(
    token: str | None, last_seq: int
) -> None:
    async with serving() as running, Player(running) as player:
        async with running.client() as other:
            error = await other.open(resume={"token": player.token if token is None else token, "last_seq": last_seq})
            assert (error["code"], error["fatal"]) == ("resume_failed", False)
            assert (await other.open())["type"] == "session.opened"
        assert player.client
        await player.client.send("ping")
        await player.until("pong")


async def test_a_session_ends_when_its_player_stays_away() -> None:
    async with serving(Config(port=0, limits=Limits(resume_seconds=0.05))) as running, Player(running) as player:
        await player.lose()
        while "npc_sessions 0.0" not in (await running.get("/metrics"))[1]:
            await asyncio.sleep(0.01)
        assert (await player.resume())["code"] == "resume_failed"


async def test_a_client_that_closes_in_good_order_does_not_come_back() -> None:
    async with serving() as running, Player(running) as player:
        assert player.client
        await player.client.socket.close()
        assert (await player.resume())["code"] == "resume_failed"


async def test_sessions_without_their_players_make_room_for_new_ones() -> None:
    async with serving(Config(port=0, limits=Limits(sessions=1))) as running:
        player = Player(running)
        async with player:
            await player.lose()
            (seat,) = running.server._seats._seats
            while not seat.is_away:
                await asyncio.sleep(0)
            async with running.client() as other:
                assert (await other.open())["type"] == "session.opened"
            assert (await player.resume())["code"] == "resume_failed"


async def test_a_stopping_server_does_not_wait_for_players_who_are_away() -> None:
    async with serving() as running, Player(running) as player:
        assert player.client
        await player.client.send("say", actor_id="ada", text=STORY)
        await player.until("utterance.text")
        await player.lose()
