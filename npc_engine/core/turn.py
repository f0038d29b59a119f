"""One exchange: from the player's line through text, clauses and audio to what was heard of the answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from npc_engine.core.actions import Call
from npc_engine.core.clauses import ClauseSplitter, ends_sentence, sentences, speakable
from npc_engine.core.commands import Cancel, Command, DropAudio, Generate, Pace, Send, SendAudio, Synthesise
from npc_engine.core.events import SpeechSynthesised
from npc_engine.core.gate import Do, Gate, Kind, Verdict
from npc_engine.core.language import language_of
from npc_engine.core.plan import Plan
from npc_engine.core.prompt import Prompt
from npc_engine.core.reply import Clause, Reply, wire_cues
from npc_engine.core.scene import Character
from npc_engine.core.work import Work
from npc_engine.persona.base import LocalisedList, localised
from npc_engine.protocol import (
    Metrics,
    Span,
    Stage,
    TurnCompleted,
    UtteranceCompleted,
    UtteranceCues,
    UtteranceStarted,
    UtteranceText,
)

AGAIN_WITHIN = 1.0
"""Seconds since the player's words were understood within which a model that said nothing usable is asked once more."""
_HARMLESS: frozenset[Kind] = frozenset(["repetition", "state", "unknown_state", "quest", "invention", "unfounded"])
"""What may just be left out behind something that was said."""
MARGIN = 0.15
"""Seconds in which a clause that was spoken is sent and begins to play, however busy the machine."""
EndReason = Literal["done", "interrupted", "cancelled", "failed"]


@dataclass
class Marks:
    """When each stage of a turn was reached, in seconds on the session's clock. Stages overlap: much of an answer is
    made before the player's turn is known to be over."""

    began: float | None = None
    """The player began to speak."""
    spoken: float | None = None
    """The player's last word ended."""
    decided: float | None = None
    """The utterance was taken to be over."""
    asked: float | None = None
    """The recognition that counts began."""
    understood: float | None = None
    """There was a transcript, or a typed line: generation began."""
    token: float | None = None
    clause: float | None = None
    voiced: float | None = None
    """The first clause had its audio."""
    audio: float | None = None
    """That was sent."""

    def metrics(self) -> Metrics:
        """Milliseconds per stage."""
        return Metrics(
            endpointing_ms=_ms(self.spoken, self.decided),
            recognition_ms=_ms(self.asked, self.understood),
            first_token_ms=_ms(self.understood, self.token),
            first_clause_ms=_ms(self.token, self.clause),
            first_audio_ms=_ms(self.clause, self.voiced),
            voice_to_voice_ms=_ms(self.spoken, self.audio),
        )

    def timeline(self, end: float) -> list[Span]:
        """The stages as spans, measured from the end of the player's line; the turn ends at `end`."""
        zero = self.understood if self.spoken is None else self.spoken
        stages: list[tuple[Stage, float | None, float | None]] = [
            ("speech", self.began, self.spoken),
            ("endpointing", self.spoken, self.decided),
            ("recognition", self.asked, self.understood),
            ("first_token", self.understood, self.token),
            ("first_clause", self.token, self.clause),
            ("synthesis", self.clause, self.voiced),
            ("held", self.voiced, self.audio),
            ("speaking", self.audio, end),
        ]
        return [
            Span(stage=stage, start_ms=since, end_ms=until)
            for stage, start, stop in stages
            if (since := _ms(zero, start)) is not None and (until := _ms(zero, stop)) is not None
        ]


@dataclass
class Why:
    """What went into an answer, for the person who asks why it came out as it did."""

    persona: str
    language: str
    line: str
    facts: tuple[str, ...] = ()
    quest: str | None = None
    prompt: Prompt | None = None
    guarded: list[str] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)


