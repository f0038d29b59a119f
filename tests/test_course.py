"""What the course of a story makes of itself for players who ask: what to do, what came of it, what happened."""

from __future__ import annotations

from typing import Any

import pytest
from conversing import TEXT_ONLY, Stage, messages, persona

from npc_engine.core import course
from npc_engine.core.chronicle import Chronicle
from npc_engine.core.journal import Spoken
from npc_engine.core.known import GIVER, NOT_YET, OF_BEAT, STANDING, WANTING, WAS_GIVER, Known
from npc_engine.core.scene import Character
from npc_engine.core.story import Story
from npc_engine.persona.world import Beat, LorebookEntry, Quest, Thing
from npc_engine.protocol import InputText, UtteranceText, Value, WorldEvent, WorldSet

QUEST: dict[str, Any] = {
    "id": "case",
    "name": "The case",
    "goal": "Find the thief.",
    "beats": [
        {"id": "look", "objective": "Look for tracks behind the church."},
        {"id": "catch", "objective": "Catch him.", "lines": {"done": ["The thief is behind bars."]}},
    ],
}

CASE = Quest.model_validate(QUEST)
GIVING, GAVE = f"{GIVER}case{WANTING}", f"{WAS_GIVER}case{WANTING}"


def town(**changes: Any) -> Stage:
    ada = persona(world={"name": "Town", "quests": [QUEST]}, lorebook=[])
    return Stage({"ada": ada, "tom": persona(name="Tom", languages=["en"], lorebook=[])}, audio=TEXT_ONLY, **changes)


def beside(stage: Stage, line: str) -> tuple[str, ...]:
    stage.generate(stage.send(InputText(text=line, to="ada")), "Hm.")
    why = stage.conversation.last_why
    assert why is not None
    return why.facts


def test_a_beat_tells_its_objective_to_who_asks_what_to_do() -> None:
    assert beside(town(), "What should I do?") == ("Look for tracks behind the church.",)
    fact = {"keys": ["church"], "text": "The church is old."}
    beat = Beat.model_validate({"id": "go", "objective": "Go.", "facts": [fact]})
    church, objective = course.of_beat(beat, CASE)
    assert church == beat.facts[0]
    assert objective.text == {"": "Go."}
    assert "What is my next step?" in objective.asks["en"]


def test_who_asks_for_the_next_step_is_not_told_the_goal_beside_it() -> None:
    assert beside(town(), "What should I do, find the thief?") == ("Look for tracks behind the church.",)
    assert beside(town(), "The thief?") == ("Find the thief.",)


def test_that_a_step_is_not_done_keeps_nobody_from_hearing_the_goal() -> None:
    step, not_yet = (Known(f"beat.look{end}", LorebookEntry(text="."), OF_BEAT) for end in (".0", NOT_YET))
    assert (step.is_step, not_yet.is_step) == (True, False)


def test_what_a_quest_is_about_is_known_as_long_as_it_goes_on() -> None:
    assert told(QUEST)["quest.case.goal"].text == {"": "Find the thief."}
    assert "quest.case.goal" in told(QUEST, case="catch")
    assert "quest.case.goal" not in told(QUEST, case="done")


def test_what_an_author_wrote_for_who_asks_what_to_do_answers_other_words_for_it_too() -> None:
    told = {"keys": ["what should i do"], "asks": ["Any orders?"], "text": "Go to the church."}
    other = {"keys": ["church"], "text": "The church is old."}
    beat = Beat.model_validate({"id": "go", "objective": "Go.", "facts": [told, other]})
    first, second = course.of_beat(beat, CASE)
    assert first.asks["en"][0] == "Any orders?"
    assert "What is my next step?" in first.asks["en"]
    assert second == beat.facts[1]


def told(quest: dict[str, Any], **moved: str) -> dict[str, LorebookEntry]:
    """All that Ada may tell, by id, once the quest is where it was moved."""
    ada = Character("ada", persona(world={"name": "Town", "quests": [quest]}, lorebook=[]), "ada")
    chronicle = Chronicle()
    chronicle.join(ada)
    chronicle.set({f"quest.{name}": stage for name, stage in moved.items()})
    return {known.id: known.entry for known in chronicle.view(ada).tellable()}


