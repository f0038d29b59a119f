"""The encoders of BERT's kind in PyTorch, for tuning: as they come, but for a low-rank addition to each matrix.

What is added to a matrix is a product of two narrow ones, of which one begins as zeros: LoRA (Hu et al., 2021).
"""

from __future__ import annotations

import math

import numpy as np
import torch
from recall.adapters import narrowed
from torch import nn
from torch.nn import functional

from npc_engine.compose import LIKENESS
from npc_engine.engines import e5, mpnet
from npc_engine.engines.bert import in_full
from npc_engine.models.store import Store

RANK = 64
"""Of the additions. With 16, in the upper eight layers alone, far fewer lines that name nothing by its name are found
in worlds that nothing was learned from."""
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
PARTS = (
    *("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"),
    *("intermediate.dense", "output.dense"),
)
STRETCH = 2.0
"""The addition counts twice: it learns faster so."""


class Tuned(nn.Module):
    """A matrix with what is added to it."""

    def __init__(self, matrix, bias):
        super().__init__()
        self.register_buffer("matrix", matrix)
        self.register_buffer("bias", bias)
        self.down = nn.Parameter(torch.randn(RANK, matrix.shape[1]) / math.sqrt(matrix.shape[1]))
        self.up = nn.Parameter(torch.zeros(len(matrix), RANK))

    def forward(self, state):
        mapped = functional.linear(state, self.matrix.to(state.dtype), self.bias.to(state.dtype))
        narrow = functional.linear(state, self.down.to(state.dtype))
        return mapped + STRETCH * functional.linear(narrow, self.up.to(state.dtype))

    def whole(self):
        """The matrix with all that was added to it, as NumPy has it."""
        return (self.matrix + STRETCH * self.up @ self.down).detach().cpu().numpy()


class Tower(nn.Module):
    """One encoder, from the same weights as the engine's."""

    def __init__(self, model, tuned=None):
        """`tuned` is an adapter to go on from."""
        super().__init__()
        self.model = model
        path = Store().resolve("likeness", model).path
        if model == LIKENESS[1]:
            file = e5._File(path)
            self._weights, self.cut = file.weights(), file.cutter()
        else:
            tensors = {mpnet._named(name): each for name, each in mpnet._tensors(path / "model.safetensors").items()}
            self._weights, self.cut = mpnet._weights(tensors), mpnet._cutter(path / "tokenizer.json")
        weights = self._weights
        self._norms = {name: (_tensor(gain), _tensor(weights.biases[name])) for name, gain in weights.gains.items()}
        self._positions = _tensor(weights.positions)
        self.layers = nn.ModuleList(
            nn.ModuleDict(
                {
                    part.replace(".", "/"): Tuned(
                        _tensor(self._first(number, part) + _whole(tuned, number, part)),
                        _tensor(weights.biases[_name(number, part)]),
                    )
                    for part in PARTS
                }
            )
            for number in range(weights.layers)
        )

    def _first(self, number, part):
        """A matrix as it came."""
        return in_full(self._weights.matrices[_name(number, part)])

    def forward(self, texts, dropout):
        """The vectors of texts that were cut into pieces, (texts, width), of length 1."""
        most = max(map(len, texts))
        there = torch.tensor([[place < len(text) for place in range(most)] for text in texts], device=DEVICE)
        pieces = np.stack([self._weights.pieces([*text, *[text[-1]] * (most - len(text))]) for text in texts])
        state = self._norm("embeddings.LayerNorm", _tensor(pieces) + self._positions[:most]).to(torch.bfloat16)
        mask = torch.where(there, 0.0, -1e4)[:, None, None, :]
        if self._weights.between:
            mask = mask + _tensor(self._weights.between(most))
        state = functional.dropout(state, dropout, self.training)
        for number in range(len(self.layers)):
            state = self._layer(number, state, mask.to(state.dtype))
        count = there[..., None].float()
        return functional.normalize((state.float() * count).sum(1) / count.sum(1), dim=-1)

    def _layer(self, number, state, mask):
        parts, name, heads = self.layers[number], f"encoder.layer.{number}", self._weights.heads
        texts, pieces, width = state.shape
        query, key, value = (
            parts[part.replace(".", "/")](state).view(texts, pieces, heads, width // heads).transpose(1, 2)
            for part in PARTS[:3]
        )
        # written out: with so few pieces PyTorch's own attention takes ten times as long to learn by
        heard = torch.softmax(query @ key.mT / math.sqrt(width // heads) + mask, -1) @ value
        mixed = parts["attention/output/dense"](heard.transpose(1, 2).reshape(texts, pieces, width))
        state = self._norm(f"{name}.attention.output.LayerNorm", mixed + state)
        wide = functional.gelu(parts["intermediate/dense"](state))
        return self._norm(f"{name}.output.LayerNorm", parts["output/dense"](wide) + state)

    def _norm(self, name, state):
        gain, bias = self._norms[name]
        normed = functional.layer_norm(state.float(), (state.shape[-1],), gain, bias, self._weights.epsilon)
        return normed.to(state.dtype)

    def added(self):
        """What was learned: for each matrix how it differs from the one that came, as far as `RANK` reaches."""
        return {
            _name(number, part): narrowed(layer[part.replace(".", "/")].whole() - self._first(number, part), RANK)
            for number, layer in enumerate(self.layers)
            for part in PARTS
        }


def _name(number, part):
    return f"encoder.layer.{number}.{part}"


def _whole(tuned, number, part):
    added = tuned and tuned.added.get(_name(number, part))
    return added.up @ added.down if added else 0.0


def _tensor(array):
    return torch.tensor(np.array(array, np.float32), device=DEVICE)
