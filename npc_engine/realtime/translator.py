"""Translate between the OpenAI Realtime API and `npc.v1`: what a client's event means, and how ours are told. Pure.

Their events become our messages and audio, our messages become theirs. Nothing here knows sockets or sessions.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

from npc_engine.protocol import (
    MAX_TEXT_CHARACTERS,
    ActionRequested,
    ActionResult,
    AnyServerMessage,
    CharacterAct,
    Error,
    InputAudioClear,
    InputAudioCommit,
    InputSpeechStarted,
    InputSpeechStopped,
    InputText,
    PlaybackReport,
    ReplyCancel,
    SessionClosing,
    TranscriptFinal,
    TranscriptPartial,
    TurnCompleted,
    TurnStarted,
    UtteranceCompleted,
    UtteranceStarted,
    UtteranceText,
    WorldEvent,
)
from npc_engine.realtime import schema
from npc_engine.realtime.described import Described
from npc_engine.realtime.items import Event, Items, Response, item
from npc_engine.realtime.replies import Replies
from npc_engine.realtime.schema import RATE, Invalid
from npc_engine.realtime.speech import Speech
from npc_engine.tongues import Input

YOUR_TURN = "It is your turn to speak."
"""What a `response.create` means that follows no line of the player."""
_CODES = {"unauthorised": "invalid_api_key", "persona_not_found": "invalid_model"}
"""Errors for which the API has names of its own."""
_ALL = 2**31 - 1
"""Samples: more than any utterance has."""


@dataclass
class Step:
    """What follows from one event, in order."""

    events: list[Event] = field(default_factory=list)
    """For the client."""
    inputs: list[Input] = field(default_factory=list)
    """For the session."""


class Translator:
    """One connection."""

    def __init__(self, persona: str) -> None:
        self.described = Described(persona)
        self._items = Items()
        self._replies = Replies(self._items)
        self._speech = Speech(self._items)
        self._calls: set[str] = set()
        self._turn = 0
        self._lines: dict[str, str] = {}
        self._uncommitted = 0
        self._committed = False
        self._unclaimed = False
        self._heard: TranscriptFinal | None = None

    def greet(self) -> list[Event]:
        """What a client is told first."""
        return [{"type": "session.created", "session": self.described.shown()}]

    # Their events

    def take(self, event: schema.AnyClientEvent) -> Step:
        """What an event of the client means. Raises `Invalid`, and changes nothing."""
        try:
            return self._take(event)
        except Invalid as problem:
            problem.event_id = problem.event_id or event.event_id
            raise

    def _take(self, event: schema.AnyClientEvent) -> Step:
        match event:
            case schema.SessionUpdate():
                return self._update(event.session)
            case schema.AudioAppend():
                return self._append(event.audio)
            case schema.AudioCommit():
                return self._commit()
            case schema.AudioClear():
                self._uncommitted, self._committed = 0, False
                return Step([{"type": "input_audio_buffer.cleared"}], [InputAudioClear()])
            case schema.ItemCreate():
                return self._create(event)
            case schema.ItemRetrieve():
                return Step([{"type": "conversation.item.retrieved", "item": dict(self._item(event.item_id))}])
            case schema.ItemDelete():
                self._item(event.item_id)
                self._items.remove(event.item_id)
                self._lines.pop(event.item_id, None)
                return Step([{"type": "conversation.item.deleted", "item_id": event.item_id}])
            case schema.ItemTruncate():
                return self._truncate(event)
            case schema.ResponseCreate():
                return self._respond(event)
            case schema.ResponseCancel():
                return self._cancel(event)

    def _update(self, update: dict[str, Any]) -> Step:
        inputs = self.described.change(update)
        settings = self.described.settings
        self._replies.settings = settings
        self._speech.transcribed = settings.audio.input.transcription is not None
        return Step([{"type": "session.updated", "session": self.described.shown()}], inputs)

    def _append(self, audio: str) -> Step:
        try:
            pcm = base64.b64decode(audio, validate=True)
        except (binascii.Error, ValueError) as problem:
            raise Invalid(f"the audio is not base64: {problem}", "invalid_value", "audio") from problem
        if len(pcm) % 2:
            raise Invalid("audio must be whole 16-bit samples: an even number of bytes", "invalid_value", "audio")
        self._uncommitted += len(pcm) // 2
        return Step([], [pcm] if pcm else [])

    def _commit(self) -> Step:
        if self.described.settings.audio.input.turn_detection:
            text = "turn detection commits the audio: set turn_detection to null to do so yourself"
            raise Invalid(text, "input_audio_buffer_commit_not_allowed")
        if not self._uncommitted:
            text = "the buffer is empty: send input_audio_buffer.append before the commit"
            raise Invalid(text, "input_audio_buffer_commit_empty")
        self._uncommitted, self._committed = 0, True
        return Step(self._speech.commit())

    def _create(self, event: schema.ItemCreate) -> Step:
        new, inputs = event.item, list[Input]()
        if new.id and self._items.get(new.id):
            raise Invalid(f"there is an item '{new.id}' already", "item_create_duplicate_id", "item.id")
        if isinstance(new, schema.FunctionCallOutput):
            if new.call_id not in self._calls:
                raise Invalid(f"no call '{new.call_id}' was made", "item_create_invalid_call_id", "item.call_id")
            self._calls.remove(new.call_id)
            self._unclaimed = True
            told = new.output[:MAX_TEXT_CHARACTERS] or None
            inputs.append(ActionResult(action_id=new.call_id, status="done", detail=told))
            shown = item("function_call_output", new.id, call_id=new.call_id, output=new.output)
        else:
            shown = self._message(new, inputs)
        before = self._items.add(shown)
        kinds = ("conversation.item.added", "conversation.item.done")
        return Step([{"type": kind, "previous_item_id": before, "item": dict(shown)} for kind in kinds], inputs)

    def _message(self, new: schema.Message, inputs: list[Input]) -> dict[str, Any]:
        """A line of the player waits for `response.create`; others are told to the character at once."""
        text = new.text
        waiting = sum(len(line) + 1 for line in self._lines.values()) if new.role == "user" else 0
        if not text or waiting + len(text) > MAX_TEXT_CHARACTERS:
            allowed = f"1 to {MAX_TEXT_CHARACTERS} characters, with those that wait for an answer"
            raise Invalid(f"a message needs text of {allowed}; audio comes by append", "invalid_value", "item.content")
        kind = "output_text" if new.role == "assistant" else "input_text"
        role = "system" if new.role == "developer" else new.role
        shown = item("message", new.id, role=role, content=[{"type": kind, "text": text}])
        if new.role == "user":
            self._lines[shown["id"]] = text
        else:
            told = f"You have said: {text}" if new.role == "assistant" else text
            inputs.append(WorldEvent(name=new.role, text=told[:MAX_TEXT_CHARACTERS]))
        return shown

    def _truncate(self, event: schema.ItemTruncate) -> Step:
        self._item(event.item_id)
        place = self._replies.place(event.item_id)
        if place is None:
            raise Invalid("only what the character says can be truncated", "invalid_value", "item_id")
        samples = min(event.audio_end_ms * RATE // 1000, place.samples)
        told = {"item_id": event.item_id, "content_index": event.content_index, "audio_end_ms": event.audio_end_ms}
        report = PlaybackReport(utterance=place.utterance, samples=samples, state="stopped")
        return Step([{"type": "conversation.item.truncated", **told}], [report])

    def _respond(self, event: schema.ResponseCreate) -> Step:
        asked = event.response or schema.ResponseParams()
        if asked.conversation == "none" or asked.input is not None:
            text = "a character has one conversation: leave out `conversation` and `input`"
            raise Invalid(text, "invalid_value", "response.conversation")
        current = self._replies.current
        claims = self._unclaimed and not self._lines and not self._committed
        if current and not claims:
            text = f"the response {current.id} is in progress: wait for its response.done, or cancel it"
            raise Invalid(text, "conversation_already_has_active_response")
        speaks = self.described.settings.speaks and asked.output_modalities in (None, ["audio"])
        response = Response(speaks, asked.metadata, event.event_id)
        if claims:
            return self._claim(response)
        forced = self.described.forced(asked.tool_choice)
        return Step(self._replies.begin(response), self._question(response, asked.instructions, forced))

    def _claim(self, response: Response) -> Step:
        """What follows the result of a call comes by itself: this asks for it, or asked too late."""
        self._unclaimed = False
        current = self._replies.current
        if current:
            current.metadata = response.metadata
            return Step()
        begun = self._replies.begin(response)
        return Step(begun if self._turn else [*begun, *self._replies.end()])

    def _question(self, response: Response, instructions: str | None, forced: list[str]) -> list[Input]:
        """What the character is to answer, or to do."""
        self._unclaimed = False
        if self._committed:
            self._committed = False
            return [InputAudioCommit(id=response.id)]
        response.read, self._lines = "\n".join(self._lines.values()), {}
        text = response.read or (instructions or YOUR_TURN)[:MAX_TEXT_CHARACTERS]
        if forced:
            return [CharacterAct(id=response.id, actor_id=self.described.persona, actions=forced, text=text)]
        if response.read:
            return [InputText(id=response.id, text=text)]
        return [WorldEvent(id=response.id, name="your_turn", text=text, respond="must")]

    def _cancel(self, event: schema.ResponseCancel) -> Step:
        current = self._replies.current
        if current is None or event.response_id not in (None, current.id):
            raise Invalid("no such response is in progress", "response_cancel_not_active")
        current.end = "client_cancelled"
        return Step([], [ReplyCancel()])

    def _item(self, item_id: str) -> dict[str, Any]:
        found = self._items.get(item_id)
        if found is None:
            raise Invalid(f"there is no item '{item_id[:64]}'", "item_not_found", "item_id")
        return found

    # Our messages

    def tell(self, message: AnyServerMessage) -> Step:
        """How a message of the session is told."""
        match message:
            case TurnStarted():
                return self._tell_turn(message)
            case UtteranceStarted():
                return self._tell_start(message)
            case UtteranceText():
                return Step(self._replies.say(message))
            case UtteranceCompleted():
                return Step([*self._tell_interruption(message), *self._replies.finish(message)])
            case TurnCompleted():
                self._turn = 0
                return Step(self._replies.complete(message))
            case ActionRequested():
                return self._tell_call(message)
            case InputSpeechStarted():
                return Step(self._speech.start(message, quietly=self._replies.speaking))
            case InputSpeechStopped():
                return Step(self._speech.stop(message))
            case TranscriptPartial():
                return Step(self._speech.partial(message))
            case TranscriptFinal():
                self._heard = message
                return Step(self._speech.final(message))
            case Error():
                return Step(self._tell_error(message))
            case SessionClosing(reason=reason):
                return Step([error(reason, "session_expired", "server_error")])
            case _:
                return Step()

    def sound(self, pcm: bytes) -> list[Event]:
        """How speech is told, PCM at the API's rate."""
        return self._replies.sound(pcm)

    def _tell_turn(self, started: TurnStarted) -> Step:
        self._turn, self._unclaimed = started.turn, False
        response, events = self._replies.of_turn(started.turn)
        heard, self._heard = self._heard, None
        if heard:
            response.read, response.heard_ms = heard.text, heard.audio_ms
        return Step(events)

    def _tell_start(self, started: UtteranceStarted) -> Step:
        events = self._replies.start(started)
        current = self._replies.current
        silent = current is not None and not current.speaks and started.rate is not None
        # Nobody plays it, so that nobody has to wait until it would have been played.
        report = PlaybackReport(utterance=started.utterance, samples=_ALL, state="done")
        return Step(events, [report] if silent else [])

    def _tell_interruption(self, completed: UtteranceCompleted) -> list[Event]:
        return self._speech.silence() if completed.reason == "done" else self._speech.tell()

    def _tell_call(self, asked: ActionRequested) -> Step:
        if asked.name not in self.described.tools:
            # An action of the persona's own world: there is no game behind this client.
            return Step([], [ActionResult(action_id=asked.action_id, status="refused")])
        self._calls.add(asked.action_id)
        return Step(self._replies.call(asked, self.described.tools[asked.name], self._turn))

    def described_error(self, problem: Error) -> Event:
        """One of our errors as the API names it."""
        kind = "server_error" if problem.code in ("engine_failed", "store_failed") else "invalid_request_error"
        code = _CODES.get(problem.code, problem.code)
        if problem.code == "persona_not_found" and not self.described.persona:
            code = "missing_model"
        return error(problem.message, code, kind, event_id=problem.ref)

    def _tell_error(self, problem: Error) -> list[Event]:
        unheard = self._speech.fail(problem.message) if problem.code == "nothing_heard" else []
        current = self._replies.current
        if current is None or problem.ref != current.id:
            return [*unheard, self.described_error(problem)]
        told = error(problem.message, problem.code, event_id=current.event_id)
        return [*unheard, told, *self._replies.end("failed")]


def error(
    message: str,
    code: str,
    kind: str = "invalid_request_error",
    param: str | None = None,
    event_id: str | None = None,
) -> Event:
    """An `error` event; `event_id` is of the client's event that caused it."""
    about = {"type": kind, "code": code, "message": message, "param": param, "event_id": event_id}
    return {"type": "error", "error": about}
