"""Fit `npc_engine/intents.npz`: `PYTHONPATH=.:tests python tests/recall/fit_intents.py`.

Needs PyTorch and the likeness models, which take a quarter of an hour to read all lines (`intent_lines.py`). First,
those of one third of the writers after the other are judged by what the others teach.
"""

from __future__ import annotations

import numpy as np
import torch
from recall import intent_lines
from torch.nn import functional

from npc_engine.compose import likeness_for
from npc_engine.core.intent import INTENTS
from npc_engine.intents import WEIGHTS, side_by_side

PASSES, BATCH, RATE, DECAY, DROPPED = 12, 256, 2e-3, 0.1, 0.3
PARTS = 3
SURE = (0.7, 0.8, 0.85, 0.9)
LANGUAGES = {"english": "en", "other": "zh"}


def fitted(vectors, right):
    """Weights, for each intent a row, with what is added at the end; as they count vectors that are not scaled."""
    torch.manual_seed(0)
    mean, spread = vectors.mean(0), vectors.std(0) + 1e-6
    scaled, wanted = torch.tensor((vectors - mean) / spread), torch.tensor(right)
    layer = torch.nn.Linear(scaled.shape[1], len(INTENTS))
    optimizer = torch.optim.AdamW(layer.parameters(), RATE, weight_decay=DECAY)
    steps = PASSES * -(-len(scaled) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    for _ in range(PASSES):
        for chosen in torch.randperm(len(scaled)).split(BATCH):
            logits = layer(functional.dropout(scaled[chosen], DROPPED))
            loss = -(wanted[chosen] * functional.log_softmax(logits, 1)).sum(1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    weights = layer.weight.detach().numpy() / spread
    return np.column_stack([weights, layer.bias.detach().numpy() - weights @ mean]).astype(np.float32)


def judged(name, vectors, right, writers):
    """Print how many lines are sorted rightly by what other writers teach."""
    kinds = sorted(set(writers))
    chances = np.zeros_like(right)
    for part in (kinds[start::PARTS] for start in range(PARTS)):
        held = np.isin(writers, part)
        weights = fitted(vectors[~held], right[~held])
        logits = torch.tensor(vectors[held] @ weights[:, :-1].T + weights[:, -1])
        chances[held] = functional.softmax(logits, 1).numpy()
    first, sure = chances.argmax(1), chances.max(1)
    is_right = right[np.arange(len(right)), first] > 0
    print(f"{name}: {len(right)} lines, {is_right.mean():.1%} right")
    for least in SURE:
        print(f"  so sure as {least}: {(sure >= least).mean():.0%}, {is_right[sure >= least].mean():.1%} right")
    for number, intent in enumerate(INTENTS):
        meant, said = right[:, number] > 0, first == number
        print(
            f"  {intent:10} {meant.sum():4d}: {said[meant].mean():.0%} found, {meant[said].mean():.0%} of these right"
        )


def main():
    likeness = likeness_for()
    found, weights = intent_lines.lines(), {}
    for name, language in LANGUAGES.items():
        mine = [each for each in found if each.language == language]
        spaces = likeness.intents.spaces[name]
        vectors = np.stack([side_by_side(spaces, each.line) for each in mine])
        right = np.array([[intent in each.intents for intent in INTENTS] for each in mine], np.float32)
        right /= right.sum(1, keepdims=True)
        judged(name, vectors, right, np.array([each.writer for each in mine]))
        weights[name] = fitted(vectors, right)
    np.savez(WEIGHTS, **weights, source=intent_lines.source())


if __name__ == "__main__":
    main()
