"""Measure endpointing on recordings of people: how often turns are ended too early, and the wait after those that end.

The server's engines hear every turn once: voice activity window by window, the end-of-turn model and recognition at its
pauses. Then policies are replayed on what they said, in seconds of audio, with a stated time for each answer; so a run
costs minutes and does not depend on the machine's load. The material is split in two by lines: the default settings
were chosen on one half and are reported on the other.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from random import Random

from npc_engine.bench import corpora, corpora_fake
from npc_engine.bench.corpora import Note, Recording
from npc_engine.bench.endpointing_material import Line, turns
from npc_engine.bench.endpointing_replay import Outcome, Score, players, replay, score
from npc_engine.bench.endpointing_trace import Engines, Trace, trace
from npc_engine.bench.endpointing_words import with_words
from npc_engine.bench.machine import load
from npc_engine.bench.recognition import started
from npc_engine.compose import Ears
from npc_engine.config import Config
from npc_engine.core.endpointing import EndpointingSettings
from npc_engine.core.patience import Evidence
from npc_engine.models.store import Store

PLAYER = 12
"""Turns that one player speaks in a row: so many to get to know a pace."""
SLOWNESS = (0.6, 1.0, 1.6)
"""Factors on the pauses of quick, middling and slow players, who come in turn."""
SILENCES = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2, 1.5)
"""Seconds: the policies that know nothing but silence."""
PRIORS = (0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5, 5.0, 10.0, 20.0)
"""Factors on the odds of a finished turn: the same policy, more and less eager."""
_SHORTEST, _LONGEST = 1.2, 15.0
"""Seconds of a line. With pauses put in, longer ones pass what recognition hears at once and are ended for that."""


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    game: int = 200
    """Lines of the game; the other corpora are small and are taken whole."""
    seed: int = 1
    config: Config = field(default_factory=Config)
    fake: bool = False


@dataclass(frozen=True)
class Point:
    """One policy of a curve."""

    policy: str
    setting: float
    recorded: Score
    paused: Score
    """Of the held-out half: turns as they were recorded, and turns with pauses put in."""


@dataclass(frozen=True)
class EndpointingReport:
    """All that `bench endpointing` found."""

    load_before: float
    load_after: float
    lines: dict[str, int]
    default: dict[str, Score]
    """Of the default settings on the held-out half, by corpus and kind of turn, and of all."""
    silence: dict[str, Score]
    """The same of silence alone, as long as it takes without an end-of-turn model."""
    tuning: dict[str, Score]
    """Of the default settings on the half that they were chosen on."""
    curves: list[Point]


async def measure(plan: Plan, ears: Ears, note: Note) -> EndpointingReport:
    """Fetch the recordings, let the engines hear them, try the policies. Raises `NpcEngineError`."""
    before = load()
    lines = corpora_fake.lines() if plan.fake else _lines(plan, note)
    Random(plan.seed).shuffle(lines)
    halves = [[line for line in lines if is_for_tuning(line.recording) is half] for half in (True, False)]
    tuning, held_out = [await _traced(half, ears, note) for half in halves]
    return report(tuning, held_out, before)


def is_for_tuning(recording: Recording) -> bool:
    """Whether it belongs to the half on which settings are chosen; so for good, whatever else is measured."""
    return hashlib.sha256(f"{recording.corpus} {recording.name}".encode()).digest()[0] % 2 == 0


def report(tuning: Sequence[Trace], held_out: Sequence[Trace], load_before: float = 0.0) -> EndpointingReport:
    """Try the policies on both halves, neither of which is empty."""
    settings = EndpointingSettings()
    ours, silence = _played(held_out, settings), _played(held_out, settings, judge=False)
    corpora_ = dict.fromkeys(each.corpus for each in held_out)
    lines = {corpus: len({each.name for each in [*tuning, *held_out] if each.corpus == corpus}) for corpus in corpora_}
    return EndpointingReport(
        load_before=load_before,
        load_after=load(),
        lines=lines,
        default=_groups(ours),
        silence=_groups(silence),
        tuning=_groups(_played(tuning, settings)),
        curves=_curves(held_out, settings),
    )


def _curves(traces: Sequence[Trace], settings: EndpointingSettings) -> list[Point]:
    def point(policy: str, setting: float, tried: EndpointingSettings, judge: bool) -> Point:
        outcomes = _played(traces, tried, judge)
        recorded = [each for each in outcomes if each.trace.kind == "recorded"]
        paused = [each for each in outcomes if each.trace.kind != "recorded"]
        return Point(policy, setting, score(recorded), score(paused))

    silence = [point("silence", each, replace(settings, min_silence=each), False) for each in SILENCES]
    ours = [
        point("understanding", factor, replace(settings, evidence=_eager(settings.evidence, factor)), True)
        for factor in PRIORS
    ]
    return [*silence, *ours]


def _eager(evidence: Evidence, factor: float) -> Evidence:
    return replace(evidence, prior=evidence.prior * factor)


def _played(traces: Sequence[Trace], settings: EndpointingSettings, judge: bool = True) -> list[Outcome]:
    """Each player speaks turns of one kind: some people make pauses, and others don't."""
    kinds = dict.fromkeys(trace.kind for trace in traces)
    same = [[trace for trace in traces if trace.kind == kind] for kind in kinds]
    groups = itertools.chain.from_iterable(players(each, PLAYER) for each in same)
    return list(itertools.chain.from_iterable(replay(each, settings, judge) for each in groups))


def _groups(outcomes: Sequence[Outcome]) -> dict[str, Score]:
    keys = sorted({(each.trace.corpus, each.trace.kind) for each in outcomes})
    found = {
        f"{corpus}, {kind}": score([one for one in outcomes if (one.trace.corpus, one.trace.kind) == (corpus, kind)])
        for corpus, kind in keys
    }
    for kind in dict.fromkeys(each.trace.kind for each in outcomes):
        found[f"all, {kind}"] = score([one for one in outcomes if one.trace.kind == kind])
    return {**found, "all": score(outcomes)}


def _lines(plan: Plan, note: Note) -> list[Line]:
    said = [*corpora.novel(note), *corpora.prompts(note), *_game_lines(corpora.game(note), plan)]
    said = [line for line in said if line.seconds <= _LONGEST]
    model = Store().resolve("recognition", plan.config.models.recognition).path
    note(f"finding the words of {len(said)} lines")
    return with_words(said, model, plan.config.threads.recognition, corpora.folder() / "words", note)


def _game_lines(lines: Sequence[Recording], plan: Plan) -> list[Recording]:
    """Some that end what a character says: the last parts, of those in several parts."""
    last = {line.name[:-1]: line for line in sorted(lines, key=lambda line: line.name)}
    usable = [line for line in last.values() if _SHORTEST <= line.seconds <= _LONGEST]
    return Random(plan.seed).sample(usable, min(plan.game, len(usable)))


async def _traced(lines: Sequence[Line], ears: Ears, note: Note) -> list[Trace]:
    async with AsyncExitStack() as stack:
        engines = Engines(
            *[await started(spec, stack) for spec in (ears.voice_activity, ears.recogniser, ears.turn_judge)]
        )
        found: list[Trace] = []
        for number, line in enumerate(lines):
            slowness = SLOWNESS[number // PLAYER % len(SLOWNESS)]
            found += [await trace(turn, engines) for turn in turns(line, slowness=slowness)]
            if number % 20 == 19:
                note(f"{number + 1} of {len(lines)} lines of this half were heard")
        return found
