"""Who says what next: the scene, what was said in it, the turn in progress and what waits for its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from npc_engine.core.commands import Command, Prepare, Send
from npc_engine.core.events import EngineFailed, GenerationEnded, SpeechSynthesised, TextGenerated
from npc_engine.core.facts import facts_for
from npc_engine.core.guard import Guard
from npc_engine.core.hints import hint_for
from npc_engine.core.hypothesis import Hypothesis, same_words
from npc_engine.core.journal import Entry, Joined, Left, QuestMoved, Spoken, TakenBack, ValuesSet
from npc_engine.core.language import language_of
from npc_engine.core.listening import Said
from npc_engine.core.prompt import Prompt, build_prompt, instructions, unfinished, waiting_prompt
from npc_engine.core.quests import Statuses
from npc_engine.core.reply import Reply
from npc_engine.core.scene import Character, Scene
from npc_engine.core.state import State
from npc_engine.core.story import Story
from npc_engine.core.turn import EndReason, Turn, Why
from npc_engine.core.view import View
from npc_engine.core.work import Work
from npc_engine.persona.model import Persona
from npc_engine.protocol import Error, QuestChanged, TurnStarted, Value


@dataclass(frozen=True)
class Waiting:
    """Something to be said once nobody is speaking: exact words, or an event that a character speaks of."""

    character: Character
    text: str
    exact: bool
    ref: str | None = None
    """Id of the message that asked for it."""


@dataclass(frozen=True)
class Supposed:
    """The answer to what the player seems to have said. Nothing of it is sent, and nothing remembered."""

    line: str
    turn: Turn
    heard: Spoken
    """The line, as it would be remembered."""


@dataclass(frozen=True)
class Settings:
    """What holds for a whole session."""

    session_id: str
    player_name: str
    with_audio: bool
    seed: int


class Dialogue:
    """State of the exchange between one player and the characters in earshot."""

    def __init__(self, settings: Settings, work: Work) -> None:
        self.scene = Scene()
        self.story = Story()
        self._new: list[Entry] = []
        self.language: str | None = None
        """Spoken by the player, once known."""
        self.turn: Turn | None = None
        self.last_why: Why | None = None
        self._settings = settings
        self._work = work
        self._said: Said | None = None
        self._began = 0
        self._supposed: Supposed | None = None
        self._fallen_silent = (0.0, "")
        self._waiting: list[Waiting] = []
        self._numbers = 0
        self._idle_with: Turn | None = None

    @property
    def state(self) -> State:
        """How things are, at this moment of the story."""
        return State(self.story, self.scene.worlds())

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

    def record(self, entry: Entry) -> None:
        """Let it have happened, to be kept."""
        self.story.add(entry)
        self._new.append(entry)

    def new_entries(self) -> tuple[Entry, ...]:
        """What has happened since this was asked last."""
        new, self._new = tuple(self._new), []
        return new

    def load(self, entries: Iterable[Entry], personas: Mapping[str, Persona], at: float) -> list[Command]:
        """Go to another moment of the story: what was said, known and felt since then never happened."""
        commands = [*self.drop(), *self.close(at)]
        self.new_entries()  # of the branch that is left
        self.story, self.scene = Story.of(entries), Scene()
        for actor, role in self.story.cast.items():
            self.scene.join(Character(actor, personas[role], role))
        return commands

    def tell(self, text: str) -> None:
        """Something happened, and those in earshot know it."""
        self.record(Spoken(actor_id=None, name="", text=text, is_event=True, heard_by=self._in_earshot()))

    def join(self, character: Character) -> None:
        """A character comes into earshot."""
        self.scene.join(character)
        self.record(Joined(actor_id=character.actor_id, persona=character.role))

    def set(self, values: dict[str, Value]) -> list[QuestChanged]:
        """The game says how things are; return the quests that moved. Raises `UnknownStage`, and changes nothing."""
        moves = self.state.moves(values)
        plain = {path: value for path, value in values.items() if not path.startswith("quest.")}
        if plain:
            self.record(ValuesSet(values=plain, witnesses=self._in_earshot()))
        return self._move(moves)

    def _move(self, moves: dict[str, Statuses]) -> list[QuestChanged]:
        before = {quest.id: self.state.told(quest.id) for quest in self.state.quests}
        for quest, beats in moves.items():
            self.record(QuestMoved(quest=quest, beats=dict(beats)))
        while begun := self.state.begun():
            for quest, beats in begun.items():
                self.record(QuestMoved(quest=quest, beats=dict(beats)))
        after = {quest.id: self.state.told(quest.id) for quest in self.state.quests}
        return [told for quest, told in after.items() if quest in moves or told != before[quest]]

    def _in_earshot(self) -> tuple[str, ...]:
        return tuple(character.actor_id for character in self.scene)

    def next_number(self) -> int:
        """A number for a new turn and its utterance."""
        self._numbers += 1
        return self._numbers

    def has_begun(self, number: int) -> bool:
        """Whether there was a turn, and an utterance, of this number."""
        return 0 < number <= self._numbers

    def answer(
        self, line: str, at: float, to: Character | None = None, said: Said | None = None, ref: str | None = None
    ) -> list[Command]:
        """Begin the turn that answers a line of the player. Ends the turn in progress."""
        commands = self.end_turn("interrupted", at)
        if self._supposed and not (said and same_words(self._supposed.line, line)):
            commands += self.drop()
        supposed, self._supposed = self._supposed, None
        character = supposed.turn.character if supposed else to or self.scene.who_answers(line)
        if character is None:
            message = "nobody is in earshot: send character.join"
            return [*commands, Send(Error(code="actor_not_found", message=message, ref=ref))]
        if supposed is None:
            number = said.turn if said and said.turn else self.next_number()
            supposed, thinking = self._compose(character, line, number, at)
            commands += thinking
        turn = supposed.turn
        self._began, self._said = len(self.story.lines), said
        self.record(supposed.heard)
        if said:
            turn.marks.began, turn.marks.spoken = said.began, said.spoken
            turn.marks.decided, turn.marks.asked = said.decided, turn.marks.asked or said.asked
        if not (said and said.resumed):
            commands.append(Send(TurnStarted(turn=turn.number, actor_id=character.actor_id, ref=ref)))
        self._start(turn)
        return commands + turn.confirm(at)

    def suppose(self, hypothesis: Hypothesis, number: int, at: float) -> list[Command]:
        """Think of the answer to what the player seems to have said, as long as nobody else is to be answered."""
        if self.turn or (self._supposed and same_words(self._supposed.line, hypothesis.text)):
            return []
        commands = self.drop()
        character = self.scene.who_answers(hypothesis.text)
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
        character = self.scene.who_answers(text)
        if self.turn or self._supposed or character is None:
            return None
        language = self._reply_language(character, text)
        return Prepare(unfinished(self.waiting_prompt(character, language), text))

    def say(self, waiting: Waiting, urgent: bool = False) -> None:
        """Say it once nobody is speaking, before all else that waits if `urgent`."""
        self._waiting.insert(0 if urgent else len(self._waiting), waiting)

    @property
    def unanswered(self) -> Said | None:
        """What the player said, while nothing of the answer was sent."""
        return self._said if self.turn and not self.audible else None

    def take_back(self) -> list[Command]:
        """The player goes on before any answer was sent: the turn in progress never happened."""
        turn, self.turn = self.turn, None
        self.record(TakenBack(line=self._began))
        return turn.abandon() if turn else []

    def leave(self, actor_id: str, at: float) -> list[Command]:
        """A character goes out of earshot, in mid-sentence if need be."""
        self.scene.leave(actor_id)
        self.record(Left(actor_id=actor_id))
        self._waiting = [waiting for waiting in self._waiting if waiting.character.actor_id != actor_id]
        return self.end_turn("cancelled", at) if self.turn and self.turn.character.actor_id == actor_id else []

    def close(self, at: float) -> list[Command]:
        """Fall silent for good."""
        commands = self.end_turn("cancelled", at)
        self._waiting, self._idle_with = [], None
        return commands

    def end_turn(self, reason: EndReason, at: float) -> list[Command]:
        """End the turn in progress, if there is one. The character remembers what was heard."""
        turn, self.turn = self.turn, None
        if turn is None:
            return []
        commands = turn.complete(reason, at)
        self._fallen_silent = (at, turn.reply.text)
        if turn.heard:
            name = turn.character.name(turn.language)
            actor = turn.character.actor_id
            hearers = tuple(dict.fromkeys([*self._in_earshot(), actor]))
            self.record(Spoken(actor_id=actor, name=name, text=turn.heard, heard_by=hearers))
        self.last_why, self._idle_with = turn.why, turn
        return commands

    def go_on(self, at: float, player_is_quiet: bool) -> list[Command]:
        """End the turn that was heard to its end, begin what waits, and have the next prompt evaluated if idle."""
        commands: list[Command] = []
        if self.turn and self.turn.is_over(at):
            commands += self.end_turn("done", at)
        if self.turn is None and self._waiting and player_is_quiet:
            commands += self._begin_waiting(self._waiting.pop(0), at)
        idle, self._idle_with = self._idle_with, None
        if self.turn is None and idle and self.scene.get(idle.character.actor_id):
            commands.append(Prepare(self.waiting_prompt(idle.character, idle.language)))
        return commands

    def take(self, event: TextGenerated | GenerationEnded | SpeechSynthesised) -> list[Command]:
        """An engine delivered."""
        turn = self._owner(event.work)
        if turn is None:
            return []
        match event:
            case TextGenerated(at, _, text):
                return turn.take_text(text, at)
            case GenerationEnded(at):
                return turn.end_text(at)
            case _:
                return turn.take_speech(event)

    def can_repeat(self, work: int) -> bool:
        """Whether work that failed may be done again: a model that has begun to speak must not start over."""
        turn = self._owner(work)
        return turn is None or not turn.has_text(work)

    def fail(self, event: EngineFailed) -> list[Command]:
        """Work of a turn failed for good. Of what was only supposed nobody needs to know."""
        turn = self._owner(event.work)
        if turn is None:
            return []
        if turn is not self.turn:
            return self.drop()
        error = Error(code="engine_failed", message=f"the answer is incomplete: {event.message}")
        return [Send(error), *turn.fail(event.work, event.at)]

    def _owner(self, work: int) -> Turn | None:
        """The turn that waits for the work."""
        turns = [self.turn, self._supposed.turn if self._supposed else None]
        return next((turn for turn in turns if turn and turn.owns(work)), None)

    def waiting_prompt(self, character: Character, language: str | None = None) -> Prompt:
        """All of the character's next prompt that is known before the player speaks."""
        language = language or self._reply_language(character, "")
        key = f"{self._settings.session_id}/{character.actor_id}/{language}"
        return waiting_prompt(key, character.persona, language, self.story.lines, character.actor_id)

    def _begin_waiting(self, waiting: Waiting, at: float) -> list[Command]:
        language = self._reply_language(waiting.character, waiting.text)
        prompt = self.waiting_prompt(waiting.character, language)
        turn = self._make(waiting.character, language, waiting.text, self.next_number())
        self._start(turn)
        self._said, turn.marks.understood = None, at
        started = Send(TurnStarted(turn=turn.number, actor_id=waiting.character.actor_id, ref=waiting.ref))
        if waiting.exact:
            return [started, *turn.speak(waiting.text, at)]
        self.tell(waiting.text)
        return [started, *self._think(turn, build_prompt(prompt, f"({waiting.text})", (), language))]

    def _compose(self, character: Character, line: str, number: int, at: float) -> tuple[Supposed, list[Command]]:
        """The turn that would answer the line, held, and the commands that make it think."""
        language = self._reply_language(character, line)
        hint = self._hint(character, line, language)
        view = View(character, self.state, self.story)
        said = len(self.story.lines)
        chosen = facts_for(view.tellable(), self.story.values, character.persona, line, language, said, hint)
        turn = self._make(character, language, line, number)
        turn.held, turn.why.facts, turn.marks.understood = True, chosen.facts, at
        heard = Spoken(
            actor_id=None,
            name=self._settings.player_name,
            text=line,
            facts=chosen.facts,
            heard_by=self._in_earshot(),
        )
        supposed = Supposed(line, turn, heard)
        if chosen.verbatim:
            return supposed, turn.speak(chosen.facts[0], at)
        prompt = build_prompt(self.waiting_prompt(character, language), line, chosen.facts, language)
        return supposed, self._think(turn, prompt)

    def _hint(self, character: Character, line: str, language: str) -> str | None:
        """What helps a player who is stuck in a quest that the character speaks of."""
        told = {fact for spoken in self.story.lines for fact in spoken.facts}
        hints = (hint_for(beat, line, language, told) for beat in self.state.beats(character))
        return next((hint for hint in hints if hint), None)

    def _make(self, character: Character, language: str, line: str, number: int) -> Turn:
        stages = [f"{quest.id}: {self.state.stage(quest)}" for quest in self.state.quests_of(character)]
        stage = ", ".join(stages) or None
        why = Why(persona=character.name(language), language=language, line=line, quest=stage)
        return Turn(number, character, language, self._work, why, self._settings.with_audio)

    def _start(self, turn: Turn) -> None:
        self.turn, self._idle_with = turn, None
        self.scene.spoke(turn.character.actor_id)

    def _think(self, turn: Turn, prompt: Prompt) -> list[Command]:
        turn.why.prompt = prompt
        persona = turn.character.persona
        guard = Guard(persona, instructions(persona, turn.language), turn.why.facts)
        return turn.generate(prompt, (self._settings.seed + turn.number) % 2**32, guard)

    def _reply_language(self, character: Character, line: str) -> str:
        """The language of the line where the character speaks it, else the player's, else the character's own."""
        spoken = character.persona.languages
        default = self.language if self.language in spoken else spoken[0]
        language = language_of(line, default or spoken[0])
        return language if language in spoken else spoken[0]
