"""Conversations in a known state, and the player's and engines' part in them: what tests of `core` begin with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from npc_engine.core.commands import Command, Generate, Recognise, Record, Send, Synthesise
from npc_engine.core.conversation import Conversation
from npc_engine.core.endpointing import EndpointingSettings
from npc_engine.core.events import (
    AudioReceived,
    ClockAdvanced,
    Event,
    GenerationEnded,
    MessageReceived,
    Recognised,
    SpeechSynthesised,
    SpokenCue,
    TextGenerated,
    VoiceScored,
)
from npc_engine.core.journal import Entry
from npc_engine.core.patience import Evidence, Waits
from npc_engine.persona.model import Persona
from npc_engine.protocol import AnyClientMessage, AnyServerMessage, InputText, SessionOpen

WINDOW = 0.04
"""Seconds of one score of voice activity in these tests."""
RATE = 16000
"""Samples per second of speech in these tests."""
LOUD, QUIET = -20.0, -70.0
"""Decibels of a voice and of silence in these tests."""
SILENCE_ENDS = EndpointingSettings(
    evidence=Evidence(trust=1.0),
    waits=Waits(shortest=0.45, longest=0.45, quickest_pace=1.0, slowest_pace=1.0),
)
"""How turns end in these tests: after 0.45 s of silence, whatever was said; pauses are judged all the same."""
SECONDS_PER_WORD = 0.5
"""How slowly everybody speaks here: a sentence of four words takes two seconds."""

QUEST: dict[str, Any] = {
    "id": "safe",
    "name": "The safe",
    "goal": "Find the key and open the safe.",
    "beats": [
        {"id": "find_key", "objective": "Find the key.", "facts": [{"keys": ["key"], "text": "The key is here."}]},
        {"id": "open_safe", "objective": "Open the safe."},
    ],
}


WORLD: dict[str, Any] = {"name": "Deadwood", "quests": [QUEST]}


def persona(**changes: Any) -> Persona:
    """Ada, who speaks English and Chinese, with `changes`."""
    return Persona.model_validate(
        {
            "name": {"en": "Ada Finch", "zh": "艾达·芬奇"},
            "languages": ["en", "zh"],
            "description": {"en": "You are Ada.", "zh": "你是艾达。"},
            "fallbacks": {
                "in_character": {"en": ["I keep to my ledgers."], "zh": ["我只懂账本。"]},
                "failed": {"en": ["Say that again?"], "zh": ["再说一遍好吗？"]},
                "unknown": [],
            },
        }
        | changes
    )


def opened(**changes: Any) -> SessionOpen:
    """The `session.open` of a scene with Ada in it, with `changes`."""
    return SessionOpen.model_validate(
        {
            "protocol": "npc.v1",
            "player": {"id": "p1", "name": "Sam", "language": "en"},
            "scene": {"characters": [{"actor_id": "ada", "persona": "ada"}]},
            "seed": 7,
        }
        | changes
    )


TEXT_ONLY = {"output": {"encoding": "none"}}
"""As `audio`: a session without speech."""
TWO_ACTORS = {"characters": [{"actor_id": "ada", "persona": "ada"}, {"actor_id": "tom", "persona": "tom"}]}
"""As `scene`: Ada, and Old Tom the miner."""


class Stage:
    """One conversation and the time on its clock. Every method returns the commands that followed."""

    def __init__(self, personas: dict[str, Persona] | None = None, goes_on: bool = False, **changes: Any) -> None:
        """With `goes_on` answers begin with the fact, and what the model says is what comes behind it; `models` are
        those of likeness and kinship."""
        models = changes.pop("models", {})
        self.personas = personas or {"ada": persona(), "tom": persona(name="Old Tom", languages=["en"])}
        self.opened = opened(**changes)
        self.conversation = Conversation(
            "s1", self.opened, self.personas, endpointing=SILENCE_ENDS, goes_on=goes_on, **models
        )
        self.recorded: list[Entry] = []
        """The journal so far."""
        self.at = 100.0
        """Seconds on the session's clock."""
        self.audio = 0.0
        """Seconds of microphone audio so far."""
        self.begun = self._without_journal(self.conversation.open())
        """What the conversation asked for when it was opened."""

    def post(self, event: Event) -> list[Command]:
        """Let it happen. What it adds to the journal, always first, is in `recorded`."""
        return self._without_journal(self.conversation.receive(event))

    def _without_journal(self, commands: list[Command]) -> list[Command]:
        if commands and isinstance(commands[0], Record):
            self.recorded += commands.pop(0).entries
        return commands

    def send(self, message: AnyClientMessage) -> list[Command]:
        """The client sends a message."""
        return self.post(MessageReceived(self.at, message))

    def wait(self, seconds: float) -> list[Command]:
        """Time passes, with nothing but the deadlines that the conversation asked for."""
        until, commands = self.at + seconds, list[Command]()
        while (deadline := self.conversation.next_deadline()) is not None and deadline <= until:
            self.at = max(self.at, deadline)
            commands += self.post(ClockAdvanced(self.at))
        self.at = until
        return commands

    def voice(self, seconds: float, probability: float = 0.9, level: float = LOUD) -> list[Command]:
        """The microphone delivers `seconds` of audio, each window scored `probability`, in real time."""
        commands = list[Command]()
        for _ in range(round(seconds / WINDOW)):
            start, self.audio, self.at = self.audio, self.audio + WINDOW, self.at + WINDOW
            commands += self.post(AudioReceived(self.at, self.audio))
            commands += self.post(VoiceScored(self.at, start, WINDOW, probability, level))
        return commands

    def burst(self, voiced: float, silent: float, text: str) -> list[Command]:
        """Audio comes at once, as from a link that had hung; whatever is recognised of it, recognition says `text`."""
        start, commands = self.audio, list[Command]()
        self.audio += voiced + silent
        self.post(AudioReceived(self.at, self.audio))
        for number in range(round((voiced + silent) / WINDOW)):
            heard = (0.9, LOUD) if number * WINDOW < voiced else (0.01, QUIET)
            scored = self.post(VoiceScored(self.at, start + number * WINDOW, WINDOW, *heard))
            commands += scored
            for asked in every(scored, Recognise):
                commands += self.post(Recognised(self.at, asked.work, text, "en"))
        return commands

    def silence(self, seconds: float) -> list[Command]:
        """The microphone delivers silence."""
        return self.voice(seconds, probability=0.01, level=QUIET)

    def noise(self, seconds: float) -> list[Command]:
        """The microphone delivers sound as loud as speech that is none."""
        return self.voice(seconds, probability=0.01)

    def recognise(self, commands: list[Command], text: str, language: str = "en") -> list[Command]:
        """The recogniser answers the last request among `commands`."""
        return self.post(Recognised(self.at, last(commands, Recognise).work, text, language))

    def generate(self, commands: list[Command], text: str, end: bool = True) -> list[Command]:
        """The language model answers the request among `commands`, word by word."""
        work, following = only(commands, Generate).work, list[Command]()
        for piece in text.replace(" ", " \0").split("\0"):
            following += self.post(TextGenerated(self.at, work, piece))
        return following + (self.post(GenerationEnded(self.at, work)) if end else [])

    def synthesise(self, commands: list[Command]) -> list[Command]:
        """The synthesiser answers the request among `commands`, and each that follows from its answer."""
        following, asked = list[Command](), every(commands, Synthesise)
        while asked:
            answered = self.post(spoken(self.at, asked.pop()))
            following += answered
            asked += every(answered, Synthesise)
        return following

    def answer(self, line: str, text: str) -> list[Command]:
        """The player types, the character has answered: all commands from the line to the last clause's audio."""
        asked = self.send(InputText(text=line))
        said = self.generate(asked, text)
        return [*asked, *said, *self.synthesise(said)]

    def barge_in(self, line: str) -> list[Command]:
        """The player begins to say a line while a character speaks, and recognition understands it."""
        commands = self.voice(0.32)
        commands += [*self.recognise(commands, ""), *self.voice(0.32)]
        return commands + self.recognise(commands, line)

    def say_aloud(self, line: str, seconds: float = 1.2) -> list[Command]:
        """The player says a line and the recogniser understands it."""
        commands = [*self.voice(seconds), *self.silence(0.6)]
        return commands + self.recognise(commands, line)


