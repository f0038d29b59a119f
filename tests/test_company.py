"""Several characters in earshot: who answers, what they say to each other, and who must keep silent."""

from __future__ import annotations

import pytest
from conversing import TEXT_ONLY, TWO_ACTORS, Stage, every, messages, only, persona

from npc_engine.core.commands import Generate
from npc_engine.persona.model import Persona
from npc_engine.protocol import (
    CharacterClaim,
    CharacterRelease,
    Error,
    InputText,
    Say,
    TurnStarted,
    UtteranceCompleted,
    WorldEvent,
)


def company(**of_tom: object) -> Stage:
    people: dict[str, Persona] = {"ada": persona(), "tom": persona(name="Tom", languages=["en"], **of_tom)}
    return Stage(people, audio=TEXT_ONLY, scene=TWO_ACTORS)


def answered(of: Stage, line: str, *answers: str) -> list[str]:
    """Who speaks after a line of the player, one after the other, saying `answers`."""
    commands, speakers = of.send(InputText(text=line)), list[str]()
    for answer in answers:
        speakers += [message.actor_id for message in messages(commands) if isinstance(message, TurnStarted)]
        commands = of.generate(commands, answer)
    return speakers + [message.actor_id for message in messages(commands) if isinstance(message, TurnStarted)]


def test_who_asked_the_player_something_gets_the_answer() -> None:
    both = company()
    answered(both, "Hello, Tom", "Howdy. What is your name?")
    answered(both, "Ada, hush", "Fine.")
    assert answered(both, "Sam", "Well.") == ["ada"], "the question was passed over"
    answered(both, "Tom!", "What is your name?")
    both.send(Say(actor_id="ada", text="Be polite!"))
    assert answered(both, "Sam", "Well.") == ["ada"]


def test_a_duty_goes_before_an_interest_and_both_before_who_spoke_last() -> None:
    people = {
        "ada": persona(duties={"en": ["loan"]}, interests={"en": ["horse"]}),
        "tom": persona(name="Tom", languages=["en"], interests={"en": ["loan", "whiskey"]}),
    }
    both = Stage(people, audio=TEXT_ONLY, scene=TWO_ACTORS)
    assert answered(both, "I want a loan", "No.") == ["ada"]
    assert answered(both, "Some whiskey!", "Yes.") == ["tom"]
    assert answered(both, "And another", "Yes.") == ["tom"]


def test_among_several_who_all_have_something_to_care_for_nobody_answers_what_concerns_none() -> None:
    people = {"ada": persona(duties={"en": ["loan"]}), "tom": persona(name="Tom", interests={"en": ["whiskey"]})}
    both = Stage(people, audio=TEXT_ONLY, scene=TWO_ACTORS)
    assert both.send(InputText(text="Nice clouds.")) == []
    assert [line.text for line in both.conversation.history] == ["Nice clouds."], "they heard it"


def test_a_character_answers_the_other_who_speaks_to_it_but_not_for_ever() -> None:
    both = company()
    speakers = answered(both, "Hello, Ada", "Tom, is the bar open?", "It is. Ada, will you come?", "Later, Tom.")
    assert speakers == ["ada", "tom", "ada"]
    assert both.conversation.is_idle


def test_a_character_sees_what_the_other_said_to_it() -> None:
    both = company(lorebook=[{"keys": ["bar"], "text": "The bar is closed."}])
    commands = both.generate(both.send(InputText(text="Hello, Ada")), "Tom, is the bar open?")
    prompt = only(commands, Generate).prompt
    assert prompt.lines[-1].text.endswith("Ada Finch: Tom, is the bar open? [Answer: The bar is closed.]")


def test_what_must_not_come_out_wrong_is_said_to_another_character_word_for_word_too() -> None:
    both = company(lorebook=[{"keys": ["bar"], "text": "The bar is closed.", "verbatim": True}])
    commands = both.generate(both.send(InputText(text="Hello, Ada")), "Tom, is the bar open?")
    assert every(commands, Generate) == []
    both.wait(1)
    assert [line.text for line in both.conversation.history][-1] == "The bar is closed."


def test_the_players_word_ends_an_exchange() -> None:
    both = company()
    thinking = both.generate(both.send(InputText(text="Hello, Ada")), "Tom, is the bar open?")
    answers = both.send(InputText(text="Ada, leave him alone."))
    assert only(messages(answers), TurnStarted).actor_id == "ada"
    assert both.generate(thinking, "It is.") == []


@pytest.mark.parametrize("text", ["Tom has the key.", "I like Tom", "Tombstones everywhere, friend"])
def test_to_speak_of_somebody_is_not_to_speak_to_them(text: str) -> None:
    assert answered(company(), "Hello, Ada", text) == ["ada"]


def test_a_claimed_character_keeps_silent_until_it_is_released() -> None:
    both = company()
    both.generate(both.send(InputText(text="Tom, a story!")), "Once upon a time. There was", end=False)
    hushed = messages(both.send(CharacterClaim(actor_id="tom", reason="cutscene")))
    assert only(hushed, UtteranceCompleted).reason == "cancelled"
    assert both.send(InputText(text="Tom?")) == []
    assert answered(both, "Anybody?", "Yes.") == ["ada"]
    assert answered(both, "Tell me of Ada", "Tom, tell him.") == ["ada"]
    both.send(CharacterRelease(actor_id="tom"))
    assert answered(both, "Tom?", "Here.") == ["tom"]


def test_a_scripted_scene_lets_its_characters_speak_by_say() -> None:
    both = company()
    both.send(CharacterClaim(actor_id="tom"))
    assert only(messages(both.send(Say(actor_id="tom", text="Action!"))), TurnStarted).actor_id == "tom"


def test_to_claim_who_is_not_there_is_an_error() -> None:
    for message in (CharacterClaim(actor_id="eve"), CharacterRelease(actor_id="eve")):
        assert only(company().send(message), Error).code == "actor_not_found"


def test_a_narrator_tells_events_and_answers_nobody() -> None:
    both = company(narrator=True)
    started = only(messages(both.send(WorldEvent(name="storm", respond="must"))), TurnStarted)
    assert started.actor_id == "tom"
    both.generate(both.send(InputText(text="Hello?")), "Hello.")
    assert answered(both, "Who is there?", "I am.") == ["ada"]


def test_a_narrator_alone_does_answer() -> None:
    alone = Stage({"ada": persona(narrator=True)}, audio=TEXT_ONLY)
    assert answered(alone, "Where am I?", "In a dark wood.") == ["ada"]
