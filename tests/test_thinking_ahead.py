"""What happens while the player still speaks: partial transcripts, answers thought of ahead, and taking them back."""

from __future__ import annotations

import pytest
from conversing import (
    TEXT_ONLY,
    TWO_ACTORS,
    WORLD,
    Listener,
    Stage,
    every,
    last,
    messages,
    only,
    persona,
    spoken,
    types,
)

from npc_engine.core.commands import (
    Cancel,
    Command,
    Generate,
    Hurry,
    JudgeTurn,
    Prepare,
    Recognise,
    SendAudio,
    Synthesise,
)
from npc_engine.core.events import EngineFailed, GenerationEnded, Recognised, TextGenerated, TurnJudged
from npc_engine.protocol import (
    CharacterLeave,
    InputAudioClear,
    InputText,
    TranscriptFinal,
    TranscriptPartial,
    TurnCompleted,
    WorldSet,
)

ANSWER = "You are in the town of Deadwood. "


def answering(stage: Listener, line: str = "Where am I?") -> list[Command]:
    """The player has just paused behind a line, and an answer to it is being thought of."""
    return [*stage.speak(1.0, line), *stage.pause(0.12, line)]


def test_a_player_is_recognised_again_and_again_while_speaking() -> None:
    stage = Listener()
    asked = every(stage.speak(2.0, "Well"), Recognise)
    assert len(asked) >= 4
    assert {each.start for each in asked} == {0.0}
    assert [each.end for each in asked] == sorted(each.end for each in asked)
    assert not any(each.urgent for each in asked), "whoever has fallen silent goes first"


def test_recognition_waits_for_its_last_result_and_takes_a_third_of_the_time() -> None:
    stage = Stage()
    assert len(every(stage.voice(5), Recognise)) == 1
    stage.recognise([*stage.voice(0.04), *[Recognise(1, 0, 0, "en", ())]], "Well")
    again = only(stage.voice(12), Recognise)
    assert again.end == pytest.approx(0.3 + 3 * 4.72, abs=0.2), "it took 4.6 seconds"


def test_what_is_understood_so_far_is_told_with_its_turn() -> None:
    stage = Listener()
    told = messages([*stage.speak(0.5, "Where"), *stage.speak(0.3, "Where am")])[1:]
    assert told == [TranscriptPartial(text="Where", turn=1), TranscriptPartial(text="Where am", turn=1)]


def test_what_two_results_agree_on_is_evaluated_ahead() -> None:
    stage = Listener()
    commands = [
        *stage.speak(0.7, "Excuse me my dearest old friend"),
        *stage.speak(0.4, "Excuse me my dearest old friend where"),
    ]
    prompt = only(commands, Prepare).prompt
    assert prompt.open_ended
    assert prompt.lines[-1].text == "Excuse me my dearest old", "its last word may not be all said"
    one_more_word = stage.speak(1.0, "Excuse me my dearest old friend where")
    assert every(one_more_word, Prepare) == [], "that is not worth a batch"
    assert stage.conversation.history == []


def test_what_nobody_hears_is_not_evaluated_ahead() -> None:
    stage = Listener()
    stage.send(CharacterLeave(actor_id="ada"))
    line = "Is there anybody here who can hear me"
    commands = [*stage.speak(0.7, line), *stage.speak(0.4, f"{line} at all")]
    assert TranscriptPartial in map(type, messages(commands)), "it is understood all the same"
    assert every(commands, Prepare) == []


def test_at_the_first_short_silence_an_answer_is_thought_of_and_nothing_of_it_is_told() -> None:
    stage = Listener()
    commands = answering(stage)
    asked = only(commands, Generate)
    assert asked.prompt.lines[-1].text == "Where am I?"
    said = stage.generate([asked], ANSWER)
    first = only(said, Synthesise)
    assert stage.post(spoken(stage.at, first)) == [], "its first clause is ready, and held"
    assert set(types(commands)) == {"input.speech_started", "transcript.partial"}
    assert stage.conversation.history == []
    assert not stage.conversation.is_idle


