"""Fit the weights of `npc_engine.core.relevance`: `PYTHONPATH=.:tests python tests/recall/fit.py`.

Needs the likeness model. Every second line fits and the others judge, then the other way round; the weights that are
printed at the end come from all lines.
"""

from __future__ import annotations

import numpy as np
from recalling import FITTED, known, simple

from npc_engine.compose import likeness_for
from npc_engine.core.language import language_of
from npc_engine.core.meaning import nothing_alike
from npc_engine.core.relevance import Fact, Features, features_of

RIDGE = 2.0
CHANCES = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4)


def rows(likeness):
    found = []
    for world in FITTED:
        for number, asked in enumerate(simple(world)):
            facts = [Fact(each, language_of(asked.line, "en")) for each in known(world)]
            features = np.array(features_of(asked.line, facts, likeness)[0])
            right = np.array([fact.known.id in asked.answers for fact in facts])
            found.append((asked, np.c_[features, np.ones(len(facts))], right, number % 2))
    return found


def fitted(data):
    """Weights and, last, the bias: Newton's method on the ridge-penalised likelihood."""
    inputs, outputs = np.concatenate([row[1] for row in data]), np.concatenate([row[2] for row in data]).astype(float)
    ridge = np.diag([*[RIDGE] * (inputs.shape[1] - 1), 1e-6])
    weights = np.zeros(inputs.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (chance - outputs) + ridge @ weights
        weights -= np.linalg.solve((inputs.T * (chance * (1 - chance))) @ inputs + ridge, slope)
    return weights


def judged(data, weights, least):
    counts = dict.fromkeys(("first", "right", "wrong", "missed", "kept silent", "invented", "chat", "chat answered"), 0)
    for asked, inputs, right, _ in data:
        chance = 1 / (1 + np.exp(-inputs @ weights))
        told, best = chance.max() >= least, right[chance.argmax()]
        if asked.is_chat:
            counts["chat answered" if told else "chat"] += 1
        elif not asked.answers:
            counts["invented" if told else "kept silent"] += 1
        else:
            counts["first"] += best
            counts["missed" if not told else "right" if best else "wrong"] += 1
    return {name: int(count) for name, count in counts.items()}


for name, likeness in (("with likeness", likeness_for()), ("keys alone", nothing_alike)):
    data = rows(likeness)
    halves = [[row for row in data if row[3] == half] for half in (0, 1)]
    print(name)
    for least in CHANCES:
        both = [judged(halves[1 - half], fitted(halves[half]), least) for half in (0, 1)]
        print(least, {key: both[0][key] + both[1][key] for key in both[0]})
    weights = fitted(data).round(2)
    print(dict(zip(Features._fields, map(float, weights[:-1]), strict=True)))
    print(tuple(map(float, weights[:-1])), float(weights[-1]))
