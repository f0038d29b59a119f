"""Fit the weights of `npc_engine.core.relevance`: `PYTHONPATH=.:tests python tests/recall/fit.py`.

Needs the likeness models. One world after the other judges what all others have fitted; the weights that are printed at
the end come from all worlds that are not held out.
"""

from __future__ import annotations

import numpy as np
from recalling import FITTED, ROUNDABOUT, Asked, known, simple

from npc_engine.compose import likeness_for
from npc_engine.core.facts import TOUCHED
from npc_engine.core.language import language_of
from npc_engine.core.meaning import nothing_akin, nothing_alike
from npc_engine.core.relevance import Fact, Features, features_of

RIDGE = 1.0
WRITTEN = 0.3
"""So much counts a question that is written in the world itself, beside a line of a player."""
RARE = 0.3
"""And so much the line of a player who names nothing: with 0.2 to 0.3 plain lines are judged best, one world left out,
and these hardly worse than with 1."""
ODDS = (0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.7)


def written(world):
    """The questions of the facts themselves, as lines: players ask these too. One that two facts have is left out."""
    asks = [(line, each.id) for each in known(world) for lines in each.entry.asks.values() for line in lines]
    lines = [line for line, _ in asks]
    return [Asked(world, line, (fact,), is_written=True) for line, fact in asks if lines.count(line) == 1]


def rows(likeness, kinship):
    """For each line its world, the features of all facts and, last, of there being no answer; and what is right."""
    found = []
    for world in FITTED:
        facts = {language: [Fact(each, language) for each in known(world)] for language in ("en", "zh")}
        for asked in [*simple(world), *written(world)]:
            here = facts[language_of(asked.line, "en")]
            features = np.array(features_of(asked.line, here, likeness, kinship)[0])
            with_none = np.zeros((len(here) + 1, features.shape[1] + 1))
            with_none[:-1, :-1], with_none[-1, -1] = features, 1
            right = [fact.known.id in asked.answers for fact in here] + [not asked.answers]
            found.append((asked, world, with_none, np.array(right)))
    return found


def _weight(asked):
    return (WRITTEN if asked.is_written else 1.0) * (RARE if asked.world in ROUNDABOUT else 1.0)


class Softmax:
    """The chance that what is right is chosen, over all lines, less a ridge."""

    def __init__(self, data):
        sizes = [len(row[2]) for row in data]
        self.counts = np.array([_weight(row[0]) for row in data])
        self.inputs, self.right = np.concatenate([row[2] for row in data]), np.concatenate([row[3] for row in data])
        self.begins, self.sizes = np.cumsum([0, *sizes[:-1]]), sizes
        self.ridge = np.full(self.inputs.shape[1], RIDGE)

    def shares(self, weights):
        """Of each fact in its line, of each right one among the right, and what is lost."""
        logits = self.inputs @ weights
        speaks = np.exp(logits - np.repeat(np.maximum.reduceat(logits, self.begins), self.sizes))
        whole, good = np.add.reduceat(speaks, self.begins), np.add.reduceat(speaks * self.right, self.begins)
        good = np.maximum(good, 1e-300)
        lost = (self.counts * np.log(whole / good)).sum() + 0.5 * (self.ridge * weights**2).sum()
        return speaks / np.repeat(whole, self.sizes), speaks * self.right / np.repeat(good, self.sizes), lost

    def fitted(self):
        """Weights and, last, what speaks for no answer: Newton's method, with shorter steps where they lead uphill."""
        weights, counts = np.zeros(self.inputs.shape[1]), np.repeat(self.counts, self.sizes)[:, None]
        share, good, lost = self.shares(weights)
        for _ in range(50):
            slope = (counts * self.inputs).T @ (good - share) - self.ridge * weights
            mean = np.add.reduceat(self.inputs * share[:, None], self.begins)
            bend = (counts * self.inputs * share[:, None]).T @ self.inputs + np.diag(self.ridge)
            bend -= (self.counts[:, None] * mean).T @ mean
            step = np.linalg.solve(bend, slope)
            while self.shares(weights + step)[2] > lost and np.abs(step).max() > 1e-6:
                step /= 2
            weights += step
            share, good, lost = self.shares(weights)
            if np.abs(step).max() < 1e-4:
                break
        return weights


def judged(data, weights, least):
    counts = dict.fromkeys(("first", "right", "wrong", "missed", "kept silent", "invented"), 0)
    counts |= dict.fromkeys(("chat", "chat answered", "written", "written lost"), 0)
    for asked, _, inputs, right in data:
        speaks = np.exp(inputs @ weights)
        first = speaks[:-1].argmax()
        told, best = speaks[first] >= max(least * speaks[-1], TOUCHED * speaks.sum()), right[first]
        if asked.is_chat:
            counts["chat answered" if told else "chat"] += 1
        elif asked.is_written:
            counts["written" if told and best else "written lost"] += 1
        elif not asked.answers:
            counts["invented" if told else "kept silent"] += 1
        else:
            counts["first"] += best
            counts["missed" if not told else "right" if best else "wrong"] += 1
    return {name: int(count) for name, count in counts.items()}


def fit(name, data):
    """Print what is right by weights that the world in question had no part in, and the weights of all worlds."""
    fits = {world: Softmax([row for row in data if row[1] != world]).fitted() for world in FITTED}
    print(name)
    for least in ODDS:
        each = [judged([row for row in data if row[1] == world], fits[world], least) for world in FITTED]
        print(least, {key: sum(counts[key] for counts in each) for key in each[0]})
    weights = Softmax(data).fitted().round(2)
    print(dict(zip(Features._fields, map(float, weights[:-1]), strict=True)), "nothing", float(weights[-1]))


likeness = likeness_for()
by_meaning = rows(likeness, likeness.kinship)
is_english = [language_of(asked.line, "en") == "en" for asked, *_ in by_meaning]
fit("English", [row for row, english in zip(by_meaning, is_english, strict=True) if english])
fit("other languages", [row for row, english in zip(by_meaning, is_english, strict=True) if not english])
fit("keys alone", rows(nothing_alike, nothing_akin))
