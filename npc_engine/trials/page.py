"""Trials as one page of HTML that needs nothing besides: every line, every answer, every assertion."""

from __future__ import annotations

from html import escape

from npc_engine.trials.checks import Check
from npc_engine.trials.performing import Act, Trial
from npc_engine.trials.tally import Difference, assertions, by_model, differences, total

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #ddd; }
details { border: 1px solid #ddd; border-radius: .4rem; margin: .5rem 0; padding: .4rem .8rem; }
summary { cursor: pointer; font-weight: 600; } .pass { color: #187a3d; } .fail { color: #b3261e; }
.line { margin: .6rem 0 0; } .said { margin-left: 1.5rem; } .check { margin-left: 1.5rem; font-size: .85rem; }
.dim { color: #777; }
@media (prefers-color-scheme: dark) { body { background: #16181c; color: #ddd; } details, th, td { border-color: #444; }
.pass { color: #63c384; } .fail { color: #ff8a80; } }
"""


def as_page(trials: list[Trial]) -> str:
    """The page, complete."""
    models = by_model(trials)
    body = ["<h1>Scenarios of characters</h1>", _summary(models)]
    if len(models) == 2:
        first, second = models
        body.append(_compared(first, second, differences(models[first], models[second])))
    for model, played in models.items():
        body += [f"<h2>{escape(model)}</h2>", *map(_trial, played)]
    head = "<meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>Scenarios</title>"
    head += f"<style>{_STYLE}</style>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{''.join(body)}</body></html>\n"


def _summary(models: dict[str, list[Trial]]) -> str:
    rows = [
        _row(model, str(total(played)), str(assertions(played)), f"{sum(each.seconds for each in played):.1f} s")
        for model, played in models.items()
    ]
    return _table(("model", "scenarios passed", "assertions held", "time"), rows)


def _compared(first: str, second: str, found: list[Difference]) -> str:
    rows = [_row(each.scenario, str(each.step), each.what, *map(str, each.rates), each.found) for each in found]
    table = _table(("scenario", "step", "assertion", first, second, "found"), rows)
    return f"<h2>Where the two differ</h2>{table if rows else '<p>Nowhere.</p>'}"


def _table(head: tuple[str, ...], rows: list[str]) -> str:
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    return f"<table><tr>{cells}</tr>{''.join(rows)}</table>"


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _trial(trial: Trial) -> str:
    mark = _mark(trial.passed)
    opened = "" if trial.passed else " open"
    file = f"<div class='dim'>{escape(trial.file.as_posix())}, {trial.seconds:.1f} s</div>"
    acts = "".join(map(_act, trial.acts))
    return f"<details{opened}><summary>{mark} {escape(trial.title)}</summary>{file}{acts}</details>"


def _act(act: Act) -> str:
    took = f" <span class='dim'>{act.outcome.first_clause_ms} ms</span>" if act.outcome.first_clause_ms else ""
    said = "".join(
        f"<div class='said'><b>{escape(each.actor_id)}</b>: {escape(each.text)}</div>" for each in act.outcome.spoken
    )
    facts = act.outcome.why.facts if act.outcome.why else ()
    said += "".join(f"<div class='check dim'>fact: {escape(fact)}</div>" for fact in facts)
    said += "".join(
        f"<div class='check dim'>asks for {escape(each.name)} {escape(str(each.args))}</div>"
        for each in act.outcome.asked
    )
    checks = "".join(map(_check, act.checks))
    return f"<div class='line'>{act.number}. {escape(act.happened)}{took}</div>{said}{checks}"


def _check(check: Check) -> str:
    found = "" if check.passed else f": {escape(check.found)}"
    return f"<div class='check'>{_mark(check.passed)} {escape(check.what)}{found}</div>"


def _mark(passed: bool) -> str:
    return f"<span class='{'pass' if passed else 'fail'}'>{'✓' if passed else '✗'}</span>"
