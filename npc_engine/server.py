"""WebSocket to protocol to session, and nothing decided: limits, health and metrics, a drain at the end."""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from http import HTTPStatus

import structlog
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response
from websockets.typing import Origin

from npc_engine import page
from npc_engine.archive import Archive
from npc_engine.config import Config
from npc_engine.core.answering import compared_with
from npc_engine.core.declared import InvalidAction
from npc_engine.core.moderation import Moderation
from npc_engine.core.quests import UnknownStage
from npc_engine.doors import Door, door
from npc_engine.ensemble import Engines
from npc_engine.entrance import RECONNECT_AFTER_MS, Entrance
from npc_engine.errors import InvalidFile, StoreUnusable
from npc_engine.frames import AudioFrame, Frame
from npc_engine.likeness import ByMeaning
from npc_engine.logbook import begun
from npc_engine.metrics import Metrics
from npc_engine.neuro.tongue import NeuroTongue
from npc_engine.persona.model import Persona
from npc_engine.protocol import Error, Resume, SessionClosing, SessionOpen, encode
from npc_engine.seats import Follower, Seat, Seats
from npc_engine.session import Session
from npc_engine.sockets import listen
from npc_engine.spaces import Space
from npc_engine.tongues import POLICY_VIOLATION, Input, Listen, NpcTongue, Step, Tongue
from npc_engine.wordlists import load_terms

PATH = "/v1"
_RUBBISH = "too many invalid events in a row"
REFUSAL_SECONDS = 2.0
TAKEN_OVER = "taken over"
"""Reason given to a connection whose session goes on over a newer one."""
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

_log = structlog.get_logger()


Ear = Callable[[Frame], None]
"""Hears all that leaves for one client, in order and in the pace of its playback."""


