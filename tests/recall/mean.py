"""The mean of what one run or more of `tune.py` have added: writes `npc_engine/adapters.npz`.

`PYTHONPATH=.:tests python tests/recall/mean.py FIRST.npz SECOND.npz`

Runs that begin with the same weights end in the same valley, and its middle is better than where any of them stopped
(Wortsman et al., Model soups, 2022). The mean of low-rank products is no product as narrow; it is rounded to one, which
keeps more than 99 % of it. A model that no run has tuned stays as it is there.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from recall.adapters import narrowed, parts
from recall.lessons import source

from npc_engine.compose import LIKENESS
from npc_engine.engines.bert import Adapter, LowRank, adapter_of
from npc_engine.kinship import ADAPTERS


def mean(adapters: list[Adapter]) -> Adapter:
    """Of the same matrices, as narrow as theirs."""
    added = {name: _mean([each.added[name] for each in adapters]) for name in adapters[0].added}
    return Adapter(added, sum(each.unlike for each in adapters) / len(adapters))


def _mean(several: list[LowRank]) -> LowRank:
    widest = max(len(each.down) for each in several)
    return narrowed(sum(each.up @ each.down for each in several) / len(several), widest)


def _has(path: Path, model: str) -> bool:
    with np.load(path) as file:
        return f"{model}/unlike" in file.files


def main() -> None:
    files = list(map(Path, sys.argv[1:]))
    found = {}
    for model in LIKENESS[1:]:
        learned = [adapter_of(model, file) for file in files if _has(file, model)]
        found |= dict(parts(model, mean(learned) if learned else adapter_of(model, ADAPTERS)))
    np.savez(ADAPTERS, **found, source=np.array(source()))
    print(f"wrote {ADAPTERS}: {ADAPTERS.stat().st_size} bytes")


if __name__ == "__main__":
    main()
