"""Speak through a loudspeaker what a client has no ears for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import structlog

from npc_engine.client import Speaker
from npc_engine.errors import NpcEngineError
from npc_engine.frames import AudioFrame, Frame
from npc_engine.protocol import UtteranceCompleted
from npc_engine.server import Ear

_log = structlog.get_logger()


@contextmanager
def aloud(speaker: Callable[[], Speaker]) -> Iterator[Ear]:
    """Play speech as it comes; what was interrupted falls silent at once. Without a sound card nothing is heard."""
    try:
        sounding = speaker()
    except NpcEngineError as problem:
        _log.warning("nothing is heard", reason=str(problem))
        yield lambda frame: None
        return
    with closing(sounding) as opened:

        def hear(frame: Frame) -> None:
            if isinstance(frame, AudioFrame):
                opened.play(frame.utterance, frame.pcm, frame.rate)
            elif isinstance(frame, UtteranceCompleted) and frame.reason != "done":
                opened.stop()

        yield hear