def test_what_came_of_a_quest_is_known_once_it_is_done() -> None:
    assert "quest.case" not in told(QUEST, case="catch")
    ending = told(QUEST, case="done")["quest.case"]
    assert ending.text == {"": "The thief is behind bars."}
    assert "Is it over?" in ending.asks["en"]


def test_of_what_a_step_answers_it_is_known_what_asks_for_it_alone() -> None:
    done = told(QUEST, case="catch")
    assert "Is that step done, to look for tracks behind the church?" in course.asked_of_one(done["done.look"])
    assert "Is that step done, to catch him?" in course.asked_of_one(done["beat.catch.early"])
    assert "Is it done now?" in done["beat.catch.early"].asks["en"]
    assert "Is it done now?" not in course.asked_of_one(done["beat.catch.early"])


def test_how_players_say_that_they_have_finished_is_how_they_ask_for_it_too() -> None:
    says = {"finish": {"en": ["I caught the thief."]}}
    last = {**QUEST["beats"][1], "says": says}
    ending = told({**QUEST, "beats": [QUEST["beats"][0], last]}, case="done")["quest.case"]
    assert ending.asks["en"][-1] == "I caught the thief."


def test_a_quest_without_a_line_for_its_end_tells_nothing_then() -> None:
    assert "quest.case" not in told({**QUEST, "beats": QUEST["beats"][:1]}, case="done")


def test_who_asks_who_did_what_is_done_hears_that_it_was_the_player() -> None:
    done = told(QUEST, case="catch")["done.look"]
    assert done.text["en"] == "It was you who managed to look for tracks behind the church."
    assert {
        "Who was it that managed to look for tracks behind the church?",
        "Did I look for tracks behind the church?",
        "Is that step done, to look for tracks behind the church?",
        "Did anybody look for tracks behind the church?",
    } <= {*done.asks["en"]}
    assert "done.catch" not in told(QUEST, case="catch")
    stage = town()
    stage.send(WorldSet(values={"quest.case": "catch"}))
    assert beside(stage, "Who was it that managed to look for the tracks?")[0] == done.text["en"]
    assert beside(stage, "What should I do?") == ("Catch him.",)


def test_what_has_just_happened_answers_a_question_about_it() -> None:
    stage = town()
    stage.send(WorldEvent(name="fire", text="The church tower burns!"))
    assert beside(stage, "Why does the church tower burn?") == ("The church tower burns!",)


def test_only_who_saw_it_knows_what_happened_and_the_last_of_it_is_news() -> None:
    def event(text: str, *heard_by: str) -> Spoken:
        return Spoken(actor_id=None, name="", text=text, is_event=True, heard_by=heard_by)

    story = Story()
    story.lines += [event("It rains.", "ada"), event("Tom falls.", "tom"), event("It thunders.", "ada", "tom")]
    seen = list(course.of_late(story, "ada"))
    assert [(place, entry.text["en"]) for place, entry in seen] == [(0, "It rains."), (2, "It thunders.")]
    earlier, last = (entry.asks["en"] for _, entry in seen)
    assert "What else happened?" in earlier
    assert "What just happened?" in last
    assert set(earlier).isdisjoint(last)


def test_who_asks_what_became_of_somebody_asks_for_what_happened_to_them() -> None:
    tom = {"id": "tom", "kind": "person", "names": {"en": ["Tom", "barber"], "zh": ["汤姆", "理发师"]}}
    thing = Thing.model_validate(tom)
    story = Story()
    for text in ("Tom is back.", "理发师淹死了。"):
        story.lines.append(Spoken(actor_id=None, name="", text=text, is_event=True, heard_by=("ada",)))
    back, dead = (entry.asks for _, entry in course.of_late(story, "ada", [thing]))
    assert {"What happened to Tom?", "What happened to the barber?"} <= {*back["en"]}
    assert "How did Tom die?" not in back["en"]
    assert {"汤姆是怎么死的？", "理发师出什么事了？"} <= {*dead["zh"]}


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("一条狗从酒馆里跑了出来。", "一条狗从哪里跑了出来？"),
        ("一辆大车在银行门口掉了个轮子。", "一辆大车在哪里掉了个轮子？"),
    ],
)
def test_a_chinese_event_is_asked_for_by_the_place_that_it_names(text: str, ask: str) -> None:
    story = Story()
    story.lines.append(Spoken(actor_id=None, name="", text=text, is_event=True, heard_by=("ada",)))
    [(_, entry)] = course.of_late(story, "ada")
    assert ask in entry.asks["zh"]


