"""How a character stands to the player: a few named axes, what moves them, and what shows of them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from npc_engine.persona.base import Key, Localised, LocalisedList, Strict
from npc_engine.persona.conditions import When


class Axis(Strict):
    """One measure of a relationship, such as `trust`. Conditions read it by its name."""

    start: float = 0
    least: float = -5
    most: float = 5

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if not self.least <= self.start <= self.most or self.least == self.most:
            raise ValueError("an axis needs least < most, and start between them")
        return self


class Cause(Strict):
    """What moves axes: exactly one of an event, a way of speaking, an action or a quest."""

    event: Key | None = None
    """Name of a `world.event`."""
    said: LocalisedList | None = None
    """Words of the player, as keys of a lorebook are."""
    action: Key | None = None
    """Name of an action that this character did."""
    beat: Annotated[str, Field(pattern=r"^\w+\.\w+$")] | None = None
    """A beat that is done: `safe.find_key`."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        given = [name for name in ("event", "said", "action", "beat") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("a cause is exactly one of event, said, action or beat")
        return self


class Rule(Strict):
    """A cause, what it moves, and why, in words that `/why` shows."""

    on: Cause
    change: dict[Key, float] = Field(min_length=1)
    reason: Localised


class Show(Strict):
    """What shows of a relationship: words for the prompt, and a cue on the timeline of what is said."""

    when: When
    text: Localised | None = None
    """For the character: `You have come to trust the player.`"""
    emotion: Key | None = None
    """Value of an `emotion` cue."""
    weight: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Of the cue."""


class Relationship(Strict):
    """Axes, rules and what shows."""

    axes: dict[Key, Axis] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    shows: tuple[Show, ...] = ()

    @model_validator(mode="after")
    def _moves_only_its_axes(self) -> Self:
        for rule in self.rules:
            for axis in rule.change:
                if axis not in self.axes:
                    raise ValueError(f"a rule changes '{axis}', which is no axis; there is: {', '.join(self.axes)}")
        return self
