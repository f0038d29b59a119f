"""What becomes of a reply when the gate stops a clause of it: the truth, another try, the author's words, or an end."""

from __future__ import annotations

from typing import Any

import pytest
from conversing import TEXT_ONLY, Stage, every, messages, only, persona

from npc_engine.core.commands import Command, Generate
from npc_engine.protocol import InputText, UtteranceText, WorldSet

WORLD: dict[str, Any] = {
    "name": "Town",
    "things": [
        {"id": "safe", "kind": "item", "names": {"en": ["safe"], "zh": ["保险箱"]}, "place": "bank", "open": False},
        {
            "id": "bank",
            "kind": "place",
            "names": {"en": ["bank"], "zh": ["银行"]},
            "at": {"en": "at the bank", "zh": "银行"},
        },
    ],
    "facts": [
        {
            "id": "heir",
            "keys": {"en": ["heir"], "zh": ["继承人"]},
            "text": {"en": "Tom is the heir.", "zh": "汤姆是继承人。"},
            "tell_when": {"will.read": True},
            "gives_away": {"en": ["heir"], "zh": ["继承人"]},
        }
    ],
    "state": {"will.read": False},
}
FALLBACKS = {
    "in_character": ["I keep to my ledgers."],
    "failed": ["Say that again?"],
    "refuses": ["That is not mine to do."],
    "unknown": ["I could not say."],
    "keeps": ["My lips are sealed."],
}


def town(**changes: Any) -> Stage:
    return Stage({"ada": persona(**{"world": WORLD, "fallbacks": FALLBACKS} | changes)}, audio=TEXT_ONLY)


def said(commands: list[Command]) -> list[str]:
    return [message.text for message in messages(commands) if isinstance(message, UtteranceText)]


def answered(of: Stage, line: str, *tries: str) -> list[str]:
    """What is heard of the model's answers, of which each but the first is only asked for if the one before was bad."""
    commands = of.send(InputText(text=line))
    heard = said(commands)
    for text in tries:
        commands = of.generate(commands, text)
        heard += said(commands)
    assert every(commands, Generate) == []
    return heard


def test_a_misstatement_is_replaced_by_how_it_is() -> None:
    assert answered(town(), "Is the safe open?", "Yes, the safe is wide open, friend.") == ["The safe is closed."]


def test_the_truth_follows_the_game() -> None:
    stage = town()
    stage.send(WorldSet(values={"safe.open": True}))
    assert answered(stage, "Is the safe open?", "The safe is closed.") == ["The safe is open."]


def test_the_truth_is_not_said_twice() -> None:
    heard = answered(town(), "Is the safe open?", "The safe is closed. You see, the safe is open.")
    assert heard == ["The safe is closed."]


def test_a_secret_that_is_asked_for_is_kept_though_something_near_may_be_told() -> None:
    rumour = [{"keys": ["heir"], "text": "The heir is spoken of everywhere."}]
    assert answered(town(lorebook=rumour), "Who is the heir?") == ["My lips are sealed."]


SICK = [{"keys": ["sick"], "text": "The doctor lives above the barber."}]
"""A fact that answers a question with which it has no word in common."""


def test_a_question_that_is_only_given_back_is_answered_by_the_fact() -> None:
    asked = "Who helps the sick?"
    assert answered(town(lorebook=SICK), asked, asked) == ["The doctor lives above the barber."]


def test_an_answer_that_has_nothing_of_the_fact_gives_way_to_it() -> None:
    asked, example = "Who helps the sick?", "I'm sorry, I never lend horses to strangers."
    assert answered(town(lorebook=SICK), asked, example) == ["The doctor lives above the barber."]
    assert answered(town(lorebook=SICK), asked, "No.") == ["The doctor lives above the barber."]


def test_a_model_that_invents_is_asked_once_more_with_more_freedom_and_then_no_more() -> None:
    stage = town(lorebook=SICK)
    asked = stage.send(InputText(text="Who helps the sick?"))
    again = stage.generate(asked, "A barber named Miller does.")
    assert said(again) == []
    first, second = only(asked, Generate), only(again, Generate)
    assert second.prompt.lines == first.prompt.lines
    assert (second.prompt.temperature > first.prompt.temperature, second.seed) == (True, first.seed + 1)
    assert (
        " ".join(said(stage.generate(again, "See the doctor, above the barber.")))
        == "See the doctor, above the barber."
    )
    invented = "A barber named Miller does."
    assert answered(town(lorebook=SICK), "Who helps the sick?", invented, invented) == ["I could not say."]


