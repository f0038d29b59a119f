"""A character decides what to do, asks the game, and speaks with the result: never before the player has finished."""

from __future__ import annotations

from typing import Any

from conversing import TEXT_ONLY, Listener, Stage, every, messages, only, persona

from npc_engine.core.commands import Command, Generate, Prepare
from npc_engine.core.events import EngineFailed, GenerationEnded, StoryLoaded, TextGenerated
from npc_engine.core.journal import ActionAsked, ActionEnded, Felt
from npc_engine.protocol import (
    ActionRequested,
    ActionResult,
    CharacterAct,
    CharacterJoin,
    Error,
    InputText,
    UtteranceText,
    WorldSet,
)

WORLD: dict[str, Any] = {
    "name": "Town",
    "things": [{"id": "key", "kind": "item", "names": {"en": ["key"], "zh": ["钥匙"]}, "owner": "ada"}],
    "actions": [
        {
            "name": "hand_over",
            "description": "Hand an item to the player.",
            "args": {"item": {"type": "item", "owned_by": "self"}},
            "asks": {"en": ["Give me your key."]},
            "deadline": 4,
            "done": "You gave the {item} to the player.",
            "refused": "You could not hand over the {item}.",
        }
    ],
}
LIKES = {
    "axes": {"trust": {}},
    "rules": [{"on": {"action": "hand_over"}, "change": {"trust": 1}, "reason": "She was of help."}],
}


def town(**changes: Any) -> Stage:
    return Stage({"ada": persona(world=WORLD, relationship=LIKES)}, **{"audio": TEXT_ONLY, **changes})


def decide(of: Stage, commands: list[Command], choice: str) -> list[Command]:
    """The model chooses."""
    work = only(commands, Generate).work
    return of.post(TextGenerated(of.at, work, choice)) + of.post(GenerationEnded(of.at, work))


def asked(of: Stage) -> tuple[list[Command], ActionRequested]:
    """A key that is asked for, and the request to the game."""
    thinking = of.send(InputText(text="Give me the key."))
    following = decide(of, thinking, "hand_over(key)")
    return following, only(messages(following), ActionRequested)


SING: dict[str, Any] = {"name": "sing", "description": "Sing a song.", "asks": {"en": ["Sing!"]}}


def test_the_words_of_an_authors_example_ask_for_the_action_without_the_model() -> None:
    stage = town()
    asking = stage.send(InputText(text="give me your key"))
    assert every(asking, Generate) == []
    assert only(messages(asking), ActionRequested).args == {"item": "key"}


def test_a_character_does_what_the_game_has_declared_for_its_scene() -> None:
    scene = {"characters": [{"actor_id": "ada", "persona": "ada"}], "actions": [SING]}
    stage = town(scene=scene)
    following = decide(stage, stage.send(InputText(text="Sing a song!")), "sing()")
    assert only(messages(following), ActionRequested).name == "sing"


def test_a_character_that_joins_again_does_what_is_declared_then() -> None:
    stage = town()
    joined = {"actor_id": "ada", "persona": "ada"}
    stage.send(CharacterJoin.model_validate({**joined, "actions": [SING]}))
    following = decide(stage, stage.send(InputText(text="Sing a song!")), "sing()")
    assert only(messages(following), ActionRequested).name == "sing"
    taken = {**SING, "name": "hand_over"}
    error = only(stage.send(CharacterJoin.model_validate({"id": "j", **joined, "actions": [taken]})), Error)
    assert (error.code, error.ref) == ("invalid_message", "j")
    assert "declared twice" in error.message


def test_what_is_said_for_want_of_a_fact_is_said_only_if_nothing_is_done() -> None:
    wanting = persona(world=WORLD, relationship=LIKES, otherwise={"en": ["I think of the safe."]})
    stage = Stage({"ada": wanting}, audio=TEXT_ONLY)
    spoken = decide(stage, stage.send(InputText(text="Give it to me.")), "none")
    assert only(messages(spoken), UtteranceText).text == "I think of the safe."
    _, request = asked(stage)
    result = stage.send(ActionResult(action_id=request.action_id, status="done"))
    assert "You gave the key to the player." in only(result, Generate).prompt.lines[-1].text


def test_the_character_knows_what_the_game_says_of_a_deed() -> None:
    stage = town()
    _, request = asked(stage)
    done = ActionResult(action_id=request.action_id, status="done", detail="It is rusty.")
    prompt = only(stage.send(done), Generate).prompt
    assert "You gave the key to the player. It is rusty." in prompt.lines[-1].text


