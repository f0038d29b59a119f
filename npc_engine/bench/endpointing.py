"""Measure endpointing on recordings of people: how often turns are ended too early, and the wait after those that end.

The server's engines hear every turn once, and what they say is kept in the cache: voice activity window by window, the
end-of-turn model and recognition at its pauses. Then policies are replayed on it, in seconds of audio, with a stated
time for each answer; so a run does not depend on the machine's load. The material is split in two by lines: the default
settings were chosen on one half and are reported on the other.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
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
from npc_engine.core.ending import Ending
from npc_engine.core.endpointing import EndpointingSettings
from npc_engine.core.patience import Evidence, Waits
from npc_engine.models.store import Store

PLAYER = 12
"""Turns that one player speaks in a row: so many to get to know a pace."""
SLOWNESS = (0.6, 1.0, 1.6)
"""Factors on the pauses of quick, middling and slow players, who come in turn."""
SILENCES = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2, 1.5)
"""Seconds: the policies that know nothing but silence."""
SILENCE = 0.45
"""Seconds: what is compared in full."""
WORTHS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8, 1.1, 1.5)
"""Seconds of `Waits.worth`: the same policy, less and less eager."""
LIMIT = 0.06
"""Share of all turns that may be cut off when parts of the policy are compared by their waits."""
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
    all: Score


@dataclass(frozen=True)
class EndpointingReport:
    """All that `bench endpointing` found."""

    load_before: float
    load_after: float
    lines: dict[str, int]
    default: dict[str, Score]
    """Of the default settings on the held-out half, by corpus and kind of turn, and of all."""
    silence: dict[str, Score]
    """The same of `SILENCE` alone."""
    tuning: dict[str, Score]
    """Of the default settings on the half that they were chosen on."""
    curves: list[Point]
    parts: list[Point]
    """Each part of the policy alone, so patient that it cuts off no more than `LIMIT`, or as patient as was tried."""


async def measure(plan: Plan, ears: Ears, note: Note) -> EndpointingReport:
    """Fetch the recordings, let the engines hear them, try the policies. Raises `NpcEngineError`."""
    before = load()
    lines = corpora_fake.lines() if plan.fake else _lines(plan, note)
    Random(plan.seed).shuffle(lines)
    halves = [[line for line in lines if is_for_tuning(line.recording) is half] for half in (True, False)]
    cache = None if plan.fake else corpora.folder() / "heard"
    tuning, held_out = [await _traced(half, ears, cache, note) for half in halves]
    return report(tuning, held_out, before)


def is_for_tuning(recording: Recording) -> bool:
    """Whether it belongs to the half on which settings are chosen; so for good, whatever else is measured."""
    return hashlib.sha256(f"{recording.corpus} {recording.name}".encode()).digest()[0] % 2 == 0


def report(tuning: Sequence[Trace], held_out: Sequence[Trace], load_before: float = 0.0) -> EndpointingReport:
    """Try the policies on both halves, neither of which is empty."""
    settings = EndpointingSettings()
    ours = _played(held_out, settings)
    silence = _played(held_out, replace(settings, waits=silent(SILENCE)), judge=False)
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
        parts=_parts(held_out, settings),
    )


def _curves(traces: Sequence[Trace], settings: EndpointingSettings) -> list[Point]:
    silence = [_point("silence", each, traces, replace(settings, waits=silent(each)), judge=False) for each in SILENCES]
    return silence + _sweep("understanding", settings.evidence, traces, settings)


def silent(seconds: float) -> Waits:
    """The policy that knows nothing but silence."""
    return Waits(shortest=seconds, longest=seconds, quickest_pace=1.0, slowest_pace=1.0)


def _sweep(name: str, evidence: Evidence, traces: Sequence[Trace], settings: EndpointingSettings) -> list[Point]:
    waits = [replace(settings.waits, worth=worth, longest=max(settings.waits.longest, 6 * worth)) for worth in WORTHS]
    return [_point(name, each.worth, traces, replace(settings, evidence=evidence, waits=each)) for each in waits]


def _point(
    policy: str, setting: float, traces: Sequence[Trace], tried: EndpointingSettings, judge: bool = True
) -> Point:
    outcomes = _played(traces, tried, judge)
    recorded = [each for each in outcomes if each.trace.kind == "recorded"]
    paused = [each for each in outcomes if each.trace.kind != "recorded"]
    return Point(policy, setting, score(recorded), score(paused), score(outcomes))


def _parts(traces: Sequence[Trace], settings: EndpointingSettings) -> list[Point]:
    """Of each part of the policy alone and together, the first setting that cuts off no more than `LIMIT`."""
    whole = settings.evidence
    mute: dict[Ending, float] = dict.fromkeys(whole.endings, 0.0)
    deaf = replace(whole, fading=0.0, endings=mute, no_ending=0.0)
    kinds = {
        "the end-of-turn model": replace(deaf, trust=1.0),
        "how softly the voice ended": replace(deaf, fading=whole.fading),
        "the words": replace(whole, fading=0.0),
        "words and voice": whole,
        "all three": replace(whole, trust=0.15),
    }
    curves = [_sweep(name, evidence, traces, settings) for name, evidence in kinds.items()]
    curves.insert(0, [point for point in _curves(traces, settings) if point.policy == "silence"])
    return [next((point for point in curve if point.all.inside <= LIMIT), curve[-1]) for curve in curves]


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


async def _traced(lines: Sequence[Line], ears: Ears, cache: Path | None, note: Note) -> list[Trace]:
    async with AsyncExitStack() as stack:
        specs = (ears.voice_activity, ears.recogniser, ears.turn_judge)
        names = tuple(f"{spec.factory} {Path(str(spec.arguments.get('path', ''))).name}" for spec in specs)
        hears, recognises, judges = [await started(spec, stack) for spec in specs]
        engines = Engines(hears, recognises, judges, names)
        found: list[Trace] = []
        for number, line in enumerate(lines):
            slowness = SLOWNESS[number // PLAYER % len(SLOWNESS)]
            found += [await trace(turn, engines, cache) for turn in turns(line, slowness=slowness)]
            if number % 20 == 19:
                note(f"{number + 1} of {len(lines)} lines of this half were heard")
        return found