class Turn:
    """State of one exchange. Methods return the commands that follow from what happened."""

    def __init__(
        self,
        number: int,
        character: Character,
        language: str,
        line: str,
        plan: Plan,
        hearers: tuple[str, ...],
        work: Work,
        why: Why,
        with_audio: bool,
    ) -> None:
        self.number = number
        self.heard = ""
        """What was heard of the answer, once the turn is complete."""
        self.character = character
        self.language = language
        self.line = line
        """What is answered."""
        self.plan = plan
        self.hearers = hearers
        """Ids of the actors who hear both, whoever answers among them."""
        self.settled = False
        """Whether it can't be taken back any more."""
        self.deciding = False
        """Whether the model is choosing an action, and not speaking yet."""
        self.decision = ""
        """What it has chosen so far."""
        self.call: Call | None = None
        """What the game is asked to do before the character speaks."""
        self.action_id: str | None = None
        """Of that, once it is asked."""
        self.marks = Marks()
        self.reply = Reply(utterance=number)
        self.why = why
        self._work = work
        self._with_audio = with_audio
        self._splitter = ClauseSplitter()
        self._gate: Gate | None = None
        self._asked: tuple[Prompt, int] | None = None
        """What the model was asked, with the seed."""
        self._asked_again = False
        self._said = ""
        """All sentences of the model that have ended."""
        self._sentence = ""
        """Its pieces since then: a claim may be parted by a breath."""
        self._generation: int | None = None
        self._conversation = ""
        self._speech_asked = self._speech_took = 0.0
        """When the latest clause was to be spoken, and how many seconds the one before took."""
        self.held = False
        """Whether nothing is sent yet: the player may go on."""

    def confirm(self, at: float) -> list[Command]:
        """The player has finished indeed: what was held is sent."""
        self.held = False
        return self._advance(at)

    def decide(self, prompt: Prompt, seed: int) -> list[Command]:
        """Let the model choose an action first."""
        self.deciding = True
        self._generation, self._conversation = self._work.number(), prompt.conversation
        return [self._work.start(Generate(self._generation, prompt, seed))]

    def recite(self, text: str, prompt: Prompt, seed: int, gate: Gate, at: float) -> list[Command]:
        """Speak `text`, with `gate` before it: if it is not to be said, the model is asked by `prompt`."""
        self._gate, self._asked, self.deciding = gate, (prompt, seed), False
        commands = self._end_generation()
        return [*commands, *self.take_text(text, at), *self.end_text(at)]

    def generate(self, prompt: Prompt, seed: int, gate: Gate, at: float) -> list[Command]:
        """Let the model answer `prompt`, with `gate` before its voice. What it begins with is there already."""
        self._gate, self._asked, self.deciding = gate, (prompt, seed), False
        if self._generation is not None:
            self._work.end(self._generation)
        self._generation, self._conversation = self._work.number(), prompt.conversation
        commands: list[Command] = [self._work.start(Generate(self._generation, prompt, seed))]
        return commands + self.take_text(prompt.begins, at) if prompt.begins else commands

    def speak(self, text: str, at: float) -> list[Command]:
        """Speak exactly `text`, and nothing of the model."""
        self.marks.token, self.deciding = self.marks.token or at, False
        pieces = [*self._splitter.feed(text), *self._splitter.flush()]
        commands = [*self._end_generation(), *self._add_clauses(pieces, at)]
        self.reply.text_complete = True
        return commands

    def take_text(self, text: str, at: float) -> list[Command]:
        """The model said more."""
        if self.deciding:
            self.decision += text
            return []
        self.marks.token = self.marks.token or at
        return self._add_guarded(self._splitter.feed(text), at)

    def end_text(self, at: float) -> list[Command]:
        """The model has nothing more to say."""
        ended = self._generation
        commands = self._add_guarded(self._splitter.flush(), at)
        if self._generation not in (ended, None):
            return commands  # the model was asked once more
        self._end_generation()
        if not self.reply.clauses:
            commands += self._authored(self.character.persona.fallbacks.failed, at)
        self.reply.text_complete = True
        return commands + self._advance(at)

    @property
    def hurries_at(self) -> float | None:
        """When what has come of the next clause must be spoken, lest the voice falls silent. None: there is nothing."""
        writing = self._generation is not None and self._with_audio and self.reply.started
        if not writing or self.reply.held_at is not None or self.reply.sent < len(self.reply.clauses):
            return None
        return self.reply.runs_dry - 2 * self._speech_took - MARGIN if self._splitter.spare else None

    def hurry(self, at: float) -> list[Command]:
        """Part the clause that is coming, if the voice can't wait for its end."""
        due = self.hurries_at
        return self._add_guarded(self._splitter.hurry(), at) if due is not None and at >= due else []

    def fail(self, work: int, at: float) -> list[Command]:
        """Work failed for good: the text so far stands, a clause without audio goes out as text alone."""
        return self._fail_speech(work, at) if work != self._generation else self.end_text(at)

    def owns(self, work: int) -> bool:
        """Whether this turn waits for the work."""
        waiting = [clause.work for clause in self.reply.clauses if not clause.ready]
        return work in (self._generation, *waiting)

    def has_text(self, work: int) -> bool:
        """Whether the model already said something under `work`: then it must not start over."""
        return work == self._generation and (self.marks.token is not None or bool(self.decision))

    def take_speech(self, event: SpeechSynthesised) -> list[Command]:
        """A clause has its audio."""
        for clause in self.reply.clauses:
            if clause.work == event.work and not clause.ready:
                self._work.end(event.work)
                clause.samples, clause.rate, clause.cues = event.samples, event.rate, event.cues
                clause.levels = event.levels
                clause.ready = True
                self._speech_took = event.at - self._speech_asked
                self.marks.voiced = self.marks.voiced or event.at
                self.reply.rate = self.reply.rate or event.rate
        return self._advance(event.at)

    def _fail_speech(self, work: int, at: float) -> list[Command]:
        # An utterance whose start told of no audio stays without.
        self._with_audio = self._with_audio and self.reply.rate is not None
        for clause in self.reply.clauses:
            if clause.work == work or not self._with_audio:
                clause.ready = True
        return self._advance(at)

    def is_over(self, at: float) -> bool:
        """Whether everything was said and heard."""
        return self.reply.all_sent and self.reply.is_heard(at)

    def complete(self, reason: EndReason, at: float) -> list[Command]:
        """End the turn. Nothing of its reply is sent after these commands."""
        commands: list[Command] = self.abandon()
        if self.reply.started:
            self.heard = self.reply.text if reason == "done" else self.reply.heard_text(at)
            commands += [DropAudio(self.reply.utterance)] if reason != "done" else []
            commands.append(Send(self._utterance_completed(reason)))
        self.why.metrics = self.marks.metrics()
        timeline = self.marks.timeline(at)
        return [*commands, Send(TurnCompleted(turn=self.number, metrics=self.why.metrics, timeline=timeline))]

    def abandon(self) -> list[Command]:
        """Stop all work without a word to the client."""
        works = [clause.work for clause in self.reply.clauses if clause.work is not None and not clause.ready]
        works += [self._generation] if self._generation is not None else []
        self._generation = None
        for work in works:
            self._work.end(work)
        return [Cancel(work) for work in works]

    def _add_guarded(self, pieces: list[str], at: float) -> list[Command]:
        commands: list[Command] = []
        for piece in pieces:
            passed = ""
            for sentence in sentences(piece):
                verdict = self._judged(sentence)
                if verdict:
                    self.why.guarded.append(f"{verdict.what}: {sentence.strip()}")
                    return [*commands, *self._add_clauses([passed], at), *self._put_right(verdict, at)]
                passed += sentence
            commands += self._add_clauses([passed], at)
        return commands

    def _judged(self, piece: str) -> Verdict | None:
        """Why a piece must not be spoken, and what to do."""
        if self._gate is None or not speakable(piece):
            return None
        self._sentence += piece
        before = self._said
        verdict = self._gate.check(piece, self._sentence, before)
        if ends_sentence(piece):
            self._said, self._sentence = before + self._sentence, ""
        return verdict

    def _put_right(self, verdict: Verdict, at: float) -> list[Command]:
        """Something else instead of what must not be spoken: the truth, another try, or the author's words."""
        commands = self._end_generation()
        if verdict.do == "again" and self._may_ask_again(at):
            return commands + self._ask_again()
        self.reply.text_complete = True
        if verdict.do == "rewrite" and verdict.text:
            said = verdict.text in " ".join(clause.text for clause in self.reply.clauses)
            return commands + (self._advance(at) if said else self._add_clauses([verdict.text], at))
        if verdict.kind in _HARMLESS and self.reply.clauses and not self._begun:
            return commands + self._advance(at)  # what was said before it stands by itself
        return commands + self._authored(self._instead(verdict.do), at)

    @property
    def _begun(self) -> bool:
        """Whether a sentence was begun that what follows has to end."""
        return bool(self.reply.clauses) and not ends_sentence(self.reply.clauses[-1].text)

    def _may_ask_again(self, at: float) -> bool:
        """Once, while nothing was said, and as long as it is no longer a wait than a second answer is worth."""
        assert self._asked is not None
        since = self.marks.understood or at
        return not self.reply.clauses and not self._asked_again and at - since <= AGAIN_WITHIN

    def _ask_again(self) -> list[Command]:
        assert self._asked is not None
        prompt, seed = self._asked
        freely = replace(prompt, begins="", temperature=0.8)
        self._asked_again, self._said, self._sentence, self._splitter = True, "", "", ClauseSplitter()
        self._generation = self._work.number()
        return [self._work.start(Generate(self._generation, freely, (seed + 1) % 2**32))]

    def _instead(self, do: Do) -> LocalisedList:
        """The author's words for when the model's can't be used."""
        persona = self.character.persona
        fallbacks = persona.fallbacks
        match do:
            case "refuses":
                return fallbacks.refuses or fallbacks.in_character
            case "keeps":
                return fallbacks.keeps or persona.unknown or fallbacks.in_character
            case "in_character":
                return fallbacks.in_character
            case _:
                return persona.unknown or fallbacks.in_character

    def _authored(self, lines: LocalisedList, at: float) -> list[Command]:
        options = localised(lines, self.language)
        return self._add_clauses([options[self.number % len(options)]], at)

    def _end_generation(self) -> list[Command]:
        work, self._generation = self._generation, None
        if work is None:
            return []
        self._work.end(work)
        return [Cancel(work)]

    def _add_clauses(self, pieces: list[str], at: float) -> list[Command]:
        texts = [text for piece in pieces if (text := speakable(piece))]
        for text in texts:
            self.marks.clause = self.marks.clause or at
            clause = Clause(text, language_of(text, self.language), ready=not self._with_audio)
            self.reply.clauses.append(clause)
        return self._advance(at)

    def _advance(self, at: float) -> list[Command]:
        """Send what is ready, then have the next clause spoken: one at a time, since the first settles the rate."""
        commands = self._send_ready(at)
        waiting = self.reply.clauses[self.reply.sent] if self.reply.sent < len(self.reply.clauses) else None
        if waiting and waiting.work is None:
            waiting.work, self._speech_asked = self._work.number(), at
            commands.append(self._work.start(self._synthesise(waiting, waiting.work)))
        return commands

    def _synthesise(self, clause: Clause, work: int) -> Synthesise:
        persona = self.character.persona
        spoken = clause.text
        for word, instead in persona.pronunciation.get(clause.language, {}).items():
            spoken = spoken.replace(word, instead)
        voice = persona.voice.get(clause.language)
        due = self.reply.runs_dry - self._speech_took if self.reply.started else 0.0
        return Synthesise(work, spoken, clause.language, voice, self.reply.rate, due=due)

    def _send_ready(self, at: float) -> list[Command]:
        commands: list[Command] = []
        while not self.held and (clause := self.reply.next_ready()):
            if not self.reply.started:
                commands.append(Send(self._utterance_started()))
            self.reply.mark_sent(clause, at)
            commands += self._sent(clause, at)
        return commands

    def _sent(self, clause: Clause, at: float) -> list[Command]:
        utterance = self.reply.utterance
        t_ms = round(clause.first_sample / self.reply.rate * 1000) if self.reply.rate else 0
        commands: list[Command] = [Send(UtteranceText(utterance=utterance, text=clause.text, t_ms=t_ms))]
        cues = [*(self.plan.shows if clause is self.reply.clauses[0] else ()), *wire_cues(clause)]
        if cues:
            commands.append(Send(UtteranceCues(utterance=utterance, cues=cues)))
        if clause.samples and clause.work is not None:
            self.marks.audio = self.marks.audio or at
            commands.append(SendAudio(utterance, clause.work, clause.first_sample))
            if self._generation is not None:
                commands.append(Pace(self._conversation, self.reply.runs_dry))
        return commands

    def _utterance_started(self) -> UtteranceStarted:
        return UtteranceStarted(
            utterance=self.reply.utterance, turn=self.number, actor_id=self.character.actor_id, rate=self.reply.rate
        )

    def _utterance_completed(self, reason: EndReason) -> UtteranceCompleted:
        return UtteranceCompleted(
            utterance=self.reply.utterance,
            reason=reason,
            text=self.reply.text,
            heard_text=self.heard,
            duration_ms=round(self.reply.duration * 1000),
        )


def _ms(start: float | None, end: float | None) -> int | None:
    return None if start is None or end is None else round(end * 1000) - round(start * 1000)