def test_the_model_may_choose_among_what_is_legal_alone() -> None:
    prompt = only(town().send(InputText(text="Give me the key.")), Generate).prompt
    assert prompt.grammar
    assert "hand_over(" in prompt.grammar
    assert "key" in prompt.grammar


def test_the_game_is_asked_and_the_character_speaks_with_the_result() -> None:
    stage = town()
    following, request = asked(stage)
    assert (request.actor_id, request.name, request.args, request.deadline_ms) == (
        "ada",
        "hand_over",
        {"item": "key"},
        4000,
    )
    assert every(following, Generate) == [], "nothing is said before the game has answered"
    speaking = stage.send(ActionResult(action_id=request.action_id, status="done"))
    prompt = only(speaking, Generate).prompt
    assert prompt.lines[-1].text == "Give me the key. [Answer: You gave the key to the player.]"
    stage.generate(speaking, "There it is.")
    assert [line.text for line in stage.conversation.history] == ["Give me the key.", "There it is."]
    assert stage.conversation.history[0].facts == ("You gave the key to the player.",)
    assert [entry.value for entry in stage.recorded if isinstance(entry, Felt)] == [1.0]


def test_a_refusal_is_told_with_the_games_reason() -> None:
    stage = town()
    _, request = asked(stage)
    speaking = stage.send(ActionResult(action_id=request.action_id, status="refused", detail="The key is nailed down."))
    assert "You could not hand over the key. The key is nailed down." in only(speaking, Generate).prompt.lines[-1].text
    assert not any(isinstance(entry, Felt) for entry in stage.recorded)


def test_a_game_that_does_not_answer_in_time_has_failed() -> None:
    stage = town()
    _, request = asked(stage)
    speaking = stage.wait(4.1)
    assert "You could not hand over the key." in only(speaking, Generate).prompt.lines[-1].text
    ended = [entry for entry in stage.recorded if isinstance(entry, ActionEnded)]
    assert [(entry.action_id, entry.status) for entry in ended] == [(request.action_id, "failed")]
    assert stage.send(ActionResult(action_id=request.action_id, status="done")) == [], "it comes too late"


def test_a_model_that_chooses_none_answers_as_ever() -> None:
    stage = town()
    speaking = decide(stage, stage.send(InputText(text="Give me the key.")), "none")
    assert not only(speaking, Generate).prompt.grammar
    assert every(messages(speaking), ActionRequested) == []


def test_a_line_that_asks_for_nothing_costs_no_decision() -> None:
    assert not only(town().send(InputText(text="Good morning.")), Generate).prompt.grammar


def test_what_is_not_legal_any_more_is_not_asked_for() -> None:
    stage = town()
    thinking = stage.send(InputText(text="Give me the key."))
    stage.send(WorldSet(values={"key.owner": "player"}))
    following = decide(stage, thinking, "hand_over(key)")
    assert every(messages(following), ActionRequested) == []
    assert not only(following, Generate).prompt.grammar


def test_an_engine_that_fails_to_decide_has_decided_for_nothing() -> None:
    stage = town()
    thinking = stage.send(InputText(text="Give me the key."))
    work = only(thinking, Generate).work
    stage.post(EngineFailed(stage.at, work, "lost"))
    following = stage.post(EngineFailed(stage.at, work, "lost"))
    assert every(messages(following), Error) != []
    assert stage.conversation.is_idle


def test_an_answer_of_the_game_behind_the_end_of_the_turn_is_kept_and_not_spoken_of() -> None:
    stage = town()
    _, request = asked(stage)
    stage.generate(stage.send(InputText(text="Never mind.")), "All right.")
    assert every(stage.send(ActionResult(action_id=request.action_id, status="done")), Generate) == []
    ended = [entry for entry in stage.recorded if isinstance(entry, ActionEnded)]
    assert [(entry.action_id, entry.status) for entry in ended] == [(request.action_id, "done")]


def test_an_answer_to_what_was_never_asked_is_an_error() -> None:
    error = only(town().send(ActionResult(id="r1", action_id="x", status="done")), Error)
    assert (error.code, error.ref) == ("action_not_found", "r1")


def test_what_is_decided_while_the_player_may_go_on_waits_for_the_end_of_the_turn() -> None:
    stage = Listener({"ada": persona(world=WORLD)})
    supposed = [*stage.speak(1.0, "Give me the key."), *stage.pause(0.2, "Give me the key.")]
    assert every(messages(decide(stage, supposed, "hand_over(key)")), ActionRequested) == []
    ended = stage.pause(1.0, "Give me the key.")
    assert only(messages(ended), ActionRequested).args == {"item": "key"}
    stage.speak(0.5, "And the ring.")
    assert stage.conversation.history[0].text == "Give me the key.", "asked is asked"