def test_the_end_of_the_turn_lets_the_answer_out_at_once() -> None:
    stage = Listener()
    stage.synthesise(stage.generate(answering(stage), ANSWER))
    ended = stage.pause(0.5, "Where am I?")
    assert every(ended, Recognise) == [], "all that was voiced is understood already"
    assert every(ended, Generate) == []
    assert types(ended) == [
        "input.speech_stopped",
        "transcript.final",
        "turn.started",
        "utterance.started",
        "utterance.text",
        "utterance.cues",
    ]
    assert only(ended, SendAudio).utterance == 1
    assert [heard.text for heard in stage.conversation.history] == ["Where am I?"]


def test_the_stages_of_a_turn_thought_of_ahead_overlap() -> None:
    stage = Listener()
    stage.synthesise(stage.generate(answering(stage), ANSWER))
    stage.pause(0.5, "Where am I?")
    done = only(stage.wait(20), TurnCompleted)
    spans = {span.stage: (span.start_ms, span.end_ms) for span in done.timeline}
    assert list(spans) == [
        "speech",
        "endpointing",
        "recognition",
        "first_token",
        "first_clause",
        "synthesis",
        "held",
        "speaking",
    ]
    assert spans["speech"] == (pytest.approx(-1000, abs=50), 0)
    assert spans["first_clause"][1] < spans["endpointing"][1], "the answer was there before the turn was over"
    assert spans["held"][1] == spans["endpointing"][1] == done.metrics.voice_to_voice_ms


def test_a_player_who_goes_on_takes_the_answer_back_as_if_nothing_had_been_said() -> None:
    stage = Listener()
    asked = only(answering(stage), Generate)
    said = stage.generate([asked], ANSWER, end=False)
    on = stage.speak(0.5, "Where am I going?")
    assert Cancel(asked.work) in on
    assert Cancel(only(said, Synthesise).work) in on
    assert set(types(on)) == {"transcript.partial"}
    assert stage.conversation.history == []
    ended = stage.pause(0.6, "Where am I going?")
    assert only(ended, Generate).prompt.lines[-1].text == "Where am I going?"
    assert only(ended, TranscriptFinal).turn == 1
    assert [heard.text for heard in stage.conversation.history] == ["Where am I going?"]


def test_late_results_of_an_answer_that_was_taken_back_change_nothing() -> None:
    stage = Listener()
    asked = only(answering(stage), Generate)
    speech = only(stage.generate([asked], ANSWER, end=False), Synthesise)
    stage.speak(0.5, "Where am I going?")
    assert stage.post(TextGenerated(stage.at, asked.work, "Hello there. ")) == []
    assert stage.post(GenerationEnded(stage.at, asked.work)) == []
    assert stage.post(spoken(stage.at, speech)) == []
    assert stage.post(EngineFailed(stage.at, asked.work, "crashed")) == []


def test_other_marks_and_capitals_are_the_same_line() -> None:
    stage = Listener()
    answering(stage, "Where am I")
    ended = stage.pause(0.5, "where am I?")
    assert every(ended, Generate) == []
    assert only(ended, TranscriptFinal).text == "Where am I"


def test_what_the_player_seems_to_have_said_may_be_nothing_after_all() -> None:
    stage = Listener()
    asked = only(answering(stage, "You"), Generate)
    assert Cancel(asked.work) in stage.speak(0.2, "You")
    ended = stage.pause(0.6, "")
    assert types(ended) == ["input.speech_stopped", "turn.completed"], "the client was told of a turn"
    assert stage.conversation.history == []
    assert stage.conversation.is_idle


def test_a_sign_of_listening_leaves_memory_as_it_was() -> None:
    stage = Listener()
    stage.answer("Hello", "Welcome to Deadwood, friend, and take your time while you are here.")
    before = list(stage.conversation.history)
    ended = [*stage.speak(0.32, "Mm-hm."), *stage.pause(0.6, "Mm-hm.")]
    assert every(ended, Generate) == []
    assert stage.conversation.history == before


