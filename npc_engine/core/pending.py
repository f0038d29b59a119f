"""Ask the game to do what a character wants, and keep track of what is not answered yet."""

from __future__ import annotations

from dataclasses import dataclass

from npc_engine.core.actions import Call
from npc_engine.core.chronicle import Chronicle
from npc_engine.core.journal import ActionAsked, ActionEnded
from npc_engine.persona.world import Action
from npc_engine.protocol import ActionRequested

NO_ANSWER = "the game did not answer in time"


@dataclass(frozen=True)
class Asked:
    """A request that the game has not answered."""

    asked: ActionAsked
    due: float
    """When it counts as failed."""


class Requests:
    """The requests of one session. An id is never used again, on whatever branch of the story."""

    def __init__(self, session_id: str, chronicle: Chronicle) -> None:
        self._session_id = session_id
        self._chronicle = chronicle
        self._pending: dict[str, Asked] = {}
        self._numbers = 0

    @property
    def deadline(self) -> float | None:
        """When the next request counts as failed."""
        return min((each.due for each in self._pending.values()), default=None)

    def ask(self, actor_id: str, action: Action, call: Call, at: float) -> ActionRequested:
        """Ask the game."""
        self._numbers += 1
        asked = ActionAsked(
            action_id=f"{self._session_id}.{self._numbers}", actor_id=actor_id, name=call.name, args=dict(call.args)
        )
        self._chronicle.record(asked)
        return self._await(asked, action.deadline, at)

    def again(self, deadlines: dict[str, float], at: float) -> list[ActionRequested]:
        """After loading: ask again what was unanswered then. `deadlines` are seconds by the action's name."""
        self._pending = {}
        return [
            self._await(asked, deadlines[asked.name], at)
            for asked in self._chronicle.story.pending()
            if asked.name in deadlines
        ]

    def give_up(self) -> None:
        """What was unanswered when the story was left counts as failed: the game has been started anew."""
        for asked in self._chronicle.story.pending():
            self._chronicle.record(ActionEnded(action_id=asked.action_id, status="failed", detail=NO_ANSWER))

    def end(self, ended: ActionEnded) -> ActionAsked | None:
        """The game answered; what was asked, or None if nothing of this id waits for an answer."""
        pending = self._pending.pop(ended.action_id, None)
        if pending is None:
            return None
        self._chronicle.record(ended)
        return pending.asked

    def overdue(self, at: float) -> list[ActionEnded]:
        """How the requests end that the game has let pass. Each is to be ended with `end`."""
        return [
            ActionEnded(action_id=action, status="failed", detail=NO_ANSWER)
            for action, each in self._pending.items()
            if each.due <= at
        ]

    def _await(self, asked: ActionAsked, deadline: float, at: float) -> ActionRequested:
        self._pending[asked.action_id] = Asked(asked, at + deadline)
        return ActionRequested(
            action_id=asked.action_id,
            actor_id=asked.actor_id,
            name=asked.name,
            args=asked.args,
            deadline_ms=round(deadline * 1000),
        )
