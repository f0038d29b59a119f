"""Follow the player's microphone: what is being said, and what was said and awaits its transcript.

Recognition runs while the player speaks. When the last of its results rests on all that was voiced, the end of the
utterance needs no recognition any more. In seconds of audio.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from npc_engine.core.commands import Cancel, Command, ForgetAudio, Hurry, JudgeTurn, Recognise, Send
from npc_engine.core.endpointing import (
    RINGING,
    Endpoint,
    Endpointing,
    EndpointingSettings,
    SpeechStarted,
    SpeechStopped,
)
from npc_engine.core.events import Recognised, TurnJudged, VoiceScored
from npc_engine.core.hypothesis import Hypothesis
from npc_engine.core.patience import FOR_EVER
from npc_engine.core.utterance import Utterance
from npc_engine.core.work import Work
from npc_engine.protocol import InputSpeechStopped, Metrics, TurnCompleted

STALL = 1.0
"""Seconds without audio after which an utterance in progress is taken to be over: the microphone went away."""
TAIL = 0.2
"""Seconds kept behind the last voiced window: soft last consonants score low."""
KEPT = 10.0
"""Seconds of silence kept while nobody speaks: above any pre-roll, and what judging a turn looks back on."""
FORGOTTEN = 3.0
"""Seconds of audio that are let go of at a time."""
JUDGED = 8.0
"""Seconds of audio by which a turn is judged: what the end-of-turn model was trained on."""


@dataclass(frozen=True)
class Expected:
    """What recognition should expect."""

    language: str | None
    hotwords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """An utterance that has ended."""

    start: float
    end: float
    """Seconds of audio."""
    began: float
    spoken: float
    decided: float
    """Seconds on the session's clock: of its beginning and its last word, and when it was taken to be over."""
    voiced: float = 0.0
    """Seconds of voice in it."""
    work: int | None = None
    """Of the recognition whose result it awaits."""
    asked: float = 0.0
    """When that was asked for."""
    turn: int | None = None
    """Its turn, once it has one."""
    resumed: bool = False
    """The player went on with a turn that had begun."""
    ref: str | None = None
    """Id of the message that committed it."""

    def numbered(self, next_number: Callable[[], int]) -> Said:
        """With its turn: a new one, unless it has one."""
        return self if self.turn else replace(self, turn=next_number())

    def given_up(self) -> list[Command]:
        """It gets no answer after all: a turn that the client knows of is over."""
        return given_up(self.turn)

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start


@dataclass(frozen=True)
class Understood:
    """An utterance with its transcript."""

    said: Said
    hypothesis: Hypothesis


