"""The Neuro Game SDK's API as what a connection speaks: the game is the player, its actions are declared ones. Pure.

The API has no message for a mistake: what can't be carried out is written to the server's log, by `problem`.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from npc_engine.frames import AudioFrame, Frame
from npc_engine.neuro import schema
from npc_engine.neuro.schema import Invalid
from npc_engine.protocol import (
    MAX_TEXT_CHARACTERS,
    PROTOCOL,
    ActionRequested,
    ActionResult,
    Audio,
    AudioOutput,
    CharacterAct,
    CharacterJoin,
    Error,
    Player,
    Scene,
    SceneCharacter,
    SessionOpen,
    WorldEvent,
)
from npc_engine.tongues import POLICY_VIOLATION, Input, Step
from npc_engine.tools import Tool, Tools, UnusableTool, tool

PLAYER = "game"
SPEECH_RATE = 24000
"""Samples per second of what is spoken aloud."""
MOST_ACTIONS = 64
RETRIES = 8
"""Times that a forced action is asked for again which the game refuses: a game may refuse everything."""
_PRIORITIES: dict[str, Literal["normal", "high", "critical"]] = {
    "low": "normal",
    "medium": "high",
    "high": "critical",
    "critical": "critical",
}


class NeuroTongue:
    """One game's connection."""

    def __init__(self, persona: str, aloud: bool = False) -> None:
        """`aloud` makes speech, which the server plays: no game has ears for it."""
        self.persona = persona
        """Who plays; there may be no such persona."""
        self.aloud = aloud
        self._game = PLAYER
        self._tools: dict[str, Tool] = {}
        self._opened = False
        self._forced: CharacterAct | None = None
        self._asked: str | None = None
        self._retries = 0

    def greet(self) -> Step:
        """The game speaks first."""
        return Step()

    def opening(self) -> tuple[SessionOpen, list[Input]]:
        """The session that a game needs."""
        self._opened = True
        opened = SessionOpen(
            protocol=PROTOCOL,
            player=Player(id=PLAYER, name=self._game[:64]),
            scene=Scene(characters=[SceneCharacter(actor_id=self.persona, persona=self.persona)]),
            audio=Audio(output=AudioOutput(rate=SPEECH_RATE, encoding="pcm" if self.aloud else "none")),
        )
        return opened, []

    def hear(self, frame: str | bytes) -> Step:
        """What a command of the game means."""
        try:
            command = schema.read(frame)
        except Invalid as problem:
            return Step(problem=Error(code="invalid_message", message=str(problem)))
        self._game = command.game
        try:
            return Step(inputs=self._meant(command))
        except UnusableTool as problem:
            return Step(inputs=[self._joined()], problem=Error(code="invalid_message", message=str(problem)))

    def tell(self, frame: Frame) -> Step:
        """What the character wants to do; what it says, no game has ears for."""
        if isinstance(frame, AudioFrame):
            return Step()
        if isinstance(frame, Error) and self._forced and frame.ref == self._forced.id:
            self._forced = None
            return Step()
        return self._act(frame) if isinstance(frame, ActionRequested) else Step()

    def farewell(self, problem: Error) -> tuple[int, str]:
        """All that a game's author may see of a mistake."""
        return POLICY_VIOLATION, problem.code

    def _meant(self, command: schema.AnyCommand) -> list[Input]:
        match command:
            case schema.Startup():
                self._tools, self._forced, self._asked = {}, None, None
                return [self._joined()]
            case schema.Context(data=data):
                respond: Literal["silent", "auto"] = "silent" if data.silent else "auto"
                return [WorldEvent(name="context", text=_cut(data.message), respond=respond)]
            case schema.Register(data=data):
                return self._register(data.actions)
            case schema.Unregister(data=data):
                for name in data.action_names:
                    self._tools.pop(name, None)
                return [self._joined()]
            case schema.Force(data=data):
                return self._force(data)
            case schema.Result(data=data):
                return self._end(data)

    def _register(self, actions: list[schema.Action]) -> list[Input]:
        """Take what can be taken; an action that is registered already stays as it is."""
        unusable: UnusableTool | None = None
        for action in actions:
            if action.name in self._tools:
                continue
            try:
                made = tool(action.name, action.description, action.schema_)
                Tools([*self._tools.values(), made])
                self._tools[action.name] = made
            except UnusableTool as problem:
                unusable = problem
        if unusable:
            raise unusable
        return [self._joined()]

    def _joined(self) -> CharacterJoin:
        """The character may do from now on what is registered."""
        actions = [each.action for each in self._tools.values()][:MOST_ACTIONS]
        return CharacterJoin(actor_id=self.persona, persona=self.persona, actions=actions)

    def _force(self, data: schema.ForceData) -> list[Input]:
        names = [self._tools[name].action.name for name in data.action_names if name in self._tools]
        if not names:
            raise UnusableTool(f"none of the forced actions is registered: {', '.join(data.action_names)[:200]}")
        text = _cut("\n".join(part for part in (data.state, data.query) if part))
        self._forced = CharacterAct(
            id="force",
            actor_id=self.persona,
            actions=names[:MOST_ACTIONS],
            text=text,
            priority=_PRIORITIES[data.priority],
        )
        self._asked, self._retries = None, RETRIES
        return [self._forced]

    def _act(self, asked: ActionRequested) -> Step:
        made = next((each for each in self._tools.values() if each.action.name == asked.name), None)
        if made is None:
            # An action of the persona's own world, or one that was unregistered meanwhile.
            return Step(inputs=[ActionResult(action_id=asked.action_id, status="refused")])
        if self._forced and asked.name in self._forced.actions:
            self._asked = asked.action_id
        data: dict[str, Any] = {"id": asked.action_id, "name": made.name}
        if made.parameters:
            data["data"] = made.arguments(asked.args)
        return Step([json.dumps({"command": "action", "data": data}, ensure_ascii=False)])

    def _end(self, data: schema.ResultData) -> list[Input]:
        status: Literal["done", "refused"] = "done" if data.success else "refused"
        detail = (data.message or "")[:MAX_TEXT_CHARACTERS] or None
        ended = ActionResult(action_id=data.id, status=status, detail=detail)
        if self._forced is None or data.id != self._asked:
            return [ended]
        if data.success or not self._retries:
            self._forced = self._asked = None
            return [ended]
        self._retries -= 1
        self._asked = None
        again = _cut("\n".join(part for part in (self._forced.text, data.message) if part))
        return [ended, self._forced.model_copy(update={"text": again, "priority": "critical"})]


def _cut(text: str) -> str:
    """As much of a text as a message may have."""
    return text.strip()[:MAX_TEXT_CHARACTERS] or "Something happened."