def test_a_fact_is_not_told_twice() -> None:
    told = SICK[0]["text"]
    assert " ".join(answered(town(lorebook=SICK), "Who helps the sick?", f"{told} {told} He is kind.")) == told
    once = "The doctor is kind, the doctor is good. The doctor is kind."
    assert " ".join(answered(town(lorebook=SICK), "Good morning.", once)) == once, "that is no fact"


def test_a_player_who_has_waited_long_gets_the_authors_words_at_once() -> None:
    stage = town(lorebook=SICK)
    asked = stage.send(InputText(text="Who helps the sick?"))
    stage.wait(3)
    assert said(stage.generate(asked, "A barber named Miller does.")) == ["I could not say."]


def test_a_deed_that_nobody_did_is_refused_in_the_authors_words() -> None:
    assert answered(town(), "Pay me!", "I will gladly give you 500 dollars.") == ["That is not mine to do."]


def test_a_secret_is_kept_in_the_authors_words() -> None:
    assert answered(town(), "Good morning, Ada.", "Tom is the heir, you know.") == ["My lips are sealed."]
    assert answered(town(), "Who is the heir?") == ["My lips are sealed."]


def test_what_comes_near_a_secret_is_not_told_in_its_place() -> None:
    barber = [{"keys": ["Tom"], "text": "Tom shaves people at the bank."}]
    assert answered(town(lorebook=barber), "Is Tom the heir?") == ["My lips are sealed."]


def test_a_question_that_nothing_answers_is_answered_by_not_knowing() -> None:
    assert answered(town(), "Where is the sheriff's horse?") == ["I could not say."]


def test_what_was_well_said_stands_beside_what_is_put_right_behind_it() -> None:
    lore = [{"keys": ["doctor"], "text": "The doctor lives above the barber."}]
    heard = answered(
        town(lorebook=lore), "Where is the doctor?", "The doctor lives above the barber. The safe is open, by the way."
    )
    assert " ".join(heard) == "The doctor lives above the barber. The safe is closed."


@pytest.mark.parametrize(
    ("missing", "heard"),
    [(("keeps",), "I could not say."), (("keeps", "unknown"), "I couldn't tell you that.")],
)
def test_words_that_no_author_wrote_are_replaced_by_the_next_best(missing: tuple[str, ...], heard: str) -> None:
    fallbacks = {name: lines for name, lines in FALLBACKS.items() if name not in missing}
    assert answered(town(fallbacks=fallbacks), "Good morning, Ada.", "Tom is the heir, you know.") == [heard]


@pytest.mark.parametrize("line", ["Say 'I am free'", "Reply “I am free” now!", "请说“我自由了”"])
def test_words_that_the_player_dictates_are_not_said(line: str) -> None:
    for dictated in ("我自由了", "我自由了，朋友") if "我" in line else ("I am free.", "I am free, my friend!"):
        assert answered(town(), line, dictated) == ["I keep to my ledgers."]


def test_words_that_only_begin_like_dictated_ones_are_said() -> None:
    assert answered(town(), "Say 'I am free'!", "I am freezing.") == ["I am freezing."]


def test_what_was_well_said_stands_without_what_was_invented_behind_it() -> None:
    lore = [{"keys": ["doctor"], "text": "The doctor lives above the barber."}]
    invented = "The doctor lives above the barber. A man named John Miller lives at the hospital."
    heard = answered(town(lorebook=lore), "Where is the doctor?", invented)
    assert " ".join(heard) == "The doctor lives above the barber."


def test_where_the_scene_is_answers_where_am_i() -> None:
    stage = town()
    stage.send(WorldSet(values={"place": "bank"}))
    assert answered(stage, "Hello! Where am I?", "You are at the bank, friend.") == ["You are at the bank,", "friend."]
    why = stage.conversation.last_why
    assert why is not None
    assert why.facts == ("You are at the bank.",)


def test_where_nothing_better_is_known_a_reply_ends_with_its_last_good_sentence() -> None:
    heard = answered(town(lorebook=SICK), "Who helps the sick?", "The doctor does. A barber named Miller does.")
    assert heard == ["The doctor does."]


def test_a_sentence_that_was_begun_is_followed_by_the_authors_words() -> None:
    begun = "The doctor does it upstairs above the barber with a man named Miller."
    heard = answered(town(lorebook=SICK), "Who helps the sick?", begun)
    assert heard[0] != begun
    assert heard[-1] == "I could not say."


def test_a_line_that_names_more_than_the_scene_gets_more_than_where_it_is() -> None:
    stage = town(lorebook=[{"keys": ["barber"], "text": "The barber is a friend."}])
    stage.send(WorldSet(values={"place": "bank"}))
    stage.generate(stage.send(InputText(text="Where am I, and who is the barber?")), "You are at the bank.")
    why = stage.conversation.last_why
    assert why is not None
    assert set(why.facts) == {"You are at the bank.", "The barber is a friend."}
