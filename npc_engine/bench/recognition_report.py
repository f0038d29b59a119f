"""The outcome of the recognition benchmark as tables. Measures nothing."""

from __future__ import annotations

from dataclasses import asdict

from npc_engine.bench.corpora import DESCRIPTIONS
from npc_engine.bench.findings import Findings, Section, facts
from npc_engine.bench.recognition import RecognitionReport


def findings(report: RecognitionReport, model: str) -> Findings:
    """What is shown; to be asked for when the run is over."""
    return Findings(
        [*facts({"recognition": model}, report.load_before), *_recordings(report)],
        [_words(report), _nothing(report)],
        {**asdict(report), "gap": {name: found.gap for name, found in report.corpora.items()}},
    )


def _recordings(report: RecognitionReport) -> list[str]:
    return [f"{name}: {DESCRIPTIONS[name]}" for name in report.corpora if name in DESCRIPTIONS]


def _words(report: RecognitionReport) -> Section:
    rows = [
        [
            name,
            str(found.sentences),
            str(found.short.words),
            f"{100 * found.short.rate:.2f}",
            f"{100 * found.whole.rate:.2f}",
            f"{found.gap:+.2f}",
            f"{found.short_ms:.0f}",
            f"{found.whole_ms:.0f}",
        ]
        for name, found in report.corpora.items()
    ]
    columns = ["", "sentences", "words", "short, %", "30 s, %", "points worse", "short, ms", "30 s, ms"]
    return Section("word error rate of the short window and of 30 s; median time", columns, rows)


def _nothing(report: RecognitionReport) -> Section:
    rows = [
        [
            kind,
            str(found.count),
            str(len(found.texts)),
            str(found.let_through),
            ", ".join(sorted(set(found.texts)))[:60],
        ]
        for kind, found in report.sounds.items()
    ]
    columns = ["", "sounds", "with text", "taken for speech", "texts"]
    return Section("text where nothing was said", columns, rows)
