"""Learn from needs, which people have in games, how questions and answers go together: for `npc_engine.kinship`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, RootModel

from npc_engine import strictfile
from npc_engine.kinship import ENGLISH, FOREIGN, Floats, Learned

NEEDS = Path(__file__).with_name("needs.yaml")
DIMENSIONS = 128
"""More made nothing better."""
RIDGE = 1.0
"""From 0.3 to 3 as good."""


class Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    en: tuple[str, ...]
    zh: tuple[str, ...]


class Need(BaseModel):
    """One thing that people want to know: ways to ask for it, and what answers sound like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    asks: Texts
    told: Texts


class _Needs(RootModel[dict[str, Need]]):
    """The whole file."""


@cache
def needs() -> Mapping[str, Need]:
    """What people ask in games, by name."""
    return strictfile.load(NEEDS, _Needs).root


def learned_from(needs: Mapping[str, Need], vector: Callable[[str], Floats]) -> dict[str, Learned]:
    """What the needs teach, by language."""
    return {
        language: _learned(
            [[vector(text) for text in getattr(need.asks, language)] for need in needs.values()],
            [[vector(text) for text in getattr(need.told, language)] for need in needs.values()],
        )
        for language in (ENGLISH, FOREIGN)
    }


def _learned(asks: Sequence[Sequence[Floats]], told: Sequence[Sequence[Floats]]) -> Learned:
    """From the vectors of each need."""
    everything = np.array([*chain(*asks), *chain(*told)])
    centre = everything.mean(0)
    axes = np.linalg.svd(everything - centre, full_matrices=False)[2][:DIMENSIONS].T
    placed = [[(np.array(group) - centre) @ axes for group in groups] for groups in (asks, told)]
    means_told = np.array([group.mean(0) for group in placed[1]])
    questions = np.concatenate(placed[0])
    answers = means_told.repeat([len(group) for group in asks], axis=0)
    asked, answered = questions.mean(0), answers.mean(0)
    questions, answers = questions - asked, answers - answered
    answer = np.linalg.solve(questions.T @ questions + RIDGE * np.eye(len(asked)), questions.T @ answers)
    begins = np.cumsum([0, *map(len, chain(asks, told))])[:-1]
    return Learned(centre, axes, asked, answered, answer, np.concatenate([*chain(*placed)]), begins)
