"""The outcome of the endpointing benchmark as tables. Measures nothing."""

from __future__ import annotations

from dataclasses import asdict

from npc_engine.bench.corpora import DESCRIPTIONS
from npc_engine.bench.endpointing import LIMIT, SILENCE, EndpointingReport, Point
from npc_engine.bench.endpointing_material import NOISE, PAUSE_MEDIAN, PAUSE_SPREAD
from npc_engine.bench.endpointing_replay import JUDGEMENT_TAKES, TRANSCRIPT_TAKES, Score
from npc_engine.bench.findings import Findings, Section, facts

_COLUMNS = ["", "turns", "cut off inside a sentence, %", "between two, %", "median wait, s", "p90, s"]
_CURVE = ["", "as recorded: cut off, %", "median wait, s", "with pauses: cut off, %", "median wait, s", "cut off"]
_PARTS = ["", "cut off, %", "as recorded, %", "median wait, s", "as recorded, s", "p90, s"]
_WIDTH = 30
_FULL = 0.6
"""Share of turns cut off that fills a bar."""


def findings(report: EndpointingReport, models: dict[str, str]) -> Findings:
    """What is shown; to be asked for when the run is over."""
    return Findings(
        [*facts(models, report.load_before), *_material(report)],
        [
            Section("default settings, held-out half", _COLUMNS, _rows(report.default)),
            Section(f"{SILENCE} s of silence alone, held-out half", _COLUMNS, _rows(report.silence)),
            Section("default settings, the half that they were chosen on", _COLUMNS, _rows(report.tuning)),
            _curve(report, "silence", "silence alone, by its seconds, held-out half"),
            _curve(
                report,
                "understanding",
                "words and voice, by the seconds for each unit of log odds in doubt, held-out half",
            ),
            Section(f"the wait of each part that cuts off at most {LIMIT:.0%}, held-out half", _PARTS, _parts(report)),
        ],
        asdict(report),
    )


def _material(report: EndpointingReport) -> list[str]:
    corpora = [f"{name}: {count} lines. {DESCRIPTIONS.get(name, '')}" for name, count in report.lines.items()]
    return [
        *corpora,
        f"pauses put in: log-normal, median {PAUSE_MEDIAN} s, spread {PAUSE_SPREAD}; room noise {NOISE:.0f} dB below",
        f"in seconds of audio; a judgement takes {JUDGEMENT_TAKES} s, a transcript {TRANSCRIPT_TAKES} s",
    ]


def _rows(scores: dict[str, Score]) -> list[list[str]]:
    return [[name, *_cells(score)] for name, score in scores.items()]


def _cells(score: Score) -> list[str]:
    inside, between = (f"{100 * share:.1f}" for share in (score.inside, score.between))
    return [str(score.turns), inside, between, f"{score.median:.2f}", f"{score.p90:.2f}"]


def _curve(report: EndpointingReport, policy: str, title: str) -> Section:
    points = [point for point in report.curves if point.policy == policy]
    return Section(title, _CURVE, [_point(point) for point in points])


def _parts(report: EndpointingReport) -> list[list[str]]:
    return [
        [
            point.policy,
            *(f"{100 * score.inside:.1f}" for score in (point.all, point.recorded)),
            *(f"{score.median:.2f}" for score in (point.all, point.recorded)),
            f"{point.all.p90:.2f}",
        ]
        for point in report.parts
    ]


def _point(point: Point) -> list[str]:
    halves = [[f"{100 * score.inside:.1f}", f"{score.median:.2f}"] for score in (point.recorded, point.paused)]
    bar = "#" * round(min(1.0, point.paused.inside / _FULL) * _WIDTH)
    return [f"{point.setting:g}", *halves[0], *halves[1], bar]
