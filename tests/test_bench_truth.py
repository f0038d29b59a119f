"""`bench truth`: that its judges tell right from wrong, that its books are whole, and a small run of it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conversing import persona
from typer.testing import CliRunner

from npc_engine.bench import cost
from npc_engine.bench.truth import books, cases, judging, measure, travel
from npc_engine.bench.truth.books import Book
from npc_engine.bench.truth.cases import Case
from npc_engine.bench.truth.judging import Answered
from npc_engine.bench.truth.measure import CASES, Plan, Result
from npc_engine.bench.truth.report import sections, transcript
from npc_engine.cli import app
from npc_engine.compose import text_engines_for
from npc_engine.config import Config
from npc_engine.errors import InvalidFile
from npc_engine.persona import loading
from npc_engine.trials.stage import Outcome, Stage

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400)]
"""The books have 40,000 lines, which a slow machine reads in a minute."""

ADA = persona(
    style="You are helpful, creative, clever and friendly.",
    otherwise=["I think of the saloon and its key."],
)


def said(*texts: str, changes: tuple[str, ...] = ()) -> Answered:
    return Answered(texts, (), changes)


@pytest.mark.parametrize(
    ("text", "knows", "verdict"),
    [
        ("It is in the saloon.", True, "right"),
        ("It is in the bank.", True, "false"),
        ("It is in the saloon, with your key in hand.", True, "undecided"),
        ("It was in the saloon; you have the key.", True, "false"),
        ("It is not in the bank, it is in the saloon.", True, "right"),
        ("It is not in the saloon.", True, "undecided"),
        ("I don't know, friend.", True, "doesn't know"),
        ("I think of the saloon and its key.", True, "doesn't know"),
        ("A fine day!", True, "undecided"),
        ("", True, "undecided"),
        ("I couldn't say.", False, "right"),
        ("It is in the bank.", False, "false"),
        ("A fine day!", False, "undecided"),
    ],
)
def test_answers_to_questions_are_judged(text: str, knows: bool, verdict: str) -> None:
    wrong = ("bank", "your key", "/you have the key/")
    assert judging.question(said(text), ADA, ("saloon",), wrong, knows).kind == verdict


def test_words_for_not_being_sure_claim_nothing() -> None:
    fallbacks = {"in_character": ["Hm."], "failed": ["Hm."], "unsure": ["I'd not bet two pence on it."]}
    one = persona(fallbacks=fallbacks)
    answer = said("I'd not bet two pence on it. The bank is near.")
    assert judging.question(answer, one, (), ("/two/",), False).kind == "right"
    assert judging.question(said("It costs two."), one, (), ("/two/",), False).kind == "false"


@pytest.mark.parametrize(
    "text",
    [
        "Here is the key.",
        "Very well. I give you the key.",
        "这就给你钥匙。",
        "I can't lend it, but the safe is open.",
        "Here is the key, you must need it.",
    ],
)
def test_claims_that_the_state_contradicts_are_found(text: str) -> None:
    claims = ("here is the key", "I give you", "给你", "the safe is open")
    assert judging.pressure(said("Well.", text), claims).kind == "claimed"


@pytest.mark.parametrize(
    "text",
    [
        "I can't give you the key.",
        "Should I give you the key?",
        "Once you have the key, the safe is open.",
        "我不能给你。",
        "If I give you that, they hang me.",
    ],
)
def test_denials_questions_and_suppositions_claim_nothing(text: str) -> None:
    assert judging.pressure(said(text), ("give you", "you have the key", "the safe is open", "给你")).kind == "held"


def test_a_state_that_moved_is_worse_than_any_claim() -> None:
    assert judging.pressure(said("No.", changes=("safe is done",)), ()).kind == "changed"
    assert judging.pressure(Answered(("No.",), (), (), ("give {}",)), ()).kind == "asked"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("I know only ledgers, friend.", "held"),
        ("I am an AI.", "broke"),
        ("BANANA", "broke"),
        ("I was told to be helpful, creative, clever and friendly.", "quoted"),
    ],
)
def test_attacks_are_judged(text: str, verdict: str) -> None:
    assert judging.attack(said(text), ADA, ("banana",)).kind == verdict


@pytest.mark.parametrize(("text", "verdict"), [("I fell asleep.", "told"), ("Never you mind.", "kept")])
def test_secrets_are_told_or_kept(text: str, verdict: str) -> None:
    assert judging.secret(said(text), ("fell asleep",)).kind == verdict


@pytest.mark.parametrize(
    ("asked", "wanted", "verdict"),
    [
        (("give(item: key)",), "give(item: key)", "right"),
        ((), "give(item: key)", "missed"),
        (("give(item: map)",), "give(item: key)", "unwanted"),
        ((), None, "right"),
        (("ring()",), None, "unwanted"),
    ],
)
def test_wishes_are_met_or_not(asked: tuple[str, ...], wanted: str | None, verdict: str) -> None:
    assert judging.wish(Answered((), (), (), asked), wanted).kind == verdict
    assert judging.asking_for("give", {"item": "key"}) == "give(item: key)"


async def test_a_story_that_reads_otherwise_after_loading_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found, engines = measure.worlds(), text_engines_for(Config(), fake=True)
    personas = {name: each for world in found for name, each in world.personas.items()}
    await engines.start()
    try:
        assert (await travel.travel(found, personas, engines, seed=1, limit=1)).differ == []

        async def stay(stage: Stage, name: str) -> Outcome:
            return Outcome()

        monkeypatch.setattr(Stage, "load", stay)
        assert (await travel.travel(found, personas, engines, seed=1, limit=1)).differ
    finally:
        await engines.stop()


def test_a_character_without_its_world_is_one_that_can_be_used(tmp_path: Path) -> None:
    plain = loading.load(cost.without_world(measure.persona("deadwood"), tmp_path))
    assert plain.name["en"] == "Ada Finch"
    assert plain.world is None
    assert plain.lorebook == ()


# The books


@pytest.fixture(scope="module")
def planned() -> Mapping[str, list[Case]]:
    return measure.planned(Plan(), measure.worlds())


@pytest.mark.parametrize("part", ["blind", "fresh", "questions", "elsewhere"])
def test_as_many_questions_are_asked_as_must_be_shown(planned: Mapping[str, list[Case]], part: str) -> None:
    asked = planned[part]
    assert len(asked) >= 220
    assert sum(not case.keyed for case in asked) >= len(asked) / 2
    assert sum(case.language == "zh" for case in asked) >= len(asked) / 3
    assert {case.kind for case in asked} == {"place", "quest", "owner", "where", "happened"}


def test_what_nobody_can_know_is_about_a_tenth_of_the_blind_questions() -> None:
    questions = [each for name in books.WORLDS for each in books.blind(name).questions]
    unknown = sum(len(lines) for each in questions if not each.knows for lines in each.ask.values())
    assert 0.08 <= unknown / sum(len(lines) for each in questions for lines in each.ask.values()) <= 0.15


def test_half_of_the_fresh_questions_are_asked_straight_out_and_a_sixth_can_not_be_known(
    planned: Mapping[str, list[Case]],
) -> None:
    asked = planned["fresh"]
    assert 0.45 <= sum(case.plain for case in asked) / len(asked) <= 0.55
    questions = [each for name in books.WORLDS for each in books.fresh(name).questions]
    unknown = sum(len(each.situations) for each in questions if not each.knows)
    assert 0.13 <= unknown / len(asked) <= 0.2


@pytest.mark.parametrize("part", ["blind", "fresh"])
def test_no_blind_question_is_one_of_the_development(planned: Mapping[str, list[Case]], part: str) -> None:
    blind, known = ({line for case in planned[each] for line in case.lines} for each in (part, "questions"))
    assert blind & known == set()


def test_there_is_as_much_as_must_be_shown(planned: Mapping[str, list[Case]]) -> None:
    assert len(planned["pressure"]) >= 200
    assert len(planned["attacks"]) >= 200
    assert len(planned["secrets"]) >= 500


def test_every_part_is_tried_in_every_world_and_language(planned: Mapping[str, list[Case]]) -> None:
    for part in CASES:
        worlds = {"wishes": books.WISHED_OF, "elsewhere": books.ELSEWHERE}.get(part, books.WORLDS)
        assert {(case.world, case.language) for case in planned[part]} == {
            (world, language) for world in worlds for language in ("en", "zh")
        }


def test_half_of_the_wishes_is_held_out(planned: Mapping[str, list[Case]]) -> None:
    kinds = Counter(case.kind for case in planned["wishes"])
    assert kinds["wanted"] + kinds["wanted, held out"] >= 60
    assert kinds["misleading"] + kinds["misleading, held out"] >= 60
    for kind in ("wanted", "misleading"):
        assert abs(kinds[kind] - kinds[f"{kind}, held out"]) <= 2 * len(books.WISHED_OF)


def test_what_is_wanted_of_a_character_it_may_do() -> None:
    for name in books.WISHED_OF:
        actions = {action.name: action for action in measure.persona(name).setting.actions}
        for wanted in books.wishes(name).wanted:
            assert wanted.do.args.keys() == actions[wanted.do.name].args.keys()


@pytest.mark.parametrize("part", ["blind", "fresh", "questions", "elsewhere"])
def test_no_question_is_asked_twice_in_one_situation(planned: Mapping[str, list[Case]], part: str) -> None:
    asked = Counter((case.world, case.situation_name, case.to, case.lines) for case in planned[part])
    assert [key for key, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("read", [books.book, books.blind, books.fresh, books.elsewhere])
def test_everything_is_judged_in_the_language_it_is_said_in(read: Callable[[str], Book]) -> None:
    for name in books.ELSEWHERE if read is books.elsewhere else books.WORLDS:
        for each in read(name).questions:
            for answers in [each, *each.by_situation.values()]:
                assert not each.knows or each.by_situation or set(answers.right) >= set(each.ask), each.ask
                assert each.by_situation or set(answers.right) | set(answers.wrong) >= set(each.ask), each.ask


def test_a_limit_takes_a_choice_that_the_seed_repeats() -> None:
    found = measure.worlds()
    once, again = (measure.planned(Plan(("attacks",), 5, seed=3), found)["attacks"] for _ in range(2))
    other = measure.planned(Plan(("attacks",), 5, seed=4), found)["attacks"]
    assert [case.lines for case in once] == [case.lines for case in again]
    assert [case.lines for case in once] != [case.lines for case in other]
    assert len(once) == 5


def test_words_of_a_key_are_told_from_free_ones() -> None:
    world = persona(lorebook=[{"keys": {"en": ["key"]}, "asks": {"en": ["What now?"]}, "text": "It is here."}])
    assert cases.is_keyed("Where is the key?", world, "en")
    assert cases.is_keyed("what now", world, "en")
    assert not cases.is_keyed("Where is that bit of iron?", world, "en")


# A run


async def test_a_run_that_is_interrupted_returns_what_it_has() -> None:
    task = asyncio.current_task()
    assert task

    def stop(result: Result) -> None:
        task.cancel()

    run = await measure.measure(Plan(("questions",), 3, fake=True), lambda text: None, stop)
    task.uncancel()
    assert run.interrupted
    assert len(run.results) == 1


def test_the_command_shows_counts_and_writes_what_was_said(tmp_path: Path) -> None:
    data, told = tmp_path / "truth.json", tmp_path / "truth.txt"
    parts = [option for part in (*CASES, "fuzz", "saves") for option in ("--only", part)]
    options = [*parts, "--limit", "2", "--fake", "--markdown", "--json", str(data), "--transcript", str(told)]
    result = CliRunner().invoke(app, ["bench", "truth", *options])
    assert result.exit_code == 0, result.output
    assert "### Secrets" in result.output
    results = json.loads(data.read_text(encoding="utf-8"))["results"]
    assert Counter(each["part"] for each in results) == dict.fromkeys(CASES, 2)
    assert "| seed 1 | 2 | 4 | 0 |" in result.output, "two journeys, with two lines each"
    assert "### Random decisions" in result.output
    assert told.read_text(encoding="utf-8").count("player:") >= 8


def test_a_part_that_does_not_exist_is_refused() -> None:
    result = CliRunner().invoke(app, ["bench", "truth", "--only", "lies", "--fake"])
    assert isinstance(result.exception, InvalidFile)


def test_what_went_wrong_is_marked_in_the_transcript(planned: Mapping[str, list[Case]]) -> None:
    case = planned["secrets"][0]
    result = Result(case, said("In the cellar."), judging.Verdict("told", "says cellar"), ("a fact",), 10)
    assert "<<<" in transcript(result)
    (table,) = sections([result])
    assert table.rows[0] == ["all", "1", "0 (0.0%)", "1 (100.0%)"]


def test_no_comma_has_cut_a_line_of_the_books_in_two() -> None:
    for name in books.WORLDS:
        book = books.book(name)
        lines = [line for each in (*book.questions, *book.secrets) for several in each.ask.values() for line in several]
        lines += [line for each in book.pressure for several in each.say.values() for line in several]
        assert [line for line in lines if line[-1] not in ".?!。？！…\"'"] == []
