"""What a player, and the author of a client, can rely on in one session: messages and events in, commands out."""

from __future__ import annotations

import pytest
from conversing import (
    RATE,
    SILENCE_ENDS,
    TEXT_ONLY,
    TWO_ACTORS,
    WINDOW,
    WORLD,
    Stage,
    every,
    last,
    messages,
    only,
    persona,
    speaking,
    spoken,
    types,
)

from npc_engine.core.commands import (
    Cancel,
    Close,
    DropAudio,
    ForgetAudio,
    Generate,
    HoldAudio,
    LetGo,
    Prepare,
    Recognise,
    ReleaseAudio,
    Send,
    SendAudio,
    Synthesise,
)
from npc_engine.core.conversation import Conversation
from npc_engine.core.events import (
    AudioReceived,
    ClockAdvanced,
    EngineFailed,
    GenerationEnded,
    ListeningChanged,
    MessageReceived,
    Recognised,
    TextGenerated,
)
from npc_engine.core.listening import TAIL
from npc_engine.core.quests import UnknownStage
from npc_engine.protocol import (
    AnyClientMessage,
    CharacterFocus,
    CharacterJoin,
    CharacterLeave,
    Error,
    InputAudioClear,
    InputAudioCommit,
    InputSpeechStarted,
    InputSpeechStopped,
    InputText,
    Ping,
    PlaybackReport,
    Pong,
    QuestChanged,
    ReplyCancel,
    Say,
    SessionClose,
    Span,
    TranscriptFinal,
    TranscriptPartial,
    TurnCompleted,
    TurnStarted,
    UtteranceCompleted,
    UtteranceCues,
    UtteranceStarted,
    UtteranceText,
    WorldEvent,
    WorldSet,
)

WELCOME = "Welcome to our little town. What brings you here on such a fine day?"
"""Fourteen words: seven seconds of speech in two clauses."""


def lines(stage: Stage) -> list[tuple[str, str]]:
    """Who said what, as the character remembers it."""
    return [(heard.name, heard.text) for heard in stage.conversation.history]


# The order of a turn


def test_a_typed_line_is_answered_in_the_order_that_clients_rely_on() -> None:
    stage = Stage()
    commands = [*stage.answer("Hello", WELCOME), *stage.wait(10)]
    assert types(commands) == [
        "turn.started",
        "utterance.started",
        "utterance.text",
        "utterance.cues",
        "utterance.text",
        "utterance.cues",
        "utterance.completed",
        "turn.completed",
    ]


def test_the_audio_of_a_clause_follows_its_text_and_cues() -> None:
    stage = Stage()
    commands = [command for command in stage.answer("Hello", "Good day.") if isinstance(command, Send | SendAudio)]
    assert commands[:2] == [
        Send(TurnStarted(turn=1, actor_id="ada")),
        Send(UtteranceStarted(utterance=1, turn=1, actor_id="ada", rate=RATE)),
    ]
    text, cues, audio = commands[2:]
    assert text == Send(UtteranceText(utterance=1, text="Good day.", t_ms=0))
    assert isinstance(cues, Send)
    assert isinstance(cues.message, UtteranceCues)
    assert audio == SendAudio(utterance=1, work=2, first_sample=0)


def test_the_second_clause_lies_behind_the_first_on_the_timeline() -> None:
    commands = Stage().answer("Hello", WELCOME)
    first, second = every(commands, UtteranceText)
    assert (first.text, first.t_ms) == ("Welcome to our little town.", 0)
    assert (second.text, second.t_ms) == ("What brings you here on such a fine day?", 2500)
    assert [audio.first_sample for audio in every(commands, SendAudio)] == [0, round(2.5 * RATE)]
    cues = every(commands, UtteranceCues)[1].cues
    assert [(cue.t_ms, cue.kind, cue.value, cue.duration_ms) for cue in cues[:3]] == [
        (2500, "word", "What", 500),
        (2500, "viseme", "aa", 500),
        (3000, "word", "brings", 500),
    ]


def test_a_turn_lasts_until_the_player_has_heard_it_and_not_until_it_is_synthesised() -> None:
    stage, _ = speaking(WELCOME)
    assert types(stage.wait(6.9)) == []
    uttered, completed = messages(stage.wait(0.2))
    assert uttered == UtteranceCompleted(
        utterance=1, reason="done", text=WELCOME, heard_text=WELCOME, duration_ms=6500 + 500
    )
    assert isinstance(completed, TurnCompleted)
    assert completed.timeline[-1] == Span(stage="speaking", start_ms=0, end_ms=7000)


def test_turns_and_utterances_are_numbered_upwards() -> None:
    stage = Stage()
    numbers = []
    for line in ("One", "Two", "Three"):
        commands = [*stage.answer(line, "Good day."), *stage.wait(5)]
        numbers.append((only(commands, TurnStarted).turn, only(commands, UtteranceStarted).utterance))
    assert numbers == [(1, 1), (2, 2), (3, 3)]


def test_what_a_message_causes_carries_its_id() -> None:
    stage = Stage()
    assert only(stage.send(InputText(id="m1", text="Hello")), TurnStarted).ref == "m1"
    critical = Say(id="m2", actor_id="ada", text="Halt!", priority="critical")
    assert [message.ref for message in messages(stage.send(critical))] == [None, "m2"]
    assert only(Stage().send(Say(id="m3", actor_id="ada", text="Halt!")), TurnStarted).ref == "m3"
    assert only(Stage().send(WorldEvent(id="m4", name="storm", respond="must")), TurnStarted).ref == "m4"


def test_an_idle_character_has_its_next_prompt_evaluated_ahead() -> None:
    stage = Stage(audio=TEXT_ONLY)
    assert [command.prompt.lines[-1].role for command in every(stage.conversation.open(), Prepare)] == ["system"]
    prepared = only(stage.answer("Hello", "Good day."), Prepare).prompt
    assert [(line.role, line.text) for line in prepared.lines[-2:]] == [("user", "Hello"), ("assistant", "Good day.")]


def test_the_voice_follows_the_persona_and_the_pronunciation_of_its_author() -> None:
    ada = persona(voice={"en": "joe"}, pronunciation={"en": {"Deadwood": "Dedwood"}})
    stage = Stage({"ada": ada})
    commands = stage.answer("Hello", "Welcome to Deadwood.")
    asked = only(commands, Synthesise)
    assert (asked.text, asked.language, asked.voice, asked.rate) == ("Welcome to Dedwood.", "en", "joe", None)
    assert only(commands, UtteranceText).text == "Welcome to Deadwood."


