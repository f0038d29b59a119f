"""What a game has told the server, and what of it must be told again over a new connection. No I/O, no clock.

A session that is resumed has had all up to the message that its server names: the rest goes once more. A new session
knows nothing: who is in earshot, whom a scripted scene owns and how the world is stand in, or behind, its
`session.open`.
"""

from __future__ import annotations

from collections import deque
from itertools import count

from npc_engine.client.connection import Sent
from npc_engine.protocol import (
    ActionResult,
    AnyClientMessage,
    CharacterClaim,
    CharacterJoin,
    CharacterLeave,
    CharacterRelease,
    DeclaredAction,
    Ping,
    PlaybackReport,
    ReplyCancel,
    Resume,
    SessionOpen,
    Value,
    WorldSet,
)

_QUEST = "quest."
"""How the paths begin that move quests. A story that goes on knows how far they are, better than old news do."""
_ASK_EVERY = 32
"""Messages after which the server is asked whether it has had them, so that they need not be kept for ever."""
_LONGEST_SPEECH = 5.0
"""Seconds of microphone audio that are kept while there is no connection: a word across a short cut stays whole."""
_Past = PlaybackReport | ActionResult | ReplyCancel
"""Messages about what was going on, which mean nothing in another session."""
_State = WorldSet | CharacterJoin | CharacterLeave | CharacterClaim | CharacterRelease
"""Messages that say how things are, and not what happens."""


class Told:
    """All that goes from one game to its server."""

    def __init__(self, opening: SessionOpen) -> None:
        self._opening = opening
        self._original = {each.actor_id: each.persona for each in opening.scene.characters}
        self._left: dict[str, CharacterLeave] = {}
        self._joined: dict[str, CharacterJoin] = {}
        self._claimed: dict[str, CharacterClaim] = {}
        self._world: dict[str, Value] = dict(opening.scene.world)
        self._began = False
        self._kept: frozenset[str] = frozenset()
        self._waiting: deque[Sent] = deque()
        self._speech = 0
        self._longest_speech = round(2 * opening.audio.input.rate * _LONGEST_SPEECH)
        self._sent: deque[AnyClientMessage] = deque()
        """Left, and perhaps never arrived."""
        self._ids = (f"auto-{number}" for number in count(1))

    def tell(self, message: AnyClientMessage) -> str:
        """Let a message leave behind all that waits; its id, by which answers refer to it.

        A report of playback has none, and leaves at most once: the next one says all that it does.
        """
        if isinstance(message, PlaybackReport):
            self._waiting.append(message)
            return ""
        message = message if message.id else message.model_copy(update={"id": next(self._ids)})
        assert message.id
        self._note(message)
        self._waiting.append(message)
        return message.id

    def speak(self, pcm: bytes) -> None:
        """Let microphone audio leave behind all that waits. What there is too much of by then is lost."""
        if self._speech + len(pcm) <= self._longest_speech:
            self._speech += len(pcm)
            self._waiting.append(pcm)

    def declare(self, action: DeclaredAction) -> None:
        """Characters may ask for this as well, in sessions that are opened from now on."""
        scene = self._opening.scene
        scene = scene.model_copy(update={"actions": [*scene.actions, action]})
        self._opening = self._opening.model_copy(update={"scene": scene})

    def next(self) -> Sent | None:
        """What is to leave now; None if nothing waits."""
        if not self._waiting and len(self._sent) >= _ASK_EVERY and not isinstance(self._sent[-1], Ping):
            self.tell(Ping())
        if not self._waiting:
            return None
        frame = self._waiting.popleft()
        if isinstance(frame, bytes):
            self._speech -= len(frame)
        elif frame.id:
            self._sent.append(frame)
        return frame

    def arrived(self, ref: str | None) -> None:
        """The server has had the message with this id, and so all before it."""
        if any(message.id == ref for message in self._sent):
            while self._sent.popleft().id != ref:
                pass

    def session_open(self, resume: Resume | None) -> SessionOpen:
        """What begins a session as things are now, or takes one up again."""
        world = self._world
        if self._began:
            world = {path: value for path, value in world.items() if not path.startswith(_QUEST)}
        scene = self._opening.scene.model_copy(update={"world": world})
        story = "continue" if self._began else self._opening.story
        return self._opening.model_copy(update={"scene": scene, "resume": resume, "story": story})

    def go_on(self, received: str | None) -> None:
        """A session was resumed, whose server has had all up to the message with this id."""
        self.arrived(received)
        self._waiting = deque([*self._sent, *(each for each in self._waiting if not isinstance(each, PlaybackReport))])
        self._sent.clear()

    def begin(self, continued: bool) -> None:
        """A session was opened that knows the scene and the world of `session_open`, and nothing else.

        What had left before may have been answered, and is not said again.
        """
        left = [each for each in self._waiting if not isinstance(each, _State | _Past)]
        self._kept = frozenset(each.id for each in self._waiting if not isinstance(each, bytes) and each.id)
        self._sent.clear()
        self._waiting.clear()
        quests = {path: value for path, value in self._world.items() if path.startswith(_QUEST)}
        if self._began and not continued and quests:
            self.tell(WorldSet(values=quests))
        states: list[AnyClientMessage] = [*self._left.values(), *self._joined.values(), *self._claimed.values()]
        for state in states:
            self.tell(state.model_copy(update={"id": None}))
        self._waiting.extend(left)
        self._began = True

    def is_kept(self, key: str) -> bool:
        """Whether the message with this id had not left when the session began: it is for this one, then."""
        return key in self._kept

    def _note(self, message: AnyClientMessage) -> None:
        match message:
            case WorldSet(values=values):
                self._world |= values
            case CharacterJoin(actor_id=actor, persona=persona):
                if actor in self._left and self._original[actor] == persona:
                    del self._left[actor]
                else:
                    self._joined[actor] = message
            case CharacterLeave(actor_id=actor):
                self._claimed.pop(actor, None)
                if not self._joined.pop(actor, None) and actor in self._original:
                    self._left[actor] = message
            case CharacterClaim(actor_id=actor):
                self._claimed[actor] = message
            case CharacterRelease(actor_id=actor):
                self._claimed.pop(actor, None)
            case _:
                pass