class Refused(Exception):
    """The connection must end; `error` says why."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.message)
        self.error = error


def nobody() -> Follower:
    """Follow no client."""
    return lambda message: None


class Server:
    """Sessions over WebSocket on one port. The engines are started and stopped by the caller."""

    def __init__(
        self,
        config: Config,
        engines: Engines,
        personas: Mapping[str, Persona],
        follow: Callable[[], Follower] = nobody,
        archive: Archive | None = None,
        loudspeaker: Callable[[], AbstractContextManager[Ear]] | None = None,
    ) -> None:
        """Each client's messages are also given to a follower of its own. Without an archive no story is kept. What is
        said to a client that has no ears is given to an ear of the loudspeaker, if there is one."""
        if config.host not in _LOOPBACK and not config.token:
            raise InvalidFile(
                f"listening on {config.host} needs `token:` in the configuration file: anyone could connect"
            )
        self._config = config
        self._engines = engines
        self._personas = personas
        self._metrics = Metrics(engines, lambda: len(self._seats))
        self._moderation = Moderation(load_terms(config.moderation))
        self._follow = follow
        self._archive = archive
        self._loudspeaker = loudspeaker
        self._seats = Seats(config.limits.sessions, config.limits.resume_seconds)
        self._entrance = Entrance(config.token, personas, self._seats)
        self._stopping = asyncio.Event()
        self._page = page.files(page.folder())

    async def run(self, ready: Callable[[str, int], None]) -> None:
        """Serve until `stop`, or cancellation; then let replies end. `ready` is told the host and port."""
        try:
            if self._engines.likeness:
                await self._learn(self._engines.likeness)
            if self._stopping.is_set():
                return
            async with await listen(self._handle, self._config, self._answer_http) as listening:
                host, port = next(iter(listening.sockets)).getsockname()[:2]
                ready(host, port)
                await self._stopping.wait()
                await self._drain()
        finally:
            await self._seats.close()

    async def _learn(self, likeness: ByMeaning) -> None:
        """Learn what the characters' facts mean before the first line is compared with them, on all cores."""
        _log.info("reading what the characters know")
        is_wanted = True

        def see(space: Space, texts: Sequence[str]) -> None:
            for text in texts:
                if is_wanted and not self._stopping.is_set():
                    space.see(text, lasting=True)

        try:
            for name, persona in self._personas.items():
                shares = likeness.shares(compared_with(persona, name))
                await asyncio.gather(*(asyncio.to_thread(see, *share) for share in shares.items()))
        finally:
            is_wanted = False

    def stop(self) -> None:
        """Take no more sessions, let replies in progress end, and return from `run`."""
        self._stopping.set()

    def stop_on_signals(self) -> None:
        """Stop on SIGTERM and Ctrl-C. Call in the main thread, on the running event loop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                loop.add_signal_handler(number, self.stop)
            except NotImplementedError:  # Windows: the interpreter's own handler, which cannot wake a loop by itself
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(self.stop))

    async def _drain(self) -> None:
        """Refuse new sessions, tell the others, and wait for replies in progress."""
        self._entrance.closed = True
        for seat in self._seats.present:
            closing = SessionClosing(reason="the server is stopping", reconnect_after_ms=RECONNECT_AFTER_MS)
            seat.session.outbox.put(closing)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._config.limits.drain_seconds):
                while not all(seat.session.conversation.is_idle for seat in self._seats.present):
                    await asyncio.sleep(0.05)

    # HTTP on the same port

    def _answer_http(self, connection: ServerConnection, request: Request) -> Response | None:
        self._welcome_own_page(connection, request)
        match request.path.partition("?")[0]:
            case "/v1":
                return None
            case "/healthz":
                return connection.respond(HTTPStatus.OK, "alive\n")
            case "/readyz" if self._engines.is_ready and not self._entrance.closed:
                return connection.respond(HTTPStatus.OK, "ready\n")
            case "/readyz":
                return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "not ready\n")
            case "/metrics":
                body, content_type = self._metrics.page()
                return Response(200, "OK", Headers({"Content-Type": content_type, "Connection": "close"}), body)
            case page.PERSONAS:
                return self._answer_cast(connection, request)
            case path if file := self._page.get(path):
                return _whole(file)
            case path:
                if self._door(request):
                    return None
                return connection.respond(
                    HTTPStatus.NOT_FOUND, f"nothing at {path}; WebSocket clients connect to {PATH}\n"
                )

    def _welcome_own_page(self, connection: ServerConnection, request: Request) -> None:
        """Let a page connect that this server itself sent, by whatever name it was asked for, where a token guards it.

        Without one, a foreign name that was made to point here would be enough to get in.
        """
        hosts = request.headers.get_all("Host")
        if self._config.token and len(hosts) == 1:
            own = [Origin(f"{scheme}://{hosts[0]}") for scheme in ("http", "https")]
            connection.protocol.origins = [*(connection.protocol.origins or ()), *own]

    def _answer_cast(self, connection: ServerConnection, request: Request) -> Response:
        """Whom the page can call, for those who have the token."""
        if self._entrance.knows([request.headers.get("Authorization", "").removeprefix("Bearer ").strip()]):
            return _whole(page.cast(self._personas))
        return connection.respond(HTTPStatus.UNAUTHORIZED, "the key must be this server's token\n")

    def _door(self, request: Request) -> Door | None:
        """Where a client goes in that speaks something else than `npc.v1`."""
        headers = request.headers
        offered = [name.strip() for line in headers.get_all("Sec-WebSocket-Protocol") for name in line.split(",")]
        alone = next(iter(self._personas)) if len(self._personas) == 1 else None
        aloud = self._loudspeaker is not None
        return door(
            request.path, headers.get("Authorization", ""), offered, headers.get("OpenAI-Beta", ""), alone, aloud
        )

    # One connection

    async def _handle(self, connection: ServerConnection) -> None:
        entered = self._door(connection.request) if connection.request else None
        tongue = entered.tongue if entered else NpcTongue()
        try:
            if entered:
                await self._serve(connection, tongue, *await self._open_foreign(connection, entered))
            else:
                await self._serve(connection, tongue, await self._open(connection))
        except Refused as refusal:
            self._metrics.count(refusal.error)
            _log.info("refused", reason=refusal.error.message)
            with suppress(ConnectionClosed, TimeoutError):
                # A client that does not read would keep the refusal waiting for ever.
                async with asyncio.timeout(REFUSAL_SECONDS):
                    await _send(connection, tongue.tell(refusal.error))
                    await connection.close(*tongue.farewell(refusal.error))
        except ConnectionClosed:
            _log.info("client left before its session stood")

    async def _open(self, connection: ServerConnection) -> SessionOpen:
        """Wait for a `session.open` that can be served; errors may be mended on the same connection."""
        limits = self._config.limits
        authorization = connection.request.headers.get("Authorization", "") if connection.request else ""
        try:
            async with asyncio.timeout(limits.open_seconds):
                for _ in range(limits.violations):
                    frame = await connection.recv()
                    problem = self._entrance.judge(frame, authorization)
                    if isinstance(problem, SessionOpen):
                        return problem
                    self._metrics.count(problem)
                    if problem.fatal:
                        raise Refused(problem)
                    await connection.send(encode(problem))
        except TimeoutError:
            message = f"no session.open within {limits.open_seconds:.0f} s"
            raise Refused(Error(code="idle", message=message, fatal=True)) from None
        raise Refused(Error(code="not_open", message="too many frames before session.open", fatal=True))

    async def _open_foreign(self, connection: ServerConnection, entered: Door) -> tuple[SessionOpen, list[Input]]:
        """Wait for the first event that needs a session, and return what it is to do; before that it is described."""
        tongue = entered.tongue
        problem = self._entrance.cannot_call(tongue.persona, entered.tokens)
        if problem:
            raise Refused(problem.model_copy(update={"fatal": True}))
        await _send(connection, tongue.greet())
        violations = 0
        while violations < self._config.limits.violations:
            step = tongue.hear(await self._next_frame(connection))
            await _send(connection, step)
            violations = violations + 1 if step.invalid or step.problem else 0
            if step.inputs:
                opened, first = tongue.opening()
                return opened, [*first, *step.inputs]
        raise Refused(Error(code="invalid_message", message=_RUBBISH, fatal=True))

    async def _serve(
        self, connection: ServerConnection, tongue: Tongue, opened: SessionOpen, inputs: Sequence[Input] = ()
    ) -> None:
        """Serve a new session, or one that lost its connection, until it ends or this connection does."""
        seat = (opened.resume and self._seats.find(opened.resume.token)) or await self._seated(opened)
        async with seat.taken() as claimed:
            if opened.resume:
                await self._resume(connection, seat, opened, opened.resume)
            _give(inputs, seat.session)
            try:
                await self._carry(connection, tongue, seat, claimed)
            except Refused:
                seat.end()
                raise
            finally:
                if not isinstance(tongue, NpcTongue):
                    seat.end()  # nothing else can be resumed
        if claimed.is_set():
            await connection.close(POLICY_VIOLATION, TAKEN_OVER)

    async def _seated(self, opened: SessionOpen) -> Seat:
        try:
            logbook, past = await begun(self._archive, opened, self._personas)
            session = Session(
                secrets.token_hex(8),
                opened,
                self._personas,
                self._engines,
                seed=secrets.randbits(32),
                longest_outbox=self._config.limits.audio_backlog_mib * 2**20,
                moderation=self._moderation,
                logbook=logbook,
                past=past,
            )
        except (UnknownStage, InvalidAction) as problem:
            raise Refused(Error(code="invalid_message", message=str(problem), ref=opened.id, fatal=True)) from problem
        except StoreUnusable as problem:
            _log.warning("a story can't be read", player=opened.player.id, reason=str(problem))
            raise Refused(Error(code="store_failed", message=problem.told, ref=opened.id, fatal=True)) from problem
        _log.info("session opened", session=session.session_id, player=opened.player.id)
        return self._seats.add(session, self._follow())

    async def _resume(self, connection: ServerConnection, seat: Seat, opened: SessionOpen, resume: Resume) -> None:
        """Send again what this client has missed. What told it that the session goes on is not part of that."""
        problem = self._entrance.cannot_resume(resume, opened.id)
        if problem:  # it ended, or went on, while the connection before let go
            raise Refused(problem.model_copy(update={"fatal": True}))
        seat.session.outbox.rewind(resume.last_seq, resume.utterance, resume.samples)
        _log.info("session resumed", session=seat.session.session_id)
        await connection.send(encode(seat.session.opened_message(opened.id, resumed=True)))

    async def _carry(self, connection: ServerConnection, tongue: Tongue, seat: Seat, claimed: asyncio.Event) -> None:
        """Run the session between the connection's two directions until one of them ends, or a newer one comes."""
        session = seat.session
        writing = asyncio.create_task(self._write(connection, tongue, seat))
        reading = asyncio.create_task(self._read(connection, tongue, session))
        waiting = [asyncio.create_task(event.wait()) for event in (session.outbox.overflowed, claimed)]
        try:
            await asyncio.wait([seat.running, writing, reading, *waiting], return_when=asyncio.FIRST_COMPLETED)
            if claimed.is_set():
                return
            if session.outbox.overflowed.is_set():
                raise Refused(Error(code="slow_client", message="audio was not read in time", fatal=True))
            if writing.done() and not writing.result():
                await reading  # it knows how the connection was closed
            if reading.done() and reading.result():
                seat.end()
            if seat.ends:
                # A mistake of ours raises: the connection closes with 1011 and the log has the traceback.
                await seat.running
                await writing
                await connection.close(1000, session.close_reason or "")
        finally:
            for task in (writing, reading, *waiting):
                task.cancel()
            await asyncio.gather(writing, reading, *waiting, return_exceptions=True)

    async def _write(self, connection: ServerConnection, tongue: Tongue, seat: Seat) -> bool:
        """Tell the client what the session has to say; whether all of it has left."""
        deaf = isinstance(tongue, NeuroTongue)
        with self._loudspeaker() if self._loudspeaker and deaf else nullcontext(_nobody_hears) as ear:
            try:
                async for frame in seat.session.outbox.frames():
                    if not isinstance(frame, AudioFrame) and seat.tell(frame):
                        self._metrics.count(frame)
                    ear(frame)
                    step = tongue.tell(frame)
                    await _send(connection, step)
                    _give(step.inputs, seat.session)
            except ConnectionClosed:
                return False
        return True

    async def _read(self, connection: ServerConnection, tongue: Tongue, session: Session) -> bool:
        """Hand on what comes; at the end, whether the client closed in good order, and will not come back."""
        violations = 0
        while True:
            try:
                step = tongue.hear(await self._next_frame(connection))
                await _send(connection, step)
            except ConnectionClosed as closed:
                return closed.rcvd is not None and closed.rcvd.code == CloseCode.NORMAL_CLOSURE
            problem = _give(step.inputs, session) or step.problem
            violations = violations + 1 if problem or step.invalid else 0
            if violations >= self._config.limits.violations:
                problem = problem or Error(code="invalid_message", message=_RUBBISH)
                raise Refused(problem.model_copy(update={"fatal": True}))
            if problem:
                _log.info("invalid message", session=session.session_id, reason=problem.message)
                session.outbox.put(problem)

    async def _next_frame(self, connection: ServerConnection) -> str | bytes:
        try:
            async with asyncio.timeout(self._config.limits.idle_seconds):
                return await connection.recv()
        except TimeoutError:
            raise Refused(Error(code="idle", message="nothing came for too long", fatal=True)) from None


def _nobody_hears(frame: Frame) -> None:
    """The client has ears of its own."""


def _give(inputs: Sequence[Input], session: Session) -> Error | None:
    """Hand inputs to the session; return what is wrong with the last of them that is wrong."""
    problem: Error | None = None
    for each in inputs:
        match each:
            case bytes():
                problem = session.receive_audio(each) or problem
            case Listen(settings, pushed):
                session.listen(settings, pushed)
            case _:
                session.receive(each)
    return problem


def _whole(file: page.File) -> Response:
    return Response(200, "OK", Headers({**file.headers, "Content-Length": str(len(file.body))}), file.body)


async def _send(connection: ServerConnection, step: Step) -> None:
    for frame in step.frames:
        await connection.send(frame)