def test_who_introduces_themselves_with_where_they_are_found_works_there() -> None:
    inn = {"id": "inn", "kind": "place", "names": {"en": ["Gull Inn", "inn"]}}
    eve = {"id": "eve", "kind": "person", "names": {"en": ["Eve"]}, "place": "inn"}
    lore = [{"text": "I am Eve, and I keep the Gull Inn."}, {"text": "I am Eve."}]
    chronicle = Chronicle()
    one = Character("eve", persona(world={"name": "Town", "things": [inn, eve]}, lorebook=lore), "eve")
    chronicle.join(one)
    first, second = (known.entry for known in chronicle.view(one).tellable() if known.id.startswith("lorebook."))
    assert {"Who runs Gull Inn?", "Who keeps the inn?"} <= {*first.asks["en"]}
    assert not second.asks


SECRET = {
    "id": "heir",
    "keys": ["heir"],
    "text": "Tom is the heir.",
    "tell_when": {"will.read": True},
    "gives_away": ["heir"],
}


def test_an_event_does_not_open_what_is_kept_until_it_may_be_told() -> None:
    world = {"name": "Town", "facts": [SECRET], "state": {"will.read": False}}
    stage = Stage({"ada": persona(world=world, lorebook=[])}, audio=TEXT_ONLY)
    stage.send(WorldEvent(name="letter", text="A letter names Tom as the heir."))
    assert "heir" not in answered(stage, "Good to see you!", "A letter names Tom as the heir.")
    stage.send(WorldSet(values={"will.read": True}))
    assert "heir" in answered(stage, "Good to see you!", "A letter names Tom as the heir.")


def answered(stage: Stage, line: str, text: str) -> str:
    """What is heard of an answer of the model."""
    commands = stage.generate(stage.send(InputText(text=line)), text)
    return "".join(message.text for message in messages(commands) if isinstance(message, UtteranceText))


def test_what_happened_long_ago_is_left_to_memory() -> None:
    lines = [Spoken(actor_id=None, name="", text=f"Bell {n}.", is_event=True, heard_by=("ada",)) for n in range(9)]
    story = Story()
    story.lines += lines
    assert [place for place, _ in course.of_late(story, "ada")] == [3, 4, 5, 6, 7, 8]
    story.lines += [Spoken(actor_id=None, name="", text="Hm.", heard_by=("ada",)) for _ in range(course.LATE - 1)]
    assert [place for place, _ in course.of_late(story, "ada")] == [8]


def test_what_there_is_to_do_is_known_before_somebody_accepts_it() -> None:
    look = {**QUEST["beats"][0], "says": {"ask": ["Any work?"], "accept": ["I will."]}}
    quest = {**QUEST, "beats": [look, QUEST["beats"][1]]}
    offered = told(quest)["offer.look"]
    assert offered.text == {"": "Look for tracks behind the church."}
    assert {"What should I do now?", "Any work?"} <= {*offered.asks["en"]}
    assert "offer.look" not in told(quest, case="look")


def test_who_wants_a_task_done_is_known_to_them_and_to_others() -> None:
    things = [{"id": "tom", "kind": "person", "names": {"en": ["Tom"], "zh": ["汤姆"]}}]
    world = {"name": "Town", "quests": [{**QUEST, "giver": ["tom"]}], "things": things}
    entries = {}
    for role in ("tom", "ada"):
        chronicle, one = Chronicle(), Character(role, persona(world=world, lorebook=[]), role)
        chronicle.join(one)
        entries[role] = {known.id: known.entry for known in chronicle.view(one).tellable()}[GIVING]
    assert entries["tom"].text == {
        "en": "I want this done: Find the thief.",
        "zh": "这事是我想托你办的：Find the thief.",
    }
    assert entries["ada"].text == {
        "en": "Ask Tom about it. Tom wants this done: Find the thief.",
        "zh": "你去问汤姆吧，这事是汤姆想托你办的：Find the thief.",
    }
    whom = {"Whom should I ask about that?", "Who knows how to find the thief?"}
    assert {"Who sent me on this errand?", "Who wants me to find the thief?", *whom} <= {*entries["ada"].asks["en"]}