def test_later_clauses_are_asked_for_at_the_rate_of_the_first() -> None:
    assert [asked.rate for asked in every(Stage().answer("Hello", WELCOME), Synthesise)] == [None, RATE]


# Speaking to a character


def test_a_spoken_line_is_followed_from_its_first_word_to_its_answer() -> None:
    stage = Stage()
    commands = [*stage.silence(1), *stage.say_aloud("Where am I?")]
    told = messages(commands)
    assert told == [
        InputSpeechStarted(at_ms=700),
        InputSpeechStopped(at_ms=2200),
        TranscriptFinal(text="Where am I?", turn=1, language="en", audio_ms=1500),
        TurnStarted(turn=1, actor_id="ada"),
    ]


def test_recognition_hears_the_utterance_with_its_soft_ends_and_the_names_of_the_scene() -> None:
    stage = Stage(scene=TWO_ACTORS)
    stage.silence(1)
    asked = last(stage.voice(28.0), Recognise)
    assert (asked.start, asked.end) == (pytest.approx(0.7), pytest.approx(28.72 + 0.2)), "what it lasts at most"
    assert (asked.language, asked.hotwords) == ("en", ("Ada Finch", "Old Tom"))


def test_the_language_is_detected_once_and_then_fixed() -> None:
    stage = Stage(player={"id": "p1"})
    first = [*stage.voice(1), *stage.silence(0.6)]
    assert {asked.language for asked in every(first, Recognise)} == {None}
    answer = stage.generate(stage.recognise(first, "我在哪？", "zh"), "你在小镇。")
    assert only(answer, Synthesise).language == "zh"
    stage.synthesise(answer)
    stage.wait(10)
    assert last([*stage.voice(1), *stage.silence(0.6)], Recognise).language == "zh"


def test_stages_of_a_spoken_turn_add_up_to_the_time_from_the_first_silent_window() -> None:
    stage = Stage()
    heard = [*stage.voice(1), *stage.silence(0.6)]
    stage.at += 0.2
    asked = stage.recognise(heard, "Where am I?")
    work = only(asked, Generate).work
    stage.at += 0.1234
    stage.post(TextGenerated(stage.at, work, "Good"))
    stage.at += 0.1
    said = stage.post(TextGenerated(stage.at, work, " day. "))
    stage.at += 0.05
    stage.synthesise(said)
    stage.post(GenerationEnded(stage.at, work))
    metrics = only(stage.wait(10), TurnCompleted).metrics
    stages = metrics.model_dump(exclude={"voice_to_voice_ms"})
    waited = stages.pop("endpointing_ms")
    assert metrics.voice_to_voice_ms == round(WINDOW * 1000) + sum(stages.values())
    assert waited == pytest.approx(460, abs=25), "recognition ran meanwhile"
    assert stages == {
        "recognition_ms": pytest.approx(760, abs=1),
        "first_token_ms": pytest.approx(123, abs=1),
        "first_clause_ms": pytest.approx(100, abs=1),
        "first_audio_ms": pytest.approx(50, abs=1),
    }


def test_a_typed_turn_has_no_stages_of_speech_recognition() -> None:
    stage = Stage(audio=TEXT_ONLY)
    metrics = only(stage.answer("Hello", "Good day."), TurnCompleted).metrics
    assert metrics.model_dump(exclude_none=True) == {"first_token_ms": 0, "first_clause_ms": 0}


def test_noise_without_words_gets_no_answer() -> None:
    stage = Stage()
    assert types(stage.say_aloud("")) == ["input.speech_started", "input.speech_stopped"]
    assert stage.conversation.is_idle


def test_a_microphone_that_goes_away_ends_the_utterance() -> None:
    stage = Stage()
    stage.voice(1)
    assert stage.conversation.next_deadline() == stage.at + 1
    commands = stage.wait(2)
    assert types(commands) == ["input.speech_stopped"]
    answered = stage.recognise(commands, "Hello")
    metrics = stage.synthesise(stage.generate(answered, "Good day."))
    assert every(metrics, SendAudio)
    done = only(stage.wait(10), TurnCompleted).metrics
    assert done.endpointing_ms == 1000, "the player's last word ended when the audio did"


def test_a_clock_that_advances_too_early_changes_nothing() -> None:
    stage = Stage()
    stage.voice(1)
    assert stage.post(ClockAdvanced(stage.at + 0.5)) == []
    assert not stage.conversation.is_idle


def test_a_speech_of_28_seconds_is_taken_without_waiting_for_its_end() -> None:
    stage = Stage()
    first = last(stage.voice(28.1), Recognise)
    assert first.end - first.start <= 28.3
    second = last([*stage.voice(2), *stage.silence(0.6)], Recognise)
    assert second.start == pytest.approx(first.end - 0.2, abs=0.01), "too long to be heard as one, nothing is lost"


def test_both_halves_of_a_very_long_speech_reach_the_character() -> None:
    stage = Stage()
    first = stage.voice(28.1)
    second = [*stage.voice(2), *stage.silence(0.6)]
    stage.recognise(first, "Once upon a time")
    asked = stage.recognise(second, "there was a key.")
    assert lines(stage) == [("Sam", "Once upon a time"), ("Sam", "there was a key.")]
    assert only(asked, Generate).prompt.lines[-1].text == "Once upon a time\nthere was a key."


def test_a_very_long_speech_that_goes_on_leaves_the_turn_that_had_begun_alone() -> None:
    stage = Stage()
    answering = only(stage.recognise(stage.voice(28.1), "Once upon a time"), Generate)
    commands = [*stage.voice(0.4), *stage.silence(0.6)]
    assert Cancel(answering.work) not in commands
    assert lines(stage) == [("Sam", "Once upon a time")]


def test_silence_is_forgotten_a_few_seconds_at_a_time() -> None:
    stage = Stage()
    forgotten = [command.before for command in every(stage.silence(20), ForgetAudio)]
    assert forgotten == pytest.approx([3.0, 6.0, 9.0], abs=0.2)


def test_audio_that_awaits_recognition_is_kept() -> None:
    stage = Stage()
    assert every([*stage.voice(1), *stage.silence(20)], ForgetAudio) == []


# Barge-in


def test_barge_in_keeps_only_what_was_heard_by_the_clock() -> None:
    stage, utterance = speaking(WELCOME)
    stage.silence(1.2)
    commands = stage.barge_in("Sorry, where is the bank?")
    completed = only(commands, UtteranceCompleted)
    assert (completed.reason, completed.heard_text) == ("interrupted", "Welcome to our")
    assert completed.text == WELCOME
    assert lines(stage) == [("Sam", "Hello"), ("Ada Finch", "Welcome to our")]
    assert commands.index(DropAudio(utterance)) < commands.index(Send(completed))


