"""How the engine's file of adapters is written: `npc_engine.engines.bert.adapter_of` reads it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from npc_engine.engines.bert import Adapter, LowRank


def narrowed(difference: np.ndarray, rank: int) -> LowRank:
    """The product of two narrow matrices that comes nearest to a wide one, as its singular values say."""
    left, sizes, right = np.linalg.svd(difference, full_matrices=False)
    share = np.sqrt(sizes[:rank])
    return LowRank(share[:, None] * right[:rank], left[:, :rank] * share)


def parts(model: str, adapter: Adapter) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays of the file, by name: in 8 bits, each row of a matrix with its scale."""
    for name, (down, up) in adapter.added.items():
        for end, matrix in (("down", down), ("up", up)):
            scales = np.abs(matrix).max(1, keepdims=True) / 127 + np.finfo(np.float32).tiny
            yield f"{model}/{name}.{end}", np.rint(matrix / scales).astype(np.int8)
            yield f"{model}/{name}.{end}.scales", scales.astype(np.float32)
    yield f"{model}/unlike", np.float32(adapter.unlike)
