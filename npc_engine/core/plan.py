"""How a line is to be answered, thought out before anybody is sure that it was said. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, replace

from npc_engine.core.actions import Eligible
from npc_engine.core.quests import Status
from npc_engine.persona.world import Beat, Quest
from npc_engine.protocol import Cue


@dataclass(frozen=True)
class QuestMove:
    """What the player's words do to a beat."""

    quest: Quest
    beat: Beat
    status: Status


@dataclass(frozen=True)
class Plan:
    """How a line is to be answered."""

    facts: tuple[str, ...] = ()
    """What stands beside it."""
    quote: str = ""
    """What the answer begins with, one or more of them: the model goes on from there, unless the character says of
    them that they may not be all."""
    doubt: str = ""
    """What is said before them, where they may miss the question."""
    closing: str = ""
    """What is said behind them, where they may be less than what is asked."""
    answers: bool = False
    """Whether the facts answer the line, and are not just something to say."""
    told: tuple[tuple[str, str], ...] = ()
    """Of these, id and text of the ones that not everybody knows: who hears them from now on does."""
    exact: str | None = None
    """Said word for word, unless an action is done; the model is not asked for words."""
    move: QuestMove | None = None
    mood: tuple[str, ...] = ()
    """What shows of the relationship, as words for the model."""
    shows: tuple[Cue, ...] = ()
    """The same, as cues at the beginning of the reply."""
    may_do: tuple[Eligible, ...] = ()
    """Actions that the line may ask for, legal now."""
    must_do: bool = False
    """Whether it asks for one of them for certain."""

    @property
    def is_reserved(self) -> bool:
        """Whether nothing is to be said but what is quoted: who says that this is all they know does not go on."""
        return bool(self.doubt or self.closing)

    def with_result(self, result: str) -> Plan:
        """The same once an action has ended: its result is what the answer is about."""
        return replace(self, facts=(result,), quote="", doubt="", closing="", answers=True, exact=None, may_do=())