def test_a_request_that_a_save_left_open_is_asked_again_and_others_are_forgotten() -> None:
    stage = town()
    _, request = asked(stage)
    saved = tuple(stage.recorded)
    stage.send(ActionResult(action_id=request.action_id, status="done"))
    loaded = messages(stage.post(StoryLoaded(stage.at, "ABCD", saved, None)))
    assert [message for message in loaded if isinstance(message, ActionRequested)] == [request]
    again = stage.send(ActionResult(action_id=request.action_id, status="refused"))
    assert every(again, Generate) == [], "nobody waits to speak of it any more"
    assert sum(isinstance(entry, ActionAsked) for entry in stage.recorded) == 1


def test_text_that_comes_of_a_decision_is_never_said() -> None:
    stage = town()
    thinking = stage.send(InputText(text="Give me the key."))
    following = decide(stage, thinking, "hand_over(key)")
    assert not any(isinstance(message, UtteranceText) for message in messages(thinking + following))


def requests(commands: list[Any]) -> list[ActionRequested]:
    return [message for message in messages(commands) if isinstance(message, ActionRequested)]


def test_a_decision_is_prepared_with_the_session_after_what_is_said() -> None:
    speaking, deciding = every(town().conversation.open(), Prepare)
    assert speaking.prompt.conversation == "s1/ada/en"
    stage = town()
    decision = only(stage.send(InputText(text="Give me the key.")), Generate).prompt
    assert deciding.prompt.conversation == decision.conversation
    assert deciding.prompt.lines == decision.lines[:-1]
    assert deciding.weight < speaking.weight


def must(**changes: Any) -> CharacterAct:
    message = {"actor_id": "ada", "actions": ["hand_over"], "text": "It is your move.", "id": "m1"}
    return CharacterAct.model_validate(message | changes)


def test_a_character_that_must_act_chooses_among_what_it_is_given_and_none_is_no_choice() -> None:
    stage = town(scene={"characters": [{"actor_id": "ada", "persona": "ada"}], "actions": [SING]})
    thinking = stage.send(must(actions=["hand_over", "sing"]))
    prompt = only(thinking, Generate).prompt
    assert '"none"' not in prompt.grammar
    assert "It is your move." in prompt.lines[-1].text
    following = decide(stage, thinking, "hand_over(key)")
    request = only(messages(following), ActionRequested)
    assert request.args == {"item": "key"}
    result = stage.send(ActionResult(action_id=request.action_id, status="done"))
    spoken = stage.generate(result, "There you are.")
    assert only(messages(spoken), UtteranceText).text == "There you are."


def test_where_nothing_is_left_to_choose_the_game_is_asked_without_the_model() -> None:
    stage = town()
    commands = stage.send(must())
    assert every(commands, Generate) == []
    request = only(messages(commands), ActionRequested)
    assert (request.name, request.args) == ("hand_over", {"item": "key"})
    result = stage.send(ActionResult(action_id=request.action_id, status="done"))
    spoken = stage.generate(result, "There you are.")
    assert only(messages(spoken), UtteranceText).text == "There you are."


def test_what_must_be_done_waits_for_its_turn_unless_it_is_critical() -> None:
    stage = town(audio={})
    stage.answer("Hello", "Welcome to my little bank, stranger.")
    assert requests(stage.send(must())) == []
    assert requests(stage.wait(10)) != []
    stage = town(audio={})
    stage.answer("Hello", "Welcome to my little bank, stranger.")
    assert requests(stage.send(must(priority="critical"))) != []
    stage = town(audio={})
    stage.answer("Hello", "Welcome to my little bank, stranger.")
    assert stage.send(must(priority="low")) == []


def test_nobody_must_do_what_is_not_legal() -> None:
    stage = town()
    stage.send(WorldSet(values={"key.owner": "player"}))
    error = only(messages(stage.send(must())), Error)
    assert (error.code, error.ref) == ("action_not_found", "m1")
    assert only(messages(stage.send(must(actor_id="eve"))), Error).code == "actor_not_found"


def test_a_question_costs_no_decision() -> None:
    assert not any(
        command.prompt.grammar for command in every(town().send(InputText(text="Where is the key?")), Generate)
    )
