"""Scenarios played with scripted engines: that what is wrong fails, what is right passes, and reports tell which."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conversing import WORLD, persona
from serving import scripted_engines
from typer.testing import CliRunner

from npc_engine.cli import app
from npc_engine.ensemble import Engines
from npc_engine.errors import InvalidFile
from npc_engine.protocol import ActionRequested, ActionResult, Error, WorldSet
from npc_engine.terminal import trying
from npc_engine.trials.checks import Seen, changed, check
from npc_engine.trials.junit import as_junit
from npc_engine.trials.page import as_page
from npc_engine.trials.performing import Bench, Script, Trial, game, perform
from npc_engine.trials.scenario import Expect, Reply, Scenario
from npc_engine.trials.stage import Outcome, Spoken
from npc_engine.trials.tally import assertions, differences, total

pytestmark = pytest.mark.anyio

ADA = persona(world=WORLD)
TOM = persona(name="Old Tom", languages=["en"])
FILE = Path("personas/ada/scenarios/talk.yaml")


async def played(replies: dict[str, str], *steps: dict[str, Any], **changes: Any) -> Trial:
    """The scenario with these steps, played with a model that answers by `replies`."""
    scenario = Scenario.model_validate({"name": "A talk", "cast": {"ada": "ada"}, "steps": list(steps)} | changes)
    engines = scripted_engines(replies)
    await engines.start()
    try:
        bench = _bench(engines)
        return await perform(Script(FILE, scenario), scenario.languages[0], 1, bench)
    finally:
        await engines.stop()


def _bench(engines: Engines, model: str = "scripted") -> Bench:
    return Bench({"ada": ADA, "tom": TOM}, engines, model)


def failures(trial: Trial) -> list[str]:
    """What was not as expected."""
    return [check.what for act in trial.acts for check in act.failures]


async def test_a_right_answer_passes() -> None:
    step = {"say": "Where is Tom?", "expect": {"said": {"all": ["saloon"]}, "answers": ["ada"], "unchanged": True}}
    trial = await played({"Where is Tom?": "In the saloon."}, step)
    assert failures(trial) == []
    assert trial.passed
    assert trial.acts[0].outcome.text == "In the saloon."


async def test_a_wrong_answer_fails_and_what_was_said_is_told() -> None:
    step = {"say": "Where is Tom?", "expect": {"said": {"any": ["saloon", "bar"], "none": ["bank"]}}}
    trial = await played({"Where is Tom?": "In the bank."}, step)
    assert failures(trial) == ["says one of 'saloon', 'bar'", "does not say 'bank'"]
    assert trial.acts[0].failures[0].found == "In the bank."


async def test_the_game_moves_state_and_quest() -> None:
    step = {"set": {"quest.safe": "open_safe", "weather": "rain"}}
    trial = await played({}, step | {"expect": {"quest": {"safe": "open_safe"}, "state": {"weather": "rain"}}})
    assert failures(trial) == []
    moved = await played({}, step | {"expect": {"unchanged": True, "quest": {"safe": "find_key"}}})
    assert failures(moved) == ["quest.safe is find_key", "changes nothing"]


async def test_who_joins_can_answer_and_who_left_can_not() -> None:
    steps = [
        {"join": {"tom": "tom"}},
        {"say": "Old Tom, hello!", "to": "tom", "expect": {"answers": ["tom"]}},
        {"leave": "tom"},
        {"say": "Anybody there?", "to": "tom"},
    ]
    trial = await played({}, *steps)
    assert failures(trial) == ["no error actor_not_found"]


async def test_events_and_waiting_are_steps_too() -> None:
    event = {"event": {"name": "rain", "text": "It rains.", "respond": "must"}, "expect": {"answers": ["ada"]}}
    trial = await played({"(It rains.)": "Rain at last!"}, event, {"wait": 0.01, "expect": {"answers": []}})
    assert failures(trial) == []
    assert [act.happened for act in trial.acts] == ["event rain", "wait 0.01"]


async def test_a_scenario_is_played_in_the_language_that_is_asked_for() -> None:
    step = {
        "say": {"en": "Hello", "zh": "你好"},
        "expect": {"said": {"all": {"zh": ["你好"]}}, "language": "zh", "unknown": False},
    }
    trial = await played({"你好": "你好，朋友。"}, step, languages=["zh"])
    assert failures(trial) == []


# Single assertions


def seen(text: str = "", **changes: Any) -> Seen:
    """What came of a step in which Ada said `text`."""
    spoken = [Spoken("ada", text)] if text else []
    outcome = Outcome(**({"spoken": spoken, "first_clause_ms": 300} | changes))
    return Seen(outcome, {"a": 1}, {"a": 1}, {"ada": ADA}, "en")


def failed(expect: dict[str, Any], found: Seen, timing: bool = False) -> list[str]:
    return [each.what for each in check(Expect.model_validate(expect), found, timing) if not each.passed]


GIVE = ActionRequested(action_id="a1", actor_id="ada", name="give", args={"item": "key", "to": "player"}, deadline_ms=5)


def test_actions_are_compared_by_name_arguments_and_actor() -> None:
    wanted = {"name": "give", "args": {"item": "key"}, "by": "ada"}
    assert failed({"actions": [wanted]}, seen(asked=[GIVE])) == []
    assert failed({"actions": [wanted | {"by": "tom"}]}, seen(asked=[GIVE]))
    assert failed({"actions": [wanted | {"args": {"item": "map"}}]}, seen(asked=[GIVE]))
    assert failed({"actions": []}, seen(asked=[GIVE])) == ["asks for no action"]
    assert failed({"actions": []}, seen()) == []


def test_errors_always_fail() -> None:
    assert failed({}, seen(errors=[Error(code="engine_failed", message="lost")])) == ["no error engine_failed"]


def test_admitted_ignorance_is_wanted_or_not() -> None:
    assert failed({"unknown": True}, seen("In the saloon.")) == ["says that it does not know"]
    assert failed({"unknown": False}, seen("I don't know.")) == ["has an answer"]


def test_a_break_of_the_persona_fails_unless_it_is_allowed() -> None:
    assert failed({}, seen("I am an AI trained by OpenAI.")) == ["stays in character"]
    assert failed({"in_character": False}, seen("I am an AI trained by OpenAI.")) == []


def test_facts_are_looked_for_beside_the_line() -> None:
    assert failed({"facts": ["saloon"]}, seen("Hm.")) == ["is given the fact 'saloon'"]


def test_another_language_is_noticed() -> None:
    assert failed({"language": "zh"}, seen("Hello.")) == ["answers in zh"]


def test_time_is_only_asserted_when_that_is_asked_for() -> None:
    assert failed({"within_ms": 200}, seen("Hello.")) == []
    assert failed({"within_ms": 200}, seen("Hello."), timing=True) == ["first clause within 200 ms"]
    assert failed({"within_ms": 400}, seen("Hello."), timing=True) == []


def test_changes_of_the_state_are_told() -> None:
    assert changed({"a": 1, "b": 2}, {"a": 1, "b": 3}) == ["b from 2 to 3"]


def test_the_game_answers_as_its_script_says_and_refuses_all_else() -> None:
    script = {"give": Reply(answer="done", set={"key.owner": "player"}), "wave": Reply(answer="none")}
    assert list(game(script, "en")(GIVE)) == [
        WorldSet(values={"key.owner": "player"}),
        ActionResult(action_id="a1", status="done"),
    ]
    assert list(game(script, "en")(GIVE.model_copy(update={"name": "wave"}))) == []
    assert list(game({}, "en")(GIVE)) == [ActionResult(action_id="a1", status="refused")]


# Reports


async def test_two_models_are_compared_assertion_by_assertion() -> None:
    step = {"say": "Where is Tom?", "expect": {"said": {"any": ["saloon"]}}}
    good = await played({"Where is Tom?": "In the saloon."}, step)
    bad = await played({"Where is Tom?": "In the bank."}, step)
    (difference,) = differences([good, good], [bad, good])
    assert (difference.step, difference.what) == (1, "says one of 'saloon'")
    assert [str(rate) for rate in difference.rates] == ["2/2", "1/2"]
    assert difference.found == "In the bank."
    assert (str(total([good, bad])), str(assertions([good, bad]))) == ("1/2", "3/4")
    assert differences([good], [good]) == []


async def test_reports_hold_what_failed_and_are_well_formed() -> None:
    step = {"say": "Where is Tom?", "expect": {"said": {"any": ["saloon"]}}}
    good = await played({"Where is Tom?": "In the saloon."}, step)
    bad = Trial(**{**vars(await played({"Where is Tom?": "In the R&D bank."}, step)), "model": "other"})
    root = ElementTree.fromstring(as_junit([good, bad]))
    assert [suite.get("failures") for suite in root] == ["0", "1"]
    failure = root[1][0].find("failure")
    assert failure is not None
    assert "In the R&D bank." in str(failure.text)
    page = as_page([good, bad])
    assert "In the R&amp;D bank." in page
    assert "Where the two differ" in page
    assert not re.search(r"(?:src|href)=", page)


# The command line

SCENARIO = """
name: Facts
cast: {ada: deadwood}
steps:
  - say: Where is the key?
    expect: {said: {any: [WORDS]}}
