"""Tune the likeness models until a line lies near the facts that answer it. With `PYTHONPATH=.:tests`:

    python tests/recall/tune.py more.npz --model likeness-any --further npc_engine/adapters.npz
    python tests/recall/mean.py more.npz

writes `npc_engine/adapters.npz`, where what was learned of other models stays; without `--further` a model begins anew.
PyTorch must be there (`pip install torch`; the engine does without), and the likeness models; the first line takes half
an hour on two cores. Fit the weights of `npc_engine.core.relevance` anew afterwards (`fit.py`).

So far: both models have the mean of two runs over `first`, and over `first` and `second`, with additions of rank 16 in
the upper eight layers. From there multilingual-e5-small went on as above, over all parts, for 600, 1600 and 190 steps.

What is learned from: worlds with all that players ask in them, in `taught`, and what people ask in games at all, in
`needs.yaml`. A line is drawn to the text of its fact, in its own language and in the other where the model knows both,
and to its other questions, and pushed away from those of all other facts of its world, at once: the loss is that of a
softmax over their cosines (InfoNCE; van den Oord et al., 2018), with one place more for there being no answer. What
resembles a line of the worlds of the tests is left out, so that these can judge what was learned.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from dataclasses import replace
from itertools import chain, compress
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from recall.adapters import parts
from recall.lessons import Lesson, lesson_of, lesson_of_needs, taught
from recall.towers import DEVICE, Tower
from recalling import EVERY, simple
from torch.nn import functional

from npc_engine.compose import LIKENESS
from npc_engine.core.language import language_of
from npc_engine.engines.bert import Adapter, adapter_of

WORLDS_A_NEED = 3
"""For so many worlds comes one step of needs."""
WARM_UP = 40
"""Steps over which the rate rises; then it falls to 0 at the end."""
SHARPNESS = 20.0
"""So much counts a cosine."""
DROPOUT = 0.1
QUESTIONS = 0.5
"""So much counts that a line lies near other questions of its fact, beside the fact itself; so many of them there are,
drawn anew each time."""
TRANSLATED = 0.5
"""So much counts that it lies near the fact in the other language: what is written in two is compared with both."""
LINES_EACH, NOTHING_EACH = 3, 18
"""Lines of a fact, and of none, from which one step is made, drawn anew each time."""
NEEDS_EACH = 40
"""Needs that are told apart in one step; from each so many questions and answers:"""
ASKS_EACH, TOLD_EACH = 3, 2
TEXTS_EACH = 48
"""Texts of about the same length that are read at once."""
OUT_OF_REACH = -1e4


class Course(NamedTuple):
    """How one model learns."""

    languages: tuple[str, ...]
    epochs: int
    rate: float
    taken_out: float
    """So like a line of the tests may nothing be that is learned from, by the model as it comes."""


COURSES = {LIKENESS[2]: Course(("en",), 1, 4e-4, 0.85), LIKENESS[1]: Course(("en", "zh"), 1, 6e-4, 0.955)}


class Tuning:
    """One model and all that it learns from, in its languages."""

    def __init__(self, model, tuned=None):
        self.model, self.course, self.tower = model, COURSES[model], Tower(model).to(DEVICE)
        self._pieces = {}
        languages = self.course.languages
        lines = [asked.line for world in EVERY for asked in simple(world)]
        held = self._embedded([line for line in lines if language_of(line, "en") in languages])
        worlds = [lesson_of(world, language) for world in taught().values() for language in languages]
        self._needs = {language: lesson_of_needs(language) for language in languages}
        every = sorted({line for lesson in (*worlds, *self._needs.values()) for group in lesson.asks for line in group})
        near = self._embedded(every) @ held.T
        self._near = {line for line, most in zip(every, near.amax(1), strict=True) if most > self.course.taken_out}
        self._worlds = [self._without_near(lesson) for lesson in worlds]
        self._needs = {language: self._without_near(lesson) for language, lesson in self._needs.items()}
        self._nothing = torch.nn.Parameter(torch.full((3,), 0.4, device=DEVICE))
        if tuned:
            self.tower = Tower(model, tuned).to(DEVICE)

    def run(self):
        """Learn. Prints what is lost in each epoch."""
        print(f"{self.model}: {len(self._worlds)} worlds; {len(self._near)} lines left out that resemble the tests'")
        learnt = [each for each in self.tower.parameters() if each.requires_grad]
        optimiser = torch.optim.AdamW([{"params": learnt}, {"params": [self._nothing], "lr": 1e-2}], weight_decay=0.01)
        lessons = [*self._worlds, *[None] * (len(self._worlds) // WORLDS_A_NEED)]
        steps, began = self.course.epochs * len(lessons), time.monotonic()
        self.tower.train()
        for epoch in range(self.course.epochs):
            random.shuffle(lessons)
            lost = []
            for number, lesson in enumerate(lessons, epoch * len(lessons)):
                optimiser.param_groups[0]["lr"] = self.course.rate * min(1, number / WARM_UP) * (1 - number / steps)
                loss = self._lost(_some_of(lesson) if lesson else self._some_needs())
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(learnt, 1.0)
                optimiser.step()
                lost += [loss.item()] if lesson else []
            print(f"epoch {epoch + 1}: {statistics.mean(lost):.3f} lost, {time.monotonic() - began:.0f} s", flush=True)

    def _lost(self, lesson):
        asks, told = _in_groups(lesson.asks), _in_groups(lesson.told)
        translated = _in_groups(lesson.translated if len(self.course.languages) > 1 else ())
        lines = [*(line for line, _ in asks), *lesson.nothing]
        texts = [text for text, _ in (*told, *translated)]
        line_vectors, *others = self._read([*lines, *texts]).split([len(lines), len(told), len(translated)])
        groups = len(lesson.asks)
        right = torch.tensor([*(group for _, group in asks), *[groups] * len(lesson.nothing)], device=DEVICE)
        loss = torch.zeros((), device=DEVICE)
        for part, vectors, kind, counts in zip((told, translated), others, (0, 2), (1.0, TRANSLATED), strict=True):
            if part:
                shares = self._shares(line_vectors @ vectors.T, [group for _, group in part], groups, kind)
                loss = loss + counts * functional.cross_entropy(shares, right)
        alike = line_vectors @ line_vectors[: len(asks)].T
        alike = alike.masked_fill(torch.eye(*alike.shape, dtype=torch.bool, device=DEVICE), OUT_OF_REACH)
        alike = alike.masked_fill(torch.rand(len(asks), device=DEVICE) < 0.5, OUT_OF_REACH)
        by_question = self._shares(alike, [group for _, group in asks], groups, 1)
        there = by_question.gather(1, right[:, None])[:, 0] > OUT_OF_REACH
        return loss + QUESTIONS * functional.cross_entropy(by_question[there], right[there])

    def _shares(self, alike, groups, count, kind):
        """What speaks for each group, by its text that is most alike, and for none."""
        best = torch.full((len(alike), count), OUT_OF_REACH, device=DEVICE)
        best = best.scatter_reduce(1, torch.tensor(groups, device=DEVICE).expand(len(alike), -1), alike, "amax")
        return SHARPNESS * torch.cat([best, self._nothing[kind].expand(len(alike), 1)], 1)

    def unlike(self):
        """The cosine below which nothing answers a line: as `_nothing` for texts, but for what is learned by now."""
        alike = []
        for lesson in self._worlds:
            vectors = self._embedded([*chain(*lesson.asks), *lesson.nothing, *chain(*lesson.told)])
            groups = [group for group, lines in enumerate(lesson.asks) for _ in lines]
            right = torch.tensor(groups + [len(lesson.told)] * len(lesson.nothing), device=DEVICE)
            alike.append((vectors[: len(right)] @ vectors[len(right) :].T, right))

        def lost(unlike):
            return sum(
                functional.cross_entropy(SHARPNESS * functional.pad(each, (0, 1), value=unlike), right, reduction="sum")
                for each, right in alike
            )

        return min(np.arange(0.1, 0.8, 0.005), key=lost)

    def _some_needs(self):
        lesson = self._needs[random.choice(list(self._needs))]
        chosen = random.sample(range(len(lesson.asks)), NEEDS_EACH)
        return Lesson(
            tuple(_some(lesson.asks[number], ASKS_EACH) for number in chosen),
            tuple(_some(lesson.told[number], TOLD_EACH) for number in chosen),
        )

    def _without_near(self, lesson):
        asks = [tuple(line for line in lines if line not in self._near) for lines in lesson.asks]
        return Lesson(
            tuple(filter(None, asks)),
            tuple(compress(lesson.told, asks)),
            tuple(line for line in lesson.nothing if line not in self._near),
            tuple(compress(lesson.translated, asks)),
        )

    def _embedded(self, texts):
        self.tower.eval()
        with torch.no_grad():
            return self._read(texts)

    def _read(self, texts):
        """The vectors of the texts, those of about the same length at once."""
        pieces = [self._pieces.setdefault(text, self.tower.cut(text)) for text in texts]
        order = sorted(range(len(texts)), key=lambda number: len(pieces[number]))
        parts = [order[begin : begin + TEXTS_EACH] for begin in range(0, len(order), TEXTS_EACH)]
        vectors = torch.cat([self.tower([pieces[number] for number in part], DROPOUT) for part in parts])
        return vectors[torch.tensor(order, device=DEVICE).argsort()]


def _in_groups(several):
    return [(text, group) for group, texts in enumerate(several) for text in texts]


def _some_of(lesson):
    asks = tuple(_some(lines, LINES_EACH) for lines in lesson.asks)
    return replace(lesson, asks=asks, nothing=_some(lesson.nothing, NOTHING_EACH))


def _some(texts, most):
    return tuple(random.sample(texts, min(most, len(texts))))


def main():
    parser = argparse.ArgumentParser(description="Tune the likeness models on worlds in tests/recall/taught.")
    parser.add_argument("out", type=Path, help="what is learned goes there, beside what is there already")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--further", type=Path, help="go on from what was learned before")
    parser.add_argument("--model", choices=COURSES, help="one of the models alone")
    asked = parser.parse_args()
    added = {}
    if asked.out.exists():
        with np.load(asked.out) as file:
            added |= dict(file)
    for model in [asked.model] if asked.model else COURSES:
        random.seed(asked.seed)
        torch.manual_seed(asked.seed)
        tuning = Tuning(model, adapter_of(model, asked.further) if asked.further else None)
        tuning.run()
        added |= dict(parts(model, Adapter(tuning.tower.added(), tuning.unlike())))
    np.savez(asked.out, **added)
    print(f"wrote {asked.out}: {asked.out.stat().st_size} bytes; seed {asked.seed}")


if __name__ == "__main__":
    main()
