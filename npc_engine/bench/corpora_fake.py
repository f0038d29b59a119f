"""Made-up recordings for `--fake`: tones where words would be. They try a benchmark's machinery and measure nothing."""

from __future__ import annotations

import numpy as np

from npc_engine.audio import RATE
from npc_engine.bench.corpora import Recording
from npc_engine.bench.endpointing_material import Line

TEXT = "Where am I?"
_WORD, _GAP = 0.4, 0.1
_WORDS = 4


def recordings(count: int = 3) -> list[Recording]:
    """Lines of four tones."""
    tone = np.sin(np.arange(round(_WORD * RATE)) * (2 * np.pi * 220 / RATE)) * 8000
    word = np.concatenate([tone, np.zeros(round(_GAP * RATE))]).astype("<i2")
    return [Recording("tones", f"line {number}", np.tile(word, _WORDS).tobytes(), TEXT) for number in range(count)]


def lines(count: int = 4) -> list[Line]:
    """The same with the gaps between the tones."""
    gaps = tuple(number * (_WORD + _GAP) - _GAP / 2 for number in range(1, _WORDS))
    return [Line(recording, gaps) for recording in recordings(count)]
