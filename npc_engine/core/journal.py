"""What has happened in a story, entry by entry: all that must survive. Everything else is derived from it.

Entries are only ever added. They are pydantic models, since they are kept as JSON.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from npc_engine.core.quests import Status
from npc_engine.protocol import Value


class Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Spoken(Kept):
    """A line of the player or of a character, or an event that was told."""

    kind: Literal["spoken"] = "spoken"
    actor_id: str | None
    """None is the player, or nobody for an event."""
    name: str
    text: str
    is_event: bool = False
    facts: tuple[str, ...] = ()
    """What stood beside the player's line."""
    mood: tuple[str, ...] = ()
    """What stood before it: how the character felt."""
    heard_by: tuple[str, ...] = ()
    """Who was in earshot: ids of actors."""


class Saying(Kept):
    """What has left of a reply that is not over: should nothing come after it, so much counts as heard."""

    kind: Literal["saying"] = "saying"
    actor_id: str
    name: str
    text: str
    """All of it until now; empty once nothing of it was heard."""
    heard_by: tuple[str, ...] = ()
    """Who was in earshot: ids of actors."""


class TakenBack(Kept):
    """The player went on before any answer: a line of theirs will be part of a longer one."""

    kind: Literal["taken_back"] = "taken_back"
    line: int
    """Its place in the story's lines."""


class ValuesSet(Kept):
    """The game said how things are; None removes."""

    kind: Literal["values_set"] = "values_set"
    values: dict[str, Value]
    witnesses: tuple[str, ...] = ()
    """Who was in earshot: ids of actors."""


class QuestMoved(Kept):
    """A quest stands so from now on."""

    kind: Literal["quest_moved"] = "quest_moved"
    quest: str
    beats: dict[str, Status]


class Learned(Kept):
    """A character came to know a fact that not everybody knows."""

    kind: Literal["learned"] = "learned"
    actor_id: str
    fact: str
    """Id of a fact, or the path of a thing's state."""
    how: Literal["witnessed", "heard", "told"]
    source: str | None = None
    """Who said it: id of an actor."""


class Felt(Kept):
    """A relationship moved."""

    kind: Literal["felt"] = "felt"
    actor_id: str
    axis: str
    value: float
    """Where the axis is now."""
    reason: str


class ActionAsked(Kept):
    """A character asked the game to do something."""

    kind: Literal["action_asked"] = "action_asked"
    action_id: str
    actor_id: str
    name: str
    args: dict[str, Value]


class ActionEnded(Kept):
    """What became of it."""

    kind: Literal["action_ended"] = "action_ended"
    action_id: str
    status: Literal["done", "refused", "failed"]
    detail: str | None = None


class Summarised(Kept):
    """What a character keeps in mind of lines that it heard."""

    kind: Literal["summarised"] = "summarised"
    actor_id: str
    text: str
    since: int
    until: int
    """The lines that it rests on, as places in the story's lines, `until` not included."""


class Joined(Kept):
    """A character came into earshot."""

    kind: Literal["joined"] = "joined"
    actor_id: str
    persona: str


class Left(Kept):
    """A character went out of earshot."""

    kind: Literal["left"] = "left"
    actor_id: str


Entry = (
    Spoken
    | Saying
    | TakenBack
    | ValuesSet
    | QuestMoved
    | Learned
    | Felt
    | ActionAsked
    | ActionEnded
    | Summarised
    | Joined
    | Left
)
ENTRIES: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="kind")])
"""Reads and writes entries as JSON."""
