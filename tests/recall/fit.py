"""Fit `npc_engine/core/ranker_weights.py`: `PYTHONPATH=.:tests python tests/recall/fit.py`.

Needs PyTorch and the likeness models. One part of the worlds after the other judges what all others have fitted; what
is written at the end comes from all worlds that are not held out. It is the mean of several nets, which is a net, too:
the softmax of a mean of logits.
"""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from textwrap import fill

import numpy as np
import torch
from recalling import FITTED, Asked, known, simple
from torch.nn import functional

from npc_engine.compose import likeness_for
from npc_engine.core import ranker_weights
from npc_engine.core.language import language_of
from npc_engine.core.meaning import nothing_akin, nothing_alike
from npc_engine.core.ranker import Features
from npc_engine.core.relevance import Fact, features_of
from npc_engine.core.search import TOUCHED

WRITTEN = 0.3
"""So much counts a question that is written in the world itself, beside a line of a player."""
PARTS = 6
SEEDS = (0, 1, 2)
UNITS = 16
"""Of each net. More learn the lines of the worlds and not what is like in all of them."""
PASSES, BATCH = 25, 128
DROPPED_FEATURES, DROPPED_UNITS, DECAY = 0.1, 0.2, 0.1
ODDS = (0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.7)
FILE = Path(ranker_weights.__file__)


def written(world):
    """The questions of the facts themselves, as lines: players ask these too. One that two facts have is left out."""
    asks = [(line, each.id) for each in known(world) for lines in each.entry.asks.values() for line in lines]
    lines = [line for line, _ in asks]
    return [Asked(world, line, (fact,), is_written=True) for line, fact in asks if lines.count(line) == 1]


def rows(likeness, kinship):
    """For each line the features of all facts, and which are right: the last means that there is no answer."""
    found = []
    for world in FITTED:
        facts = {language: [Fact(each, language) for each in known(world)] for language in ("en", "zh")}
        for asked in [*simple(world), *written(world)]:
            here = facts[language_of(asked.line, "en")]
            features = np.array(features_of(asked.line, here, likeness, kinship)[0], np.float32)
            right = [fact.known.id in asked.answers for fact in here] + [not asked.answers]
            found.append((asked, features, np.array(right)))
    return found


class Ranker(torch.nn.Module):
    """Logits of all facts of a line and, last, of there being no answer."""

    def __init__(self, units, mean, spread):
        super().__init__()
        self.mean, self.spread = mean, spread
        self.linear = torch.nn.Linear(len(mean), 1, bias=False)
        self.nothing = torch.nn.Parameter(torch.zeros(1))
        self.hidden, self.out = torch.nn.Linear(len(mean), units), torch.nn.Linear(units, 1, bias=False)
        torch.nn.init.zeros_(self.out.weight)

    def forward(self, features, there):
        scaled = functional.dropout((features - self.mean) / self.spread, DROPPED_FEATURES, self.training)
        hidden = functional.dropout(torch.tanh(self.hidden(scaled)), DROPPED_UNITS, self.training)
        speaks = (self.linear(features) + self.out(hidden)).squeeze(-1)
        logits = torch.cat([speaks, self.nothing.expand(len(speaks), 1)], 1)
        return logits.masked_fill(~there, -1e9)


def padded(data):
    """Features, which of them there are, and which are right, as one tensor each."""
    most = max(len(features) for _, features, _ in data)
    features = torch.zeros(len(data), most, len(Features._fields))
    there, right = (
        torch.zeros(len(data), most + 1, dtype=torch.bool),
        torch.zeros(len(data), most + 1, dtype=torch.bool),
    )
    for number, (_, each, answers) in enumerate(data):
        features[number, : len(each)] = torch.from_numpy(each)
        there[number, : len(each)], there[number, -1] = True, True
        right[number, : len(each)] = torch.from_numpy(answers[:-1])
        right[number, -1] = bool(answers[-1])
    return features, there, right