def test_noise_that_seemed_a_line_leaves_the_prompt_as_it_was() -> None:
    stage = Listener()
    asked = only(answering(stage, "Thank you."), Generate)
    stage.speak(0.4, "")
    ended = stage.pause(0.6, "")
    assert asked.prompt.lines[-1].text == "Thank you."
    assert types(ended)[-1] == "turn.completed"
    assert stage.conversation.history == []


@pytest.mark.parametrize(
    "message", [WorldSet(values={"safe.open": True}), InputText(text="Hello"), CharacterLeave(actor_id="ada")]
)
def test_an_answer_is_thought_of_anew_when_the_world_changes(message: WorldSet | InputText | CharacterLeave) -> None:
    stage = Listener()
    asked = only(answering(stage), Generate)
    assert Cancel(asked.work) in stage.send(message)


def test_facts_that_came_while_the_player_paused_are_in_the_answer() -> None:
    stage = Listener({"ada": persona(world=WORLD)}, scene={"characters": [{"actor_id": "ada", "persona": "ada"}]})
    first = only(answering(stage, "Where is the key?"), Generate)
    stage.send(WorldSet(values={"key.place": "the well"}))
    again = only(stage.pause(0.08, "Where is the key?"), Generate)
    assert "the well" not in first.prompt.lines[-1].text
    assert "the well" in again.prompt.lines[-1].text


def test_nobody_in_earshot_is_no_reason_to_think() -> None:
    stage = Listener()
    stage.send(CharacterLeave(actor_id="ada"))
    commands = [*stage.speak(1.0, "Where am I, good people?"), *stage.pause(0.6, "Where am I, good people?")]
    assert every(commands, Generate) == []
    assert types(commands)[-1] == "error"


def test_text_alone_is_held_like_speech() -> None:
    stage = Listener(audio=TEXT_ONLY)
    assert types(stage.generate(answering(stage), ANSWER)) == []
    assert "utterance.text" in types(stage.pause(0.5, "Where am I?"))


def test_words_that_are_authored_are_spoken_ahead_too() -> None:
    entry = {"keys": ["where"], "text": "You are in Deadwood.", "verbatim": True}
    stage = Listener({"ada": persona(lorebook=[entry])})
    commands = answering(stage)
    assert every(commands, Generate) == []
    assert types(stage.synthesise(commands)) == []
    assert "utterance.text" in types(stage.pause(0.5, "Where am I?"))


def test_an_answer_thought_of_ahead_that_fails_is_thought_of_again_without_a_word() -> None:
    stage = Listener()
    asked = only(answering(stage), Generate)
    assert stage.post(EngineFailed(stage.at, asked.work, "crashed")) == [asked]
    assert types(stage.post(EngineFailed(stage.at, asked.work, "crashed"))) == []
    ended = stage.pause(0.6, "Where am I?")
    assert len(every(ended, Generate)) == 1
    assert "turn.started" in types(ended)


def test_recognition_in_the_midst_of_speech_that_fails_is_asked_for_again() -> None:
    stage = Stage()
    asked = only(stage.voice(0.6), Recognise)
    assert stage.post(EngineFailed(stage.at, asked.work, "crashed")) == [asked]
    assert stage.post(EngineFailed(stage.at, asked.work, "crashed")) == []
    assert len(every(stage.voice(0.4), Recognise)) == 1


def test_recognition_under_way_at_the_end_is_enough_if_it_hears_all() -> None:
    stage = Stage()
    stage.recognise(stage.voice(1.0), "Where")
    asked = last(stage.silence(0.12), Recognise)
    ended = stage.silence(0.5)
    assert every(ended, Recognise) == []
    told = types(stage.post(Recognised(stage.at, asked.work, "Where am I?", "en")))
    assert told == ["transcript.final", "turn.started"]


def test_a_result_that_does_not_hear_all_is_not_awaited() -> None:
    stage = Stage()
    asked = only(stage.voice(1.0), Recognise)
    paused = stage.silence(0.04)
    assert Cancel(asked.work) in paused
    final = only(paused, Recognise)
    assert not final.urgent, "the lips may be closed for a b"
    assert final.end > asked.end
    assert every(stage.silence(0.12), Hurry) == [Hurry(final.work)]
    assert every(stage.silence(0.5), Recognise) == [], "it is awaited"