def test_barge_in_keeps_only_what_the_client_has_played() -> None:
    stage, utterance = speaking(WELCOME)
    stage.silence(4)
    assert stage.send(PlaybackReport(utterance=utterance, samples=RATE, state="playing")) == []
    assert only(stage.barge_in("Sorry, where is the bank?"), UtteranceCompleted).heard_text == "Welcome to"


def test_a_late_report_does_not_unhear_what_was_reported_before() -> None:
    stage, utterance = speaking(WELCOME)
    stage.send(PlaybackReport(utterance=utterance, samples=2 * RATE, state="playing"))
    stage.send(PlaybackReport(utterance=utterance, samples=RATE, state="playing"))
    assert only(stage.send(ReplyCancel()), UtteranceCompleted).heard_text == "Welcome to our little"


def test_nothing_of_an_interrupted_reply_is_sent_any_more() -> None:
    stage = Stage()
    asked = stage.send(InputText(text="Hello"))
    said = stage.generate(asked, WELCOME, end=False)
    first = only(said, Synthesise)
    (second,) = every(stage.post(spoken(stage.at, first)), Synthesise) or [None]
    barged = stage.barge_in("Sorry, where is the bank?")
    assert only(barged, UtteranceCompleted).reason == "interrupted"
    late = stage.generate(asked, " And there is more to tell, so much more. ")
    assert second is None
    assert late == []


def test_work_on_an_interrupted_reply_is_cancelled_and_its_late_result_is_ignored() -> None:
    stage = Stage()
    asked = stage.send(InputText(text="Hello"))
    said = stage.generate(asked, WELCOME + " And so on. ", end=False)
    pending = only(stage.post(spoken(stage.at, only(said, Synthesise))), Synthesise)
    barged = stage.barge_in("Sorry, where is the bank?")
    assert {cancel.work for cancel in every(barged, Cancel)} >= {pending.work, only(asked, Generate).work}
    assert stage.post(spoken(stage.at, pending)) == []
    assert stage.post(EngineFailed(stage.at, pending.work, "crashed")) == []


def test_a_cough_does_not_take_the_turn() -> None:
    stage, _ = speaking(WELCOME)
    commands = stage.say_aloud("", seconds=0.3)
    assert every(commands, HoldAudio) == [HoldAudio(1)], "it may become a word"
    assert every(commands, ReleaseAudio) == [ReleaseAudio(1)]
    assert types(commands) == ["input.speech_started", "input.speech_stopped"]
    assert not stage.conversation.is_idle


@pytest.mark.parametrize("sound", ["Mm-hm.", "Yeah, okay.", "I see.", "嗯，好的。"])
def test_a_sign_of_listening_does_not_take_the_turn(sound: str) -> None:
    stage, _ = speaking(WELCOME)
    commands = stage.say_aloud(sound, seconds=0.3)
    assert every(commands, UtteranceCompleted) == []
    assert lines(stage) == [("Sam", "Hello")]


def test_a_short_word_that_means_something_takes_the_turn() -> None:
    stage, _ = speaking(WELCOME)
    commands = stage.say_aloud("Stop!", seconds=0.3)
    assert types(commands) == [
        "input.speech_started",
        "input.speech_stopped",
        "utterance.completed",
        "turn.completed",
        "transcript.final",
        "turn.started",
    ]


def test_words_that_came_in_a_burst_and_were_recognised_before_they_were_scored_take_the_turn() -> None:
    stage, _ = speaking(WELCOME)
    stage.silence(0.5)
    commands = stage.burst(2.0, silent=0.5, text="Stop that now please!")
    assert only(commands, UtteranceCompleted).reason == "interrupted"


def test_an_echo_of_the_character_does_not_take_the_turn_even_behind_its_end() -> None:
    stage, _ = speaking("Welcome to our town.")
    stage.silence(1.5)
    commands = stage.barge_in("to our town")
    commands += stage.silence(0.6)
    assert only([*commands, *stage.wait(3)], UtteranceCompleted).reason == "done"
    assert "transcript.final" not in types(stage.recognise(commands, "to our town"))
    assert [heard.text for heard in stage.conversation.history] == ["Hello", "Welcome to our town."]


def test_a_character_goes_on_when_the_microphone_goes_away_in_the_midst_of_a_sound() -> None:
    stage, _ = speaking(WELCOME)
    assert every(stage.voice(0.08), HoldAudio) == [HoldAudio(1)]
    waited = stage.wait(1.5)
    assert every(waited, ReleaseAudio) == [ReleaseAudio(1)]
    assert only(stage.wait(20), UtteranceCompleted).heard_text == WELCOME


def test_playback_stands_still_while_audio_is_held_back() -> None:
    stage, _ = speaking(WELCOME)
    stage.silence(1.0)
    stage.voice(0.8)
    assert only(stage.send(ReplyCancel()), UtteranceCompleted).heard_text == "Welcome to"


def test_a_reply_whose_audio_is_held_back_does_not_end() -> None:
    stage, _ = speaking("Hello there.")
    stage.silence(0.4)
    commands = stage.voice(0.8)
    assert every(commands, UtteranceCompleted) == []


def test_a_sign_of_listening_is_an_answer_while_nobody_speaks() -> None:
    stage, _ = speaking("Shall we?")
    stage.wait(5)
    assert every(stage.say_aloud("Okay."), TurnStarted) == [TurnStarted(turn=2, actor_id="ada")]


def test_a_typed_line_interrupts() -> None:
    stage, _ = speaking(WELCOME)
    stage.silence(1.2)
    assert types(stage.send(InputText(text="Wait"))) == ["utterance.completed", "turn.completed", "turn.started"]


# The player goes on before the answer


def test_a_player_who_goes_on_before_the_answer_has_said_one_thing() -> None:
    stage = Stage()
    asked = stage.say_aloud("Where am I")
    first = last(asked, Recognise)
    begun = stage.generate(asked, "You are in", end=False)
    assert types(begun) == []
    on = [*stage.voice(1), *stage.silence(0.6)]
    again = last(on, Recognise)
    assert Cancel(only(asked, Generate).work) in on
    assert stage.conversation.history == []
    assert again.start == first.start
    assert again.end > first.end
    told = messages(stage.recognise(on, "Where am I and what now?"))
    assert told == [
        TranscriptFinal(text="Where am I and what now?", turn=1, language="en", audio_ms=2800),
    ], "the turn has begun already: it is announced once"
    assert lines(stage) == [("Sam", "Where am I and what now?")]


