"""Follow the player's microphone: what is being said, what was said and awaits its transcript. In seconds of audio."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from npc_engine.core.commands import Cancel, Command, ForgetAudio, Recognise, Send
from npc_engine.core.endpointing import Endpoint, Endpointing, EndpointingSettings, SpeechStopped
from npc_engine.core.work import Work
from npc_engine.protocol import InputSpeechStopped, Metrics, TurnCompleted

STALL = 1.0
"""Seconds without audio after which an utterance in progress is taken to be over: the microphone went away."""
TAIL = 0.2
"""Seconds kept behind the last voiced window: soft last consonants score low."""
KEPT = 3.0
"""Seconds of silence kept while nobody speaks; well above any pre-roll."""
MIN_BARGE_IN = 0.4
"""Voiced seconds that take the turn from a speaking character at once; a cough or `mm-hm` is shorter."""
_BACKCHANNEL = re.compile(
    r"(?:(?:m+-?h+m+|u+h+|h+m+|m+|uh-?huh|a+h+|o+h+|yeah|yep|yes|ok|okay|right|sure|i see|wow|really"
    r"|嗯+|哦+|啊+|对+|是的?|好的?|喔+)[\s,.!?，。！？、…]*){1,3}"
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
    ref: str | None = None
    """Id of the message that committed it."""

    def numbered(self, next_number: Callable[[], int]) -> Said:
        """With its turn: a new one, unless the player went on with one."""
        return self if self.turn else replace(self, turn=next_number())

    def given_up(self) -> list[Command]:
        """It gets no answer after all: a turn that had begun is over."""
        return [Send(TurnCompleted(turn=self.turn, metrics=Metrics()))] if self.turn else []

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start


class Listening:
    """State of one player's microphone and the recognition of it."""

    def __init__(self, work: Work, settings: EndpointingSettings | None = None) -> None:
        self._work = work
        self._settings = settings or EndpointingSettings()
        self._endpointing = Endpointing(self._settings)
        self._committed = 0.0
        self._forgotten = 0.0
        self._resumed: Said | None = None
        self._said: list[Said] = []
        self.until = 0.0
        self.heard_at = 0.0

    @property
    def speaking(self) -> bool:
        """Whether the player is speaking."""
        return self._endpointing.speaking

    @property
    def busy(self) -> bool:
        """Whether the player is speaking, or awaits a transcript of what was said."""
        return self.speaking or bool(self._said)

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

    def resume(self, said: Said) -> bool:
        """The player goes on with a turn that nobody answered yet: both parts will be recognised as one.

        False, and no change, if they are too long for that.
        """
        if not self._endpointing.extend(said.start):
            return False
        self._resumed = replace(said, resumed=True)
        return True

    def take_back(self) -> list[Command]:
        """The player goes on before the transcript is there: recognise both parts as one later, if not too long."""
        if not self._said or not self._endpointing.extend(self._said[-1].start):
            return []
        self._resumed = self._said.pop()
        return self._cancel(self._resumed)

    def recognise(self, stopped: SpeechStopped, at: float, language: str | None, hotwords: tuple[str, ...]) -> Command:
        """Ask for the transcript of an utterance that has ended."""
        earlier, self._resumed = self._resumed, None
        said = Said(
            work=self._work.number(),
            start=stopped.start,
            end=stopped.end,
            spoken=self.heard_at - max(0.0, self.until - stopped.end),
            decided=at,
            turn=earlier.turn if earlier else None,
            resumed=earlier.resumed if earlier else False,
        )
        return self._ask(said, language, hotwords)

    def commit(self, at: float, language: str | None, hotwords: tuple[str, ...], ref: str | None) -> Command | None:
        """Ask for the transcript of all audio since the last commit; None if there was none."""
        start, self._committed = self._uncommitted(), self.until
        if self.until <= start:
            return None
        said = Said(self._work.number(), start, self.until, spoken=at, decided=at, ref=ref)
        return self._ask(said, language, hotwords)

    def clear(self) -> list[Command]:
        """Throw away what was said and is not answered."""
        commands: list[Command] = []
        if self.speaking:
            commands.append(Send(InputSpeechStopped(at_ms=round(self.until * 1000))))
        for said in self._said:
            commands += [*self._cancel(said), *said.given_up()]
        if self._resumed:
            commands += self._resumed.given_up()
        self._endpointing.flush(self.until)
        self._committed, self._said, self._resumed = self.until, [], None
        return commands

    def transcribed(self, work: int) -> Said | None:
        """The utterance whose transcript this is; None if nobody waits for it."""
        said = next((said for said in self._said if said.work == work), None)
        if said:
            self._said.remove(said)
            self._work.end(work)
        return said

    def forget(self) -> list[Command]:
        """Let go of silence that nothing can ask for any more, a few seconds at a time."""
        return self._forget(self.until - KEPT)

    def forget_committed(self) -> list[Command]:
        """Let go of what no commit will ask for any more, a few seconds at a time."""
        return self._forget(self._uncommitted())

    def _forget(self, before: float) -> list[Command]:
        if self.busy or before - self._forgotten < KEPT:
            return []
        self._forgotten = before
        return [ForgetAudio(before)]

    def _uncommitted(self) -> float:
        """Where the audio of the next commit begins: recognition hears so much and no more."""
        return max(self._committed, self.until - self._settings.max_utterance)

    def _cancel(self, said: Said) -> list[Command]:
        self._work.end(said.work)
        return [Cancel(said.work)]

    def _ask(self, said: Said, language: str | None, hotwords: tuple[str, ...]) -> Command:
        self._said.append(said)
        return self._work.start(Recognise(said.work, said.start, said.end + TAIL, language, hotwords))


def is_backchannel(text: str) -> bool:
    """Whether `text` only says that the player listens: `mm-hm`, `yeah, okay`, 嗯."""
    return _BACKCHANNEL.fullmatch(text.strip().casefold()) is not None
