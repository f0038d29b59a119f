"""Follow the player's microphone: what is being said, what was said and awaits its transcript. Seconds of audio only."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from npc_engine.core.commands import Cancel, Command, ForgetAudio, Recognise
from npc_engine.core.endpointing import Endpoint, Endpointing, EndpointingSettings, SpeechStopped
from npc_engine.core.work import Work

STALL = 1.0
"""Seconds without audio after which an utterance in progress is taken to be over: the microphone went away."""
TAIL = 0.2
"""Seconds kept behind the last voiced window: soft last consonants score low."""
KEPT = 3.0
"""Seconds of silence kept while nobody speaks; well above any pre-roll."""
MIN_BARGE_IN = 0.4
"""Voiced seconds that take the turn from a speaking character at once; a cough or `mm-hm` is shorter."""
_BACKCHANNEL = re.compile(
    r"(?:m+-?h+m+|u+h+|h+m+|m+|uh-?huh|a+h+|o+h+|yeah|yep|yes|ok|okay|right|sure|i see|wow|really|嗯+|哦+|啊+|对+|是的?|好的?|喔+)"
)


@dataclass(frozen=True)
class Said:
    """An utterance that awaits its transcript."""

    work: int
    start: float
    end: float
    """Seconds of audio."""
    spoken: float
    decided: float
    """Seconds on the session's clock: when the last word ended, and when the utterance was taken to be over."""
    turn: int | None = None
    """Its turn, once it has one."""
    resumed: bool = False
    """The player went on with a turn that had begun."""

    def numbered(self, next_number: Callable[[], int]) -> Said:
        """With its turn: a new one, unless the player went on with one."""
        return self if self.turn else replace(self, turn=next_number())

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start


class Listening:
    """State of one player's microphone and the recognition of it."""

    def __init__(self, work: Work, settings: EndpointingSettings | None = None) -> None:
        self._work = work
        self._endpointing = Endpointing(settings)
        self._committed = 0.0
        self._forgotten = 0.0
        self._resumed: Said | None = None
        self.until = 0.0
        self.heard_at = 0.0
        self.said: Said | None = None

    @property
    def speaking(self) -> bool:
        """Whether the player is speaking."""
        return self._endpointing.speaking

    @property
    def takes_the_turn(self) -> bool:
        """Whether the player has spoken long enough to interrupt a character."""
        return self.speaking and self._endpointing.voiced >= MIN_BARGE_IN

    @property
    def deadline(self) -> float | None:
        """When an utterance in progress ends for want of audio."""
        return self.heard_at + STALL if self.speaking else None

    def hear(self, until: float, at: float) -> list[Command]:
        """The microphone delivered up to `until`."""
        self.until, self.heard_at = until, at
        return []

    def score(self, start: float, duration: float, probability: float) -> Endpoint | None:
        """Take a window's score."""
        return self._endpointing.hear(start, duration, probability)

    def stall(self, at: float) -> SpeechStopped | None:
        """End the utterance in progress if its audio has stopped coming."""
        if self.deadline is None or at < self.deadline:
            return None
        return self._endpointing.flush(self.until)

    def resume(self, said: Said) -> None:
        """The player goes on with a turn that nobody answered yet: both parts will be recognised as one."""
        self._resumed = replace(said, resumed=True)

    def take_back(self) -> list[Command]:
        """The player goes on before the transcript is there: recognise both parts as one later."""
        if self.said is None:
            return []
        said, self.said = self.said, None
        self._resumed = said
        self._work.end(said.work)
        return [Cancel(said.work)]

    def recognise(self, stopped: SpeechStopped, at: float, language: str | None, hotwords: tuple[str, ...]) -> Command:
        """Ask for the transcript of an utterance that has ended."""
        earlier, self._resumed = self._resumed, None
        said = Said(
            work=self._work.number(),
            start=earlier.start if earlier else stopped.start,
            end=stopped.end,
            spoken=at - max(0.0, self.until - stopped.end),
            decided=at,
            turn=earlier.turn if earlier else None,
            resumed=earlier.resumed if earlier else False,
        )
        return self._ask(said, language, hotwords)

    def commit(self, at: float, language: str | None, hotwords: tuple[str, ...]) -> Command | None:
        """Ask for the transcript of all audio since the last commit; None if there was none."""
        start, self._committed = self._committed, self.until
        if self.until <= start:
            return None
        said = Said(self._work.number(), start, self.until, spoken=at, decided=at)
        return self._ask(said, language, hotwords)

    def clear(self) -> list[Command]:
        """Throw away what was said and is not answered."""
        self._committed = self.until
        self._endpointing.flush(self.until)
        commands = self.take_back()
        self._resumed = None
        return commands

    def transcribed(self, work: int) -> Said | None:
        """The utterance whose transcript this is; None if nobody waits for it."""
        said = self.said
        if said is None or said.work != work:
            return None
        self.said = None
        self._work.end(work)
        return said

    def forget(self) -> list[Command]:
        """Let go of silence that nothing can ask for any more, a few seconds at a time."""
        before = self.until - KEPT
        if self.speaking or self.said or before - self._forgotten < KEPT:
            return []
        self._forgotten = before
        return [ForgetAudio(before)]

    def _ask(self, said: Said, language: str | None, hotwords: tuple[str, ...]) -> Command:
        self.said = said
        return self._work.start(Recognise(said.work, said.start, said.end + TAIL, language, hotwords))


def is_backchannel(text: str) -> bool:
    """Whether `text` only says that the player listens: `mm-hm`, `yeah, okay`, 嗯."""
    words = [word for word in re.split(r"[\s,.!?，。！？、]+", text.casefold()) if word]
    return 0 < len(words) <= 3 and all(_BACKCHANNEL.fullmatch(word) for word in words)