def test_a_player_who_goes_on_before_the_transcript_has_said_one_thing() -> None:
    stage = Stage()
    first = last([*stage.voice(1), *stage.silence(0.6)], Recognise)
    on = [*stage.voice(1), *stage.silence(0.6)]
    assert Cancel(first.work) in on
    assert last(on, Recognise).start == first.start
    assert stage.post(Recognised(stage.at, first.work, "Where am", "en")) == []
    assert types(stage.recognise(on, "Where am I?")) == ["transcript.final", "turn.started"]


def test_what_happened_while_the_player_paused_is_not_forgotten_when_the_turn_is_taken_back() -> None:
    stage = Stage()
    stage.say_aloud("Where am I")
    stage.send(WorldEvent(name="storm", text="A storm breaks."))
    stage.voice(1)
    assert lines(stage) == [("", "A storm breaks.")]


def test_a_player_who_goes_on_during_the_first_clauses_synthesis_stops_it() -> None:
    stage = Stage()
    asked = stage.say_aloud("Where am I")
    speech = only(stage.generate(asked, "You are in town. "), Synthesise)
    on = stage.voice(1)
    assert Cancel(speech.work) in on
    assert stage.post(spoken(stage.at, speech)) == []


def test_a_turn_taken_back_for_nothing_is_completed() -> None:
    stage = Stage()
    stage.say_aloud("Where am I")
    on = [*stage.voice(1), *stage.silence(0.6)]
    assert types(stage.recognise(on, "")) == ["turn.completed"]
    assert stage.conversation.is_idle


def test_a_turn_taken_back_whose_recognition_fails_is_completed() -> None:
    stage = Stage()
    stage.say_aloud("Where am I")
    work = last([*stage.voice(1), *stage.silence(0.6)], Recognise).work
    stage.post(EngineFailed(stage.at, work, "crashed"))
    assert types(stage.post(EngineFailed(stage.at, work, "crashed"))) == ["error", "turn.completed"]


def test_a_turn_taken_back_and_thrown_away_is_completed() -> None:
    stage = Stage()
    stage.say_aloud("Where am I")
    stage.voice(1)
    assert types(stage.send(InputAudioClear())) == ["input.speech_stopped", "turn.completed"]
    assert stage.conversation.is_idle


def test_speaking_while_the_answer_to_a_typed_line_is_made_does_not_unsay_the_line() -> None:
    stage = Stage()
    stage.send(InputText(text="Hello"))
    assert every(stage.voice(1), Cancel) == []
    assert lines(stage) == [("Sam", "Hello")]


# Push-to-talk


def test_push_to_talk_answers_what_was_said_when_the_button_is_released() -> None:
    stage = Stage(mode="push_to_talk")
    assert types([*stage.silence(1), *stage.voice(1)]) == []
    commands = stage.send(InputAudioCommit(id="c1"))
    asked = last(commands, Recognise)
    assert (asked.start, asked.end) == (0.0, pytest.approx(2.2))
    told = messages(stage.recognise(commands, "Hello"))
    assert told == [
        TranscriptFinal(text="Hello", turn=1, language="en", audio_ms=2000, ref="c1"),
        TurnStarted(turn=1, actor_id="ada", ref="c1"),
    ]


def test_a_client_may_go_over_to_push_to_talk_and_back() -> None:
    stage = Stage()
    begun = stage.voice(0.4)
    assert types(begun)[0] == "input.speech_started"
    changed = stage.post(ListeningChanged(stage.at, SILENCE_ENDS, pushed=True))
    assert types(changed) == ["input.speech_stopped"]
    spoken = [*stage.voice(0.8), *stage.silence(1.0)]
    assert types(spoken) == []
    assert every([*spoken, *stage.send(InputAudioCommit())], Recognise)
    stage.post(ListeningChanged(stage.at, SILENCE_ENDS, pushed=False))
    assert types([*stage.voice(0.8), *stage.silence(1.0)]) == ["input.speech_started", "input.speech_stopped"]


def test_push_to_talk_says_so_when_no_audio_came() -> None:
    error = only(Stage(mode="push_to_talk").send(InputAudioCommit(id="c1")), Error)
    assert (error.code, error.ref) == ("nothing_heard", "c1")


def test_push_to_talk_says_so_when_nothing_was_understood() -> None:
    stage = Stage(mode="push_to_talk")
    stage.silence(1)
    error = only(stage.recognise(stage.send(InputAudioCommit(id="c1")), ""), Error)
    assert (error.code, error.ref) == ("nothing_heard", "c1")


def test_push_to_talk_interrupts_when_the_button_is_released() -> None:
    stage, _ = speaking(WELCOME, mode="push_to_talk")
    assert types(stage.voice(1)) == []
    assert types(stage.send(InputAudioCommit())) == ["utterance.completed", "turn.completed"]


def test_push_to_talk_tells_what_the_player_seems_to_say_and_thinks_of_the_answer_meanwhile() -> None:
    stage = Stage(mode="push_to_talk")
    stage.silence(0.4)
    spoken = stage.voice(1)
    assert "input.speech_started" not in types(spoken)
    assert messages(stage.recognise(spoken, "Where is the")) == [TranscriptPartial(text="Where is the", turn=1)]
    paused = stage.silence(0.4)
    (partial, thinking) = stage.recognise(paused, "Where is the bank?")
    assert partial == Send(TranscriptPartial(text="Where is the bank?", turn=1))
    assert isinstance(thinking, Generate)
    told = stage.send(InputAudioCommit(id="c1"))
    assert every(told, Recognise) == []
    assert types(told) == ["transcript.final", "turn.started"]
    assert last(told, TranscriptFinal).audio_ms == 1800


def test_push_to_talk_waits_for_the_recognition_under_way_if_that_hears_all() -> None:
    stage = Stage(mode="push_to_talk")
    stage.recognise(stage.voice(1), "Where is")
    asked = stage.silence(0.2)
    assert every(stage.send(InputAudioCommit()), Recognise) == []
    stage.recognise(asked, "Where is the bank?")
    assert lines(stage) == [("Sam", "Where is the bank?")]


