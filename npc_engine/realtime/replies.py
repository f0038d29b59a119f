"""What a character says and does, as `response` events. Keeps the response in progress; knows no client event."""

from __future__ import annotations

import base64
import json
from typing import Any

from npc_engine.core.clauses import is_wide
from npc_engine.protocol import (
    ActionRequested,
    TurnCompleted,
    UtteranceCompleted,
    UtteranceStarted,
    UtteranceText,
)
from npc_engine.realtime.items import Event, Items, Response, Spoken, item
from npc_engine.realtime.schema import Settings
from npc_engine.tools import Tool

_ENDS = {"done": "completed", "interrupted": "turn_detected", "cancelled": "client_cancelled", "failed": "failed"}


class Replies:
    """The responses of one conversation. Methods return the events that follow."""

    def __init__(self, items: Items) -> None:
        self.current: Response | None = None
        """The response in progress."""
        self.settings = Settings()
        self._items = items
        self._places: dict[str, Spoken] = {}

    @property
    def speaking(self) -> bool:
        """Whether the client knows that the character speaks."""
        return self.current is not None and self.current.spoken is not None

    def place(self, item_id: str) -> Spoken | None:
        """The utterance that an item is."""
        return self._places.get(item_id)

    def begin(self, response: Response) -> list[Event]:
        """A response is in progress from now on."""
        self.current = response
        return [{"type": "response.created", "response": response.shown(self._voice, ended=False)}]

    def end(self, end: str | None = None) -> list[Event]:
        """The response in progress is over."""
        response, self.current = self.current, None
        if response is None:
            return []
        response.end = end or response.end
        return [{"type": "response.done", "response": response.shown(self._voice, ended=True)}]

    def of_turn(self, turn: int) -> tuple[Response, list[Event]]:
        """The response in progress, which is of this turn; a new one if there is none."""
        events = [] if self.current else self.begin(Response(self.settings.speaks))
        assert self.current is not None
        self.current.turn = self.current.turn or turn
        return self.current, events

    def start(self, started: UtteranceStarted) -> list[Event]:
        """The character begins to speak."""
        response, events = self.of_turn(started.turn)
        response.speaks = response.speaks and started.rate is not None
        message = item("message", status="in_progress", role="assistant", content=[])
        response.spoken = Spoken(started.utterance, message["id"], len(response.output))
        self._places[message["id"]] = response.spoken
        part = {"type": "audio", "transcript": ""} if response.speaks else {"type": "text", "text": ""}
        return [
            *events,
            *self._added(response, message),
            {"type": "response.content_part.added", **self._at(response), "part": part},
        ]

    def say(self, said: UtteranceText) -> list[Event]:
        """One more clause."""
        response = self.current
        if response is None or response.spoken is None:
            return []
        before, text = response.spoken.text, said.text
        gap = " " if before and text and not (is_wide(before[-1]) or is_wide(text[0])) else ""
        response.spoken.text = before + gap + text
        kind = "response.output_audio_transcript.delta" if response.speaks else "response.output_text.delta"
        return [{"type": kind, **self._at(response), "delta": gap + text}]

    def sound(self, pcm: bytes) -> list[Event]:
        """Speech of it, at the rate of the API. A response that is text alone goes without."""
        response = self.current
        if response is None or response.spoken is None or not response.speaks:
            return []
        response.samples += len(pcm) // 2
        response.spoken.samples += len(pcm) // 2
        delta = base64.b64encode(pcm).decode("ascii")
        return [{"type": "response.output_audio.delta", **self._at(response), "delta": delta}]

    def finish(self, completed: UtteranceCompleted) -> list[Event]:
        """The character has spoken, or was interrupted; its item keeps what was heard."""
        response = self.current
        if response is None or response.spoken is None:
            return []
        response.end = _ENDS[completed.reason]
        response.written += completed.text
        whole, at = completed.reason == "done", self._at(response)
        heard = completed.text if whole else completed.heard_text
        if response.speaks:
            content: dict[str, Any] = {"type": "output_audio", "transcript": heard}
            part = {"type": "audio", "transcript": completed.text}
            done: list[Event] = [
                {"type": "response.output_audio.done", **at},
                {"type": "response.output_audio_transcript.done", **at, "transcript": completed.text},
            ]
        else:
            content, part = {"type": "output_text", "text": heard}, {"type": "text", "text": completed.text}
            done = [{"type": "response.output_text.done", **at, "text": completed.text}]
        message = self._items.get(response.spoken.item_id) or item("message", role="assistant")
        message.update(status="completed" if whole else "incomplete", content=[content])
        done.append({"type": "response.content_part.done", **at, "part": part})
        done += self._done(response, message, response.spoken.index)
        response.spoken = None
        return done

    def call(self, asked: ActionRequested, tool: Tool, turn: int) -> list[Event]:
        """The character wants the client to do something: what it says of it is a response of its own."""
        response, events = self.of_turn(turn)
        arguments = tool.arguments(asked.args)
        call = item("function_call", status="in_progress", name=tool.name, call_id=asked.action_id, arguments="")
        index = len(response.output)
        events += self._added(response, call)
        call.update(status="completed", arguments=arguments)
        at = {"response_id": response.id, "item_id": call["id"], "output_index": index, "call_id": asked.action_id}
        events.append({"type": "response.function_call_arguments.delta", **at, "delta": arguments})
        done = {"type": "response.function_call_arguments.done", **at, "name": tool.name, "arguments": arguments}
        response.written += json.dumps(arguments)
        return [*events, done, *self._done(response, call, index), *self.end("completed")]

    def complete(self, completed: TurnCompleted) -> list[Event]:
        """The turn is over."""
        response = self.current
        if response is None or response.turn != completed.turn:
            return []
        if not response.output and response.end == "completed":
            response.end = "turn_detected"
        return self.end()

    @property
    def _voice(self) -> Any:
        return self.settings.audio.output.voice

    def _at(self, response: Response) -> dict[str, Any]:
        """The place of what is being said."""
        assert response.spoken is not None
        where = {"response_id": response.id, "item_id": response.spoken.item_id}
        return {**where, "output_index": response.spoken.index, "content_index": 0}

    def _added(self, response: Response, new: dict[str, Any]) -> list[Event]:
        before = self._items.add(new)
        response.output.append(new)
        index = len(response.output) - 1
        return [
            {
                "type": "response.output_item.added",
                "response_id": response.id,
                "output_index": index,
                "item": dict(new),
            },
            {"type": "conversation.item.added", "previous_item_id": before, "item": dict(new)},
        ]

    def _done(self, response: Response, done: dict[str, Any], index: int) -> list[Event]:
        shown, before = dict(done), self._items.before(done["id"])
        return [
            {"type": "response.output_item.done", "response_id": response.id, "output_index": index, "item": shown},
            {"type": "conversation.item.done", "previous_item_id": before, "item": shown},
        ]
