"""What a game says to its server, in the protocol's words, and what comes of each. Knows no connection."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Literal

from npc_engine.client.answers import Answers
from npc_engine.client.turn import Turn
from npc_engine.protocol import (
    AnyClientMessage,
    CharacterAct,
    CharacterClaim,
    CharacterFocus,
    CharacterJoin,
    CharacterLeave,
    CharacterRelease,
    DeclaredAction,
    Gossip,
    InputAudioClear,
    InputAudioCommit,
    InputText,
    Ping,
    Pong,
    ReplyCancel,
    SaveCreate,
    SaveCreated,
    SaveLoad,
    SaveLoaded,
    Say,
    TurnStarted,
    Value,
    WorldEvent,
)

Priority = Literal["low", "normal", "high", "critical"]


class Verbs(ABC):
    """A method for each message that a game waits for. All raise `ServerRefused` for what the server refuses."""

    def __init__(self) -> None:
        self._answers = Answers()

    @abstractmethod
    def send(self, message: AnyClientMessage) -> str:
        """Send any message, whether or not there is a connection now; its id. An error comes as an item."""
        ...

    async def say(self, text: str, *, to: str | None = None, whisper: bool = False) -> Turn:
        """The player types a line; its turn, once that has begun. The scene decides who answers, perhaps nobody.

        Raises `ServerRefused`, here and below for what the server does not accept.
        """
        return await self._turn(InputText(text=text, to=to, whisper=whisper), begins_at_once=True)

    async def say_to(self, actor_id: str, text: str, *, whisper: bool = False) -> Turn:
        """The player types a line to this character."""
        return await self.say(text, to=actor_id, whisper=whisper)

    async def speak(self, actor_id: str, text: str, priority: Priority = "normal") -> Turn:
        """A character says exactly this, once it is its turn; with priority `low` perhaps never."""
        return await self._turn(Say(actor_id=actor_id, text=text, priority=priority), priority == "low")

    async def act(self, actor_id: str, actions: Iterable[str], text: str, priority: Priority = "normal") -> Turn:
        """A character does one of these actions, because of `text`."""
        message = CharacterAct(actor_id=actor_id, actions=list(actions), text=text, priority=priority)
        return await self._turn(message, priority == "low")

    async def event(
        self,
        name: str,
        text: str | None = None,
        *,
        respond: Literal["silent", "auto", "must"] = "silent",
        to: str | None = None,
        params: Mapping[str, Value] | None = None,
    ) -> None:
        """Something happened in the world."""
        await self.ask(WorldEvent(name=name, text=text, params=dict(params or {}), respond=respond, to=to))

    async def commit_audio(self) -> Turn:
        """Push-to-talk was released: the turn that answers what was said. Raises `ServerRefused` if that is nothing."""
        return await self._turn(InputAudioCommit(), begins_at_once=False)

    async def clear_audio(self) -> None:
        """Forget what was said and not answered."""
        await self.ask(InputAudioClear())

    async def cancel(self, utterance: int | None = None) -> None:
        """Whoever speaks is silent now; with `utterance`, only if that is being spoken."""
        await self.ask(ReplyCancel(utterance=utterance))

    async def join(self, actor_id: str, persona: str, actions: Iterable[DeclaredAction] = ()) -> None:
        """A character comes into earshot."""
        await self.ask(CharacterJoin(actor_id=actor_id, persona=persona, actions=list(actions)))

    async def leave(self, actor_id: str) -> None:
        """A character is out of earshot."""
        await self.ask(CharacterLeave(actor_id=actor_id))

    async def focus(self, actor_id: str, weight: float = 1.0) -> None:
        """The player looks at a character, whose answer is prepared; 0 ends that."""
        await self.ask(CharacterFocus(actor_id=actor_id, weight=weight))

    async def claim(self, actor_id: str, reason: str | None = None) -> None:
        """A scripted scene owns a character."""
        await self.ask(CharacterClaim(actor_id=actor_id, reason=reason))

    async def release(self, actor_id: str, reason: str | None = None) -> None:
        """The scripted scene is over."""
        await self.ask(CharacterRelease(actor_id=actor_id, reason=reason))

    async def gossip(self, actor_id: str, to: str, facts: Iterable[str]) -> None:
        """A character tells another what it knows."""
        await self.ask(Gossip(actor_id=actor_id, to=to, facts=list(facts)))

    async def save(self, label: str | None = None) -> str:
        """Keep this moment: an id for the game's own savefile."""
        created = await self._answers.expect(self.send(SaveCreate(label=label)), SaveCreated)
        assert isinstance(created, SaveCreated)
        return created.save_id

    async def load(self, save_id: str) -> None:
        """Go back to a save."""
        await self._answers.expect(self.send(SaveLoad(save_id=save_id)), SaveLoaded)

    async def settled(self) -> None:
        """Wait until the server has had all that was sent, the world included."""
        await self._answers.expect(self.send(Ping()), Pong)

    async def ask(self, message: AnyClientMessage) -> None:
        """Send a message and wait until the server has taken it. Raises `ServerRefused` if it does not accept it."""
        await self._answers.first(self._answers.expect(self.send(message)), self._answers.expect(self.send(Ping())))

    async def _turn(self, message: AnyClientMessage, begins_at_once: bool) -> Turn:
        """The turn that a message begins; one that begins at once or never is empty, if it does not."""
        begun = self._answers.expect(self.send(message), TurnStarted)
        taken = [self._answers.expect(self.send(Ping()))] if begins_at_once else []
        first = await self._answers.first(begun, *taken)
        return first if isinstance(first, Turn) else Turn()
