"""Tune the likeness models until a line lies near the facts that answer it. With `PYTHONPATH=.:tests`:

    python tests/recall/tune.py first.npz first
    python tests/recall/tune.py all.npz first second
    python tests/recall/mean.py first.npz all.npz

One run learns from the first part of the worlds, another from all; the mean of both is `npc_engine/adapters.npz`.
PyTorch must be there (`pip install torch`; the engine does without), and the likeness models; it takes two hours on two
cores. Fit the weights of `npc_engine.core.relevance` anew afterwards (`fit.py`).

What is learned from: worlds with all that players ask in them, in `taught`, and what people ask in games at all, in
`needs.yaml`. A line is drawn to the text of its fact and to its other questions, and pushed away from those of all
other facts of its world, at once: the loss is that of a softmax over their cosines (InfoNCE; van den Oord et al.,
2018), with one place more for there being no answer. What resembles a line of the worlds of the tests is left out, so
that these can judge what was learned.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from recall.lessons import PARTS, Lesson, lesson_of, lesson_of_needs, taught
from recall.towers import Tower
from recalling import EVERY, simple
from torch.nn import functional

from npc_engine.compose import LIKENESS
from npc_engine.core.language import language_of

SEED = 1
WORLDS_A_NEED = 3
"""For so many worlds comes one step of needs."""
WARM_UP = 20
"""Steps over which the rate rises; then it falls to 0 at the end."""
SHARPNESS = 20.0
"""So much counts a cosine."""
DROPOUT = 0.1
QUESTIONS = 0.5
"""So much counts that a line lies near other questions of its fact, beside the fact itself; so many of them there are,
drawn anew each time."""
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


COURSES = {LIKENESS[2]: Course(("en",), 2, 4e-4, 0.85), LIKENESS[1]: Course(("en", "zh"), 2, 6e-4, 0.955)}


class Tuning:
    """One model and all that it learns from, in its languages."""

    def __init__(self, model, parts):
        self.model, self.course, self.tower = model, COURSES[model], Tower(model)
        self._pieces = {}
        languages = self.course.languages
        lines = [asked.line for world in EVERY for asked in simple(world)]
        held = self._embedded([line for line in lines if language_of(line, "en") in languages])
        worlds = [lesson_of(world, language) for world in taught(parts).values() for language in languages]
        self._needs = {language: lesson_of_needs(language) for language in languages}
        every = sorted({line for lesson in (*worlds, *self._needs.values()) for group in lesson.asks for line in group})
        near = self._embedded(every) @ held.T
        self._near = {line for line, most in zip(every, near.amax(1), strict=True) if most > self.course.taken_out}
        self._worlds = [self._without_near(lesson) for lesson in worlds]
        self._needs = {language: self._without_near(lesson) for language, lesson in self._needs.items()}
        self._nothing = torch.nn.Parameter(torch.full((2,), 0.4))

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
                loss = self._lost(lesson or self._some_needs())
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(learnt, 1.0)
                optimiser.step()
                lost += [loss.item()] if lesson else []
            print(f"epoch {epoch + 1}: {statistics.mean(lost):.3f} lost, {time.monotonic() - began:.0f} s", flush=True)

    def _lost(self, lesson):
        asks = [(line, group) for group, lines in enumerate(lesson.asks) for line in lines]
        told = [(text, group) for group, texts in enumerate(lesson.told) for text in texts]
        lines = [*(line for line, _ in asks), *lesson.nothing]
        vectors = self._read([*lines, *(text for text, _ in told)])
        line_vectors, told_vectors = vectors[: len(lines)], vectors[len(lines) :]
        groups, none = len(lesson.asks), len(lesson.nothing)
        right = torch.tensor([*(group for _, group in asks), *[groups] * none])
        by_text = self._shares(line_vectors @ told_vectors.T, [group for _, group in told], groups, 0)
        alike = line_vectors @ line_vectors[: len(asks)].T
        alike = alike.masked_fill(torch.eye(*alike.shape, dtype=torch.bool), OUT_OF_REACH)
        alike = alike.masked_fill(torch.rand(len(asks)) < 0.5, OUT_OF_REACH)
        by_question = self._shares(alike, [group for _, group in asks], groups, 1)
        there = by_question.gather(1, right[:, None])[:, 0] > OUT_OF_REACH
        loss = functional.cross_entropy(by_text, right)
        return loss + QUESTIONS * functional.cross_entropy(by_question[there], right[there])

    def _shares(self, alike, groups, count, kind):
        """What speaks for each group, by its text that is most alike, and for none."""
        best = torch.full((len(alike), count), OUT_OF_REACH)
        best = best.scatter_reduce(1, torch.tensor(groups).expand(len(alike), -1), alike, "amax")
        return SHARPNESS * torch.cat([best, self._nothing[kind].expand(len(alike), 1)], 1)

    def unlike(self):
        """The cosine below which nothing answers a line: as `_nothing` for texts, but for what is learned by now."""
        alike = []
        for lesson in self._worlds:
            vectors = self._embedded([*chain(*lesson.asks), *lesson.nothing, *chain(*lesson.told)])
            groups = [group for group, lines in enumerate(lesson.asks) for _ in lines]
            right = torch.tensor(groups + [len(lesson.told)] * len(lesson.nothing))
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
        kept = [
            (tuple(line for line in lines if line not in self._near), told)
            for lines, told in zip(lesson.asks, lesson.told, strict=True)
        ]
        return Lesson(*zip(*[(lines, told) for lines, told in kept if lines], strict=True), lesson.nothing)

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
        return vectors[torch.tensor(order).argsort()]


def _some(texts, most):
    return tuple(random.sample(texts, min(most, len(texts))))


def main():
    parser = argparse.ArgumentParser(description="Tune the likeness models on worlds in tests/recall/taught.")
    parser.add_argument("out", type=Path, help="what is learned goes there, beside what is there already")
    parser.add_argument("parts", nargs="+", choices=PARTS, help="of the worlds")
    parser.add_argument("--model", choices=COURSES, help="one of the models alone")
    asked = parser.parse_args()
    added = {}
    if asked.out.exists():
        with np.load(asked.out) as file:
            added |= dict(file)
    for model in [asked.model] if asked.model else COURSES:
        random.seed(SEED)
        torch.manual_seed(SEED)
        tuning = Tuning(model, asked.parts)
        tuning.run()
        added |= dict(tuning.tower.added()) | {f"{model}/unlike": np.float32(tuning.unlike())}
    np.savez(asked.out, **added)
    print(f"wrote {asked.out}: {asked.out.stat().st_size} bytes; seed {SEED}")


if __name__ == "__main__":
    main()