def test_who_wants_a_task_done_is_not_whom_to_ask_where_others_know_how() -> None:
    things = [{"id": "tom", "kind": "person", "names": {"en": ["Tom"]}}]
    quest = {**QUEST, "giver": ["eve"], "wanted_by": "tom"}
    one = Character("ada", persona(world={"name": "Town", "quests": [quest], "things": things}, lorebook=[]), "ada")
    chronicle = Chronicle()
    chronicle.join(one)
    known = {each.id: each.entry for each in chronicle.view(one).tellable()}
    assert known[GIVING].text["en"] == "Tom wants this done: Find the thief."


def test_what_there_is_to_accept_has_a_goal_that_whoever_offers_it_tells() -> None:
    beat = {**QUEST["beats"][0], "says": {"accept": {"en": ["I will."]}}}
    offered = told({**QUEST, "beats": [beat]})
    assert "What is the goal?" in offered["quest.case.goal"].asks["en"]
    assert offered["quest.case.standing"].text["en"] == "That is not done yet: Find the thief."
    assert "quest.case.standing" not in told({**QUEST, "beats": [beat]}, case="look")


def test_who_speaks_of_no_step_of_a_quest_tells_who_asks_for_the_next_whose_it_is() -> None:
    next_steps = {"What is my next step?", "What is left to do to find the thief?"}
    tom = {"id": "tom", "kind": "person", "names": {"en": ["Tom"]}}

    def asks(quest: dict[str, Any], **values: Value) -> set[str]:
        chronicle = Chronicle()
        ada = Character("ada", persona(world={"name": "Town", "quests": [quest], "things": [tom]}, lorebook=[]), "ada")
        chronicle.join(ada)
        chronicle.set(values)
        givers = (GIVING, GAVE)
        return {*next(known.entry for known in chronicle.view(ada).tellable() if known.id in givers).asks["en"]}

    assert next_steps <= asks({**QUEST, "giver": ["tom"]})
    assert next_steps.isdisjoint(asks({**QUEST, "giver": ["tom"]}, **{"quest.case": "done"}))
    assert next_steps.isdisjoint(asks({**QUEST, "wanted_by": "tom"}))


def test_who_wanted_done_what_is_over_is_known_as_well() -> None:
    mine = {**QUEST, "giver": ["ada"]}
    assert told(mine)[GIVING].text["en"] == "I want this done: Find the thief."
    assert told(mine, case="done")[GAVE].text["en"] == "I wanted this done: Find the thief."


def test_who_wants_a_task_done_of_which_everybody_speaks_is_written_beside_it() -> None:
    assert told({**QUEST, "wanted_by": "ada"})[GIVING].text["en"] == "I want this done: Find the thief."
    assert GIVING not in told({**QUEST, "giver": ["ada"], "wanted_by": "eve"}), "whose name the world does not have"


def test_of_a_quest_that_others_speak_of_everybody_knows_whether_it_is_over() -> None:
    toms, standing = {**QUEST, "giver": ["tom"]}, f"quest.case{STANDING}"
    assert told(toms)[standing].text["en"] == "That is not done yet: Find the thief."
    ending = told(toms, case="done")[standing]
    assert ending.text["en"] == "That is done: Find the thief."
    named = {"Did anybody find the thief?", "Is the business with the case over?"}
    assert {"Is it over?", "Is there anything left to do?", *named} <= {*ending.asks["en"]}
    assert standing not in told({**toms, "beats": [{**QUEST["beats"][0], "says": {"accept": {"en": ["Done!"]}}}]})


