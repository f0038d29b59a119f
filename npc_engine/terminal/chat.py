"""The chat: a client of a session in the same process. Takes lines from anywhere, needs no terminal."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator

from pydantic import ValidationError
from rich.table import Table

from npc_engine.core.quests import DONE
from npc_engine.filewords import nearest
from npc_engine.frames import AudioFrame
from npc_engine.persona import domains
from npc_engine.persona.base import localised
from npc_engine.persona.model import Persona
from npc_engine.persona.world import PROPERTIES, Quest, World
from npc_engine.protocol import (
    MAX_TEXT_CHARACTERS,
    AnyClientMessage,
    AnyServerMessage,
    Error,
    InputText,
    Ping,
    PlaybackReport,
    Pong,
    QuestChanged,
    ReplyCancel,
    SaveCreate,
    SaveLoad,
    Say,
    SessionClose,
    TurnCompleted,
    UtteranceCompleted,
    WorldSet,
)
from npc_engine.session import Session
from npc_engine.terminal.commands import HELP, Command, Mistake, Spoken, next_beat, understand, world_value
from npc_engine.terminal.display import Display
from npc_engine.terminal.sound import Speaker
from npc_engine.terminal.why import why_table


class Chat:
    """One player at a keyboard and one character. Each line waits for the answer to the one before."""

    def __init__(
        self, session: Session, actor: str, persona: Persona, language: str, display: Display, speaker: Speaker | None
    ) -> None:
        self._session = session
        self._actor = actor
        self._persona = persona
        self._language = language
        self._display = display
        self._speaker = speaker
        self._muted = False
        self._ids = itertools.count(1)
        self._awaited: str | None = None
        self._settled = asyncio.Event()
        self._quests = persona.setting.quests
        self._stages = {quest.id: quest.beats[0].id for quest in self._quests}
        self._interrupted = False
        self._talk: asyncio.Task[None] | None = None

    async def run(self, lines: AsyncIterator[str]) -> None:
        """Chat until the lines end or the player leaves."""
        running = asyncio.create_task(self._session.run())
        showing = asyncio.create_task(self._show())
        self._talk = asyncio.create_task(self._converse(lines))
        tasks = (running, showing, self._talk)
        try:
            await asyncio.wait({running, self._talk}, return_when=asyncio.FIRST_COMPLETED)
            self._session.receive(SessionClose())
            if self._talk.done() and not self._talk.cancelled():
                self._talk.result()
            await running
            await showing
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def interrupt(self) -> None:
        """Stop the answer in progress; the second time, leave."""
        if self._awaited is None:
            return
        if self._interrupted and self._talk:
            self._talk.cancel()
        self._interrupted = True
        self._session.receive(ReplyCancel())

    async def _converse(self, lines: AsyncIterator[str]) -> None:
        async for line in lines:
            match understand(line):
                case Command(name="/quit"):
                    return
                case Command() as command:
                    await self._obey(command)
                case Spoken(text):
                    await self._say(text)
                case Mistake(message):
                    self._display.error(message)

    async def _say(self, text: str) -> None:
        try:
            message = InputText(text=text, id=self._id())
        except ValidationError:
            # a terminal or pipe may also hold half a character, which is no text
            self._display.error(f"a line must be text of at most {MAX_TEXT_CHARACTERS} characters; nothing was said")
            return
        await self._ask(message, ends_turn=True)

    async def _obey(self, command: Command) -> None:
        argument = command.argument
        match command.name:
            case "/help":
                self._display.aside.print(_help_table())
            case "/say":
                await self._say_exactly(argument)
            case "/world":
                await self._set_world(argument)
            case "/quest":
                await self._move_quest(argument)
            case "/voice":
                self._switch_voice(argument)
            case "/save":
                await self._ask(SaveCreate(label=argument or None, id=self._id()))
            case "/load":
                await self._ask(SaveLoad(save_id=argument, id=self._id()))
            case "/why":
                self._explain()

    async def _say_exactly(self, text: str) -> None:
        try:
            message = Say(actor_id=self._actor, text=text, id=self._id())
        except ValidationError:
            self._display.error(f"/say needs a text of at most {MAX_TEXT_CHARACTERS} characters")
            return
        await self._ask(message, ends_turn=True)

    async def _set_world(self, argument: str) -> None:
        declared = domains.declared(self._persona.setting, (), {})
        if not argument and self._persona.world is not None:
            self._display.aside.print(_world_table(self._persona.setting))
            return
        pair = world_value(argument)
        if isinstance(pair, Mistake):
            self._display.error(pair.message)
            return
        if pair[0] not in declared and (guess := nearest(pair[0], declared)):
            self._display.note(f"the world has no '{pair[0]}'{guess}")
        await self._ask(WorldSet(values=dict([pair]), id=self._id()))

    async def _move_quest(self, argument: str) -> None:
        if not self._quests:
            self._display.error("this persona has no quest")
            return
        if not argument:
            for quest in self._quests:
                self._display.aside.print(_quest_table(quest, self._stages[quest.id], self._language))
            return
        quest = self._meant(argument)
        step = next_beat([beat.id for beat in quest.beats], self._stages[quest.id], argument)
        if isinstance(step, Mistake):
            self._display.error(step.message)
            return
        await self._ask(WorldSet(values={f"quest.{quest.id}": step}, id=self._id()))

    def _meant(self, argument: str) -> Quest:
        """The quest that has such a beat, else the first one that is not done."""
        left = [quest for quest in self._quests if self._stages[quest.id] != DONE]
        having = [quest for quest in self._quests if quest.beat(argument)]
        return next(iter([*having, *left]), self._quests[0])

    def _switch_voice(self, argument: str) -> None:
        if self._speaker is None:
            self._display.error("this chat has no voice; start it with --voice")
        elif argument not in ("on", "off"):
            self._display.error("/voice needs on or off")
        else:
            self._muted = argument == "off"
            if self._muted:
                self._speaker.stop()

    def _explain(self) -> None:
        why = self._session.conversation.last_why
        if why is None:
            self._display.note("nothing was answered yet")
        else:
            self._display.aside.print(why_table(why))

    async def _ask(self, message: AnyClientMessage, ends_turn: bool = False) -> None:
        """Send a message and wait until it is answered: by the end of the turn, or by nothing but a `pong`."""
        self._awaited, self._interrupted = message.id, False
        self._settled.clear()
        self._session.receive(message)
        if not ends_turn:
            self._session.receive(Ping(id=message.id))
        await self._settled.wait()

    async def _show(self) -> None:
        async for item in self._session.outbox.frames():
            if isinstance(item, AudioFrame):
                self._play(item)
                continue
            self._display.show(item)
            self._take(item)

    def _take(self, message: AnyServerMessage) -> None:
        match message:
            case TurnCompleted():
                self._settle()
            case Error(ref=ref) | Pong(ref=ref) if ref == self._awaited:
                self._settle()
            case QuestChanged(quest=quest, stage=stage):
                self._stages[quest] = stage
            case UtteranceCompleted(reason="interrupted" | "cancelled") if self._speaker:
                self._speaker.stop()
            case _:
                pass

    def _settle(self) -> None:
        self._awaited = None
        self._settled.set()

    def _play(self, frame: AudioFrame) -> None:
        if self._speaker and not self._muted:
            self._speaker.play(frame.pcm)
        if self._muted or not (self._speaker and self._speaker.in_real_time):
            samples = frame.first_sample + len(frame.pcm) // 2
            self._session.receive(PlaybackReport(utterance=frame.utterance, samples=samples, state="playing"))

    def _id(self) -> str:
        return f"line-{next(self._ids)}"


def _help_table() -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for usage, explanation in HELP.items():
        # usages hold brackets, which would be read as markup
        table.add_row(usage.replace("[", "\\["), explanation)
    return table


def _quest_table(quest: Quest, stage: str, language: str) -> Table:
    table = Table(
        title=localised(quest.name, language), caption=localised(quest.goal, language), show_header=False, box=None
    )
    for beat in quest.beats:
        table.add_row("→" if beat.id == stage else "", beat.id, localised(beat.objective, language))
    table.add_row("→" if stage == DONE else "", DONE, "")
    return table


def _world_table(world: World) -> Table:
    """What can be set, and how it begins."""
    table = Table("path", "begins as", box=None)
    begins: dict[str, object] = dict(world.state)
    begins |= {f"{thing.id}.{name}": getattr(thing, name) for thing in world.things for name in PROPERTIES}
    for path, value in begins.items():
        if value is not None:
            table.add_row(path, json.dumps(value, ensure_ascii=False))
    return table
