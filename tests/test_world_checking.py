"""What `personas check` finds in a world: what nobody can know, reach, do or tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from npc_engine.errors import PersonaNotFound
from npc_engine.persona import loading
from npc_engine.persona.findings import Finding
from npc_engine.persona.model import Persona
from npc_engine.persona.world import World
from npc_engine.persona.world_checking import check_world
from npc_engine.terminal.checking import check_named

ADA: dict[str, Any] = {
    "name": "Ada",
    "languages": ["en"],
    "description": "You are Ada.",
    "fallbacks": {"in_character": ["Hm."], "failed": ["Hm?"]},
    "relationship": {"axes": {"trust": {"least": 0, "most": 5}}},
    "never": {"words": ["python"]},
}
CAST = {"ada": Persona.model_validate(ADA), "bob": Persona.model_validate({**ADA, "relationship": {}, "never": {}})}
BEAT: dict[str, Any] = {"id": "find", "objective": "Find the key.", "hints": ["Look around."]}
SAFE: dict[str, Any] = {
    "id": "safe",
    "kind": "item",
    "names": ["safe"],
    "place": "bank",
    "owner": "nobody",
    "open": False,
}
TOWN: dict[str, Any] = {
    "name": "Town",
    "state": {"day": 1, "alarm": False, "bag": ["rope"], "mood": "calm"},
    "things": [SAFE, {"id": "bank", "kind": "place", "names": ["bank"], "at": "in the bank", "count": 3}],
    "quests": [{"id": "safe", "name": "Safe", "goal": "Open it.", "giver": ["ada"], "beats": [BEAT]}],
}


def found(cast: dict[str, Persona] = CAST, **changes: object) -> list[tuple[str, str]]:
    """Place and advice of every finding."""
    world = World.model_validate({**TOWN, **changes})
    return [(each.where, each.advice) for each in check_world(world, cast)]


def fact(**changes: object) -> list[dict[str, Any]]:
    return [{"id": "gold", "text": "It.", **changes}]


def beat(*more: dict[str, Any], **changes: object) -> list[dict[str, Any]]:
    return [{**TOWN["quests"][0], "beats": [{**BEAT, **changes}, *more]}]


def action(**changes: object) -> list[dict[str, Any]]:
    return [{"name": "give", "description": "Give.", "done": "You gave.", "refused": "No.", **changes}]


def test_a_sound_world_has_no_findings() -> None:
    assert found() == []


def test_a_world_without_anybody_says_how_to_move_in() -> None:
    advice = "nobody lives in this world; name it in a persona.yaml: `world: NAME`"
    assert found({}) == [("world", advice)]
    lacking = found({}, name={"en": "Town", "zh": "小镇"}, facts=fact(text={"en": "It."}))
    assert ("facts > entry 1 > text", "has nothing in 'zh'; write it, or remove the language") in lacking


def test_a_text_that_lacks_a_language_of_who_lives_there_is_found_wherever_it_is() -> None:
    cast = {"ada": Persona.model_validate({**ADA, "languages": ["en", "zh"]})}
    args = {"item": {"type": "choice", "of": ["a"]}}
    said = found(cast, quests=beat(lines={"done": {"en": ["Well."]}}), actions=action(done={"en": "x"}, args=args))
    assert [where for where, _ in said] == [
        "quests > entry 1 > beats > entry 1 > lines > done",
        "actions > entry 1 > done",
    ]


@pytest.mark.parametrize(
    ("changes", "where", "advice"),
    [
        (
            {"facts": fact(known_by=["adda", "bob"])},
            "facts > entry 1 > known_by > entry 1",
            "no persona 'adda' lives in this world; did you mean 'ada'?; there are: ada, bob",
        ),
        (
            {"things": [{**SAFE, "place": "bnk"}, TOWN["things"][1]]},
            "things > entry 1 > place",
            "there is no 'bnk' in this world; did you mean 'bank'?; it takes the id of a thing or persona",
        ),
        (
            {"things": [{**SAFE, "owner": "nobdy"}, TOWN["things"][1]]},
            "things > entry 1 > owner",
            "there is no 'nobdy' in this world; did you mean 'nobody'?; it takes the id of a thing or persona",
        ),
        (
            {"things": [SAFE, {**TOWN["things"][1], "at": None}]},
            "things > entry 2",
            "place 'bank' has no `at`, which says where what is there is",
        ),
        (
            {"facts": fact(tell_when={"safe.open": True})},
            "facts > entry 1",
            "is a secret without gives_away; write the words that would give it away",
        ),
        (
            {"facts": fact(text="word " * 21)},
            "facts > entry 1 > text",
            "is long for a small model; use fifteen words, or split it",
        ),
        (
            {"facts": [*fact(keys=["a"]), {"id": "b", "keys": ["a"], "text": "x"}]},
            "facts > entry 2",
            "has the key 'a' of facts > entry 1 too; keep it in one of them",
        ),
        (
            {"quests": beat(hints=[])},
            "quests > entry 1 > beats > entry 1",
            "beat 'find' has no hints; add some, from vague to plain",
        ),
        (
            {"quests": beat(says={"refuse": ["No."]})},
            "quests > entry 1 > beats > entry 1 > says",
            "has refuse and no accept; such a beat begins without being asked",
        ),
        (
            {"quests": beat(says={"finish": ["Done."]})},
            "quests > entry 1 > beats > entry 1 > lines",
            "lacks early, for a player who says that it is done when it is not",
        ),
        (
            {"quests": beat(facts=[{"text": "A python."}])},
            "quests > entry 1 > beats > entry 1 > facts > entry 1 > text",
            "says 'python', which never > words of ada forbids; change one of them",
        ),
        (
            {"quests": beat(lines={"done": ["A python."]})},
            "quests > entry 1 > beats > entry 1 > lines > done",
            "says 'python', which never > words of ada forbids; change one of them",
        ),
        (
            {"facts": fact(text="A python.")},
            "facts > entry 1 > text",
            "says 'python', which never > words of ada forbids; change one of them",
        ),
        (
            {"actions": action(by=["ad"])},
            "actions > entry 1 > by > entry 1",
            "no persona 'ad' lives in this world; did you mean 'ada'?; there are: ada, bob",
        ),
        (
            {"actions": action(done="word " * 21)},
            "actions > entry 1 > done",
            "is long for a small model; use fifteen words, or split it",
        ),
        (
            {"actions": action(args={"to": {"type": "item"}}), "things": TOWN["things"][1:]},
            "actions > entry 1 > args > to",
            "nothing in this world is of type item, so 'give' can't be done",
        ),
        (
            {"actions": action(args={"what": {"type": "item", "of": ["sfe"]}})},
            "actions > entry 1 > args > what > of > entry 1",
            "there is no item 'sfe' in this world; did you mean 'safe'?",
        ),
        (
            {"actions": action(args={"to": {"type": "person", "of": ["adda"]}})},
            "actions > entry 1 > args > to > of > entry 1",
            "there is no person 'adda' in this world; did you mean 'ada'?",
        ),
        (
            {"actions": action(args={"much": {"type": "number", "budget": "dey"}})},
            "actions > entry 1 > args > much > budget",
            "reads 'dey', which the world does not have; did you mean 'day'?",
        ),
        (
            {"actions": action(args={"much": {"type": "number", "budget": "mood"}})},
            "actions > entry 1 > args > much > budget",
            "'mood' is no number; an amount needs one",
        ),
    ],
)
def test_what_is_wrong_in_a_world_is_named_with_its_place(changes: dict[str, Any], where: str, advice: str) -> None:
    assert (where, advice) in found(**changes)


def test_facts_that_nobody_knows_both_of_may_share_a_key() -> None:
    facts = [{"id": name, "keys": ["secret"], "text": "x", "known_by": [name]} for name in ("ada", "bob")]
    assert found(facts=facts) == []
    assert len(found(facts=[*facts, {"id": "all", "keys": ["secret"], "text": "x"}])) == 1


def test_a_forbidden_word_matters_only_to_who_says_the_line() -> None:
    quest = [{**TOWN["quests"][0], "giver": ["bob"], "beats": [{**BEAT, "hints": ["A python."]}]}]
    assert found(facts=fact(text="A python.", known_by=["bob"]), quests=quest) == []


def test_an_action_with_a_number_within_its_budget_or_for_somebody_is_fine() -> None:
    args = {
        "to": {"type": "person"},
        "much": {"type": "number", "budget": "day"},
        "what": {"type": "item", "of": ["safe"]},
    }
    assert found(actions=action(args=args)) == []


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"safe.opn": True}, "reads 'safe.opn', which the world does not have; did you mean 'safe.open'?"),
        ({"safe.open": "shut"}, "expects 'shut' of 'safe.open', which is true or false"),
        ({"day": "monday"}, "expects 'monday' of 'day', which is a number"),
        ({"day": True}, "expects 'true' of 'day', which is a number"),
        ({"bag": "rope"}, "expects 'rope' of 'bag', which is a list; ask what it has or lacks"),
        ({"day": "has rope"}, "looks into 'day', which is no list"),
        ({"alarm": "> 1"}, "compares 'alarm', which is no number"),
        ({"trust": "> 5"}, "waits for 'trust' > 5, and it goes from 0 to 5"),
        ({"trust": 9}, "expects '9' of 'trust', which goes from 0 to 5"),
        (
            {"quest.safe": "fnd"},
            "expects 'fnd' of 'quest.safe', which is one of: find, done; did you mean 'find'?",
        ),
        (
            {"quest.safe.find": ["ready", "done"]},
            "expects 'ready' of 'quest.safe.find', which is one of: active, offered, refused, done",
        ),
        (
            {"safe.place": "bnk"},
            "expects 'bnk' of 'safe.place', which is one of: player, ada, bob, safe, bank; did you mean 'bank'?",
        ),
    ],
)
def test_a_fact_whose_condition_can_not_hold_can_be_known_by_nobody(when: dict[str, object], words: str) -> None:
    assert found(facts=fact(when=when)) == [
        ("facts > entry 1 > when", words),
        ("facts > entry 1", "nobody can know fact 'gold': its `when` never holds"),
    ]


@pytest.mark.parametrize(
    "when",
    [
        {"safe.open": True, "safe.owner": "nobody", "safe.place": "player"},
        {"day": ">= 3", "bag": "has rope", "mood": "has x", "place": "> 3", "alarm": None},
        {"trust": "<= 0", "quest.safe": "not done", "quest.safe.find": ["offered", "done"]},
        {"day": 4, "mood": "wild", "bank.count": "< 3"},
    ],
)
def test_a_condition_that_can_hold_is_fine(when: dict[str, object]) -> None:
    assert found(facts=fact(when=when)) == []


def test_a_fact_is_known_while_one_of_its_alternatives_can_hold() -> None:
    said = found(facts=fact(when=[{"trust": "> 9"}, {"day": 2}]))
    assert [where for where, _ in said] == ["facts > entry 1 > when"]


def test_a_fact_known_by_nobody_who_lives_there_is_named() -> None:
    assert found(facts=fact(known_by=["cleo"]))[1:] == [
        ("facts > entry 1", "nobody can know fact 'gold': known_by names nobody who lives in this world")
    ]


def test_who_wants_a_quest_done_lives_in_the_world() -> None:
    quest = TOWN["quests"][0]
    assert found(quests=[{**quest, "wanted_by": "ada"}]) == found(quests=[quest])
    said = found(quests=[{**quest, "wanted_by": "adda"}])
    advice = "there is no 'adda' in this world; did you mean 'ada'?; it takes the id of a person or persona"
    assert ("quests > entry 1 > wanted_by", advice) in said


def test_a_quest_that_nobody_gives_is_named() -> None:
    said = found(quests=[{**TOWN["quests"][0], "giver": ["cleo"]}])
    assert said[1:] == [("quests > entry 1", "nobody speaks of quest 'safe': its giver does not live in this world")]


def test_a_beat_that_can_not_be_reached_and_all_behind_it_are_named() -> None:
    more = {"id": "open", "objective": "Open it.", "hints": ["Turn."]}
    assert found(quests=beat(more, when={"trust": "> 1"})) == [
        ("quests > entry 1 > beats > entry 1 > when", "reads 'trust', which the world does not have"),
        ("quests > entry 1 > beats > entry 1", "beat 'find' can never be reached: its `when` never holds"),
        (
            "quests > entry 1 > beats > entry 2",
            "beat 'open' can never be reached: it comes after 'find', which can't be",
        ),
    ]


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


PERSONA = "name: Ada\nlanguages: [en]\ndescription: You are Ada.\nfallbacks: {in_character: [Hm.], failed: [Hm?]}\n"
BROKEN = "name: Town\nfacts:\n  - {id: gold, text: x, known_by: [cleo]}\n"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of personas with the world `town`, where Ada lives, and which has a fault."""
    monkeypatch.setattr(loading, "search_folders", lambda: (tmp_path,))
    write(tmp_path / "town" / "world.yaml", BROKEN)
    write(tmp_path / "ada" / "persona.yaml", PERSONA + "world: town\n")
    return tmp_path


