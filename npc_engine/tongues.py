"""What one connection speaks: its frames to inputs for a session, and a session's frames to its own. No sockets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from npc_engine.core.endpointing import EndpointingSettings
from npc_engine.frames import AudioFrame, Frame
from npc_engine.protocol import (
    MAX_FRAME_BYTES,
    AnyClientMessage,
    Error,
    InvalidMessage,
    SessionOpen,
    audio_frame,
    encode,
    parse,
    too_large,
)

POLICY_VIOLATION = 1008
"""The close code of WebSocket for whatever the server won't go on with."""


@dataclass(frozen=True)
class Listen:
    """From now on utterances end by these settings, or, where `pushed`, by a button alone."""

    settings: EndpointingSettings
    pushed: bool


Input = AnyClientMessage | bytes | Listen
"""For a session: a message, microphone audio at the rate of `session.open`, or how to listen."""


@dataclass
class Step:
    """What follows from one frame, in order."""

    frames: list[str | bytes] = field(default_factory=list)
    """For the client, at once."""
    inputs: list[Input] = field(default_factory=list)
    """For the session."""
    problem: Error | None = None
    """What was wrong with the frame, to be told through the session, in its order."""
    invalid: bool = False
    """Whether the frame was wrong, and the client knows it by `frames`."""


class Tongue(Protocol):
    """One connection's way to speak."""

    def hear(self, frame: str | bytes) -> Step:
        """A frame of the client."""
        ...

    def tell(self, frame: Frame) -> Step:
        """A frame of the session."""
        ...

    def farewell(self, problem: Error) -> tuple[int, str]:
        """Code and reason with which a connection closes that ends by a fatal error."""
        ...


class ForeignTongue(Tongue, Protocol):
    """One that has no `session.open`: the server opens the session, once there is something for it to do."""

    persona: str
    """Who is called; there may be no such persona."""

    def greet(self) -> Step:
        """What the client is told first."""
        ...

    def opening(self) -> tuple[SessionOpen, list[Input]]:
        """The session as the client has described it so far, and what it is to know before all else."""
        ...


class NpcTongue:
    """`npc.v1`."""

    def hear(self, frame: str | bytes) -> Step:
        """A message or audio, as it is."""
        if isinstance(frame, bytes):
            return Step(inputs=[frame]) if len(frame) <= MAX_FRAME_BYTES else Step(problem=too_large(len(frame)))
        try:
            return Step(inputs=[parse(frame)])
        except InvalidMessage as problem:
            return Step(problem=problem.error)

    def tell(self, frame: Frame) -> Step:
        """Text, or audio behind its head."""
        if isinstance(frame, AudioFrame):
            return Step([audio_frame(frame.utterance, frame.first_sample, frame.pcm)])
        return Step([encode(frame)])

    def farewell(self, problem: Error) -> tuple[int, str]:
        """A policy was violated, and this one."""
        return POLICY_VIOLATION, problem.code
