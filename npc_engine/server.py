"""WebSocket to protocol to session, and nothing decided: handshakes, limits, health and metrics, a drain at the end."""

from __future__ import annotations

import asyncio
import errno
import hmac
import re
import secrets
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus

import structlog
from websockets.asyncio.server import Server as WebSocketServer
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from npc_engine.config import Config
from npc_engine.core.moderation import Moderation
from npc_engine.core.quests import UnknownStage
from npc_engine.ensemble import Engines
from npc_engine.errors import InvalidFile, PortInUse
from npc_engine.metrics import Metrics
from npc_engine.outbox import AudioFrame
from npc_engine.persona.model import Persona
from npc_engine.protocol import (
    MAX_FRAME_BYTES,
    PROTOCOL,
    AnyServerMessage,
    Error,
    InvalidMessage,
    SessionClosing,
    SessionOpen,
    audio_frame,
    encode,
    parse,
    too_large,
)
from npc_engine.session import Session
from npc_engine.wordlists import load_terms

PATH = "/v1"
LARGEST_MESSAGE = 2**20
"""Above `MAX_FRAME_BYTES`, so that a frame somewhat too large is answered and not cut off."""
RECONNECT_AFTER_MS = 3000
REFUSAL_SECONDS = 2.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LOCAL_PAGE = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")
Follower = Callable[[AnyServerMessage], None]
"""Is told of each message to one client, in order."""

_log = structlog.get_logger()


