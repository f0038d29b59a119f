"""The chat: a game without a world, in lines. Takes them from anywhere, needs no terminal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from typing import Any

from pydantic import ValidationError
from rich.table import Table

from npc_engine.client import Game, ServerRefused, Turn
from npc_engine.core.quests import DONE
from npc_engine.filewords import nearest
from npc_engine.persona import domains
from npc_engine.persona.base import localised
from npc_engine.persona.model import Persona
from npc_engine.persona.world import PROPERTIES, Quest, World
from npc_engine.protocol import MAX_TEXT_CHARACTERS, ReplyCancel, ServerMessage, WorldSet
from npc_engine.session import Session
from npc_engine.terminal.commands import HELP, Command, Mistake, Spoken, next_beat, understand, world_value
from npc_engine.terminal.display import Display
from npc_engine.terminal.sound import Switch
from npc_engine.terminal.why import why_table


class Chat:
    """One player at a keyboard and one character. Each line waits for the answer to the one before."""

    def __init__(
        self, session: Session, game: Game, persona: Persona, language: str, display: Display, speaker: Switch | None
    ) -> None:
        """`game` is a client of `session`, with `speaker` if there is one, and not entered yet."""
        self._session = session
        self._game = game
        self._persona = persona
        self._language = language
        self._display = display
        self._speaker = speaker
        self._quests = persona.setting.quests
        self._awaited: asyncio.Task[object] | None = None
        self._interrupted = False
        game.on(ServerMessage, display.show)

    async def run(self, lines: AsyncIterator[str]) -> None:
        """Chat until the lines end or the player leaves."""
        async with self._game:
            with suppress(_Left):
                await self._converse(lines)

    def interrupt(self) -> None:
        """Stop the answer in progress; the second time, leave."""
        if self._awaited is None:
            return
        if self._interrupted:
            self._awaited.cancel()
        self._interrupted = True
        self._game.send(ReplyCancel())

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
            await self._ask(self._hear(self._game.say(text)))
        except ValidationError:
            # a terminal or pipe may also hold half a character, which is no text
            self._display.error(f"a line must be text of at most {MAX_TEXT_CHARACTERS} characters; nothing was said")

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
                await self._ask(self._game.save(argument or None))
            case "/load":
                await self._ask(self._game.load(argument))
            case "/why":
                self._explain()

    async def _say_exactly(self, text: str) -> None:
        (character,) = self._game.opened.characters
        try:
            await self._ask(self._hear(self._game.speak(character.actor_id, text)))
        except ValidationError:
            self._display.error(f"/say needs a text of at most {MAX_TEXT_CHARACTERS} characters")

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
        await self._ask(self._game.ask(WorldSet(values=dict([pair]))))

    async def _move_quest(self, argument: str) -> None:
        if not self._quests:
            self._display.error("this persona has no quest")
            return
        if not argument:
            for quest in self._quests:
                self._display.aside.print(_quest_table(quest, self._stage(quest), self._language))
            return
        quest = self._meant(argument)
        step = next_beat([beat.id for beat in quest.beats], self._stage(quest), argument)
        if isinstance(step, Mistake):
            self._display.error(step.message)
            return
        await self._ask(self._game.ask(WorldSet(values={f"quest.{quest.id}": step})))

    def _stage(self, quest: Quest) -> str:
        news = self._game.quests.get(quest.id)
        return news.stage if news else quest.beats[0].id

    def _meant(self, argument: str) -> Quest:
        """The quest that has such a beat, else the first one that is not done."""
        left = [quest for quest in self._quests if self._stage(quest) != DONE]
        having = [quest for quest in self._quests if quest.beat(argument)]
        return next(iter([*having, *left]), self._quests[0])

    def _switch_voice(self, argument: str) -> None:
        if self._speaker is None:
            self._display.error("this chat has no voice; start it with --voice")
        elif argument not in ("on", "off"):
            self._display.error("/voice needs on or off")
        else:
            self._speaker.turn(on=argument == "on")

    def _explain(self) -> None:
        why = self._session.conversation.last_why
        if why is None:
            self._display.note("nothing was answered yet")
        else:
            self._display.aside.print(why_table(why))

    async def _ask(self, asking: Coroutine[Any, Any, object]) -> None:
        """Wait for the answer to something, unless the player leaves."""
        self._awaited, self._interrupted = asyncio.ensure_future(asking), False
        try:
            await asyncio.wait([self._awaited])
            if self._awaited.cancelled():
                raise _Left
            with suppress(ServerRefused):  # which is shown already
                self._awaited.result()
        finally:
            self._awaited.cancel()
            self._awaited = None

    async def _hear(self, beginning: Coroutine[Any, Any, Turn]) -> None:
        await (await beginning).reply()


class _Left(Exception):
    """The player doesn't wait for the answer."""


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