def test_push_to_talk_hears_what_was_not_scored_yet_when_the_button_was_released() -> None:
    stage = Stage(mode="push_to_talk")
    stage.recognise(stage.voice(1), "Where is")
    stage.recognise(stage.silence(0.28), "Where is the bank?")
    stage.at, stage.audio = stage.at + 0.5, stage.audio + 0.5
    stage.post(AudioReceived(stage.at, stage.audio))
    asked = only(stage.send(InputAudioCommit()), Recognise)
    assert (asked.start, asked.end) == (0.0, pytest.approx(1.78 + TAIL))


def test_push_to_talk_never_ends_an_utterance_by_silence() -> None:
    stage = Stage(mode="push_to_talk")
    stage.recognise(stage.voice(1), "Wait")
    stage.silence(5)
    stage.wait(5)
    assert lines(stage) == []
    assert stage.conversation.is_idle


def test_what_was_thought_of_is_dropped_when_the_audio_is_cleared() -> None:
    stage = Stage(mode="push_to_talk")
    stage.recognise(stage.voice(1), "Where is")
    thinking = stage.recognise(stage.silence(0.3), "Where is the bank?")
    cleared = stage.send(InputAudioClear())
    assert Cancel(only(thinking, Generate).work) in cleared
    assert types(cleared) == ["turn.completed"]
    assert lines(stage) == []


def test_two_quick_commits_are_both_heard() -> None:
    stage = Stage(mode="push_to_talk")
    stage.voice(1)
    first = stage.send(InputAudioCommit())
    stage.voice(1)
    second = stage.send(InputAudioCommit())
    stage.recognise(first, "Hello")
    stage.recognise(second, "Where am I?")
    assert lines(stage) == [("Sam", "Hello"), ("Sam", "Where am I?")]


def test_cleared_audio_is_not_answered() -> None:
    stage = Stage(mode="push_to_talk")
    asked = only(stage.voice(0.4), Recognise)
    assert stage.send(InputAudioClear()) == [Cancel(asked.work)]
    assert only(stage.send(InputAudioCommit()), Error).code == "nothing_heard"


def test_clearing_takes_back_what_awaits_recognition() -> None:
    stage = Stage(mode="push_to_talk")
    stage.voice(1)
    work = only(stage.send(InputAudioCommit()), Recognise).work
    assert stage.send(InputAudioClear()) == [Cancel(work)]
    assert stage.post(Recognised(stage.at, work, "Hello", "en")) == []


def test_a_commit_hears_the_last_28_seconds() -> None:
    stage = Stage(mode="push_to_talk")
    forgotten = every(stage.voice(60), ForgetAudio)
    asked = only(stage.send(InputAudioCommit()), Recognise)
    assert (asked.start, asked.end) == (pytest.approx(32), pytest.approx(60.2))
    assert 28 <= forgotten[-1].before <= 32, "what no commit can ask for is let go of"


def test_a_commit_in_a_hands_free_session_is_an_error() -> None:
    stage = Stage()
    stage.voice(1)
    error = only(stage.send(InputAudioCommit(id="c1")), Error)
    assert (error.code, error.ref) == ("invalid_message", "c1")


def test_clearing_in_mid_sentence_ends_the_sentence_unanswered() -> None:
    stage = Stage()
    stage.voice(1)
    assert messages(stage.send(InputAudioClear())) == [InputSpeechStopped(at_ms=1000)]
    assert stage.conversation.is_idle
    assert types(stage.silence(2)) == []


# Engines that fail


def test_a_generation_that_fails_before_its_first_word_is_tried_again() -> None:
    stage = Stage()
    asked = stage.send(InputText(text="Hello"))
    generate = only(asked, Generate)
    assert stage.post(EngineFailed(stage.at, generate.work, "crashed")) == [generate]
    assert every(stage.generate(asked, "Good day."), Synthesise)


def test_a_generation_that_fails_twice_gives_an_error_and_an_authored_line() -> None:
    stage = Stage()
    asked = stage.send(InputText(text="Hello"))
    work = only(asked, Generate).work
    stage.post(EngineFailed(stage.at, work, "crashed"))
    commands = stage.post(EngineFailed(stage.at, work, "crashed"))
    error = only(commands, Error)
    assert error.code == "engine_failed"
    assert "crashed" in error.message
    assert only(commands, Synthesise).text == "Say that again?"
    assert types([*stage.synthesise(commands), *stage.wait(5)])[-2:] == ["utterance.completed", "turn.completed"]


def test_a_generation_that_fails_in_mid_sentence_keeps_what_was_said() -> None:
    stage = Stage()
    asked = stage.send(InputText(text="Hello"))
    stage.synthesise(stage.generate(asked, "Welcome to our town. And then", end=False))
    failed = stage.post(EngineFailed(stage.at, only(asked, Generate).work, "crashed"))
    assert every(failed, Generate) == []
    assert only(failed, Error).code == "engine_failed"
    stage.synthesise(failed)
    assert only(stage.wait(10), UtteranceCompleted).text == "Welcome to our town. And then"


def test_a_model_that_says_nothing_is_replaced_by_an_authored_line() -> None:
    stage = Stage(audio=TEXT_ONLY)
    stage.answer("Hello", "*smiles*")
    assert lines(stage)[-1] == ("Ada Finch", "Say that again?")


def test_a_clause_whose_speech_fails_once_is_tried_again() -> None:
    stage = Stage()
    asked = only(stage.generate(stage.send(InputText(text="Hello")), "Good day."), Synthesise)
    assert stage.post(EngineFailed(stage.at, asked.work, "crashed")) == [asked]
    assert every(stage.post(spoken(stage.at, asked)), SendAudio)


def test_a_reply_whose_first_speech_fails_twice_is_text_alone() -> None:
    stage = Stage()
    asked = only(stage.generate(stage.send(InputText(text="Hello")), WELCOME), Synthesise)
    stage.post(EngineFailed(stage.at, asked.work, "crashed"))
    commands = stage.post(EngineFailed(stage.at, asked.work, "crashed"))
    assert types(commands)[:3] == ["error", "utterance.started", "utterance.text"]
    assert only(commands, UtteranceStarted).rate is None
    assert every(commands, SendAudio) == every(commands, Synthesise) == []
    assert " ".join(text.text for text in every(commands, UtteranceText)) == WELCOME


def test_a_later_clause_whose_speech_fails_twice_is_text_on_the_same_timeline() -> None:
    stage = Stage()
    first = only(stage.generate(stage.send(InputText(text="Hello")), WELCOME), Synthesise)
    second = only(stage.post(spoken(stage.at, first)), Synthesise)
    stage.post(EngineFailed(stage.at, second.work, "crashed"))
    commands = stage.post(EngineFailed(stage.at, second.work, "crashed"))
    assert only(commands, UtteranceText).t_ms == 2500
    assert only(stage.wait(10), UtteranceCompleted).heard_text == WELCOME


