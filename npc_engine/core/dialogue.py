"""Who says what next: the scene, what was said in it, the turn in progress and what waits for its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from npc_engine.core.answering import Answering
from npc_engine.core.chronicle import Chronicle
from npc_engine.core.clauses import joined
from npc_engine.core.commands import Command, Prepare, Send
from npc_engine.core.events import EngineFailed, GenerationEnded, SpeechSynthesised, TextGenerated
from npc_engine.core.feelings import Happening
from npc_engine.core.hearsay import told
from npc_engine.core.hypothesis import Hypothesis, same_words
from npc_engine.core.journal import ActionEnded, Entry, Saying, Spoken, TakenBack
from npc_engine.core.language import language_of
from npc_engine.core.listening import Said
from npc_engine.core.pending import Requests
from npc_engine.core.plan import Plan
from npc_engine.core.prompt import Prompt, build_prompt, in_mood, unfinished, waiting_prompt
from npc_engine.core.reply import Reply
from npc_engine.core.scene import Character, Scene
from npc_engine.core.summaries import Summaries
from npc_engine.core.turn import EndReason, Turn, Why
from npc_engine.core.work import Work
from npc_engine.persona.base import in_language
from npc_engine.persona.model import Persona
from npc_engine.protocol import Error, TurnStarted

MOST_EXCHANGES = 2
"""Replies of characters to each other behind one line of the player: then they wait for the player again."""

DECIDING = 0.5
"""Weight of a decision that is prepared; what a character says has 1.0, since most lines want nothing done."""


@dataclass(frozen=True)
class Waiting:
    """Something to be said once nobody is speaking."""

    character: Character
    text: str
    kind: Literal["exact", "event", "reply", "deed"]
    """Exact words; an event that the character speaks of; what another character said to it; or what it is to do."""
    ref: str | None = None
    """Id of the message that asked for it."""
    actions: tuple[str, ...] = ()
    """Of a deed, what there is to choose from."""


@dataclass(frozen=True)
class Supposed:
    """The answer to what the player seems to have said. Nothing of it is sent, and nothing remembered."""

    line: str
    turn: Turn


@dataclass(frozen=True)
class Settings:
    """What holds for a whole session."""

    session_id: str
    player_name: str
    with_audio: bool
    seed: int
    goes_on: bool = True
    """Whether the language model can go on from the beginning of an answer."""


class Dialogue:
    """State of the exchange between one player and the characters in earshot."""

    def __init__(self, settings: Settings, work: Work, answering: Answering, past: Iterable[Entry] = ()) -> None:
        self.chronicle = Chronicle(past)
        self.requests = Requests(settings.session_id, self.chronicle)
        self.language: str | None = None
        """Spoken by the player, once known."""
        self.turn: Turn | None = None
        self.last_why: Why | None = None
        self._settings = settings
        self._work = work
        self._answering = answering
        self._said: Said | None = None
        self._began = 0
        self._supposed: Supposed | None = None
        self._fallen_silent = (0.0, "")
        self._waiting: list[Waiting] = []
        self._summaries = Summaries(work, settings.session_id)
        self._exchanges = 0
        self._numbers = 0
        self._idle_with: Turn | None = None

    @property
    def scene(self) -> Scene:
        """Who is in earshot."""
        return self.chronicle.scene

    @property
    def speech(self) -> Reply | None:
        """What a character is saying, as far as the client knows."""
        return self.turn.reply if self.turn and self.audible else None

    def was_heard(self, since: float) -> str:
        """What of the last reply, now over, may have been heard after `since` seconds on the clock."""
        return self._fallen_silent[1] if since <= self._fallen_silent[0] else ""

    @property
    def audible(self) -> bool:
        """Whether a character is speaking, as far as the client knows."""
        return self.turn is not None and self.turn.reply.started

    def next_number(self) -> int:
        """A number for a new turn and its utterance."""
        self._numbers += 1
        return self._numbers

    def has_begun(self, number: int) -> bool:
        """Whether there was a turn, and an utterance, of this number."""
        return 0 < number <= self._numbers

    def answer(
        self,
        line: str,
        at: float,
        to: Character | None = None,
        said: Said | None = None,
        ref: str | None = None,
        whispered: bool = False,
        plan: Plan | None = None,
    ) -> list[Command]:
        """Begin the turn that answers a line of the player, by a plan if there is one. Ends the turn in progress."""
        commands = self.end_turn("interrupted", at)
        self._exchanges, self._waiting = 0, [each for each in self._waiting if each.kind != "reply"]
        if self._supposed and not (said and same_words(self._supposed.line, line)):
            commands += self.drop()
        supposed, self._supposed = self._supposed, None
        character = supposed.turn.character if supposed else to or self._who_answers(line)
        if character is None:
            return commands + self._unanswered(line, ref)
        if supposed is None:
            number = said.turn if said and said.turn else self.next_number()
            supposed, thinking = self._compose(character, line, number, at, whispered, plan)
            commands += thinking
        turn = supposed.turn
        self._said = said
        self._remember_line(line, turn.plan, turn.hearers)
        if said:
            turn.marks.began, turn.marks.spoken = said.began, said.spoken
            turn.marks.decided, turn.marks.asked = said.decided, turn.marks.asked or said.asked
        if not (said and said.resumed):
            commands.append(Send(TurnStarted(turn=turn.number, actor_id=character.actor_id, ref=ref)))
        self._start(turn)
        return [*commands, *turn.confirm(at), *self._ask_game(turn, at)]

    def suppose(self, hypothesis: Hypothesis, number: int, at: float) -> list[Command]:
        """Think of the answer to what the player seems to have said, as long as nobody else is to be answered."""
        if self.turn or (self._supposed and same_words(self._supposed.line, hypothesis.text)):
            return []
        commands = self.drop()
        character = self._who_answers(hypothesis.text)
        if character is None:
            return commands
        self._supposed, thinking = self._compose(character, hypothesis.text, number, at)
        self._supposed.turn.marks.asked = hypothesis.asked
        return commands + thinking

    def drop(self) -> list[Command]:
        """The player said something else, or goes on: what was supposed never happened."""
        supposed, self._supposed = self._supposed, None
        return supposed.turn.abandon() if supposed else []

    def roll_back(self) -> list[Command]:
        """The player said nothing at all: what was supposed never happened, and what is known is ready again."""
        self._idle_with = self._supposed.turn if self._supposed else self._idle_with
        return self.drop()

    def wording(self, text: str) -> str:
        """`text` in the words and marks in which an answer to it was thought of, if one was."""
        return self._supposed.line if self._supposed and same_words(self._supposed.line, text) else text

    def along(self, text: str) -> Prepare | None:
        """Have evaluated what the player has said for certain."""
        character = self._who_answers(text)
        if self.turn or self._supposed or character is None:
            return None
        language = self._reply_language(character, text)
        return Prepare(unfinished(self.waiting_prompt(character, language), text))

    def say(self, waiting: Waiting, urgent: bool = False) -> None:
        """Say it once nobody is speaking, before all else that waits if `urgent`."""
        self._waiting.insert(0 if urgent else len(self._waiting), waiting)

    @property
    def unanswered(self) -> Said | None:
        """What the player said, while nothing came of it: no part of the answer was sent, and the game not asked."""
        return self._said if self.turn and not self.turn.settled and not self.audible else None

    def take_back(self) -> list[Command]:
        """The player goes on before any answer was sent: the turn in progress never happened."""
        turn, self.turn = self.turn, None
        self.chronicle.record(TakenBack(line=self._began))
        return turn.abandon() if turn else []

    def leave(self, actor_id: str, at: float) -> list[Command]:
        """A character goes out of earshot, in mid-sentence if need be."""
        commands = self.hush(actor_id, at)
        self.chronicle.leave(actor_id)
        return commands

    def hush(self, actor_id: str, at: float) -> list[Command]:
        """A character says nothing more of what it is saying or was going to say."""
        self._waiting = [waiting for waiting in self._waiting if waiting.character.actor_id != actor_id]
        return self.end_turn("cancelled", at) if self.turn and self.turn.character.actor_id == actor_id else []

    def close(self, at: float) -> list[Command]:
        """Fall silent for good."""
        commands = [*self.drop(), *self._summaries.abandon(), *self.end_turn("cancelled", at)]
        self._waiting, self._idle_with = [], None
        return commands

    def load(self, entries: Iterable[Entry], personas: Mapping[str, Persona], at: float) -> list[Command]:
        """Go to another moment of the story. What was begun since is thrown away, and what the game had not answered
        then is asked again."""
        commands = self.close(at)
        self.chronicle.load(entries, personas)
        deadlines = {action.name: action.deadline for each in self.scene for action in each.actions}
        return [*commands, *map(Send, self.requests.again(deadlines, at))]

    def end_turn(self, reason: EndReason, at: float) -> list[Command]:
        """End the turn in progress, if there is one. The character remembers what was heard."""
        turn, self.turn = self.turn, None
        if turn is None:
            return []
        commands = [*self._settle(turn), *turn.complete(reason, at)]
        self._fallen_silent = (at, turn.reply.text)
        if turn.heard:
            self._remember_reply(turn)
        else:
            self._note_saying(turn, "")
        if reason == "done":
            self._pass_on(turn)
        self.last_why, self._idle_with = turn.why, turn
        return commands

    def go_on(self, at: float, player_is_quiet: bool) -> list[Command]:
        """Keep the voice going, end the turn that was heard to its end, begin what waits, and have the next prompt
        evaluated if idle."""
        commands: list[Command] = []
        for ended in self.requests.overdue(at):
            commands += self.end_action(ended, at)
        if self.turn and self.turn.reply.started:
            commands += self._settle(self.turn)
        self._speak_of_done()
        if self.turn:
            commands += self.turn.hurry(at)
        if self.turn and self.turn.is_over(at):
            commands += self.end_turn("done", at)
        if self.turn is None and self._waiting and player_is_quiet:
            commands += self._begin_waiting(self._waiting.pop(0), at)
        if self.turn:
            self._note_saying(self.turn, self.turn.reply.text)
        idle, self._idle_with = self._idle_with, None
        if self.turn is None and idle and self.scene.get(idle.character.actor_id):
            commands.append(Prepare(self.waiting_prompt(idle.character, idle.language)))
        if self.turn or self._supposed or not player_is_quiet:
            return commands + self._summaries.abandon()
        return commands + self._summaries.begin(self.chronicle, self.language or "en")

    def take(self, event: TextGenerated | GenerationEnded | SpeechSynthesised) -> list[Command]:
        """An engine delivered."""
        if not isinstance(event, SpeechSynthesised) and self._summaries.owns(event.work):
            self._summaries.take(event, self.chronicle)
        turn = self._owner(event.work)
        if turn is None:
            return []
        match event:
            case TextGenerated(at, _, text):
                return turn.take_text(text, at)
            case GenerationEnded(at):
                return self._decided(turn, at) if turn.deciding else turn.end_text(at)
            case _:
                return turn.take_speech(event)

    def can_repeat(self, work: int) -> bool:
        """Whether work that failed may be done again: a model that has begun to speak must not start over."""
        turn = self._owner(work)
        return turn is None or not turn.has_text(work)

    def fail(self, event: EngineFailed) -> list[Command]:
        """Work of a turn failed for good. Of what was only supposed, or a summary, nobody needs to know."""
        if self._summaries.owns(event.work):
            return self._summaries.fail()
        turn = self._owner(event.work)
        if turn is None:
            return []
        if turn is not self.turn:
            return self.drop()
        error = Error(code="engine_failed", message=f"the answer is incomplete: {event.message}")
        return [Send(error), *turn.fail(event.work, event.at)]

    def end_action(self, ended: ActionEnded, at: float) -> list[Command]:
        """The game answered a request, or let it pass. Late and unknown answers change nothing."""
        asked = self.requests.end(ended)
        if asked is None:
            return []
        if ended.status == "done":
            happening = Happening(action=asked.name)
            self.chronicle.feel(happening, self.language or "en", only=[asked.actor_id])
        turn = self.turn
        if turn is None or turn.action_id != ended.action_id:
            return []
        result = self._answering.result(self.chronicle, turn.character, asked, ended, turn.language)
        self.chronicle.record(TakenBack(line=self._began))
        turn.plan = turn.plan.with_result(result)
        self._remember_line(turn.line, turn.plan, turn.hearers)
        return self._think(turn, turn.plan, at)

    def ready(self, character: Character) -> list[Command]:
        """Have evaluated what is known before the player speaks: what the character says, then what it may do."""
        speaking = Prepare(self.waiting_prompt(character))
        if not character.actions:
            return [speaking]
        deciding = self._answering.waiting_decision(self._settings.session_id, self._reply_language(character, ""))
        return [speaking, Prepare(deciding, DECIDING)]

    def waiting_prompt(self, character: Character, language: str | None = None, lines: int | None = None) -> Prompt:
        """All of the character's next prompt that is known before the player speaks; of the first `lines` lines."""
        language = language or self._reply_language(character, "")
        key = f"{self._settings.session_id}/{character.actor_id}/{language}"
        heard = self.chronicle.story.lines[:lines]
        return waiting_prompt(key, character.persona, language, heard, character.actor_id)

    def _who_answers(self, line: str) -> Character | None:
        return self.scene.who_answers(line, self.chronicle.story.lines)

    def _unanswered(self, line: str, ref: str | None) -> list[Command]:
        """Nobody answers: nobody is there, or those who are have nothing to say to it."""
        if not self.chronicle.in_earshot:
            message = "nobody is in earshot: send character.join"
            return [Send(Error(code="actor_not_found", message=message, ref=ref))]
        self._remember_line(line, Plan(), self.chronicle.in_earshot)
        return []

    def _remember_line(self, line: str, plan: Plan, hearers: tuple[str, ...]) -> None:
        self._began = len(self.chronicle.story.lines)
        name = self._settings.player_name
        self.chronicle.record(
            Spoken(actor_id=None, name=name, text=line, facts=plan.facts, mood=plan.mood, heard_by=hearers)
        )

    def _note_saying(self, turn: Turn, text: str) -> None:
        """Remember what has left of a reply, lest the player has heard what nobody said."""
        noted = self.chronicle.story.saying
        if text != (noted.text if noted else ""):
            actor, name, hearers = turn.character.actor_id, turn.character.name(turn.language), _with(turn)
            self.chronicle.record(Saying(actor_id=actor, name=name, text=text, heard_by=hearers))

    def _remember_reply(self, turn: Turn) -> None:
        actor = turn.character.actor_id
        name = turn.character.name(turn.language)
        self.chronicle.record(Spoken(actor_id=actor, name=name, text=turn.heard, heard_by=_with(turn)))
        for fact in told(turn.plan.told, turn.heard):
            for hearer in turn.hearers:
                if hearer != actor:
                    self.chronicle.learn(hearer, fact, "heard", actor)

    def _pass_on(self, turn: Turn) -> None:
        """Let whom the character spoke to answer, for a while."""
        spoken_to = self.scene.addressed(turn.heard, turn.character.actor_id)
        if spoken_to and self._exchanges < MOST_EXCHANGES and not self._waiting:
            self._exchanges += 1
            self.say(Waiting(spoken_to, turn.heard, "reply"))

    def _speak_of_done(self) -> None:
        """Whoever gave a task says what its author wrote for when it is done: the last of those that ended at once."""
        for quest, beat in self.chronicle.newly_done()[-1:]:
            speakers = [each for each in self.scene.free if quest in self.chronicle.state.quests_of(each)]
            for speaker in speakers[:1]:
                written = in_language(beat.lines.done, self._reply_language(speaker, ""))
                if written:
                    self.say(Waiting(speaker, written[len(self.chronicle.story.lines) % len(written)], "exact"))

    def _settle(self, turn: Turn) -> list[Command]:
        """The answer can't be taken back any more: the line has been said, and moves what it moves."""
        if turn.settled:
            return []
        turn.settled = True
        self.chronicle.feel(Happening(said=turn.line), turn.language, only=turn.hearers)
        move = turn.plan.move
        return [Send(told) for told in self.chronicle.mark(move.quest, move.beat, move.status)] if move else []

    def _owner(self, work: int) -> Turn | None:
        """The turn that waits for the work."""
        turns = [self.turn, self._supposed.turn if self._supposed else None]
        return next((turn for turn in turns if turn and turn.owns(work)), None)

    def _begin_deed(self, waiting: Waiting, at: float) -> list[Command]:
        """Let the character choose what to do, as if the player had asked for it."""
        language = self._reply_language(waiting.character, waiting.text)
        plan = self._answering.deed(self.chronicle, waiting.character, waiting.actions, language)
        if plan is None:
            text = f"none of these actions is legal now: {', '.join(waiting.actions)}"
            return [Send(Error(code="action_not_found", message=text, ref=waiting.ref))]
        return self.answer(waiting.text, at, to=waiting.character, ref=waiting.ref, plan=plan)

    def _begin_waiting(self, waiting: Waiting, at: float) -> list[Command]:
        if waiting.kind == "deed":
            return self._begin_deed(waiting, at)
        language = self._reply_language(waiting.character, waiting.text)
        turn = self._make(waiting.character, language, waiting.text, Plan(), self.next_number())
        turn.settled, turn.marks.understood = True, at
        self._start(turn)
        self._said = None
        started = Send(TurnStarted(turn=turn.number, actor_id=waiting.character.actor_id, ref=waiting.ref))
        match waiting.kind:
            case "exact":
                return [started, *turn.speak(waiting.text, at)]
            case "event":
                prompt = build_prompt(
                    self.waiting_prompt(waiting.character, language), f"({waiting.text})", (), language
                )
                self.chronicle.tell(waiting.text)
                return [started, *self._ask_model(turn, prompt, at)]
            case _:
                return [started, *self._reply_to_last(turn, at)]

    def _reply_to_last(self, turn: Turn, at: float) -> list[Command]:
        """Answer what another character said last, as one would the player."""
        last = self.chronicle.story.lines[-1]
        turn.plan = self._answering.plan(self.chronicle, turn.character, last.text, turn.language)
        if turn.plan.exact:
            return turn.speak(turn.plan.exact, at)
        waiting = self.waiting_prompt(turn.character, turn.language, lines=len(self.chronicle.story.lines) - 1)
        line = f"{last.name}: {last.text}"
        prompt = build_prompt(waiting, line, turn.plan.facts, turn.language, self._quoted(turn.plan))
        return self._ask_model(turn, prompt, at)

    def _compose(
        self,
        character: Character,
        line: str,
        number: int,
        at: float,
        whispered: bool = False,
        plan: Plan | None = None,
    ) -> tuple[Supposed, list[Command]]:
        """The turn that would answer the line, held, and the commands that make it think."""
        language = self._reply_language(character, line)
        plan = plan or self._answering.plan(self.chronicle, character, line, language)
        turn = self._make(character, language, line, plan, number)
        turn.hearers = (character.actor_id,) if whispered else turn.hearers
        turn.held, turn.marks.understood = True, at
        turn.call = self._answering.settled(plan)
        if plan.may_do and not turn.call:
            prompt = self._answering.decision(self._settings.session_id, line, plan, language)
            return Supposed(line, turn), turn.decide(prompt, self._seed(turn))
        return Supposed(line, turn), [] if turn.call else self._speak(turn, at)

    def _speak(self, turn: Turn, at: float) -> list[Command]:
        """Answer by words alone: by those of the plan, if it has any."""
        return turn.speak(turn.plan.exact, at) if turn.plan.exact else self._think(turn, turn.plan, at)

    def _decided(self, turn: Turn, at: float) -> list[Command]:
        """The model chose one of the legal actions, or none."""
        turn.call = self._answering.chosen(turn.decision, turn.plan)
        if turn.call is None:
            return self._speak(turn, at)
        return self._ask_game(turn, at)

    def _ask_game(self, turn: Turn, at: float) -> list[Command]:
        """Ask the game for what was decided, if anything was; what came to be illegal meanwhile is not asked for."""
        if turn.call is None or turn.held or turn.action_id:
            return []
        action = self._answering.legal(self.chronicle, turn.character, turn.call)
        if action is None:
            turn.call = None
            return self._speak(turn, at)
        requested = self.requests.ask(turn.character.actor_id, action, turn.call, at)
        turn.action_id = requested.action_id
        return [*self._settle(turn), Send(requested)]

    def _make(self, character: Character, language: str, line: str, plan: Plan, number: int) -> Turn:
        state = self.chronicle.state
        stages = ", ".join(f"{quest.id}: {state.stage(quest)}" for quest in state.quests_of(character))
        why = Why(character.name(language), language, line, facts=plan.facts, quest=stages or None)
        hearers = self.chronicle.in_earshot
        return Turn(number, character, language, line, plan, hearers, self._work, why, self._settings.with_audio)

    def _start(self, turn: Turn) -> None:
        self.turn, self._idle_with = turn, None
        self.scene.spoke(turn.character.actor_id)

    def _think(self, turn: Turn, plan: Plan, at: float) -> list[Command]:
        """Have the model answer the turn's line by its plan."""
        lines = self._began if turn is self.turn else None
        waiting = self.waiting_prompt(turn.character, turn.language, lines)
        line = in_mood(turn.line, plan.mood)
        prompt = build_prompt(waiting, line, plan.facts, turn.language, self._quoted(plan))
        return self._ask_model(turn, prompt, at)

    def _quoted(self, plan: Plan) -> str:
        said = joined(filter(None, [plan.doubt, plan.quote, plan.closing]))
        return said if self._settings.goes_on or plan.is_reserved else ""

    def _ask_model(self, turn: Turn, prompt: Prompt, at: float) -> list[Command]:
        turn.why.prompt, turn.why.facts = prompt, turn.plan.facts
        gate = self._answering.gate(self.chronicle, turn.character, turn.line, turn.plan, turn.language, turn.action_id)
        if turn.plan.is_reserved:
            return turn.recite(self._quoted(turn.plan), prompt, self._seed(turn), gate, at)
        return turn.generate(prompt, self._seed(turn), gate, at)

    def _seed(self, turn: Turn) -> int:
        return (self._settings.seed + turn.number) % 2**32

    def _reply_language(self, character: Character, line: str) -> str:
        """The language of the line where the character speaks it, else the player's, else the character's own."""
        spoken = character.persona.languages
        default = self.language if self.language in spoken else spoken[0]
        language = language_of(line, default or spoken[0])
        return language if language in spoken else spoken[0]


def _with(turn: Turn) -> tuple[str, ...]:
    """Who hears a reply: its hearers, and who says it."""
    return tuple(dict.fromkeys([*turn.hearers, turn.character.actor_id]))
