"""The items and responses of one conversation, as clients see them: JSON that is ready to be sent. Decides nothing."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, field
from typing import Any

from npc_engine.realtime.schema import RATE

Event = dict[str, Any]
"""A server event; it gets its `event_id` when it leaves."""
MOST_ITEMS = 4096
_MS_PER_TOKEN_HEARD, _MS_PER_TOKEN_SPOKEN, _BYTES_PER_TOKEN = 100, 50, 4
"""What the API counts: a token for so much of the player's speech, of the reply's, and, by rule of thumb, of text."""


def new_id(kind: str) -> str:
    """An id that nobody can guess, as `item_0f3a...`."""
    return f"{kind}_{secrets.token_hex(10)}"


def item(kind: str, item_id: str | None = None, status: str = "completed", **fields: Any) -> dict[str, Any]:
    """An item of the conversation."""
    return {"id": item_id or new_id("item"), "object": "realtime.item", "type": kind, "status": status, **fields}


class Items:
    """The last `MOST_ITEMS` items of a conversation, in order."""

    def __init__(self) -> None:
        self._items: dict[str, dict[str, Any]] = {}

    def add(self, new: dict[str, Any]) -> str | None:
        """Append an item; return the id of the one before it."""
        before = next(reversed(self._items), None)
        self._items[new["id"]] = new
        if len(self._items) > MOST_ITEMS:
            del self._items[next(iter(self._items))]
        return before

    def get(self, item_id: str) -> dict[str, Any] | None:
        """The item, unless there is none."""
        return self._items.get(item_id)

    def remove(self, item_id: str) -> bool:
        """Forget an item; whether there was one."""
        return self._items.pop(item_id, None) is not None

    def before(self, item_id: str) -> str | None:
        """The id of the item before this one."""
        ids = list(self._items)
        place = ids.index(item_id) if item_id in ids else 0
        return ids[place - 1] if place else None


@dataclass
class Spoken:
    """One utterance of a response."""

    utterance: int
    item_id: str
    index: int
    """Among the response's items."""
    text: str = ""
    samples: int = 0
    """That were sent."""


@dataclass
class Response:
    """One `response` of the API: a turn of the character, or its part before or after an action."""

    speaks: bool
    """Whether it is spoken, and not text alone."""
    metadata: dict[str, Any] | None = None
    event_id: str | None = None
    """Of the event that asked for it."""
    turn: int | None = None
    """Once it has begun."""
    id: str = field(default_factory=lambda: new_id("resp"))
    output: list[dict[str, Any]] = field(default_factory=list)
    spoken: Spoken | None = None
    """What is being said."""
    samples: int = 0
    heard_ms: int = 0
    """Of the player's speech that it answers."""
    read: str = ""
    """The player's words that it answers."""
    written: str = ""
    end: str = "completed"
    """How it ends: `completed`, `failed`, or the reason of a cancellation."""

    def shown(self, voice: Any, ended: bool) -> dict[str, Any]:
        """As the client sees it."""
        cancelled = self.end in ("turn_detected", "client_cancelled")
        status = "cancelled" if cancelled else self.end
        details = {"type": status, "reason": self.end} if cancelled else {"type": status}
        return {
            "id": self.id,
            "object": "realtime.response",
            "status": status if ended else "in_progress",
            "status_details": details if ended and status != "completed" else None,
            "output": list(self.output) if ended else [],
            "conversation_id": None,
            "output_modalities": ["audio" if self.speaks else "text"],
            "max_output_tokens": "inf",
            "audio": {"output": {"format": {"type": "audio/pcm", "rate": RATE}, "voice": voice}},
            "metadata": self.metadata,
            "usage": self._usage() if ended else None,
        }

    def _usage(self) -> dict[str, Any]:
        heard, read = self.heard_ms // _MS_PER_TOKEN_HEARD, 0 if self.heard_ms else _tokens(self.read)
        spoken, written = self.samples * 1000 // RATE // _MS_PER_TOKEN_SPOKEN, _tokens(self.written)
        return {
            "total_tokens": heard + read + spoken + written,
            "input_tokens": heard + read,
            "output_tokens": spoken + written,
            "input_token_details": {
                "text_tokens": read,
                "audio_tokens": heard,
                "image_tokens": 0,
                "cached_tokens": 0,
                "cached_tokens_details": {"text_tokens": 0, "audio_tokens": 0, "image_tokens": 0},
            },
            "output_token_details": {"text_tokens": written, "audio_tokens": spoken},
        }


def _tokens(text: str) -> int:
    return math.ceil(len(text.encode()) / _BYTES_PER_TOKEN)
