"""What the player says by microphone, as `input_audio_buffer` and transcription events. Keeps the item in progress.

Clients fall silent at `speech_started`. While a character speaks, that is sent only once the player has interrupted
indeed: a cough stops nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from npc_engine.protocol import InputSpeechStarted, InputSpeechStopped, TranscriptFinal, TranscriptPartial
from npc_engine.realtime.items import Event, Items, item, new_id


@dataclass
class Heard:
    """One item of the player's speech."""

    item_id: str
    start_ms: int
    stop_ms: int | None = None
    told: bool = False
    """Whether the client knows that it has begun."""
    committed: bool = False
    transcript: str = ""
    """What the client was told of the words so far."""


class Speech:
    """The player's microphone. Methods return the events that follow."""

    def __init__(self, items: Items) -> None:
        self.transcribed = False
        """Whether the client wants the words."""
        self._items = items
        self._heard: Heard | None = None
        self._by_turn: dict[int, str] = {}

    def start(self, started: InputSpeechStarted, quietly: bool) -> list[Event]:
        """The player begins to speak; `quietly` while it may be a sound that stops nobody."""
        self._heard = Heard(new_id("item"), started.at_ms)
        return [] if quietly else self.tell()

    def stop(self, stopped: InputSpeechStopped) -> list[Event]:
        """The player has stopped."""
        if self._heard is None:
            return []
        self._heard.stop_ms = stopped.at_ms
        return self._tell_stop(self._heard) if self._heard.told else []

    def tell(self) -> list[Event]:
        """What was heard so far is the player's turn."""
        heard = self._heard
        if heard is None or heard.told:
            return []
        heard.told = True
        started: Event = {
            "type": "input_audio_buffer.speech_started",
            "audio_start_ms": heard.start_ms,
            "item_id": heard.item_id,
        }
        return [started, *(self._tell_stop(heard) if heard.stop_ms is not None else [])]

    def silence(self) -> list[Event]:
        """The character has spoken to its end: who still speaks is heard from now on, what was over was a cough."""
        if self._heard and not self._heard.told and self._heard.stop_ms is not None:
            self._heard = None
        return self.tell()

    def commit(self) -> list[Event]:
        """The client's button was released: its audio is an item."""
        self._heard = Heard(new_id("item"), 0, told=True)
        return self._commit(self._heard)

    def partial(self, partial: TranscriptPartial) -> list[Event]:
        """Words so far. Those that go on from what the client knows are sent; the rest comes at the end."""
        heard = self._heard
        if heard is None or not heard.committed or not partial.text.startswith(heard.transcript):
            return []
        return self._delta(heard, partial.text)

    def final(self, final: TranscriptFinal) -> list[Event]:
        """The words. Of a turn that the player went on with, this item replaces the one before."""
        heard = self._heard or Heard(new_id("item"), 0, stop_ms=final.audio_ms)
        events = [*self.tell(), *(self._commit(heard) if not heard.committed else [])]
        earlier = self._by_turn.get(final.turn)
        if earlier and earlier != heard.item_id and self._items.remove(earlier):
            events.append({"type": "conversation.item.deleted", "item_id": earlier})
        self._by_turn = {final.turn: heard.item_id}
        self._heard = None
        if shown := self._items.get(heard.item_id):
            shown["content"] = [{"type": "input_audio", "transcript": final.text}]
        if not self.transcribed:
            return events
        if final.text.startswith(heard.transcript):
            events += self._delta(heard, final.text)
        completed: Event = {
            "type": "conversation.item.input_audio_transcription.completed",
            "item_id": heard.item_id,
            "content_index": 0,
            "transcript": final.text,
            "usage": {"type": "duration", "seconds": final.audio_ms / 1000},
        }
        return [*events, completed]

    def fail(self, message: str) -> list[Event]:
        """Nobody could be understood."""
        heard, self._heard = self._heard, None
        if heard is None or not heard.committed or not self.transcribed:
            return []
        about = {"type": "transcription_error", "code": "audio_unintelligible", "message": message, "param": None}
        kind = "conversation.item.input_audio_transcription.failed"
        return [{"type": kind, "item_id": heard.item_id, "content_index": 0, "error": about}]

    def _tell_stop(self, heard: Heard) -> list[Event]:
        stopped: Event = {
            "type": "input_audio_buffer.speech_stopped",
            "audio_end_ms": heard.stop_ms,
            "item_id": heard.item_id,
        }
        return [stopped, *self._commit(heard)]

    def _commit(self, heard: Heard) -> list[Event]:
        heard.committed = True
        content = [{"type": "input_audio", "transcript": None}]
        said = item("message", heard.item_id, role="user", content=content)
        before = self._items.add(said)
        return [
            {"type": "input_audio_buffer.committed", "previous_item_id": before, "item_id": heard.item_id},
            {"type": "conversation.item.added", "previous_item_id": before, "item": dict(said)},
            {"type": "conversation.item.done", "previous_item_id": before, "item": dict(said)},
        ]

    def _delta(self, heard: Heard, text: str) -> list[Event]:
        delta, heard.transcript = text[len(heard.transcript) :], text
        if not delta or not self.transcribed:
            return []
        kind = "conversation.item.input_audio_transcription.delta"
        return [{"type": kind, "item_id": heard.item_id, "content_index": 0, "delta": delta}]
