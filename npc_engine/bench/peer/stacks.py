"""The voice stacks that are compared: our server and the peers, each as something that can be started and asked."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from npc_engine import __version__
from npc_engine.bench.peer import environment
from npc_engine.bench.peer.agents.wire import Assignment
from npc_engine.bench.peer.talk import peer_talk
from npc_engine.client.opening import opening
from npc_engine.errors import NpcEngineError
from npc_engine.exchange import Exchange, interview
from npc_engine.localserver import local_server
from npc_engine.microphone import RecordedMicrophone
from npc_engine.wav import Sound

OURS = "ours"
SEED = 1
"""Of our session, so that runs are as alike as the models allow."""
_AGENTS = Path(__file__).parent / "agents"
_VARIABLES = {"HF_HUB_OFFLINE": "1", "PYTHONUTF8": "1"}
"""For peers: a program that looked for models on the network would wait for it."""
Note = Callable[[str], None]


class PeerUnknown(NpcEngineError):
    """No peer has the requested name; the message lists those that exist."""


class Talk(Protocol):
    """A stack that is ready."""

    async def listen(self, pcm: bytes) -> None:
        """A frame of the microphone."""
        ...

    async def ask_aloud(self, sound: Sound, microphone: RecordedMicrophone) -> Exchange:
        """Speak through a microphone that runs and sends to `listen`; what came of it. Raises `NpcEngineError`."""
        ...


@dataclass(frozen=True)
class Stack:
    """Something that can be talked to."""

    name: str
    version: str
    start: Callable[[], AbstractAsyncContextManager[Talk]]
    """Runs it; it ends with the context."""


@dataclass(frozen=True)
class Peer:
    """A stack made with another framework."""

    name: str
    framework: str
    """Of which its program, environment and requirements are named."""
    package: str
    """Whose version is reported."""
    tuned: bool

    @property
    def script(self) -> Path:
        """The program that runs in its environment."""
        return _AGENTS / f"{self.framework}_agent.py"


PEERS = {
    peer.name: peer
    for peer in (
        Peer("pipecat", "pipecat", "pipecat-ai", tuned=False),
        Peer("pipecat-tuned", "pipecat", "pipecat-ai", tuned=True),
        Peer("livekit", "livekit", "livekit-agents", tuned=False),
        Peer("livekit-tuned", "livekit", "livekit-agents", tuned=True),
    )
}
SCRIPTED = Peer("scripted", "scripted", "", tuned=False)
"""Stands in for all peers where there are no models."""


def chosen(names: Sequence[str]) -> list[Peer]:
    """The peers with these names, in the order of `PEERS`; all of them without names. Raises `PeerUnknown`."""
    unknown = [name for name in names if name not in PEERS]
    if unknown:
        raise PeerUnknown(f"there is no peer '{unknown[0]}'; there are: {', '.join(PEERS)}")
    return [peer for name, peer in PEERS.items() if not names or name in names]


def our_stack(persona: str, language: str, arguments: Sequence[str], note: Note) -> Stack:
    """This project's server, started with `arguments`."""

    @asynccontextmanager
    async def start() -> AsyncIterator[Talk]:
        async with (
            local_server(("--persona", persona, *arguments), note) as server,
            interview(server.url, opening(persona, language=language, seed=SEED)) as asking,
        ):
            yield asking

    return Stack(OURS, f"npc-engine {__version__}", start)


def peer_stack(peer: Peer, assignment: Assignment, note: Note) -> Stack:
    """A peer, installed if it is not. Raises `PeerNotInstalled`."""
    if peer is SCRIPTED:
        python, version = Path(sys.executable), "scripted"
    else:
        python = environment.install(peer.framework, note)
        version = f"{peer.package} {environment.version_of(python, peer.package)}"
    command = [str(python), str(peer.script)]
    return Stack(
        peer.name,
        version,
        lambda: peer_talk(peer.name, command, {**os.environ, **_VARIABLES}, replace(assignment, tuned=peer.tuned)),
    )
