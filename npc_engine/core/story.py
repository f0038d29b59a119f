"""The state of one story: what was said, what is true, who knows what. A fold over its journal, and nothing besides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from npc_engine.core.journal import (
    ActionAsked,
    ActionEnded,
    Entry,
    Felt,
    Joined,
    Learned,
    QuestMoved,
    Saying,
    Spoken,
    Summarised,
    TakenBack,
    ValuesSet,
)
from npc_engine.core.quests import Statuses
from npc_engine.protocol import Value


@dataclass(frozen=True)
class Deed:
    """An action that was asked for, and what became of it; None while the game has not answered."""

    asked: ActionAsked
    ended: ActionEnded | None = None


@dataclass
class Story:
    """Changes by `add` alone, so that the same entries always make the same story."""

    lines: list[Spoken] = field(default_factory=list)
    saying: Saying | None = None
    """What is being said, and no line yet."""
    values: dict[str, Value] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    """How often the game has set each path."""
    quests: dict[str, Statuses] = field(default_factory=dict)
    known: dict[str, dict[str, Learned]] = field(default_factory=dict)
    """What each actor has learned, by the fact's id."""
    witnessed: dict[str, dict[str, int]] = field(default_factory=dict)
    """Of each path, the version that each actor saw last, by actor."""
    feelings: dict[str, dict[str, float]] = field(default_factory=dict)
    reasons: list[Felt] = field(default_factory=list)
    deeds: dict[str, Deed] = field(default_factory=dict)
    """By action id, in order."""
    summaries: dict[str, list[Summarised]] = field(default_factory=dict)
    cast: dict[str, str] = field(default_factory=dict)
    """Who is in earshot: persona by actor id, in the order in which they came."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Story:
        """The story that the entries tell."""
        story = cls()
        for entry in entries:
            story.add(entry)
        return story

    def add(self, entry: Entry) -> None:
        """Let it have happened."""
        match entry:
            case Spoken(actor_id=actor):
                self.lines.append(entry)
                self.saying = None if self.saying and actor == self.saying.actor_id else self.saying
            case Saying():
                self.saying = entry if entry.text else None
            case TakenBack(line=line):
                del self.lines[line]
            case ValuesSet():
                self._set(entry)
            case QuestMoved(quest=quest, beats=beats):
                self.quests[quest] = beats
            case Learned(actor_id=actor, fact=fact):
                self.known.setdefault(actor, {})[fact] = entry
                self.witnessed.setdefault(actor, {})[fact] = self.versions.get(fact, 0)
            case Felt(actor_id=actor, axis=axis, value=value):
                self.feelings.setdefault(actor, {})[axis] = value
                self.reasons.append(entry)
            case ActionAsked(action_id=action):
                self.deeds[action] = Deed(entry)
            case ActionEnded(action_id=action):
                self.deeds[action] = Deed(self.deeds[action].asked, entry)
            case Summarised(actor_id=actor):
                self.summaries.setdefault(actor, []).append(entry)
            case Joined(actor_id=actor, persona=persona):
                self.cast[actor] = persona
            case _:
                self.cast.pop(entry.actor_id, None)

    def pending(self) -> list[ActionAsked]:
        """Actions that the game has not answered."""
        return [deed.asked for deed in self.deeds.values() if deed.ended is None]

    def _set(self, entry: ValuesSet) -> None:
        for path, value in entry.values.items():
            self.versions[path] = self.versions.get(path, 0) + 1
            if value is None:
                self.values.pop(path, None)
            else:
                self.values[path] = value
            for actor in entry.witnesses:
                self.witnessed.setdefault(actor, {})[path] = self.versions[path]