class Refused(Exception):
    """The connection must end; `error` says why."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.message)
        self.error = error


class Server:
    """Sessions over WebSocket on one port. The engines are started and stopped by the caller."""

    def __init__(
        self,
        config: Config,
        engines: Engines,
        personas: Mapping[str, Persona],
        follow: Callable[[], Follower] = lambda: _ignore,
    ) -> None:
        """Each client's messages are also given to a follower of its own."""
        if config.host not in _LOOPBACK and not config.token:
            raise InvalidFile(
                f"listening on {config.host} needs `token:` in the configuration file: anyone could connect"
            )
        self._config = config
        self._engines = engines
        self._personas = personas
        self._metrics = Metrics(engines)
        self._moderation = Moderation(load_terms(config.moderation))
        self._follow = follow
        self._sessions: set[Session] = set()
        self._draining = False
        self._stopping = asyncio.Event()

    async def run(self, ready: Callable[[str, int], None]) -> None:
        """Serve until `stop`, or cancellation; then let replies end. `ready` is told the host and port."""
        async with await self._listen() as listening:
            host, port = next(iter(listening.sockets)).getsockname()[:2]
            ready(host, port)
            await self._stopping.wait()
            await self._drain()

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

    async def _listen(self) -> WebSocketServer:
        try:
            return await serve(
                self._handle,
                self._config.host,
                self._config.port,
                process_request=self._answer_http,
                select_subprotocol=_select_subprotocol,
                origins=[None, _LOCAL_PAGE, *self._config.origins],  # type: ignore[list-item]
                compression=None,
                max_size=LARGEST_MESSAGE,
                max_queue=16,
                ping_interval=20,
                ping_timeout=60,
            )
        except OSError as problem:
            if problem.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
                raise
            address = f"{self._config.host}:{self._config.port}"
            raise PortInUse(f"cannot listen on {address} ({problem.strerror}); choose another with --port") from problem

    async def _drain(self) -> None:
        """Refuse new sessions, tell the others, and wait for replies in progress."""
        self._draining = True
        for session in self._sessions:
            session.outbox.put(SessionClosing(reason="the server is stopping", reconnect_after_ms=RECONNECT_AFTER_MS))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._config.limits.drain_seconds):
                while not all(session.conversation.is_idle for session in self._sessions):
                    await asyncio.sleep(0.05)

    # HTTP on the same port

    def _answer_http(self, connection: ServerConnection, request: Request) -> Response | None:
        match request.path.partition("?")[0]:
            case "/v1":
                return None
            case "/healthz":
                return connection.respond(HTTPStatus.OK, "alive\n")
            case "/readyz" if self._engines.is_ready and not self._draining:
                return connection.respond(HTTPStatus.OK, "ready\n")
            case "/readyz":
                return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "not ready\n")
            case "/metrics":
                body, content_type = self._metrics.page()
                return Response(200, "OK", Headers({"Content-Type": content_type, "Connection": "close"}), body)
            case path:
                return connection.respond(
                    HTTPStatus.NOT_FOUND, f"nothing at {path}; WebSocket clients connect to {PATH}\n"
                )

    # One connection

    async def _handle(self, connection: ServerConnection) -> None:
        try:
            opened = await self._open(connection)
            await self._converse(connection, opened)
        except Refused as refusal:
            self._metrics.count(refusal.error)
            with suppress(ConnectionClosed, TimeoutError):
                # A client that does not read would keep the refusal waiting for ever.
                async with asyncio.timeout(REFUSAL_SECONDS):
                    await connection.send(encode(refusal.error))
                    await connection.close(1008, refusal.error.code)
        except ConnectionClosed:
            _log.info("client left before session.open")

    async def _open(self, connection: ServerConnection) -> SessionOpen:
        """Wait for a `session.open` that can be served; errors may be mended on the same connection."""
        limits = self._config.limits
        try:
            async with asyncio.timeout(limits.open_seconds):
                for _ in range(limits.violations):
                    frame = await connection.recv()
                    problem = self._problem_of(connection, frame)
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

    def _problem_of(self, connection: ServerConnection, frame: str | bytes) -> SessionOpen | Error:
        """What is wrong with a first frame; the message itself if nothing is."""
        if isinstance(frame, bytes):
            return Error(code="not_open", message="audio came before session.open: send session.open first")
        try:
            message = parse(frame)
        except InvalidMessage as problem:
            return problem.error
        if not isinstance(message, SessionOpen):
            return Error(code="not_open", message=f"{message.type} came before session.open", ref=message.id)
        return self._cannot_open(connection, message) or message

    def _cannot_open(self, connection: ServerConnection, message: SessionOpen) -> Error | None:
        if message.protocol != PROTOCOL:
            text = f"this server speaks {PROTOCOL}, the client asked for {message.protocol[:32]}"
            return Error(code="protocol_version", message=text, ref=message.id, fatal=True)
        if not self._may_enter(connection, message):
            return Error(code="unauthorised", message="the token is missing or wrong", ref=message.id, fatal=True)
        if self._draining or len(self._sessions) >= self._config.limits.sessions:
            text = "the server is stopping" if self._draining else "the server has as many sessions as it takes"
            return Error(
                code="too_many_sessions", message=text, ref=message.id, fatal=True, retry_after_ms=RECONNECT_AFTER_MS
            )
        if message.resume:
            text = "this server cannot resume sessions yet; open a new one"
            return Error(code="not_supported", message=text, ref=message.id)
        unknown = [each.persona for each in message.scene.characters if each.persona not in self._personas]
        if unknown:
            text = f"no persona '{unknown[0]}'; there is: {', '.join(sorted(self._personas))}"
            return Error(code="persona_not_found", message=text, ref=message.id)
        return None

    def _may_enter(self, connection: ServerConnection, message: SessionOpen) -> bool:
        if self._config.token is None:
            return True
        header = connection.request.headers.get("Authorization", "") if connection.request else ""
        offered = [message.token or "", header.removeprefix("Bearer ")]
        return any(hmac.compare_digest(token.encode(), self._config.token.encode()) for token in offered)

    async def _converse(self, connection: ServerConnection, opened: SessionOpen) -> None:
        try:
            session = Session(
                secrets.token_hex(8),
                opened,
                self._personas,
                self._engines,
                seed=secrets.randbits(32),
                longest_outbox=self._config.limits.audio_backlog_mib * 2**20,
                moderation=self._moderation,
            )
        except UnknownStage as problem:
            raise Refused(Error(code="invalid_message", message=str(problem), ref=opened.id, fatal=True)) from problem
        log = _log.bind(session=session.session_id)
        log.info("session opened", player=opened.player.id)
        self._sessions.add(session)
        self._metrics.sessions.inc()
        try:
            await self._carry(connection, session)
        finally:
            self._sessions.discard(session)
            self._metrics.sessions.dec()
            log.info("session ended", reason=session.close_reason or "the client left")

    async def _carry(self, connection: ServerConnection, session: Session) -> None:
        """Run the session between the connection's two directions until one of them ends."""
        running = asyncio.create_task(session.run())
        writing = asyncio.create_task(self._write(connection, session))
        reading = asyncio.create_task(self._read(connection, session))
        overflow = asyncio.create_task(session.outbox.overflowed.wait())
        try:
            await asyncio.wait([running, writing, reading, overflow], return_when=asyncio.FIRST_COMPLETED)
            if overflow.done():
                raise Refused(Error(code="slow_client", message="audio was not read in time", fatal=True))
            for ended in (reading, running):
                if ended.done():
                    # A refusal, or a mistake of ours: the connection closes with 1011 and the log has the traceback.
                    ended.result()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            if session.close_reason:
                with suppress(ConnectionClosed):
                    await writing
                    await connection.close(1000, session.close_reason)
            for task in (writing, reading, overflow):
                task.cancel()
            await asyncio.gather(writing, reading, overflow, return_exceptions=True)

    async def _write(self, connection: ServerConnection, session: Session) -> None:
        """The only writer of this socket."""
        follower = self._follow()
        with suppress(ConnectionClosed):
            async for frame in session.outbox.frames():
                if isinstance(frame, AudioFrame):
                    await connection.send(audio_frame(frame.utterance, frame.first_sample, frame.pcm))
                else:
                    self._metrics.count(frame)
                    follower(frame)
                    await connection.send(encode(frame))

    async def _read(self, connection: ServerConnection, session: Session) -> None:
        violations = 0
        while True:
            try:
                async with asyncio.timeout(self._config.limits.idle_seconds):
                    frame = await connection.recv()
            except TimeoutError:
                raise Refused(Error(code="idle", message="nothing came for too long", fatal=True)) from None
            except ConnectionClosed:
                return
            problem = _deliver(frame, session)
            violations = violations + 1 if problem else 0
            if problem and violations >= self._config.limits.violations:
                raise Refused(problem.model_copy(update={"fatal": True}))
            if problem:
                session.outbox.put(problem)


def _ignore(message: AnyServerMessage) -> None:
    """Follow nobody."""


def _deliver(frame: str | bytes, session: Session) -> Error | None:
    """Hand a client's frame to the session; return what is wrong with it."""
    if isinstance(frame, bytes):
        if len(frame) > MAX_FRAME_BYTES:
            return too_large(len(frame))
        return session.receive_audio(frame)
    try:
        session.receive(parse(frame))
    except InvalidMessage as problem:
        return problem.error
    return None


def _select_subprotocol(connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Ours if it is offered; clients that cannot offer one, or offer others, are welcome without."""
    return Subprotocol(PROTOCOL) if PROTOCOL in offered else None