def test_the_check_of_a_persona_tells_of_its_world(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not check_named("ada")
    told = capsys.readouterr().out
    assert "error: world > facts > entry 1: nobody can know fact 'gold'" in told
    assert "can be used: Ada, speaks en, 0 lorebook entries; lives in Town: 0 things, 1 facts" in told


@pytest.mark.parametrize("asked", ["town", "town/world.yaml"])
def test_a_world_is_checked_by_its_name_or_file(town: Path, asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert not check_named(str(town / asked) if "/" in asked else asked)
    told = capsys.readouterr().out
    assert "error: facts > entry 1: nobody can know fact 'gold'" in told
    assert "home of ada" in told


def test_a_world_of_nobody_can_be_checked(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(town / "moon" / "world.yaml", "name: Moon\n")
    assert check_named("moon")
    assert "home of nobody" in capsys.readouterr().out


def test_a_persona_that_writes_its_world_itself_is_its_whole_cast(town: Path) -> None:
    write(town / "bob" / "persona.yaml", PERSONA + "world: {name: W, facts: [{id: a, text: x, known_by: [bob]}]}\n")
    write(town / "cleo" / "persona.yaml", PERSONA)
    assert check_named("bob")
    assert check_named("cleo")


def test_what_is_neither_persona_nor_world_is_said(town: Path) -> None:
    with pytest.raises(PersonaNotFound, match="there is no persona 'nowhere'"):
        check_named("nowhere")


def test_a_finding_says_how_bad_it_is() -> None:
    assert check_world(World.model_validate(TOWN), {})[0] == Finding("warning", "world", found({})[0][1])