class Listening:
    """State of one player's microphone and the recognition of it."""

    def __init__(self, work: Work, settings: EndpointingSettings | None = None, pushed: bool = False) -> None:
        """`pushed`: the player says by a button when an utterance is over, and no silence does."""
        self._work = work
        self._settings = settings or EndpointingSettings()
        self.pushed = pushed
        """Whether a button ends utterances, and no silence does."""
        self._endpointing = self._begin()
        self._committed = self._scored = 0.0
        self._forgotten = 0.0
        self._said: list[Said] = []
        self._judging: JudgeTurn | None = None
        self.utterance: Utterance | None = None
        """What the player is saying."""
        self.until = 0.0
        self.heard_at = 0.0

    def change(self, settings: EndpointingSettings, pushed: bool) -> list[Command]:
        """From now on utterances end so. What was said and is not answered is thrown away."""
        commands = self.clear()
        self._settings, self.pushed = settings, pushed
        self._endpointing = self._begin()
        return commands

    def _begin(self) -> Endpointing:
        endless = replace(self._settings, waits=FOR_EVER, max_utterance=math.inf)
        return Endpointing(endless if self.pushed else self._settings)

    @property
    def speaking(self) -> bool:
        """Whether the player is speaking, as far as the microphone tells."""
        return self._endpointing.speaking and not self.pushed

    @property
    def busy(self) -> bool:
        """Whether the player is speaking, or awaits a transcript of what was said."""
        return self.speaking or bool(self._said)

    @property
    def deadline(self) -> float | None:
        """When an utterance in progress ends for want of audio."""
        return self.heard_at + STALL if self.speaking else None

    @property
    def supposition(self) -> Hypothesis | None:
        """What the player seems to have said, while nothing seems to follow it."""
        settled = self.utterance and self.utterance.is_settled(self.until, self._endpointing.last_voiced)
        return self.utterance.hypothesis if self.utterance and settled else None

    @property
    def goes_on(self) -> bool:
        """Whether the player has gone on since a supposition."""
        return self.utterance is not None and self.utterance.goes_on(self._endpointing.last_voiced)

    def hear(self, until: float, at: float) -> list[Command]:
        """The microphone delivered up to `until`."""
        self.until, self.heard_at = until, at
        return []

    def score(self, event: VoiceScored) -> Endpoint | None:
        """Take a window's score."""
        self._scored = event.start + event.duration
        endpoint = self._endpointing.hear(event.start, event.duration, event.probability, event.level)
        if isinstance(endpoint, SpeechStarted):
            self.utterance = Utterance(self._uncommitted() if self.pushed else endpoint.start)
        if self.utterance:
            self.utterance.hear(event.start + event.duration, event.level)
        return endpoint

    def think_along(self, at: float, expected: Expected) -> list[Command]:
        """Have recognised and judged what is being said, when it is time for that."""
        commands: list[Command] = []
        utterance = self.utterance
        voiced, last_voiced = self._endpointing.voiced, self._endpointing.last_voiced
        if utterance and self.pushed:
            utterance.start = max(utterance.start, self._uncommitted())
        if utterance and utterance.wants_recognition(self.until, voiced, last_voiced):
            commands += self._cancel(utterance.work)
            work = utterance.ask(self._work, self.until, voiced, at, last_voiced)
            expected = replace(expected, language=expected.language or utterance.language)
            commands.append(self._recognition(work, utterance.start, self.until, expected, utterance.urgent))
        elif utterance and utterance.is_awaited(self.until, last_voiced):
            commands += self._hurry(utterance)
        if self.speaking and self._endpointing.wants_judgement and self._judging is None:
            self._judging = JudgeTurn(self._work.number(), max(0.0, self.until - JUDGED), self.until)
            commands.append(self._judging)
        return commands

    def judged(self, event: TurnJudged) -> None:
        """The pause in progress was judged."""
        if self._judging and event.work == self._judging.work:
            self._endpointing.judged(event.probability, self._judging.end)
            self._judging = None

    def recognised(self, event: Recognised) -> Understood | Hypothesis | None:
        """Take a result: of an utterance that has ended, of one in progress, or of none that anybody waits for."""
        said = self._awaiting(event.work)
        if said:
            return Understood(said, Hypothesis(event.text, event.language, said.end, said.voiced, said.asked, event.at))
        if self.utterance is None or event.work != self.utterance.work:
            return None
        self._endpointing.understood(event.text, self.utterance.asked_until)
        self._work.end(event.work)
        return self.utterance.understand(event.text, event.language, event.at)

    def stall(self, at: float) -> SpeechStopped | None:
        """End the utterance in progress if its audio has stopped coming."""
        if self.deadline is None or at < self.deadline:
            return None
        return self._endpointing.flush(self.until)

    def stop(self, stopped: SpeechStopped, at: float, expected: Expected) -> tuple[Understood | None, list[Command]]:
        """The utterance has ended: it is understood already, or a recognition of it is under way, or is asked for."""
        assert self.utterance is not None
        start = self.utterance.start
        said = Said(start, stopped.end, began=self.clock(start), spoken=self.clock(stopped.end), decided=at)
        return self._finish(said, stopped.voiced, stopped.end, at, expected)

    def go_on_with(self, said: Said) -> bool:
        """The player goes on with what was said before: both parts will be recognised as one.

        False, and no change, if they are too long for that.
        """
        if self.utterance is None or not self._endpointing.extend(said.start):
            return False
        self._endpointing.resumed_after(max(0.0, self.utterance.start + self._settings.pre_roll - said.end))
        self.utterance.start, self.utterance.turn, self.utterance.resumed = said.start, said.turn, said.resumed
        return True

    def take_back(self) -> list[Command]:
        """The player goes on before the transcript is there: recognise both parts as one later, if not too long."""
        if not self._said or not self.go_on_with(self._said[-1]):
            return []
        return self._cancel(self._said.pop().work)

    def commit(self, at: float, expected: Expected, ref: str | None) -> tuple[Understood | None, list[Command]] | None:
        """The button was released: all audio since the last commit is an utterance, as in `stop`. None without any."""
        start, self._committed = self._uncommitted(), self.until
        if self.until <= start:
            return None
        said = Said(start, self.until, began=self.clock(start), spoken=at, decided=at, ref=ref)
        stopped, unscored = self._endpointing.flush(self.until), self.until - self._scored
        if stopped is None:
            return None, [self._ask(said, at, expected)]
        # what is not scored yet may be voice
        return self._finish(said, stopped.voiced, self.until if unscored > RINGING else stopped.end, at, expected)

    def clear(self) -> list[Command]:
        """Throw away what was said and is not answered."""
        commands: list[Command] = []
        if self.speaking:
            commands.append(Send(InputSpeechStopped(at_ms=round(self.until * 1000))))
        for said in self._said:
            commands += [*self._cancel(said.work), *said.given_up()]
        if self.utterance:
            commands += [*self._cancel(self.utterance.work), *given_up(self.utterance.turn)]
        self._endpointing.flush(self.until)
        self._committed, self._said, self.utterance = self.until, [], None
        return [*commands, *self._cancel_judgement()]

    def failed(self, work: int) -> Said | None:
        """A recognition or judgement failed for good; the utterance whose transcript is lost with it."""
        if self.utterance and work == self.utterance.work:
            self.utterance.work = None
        if self._judging and work == self._judging.work:
            self._judging = None
        return self._awaiting(work)

    def forget(self) -> list[Command]:
        """Let go of silence that nothing can ask for any more, a few seconds at a time."""
        return self._forget(self.until - KEPT)

    def forget_committed(self) -> list[Command]:
        """Let go of what no commit will ask for any more, a few seconds at a time."""
        return self._forget(self._uncommitted())

    def _forget(self, before: float) -> list[Command]:
        if self.busy or before - self._forgotten < FORGOTTEN:
            return []
        self._forgotten = before
        return [ForgetAudio(before)]

    def clock(self, audio: float) -> float:
        """When a point in the audio was heard, on the session's clock."""
        return self.heard_at - max(0.0, self.until - audio)

    def _finish(
        self, said: Said, voiced: float, end: float, at: float, expected: Expected
    ) -> tuple[Understood | None, list[Command]]:
        """The utterance in progress, whose last voice may be at `end`, is over."""
        utterance, self.utterance = self.utterance, None
        assert utterance is not None
        commands = self._cancel_judgement()
        said = replace(said, voiced=voiced, turn=utterance.turn, resumed=utterance.resumed)
        hypothesis = utterance.hypothesis
        if hypothesis and utterance.is_whole(end):
            # It may have been asked for when the audio was there and most of it was not scored yet.
            heard = replace(hypothesis, voiced=voiced)
            understood = Understood(replace(said, asked=hypothesis.asked), heard)
            return understood, [*commands, *self._cancel(utterance.work)]
        if utterance.will_be_whole(end):
            self._said.append(replace(said, work=utterance.work, asked=utterance.asked_at))
            return None, [*commands, *self._hurry(utterance)]
        return None, [*commands, *self._cancel(utterance.work), self._ask(said, at, expected)]

    def _uncommitted(self) -> float:
        """Where the audio of the next commit begins: recognition hears so much and no more."""
        return max(self._committed, self.until - self._settings.max_utterance)

    def _awaiting(self, work: int) -> Said | None:
        """The utterance whose transcript is the result of `work`; it awaits it no longer."""
        said = next((said for said in self._said if said.work == work), None)
        if said:
            self._said.remove(said)
        self._work.end(work)
        return said

    def _cancel(self, work: int | None) -> list[Command]:
        if work is None:
            return []
        self._work.end(work)
        return [Cancel(work)]

    def _hurry(self, utterance: Utterance) -> list[Command]:
        """The player waits for the recognition under way."""
        if utterance.urgent or utterance.work is None:
            return []
        utterance.urgent = True
        return [Hurry(utterance.work)]

    def _cancel_judgement(self) -> list[Command]:
        """Nobody asks any more whether the player has finished."""
        judging, self._judging = self._judging, None
        return [Cancel(judging.work)] if judging else []

    def _ask(self, said: Said, at: float, expected: Expected) -> Command:
        work = self._work.number()
        self._said.append(replace(said, work=work, asked=at))
        return self._recognition(work, said.start, said.end + TAIL, expected, urgent=True)

    def _recognition(self, work: int, start: float, end: float, expected: Expected, urgent: bool) -> Command:
        return self._work.start(Recognise(work, start, end, expected.language, expected.hotwords, urgent))


def given_up(turn: int | None) -> list[Command]:
    """A turn that the client knows of gets no answer after all."""
    return [Send(TurnCompleted(turn=turn, metrics=Metrics()))] if turn else []
