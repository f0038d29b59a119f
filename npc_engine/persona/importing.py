"""Make a persona of a character card: what fits, in the places where the engine expects it, and a word on the rest.

A card is written for models that read thousands of tokens of prose. What can be told when it is asked for goes to the
lorebook; `personas check` says what should be shortened by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from ruamel.yaml import YAML

from npc_engine.persona import template
from npc_engine.persona.cards import CardData, Entry
from npc_engine.persona.loading import WORLD_FILE
from npc_engine.persona.model import Persona
from npc_engine.persona.world import World

EXAMPLES = 3
"""Examples that are taken: each is read before every conversation, and shows no more than the first ones did."""
_MACRO = re.compile(r"\{\{(?P<name>[^{}]*)\}\}|<(?P<angle>BOT|USER|CHAR)>", re.IGNORECASE)
_START = re.compile(r"<START>", re.IGNORECASE)
_DECORATOR = re.compile(r"^@@.*\n?", re.MULTILINE)
_MADE_OF_LETTERS = re.compile(r"[^a-z0-9]+")
_PLAYER = {"zh": "玩家", "ja": "プレイヤー"}
_YOU_ARE = {"zh": "你是{name}。", "ja": "あなたは{name}です。"}
_IN_CHARACTER = {"zh": "我们聊点别的吧。", "ja": "ほかの話をしましょう。"}
_FAILED = {"zh": "抱歉，我走神了。你能再说一遍吗？", "ja": "すみません、もう一度お願いします。"}


@dataclass
class Imported:
    """A persona made of a card."""

    data: dict[str, Any]
    """As it stands in a persona file."""
    notes: list[str] = field(default_factory=list)
    """What of the card was left out or changed."""


def persona_of(card: CardData, language: str) -> Imported:
    """The persona of a card that is written in `language`."""
    return _Converter(card, language).convert()


def slug(text: str) -> str:
    """A name for a folder, of small letters, digits and `-`; empty if `text` has none."""
    return _MADE_OF_LETTERS.sub("-", text.casefold()).strip("-")


def write(imported: Imported, name: str, folder: Path) -> Path:
    """Write `folder/name/persona.yaml` and return its path. Never overwrites.

    Raises `NpcEngineError` for a name that can not be used or is taken, or a folder that can not be written.
    """
    Persona.model_validate(imported.data)
    return template.place(name, folder, lambda target: _dump(imported.data, target))


def write_world(data: dict[str, Any], name: str, folder: Path) -> Path:
    """Write `folder/name/world.yaml` and return its path, as `write` does."""
    World.model_validate(data)
    return template.place(name, folder, lambda target: _dump(data, target), WORLD_FILE)


def _dump(data: dict[str, Any], target: TextIO) -> None:
    yaml = YAML()
    yaml.width = 120
    yaml.dump(data, target)


class _Converter:
    def __init__(self, card: CardData, language: str) -> None:
        self._card = card
        self._language = language
        self._char = card.nickname or card.name
        self._notes: list[str] = []

    def convert(self) -> Imported:
        lorebook, always = self._lorebook()
        card, text = self._card, self._text
        about = [text(part) for part in (card.description, card.personality, card.scenario)]
        you_are = _YOU_ARE.get(self._language, "You are {name}.").format(name=self._char)
        style = [text(part) for part in (card.system_prompt, card.post_history_instructions)]
        data: dict[str, Any] = {
            "name": self._char,
            "languages": [self._language],
            "description": "\n".join(part for part in [you_are, *about, *always] if part),
            "style": "\n".join(part for part in style if part),
            "greeting": text(card.first_mes),
            "examples": self._examples(),
            "lorebook": lorebook,
            "fallbacks": {
                "in_character": [_IN_CHARACTER.get(self._language, "Let us speak of something else.")],
                "failed": [_FAILED.get(self._language, "Sorry, my thoughts wandered. Say that again?")],
            },
        }
        if card.alternate_greetings:
            self._note(f"{len(card.alternate_greetings)} other greetings are left out: a character has one")
        return Imported({key: value for key, value in data.items() if value}, self._notes)

    def _text(self, text: str) -> str:
        """With names in place of macros, and without what only prompts of other programs understand."""

        def stand_in(macro: re.Match[str]) -> str:
            name = (macro["name"] or macro["angle"] or "").strip().casefold()
            if name in ("char", "bot"):
                return self._char
            if name == "user":
                return _PLAYER.get(self._language, "the player")
            if name not in ("original", "") and not name.startswith("//"):
                self._note(f"`{macro.group()}` is left out: the engine has no such macro")
            return ""

        return _MACRO.sub(stand_in, text.replace("\r\n", "\n")).strip()

    def _examples(self) -> list[dict[str, str]]:
        pairs = [pair for block in _START.split(self._card.mes_example) for pair in self._pairs(block)]
        if len(pairs) > EXAMPLES:
            self._note(f"{len(pairs) - EXAMPLES} of {len(pairs)} examples are left out: each is read every time")
        return pairs[:EXAMPLES]

    def _pairs(self, block: str) -> Iterator[dict[str, str]]:
        """Each line of the player that the character answers."""
        asked = ""
        for who, said in self._spoken(block):
            if who == "char" and asked and said:
                yield {"player": asked, "npc": said}
            asked = said if who == "user" else ""

    def _spoken(self, block: str) -> Iterator[tuple[str, str]]:
        names = rf"\{{\{{(?P<who>char|user)\}}\}}|(?P<name>{re.escape(self._char)}|{re.escape(self._card.name)})"
        starts = list(re.finditer(rf"^(?:{names})\s*[:：]", block, re.IGNORECASE | re.MULTILINE))
        for start, following in zip(starts, [*starts[1:], None], strict=False):
            said = block[start.end() : following.start() if following else None]
            yield (start["who"] or "char").casefold(), self._text(said)

    def _lorebook(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Entries that are told when their keys are said, and texts that hold always."""
        entries, always = [], []
        book = self._card.character_book
        for number, entry in enumerate(book.entries if book else (), start=1):
            content = self._text(_DECORATOR.sub("", entry.content))
            keys = [key for each in entry.keys if (key := self._text(each))]
            reason = self._unusable(entry, content, keys)
            if reason:
                self._note(f"lorebook entry {number} is left out: {reason}")
            elif entry.constant:
                always.append(content)
            else:
                entries.append({"keys": keys, "text": content, "priority": self._priority(entry)})
                self._note_changes(number, entry)
        return entries, always

    def _unusable(self, entry: Entry, content: str, keys: list[str]) -> str | None:
        if not entry.enabled:
            return "it is switched off"
        if not content:
            return "it is empty"
        if entry.use_regex:
            return "its keys are regular expressions; write the words that they stand for"
        return None if keys or entry.constant else "it has no keys"

    def _note_changes(self, number: int, entry: Entry) -> None:
        if entry.selective and entry.secondary_keys:
            self._note(f"lorebook entry {number} is told for each of its keys, without its secondary ones")
        if _DECORATOR.search(entry.content):
            self._note(f"lorebook entry {number} loses its decorators (`@@...`)")

    def _priority(self, entry: Entry) -> int:
        """Among many facts the highest counts; in cards the one that is inserted last, unless they say more."""
        return round(entry.insertion_order or 0 if entry.priority is None else entry.priority)

    def _note(self, note: str) -> None:
        if note not in self._notes:
            self._notes.append(note)
