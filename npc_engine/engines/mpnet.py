"""all-mpnet-base-v2: what English texts mean. It tells best of all small models whether one answers the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from npc_engine.engines.bert import BertEmbedder, Floats, Weights, adapter_of, in_blocks, loading

_MODEL = "likeness-en"
_LAYERS, _HEADS = 12, 12
_BEGIN, _END, _UNKNOWN = "<s>", "</s>", "[UNK]"
_LONGEST = 384
"""Word pieces of a text that count: what its makers recommend."""
_FIRST = 2
"""The place of the first piece: RoBERTa, whose table this is, keeps two for padding."""
_BUCKETS, _FAR = 32, 128
"""Distances between pieces that are told apart, half of them for each side, and from which on they are all the same."""
_NAMES = {
    "attention.attn.q.": "attention.self.query.",
    "attention.attn.k.": "attention.self.key.",
    "attention.attn.v.": "attention.self.value.",
    "attention.attn.o.": "attention.output.dense.",
    "attention.LayerNorm.": "attention.output.LayerNorm.",
}
"""What BERT calls the same."""


class MPNetEmbedder(BertEmbedder):
    """768 numbers for an English text."""

    def __init__(self, path: Path, threads: int = 1, adapters: Path | None = None) -> None:
        """Load `model.safetensors` and `tokenizer.json` from the folder `path`, tuned if there are `adapters`.

        Raises ModelMissing or ModelDamaged.
        """
        with loading(path, _MODEL):
            weights = _weights({_named(name): each for name, each in _tensors(path / "model.safetensors").items()})
            if adapters:
                adapter = adapter_of(_MODEL, adapters)
                weights, self.unlike = weights.adapted(adapter), adapter.unlike
            super().__init__(weights, _cutter(path / "tokenizer.json"), threads)


def _cutter(path: Path) -> Callable[[str], list[int]]:
    vocabulary: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
    tokenizer: Any = Tokenizer(WordPiece(vocabulary, unk_token=_UNKNOWN))
    tokenizer.normalizer, tokenizer.pre_tokenizer = BertNormalizer(), BertPreTokenizer()
    begin, end = vocabulary[_BEGIN], vocabulary[_END]
    return lambda text: [begin, *tokenizer.encode(text).ids[: _LONGEST - 2], end]


def _tensors(path: Path) -> dict[str, Floats]:
    """The arrays of a file of safetensors: 8 bytes tell how long a table in JSON is; behind that lie the arrays.

    Each is mapped by itself, so that what is not needed any more takes no memory.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > path.stat().st_size:
            raise ValueError("no file of safetensors")
        table: dict[str, Any] = json.loads(file.read(length))
    arrays = {name: each for name, each in table.items() if each.get("dtype") == "F32"}
    return {
        name: np.memmap(path, np.float32, "r", 8 + length + each["data_offsets"][0], tuple(each["shape"]))
        for name, each in arrays.items()
    }


def _named(name: str) -> str:
    for here, there in _NAMES.items():
        name = name.replace(here, there)
    return name


def _weights(tensors: dict[str, Floats]) -> Weights:
    weights = {name.removesuffix(".weight"): each for name, each in tensors.items() if name.endswith(".weight")}
    words, places = weights.pop("embeddings.word_embeddings"), weights.pop("embeddings.position_embeddings")
    apart = np.array(weights.pop("encoder.relative_attention_bias"))
    return Weights(
        matrices={name: in_blocks(each) for name, each in weights.items() if each.ndim == 2},
        biases={name.removesuffix(".bias"): np.array(each) for name, each in tensors.items() if name.endswith(".bias")},
        gains={name: np.array(each) for name, each in weights.items() if each.ndim == 1},
        layers=_LAYERS,
        heads=_HEADS,
        pieces=lambda pieces: words[pieces],
        positions=np.array(places[_FIRST:]),
        epsilon=1e-5,
        between=lambda pieces: apart[_buckets(pieces)].transpose(2, 0, 1)[None],
    )


def _buckets(pieces: int) -> npt.NDArray[np.int64]:
    """How far each piece is from each other, as T5 counts it: near ones exactly, far ones by the logarithm."""
    places = np.arange(pieces)
    ahead = places[None] - places[:, None]
    side, exact = _BUCKETS // 2, _BUCKETS // 4
    far = np.abs(ahead)
    coarse = exact + (np.log(np.maximum(far, 1) / exact) / np.log(_FAR / exact) * (side - exact)).astype(np.int64)
    bucket: npt.NDArray[np.int64] = np.where(far < exact, far, np.minimum(coarse, side - 1)) + side * (ahead > 0)
    return bucket
