"""Who may open which session: judges the first frames of a connection. Knows no socket."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from npc_engine.protocol import PROTOCOL, Error, InvalidMessage, Resume, SessionOpen, parse
from npc_engine.seats import Seats

RECONNECT_AFTER_MS = 3000
_UNAUTHORISED = Error(code="unauthorised", message="the token is missing or wrong", fatal=True)


class Entrance:
    """The way into one server."""

    def __init__(self, token: str | None, personas: Iterable[str], seats: Seats) -> None:
        self.closed = False
        """Whether the server is stopping: nobody may enter any more."""
        self._token = token
        self._personas = sorted(personas)
        self._seats = seats

    def judge(self, frame: str | bytes, authorization: str) -> SessionOpen | Error:
        """What is wrong with a first frame; the message itself if nothing is. `authorization` is the HTTP header."""
        if isinstance(frame, bytes):
            return Error(code="not_open", message="audio came before session.open: send session.open first")
        try:
            message = parse(frame)
        except InvalidMessage as problem:
            return problem.error
        if not isinstance(message, SessionOpen):
            return Error(code="not_open", message=f"{message.type} came before session.open", ref=message.id)
        return self._cannot_open(message, authorization) or message

    def cannot_resume(self, resume: Resume, ref: str | None) -> Error | None:
        """Why a session can't be taken up again; None if it can."""
        seat = self._seats.find(resume.token)
        if seat is None:
            text = "no session waits for this token: open a new one, with `story` = `continue` to go on with its story"
        elif not seat.session.outbox.can_rewind(resume.last_seq):
            text = f"what was sent after seq {resume.last_seq} is not known any more: open a new session"
        else:
            return None
        return Error(code="resume_failed", message=text, ref=ref)

    def _cannot_open(self, message: SessionOpen, authorization: str) -> Error | None:
        if message.protocol != PROTOCOL:
            text = f"this server speaks {PROTOCOL}, the client asked for {message.protocol[:32]}"
            return Error(code="protocol_version", message=text, ref=message.id, fatal=True)
        if not self.knows([message.token or "", authorization.removeprefix("Bearer ")]):
            return _UNAUTHORISED.model_copy(update={"ref": message.id})
        if message.resume and not self.closed:
            return self.cannot_resume(message.resume, message.id)
        problem = self.cannot_enter([each.persona for each in message.scene.characters])
        return problem and problem.model_copy(update={"ref": message.id})

    def cannot_enter(self, personas: Iterable[str]) -> Error | None:
        """Why there can't be a new session with these personas; None if there can."""
        if self.closed or self._seats.full:
            text = "the server is stopping" if self.closed else "the server has as many sessions as it takes"
            return Error(code="too_many_sessions", message=text, fatal=True, retry_after_ms=RECONNECT_AFTER_MS)
        unknown = [persona for persona in personas if persona not in self._personas]
        if unknown:
            text = f"no persona '{unknown[0][:64]}'; there is: {', '.join(self._personas)}"
            return Error(code="persona_not_found", message=text)
        return None

    def cannot_call(self, persona: str, tokens: Iterable[str]) -> Error | None:
        """Why a client of another protocol can't have a session with this persona; None if it can."""
        return self.cannot_enter([persona]) if self.knows(tokens) else _UNAUTHORISED

    def knows(self, offered: Iterable[str]) -> bool:
        """Whether one of these is the server's token, or it has none."""
        wanted = self._token
        return wanted is None or any(hmac.compare_digest(token.encode(), wanted.encode()) for token in offered)