def test_recognition_that_fails_is_tried_again_and_then_the_player_is_told() -> None:
    stage = Stage()
    asked = last([*stage.voice(1), *stage.silence(0.6)], Recognise)
    assert stage.post(EngineFailed(stage.at, asked.work, "crashed")) == [asked]
    commands = stage.post(EngineFailed(stage.at, asked.work, "crashed"))
    assert only(commands, Error).code == "engine_failed"
    assert stage.conversation.is_idle


def test_work_that_nobody_waits_for_changes_nothing() -> None:
    stage, _ = speaking(WELCOME)
    before = list(stage.conversation.history)
    for event in (
        TextGenerated(stage.at, 99, "Boo"),
        GenerationEnded(stage.at, 99),
        Recognised(stage.at, 99, "Boo", "en"),
        EngineFailed(stage.at, 99, "crashed"),
        EngineFailed(stage.at, 2, "of a clause that was spoken long ago"),
    ):
        assert stage.post(event) == []
    assert stage.conversation.history == before


# Who answers, in which language


def test_the_character_that_the_player_names_answers() -> None:
    stage = Stage(scene=TWO_ACTORS)
    assert only(stage.send(InputText(text="Hello there")), TurnStarted).actor_id == "ada"
    assert only(stage.send(InputText(text="And you, Tom?")), TurnStarted).actor_id == "tom"
    assert only(stage.send(InputText(text="Go on")), TurnStarted).actor_id == "tom"
    assert only(stage.send(InputText(text="Ada, what does Tom mean?")), TurnStarted).actor_id == "ada"


def test_a_typed_line_reaches_the_character_it_is_sent_to() -> None:
    stage = Stage(scene=TWO_ACTORS)
    assert only(stage.send(InputText(text="Hello", to="tom")), TurnStarted).actor_id == "tom"


def test_a_character_hears_what_another_said() -> None:
    stage = Stage(scene=TWO_ACTORS, audio=TEXT_ONLY)
    stage.answer("Hello", "Good day.")
    prompt = only(stage.send(InputText(text="Tom, is she right?")), Generate).prompt
    assert [line.text for line in prompt.lines[1:]] == ["Hello\nAda Finch: Good day.\nTom, is she right?"]


def test_a_chinese_player_who_types_english_is_answered_in_english_and_back() -> None:
    stage = Stage(player={"id": "p1", "language": "zh"})
    languages = []
    for line, text in (("你好", "你好！"), ("Where am I?", "You are in town."), ("谢谢", "不客气。")):
        said = stage.generate(stage.send(InputText(text=line)), text)
        languages.append(only(said, Synthesise).language)
        stage.synthesise(said)
        stage.wait(10)
    assert languages == ["zh", "en", "zh"]


def test_a_language_that_the_character_does_not_speak_is_answered_in_its_own() -> None:
    stage = Stage(scene={"characters": [{"actor_id": "tom", "persona": "tom"}]}, player={"id": "p1", "language": "zh"})
    assert only(stage.answer("你好", "Howdy."), Synthesise).language == "en"
    assert stage.conversation.last_why is None


def test_with_nobody_in_earshot_the_player_is_told() -> None:
    stage = Stage()
    stage.send(CharacterLeave(actor_id="ada"))
    error = only(stage.send(InputText(id="m1", text="Hello?")), Error)
    assert (error.code, error.ref) == ("actor_not_found", "m1")


@pytest.mark.parametrize(
    "message",
    [
        InputText(id="m1", text="Hello", to="bob"),
        Say(id="m1", actor_id="bob", text="Hello"),
        WorldEvent(id="m1", name="storm", to="bob"),
        CharacterLeave(id="m1", actor_id="bob"),
        CharacterFocus(id="m1", actor_id="bob"),
    ],
)
def test_a_character_that_is_not_there_is_an_error_that_names_who_is(message: AnyClientMessage) -> None:
    error = only(Stage().send(message), Error)
    assert (error.code, error.ref) == ("actor_not_found", "m1")
    assert "'bob'" in error.message
    assert "ada" in error.message


def test_a_character_that_joins_has_its_prompt_evaluated_and_answers() -> None:
    stage = Stage()
    assert only(stage.send(CharacterJoin(actor_id="t2", persona="tom")), Prepare).prompt.conversation == "s1/t2/en"
    assert [character.actor_id for character in stage.conversation.characters] == ["ada", "t2"]
    assert only(stage.send(InputText(text="Tom?")), TurnStarted).actor_id == "t2"


def test_an_unknown_persona_is_an_error_that_names_those_that_exist() -> None:
    error = only(Stage().send(CharacterJoin(id="m1", actor_id="x", persona="x")), Error)
    assert (error.code, error.ref) == ("persona_not_found", "m1")
    assert "ada, tom" in error.message


def test_a_character_that_leaves_stops_in_mid_sentence() -> None:
    stage, _ = speaking(WELCOME)
    assert only(stage.send(CharacterLeave(actor_id="ada")), UtteranceCompleted).reason == "cancelled"


def test_a_character_that_leaves_does_not_interrupt_the_others() -> None:
    stage, _ = speaking(WELCOME, scene=TWO_ACTORS)
    assert stage.send(CharacterLeave(actor_id="tom")) == []


def test_a_character_that_left_does_not_say_what_it_was_to_say() -> None:
    stage, _ = speaking(WELCOME, scene=TWO_ACTORS)
    stage.send(Say(actor_id="tom", text="Howdy."))
    stage.send(CharacterLeave(actor_id="tom"))
    assert every(stage.wait(20), TurnStarted) == []


def test_a_character_that_the_player_looks_at_is_made_ready() -> None:
    stage = Stage(scene=TWO_ACTORS)
    (prepared,) = stage.send(CharacterFocus(actor_id="tom"))
    assert isinstance(prepared, Prepare)
    assert (prepared.prompt.conversation, prepared.weight) == ("s1/tom/en", 1.0)
    assert only(stage.send(CharacterFocus(actor_id="tom", weight=0.3)), Prepare).weight == 0.3


def test_a_character_that_the_player_turns_away_from_is_let_go() -> None:
    stage = Stage(scene=TWO_ACTORS)
    assert stage.send(CharacterFocus(actor_id="tom", weight=0)) == [LetGo("s1/tom/en")]


# Authored lines and events


def test_say_speaks_exactly_the_given_words_without_the_model() -> None:
    commands = Stage().send(Say(actor_id="ada", text="Halt! Who goes there?"))
    assert every(commands, Generate) == []
    assert only(commands, Synthesise).text == "Halt!"


