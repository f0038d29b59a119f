"""A session as its client describes it by `session.update`, and the session that we open for it. Pure."""

from __future__ import annotations

import re
from typing import Any

from npc_engine.protocol import (
    AI_LABEL,
    PROTOCOL,
    Audio,
    AudioInput,
    AudioOutput,
    CharacterJoin,
    DeclaredAction,
    Player,
    Scene,
    SceneCharacter,
    SessionOpen,
)
from npc_engine.realtime import schema
from npc_engine.realtime.items import new_id
from npc_engine.realtime.schema import RATE, Invalid, Settings
from npc_engine.realtime.turns import endpointing
from npc_engine.tongues import Input, Listen
from npc_engine.tools import Tools, UnusableTool, tool

PLAYER = "player"


class Described:
    """The settings of one connection."""

    def __init__(self, persona: str) -> None:
        self.persona = persona
        self.settings = Settings()
        self.tools = Tools()
        self._id = new_id("sess")
        self._opened = False
        self._listens: Listen | None = None

    def shown(self) -> dict[str, Any]:
        """As the client sees it, with the notice that players must see."""
        return {
            **self.settings.model_dump(mode="json"),
            "id": self._id,
            "object": "realtime.session",
            "model": self.persona,
            "label": AI_LABEL.get(self._language or "en", AI_LABEL["en"]),
        }

    def opening(self) -> SessionOpen:
        """The session that was described so far; changes are inputs from now on."""
        self._opened = True
        return SessionOpen(
            protocol=PROTOCOL,
            player=Player(id=PLAYER, language=self._language),
            scene=Scene(
                characters=[SceneCharacter(actor_id=self.persona, persona=self.persona)], actions=self._actions()
            ),
            audio=Audio(
                input=AudioInput(rate=RATE),
                output=AudioOutput(rate=RATE, encoding="pcm" if self.settings.speaks else "none"),
            ),
            mode="hands_free" if self.settings.audio.input.turn_detection else "push_to_talk",
        )

    def first(self) -> list[Input]:
        """What the session is to know before all else."""
        return [self._listens] if self._listens else []

    def change(self, update: dict[str, Any]) -> list[Input]:
        """Take an update; return what the session is to know of it. Raises `Invalid`, and changes nothing."""
        settings = schema.changed(self.settings, update)
        if self._opened and settings.speaks and not self.settings.speaks:
            text = "this session began with text alone: connect again with output_modalities ['audio']"
            raise Invalid(text, "invalid_value", "session.output_modalities")
        try:
            tools = Tools(tool(each.name, each.description or "", each.parameters) for each in settings.tools)
        except UnusableTool as problem:
            raise Invalid(str(problem), "invalid_value", "session.tools") from problem
        before, self.settings, self.tools = self.settings, settings, tools
        inputs: list[Input] = []
        if (before.tools, before.tool_choice) != (settings.tools, settings.tool_choice):
            inputs.append(CharacterJoin(actor_id=self.persona, persona=self.persona, actions=self._actions()))
        detection = settings.audio.input.turn_detection
        if before.audio.input.turn_detection != detection:
            self._listens = Listen(endpointing(detection), pushed=detection is None)
            inputs.append(self._listens)
        return inputs if self._opened else []

    def forced(self, choice: Any) -> list[str]:
        """Names of the actions one of which a `tool_choice` demands; empty where it leaves the choice."""
        match self.settings.tool_choice if choice is None else choice:
            case "required":
                return [action.name for action in self.tools.actions]
            case {"type": "function", "name": str(name)}:
                named = [action for action in self.tools.actions if self.tools[action.name].name == name]
                if not named:
                    raise Invalid(f"the session has no tool '{name[:64]}'", "invalid_value", "tool_choice")
                return [action.name for action in named]
            case _:
                return []

    def _actions(self) -> list[DeclaredAction]:
        return [] if self.settings.tool_choice == "none" else self.tools.actions

    @property
    def _language(self) -> str | None:
        """Spoken by the player, as far as the client says."""
        asked = self.settings.audio.input.transcription
        found = re.match(r"[a-z]{2}\b", (asked and asked.language) or "")
        return found[0] if found else None
