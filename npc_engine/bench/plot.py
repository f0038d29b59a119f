"""Draw a turn as a picture: a lane for each stage, its time from left to right. From spans to SVG; measures nothing.

The colours follow the reader's light or dark scheme, for pictures inside web pages too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from npc_engine.protocol import Span, Stage

LANES: dict[Stage, str] = {
    "speech": "the player speaks",
    "endpointing": "is the turn over?",
    "recognition": "what was said?",
    "first_token": "reading the line",
    "first_clause": "writing a clause",
    "synthesis": "making its speech",
    "held": "ready, held back",
    "speaking": "the character speaks",
}
"""From top to bottom."""
WIDTH = 860
_LEFT, _RIGHT = 176, 24
"""Pixels beside the lanes: their names, and a margin."""
_TOP, _LANE, _BAR = 70, 26, 18
_FOOT = 44
_LEAD, _TAIL = 350, 350
"""Milliseconds that are shown of the speech before, and of the answer after."""
_NARROW = 70
"""Pixels of a bar below which its duration stands beside it."""
_NAME = 120
"""Pixels that half of a moment's name takes."""
_STEPS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
_TICKS = 10
"""The most on the axis."""
_STYLE = """
text { fill: #24292f; font-family: sans-serif; font-size: 13px; } .title { font-size: 16px; }
.paper { fill: #ffffff; } .grid { stroke: #d8dee4; } .mark { stroke: #57606a; stroke-dasharray: 4 3; }
.speech, .speaking { fill: #2f8a57; } .endpointing, .held { fill: #737c88; } .recognition { fill: #3575cf; }
.first_token, .first_clause { fill: #8257cc; } .synthesis { fill: #b26d17; } text.inside { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .paper { fill: #0d1117; } .grid { stroke: #30363d; } .mark { stroke: #9198a1; }
}
"""
"""The bars are as readable on white as on black; the rest changes."""


def picture(spans: Sequence[Span], title: str) -> str:
    """An SVG of the turn with these spans. Times that are far from the wait are cut off.

    Raises `ValueError` when there are none.
    """
    scale = _Scale(spans)
    lanes = [stage for stage in LANES if any(span.stage == stage for span in spans)]
    bottom = _TOP + len(lanes) * _LANE
    parts = [
        f'<rect class="paper" width="{WIDTH}" height="{bottom + _FOOT}"/>',
        f'<text class="title" x="16" y="28">{escape(title)}</text>',
        *_axis(scale, bottom),
        *(part for row, stage in enumerate(lanes) for part in _lane(spans, stage, scale, _TOP + row * _LANE)),
        *_marks(spans, scale, bottom),
    ]
    size = f'viewBox="0 0 {WIDTH} {bottom + _FOOT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">'
    described = f'<title id="title">{escape(title)}</title>'
    return "\n".join([head, described, f"<style>{_STYLE}</style>", *parts, "</svg>", ""])


class _Scale:
    """Milliseconds to pixels, over the part of a turn in which something is decided."""

    def __init__(self, spans: Sequence[Span]) -> None:
        if not spans:
            raise ValueError("a turn without spans can't be drawn")
        inner = [time for span in spans if span.stage != "speech" for time in (span.start_ms, _end(span))]
        times = [0, *inner] if inner else [0, spans[0].end_ms]
        self.first, self.last = min(times) - _LEAD, max(times) + _TAIL
        self.heard = min((span.start_ms for span in spans if span.stage == "speaking"), default=None)
        """When the first sample is heard."""
        self.marks = [self.x(ms) for ms in (0, self.heard) if ms is not None]

    def x(self, ms: float) -> float:
        """The place of a time, inside the picture."""
        inside = min(max(ms, self.first), self.last)
        share = (inside - self.first) / (self.last - self.first)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def ticks(self) -> Iterator[int]:
        """Round times over the whole width."""
        step = next((step for step in _STEPS if (self.last - self.first) / step <= _TICKS), _STEPS[-1])
        yield from range(math.ceil(self.first / step) * step, self.last + 1, step)


def _end(span: Span) -> int:
    """Where a span ends for the scale: of the answer, only the beginning is of interest."""
    return span.start_ms if span.stage == "speaking" else span.end_ms


def _axis(scale: _Scale, bottom: int) -> Iterator[str]:
    for ms in scale.ticks():
        x = scale.x(ms)
        yield f'<line class="grid" x1="{x}" y1="{_TOP - 4}" x2="{x}" y2="{bottom}"/>'
        yield f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{ms}</text>'
    yield f'<text x="16" y="{bottom + 16}">milliseconds</text>'


def _lane(spans: Sequence[Span], stage: Stage, scale: _Scale, y: int) -> Iterator[str]:
    """The name of a stage, a bar for each time that it took place, and how long it took in all."""
    yield f'<text x="16" y="{y + 13}">{LANES[stage]}</text>'
    mine = [span for span in spans if span.stage == stage]
    for span in mine:
        x = scale.x(span.start_ms)
        width = max(1.0, round(scale.x(span.end_ms) - x, 1))
        yield f'<rect class="{stage}" x="{x}" y="{y}" width="{width}" height="{_BAR}" rx="3"/>'
    yield _duration(mine, scale, y)


def _duration(spans: Sequence[Span], scale: _Scale, y: int) -> str:
    """How long a stage took: inside its last bar, or if that is narrow behind it, or before it where a mark stands."""
    start, end = scale.x(spans[-1].start_ms), scale.x(spans[-1].end_ms)
    text = f"{sum(span.end_ms - span.start_ms for span in spans)} ms"
    if end - start >= _NARROW:
        return f'<text class="inside" x="{start + 8}" y="{y + 13}">{text}</text>'
    if any(end < mark < end + _NARROW for mark in (*scale.marks, WIDTH)):
        return f'<text x="{start - 6}" y="{y + 13}" text-anchor="end">{text}</text>'
    return f'<text x="{end + 6}" y="{y + 13}">{text}</text>'


def _marks(spans: Sequence[Span], scale: _Scale, bottom: int) -> Iterator[str]:
    """The moments that the player knows of; named above and below, since they may be close to each other."""
    began = "the last word" if any(span.stage == "speech" for span in spans) else "the line arrives"
    names = ((began, _TOP - 14), (f"the first sound, after {scale.heard} ms", bottom + 34))
    for x, (name, y) in zip(scale.marks, names, strict=False):
        anchor = "end" if x > WIDTH - _NAME else "middle"
        yield f'<line class="mark" x1="{x}" y1="{_TOP - 10}" x2="{x}" y2="{bottom}"/>'
        yield f'<text x="{x}" y="{y}" text-anchor="{anchor}">{name}</text>'
