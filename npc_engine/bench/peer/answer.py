"""Put together what a peer says to one question. Pure: times come with the pieces."""

from __future__ import annotations

from dataclasses import dataclass, field

from npc_engine.bench.peer.agents.wire import Event
from npc_engine.exchange import Exchange


@dataclass
class PeerExchange(Exchange):
    """One question to a voice stack and its answer."""

    stages: dict[str, int] = field(default_factory=dict)
    """Milliseconds that the stack reports, by its own names."""
    replies: int = 0
    """Answers that were begun: more than one when the player's words were cut in two."""


class PeerAnswer:
    """What has come so far, and whether that is all.

    A pause in the question may begin an answer which the rest of the words replaces: the last one counts, as for our
    own server.
    """

    def __init__(self, exchange: PeerExchange) -> None:
        self.exchange = exchange
        self._speaking = False
        self._owing = False
        self._done = False

    @property
    def is_complete(self) -> bool:
        """Whether an answer was given to all that was heard."""
        return self._done and not self._speaking and not self._owing

    def take(self, item: bytes | Event, at: float) -> None:
        """Note what came `at` this time of `time.monotonic()`."""
        if isinstance(item, bytes):
            self.exchange.audio_at.append((len(self.exchange.pcm) // 2, at))
            self.exchange.pcm += item
            return
        match item["type"]:
            case "speech_started":
                self._speaking = True
            case "speech_stopped":
                self._speaking, self._owing = False, True
            case "reply_started":
                self._begin()
            case "reply_done":
                self._done, self._owing = True, False
            case "transcript":
                self._owing = True
                self.exchange.transcript = f"{self.exchange.transcript} {item['text'].strip()}".strip()
            case "answer":
                self.exchange.text = item["text"].strip()
            case "stage":
                self.exchange.stages[item["name"]] = item["ms"]

    def _begin(self) -> None:
        self._done = False
        self.exchange.replies += 1
        self.exchange.pcm, self.exchange.audio_at = b"", []
