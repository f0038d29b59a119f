"""Show what a session says: each answer streamed, in its character's colour. Knows no keyboard."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from npc_engine.core.clauses import is_wide
from npc_engine.protocol import (
    AnyServerMessage,
    Error,
    QuestChanged,
    SaveCreated,
    SaveLoaded,
    SessionOpened,
    TranscriptFinal,
    UtteranceCompleted,
    UtteranceStarted,
    UtteranceText,
)

_INTERRUPTED = ("interrupted", "cancelled")


def gap(before: str, after: str) -> str:
    """What stands between two clauses: a space, unless the script is written without."""
    return " " if before and after and not (is_wide(before[-1]) or is_wide(after[0])) else ""


class Display:
    """Writes answers to `console`; all that is not an answer goes to `aside`, which is standard error when piped."""

    def __init__(self, console: Console, aside: Console, plain: bool) -> None:
        self.console = console
        self.aside = aside
        self.plain = plain
        """Only answers, one per line, without names and colours."""
        self._characters: dict[str, tuple[str, str]] = {}
        self._last = ""
        self._failed = False

    @property
    def failed(self) -> bool:
        """Whether an error was shown."""
        return self._failed

    def show(self, message: AnyServerMessage) -> None:
        """Show what a message means to a reader, if anything."""
        match message:
            case SessionOpened():
                self._open(message)
            case TranscriptFinal(text=text) if not self.plain:
                self.note(f"you said: {text}")
            case UtteranceStarted(actor_id=actor):
                self._begin(actor)
            case UtteranceText(text=text):
                self._continue(text)
            case UtteranceCompleted(reason=reason):
                self._end(reason in _INTERRUPTED)
            case QuestChanged(stage=stage):
                self.note(f"the quest is at: {stage}")
            case SaveCreated(save_id=save_id):
                self.note(f"kept as {save_id}; /load {save_id} comes back to this moment")
            case SaveLoaded(save_id=save_id, warning=warning):
                self.note(f"this is the moment of {save_id} again")
                self._warn(warning)
            case Error(message=text):
                self.error(text)
            case _:
                pass

    def note(self, text: str) -> None:
        """Something that nobody says."""
        self.aside.print(Text(text, style="dim"), soft_wrap=True)

    def error(self, text: str) -> None:
        """Something is wrong."""
        self._failed = True
        self.aside.print(Text.assemble(("error: ", "bold red"), text), soft_wrap=True)

    def _warn(self, warning: str | None) -> None:
        if warning:
            self.note(warning)

    def _open(self, message: SessionOpened) -> None:
        self._characters = {each.actor_id: (each.name, each.color) for each in message.characters}
        self.note(message.label)
        if message.continued:
            self.note("the story goes on where it was left")
        self._warn(message.warning)
        for voice in message.audio.voices:
            if voice.last_resort and message.audio.encoding != "none":
                self.note(
                    f"no natural voice speaks '{voice.language}' here: {voice.voice} stands in and sounds robotic"
                )

    def _begin(self, actor: str) -> None:
        name, color = self._characters.get(actor, (actor, "default"))
        self._last = ""
        if not self.plain:
            self.console.print(Text.assemble((name, f"bold {color}"), ": "), end="", soft_wrap=True)

    def _continue(self, text: str) -> None:
        self.console.print(Text(gap(self._last, text) + text), end="", soft_wrap=True)
        self.console.file.flush()
        self._last = text

    def _end(self, interrupted: bool) -> None:
        self.console.print(Text(" …", style="dim") if interrupted and not self.plain else Text(""))
