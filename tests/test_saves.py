"""A save is a moment of the story: loading it is time travel, and nothing of the time since is left."""

from __future__ import annotations

from typing import Any

from conversing import TEXT_ONLY, TWO_ACTORS, WORLD, Stage, messages, only, opened, persona

from npc_engine.core.commands import Cancel, CreateSave, Generate, LoadSave, Record, TakeUp
from npc_engine.core.conversation import Conversation
from npc_engine.core.events import SaveMade, StoreFailed, StoryLoaded, TextGenerated
from npc_engine.core.journal import ENTRIES, ActionAsked, ActionEnded, Joined, Learned, Left, Spoken
from npc_engine.core.story import Story
from npc_engine.protocol import (
    CharacterLeave,
    Error,
    InputText,
    SaveCreate,
    SaveCreated,
    SaveLoad,
    SaveLoaded,
    WorldEvent,
    WorldSet,
)


def asked(stage: Stage, line: str) -> Generate:
    thinking = stage.send(InputText(text=line))
    stage.generate(thinking, "Well, well.")
    return only(thinking, Generate)


def played() -> Stage:
    stage = Stage({"ada": persona(world=WORLD), "tom": persona(name="Tom")}, audio=TEXT_ONLY, scene=TWO_ACTORS)
    asked(stage, "Hello, Ada")
    stage.send(WorldSet(values={"quest.safe": "open_safe", "weather": "rain"}))
    stage.send(WorldEvent(name="thunder"))
    return stage


def test_the_client_is_told_of_a_save_that_was_made() -> None:
    stage = played()
    assert stage.send(SaveCreate(id="m1", label="noon")) == [CreateSave("noon", "m1")]
    assert messages(stage.post(SaveMade(stage.at, "ABCD", "m1"))) == [SaveCreated(save_id="ABCD", ref="m1")]


def test_what_the_store_can_not_do_is_an_error_and_the_story_goes_on() -> None:
    stage = played()
    assert stage.send(SaveLoad(id="m2", save_id="X")) == [LoadSave("X", "m2")]
    error = only(stage.post(StoreFailed(stage.at, "there is no save X", "m2")), Error)
    assert (error.code, error.ref, error.message) == ("store_failed", "m2", "there is no save X")
    assert asked(stage, "Still there?").prompt


def test_after_loading_the_prompt_is_that_of_the_save_to_the_letter() -> None:
    stage = played()
    saved = tuple(stage.recorded)
    expected = asked(stage, "How is the weather, Ada?").prompt
    stage.send(WorldSet(values={"quest.safe": "done", "weather": "sun"}))
    stage.send(CharacterLeave(actor_id="tom"))
    asked(stage, "And now?")
    loaded = stage.post(StoryLoaded(stage.at, "ABCD", saved, "m3"))
    assert only(messages(loaded), SaveLoaded).ref == "m3"
    assert [character.actor_id for character in stage.conversation.characters] == ["ada", "tom"]
    assert asked(stage, "How is the weather, Ada?").prompt == expected


def test_a_reply_in_progress_ends_when_a_save_is_loaded() -> None:
    stage = played()
    saved = tuple(stage.recorded)
    thinking = only(stage.send(InputText(text="Tell me a long story")), Generate)
    loaded = stage.post(StoryLoaded(stage.at, "ABCD", saved, None))
    assert Cancel(thinking.work) in loaded
    assert stage.generate([thinking], "Once upon a time.") == []
    assert stage.conversation.history == Story.of(saved).lines


def test_a_save_whose_persona_is_gone_is_refused_and_changes_nothing() -> None:
    stage = played()
    saved = tuple(stage.recorded)
    del stage.personas["tom"]
    before = list(stage.conversation.history)
    assert only(stage.post(StoryLoaded(stage.at, "ABCD", saved, "m4")), Error).code == "persona_not_found"
    assert stage.conversation.history == before


def test_a_story_is_the_same_after_a_journey_through_json() -> None:
    stage = played()
    again = [ENTRIES.validate_json(ENTRIES.dump_json(entry)) for entry in stage.recorded]
    assert Story.of(again) == Story.of(stage.recorded)