def trained(data, units, seed):
    """One net. The chance that what is right is chosen, over all lines, with decay of what is behind the features."""
    torch.manual_seed(seed)
    features, there, right = padded(data)
    counts = torch.tensor([WRITTEN if asked.is_written else 1.0 for asked, *_ in data])
    flat = features[there[:, :-1]]
    net = Ranker(units, flat.mean(0), flat.std(0) + 0.05)
    behind = [*net.hidden.parameters(), *net.out.parameters()]
    groups = [{"params": [net.linear.weight, net.nothing], "lr": 0.05, "weight_decay": 1e-3}]
    adam = torch.optim.AdamW([*groups, {"params": behind, "lr": 0.005, "weight_decay": DECAY}])
    slower = torch.optim.lr_scheduler.ExponentialLR(adam, 0.05 ** (1 / PASSES))
    for _ in range(PASSES):
        for batch in torch.randperm(len(data)).split(BATCH):
            shares = net(features[batch], there[batch]).log_softmax(1)
            chosen = shares.masked_fill(~right[batch], -1e9).logsumexp(1)
            loss = -(chosen * counts[batch]).sum() / counts[batch].sum()
            adam.zero_grad()
            loss.backward()
            adam.step()
        slower.step()
    return net.eval()


def mean_of(nets):
    """The nets as one: weights of the features, of what is hidden, and what speaks for no answer."""
    with torch.no_grad():
        features = torch.stack([net.linear.weight[0] for net in nets]).mean(0)
        nothing = torch.stack([net.nothing[0] for net in nets]).mean()
        hidden = torch.cat([net.hidden.weight / net.spread for net in nets])
        bias = torch.cat([net.hidden.bias - net.hidden.weight @ (net.mean / net.spread) for net in nets])
        out = torch.cat([net.out.weight[0] / len(nets) for net in nets])
    return features.numpy(), hidden.numpy(), bias.numpy(), out.numpy(), float(nothing)


def fitted(data, units):
    return mean_of([trained(data, units, seed) for seed in SEEDS])


def judged(data, weights, least):
    features, hidden, bias, out, nothing = weights
    counts = Counter()
    for asked, inputs, right in data:
        speaks = np.exp(inputs @ features + np.tanh(inputs @ hidden.T + bias) @ out)
        first, none = speaks.argmax(), math.exp(nothing)
        told, best = speaks[first] >= max(least * none, TOUCHED * (speaks.sum() + none)), right[first]
        if asked.is_chat:
            counts["chat answered" if told else "chat"] += 1
        elif asked.is_written:
            counts["written" if told and best else "written lost"] += 1
        elif not asked.answers:
            counts["invented" if told else "kept silent"] += 1
        else:
            counts["first"] += int(best)
            counts["missed" if not told else "right" if best else "wrong"] += 1
    return counts


def fit(name, data, units):
    """Print what is right by weights that the world in question had no part in; returns the weights of all worlds."""
    print(name)
    left_out = [FITTED[part::PARTS] for part in range(PARTS)]
    fits = [fitted([row for row in data if row[0].world not in worlds], units) for worlds in left_out]
    for least in ODDS:
        parts = zip(left_out, fits, strict=True)
        each = (judged([row for row in data if row[0].world in worlds], own, least) for worlds, own in parts)
        print(least, dict(sorted(sum(each, Counter()).items())))
    return fitted(data, units)


def table(name, weights):
    """The weights as Python."""
    features, hidden, bias, out, nothing = weights

    def numbers(*values):
        return ", ".join(f"{value:.3f}" for value in values)

    units = [f"Unit({numbers(*unit)}, ({numbers(*each)}))," for *unit, each in zip(out, bias, hidden, strict=True)]
    lines = [f"{name} = Weights(", f"{nothing:.3f}, Features({numbers(*features)}), (", *units, "))"]
    return "\n".join(fill(line, 118, subsequent_indent=" " * 4) for line in lines) + "\n"


def main():
    likeness = likeness_for()
    by_meaning = rows(likeness, likeness.kinship)
    is_english = [language_of(asked.line, "en") == "en" for asked, *_ in by_meaning]
    english = [row for row, english in zip(by_meaning, is_english, strict=True) if english]
    other = [row for row, english in zip(by_meaning, is_english, strict=True) if not english]
    print("keys alone", fit("keys alone", rows(nothing_alike, nothing_akin), units=0))
    head, _, _ = FILE.read_text(encoding="utf-8").partition("\nENGLISH = ")
    tables = table("ENGLISH", fit("English", english, UNITS)) + table("OTHER", fit("other languages", other, UNITS))
    FILE.write_text(head + "\n" + tables, encoding="utf-8")
    print(f"wrote {FILE}")


if __name__ == "__main__":
    main()