def test_a_silence_does_not_wait_for_the_result_of_a_pause_within_a_word() -> None:
    stage = Stage()
    within = last([*stage.voice(1.0), *stage.silence(0.04)], Recognise)
    assert every(stage.voice(0.2), Recognise) == []
    assert every(stage.silence(0.04), Recognise) == [], "that may be the next"
    silent = stage.silence(0.12)
    assert Cancel(within.work) in silent
    assert only(silent, Recognise).urgent


def test_a_microphone_that_stops_within_a_word_has_its_last_result_hurried() -> None:
    stage = Stage()
    asked = last([*stage.voice(1.0), *stage.silence(0.04)], Recognise)
    assert Hurry(asked.work) in stage.wait(2.0)
    assert every(stage.recognise([asked], "Where am I?"), Generate) != []


def test_a_judgement_that_nobody_asks_for_any_more_is_cancelled() -> None:
    stage = Listener()
    stage.speak(1.0, "Where am I?")
    paused = stage.pause(0.24, "Where am I?")
    assert Cancel(only(paused, JudgeTurn).work) in stage.pause(0.4, "Where am I?")
    stage.speak(1.0, "Where am I?")
    judged = only(stage.pause(0.2, "Where am I?"), JudgeTurn)
    assert Cancel(judged.work) in stage.send(InputAudioClear())


def test_a_pause_is_judged_once() -> None:
    stage = Listener()
    stage.speak(1.0, "Where am I?")
    judged = only(stage.pause(0.36, "Where am I?"), JudgeTurn)
    assert judged.end == pytest.approx(1.2, abs=0.1)
    assert judged.start == 0.0
    assert stage.post(TurnJudged(stage.at, judged.work, 0.98)) == []
    assert stage.post(TurnJudged(stage.at, judged.work + 99, 0.01)) == [], "nobody asked"
    assert "turn.started" in types(stage.pause(0.2, "Where am I?"))


def test_a_judgement_that_fails_leaves_it_to_silence() -> None:
    stage = Listener()
    stage.speak(1.0, "Where am I?")
    judged = only(stage.pause(0.3, "Where am I?"), JudgeTurn)
    assert stage.post(EngineFailed(stage.at, judged.work, "crashed")) == []
    assert "turn.started" in types(stage.pause(1.2, "Where am I?"))


def test_who_clears_the_audio_takes_back_what_was_thought_of() -> None:
    stage = Listener()
    asked = only(answering(stage), Generate)
    cleared = stage.send(InputAudioClear())
    assert Cancel(asked.work) in cleared
    assert types(cleared) == ["input.speech_stopped", "turn.completed"]
    assert only(cleared, Prepare).prompt.lines[-1].role != "user", "what is known is ready again"


def test_in_a_room_that_is_never_quiet_voice_activity_alone_tells_the_pause() -> None:
    stage = Listener()
    stage.speak(1.0, "Where am I?")
    assert len(every(stage.hiss(0.2, "Where am I?"), Generate)) == 1


def test_two_characters_and_the_one_who_is_named_thinks() -> None:
    stage = Listener(scene=TWO_ACTORS)
    asked = only(answering(stage, "Old Tom, where am I?"), Generate)
    assert "tom" in asked.prompt.conversation


def test_while_a_pause_is_recognised_what_was_understood_before_is_evaluated() -> None:
    stage = Listener()
    stage.speak(0.5, "Where is the key")
    paused = stage.silence(0.04)
    prompt = only(paused, Prepare).prompt
    assert prompt.open_ended
    assert prompt.lines[-1].text == "Where is the", "its last word may not be all said"
    stage.recognise(paused, "Where is the keyhole")
    stage.speak(0.12, "Where is the keyhole")
    assert every(stage.silence(0.04), Prepare) == [], "not for a few letters more"
