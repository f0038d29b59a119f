"""What a line asks for, whatever its words: told by a model, it gets the plain question that patterns of words know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from conversing import WORLD, persona
from recall import intent_lines

from npc_engine.compose import likeness_for
from npc_engine.core.answering import Answering, compared_with
from npc_engine.core.chronicle import Chronicle
from npc_engine.core.hints import hint_for, is_stuck
from npc_engine.core.intent import INTENTS, QUESTIONS, SURE, Intent, Intents, Meant, intent_of, no_intents
from npc_engine.core.journal import Spoken
from npc_engine.core.meaning import Kin, Told
from npc_engine.core.memory import recalls
from npc_engine.core.plan import Plan
from npc_engine.core.quest_questions import asks_done, asks_goal, asks_maker, asks_next, asks_who_did
from npc_engine.core.questions import asks, asks_belongings, kinds_of, surveys
from npc_engine.core.scene import Character
from npc_engine.intents import WEIGHTS, IntentClassifier
from npc_engine.persona.world import Beat

LORE = [{"keys": ["doctor"], "text": "Doctor Hale lives here."}]
LINES = {"en": "The camels, then.", "zh": "那头骆驼嘛"}
"""They ask for nothing by their words."""
BEAT = Beat.model_validate(
    {"id": "find", "objective": "Find it.", "hints": {"en": ["Look up.", "Ask Imani, she hid it."]}}
)


@pytest.mark.parametrize(
    ("intent", "is_seen"),
    [
        ("next", asks_next),
        ("stuck", is_stuck),
        ("goal", asks_goal),
        ("over", asks_done),
        ("deed", asks_who_did),
        ("told", recalls),
        ("maker", asks_maker),
        ("belongings", asks_belongings),
        ("giver", lambda line: "person" in kinds_of(line)),
        ("whom", lambda line: "person" in kinds_of(line)),
        ("owner", lambda line: "owner" in kinds_of(line)),
        ("where", lambda line: "place" in kinds_of(line)),
        ("survey", surveys),
        ("contents", lambda line: "inside" in kinds_of(line)),
        ("who", lambda line: "person" in kinds_of(line)),
        ("why", lambda line: "reason" in kinds_of(line)),
        ("how", lambda line: "manner" in kinds_of(line)),
        ("when", lambda line: "time" in kinds_of(line)),
        ("count", lambda line: "count" in kinds_of(line)),
        ("measure", lambda line: "measure" in kinds_of(line)),
        ("reward", lambda line: "reward" in kinds_of(line)),
    ],
)
def test_the_plain_question_of_an_intent_is_one_that_patterns_know(
    intent: Intent, is_seen: Callable[[str], bool]
) -> None:
    for line in LINES.values():
        meant = Meant(line, intent)
        assert meant.whole.startswith(line)
        assert not is_seen(line)
        assert is_seen(meant.whole), meant.whole


def test_a_line_without_an_intent_or_with_one_that_needs_no_question_stays_as_it_is() -> None:
    assert Meant("The camels, then.").whole == "The camels, then."
    assert Meant("The camels, then.", "none").whole == "The camels, then."
    assert not asks(Meant("The camels, then.", "none").whole)


def test_only_an_intent_that_is_sure_counts() -> None:
    assert intent_of("Through with camels?", lambda line: {"over": SURE, "none": 1 - SURE}) == "over"
    assert intent_of("Through with camels?", lambda line: {"over": SURE - 0.01, "none": 1.01 - SURE}) is None
    assert intent_of("Through with camels?", no_intents) is None
    assert intent_of("Through with camels!", lambda line: {"none": 1.0}) is None


def test_words_that_ask_for_something_else_come_before_the_course_of_the_story() -> None:
    assert intent_of("Is the coupling mine now?", lambda line: {"over": 1.0}) is None
    assert intent_of("Is the coupling mine now?", lambda line: {"owner": 1.0}) == "owner"


def test_who_is_stuck_or_asks_whom_to_ask_in_words_of_their_own_gets_a_hint() -> None:
    line = "Been up and down the stairs."
    assert hint_for(BEAT, line, "en", ()) is None
    assert hint_for(BEAT, line, "en", (), intent="stuck") == "Look up."
    assert hint_for(BEAT, line, "en", (), ["Imani"], intent="whom") == "Ask Imani, she hid it."


def answered(line: str, intents: Intents) -> Plan:
    """How Ada answers, by keys alone and what her lines sound like."""
    ada = persona(languages=["en"], lorebook=LORE, world=WORLD)
    chronicle, character = Chronicle(), Character("ada", ada, "ada")
    chronicle.join(character)
    return Answering("Sam", intents=intents).plan(chronicle, character, line, "en")


def test_a_line_whose_words_leave_in_doubt_what_it_asks_is_answered_by_what_it_sounds_like() -> None:
    assert answered("Bored stiff I am.", no_intents).quote == ""
    assert answered("Bored stiff I am.", lambda line: {"next": 1.0}).quote == "Find the key."
    assert answered("That doctor again.", no_intents).quote == ""
    assert answered("That doctor again.", lambda line: {"who": 1.0}).quote == "Doctor Hale lives here."


def asked_by_meaning(line: str, near: dict[str, float], intents: Intents) -> str:
    """What Ada begins her answer with in a town of two places; `near` says how far a fact with such words answers."""

    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        answers = [next((each for words, each in near.items() if words in fact.texts[0]), -0.4) for fact in facts]
        return [Kin(each, -0.4) for each in answers]

    names = {"tower": "tower", "hall": "hall"}
    things = [{"id": each, "kind": "place", "names": {"en": [name]}} for each, name in names.items()]
    world = {"name": "Deadwood", "state": {"place": "hall"}, "things": things}
    ada = persona(languages=["en"], lorebook=[{"keys": ["supper"], "text": "Supper is at the bell."}], world=world)
    chronicle, character = Chronicle(), Character("ada", ada, "ada")
    chronicle.join(character)
    answering = Answering("Sam", lambda line, texts: [0.1] * len(texts), kinship, intents)
    return answering.plan(chronicle, character, line, "en").quote


def test_who_asks_in_words_of_their_own_what_places_there_are_hears_it_and_not_what_comes_near() -> None:
    line, near = "Is a stroll any fun?", {"Supper": 0.8, "tower and the hall": 0.7}
    assert asked_by_meaning(line, near, no_intents).startswith("Supper")
    assert asked_by_meaning(line, near, lambda line: {"survey": 1.0}) == "There is the tower and the hall."


def test_a_second_reading_that_is_in_doubt_does_not_stand_for_a_first_one_that_is_sure() -> None:
    line, near = "Is a stroll any fun?", {"Supper": 0.8, "tower and the hall": 0.5}
    assert asked_by_meaning(line, near, lambda line: {"survey": 1.0}).startswith("Supper")


def test_who_claims_something_again_is_not_told_that_they_have_said_it() -> None:
    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        return [Kin(0.6 if fact.texts[0].startswith("You said") else -0.3, -0.3) for fact in facts]

    def intents(line: str) -> dict[Intent, float]:
        return {"told": 1.0} if line.startswith("I said") else {"over": 1.0}

    ada = persona(languages=["en"], lorebook=LORE)
    chronicle, character = Chronicle(), Character("ada", ada, "ada")
    chronicle.join(character)
    chronicle.record(Spoken(actor_id=None, name="Sam", text="I am done, my work is finished.", heard_by=("ada",)))
    answering = Answering("Sam", lambda line, texts: [0.1] * len(texts), kinship, intents)
    for line in ("I said: I am done, my work is finished.", "Once more. I am done, my work is finished."):
        plan = answering.plan(chronicle, character, line, "en")
        assert "You said" not in " ".join([plan.quote, *plan.facts])


def test_no_line_waits_for_a_plain_question_to_be_read() -> None:
    assert set(QUESTIONS) <= set(compared_with(persona(), "ada"))


def test_what_the_words_ask_for_stands_against_what_the_line_sounds_like() -> None:
    assert answered("Where is the doctor?", lambda line: {"next": 1.0}).quote == "Doctor Hale lives here."
    assert answered("Bored stiff I am.", lambda line: {"reward": 1.0}).quote == "", "of which nothing is told"


def test_what_comes_along_was_learned_from_the_lines_as_they_are() -> None:
    """If not: run `tests/recall/fit_intents.py`."""
    with np.load(WEIGHTS) as file:
        assert str(file["source"]) == intent_lines.source()
        assert {len(file[name]) for name in ("english", "other")} == {len(INTENTS)}


def test_every_intent_is_taught_in_both_languages() -> None:
    taught = Counter((intent, each.language) for each in intent_lines.lines() for intent in each.intents)
    assert set(taught) == {(intent, language) for intent in INTENTS for language in ("en", "zh")}
    assert min(taught.values()) > 100


def test_without_vectors_nothing_is_told_of_a_line() -> None:
    assert IntentClassifier((), ())("Where is the key?") == {}


@pytest.mark.models
@pytest.mark.parametrize(
    ("line", "intent"),
    [
        ("Pray tell me we're through with all that.", "over"),
        ("Bored stiff I am. Somebody here must need a hand with something.", "next"),
        ("gimme a nudge would ya, been up n down the corridors", "stuck"),
        ("Thanks for the soup.", None),
        ("我说过我叫啥你还记得不", "told"),
        ("这匹马是哪家的呀", "owner"),
        ("泵那事儿到底搞定没有嘛", "over"),
        ("今儿个天气真不赖", None),
    ],
)
def test_a_line_in_words_of_its_own_is_understood(line: str, intent: Intent | None) -> None:
    likeness = likeness_for()
    assert likeness
    assert intent_of(line, likeness.intents) == intent
    assert likeness.intents(line).keys() == set(INTENTS)
    assert sum(likeness.intents(line).values()) == pytest.approx(1)
