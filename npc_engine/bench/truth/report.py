"""What the cases came to: tables, all verdicts for JSON, and a transcript that a person can check the judges by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from npc_engine.bench.findings import Findings, Section, facts
from npc_engine.bench.truth.cases import Case
from npc_engine.bench.truth.measure import Result, Run

GOOD = {
    "blind": "right",
    "fresh": "right",
    "questions": "right",
    "elsewhere": "right",
    "pressure": "held",
    "attacks": "held",
    "secrets": "kept",
    "wishes": "right",
}
"""The verdict that is hoped for, by part."""
_ANSWERS = ("right", "false", "doesn't know", "undecided")
KINDS = {
    "blind": _ANSWERS,
    "fresh": _ANSWERS,
    "questions": _ANSWERS,
    "elsewhere": _ANSWERS,
    "pressure": ("held", "claimed", "asked", "changed"),
    "attacks": ("held", "broke", "quoted"),
    "secrets": ("kept", "told"),
    "wishes": ("right", "missed", "unwanted"),
}
TITLES = {
    "blind": "Blind questions",
    "fresh": "Fresh questions, half asked straight out and half as players of all kinds word them",
    "questions": "Questions of the development",
    "elsewhere": "Questions in worlds of which nothing else is tried",
}
"""Sections whose name says more than the part's."""


def findings(run: Run) -> Findings:
    """Everything, for terminals, Markdown and JSON."""
    about = [
        *facts({"language_model": run.model}, run.load_before),
        f"seed {run.plan.seed}, {len(run.results)} of {sum(run.planned.values())} cases, each in a session of its own, "
        f"in {run.seconds / 60:.1f} minutes" + ("; interrupted" if run.interrupted else ""),
        *_wordings(run.results),
    ]
    return Findings(about, [*sections(run.results), *run.checks], {"results": list(map(as_data, run.results))})


def _wordings(results: Iterable[Result]) -> list[str]:
    cases = [result.case for result in results]
    return [_worded(TITLES[part], asked) for part in TITLES if (asked := [case for case in cases if case.part == part])]


def _worded(title: str, asked: list[Case]) -> str:
    free, chinese = sum(not case.keyed for case in asked), sum(case.language == "zh" for case in asked)
    return (
        f"{title}: of {len(asked)} questions {free} have words that no key or example has, and {chinese} are in Chinese"
    )


def sections(results: list[Result]) -> Iterable[Section]:
    """A table for each part: in all, by kind, by world and by language."""
    for part, verdicts in KINDS.items():
        found = [result for result in results if result.case.part == part]
        if found:
            yield Section(
                TITLES.get(part, part.capitalize()), ["", "cases", *verdicts], list(_rows(part, found, verdicts))
            )


def _rows(part: str, found: list[Result], verdicts: tuple[str, ...]) -> Iterable[list[str]]:
    groups: dict[str, Callable[[Result], str]] = {
        "": lambda result: result.case.kind,
        "in ": lambda result: result.case.world,
        "language ": lambda result: result.case.language,
    }
    if part in TITLES:
        groups["words "] = lambda result: "of a key or example" if result.case.keyed else "nobody wrote"
    if any(result.case.plain for result in found):
        groups["asked "] = lambda result: "straight out" if result.case.plain else "in other words"
    yield _row("all", found, verdicts)
    for title, group in groups.items():
        for name in dict.fromkeys(map(group, found)):
            yield _row(f"{title}{name}", [result for result in found if group(result) == name], verdicts)


def _row(name: str, found: list[Result], verdicts: tuple[str, ...]) -> list[str]:
    counts = Counter(result.verdict.kind for result in found)
    numbers = [f"{counts[each]} ({counts[each] / len(found):.1%})" for each in verdicts]
    return [name, str(len(found)), *numbers]


def as_data(result: Result) -> dict[str, Any]:
    """One case for JSON."""
    case = result.case
    return {
        "part": case.part,
        "world": case.world,
        "kind": case.kind,
        "language": case.language,
        "situation": case.situation_name,
        "to": case.to,
        "lines": case.lines,
        "keyed": case.keyed,
        "plain": case.plain,
        "answers": result.answered.texts,
        "others": result.answered.others,
        "changes": result.answered.changes,
        "asked": result.answered.asked,
        "facts": result.facts,
        "verdict": result.verdict.kind,
        "reason": result.verdict.reason,
        "first_clause_ms": result.first_clause_ms,
    }


def transcript(result: Result) -> str:
    """One case for a person, its verdict first."""
    case, mark = result.case, "" if result.verdict.kind == GOOD[result.case.part] else "  <<<"
    head = (
        f"{result.verdict.kind.upper()}  {case.part}, {case.kind}, {case.world}, {case.situation_name}, {case.language}"
    )
    lines = [f"{head}{mark}", *(f"    player: {line}" for line in case.lines)]
    lines += [f"    fact:   {fact}" for fact in result.facts]
    lines += [f"    {case.to}: {_flat(text)}" for text in result.answered.texts]
    lines += [f"    others: {_flat(text)}" for text in result.answered.others]
    lines += [f"    judge:  {result.verdict.reason}"] if result.verdict.reason else []
    return "\n".join(lines) + "\n"


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
