"""Try a policy on traces, in seconds of audio: where it ends turns, and how long it waits when they are over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from npc_engine.bench.endpointing_trace import WINDOW, Heard, Judged, Trace
from npc_engine.bench.statistics import percentile
from npc_engine.core.endpointing import Endpointing, EndpointingSettings, SpeechStarted, SpeechStopped

JUDGEMENT_TAKES = 0.1
TRANSCRIPT_TAKES = 0.25
"""Seconds from asking to the answer on two cores: 0.17 on quiet ones, and some wait for another one under way."""
_NEAR = 0.35
"""Seconds within which a pause belongs to the end of a sentence: times of words are no better."""
_OVER = 0.25
"""Seconds before the last word's end in which soft sounds may already count as silence."""
Place = Literal["inside", "between"]
"""Of a cut-off: inside a sentence, or where one ends and another one of the same turn follows."""


@dataclass(frozen=True)
class Outcome:
    """What became of a turn."""

    trace: Trace
    cut_off: frozenset[Place]
    wait: float
    """Seconds from the end of the last word until the turn was over."""


@dataclass(frozen=True)
class Score:
    """Of many turns under one policy."""

    turns: int
    inside: float
    between: float
    """Shares of the turns that were cut off there, once or more."""
    median: float
    p90: float
    """Seconds of audio from the end of the last word until the turn was over."""


def replay(traces: Iterable[Trace], settings: EndpointingSettings, judge: bool = True) -> list[Outcome]:
    """Let one player speak the turns one after the other; what is learnt of the player is kept."""
    endpointing, began = Endpointing(settings), 0.0
    outcomes = []
    for trace in traces:
        outcomes.append(_replay(trace, endpointing, began, judge))
        began += trace.seconds
    return outcomes


def score(outcomes: Sequence[Outcome]) -> Score:
    """Sum up outcomes; without any, all is 0."""
    waits = [outcome.wait for outcome in outcomes] or [0.0]
    inside, between = _share(outcomes, "inside"), _share(outcomes, "between")
    return Score(len(outcomes), inside, between, percentile(waits, 0.5), percentile(waits, 0.9))


def _share(outcomes: Sequence[Outcome], place: Place) -> float:
    return sum(place in outcome.cut_off for outcome in outcomes) / max(1, len(outcomes))


def _replay(trace: Trace, endpointing: Endpointing, began: float, judge: bool) -> Outcome:
    answers = _Answers(trace.heard, endpointing, began)
    stops: list[SpeechStopped] = []
    for number, (probability, level) in enumerate(zip(trace.heard.scores, trace.heard.levels, strict=True)):
        if judge:
            answers.come((number + 1) * WINDOW)
        endpoint = endpointing.hear(began + number * WINDOW, WINDOW, probability, level)
        if isinstance(endpoint, SpeechStopped):
            stops.append(endpoint)
        elif isinstance(endpoint, SpeechStarted) and stops and endpoint.start < began + trace.end:
            endpointing.extend(stops[-1].start)
            endpointing.resumed_after(max(0.0, endpoint.start - stops[-1].end))
        if endpointing.wants_judgement:
            answers.ask((number + 1) * WINDOW)
    last = endpointing.flush(began + trace.seconds)
    return _judged(trace, [*stops, last] if last else stops, began)


class _Answers:
    """Delivers what the engines said of a trace, as long after the question as they take."""

    def __init__(self, heard: Heard, endpointing: Endpointing, began: float) -> None:
        self._transcripts = list(heard.transcripts)
        self._judgements = {round(each.asked / WINDOW): each for each in heard.judgements}
        self._endpointing = endpointing
        self._began = began
        self._judged: Judged | None = None

    def ask(self, now: float) -> None:
        """A judgement is wanted, of a moment for which there is one; none is under way."""
        self._judged = self._judged or self._judgements.get(round(now / WINDOW))

    def come(self, now: float) -> None:
        """Deliver what is due."""
        while self._transcripts and self._transcripts[0].asked + TRANSCRIPT_TAKES <= now:
            transcript = self._transcripts.pop(0)
            self._endpointing.understood(transcript.text, self._began + transcript.asked)
        if self._judged and self._judged.asked + JUDGEMENT_TAKES <= now:
            self._endpointing.judged(self._judged.probability, self._began + self._judged.asked)
            self._judged = None


def _judged(trace: Trace, stops: Sequence[SpeechStopped], began: float) -> Outcome:
    over = [stop for stop in stops if stop.end - began >= trace.end - _OVER]
    early = [stop for stop in stops if stop not in over]
    # a voice that is not heard at the end of a line ends its turn early, and nothing follows
    decided = over[0].decided if over else (early.pop().decided if early else began + trace.end)
    cut_off = frozenset(_place(trace, stop.end - began) for stop in early)
    return Outcome(trace, cut_off, max(0.0, decided - began - trace.end))


def _place(trace: Trace, at: float) -> Place:
    return "between" if any(abs(at - end) < _NEAR for end in trace.sentence_ends) else "inside"


def players(traces: Sequence[Trace], size: int) -> Iterator[Sequence[Trace]]:
    """Cut into the turns of one player each."""
    for start in range(0, len(traces), size):
        yield traces[start : start + size]
