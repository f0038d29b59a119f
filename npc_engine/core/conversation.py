"""Decide what happens next in one session: `receive` an event, get commands. No I/O, no clock, no models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from npc_engine.core.answering import Answering, compared_now
from npc_engine.core.barge_in import REACH, BargeIn, Decision
from npc_engine.core.commands import (
    Command,
    HoldAudio,
    Recognise,
    Record,
    ReleaseAudio,
    Send,
    TakeUp,
)
from npc_engine.core.declared import with_declared
from npc_engine.core.dialogue import Dialogue, Settings
from npc_engine.core.endpointing import EndpointingSettings, SpeechStarted, SpeechStopped
from npc_engine.core.events import (
    AudioReceived,
    ClockAdvanced,
    EngineFailed,
    Event,
    ListeningChanged,
    MessageReceived,
    Recognised,
    SaveMade,
    StoreFailed,
    StoryLoaded,
    TurnJudged,
    VoiceScored,
)
from npc_engine.core.hypothesis import Hypothesis
from npc_engine.core.intent import Intents, no_intents
from npc_engine.core.journal import Entry, Spoken
from npc_engine.core.listening import STALL, Expected, Listening, Said, Understood
from npc_engine.core.meaning import Kinship, Likeness, nothing_akin, nothing_alike
from npc_engine.core.messages import Messages, error
from npc_engine.core.moderation import NOTHING, Moderation
from npc_engine.core.scene import Character
from npc_engine.core.state import State
from npc_engine.core.story import Story
from npc_engine.core.turn import Why
from npc_engine.core.versions import changed
from npc_engine.core.work import Work
from npc_engine.persona.model import Persona
from npc_engine.protocol import (
    AnyClientMessage,
    InputAudioClear,
    InputAudioCommit,
    InputSpeechStarted,
    InputSpeechStopped,
    SaveCreated,
    SaveLoaded,
    SessionOpen,
    TranscriptFinal,
    TranscriptPartial,
)


class Conversation:
    """State of one session.

    The personas of the scene must exist (`KeyError`), and so must the quests in its world (`UnknownStage`); what it
    declares must be able to be (`InvalidAction`).
    """

    def __init__(
        self,
        session_id: str,
        opened: SessionOpen,
        personas: Mapping[str, Persona],
        seed: int = 0,
        endpointing: EndpointingSettings | None = None,
        likeness: Likeness = nothing_alike,
        kinship: Kinship = nothing_akin,
        intents: Intents = no_intents,
        moderation: Moderation = NOTHING,
        past: Iterable[Entry] = (),
        goes_on: bool = True,
    ) -> None:
        """`likeness`, `kinship` and `intents` are as in `Answering`; what `moderation` lists is never said; `past` is
        what has happened in the story so far; `goes_on` tells whether the language model can continue an answer that
        has begun.
        """
        self._opened = opened
        self._personas = personas
        self._work = Work()
        self._listening = Listening(self._work, endpointing, pushed=opened.mode == "push_to_talk")
        self._barge_in = BargeIn()
        player_name = opened.player.name or opened.player.id
        self._dialogue = Dialogue(
            Settings(
                session_id=session_id,
                player_name=player_name,
                with_audio=opened.audio.output.encoding != "none",
                seed=seed if opened.seed is None else opened.seed,
                goes_on=goes_on,
            ),
            self._work,
            Answering(player_name, likeness, kinship, intents, moderation),
            past,
        )
        self._messages = Messages(self._dialogue, personas)
        self._dialogue.language = opened.player.language
        self._dialogue.requests.give_up()
        self._dialogue.chronicle.leave_all_but(each.actor_id for each in opened.scene.characters)
        for each in opened.scene.characters:
            character = Character(each.actor_id, personas[each.persona], each.persona)
            self._dialogue.chronicle.join(with_declared(character, opened.scene.actions))
        self._dialogue.chronicle.set(opened.scene.world)
        self._dialogue.chronicle.newly_done()  # before the first word

    @property
    def history(self) -> list[Spoken]:
        """What was said and heard, oldest first."""
        return self._dialogue.chronicle.story.lines

    @property
    def last_why(self) -> Why | None:
        """What went into the last answer."""
        return self._dialogue.last_why

    @property
    def state(self) -> State:
        """How things are, at this moment of the story."""
        return self._dialogue.chronicle.state

    @property
    def is_idle(self) -> bool:
        """Whether nobody speaks and nothing is being answered."""
        return self._dialogue.turn is None and not self._listening.busy

    @property
    def characters(self) -> list[Character]:
        """Who is in earshot."""
        return list(self._dialogue.scene)

    @property
    def warning(self) -> str | None:
        """What the story speaks of and the worlds lack, for people; None where all is there."""
        return changed(self._dialogue.chronicle.story, self._dialogue.scene.worlds())

    def compared(self) -> list[str]:
        """The texts that lines are compared with at this moment: the last that has changed may not have been seen."""
        chronicle = self._dialogue.chronicle
        return list(dict.fromkeys(chain(*(compared_now(chronicle, character) for character in self.characters))))

    def open(self) -> list[Command]:
        """Have the characters' prompts evaluated. Call once, before `receive`."""
        return self._kept(self._prepared())

    def _prepared(self) -> list[Command]:
        """Have evaluated what all characters know before the player speaks."""
        return [each for character in self.characters for each in self._dialogue.ready(character)]

    def receive(self, event: Event) -> list[Command]:
        """Take what happened; return what to do, in order."""
        commands = self._take(event)
        return self._kept(commands + self._dialogue.go_on(event.at, not self._listening.busy))

    def _kept(self, commands: list[Command]) -> list[Command]:
        """The commands, and before them what has happened: nothing is told that might be forgotten."""
        entries = self._dialogue.chronicle.new_entries()
        return [Record(entries), *commands] if entries else commands

    def next_deadline(self) -> float | None:
        """When a `ClockAdvanced` is wanted, if nothing else happens before."""
        turn = self._dialogue.turn
        playback = turn.reply.heard_by() if turn and turn.reply.all_sent else None
        held = self._listening.heard_at + STALL if self._barge_in.held else None
        hurry, asked = turn.hurries_at if turn else None, self._dialogue.requests.deadline
        times = [time for time in (playback, self._listening.deadline, held, hurry, asked) if time is not None]
        return min(times) if times else None

    def _take(self, event: Event) -> list[Command]:
        match event:
            case MessageReceived(at, message):
                return self._take_message(message, at)
            case AudioReceived(at, until):
                return self._listening.hear(until, at)
            case VoiceScored():
                return self._take_score(event)
            case TurnJudged():
                self._listening.judged(event)
                return []
            case Recognised():
                return self._take_transcript(event)
            case EngineFailed():
                return self._take_failure(event)
            case SaveMade() | StoryLoaded() | StoreFailed():
                return self._take_stored(event)
            case ListeningChanged(_, settings, pushed):
                return [*self._dialogue.roll_back(), *self._listening.change(settings, pushed)]
            case ClockAdvanced(at):
                stopped = self._listening.stall(at)
                return [*self._stall(at), *(self._end_utterance(stopped, at) if stopped else [])]
            case _:
                return self._dialogue.take(event)

    # The microphone

    def _stall(self, at: float) -> list[Command]:
        """The microphone went away in the midst of a sound: a character who fell silent for it goes on."""
        if not self._barge_in.held or at < self._listening.heard_at + STALL:
            return []
        self._barge_in.forget()
        return self._obey("release", at)

    def _take_score(self, event: VoiceScored) -> list[Command]:
        if self._listening.pushed:
            self._listening.score(event)
            return [*self._think_along(event.at), *self._listening.forget_committed()]
        speech, commands = self._dialogue.speech, list[Command]()
        played = speech.loudness(self._listening.clock(event.start)) if speech else None
        decision = self._barge_in.hear(event, played)
        endpoint = self._listening.score(self._barge_in.without_echo(event))
        if isinstance(endpoint, SpeechStarted):
            commands.append(Send(InputSpeechStarted(at_ms=round(endpoint.start * 1000))))
            commands += self._take_back()
        elif isinstance(endpoint, SpeechStopped):
            commands += self._end_utterance(endpoint, event.at)
        commands += self._obey(decision, event.at)
        commands += self._think_along(event.at)
        return commands + ([] if self._dialogue.turn else self._listening.forget())

    def _think_along(self, at: float) -> list[Command]:
        """Recognise what the player is saying, and think of an answer to what it seems to be."""
        commands = self._listening.think_along(at, self._expected())
        utterance, supposition = self._listening.utterance, self._listening.supposition
        if utterance and any(isinstance(command, Recognise) for command in commands):
            commands += self._evaluate_ahead(utterance.likely())
        if self._listening.goes_on:
            commands += self._dialogue.drop()
        if utterance and utterance.turn and supposition and supposition.text:
            commands += self._dialogue.suppose(supposition, utterance.turn, at)
        return commands

    def _obey(self, decision: Decision | None, at: float) -> list[Command]:
        """Do with the character's speech what the player's voice asks for."""
        speech = self._dialogue.speech
        if speech is None or decision is None:
            return []
        if decision == "hold":
            speech.hold(at)
            return [HoldAudio(speech.utterance)]
        if decision == "release":
            speech.release(at)
            return [ReleaseAudio(speech.utterance)]
        return self._dialogue.end_turn("interrupted", at)

    def _read(self, hypothesis: Hypothesis, start: float, at: float, final: bool) -> list[Command]:
        """Whether what the player says since `start` seconds of audio takes the turn from who is speaking."""
        speech = self._dialogue.speech
        if speech is None:
            return []
        played = speech.heard_between(self._listening.clock(start) - REACH, at)
        return self._obey(self._barge_in.read(hypothesis.text, played, start, hypothesis.voiced, final), at)

    def _take_back(self) -> list[Command]:
        """The player goes on before any answer was sent: both parts will be recognised as one."""
        said = self._dialogue.unanswered
        if said and self._listening.go_on_with(replace(said, resumed=True)):
            return self._dialogue.take_back()
        return self._listening.take_back()

    def _end_utterance(self, stopped: SpeechStopped, at: float) -> list[Command]:
        understood, commands = self._listening.stop(stopped, at, self._expected())
        commands.insert(0, Send(InputSpeechStopped(at_ms=round(stopped.end * 1000))))
        return commands + (self._understand(understood, at) if understood else [])

    def _take_transcript(self, event: Recognised) -> list[Command]:
        match self._listening.recognised(event):
            case Understood() as understood:
                return self._understand(understood, event.at)
            case Hypothesis() as hypothesis:
                return [*self._follow(hypothesis, event.at), *self._think_along(event.at)]
            case _:
                return []

    def _follow(self, hypothesis: Hypothesis, at: float) -> list[Command]:
        """Tell the client what the player seems to be saying, and have evaluated what is certain of it."""
        utterance = self._listening.utterance
        assert utterance is not None
        commands = [] if self._listening.pushed else self._read(hypothesis, utterance.start, at, final=False)
        if self._dialogue.audible or not hypothesis.text:
            return commands + self._dialogue.drop()
        utterance.turn = utterance.turn or self._dialogue.next_number()
        commands.append(Send(TranscriptPartial(text=hypothesis.text, turn=utterance.turn)))
        return commands + self._evaluate_ahead(utterance.newly_certain())

    def _evaluate_ahead(self, said: str) -> list[Command]:
        """Have the model read what the player has said, if that is anything and somebody listens."""
        along = self._dialogue.along(said) if said else None
        return [along] if along else []

    def _understand(self, understood: Understood, at: float) -> list[Command]:
        said, hypothesis = understood.said, understood.hypothesis
        played = "" if self._dialogue.audible else self._dialogue.was_heard(said.began)
        commands = self._read(hypothesis, said.start, at, final=True)
        if not hypothesis.text:
            return [*commands, *self._dialogue.roll_back(), *self._nothing_heard(said), *said.given_up()]
        if self._dialogue.audible or (played and self._barge_in.is_echo(hypothesis.text, played, said.start)):
            return [*commands, *self._dialogue.roll_back(), *said.given_up()]
        self._dialogue.language = self._dialogue.language or hypothesis.language
        commands += self._dialogue.end_turn("interrupted", at)
        said, text = said.numbered(self._dialogue.next_number), self._dialogue.wording(hypothesis.text)
        final = TranscriptFinal(
            text=text,
            turn=said.turn or 0,
            language=hypothesis.language,
            audio_ms=round(said.duration * 1000),
            ref=said.ref,
        )
        return [*commands, Send(final), *self._dialogue.answer(text, at, said=said, ref=said.ref)]

    def _nothing_heard(self, said: Said) -> list[Command]:
        if not self._listening.pushed:
            return []
        message = "no speech in the audio: hold the button while speaking, check the microphone"
        return [error("nothing_heard", message, said.ref)]

    def _expected(self) -> Expected:
        return Expected(self._dialogue.language, self._dialogue.scene.hotwords(self._dialogue.language or "en"))

    def _take_failure(self, event: EngineFailed) -> list[Command]:
        again = self._work.try_again(event.work) if self._dialogue.can_repeat(event.work) else None
        if again:
            return [again]
        said = self._listening.failed(event.work)
        if said:
            message = f"speech recognition failed twice, please say it again: {event.message}"
            return [error("engine_failed", message, said.ref), *said.given_up()]
        return self._dialogue.fail(event)

    # Saves

    def _take_stored(self, event: SaveMade | StoryLoaded | StoreFailed) -> list[Command]:
        match event:
            case SaveMade(_, save_id, ref):
                return [Send(SaveCreated(save_id=save_id, ref=ref))]
            case StoreFailed(_, message, ref, not_found):
                return [error("save_not_found" if not_found else "store_failed", message, ref)]
        missing = sorted(set(Story.of(event.entries).cast.values()) - self._personas.keys())
        if missing:
            message = f"the save has the persona '{missing[0]}', which this server lacks: add it and load again"
            return [error("persona_not_found", message, event.ref)]
        commands = [*self._listening.clear(), *self._dialogue.load(event.entries, self._personas, event.at)]
        self._barge_in.forget()
        loaded = Send(SaveLoaded(save_id=event.save_id, warning=self.warning, ref=event.ref))
        return [TakeUp(), *commands, loaded, *self._prepared()]

    # Messages

    def _take_message(self, message: AnyClientMessage, at: float) -> list[Command]:
        match message:
            case InputAudioCommit():
                return self._take_commit(message, at)
            case InputAudioClear():
                return [*self._dialogue.roll_back(), *self._listening.clear()]
            case _:
                return self._messages.take(message, at, self.is_idle)

    def _take_commit(self, message: InputAudioCommit, at: float) -> list[Command]:
        if not self._listening.pushed:
            return [error("invalid_message", "input.audio.commit needs mode push_to_talk in session.open", message.id)]
        committed = self._listening.commit(at, self._expected(), message.id)
        if committed is None:
            return [error("nothing_heard", "no audio came since the last commit: check the microphone", message.id)]
        understood, commands = committed
        commands = [*self._dialogue.end_turn("interrupted", at), *commands]
        return commands + (self._understand(understood, at) if understood else [])
