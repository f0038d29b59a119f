"""What each message of a client does to the conversation, sound apart. No I/O, no clock, no models."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from npc_engine.core.commands import Close, Command, CreateSave, LetGo, LoadSave, Prepare, Send
from npc_engine.core.declared import InvalidAction, with_declared
from npc_engine.core.dialogue import Dialogue, Waiting
from npc_engine.core.feelings import Happening
from npc_engine.core.journal import ActionEnded
from npc_engine.core.quests import UnknownStage
from npc_engine.core.scene import Character
from npc_engine.persona.model import Persona
from npc_engine.protocol import (
    ActionResult,
    AnyClientMessage,
    CharacterAct,
    CharacterClaim,
    CharacterFocus,
    CharacterJoin,
    CharacterLeave,
    CharacterRelease,
    Error,
    ErrorCode,
    Gossip,
    InputText,
    Ping,
    PlaybackReport,
    Pong,
    ReplyCancel,
    SaveCreate,
    SaveLoad,
    Say,
    SessionClose,
    WorldEvent,
    WorldSet,
)

_CHANGES = WorldSet | WorldEvent | CharacterJoin | CharacterLeave
"""What changes what an answer must be: none that was thought of before is right any more."""
_Addressed = (
    InputText | WorldEvent | CharacterLeave | CharacterFocus | CharacterClaim | CharacterRelease | CharacterAct | Say
)


class Messages:
    """Carries messages out."""

    def __init__(self, dialogue: Dialogue, personas: Mapping[str, Persona]) -> None:
        self._dialogue = dialogue
        self._personas = personas

    def take(self, message: AnyClientMessage, at: float, is_idle: bool) -> list[Command]:
        """What is to be done; `is_idle` while nobody speaks and nothing is being answered."""
        if isinstance(message, _CHANGES):
            return [*self._dialogue.drop(), *self._carry(message, at, is_idle)]
        return self._carry(message, at, is_idle)

    def _carry(self, message: AnyClientMessage, at: float, is_idle: bool) -> list[Command]:
        match message:
            case InputText():
                return self._take_text(message, at)
            case WorldSet():
                return self._take_world(message)
            case WorldEvent():
                return self._take_world_event(message, is_idle)
            case CharacterJoin():
                return self._take_join(message)
            case CharacterLeave():
                return self._take_leave(message, at)
            case CharacterFocus():
                return self._take_focus(message)
            case Say() | CharacterAct():
                return self._take_say(message, at, is_idle)
            case ReplyCancel():
                return self._take_cancel(message, at)
            case PlaybackReport():
                return self._take_report(message, at)
            case Gossip():
                return self._take_gossip(message)
            case CharacterClaim() | CharacterRelease():
                return self._take_claim(message, at)
            case ActionResult():
                return self._take_result(message, at)
            case SaveCreate():
                return [CreateSave(message.label, message.id)]
            case SaveLoad():
                return [LoadSave(message.save_id, message.id)]
            case SessionClose():
                return [*self._dialogue.close(at), Close("closed by the client")]
            case Ping(t=t):
                return [Send(Pong(t=t, ref=message.id))]
            case _:
                return [error("already_open", "this session is open: a connection has one session", message.id)]

    def _take_gossip(self, message: Gossip) -> list[Command]:
        known = self._dialogue.chronicle.state.gossip()
        unknown = next((fact for fact in message.facts if fact not in known), None)
        if unknown is not None:
            near = difflib.get_close_matches(unknown, known, n=1)
            guess = f"; did you mean {near[0]}?" if near else ""
            return [error("fact_not_found", f"no world in this scene has the fact '{unknown}'{guess}", message.id)]
        for fact in message.facts:
            self._dialogue.chronicle.learn(message.to, fact, "told", message.actor_id)
        return []

    def _take_claim(self, message: CharacterClaim | CharacterRelease, at: float) -> list[Command]:
        if self._dialogue.scene.get(message.actor_id) is None:
            return [self._no_actor(message)]
        if isinstance(message, CharacterRelease):
            self._dialogue.scene.release(message.actor_id)
            return []
        self._dialogue.scene.claim(message.actor_id)
        return self._dialogue.hush(message.actor_id, at)

    def _take_result(self, message: ActionResult, at: float) -> list[Command]:
        if message.action_id not in self._dialogue.chronicle.story.deeds:
            text = f"no action '{message.action_id}' was requested: send the action_id of action.requested"
            return [error("action_not_found", text, message.id)]
        ended = ActionEnded(action_id=message.action_id, status=message.status, detail=message.detail)
        return self._dialogue.end_action(ended, at)

    def _take_text(self, message: InputText, at: float) -> list[Command]:
        to = self._dialogue.scene.get(message.to) if message.to else None
        if message.to and to is None:
            return [self._no_actor(message)]
        return self._dialogue.answer(message.text, at, to=to, ref=message.id, whispered=message.whisper)

    def _take_world(self, message: WorldSet) -> list[Command]:
        try:
            moved = self._dialogue.chronicle.set(message.values)
        except UnknownStage as problem:
            return [error("invalid_message", str(problem), message.id)]
        return [Send(changed.model_copy(update={"ref": message.id})) for changed in moved]

    def _take_world_event(self, message: WorldEvent, is_idle: bool) -> list[Command]:
        scene = self._dialogue.scene
        to = scene.get(message.to) if message.to else scene.narrator or scene.who_answers("")
        if message.to and to is None:
            return [self._no_actor(message)]
        text = message.text or message.name.replace("_", " ")
        self._dialogue.chronicle.feel(Happening(event=message.name), self._dialogue.language or "en")
        wanted = message.respond == "must" or (message.respond == "auto" and is_idle)
        if to and wanted:
            self._dialogue.say(Waiting(to, text, "event", message.id))
        else:
            self._dialogue.chronicle.tell(text)
        return []

    def _take_join(self, message: CharacterJoin) -> list[Command]:
        persona = self._personas.get(message.persona)
        if persona is None:
            known = ", ".join(sorted(self._personas))
            return [error("persona_not_found", f"no persona '{message.persona}'; there is: {known}", message.id)]
        try:
            character = with_declared(Character(message.actor_id, persona, message.persona), message.actions)
        except InvalidAction as problem:
            return [error("invalid_message", str(problem), message.id)]
        self._dialogue.chronicle.join(character)
        return [Prepare(self._dialogue.waiting_prompt(character))]

    def _take_leave(self, message: CharacterLeave, at: float) -> list[Command]:
        if self._dialogue.scene.get(message.actor_id) is None:
            return [self._no_actor(message)]
        return self._dialogue.leave(message.actor_id, at)

    def _take_focus(self, message: CharacterFocus) -> list[Command]:
        character = self._dialogue.scene.get(message.actor_id)
        if character is None:
            return [self._no_actor(message)]
        prompt = self._dialogue.waiting_prompt(character)
        return [Prepare(prompt, message.weight) if message.weight > 0 else LetGo(prompt.conversation)]

    def _take_say(self, message: Say | CharacterAct, at: float, is_idle: bool) -> list[Command]:
        character = self._dialogue.scene.get(message.actor_id)
        if character is None:
            return [self._no_actor(message)]
        if message.priority == "low" and not is_idle:
            return []
        commands = self._dialogue.end_turn("interrupted", at) if message.priority == "critical" else []
        actions = tuple(message.actions) if isinstance(message, CharacterAct) else ()
        self._dialogue.say(
            Waiting(character, message.text, "deed" if actions else "exact", message.id, actions),
            urgent=message.priority in ("high", "critical"),
        )
        return commands

    def _take_cancel(self, message: ReplyCancel, at: float) -> list[Command]:
        turn = self._dialogue.turn
        meant = turn and message.utterance in (None, turn.reply.utterance)
        return self._dialogue.end_turn("cancelled", at) if meant else []

    def _take_report(self, message: PlaybackReport, at: float) -> list[Command]:
        if not self._dialogue.has_begun(message.utterance):
            return [error("utterance_not_found", f"there was no utterance {message.utterance} yet", message.id)]
        turn = self._dialogue.turn
        if turn is None or not self._dialogue.audible or turn.reply.utterance != message.utterance:
            return []  # A report about an utterance that is over is only late.
        if turn.reply.rate:
            turn.reply.report(message.samples / turn.reply.rate, at)
        return self._dialogue.end_turn("cancelled", at) if message.state == "stopped" else []

    def _no_actor(self, message: _Addressed) -> Command:
        asked = message.to if isinstance(message, InputText | WorldEvent) else message.actor_id
        known = ", ".join(character.actor_id for character in self._dialogue.scene) or "nobody"
        return error("actor_not_found", f"'{asked}' is not in earshot; there is: {known}", message.id)


def error(code: ErrorCode, message: str, ref: str | None = None) -> Command:
    """Tell the client what is wrong, and what to do."""
    return Send(Error(code=code, message=message, ref=ref))
