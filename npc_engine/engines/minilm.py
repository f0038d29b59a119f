"""all-MiniLM-L6-v2: what English texts mean. It tells whether two sentences are about the same; 2 ms a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from npc_engine.engines.bert import BertEmbedder, Floats, Weights, in_blocks, loading

_LAYERS, _HEADS = 6, 12
_BEGIN, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_LONGEST = 128
"""Word pieces of a text that count: it was trained on no more."""


class MiniLMEmbedder(BertEmbedder):
    """384 numbers for an English text."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Load `model.safetensors` and `tokenizer.json` from the folder `path`. Raises ModelMissing or ModelDamaged."""
        with loading(path, "likeness-en"):
            tensors = _tensors(path / "model.safetensors")
            super().__init__(_weights(tensors), _cutter(path / "tokenizer.json"), threads)


def _cutter(path: Path) -> Callable[[str], list[int]]:
    vocabulary: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
    tokenizer: Any = Tokenizer(WordPiece(vocabulary, unk_token=_UNKNOWN))
    tokenizer.normalizer, tokenizer.pre_tokenizer = BertNormalizer(), BertPreTokenizer()
    begin, end = vocabulary[_BEGIN], vocabulary[_END]
    return lambda text: [begin, *tokenizer.encode(text).ids[: _LONGEST - 2], end]


def _tensors(path: Path) -> dict[str, Floats]:
    """The arrays of a file of safetensors: 8 bytes tell how long a table in JSON is; behind that lie the arrays."""
    content = np.memmap(path, np.uint8, "r")
    start = 8 + int(content[:8].view(np.uint64)[0])
    table: dict[str, Any] = json.loads(bytes(content[8:start]))
    arrays = {name: each for name, each in table.items() if each.get("dtype") == "F32"}
    ranges = {name: slice(*(start + offset for offset in each["data_offsets"])) for name, each in arrays.items()}
    return {name: content[ranges[name]].view(np.float32).reshape(each["shape"]) for name, each in arrays.items()}


def _weights(tensors: dict[str, Floats]) -> Weights:
    weights = {name.removesuffix(".weight"): each for name, each in tensors.items() if name.endswith(".weight")}
    words, places, kinds = (weights.pop(f"embeddings.{name}_embeddings") for name in ("word", "position", "token_type"))
    return Weights(
        matrices={name: in_blocks(each) for name, each in weights.items() if each.ndim == 2},
        biases={name.removesuffix(".bias"): each for name, each in tensors.items() if name.endswith(".bias")},
        gains={name: each for name, each in weights.items() if each.ndim == 1},
        layers=_LAYERS,
        heads=_HEADS,
        pieces=lambda pieces: words[pieces],
        positions=places + kinds[0],
    )