def test_a_low_line_is_dropped_while_anybody_speaks() -> None:
    stage, _ = speaking(WELCOME)
    assert stage.send(Say(actor_id="ada", text="Hm.", priority="low")) == []
    assert every(stage.wait(20), TurnStarted) == []
    stage.voice(1)
    stage.send(Say(actor_id="ada", text="Hm.", priority="low"))
    answered = stage.recognise(stage.silence(0.6), "Hello")
    assert only(answered, TurnStarted).turn == 2


def test_a_normal_line_waits_for_its_turn_and_a_high_one_comes_before_it() -> None:
    stage, _ = speaking(WELCOME, scene=TWO_ACTORS)
    assert stage.send(Say(actor_id="ada", text="Second.")) == []
    assert stage.send(Say(actor_id="tom", text="First.", priority="high")) == []
    said = []
    for _ in range(2):
        commands = stage.wait(10)
        said.append(only(commands, Synthesise).text)
        stage.synthesise(commands)
    assert said == ["First.", "Second."]


def test_a_critical_line_interrupts() -> None:
    stage, _ = speaking(WELCOME)
    commands = stage.send(Say(actor_id="ada", text="Fire!", priority="critical"))
    assert types(commands) == ["utterance.completed", "turn.completed", "turn.started"]
    assert only(commands, Synthesise).text == "Fire!"


def test_a_line_waits_while_the_player_speaks() -> None:
    stage = Stage()
    stage.voice(1)
    assert stage.send(Say(actor_id="ada", text="Halt!")) == []
    heard = stage.silence(0.6)
    assert every(heard, TurnStarted) == []
    assert only(stage.recognise(heard, ""), TurnStarted).turn == 1


def test_a_line_without_anything_to_speak_is_over_at_once() -> None:
    stage = Stage()
    assert types(stage.send(Say(actor_id="ada", text="*** !!!")) + stage.wait(1)) == ["turn.started", "turn.completed"]


def test_a_silent_event_is_known_to_the_character_from_then_on() -> None:
    stage = Stage()
    assert stage.send(WorldEvent(name="safe_opened")) == []
    prompt = only(stage.send(InputText(text="What was that?")), Generate).prompt
    assert prompt.lines[-1].text == "(safe opened)\nWhat was that?"


def test_an_event_that_must_be_spoken_of_is_told_once_and_remembered() -> None:
    stage = Stage(audio=TEXT_ONLY)
    commands = stage.send(WorldEvent(name="storm", text="A storm breaks.", respond="must"))
    assert only(commands, Generate).prompt.lines[-1].text == "(A storm breaks.)"
    stage.generate(commands, "Take cover!")
    stage.wait(1)
    assert lines(stage) == [("", "A storm breaks."), ("Ada Finch", "Take cover!")]


def test_an_event_that_must_be_spoken_of_waits_for_its_turn() -> None:
    stage, _ = speaking(WELCOME, scene=TWO_ACTORS)
    assert stage.send(WorldEvent(name="storm", respond="must", to="tom")) == []
    assert only(stage.wait(10), TurnStarted).actor_id == "tom"


def test_an_event_is_spoken_of_only_if_nobody_speaks_where_the_game_leaves_it_open() -> None:
    stage = Stage()
    assert types(stage.send(WorldEvent(name="storm", respond="auto"))) == ["turn.started"]
    assert stage.send(WorldEvent(name="hail", respond="auto")) == []
    stage.send(ReplyCancel())
    stage.voice(1)
    stage.send(WorldEvent(name="rain", respond="auto"))
    assert every(stage.recognise(stage.silence(0.6), ""), TurnStarted) == []
    assert [text for _, text in lines(stage)] == ["storm", "hail", "rain"]


def test_an_event_with_nobody_in_earshot_is_known_to_nobody() -> None:
    stage = Stage(audio=TEXT_ONLY)
    stage.send(CharacterLeave(actor_id="ada"))
    assert stage.send(WorldEvent(name="storm", respond="must")) == []
    stage.send(CharacterJoin(actor_id="ada", persona="ada"))
    assert "storm" not in str(only(stage.send(InputText(text="Hello")), Generate).prompt)


def test_an_entry_that_must_not_come_out_wrong_is_spoken_without_the_model() -> None:
    ada = persona(lorebook=[{"keys": ["pills"], "text": "Ask a doctor.", "verbatim": True}])
    commands = Stage({"ada": ada}).send(InputText(text="Which pills should I take?"))
    assert every(commands, Generate) == []
    assert only(commands, Synthesise).text == "Ask a doctor."


# The guard


def test_a_break_of_the_persona_is_replaced_before_it_is_spoken_and_ends_the_reply() -> None:
    stage = Stage()
    asked = stage.send(InputText(text="What are you?"))
    said = stage.generate(asked, "As an AI language model, I have no name. Ask me more about it. ", end=False)
    assert Cancel(only(asked, Generate).work) in said
    assert only(said, Synthesise).text == "I keep to my ledgers."
    assert stage.generate(asked, "More of it. ") == []
    stage.synthesise(said)
    stage.wait(5)
    assert lines(stage)[-1] == ("Ada Finch", "I keep to my ledgers.")
    assert stage.conversation.last_why is not None
    assert stage.conversation.last_why.guarded == [
        "says that it is a machine: As an AI language model,",
    ]


def test_what_was_said_before_the_break_stands() -> None:
    stage = Stage(audio=TEXT_ONLY)
    stage.answer("What are you?", "A good question! I think, since you ask me so nicely, that I am an AI.")
    assert lines(stage)[-1] == ("Ada Finch", "A good question! I keep to my ledgers.")


# The world


def test_the_game_moves_a_quest_and_the_client_is_told() -> None:
    stage = Stage({"ada": persona(world=WORLD)})
    moved = messages(stage.send(WorldSet(id="w1", values={"quest.safe": "open_safe", "place": "the bank"})))
    assert moved == [QuestChanged(quest="safe", stage="open_safe", status="active", ref="w1")]
    done = messages(stage.send(WorldSet(values={"quest.safe": "done"})))
    assert done == [QuestChanged(quest="safe", stage="done", status="done")]


