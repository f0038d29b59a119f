"""Count what trials came to, and compare two models assertion by assertion. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from npc_engine.trials.performing import Trial

Key = tuple[str, int, str]
"""An assertion that every run of a scenario makes: `scenario [language]`, step, what."""


@dataclass(frozen=True)
class Rate:
    """How often something was as expected."""

    passed: int = 0
    of: int = 0

    def __str__(self) -> str:
        return f"{self.passed}/{self.of}"


@dataclass(frozen=True)
class Difference:
    """An assertion that two models pass unequally often."""

    scenario: str
    step: int
    what: str
    rates: tuple[Rate, Rate]
    found: str
    """What a model that failed came up with."""


def rates(trials: Iterable[Trial]) -> dict[Key, Rate]:
    """How often each assertion held."""
    found: dict[Key, Rate] = defaultdict(Rate)
    for trial in trials:
        for act in trial.acts:
            for what in dict.fromkeys(check.what for check in act.checks):
                key = (f"{trial.name} [{trial.language}]", act.number, what)
                held = all(check.passed for check in act.checks if check.what == what)
                found[key] = Rate(found[key].passed + held, found[key].of + 1)
    return dict(found)


def total(trials: Sequence[Trial]) -> Rate:
    """How many trials passed."""
    return Rate(sum(trial.passed for trial in trials), len(trials))


def assertions(trials: Iterable[Trial]) -> Rate:
    """How many assertions held, over all runs."""
    checks = [check for trial in trials for act in trial.acts for check in act.checks]
    return Rate(sum(check.passed for check in checks), len(checks))


def by_model(trials: Iterable[Trial]) -> dict[str, list[Trial]]:
    """The trials of each model, in the order in which models came."""
    found: dict[str, list[Trial]] = {}
    for trial in trials:
        found.setdefault(trial.model, []).append(trial)
    return found


def differences(first: Sequence[Trial], second: Sequence[Trial]) -> list[Difference]:
    """The assertions that hold unequally often, in the order of the scenarios."""
    ours, theirs = rates(first), rates(second)
    return [
        Difference(*key, (ours.get(key, Rate()), theirs.get(key, Rate())), _found(key, [*first, *second]))
        for key in dict.fromkeys([*ours, *theirs])
        if _share(ours.get(key)) != _share(theirs.get(key))
    ]


def _share(rate: Rate | None) -> float | None:
    return rate.passed / rate.of if rate else None


def _found(key: Key, trials: Iterable[Trial]) -> str:
    for trial in trials:
        for act in trial.acts:
            for check in act.failures:
                if key == (f"{trial.name} [{trial.language}]", act.number, check.what):
                    return check.found
    return ""
