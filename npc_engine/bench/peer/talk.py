"""Talk to a peer's program as a client would: its process, its pipe, one question at a time.

Times are taken on this side, by the same microphone and the same arithmetic as for our own server.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from typing import TypeVar

import psutil

from npc_engine.bench.peer.agents.wire import Assignment, Event, Wire, WireBroken
from npc_engine.bench.peer.answer import PeerAnswer, PeerExchange
from npc_engine.errors import EngineUnavailable
from npc_engine.microphone import RecordedMicrophone
from npc_engine.wav import Sound

START = 180.0
"""Seconds that a peer may take to load its framework and models."""
PATIENCE = 40.0
"""Seconds after the speech in which an answer must be complete; a turn without one counts as unanswered."""
SETTLE = 1.5
"""Seconds of quiet after an answer in which it may still turn out that the player's words were cut in two."""
T = TypeVar("T")


class PeerTalk:
    """A peer that is ready. What it says is read at once, so that every piece has the time at which it came."""

    def __init__(self, program: Program, wire: Wire, rate: int) -> None:
        self._program = program
        self._wire = wire
        self._rate = rate
        self._inbox: asyncio.Queue[tuple[bytes | Event | None, float]] = asyncio.Queue()

    async def read(self) -> None:
        """Take in what the peer sends, until it has gone."""
        with suppress(WireBroken):
            while True:
                self._inbox.put_nowait((await self._wire.receive(), time.monotonic()))
        self._inbox.put_nowait((None, time.monotonic()))

    async def listen(self, pcm: bytes) -> None:
        """A frame of the microphone."""
        self._wire.send_audio(pcm)

    async def ask_aloud(self, sound: Sound, microphone: RecordedMicrophone) -> PeerExchange:
        """Speak through a microphone that runs and sends to `listen`. Raises `EngineUnavailable`."""
        self._forget_what_came_late()
        microphone.play(sound)
        answer = PeerAnswer(PeerExchange(asked_at=0.0, rate=self._rate))
        with suppress(TimeoutError):
            async with asyncio.timeout(sound.duration + PATIENCE):
                while not (answer.is_complete and microphone.is_silent and await self._is_quiet(answer)):
                    await self._take(answer)
        answer.exchange.asked_at = await microphone.speech_ended()
        return answer.exchange

    async def _is_quiet(self, answer: PeerAnswer) -> bool:
        """Whether a complete answer remains one. Silence may go on arriving for ever."""
        try:
            async with asyncio.timeout(SETTLE):
                while answer.is_complete:
                    await self._take(answer)
        except TimeoutError:
            return True
        return False

    async def _take(self, answer: PeerAnswer) -> None:
        item, at = await self._inbox.get()
        if item is None:
            raise EngineUnavailable(self._program.why_it_ended())
        answer.take(item, at)

    def _forget_what_came_late(self) -> None:
        while not self._inbox.empty():
            item, at = self._inbox.get_nowait()
            if item is None:
                self._inbox.put_nowait((item, at))
                return


@dataclass(frozen=True)
class Program:
    """A peer's process, and the last lines of its log."""

    name: str
    process: asyncio.subprocess.Process
    log: deque[str]

    def why_it_ended(self) -> str:
        """For an error message."""
        code = self.process.returncode
        how = "it still runs" if code is None else f"exit code {code}"
        return "\n".join([f"the peer {self.name} has left the conversation ({how}); it said:", *self.log])


@asynccontextmanager
async def peer_talk(
    name: str, command: Sequence[str], variables: Mapping[str, str], assignment: Assignment
) -> AsyncIterator[PeerTalk]:
    """Start a peer's program with `assignment` as its last argument, and end it whatever happens.

    The assignment's port and key are filled in here. Raises `EngineUnavailable` when it does not get ready.
    """
    key = secrets.token_hex(16)
    connected: asyncio.Future[Wire] = asyncio.get_running_loop().create_future()
    listening = await asyncio.start_server(lambda *ends: _accept(Wire(*ends), key, connected), "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    argument = json.dumps({**asdict(assignment), "port": port, "key": key})
    async with listening, _program(name, [*command, argument], variables) as program:
        wire = await _before_it_ends(program, _result(connected))
        talk = PeerTalk(program, wire, await _before_it_ends(program, _ready(wire)))
        reading = asyncio.create_task(talk.read())
        try:
            yield talk
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            wire.close()


async def _accept(wire: Wire, key: str, connected: asyncio.Future[Wire]) -> None:
    """Let in the one connection that knows the key."""
    with suppress(WireBroken):
        hello = await wire.receive()
        if isinstance(hello, dict) and hello.get("key") == key and not connected.done():
            connected.set_result(wire)
            return
    wire.close()


async def _result(future: asyncio.Future[T]) -> T:
    return await future


async def _ready(wire: Wire) -> int:
    """The rate of the peer's speech, once it could listen."""
    while True:
        item = await wire.receive()
        if isinstance(item, dict) and item["type"] == "ready":
            return int(item["rate"])


async def _before_it_ends(program: Program, work: Coroutine[None, None, T]) -> T:
    """The result of `work`, unless the program ends or takes too long."""
    working, ending = asyncio.ensure_future(work), asyncio.create_task(program.process.wait())
    try:
        await asyncio.wait({working, ending}, timeout=START, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise EngineUnavailable(program.why_it_ended())
    except WireBroken as error:
        raise EngineUnavailable(program.why_it_ended()) from error
    finally:
        working.cancel()
        ending.cancel()


@asynccontextmanager
async def _program(name: str, command: Sequence[str], variables: Mapping[str, str]) -> AsyncIterator[Program]:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env=dict(variables),
    )  # fmt: skip
    program = Program(name, process, deque(maxlen=20))
    following = asyncio.create_task(_follow(program))
    try:
        yield program
    finally:
        await _end(process)
        await following


async def _follow(program: Program) -> None:
    assert program.process.stdout is not None
    async for line in program.process.stdout:
        program.log.append(line.decode("utf-8", "replace").rstrip())


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the program and what it started: it keeps nothing that would have to be put in order."""
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(process.pid)
        for each in [*root.children(recursive=True), root]:
            with suppress(psutil.NoSuchProcess):
                each.kill()
    await process.wait()
