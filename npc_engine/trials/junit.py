"""Trials as JUnit XML, which build servers read."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from npc_engine.trials.performing import Act, Trial
from npc_engine.trials.tally import by_model

_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML can not hold."""


def as_junit(trials: list[Trial]) -> str:
    """A test suite for each model, a test case for each trial."""
    root = ElementTree.Element("testsuites")
    for model, played in by_model(trials).items():
        failed = sum(not trial.passed for trial in played)
        seconds = sum(trial.seconds for trial in played)
        counts = {"tests": str(len(played)), "failures": str(failed), "time": f"{seconds:.3f}"}
        suite = ElementTree.SubElement(root, "testsuite", {"name": model, **counts})
        for trial in played:
            _case(suite, trial)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _case(suite: ElementTree.Element, trial: Trial) -> None:
    about = {"classname": trial.file.as_posix(), "name": trial.title, "time": f"{trial.seconds:.3f}"}
    case = ElementTree.SubElement(suite, "testcase", about)
    failures = [f"step {act.number}: {each.what}; found: {each.found}" for act in trial.acts for each in act.failures]
    if failures:
        failure = ElementTree.SubElement(case, "failure", {"message": _clean(failures[0])})
        failure.text = _clean("\n".join(failures))
    ElementTree.SubElement(case, "system-out").text = _clean("\n".join(map(_transcript, trial.acts)))


def _transcript(act: Act) -> str:
    said = [f"    {each.actor_id}: {each.text}" for each in act.outcome.spoken]
    return "\n".join([f"{act.number}. {act.happened}", *said])


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("?", text)