def tellable(quests: list[dict[str, Any]], role: str = "ada", **moved: str) -> dict[str, set[str]]:
    """By which English questions the facts of these quests are asked for, by their ids."""
    people = [{"id": name, "kind": "person", "names": [name.title()]} for name in ("tom", "eve")]
    one = Character(role, persona(world={"name": "Town", "quests": quests, "things": people}, lorebook=[]), role)
    chronicle = Chronicle()
    chronicle.join(one)
    chronicle.set({f"quest.{name}": stage for name, stage in moved.items()})
    return {known.id: {*known.entry.asks.get("en", ())} for known in chronicle.view(one).tellable()}


OTHER = {**QUEST, "id": "other", "name": "The well", "goal": "Dig a well."}


def test_where_others_speak_of_several_quests_only_who_names_one_hears_whether_it_is_over() -> None:
    several = [{**QUEST, "giver": ["tom"]}, {**OTHER, "giver": ["tom"]}]
    for quests, is_meant in ((several, False), (several[:1], True), ([several[0], OTHER], False)):
        asks = tellable(quests, case="done")[f"quest.case{STANDING}"]
        assert "Is the business with the case over?" in asks
        assert ("Is it over?" in asks) is is_meant


def test_where_two_want_different_things_only_who_names_one_hears_who_wants_it() -> None:
    quests = [{**QUEST, "giver": ["tom"]}, {**OTHER, "giver": ["eve"]}]
    for role in ("tom", "eve", "ada"):
        asks = tellable(quests, role)
        assert "Who wants me to find the thief?" in asks[GIVING]
        assert "Who gave me the task of the well?" in asks[f"{GIVER}other{WANTING}"]
        assert "Who sent me on this errand?" not in asks[GIVING] | asks[f"{GIVER}other{WANTING}"]
        asks = tellable(quests, role, other="done")
        assert "Who sent me on this errand?" in asks[GIVING]
        assert "Who sent me on this errand?" not in asks[f"{WAS_GIVER}other{WANTING}"]


def test_a_step_is_asked_for_by_the_name_of_its_quest_and_by_what_it_is_to_come_to() -> None:
    asks = tellable([QUEST, {**OTHER, "beats": [{"id": "dig", "objective": "Dig."}]}])
    named = {"What do I do next in the matter of the case?", "What is left to do to find the thief?"}
    assert named <= asks["beat.look.0"]
    assert named.isdisjoint(asks["beat.dig.0"])
    assert "What is this business with the well all about?" in asks["quest.other.goal"]


def test_what_is_to_be_done_is_told_whatever_the_state_of_its_things() -> None:
    bucket = {"id": "bucket", "kind": "item", "names": ["bucket", "buckets"], "count": 9}
    beats = [{**QUEST["beats"][0], "objective": "Bring three buckets.", "lines": {"early": ["Not three buckets yet."]}}]
    ada = persona(world={"name": "Town", "quests": [{**QUEST, "beats": beats}], "things": [bucket]}, lorebook=[])
    assert beside(Stage({"ada": ada}, audio=TEXT_ONLY), "What should I do?") == ("Bring three buckets.",)


def test_nobody_wants_what_has_no_giver() -> None:
    assert GIVING not in told(QUEST)
    assert GIVING not in told({**QUEST, "giver": ["stranger"]}), "whose name the world does not have"


def test_a_beat_under_way_is_known_not_to_be_done() -> None:
    says, lines = {"finish": {"en": ["I caught the thief."]}}, {"early": {"en": ["He still runs free."]}}
    catch = {**QUEST["beats"][1], "says": says, "lines": lines}
    quest = {**QUEST, "beats": [QUEST["beats"][0], catch]}
    assert told(quest)["beat.look.early"].text == {"en": "That is not done yet.", "zh": "这事还没办完。"}
    early = told(quest, case="catch")["beat.catch.early"]
    assert early.text == {"en": "He still runs free.", "zh": "这事还没办完。"}
    assert {
        "Is the matter closed?",
        "I caught the thief.",
        "Did anybody catch him?",
        "Did anybody find the thief?",
    } <= {*early.asks["en"]}
    assert "beat.catch.early" not in told(quest, case="done")


def test_a_line_for_every_language_says_alone_that_a_beat_is_not_done() -> None:
    beat = Beat.model_validate({"id": "go", "objective": "Go.", "lines": {"early": ["You have not gone."]}})
    assert course.of_unfinished(beat, CASE).text == {"": "You have not gone."}
