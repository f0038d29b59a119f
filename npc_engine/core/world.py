"""What the game has said about itself: state by path, and how far each quest is. The game is always right."""

from __future__ import annotations

from npc_engine.persona.model import Quest, Step
from npc_engine.protocol import QuestChanged, Value

DONE = "done"
_QUEST = "quest."


class World:
    """State of one session's world. Paths under `quest.` move quests and are kept apart from the rest."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self._stages: dict[str, str] = {}

    @property
    def place(self) -> str | None:
        """Where the scene is, if the game said so."""
        place = self.values.get("place")
        return place if isinstance(place, str) else None

    def set(self, values: dict[str, Value], quests: list[Quest]) -> list[QuestChanged]:
        """Take new values, `None` removing; return the quests that moved. Raises `UnknownStage` and changes nothing."""
        moves = {path.removeprefix(_QUEST): value for path, value in values.items() if path.startswith(_QUEST)}
        changed = [self._move(quest, moves[quest.id]) for quest in quests if quest.id in moves]
        unknown = moves.keys() - {quest.id for quest in quests}
        if unknown:
            known = ", ".join(sorted(quest.id for quest in quests)) or "none"
            raise UnknownStage(f"no quest '{min(unknown)}' in this scene; there is: {known}")
        for message in changed:
            self._stages[message.quest] = message.stage
        for path, value in values.items():
            if value is None:
                self.values.pop(path, None)
            elif not path.startswith(_QUEST):
                self.values[path] = value
        return changed

    def stage_of(self, quest: Quest) -> str:
        """Id of the quest's step, or `done`."""
        return self._stages.get(quest.id, quest.steps[0].id)

    def step_of(self, quest: Quest) -> Step | None:
        """The quest's step, or None when it is done."""
        return quest.step(self.stage_of(quest))

    def _move(self, quest: Quest, value: Value) -> QuestChanged:
        stage = quest.steps[0].id if value is None else str(value)
        if stage == DONE:
            return QuestChanged(quest=quest.id, stage=DONE, status="done")
        if quest.step(stage) is None:
            known = ", ".join([*(step.id for step in quest.steps), DONE])
            raise UnknownStage(f"quest '{quest.id}' has no step '{stage}'; it has: {known}")
        return QuestChanged(quest=quest.id, stage=stage, status="active")


class UnknownStage(ValueError):
    """The game named a quest or step that no persona in the scene has."""
