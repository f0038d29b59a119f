"""The OpenAI Realtime API as what a connection speaks: JSON in and out of the translator. No sockets."""

from __future__ import annotations

from pydantic_core import to_json

from npc_engine.frames import AudioFrame, Frame
from npc_engine.protocol import Error, SessionOpen
from npc_engine.realtime import beta, schema
from npc_engine.realtime.items import Event, new_id
from npc_engine.realtime.schema import Invalid
from npc_engine.realtime.translator import Translator, error
from npc_engine.tongues import Input, Step

_UNAUTHORISED, _REFUSED = 3000, 4000
"""Close codes of the API."""


class RealtimeTongue:
    """One connection."""

    def __init__(self, persona: str, older: bool = False) -> None:
        """`older` speaks the names of the beta."""
        self.persona = persona
        """Who is called; there may be no such persona."""
        self._translator = Translator(persona)
        self._older = older

    def greet(self) -> Step:
        """What a client is told first."""
        return Step(self._encoded(self._translator.greet()))

    def opening(self) -> tuple[SessionOpen, list[Input]]:
        """The session as the client has described it so far, and what it is to know before all else."""
        described = self._translator.described
        return described.opening(), described.first()

    def hear(self, frame: str | bytes) -> Step:
        """An event of the client."""
        try:
            if isinstance(frame, bytes):
                raise Invalid("events are text frames; binary frames are not supported", "invalid_event")
            data = schema.read(frame)
            step = self._translator.take(schema.understood(beta.newer(data) if self._older else data))
        except Invalid as problem:
            told = error(str(problem), problem.code, param=problem.param, event_id=problem.event_id)
            return Step(self._encoded([told]), invalid=True)
        return Step(self._encoded(step.events), step.inputs)

    def tell(self, frame: Frame) -> Step:
        """Events for a message of the session, or for its audio."""
        if isinstance(frame, AudioFrame):
            return Step(self._encoded(self._translator.sound(frame.pcm)))
        step = self._translator.tell(frame)
        return Step(self._encoded(step.events), step.inputs)

    def farewell(self, problem: Error) -> tuple[int, str]:
        """As the API closes: the reason is the error's type and code."""
        about = self._translator.described_error(problem)["error"]
        return _UNAUTHORISED if problem.code == "unauthorised" else _REFUSED, f"{about['type']}.{about['code']}"

    def _encoded(self, events: list[Event]) -> list[str | bytes]:
        named = [beta.older(event) if self._older else event for event in events]
        return [to_json({"event_id": new_id("event"), **event}).decode() for event in named if event]