"""


def run(folder: Path, words: str, *options: str) -> Any:
    file = folder / "facts.yaml"
    file.write_text(SCENARIO.replace("WORDS", words), encoding="utf-8")
    return CliRunner().invoke(app, ["test", str(file), "--fake", *options])


def test_the_command_passes_what_is_right(tmp_path: Path) -> None:
    result = run(tmp_path, "saloon", "--seeds", "1,2", "--repeat", "2")
    assert result.exit_code == 0, result.output
    assert "4/4" in result.output


def test_the_command_fails_what_is_wrong_and_writes_reports(tmp_path: Path) -> None:
    junit, page = tmp_path / "t.xml", tmp_path / "t.html"
    result = run(tmp_path, "moon", "--junit", str(junit), "--html", str(page))
    assert result.exit_code == 1
    assert "says one of 'moon'" in result.output
    assert ElementTree.parse(junit).getroot()[0].get("failures") == "1"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("options", [["--compare"], ["--seeds", "one"]])
def test_what_can_not_be_asked_for_is_refused(tmp_path: Path, options: list[str]) -> None:
    assert run(tmp_path, "saloon", *options).exit_code != 0


def test_seeds_are_numbers_with_commas() -> None:
    assert trying.seeds_of("1, 2,3") == (1, 2, 3)
    with pytest.raises(InvalidFile, match="1,2,3"):
        trying.seeds_of("1;2")


def test_every_scenario_of_the_shipped_personas_can_be_read() -> None:
    scripts, personas = trying.read((Path("personas"),))
    assert len(scripts) >= 5
    assert {"deadwood", "nova", "willow"} <= set(personas)