@pytest.mark.parametrize(("path", "value"), [("quest.safe", "fly"), ("quest.dragon", "done")])
def test_an_unknown_quest_or_step_is_an_error_and_changes_nothing(path: str, value: str) -> None:
    stage = Stage({"ada": persona(world=WORLD)})
    error = only(stage.send(WorldSet(id="w1", values={"quest.safe": "open_safe", path: value})), Error)
    assert (error.code, error.ref) == ("invalid_message", "w1")
    stage.send(InputText(text="Hello"))
    stage.send(ReplyCancel())
    assert stage.conversation.last_why is not None
    assert stage.conversation.last_why.quest == "safe: find_key"


def test_a_scene_that_begins_with_an_unknown_step_does_not_begin() -> None:
    scene = {"characters": [{"actor_id": "ada", "persona": "ada"}], "world": {"quest.safe": "fly"}}
    with pytest.raises(UnknownStage, match="has no beat 'fly'; it has: find_key, open_safe, done"):
        Stage({"ada": persona(world=WORLD)}, scene=scene)


def test_the_answer_can_be_explained() -> None:
    stage = Stage({"ada": persona(world=WORLD)}, audio=TEXT_ONLY)
    stage.answer("Where is the key?", "Right here.")
    why = stage.conversation.last_why
    assert why is not None
    assert (why.persona, why.language, why.line) == ("Ada Finch", "en", "Where is the key?")
    assert (why.facts, why.quest) == (("The key is here.",), "safe: find_key")
    assert why.prompt is not None
    assert why.prompt.lines[-1].text == "Where is the key? [Answer: The key is here.]"
    assert why.metrics.first_token_ms == 0


def test_the_seed_of_the_client_makes_replies_repeatable() -> None:
    first, second = (only(Stage(seed=5).send(InputText(text="Hello")), Generate) for _ in range(2))
    assert first.seed == second.seed
    assert only(Stage(seed=6).send(InputText(text="Hello")), Generate).seed != first.seed
    drawn = Conversation("s1", Stage(seed=None).opened, {"ada": persona()}, seed=9)
    assert only(drawn.receive(MessageReceived(1.0, InputText(text="Hello"))), Generate).seed == 10


# The rest of the messages


def test_cancelling_stops_the_reply() -> None:
    stage, _ = speaking(WELCOME)
    assert only(stage.send(ReplyCancel()), UtteranceCompleted).reason == "cancelled"
    assert stage.send(ReplyCancel()) == []


def test_cancelling_an_utterance_that_is_over_leaves_the_next_one_alone() -> None:
    stage, utterance = speaking(WELCOME)
    assert stage.send(ReplyCancel(utterance=utterance + 1)) == []
    assert only(stage.send(ReplyCancel(utterance=utterance)), UtteranceCompleted).utterance == utterance


def test_cancelling_before_the_first_clause_completes_the_turn_without_an_utterance() -> None:
    stage = Stage()
    asked = stage.send(InputText(text="Hello"))
    commands = stage.send(ReplyCancel())
    assert commands[0] == Cancel(only(asked, Generate).work)
    assert types(commands) == ["turn.completed"]


def test_a_client_that_reports_all_was_played_ends_the_turn_at_once() -> None:
    stage, utterance = speaking("Good day.")
    assert types(stage.send(PlaybackReport(utterance=utterance, samples=RATE, state="done"))) == [
        "utterance.completed",
        "turn.completed",
    ]


def test_a_client_whose_buffer_ran_dry_has_not_heard_the_whole_reply() -> None:
    stage = Stage()
    asked = stage.send(InputText(text="Hello"))
    said = stage.generate(asked, "Good day. And now", end=False)
    stage.synthesise(said)
    assert stage.send(PlaybackReport(utterance=1, samples=RATE, state="done")) == []
    rest = stage.generate(asked, " to work!")
    stage.synthesise(rest)
    assert stage.conversation.next_deadline() is not None
    assert only(stage.wait(30), UtteranceCompleted).heard_text == "Good day. And now to work!"


def test_a_client_that_stops_playing_ends_the_reply_at_what_was_played() -> None:
    stage, utterance = speaking(WELCOME)
    commands = stage.send(PlaybackReport(utterance=utterance, samples=RATE, state="stopped"))
    completed = only(commands, UtteranceCompleted)
    assert (completed.reason, completed.heard_text) == ("cancelled", "Welcome to")


def test_a_client_that_reports_slowly_is_waited_for() -> None:
    stage, utterance = speaking("Good day.")
    stage.send(PlaybackReport(utterance=utterance, samples=RATE // 2, state="playing"))
    assert stage.wait(5) == []
    assert types(stage.wait(10)) == ["utterance.completed", "turn.completed"], "but not for ever"


def test_a_report_of_an_utterance_that_is_over_is_only_late() -> None:
    stage, utterance = speaking("Good day.")
    stage.wait(5)
    assert stage.send(PlaybackReport(utterance=utterance, samples=1, state="playing")) == []


def test_a_report_of_an_utterance_that_never_was_is_an_error() -> None:
    error = only(Stage().send(PlaybackReport(id="r1", utterance=9, samples=1, state="playing")), Error)
    assert (error.code, error.ref) == ("utterance_not_found", "r1")


def test_stopping_the_playback_of_a_text_reply_ends_it() -> None:
    stage = Stage(audio=TEXT_ONLY)
    stage.generate(stage.send(InputText(text="Hello")), "Good day. And", end=False)
    assert types(stage.send(PlaybackReport(utterance=1, samples=0, state="stopped"))) == [
        "utterance.completed",
        "turn.completed",
    ]


def test_a_text_session_asks_for_no_speech() -> None:
    stage = Stage(audio=TEXT_ONLY)
    commands = stage.answer("Hello", WELCOME)
    assert every(commands, Synthesise) == every(commands, SendAudio) == []
    assert only(commands, UtteranceStarted).rate is None
    assert only(commands, UtteranceCompleted).heard_text == WELCOME


def test_ping_is_answered_by_pong() -> None:
    assert Stage().send(Ping(id="p1", t=1.5)) == [Send(Pong(t=1.5, ref="p1"))]


def test_a_session_cannot_be_opened_twice() -> None:
    stage = Stage()
    error = only(stage.send(stage.opened), Error)
    assert error.code == "already_open"


def test_closing_ends_the_reply_and_nothing_follows() -> None:
    stage, _ = speaking(WELCOME)
    stage.send(Say(actor_id="ada", text="One more thing."))
    commands = stage.send(SessionClose())
    assert types(commands) == ["utterance.completed", "turn.completed"]
    assert commands[-1] == Close("closed by the client")


def test_an_idle_conversation_asks_for_no_clock() -> None:
    stage = Stage()
    assert stage.conversation.next_deadline() is None
    assert stage.conversation.is_idle