class Listener(Stage):
    """A conversation whose recogniser answers at once."""

    def speak(self, seconds: float, text: str) -> list[Command]:
        """The player speaks, and every recognition meanwhile understands `text`."""
        return self._through(self.voice, seconds, text)

    def pause(self, seconds: float, text: str) -> list[Command]:
        """The player is silent; recognition still understands `text`."""
        return self._through(self.silence, seconds, text)

    def hiss(self, seconds: float, text: str) -> list[Command]:
        """The player is silent in a loud room."""
        return self._through(self.noise, seconds, text)

    def _through(self, deliver: object, seconds: float, text: str) -> list[Command]:
        commands: list[Command] = []
        for _ in range(round(seconds / 0.04)):
            following = deliver(0.04)  # type: ignore[operator]
            commands += following
            for asked in every(following, Recognise):
                commands += self.post(Recognised(self.at, asked.work, text, "en"))
        return commands


def speaking(text: str, **changes: Any) -> tuple[Stage, int]:
    """A character that has just begun to speak `text`, and the number of its utterance."""
    stage = Stage(**changes)
    stage.answer("Hello", text)
    return stage, 1


def spoken(at: float, asked: Synthesise, rate: int = RATE) -> SpeechSynthesised:
    """Speech for a request: `SECONDS_PER_WORD` a word, a viseme at the start of each."""
    return SpeechSynthesised(at, asked.work, *_samples(asked.text, asked.rate or rate))


def _samples(text: str, rate: int) -> tuple[int, int, tuple[SpokenCue, ...]]:
    words = text.split()
    cues = [
        SpokenCue(kind, value, number * SECONDS_PER_WORD, SECONDS_PER_WORD)
        for number, word in enumerate(words)
        for kind, value in (("word", word.strip(".,!?")), ("viseme", "aa"))
    ]
    return round(len(words) * SECONDS_PER_WORD * rate), rate, tuple(cues)


def messages(commands: Iterable[Command]) -> list[AnyServerMessage]:
    """What the client is told."""
    return [command.message for command in commands if isinstance(command, Send)]


def types(commands: Iterable[Command]) -> list[str]:
    """The types of what the client is told."""
    return [message.type for message in messages(commands)]


def every(commands: Iterable[Any], kind: type) -> list[Any]:
    """The commands or messages of one kind."""
    return list(_of(commands, kind))


def only(commands: Iterable[Any], kind: type) -> Any:
    """The one command or message of a kind."""
    (found,) = _of(commands, kind)
    return found


def last(commands: Iterable[Any], kind: type) -> Any:
    """The last command or message of a kind."""
    return every(commands, kind)[-1]


def _of(commands: Iterable[Any], kind: type) -> Iterator[Any]:
    for command in commands:
        if isinstance(command, kind):
            yield command
        elif isinstance(command, Send) and isinstance(command.message, kind):
            yield command.message
