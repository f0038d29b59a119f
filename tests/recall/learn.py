"""Write what `npc_engine.kinship` knows: after each change of the needs.

`PYTHONPATH=.:tests python tests/recall/learn.py`

Takes minutes, and the likeness models. Fit the weights of `npc_engine.core.relevance` anew afterwards (`fit.py`).
"""

from __future__ import annotations

import hashlib

import numpy as np
from recall.learning import NEEDS, learned_from, needs

from npc_engine.compose import likeness_for
from npc_engine.kinship import LEARNED

likeness = likeness_for()
arrays = {
    f"{language}.{name}": values if values.dtype == np.int64 else values.astype(np.float16)
    for language, learned in learned_from(needs(), likeness.vector).items()
    for name, values in learned._asdict().items()
}
np.savez(LEARNED, needs=np.array(hashlib.sha256(NEEDS.read_bytes().replace(b"\r\n", b"\n")).hexdigest()), **arrays)
print(f"wrote {LEARNED}: {len(needs())} needs, {LEARNED.stat().st_size} bytes")