def test_a_story_that_goes_on_is_where_the_game_says_and_waits_for_no_old_answer() -> None:
    stage = played()
    unanswered = ActionAsked(action_id="s0.1", actor_id="ada", name="open_door", args={})
    alone = opened(scene={"characters": [{"actor_id": "ada", "persona": "ada"}]})
    later = Conversation("s2", alone, stage.personas, past=[*stage.recorded, unanswered])
    recorded = only(later.open(), Record).entries
    assert Left(actor_id="tom") in recorded
    assert [(entry.action_id, entry.status) for entry in recorded if isinstance(entry, ActionEnded)] == [
        ("s0.1", "failed")
    ]
    assert not any(isinstance(entry, Joined) for entry in recorded)
    assert later.history == stage.conversation.history


def test_a_save_that_there_is_not_has_a_code_of_its_own() -> None:
    stage = played()
    error = only(stage.post(StoreFailed(stage.at, "there is no save X", "m2", not_found=True)), Error)
    assert error.code == "save_not_found"


def test_what_comes_after_loading_belongs_to_the_story_that_was_loaded() -> None:
    stage = played()
    loaded = stage.post(StoryLoaded(stage.at, "ABCD", tuple(stage.recorded), None))
    assert loaded[0] == TakeUp()


def with_beats(*beats: str) -> dict[str, Any]:
    written = [{"id": each, "objective": "Go on."} for each in beats]
    facts = [{"id": "f", "keys": ["f"], "text": "F.", "known_by": ["tom"]}]
    return {"name": "W", "facts": facts, "quests": [{"id": "q", "name": "Q", "goal": "G.", "beats": written}]}


def test_a_save_of_another_version_of_its_world_is_loaded_with_a_warning() -> None:
    stage = Stage({"ada": persona(world=with_beats("one", "two"))}, audio=TEXT_ONLY)
    stage.send(WorldSet(values={"quest.q": "two"}))
    saved = (*stage.recorded, Learned(actor_id="ada", fact="f", how="told"))
    same = stage.post(StoryLoaded(stage.at, "ABCD", saved, None))
    assert only(messages(same), SaveLoaded).warning is None
    stage.personas["ada"] = persona(world={**with_beats("one", "three"), "facts": []})
    warning = only(messages(stage.post(StoryLoaded(stage.at, "ABCD", saved, None))), SaveLoaded).warning
    assert warning
    assert "the beat 'two' of the quest 'q'" in warning
    assert "the fact 'f'" in warning
    stage.personas["ada"] = persona(world={**with_beats("one"), "quests": []})
    warning = only(messages(stage.post(StoryLoaded(stage.at, "ABCD", saved, None))), SaveLoaded).warning
    assert warning
    assert "the quest 'q'" in warning


def test_what_had_left_of_a_reply_is_remembered_where_a_story_is_left_in_the_middle_of_it() -> None:
    stage = Stage({"ada": persona(world=WORLD)}, audio=TEXT_ONLY)
    thinking = only(stage.send(InputText(text="Tell me a story")), Generate)
    stage.post(TextGenerated(stage.at, thinking.work, "There was a king. He had a dau"))
    later = Conversation("s2", opened(), stage.personas, past=stage.recorded)
    assert [(line.actor_id, line.text) for line in later.history] == [
        (None, "Tell me a story"),
        ("ada", "There was a king."),
    ]
    recorded = only(later.open(), Record).entries
    assert [entry.text for entry in recorded if isinstance(entry, Spoken)] == ["There was a king."], "it is a line now"
    loaded = stage.post(StoryLoaded(stage.at, "ABCD", tuple(stage.recorded), None))
    assert only(messages(loaded), SaveLoaded)
    assert stage.conversation.history[-1].text == "There was a king."


def test_of_a_reply_that_ended_only_what_was_heard_is_left() -> None:
    stage = Stage({"ada": persona(world=WORLD)}, audio=TEXT_ONLY)
    stage.answer("Tell me a story", "There was a king. He had a daughter.")
    story = Story.of(stage.recorded)
    assert story.saying is None
    assert [line.text for line in story.lines] == ["Tell me a story", "There was a king. He had a daughter."]


def test_a_reply_of_which_nothing_was_heard_was_never_said() -> None:
    stage = Stage({"ada": persona(world=WORLD)})
    thinking = stage.send(InputText(text="Tell me a story"))
    stage.synthesise(stage.generate(thinking, "There was a king."))
    assert Story.of(stage.recorded).saying
    stage.send(InputText(text="Stop"))
    assert Story.of(stage.recorded).saying is None
    assert [line.text for line in stage.conversation.history] == ["Tell me a story", "Stop"]
