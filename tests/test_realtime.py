"""Translating the OpenAI Realtime API to `npc.v1` and back, without a socket or a session."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from npc_engine.core.endpointing import EndpointingSettings
from npc_engine.protocol import (
    AI_LABEL,
    ActionRequested,
    ActionResult,
    CharacterAct,
    CharacterJoin,
    Error,
    InputAudioClear,
    InputAudioCommit,
    InputSpeechStarted,
    InputSpeechStopped,
    InputText,
    Metrics,
    PlaybackReport,
    ReplyCancel,
    SessionClosing,
    TranscriptFinal,
    TranscriptPartial,
    TurnCompleted,
    TurnStarted,
    UtteranceCompleted,
    UtteranceStarted,
    UtteranceText,
    WorldEvent,
)
from npc_engine.realtime import schema
from npc_engine.realtime.items import MOST_ITEMS, Items
from npc_engine.realtime.schema import Invalid, SemanticVad, ServerVad
from npc_engine.realtime.translator import YOUR_TURN, Step, Translator
from npc_engine.realtime.turns import endpointing
from npc_engine.tongues import Listen

PUSHED: dict[str, Any] = {"audio": {"input": {"turn_detection": None}}}
TRANSCRIBED: dict[str, Any] = {"audio": {"input": {"transcription": {"model": "any", "language": "en"}}}}
GIVE = {
    "type": "function",
    "name": "giveItem",
    "parameters": {"type": "object", "properties": {"drink": {"enum": ["whisky", "water"]}}, "required": ["drink"]},
}
PCM = base64.b64encode(bytes(4800)).decode()


class Client:
    """A connection, and what was sent on it."""

    def __init__(self, opened: bool = True, **session: Any) -> None:
        self.translator = Translator("ada")
        self.events = self.translator.greet()
        if session:
            self.take("session.update", session=session)
        if opened:
            self.opening = self.translator.described.opening()

    def take(self, kind: str, **fields: Any) -> Step:
        step = self.translator.take(schema.understood({"type": kind, **fields}))
        self.events += step.events
        return step

    def tell(self, *messages: Any) -> Step:
        steps = [self.translator.tell(message) for message in messages]
        step = Step([event for each in steps for event in each.events], [each for one in steps for each in one.inputs])
        self.events += step.events
        return step

    def line(self, text: str = "Hello?", **response: Any) -> str:
        """Ask something; return the id of the response."""
        self.take("conversation.item.create", item=message("user", text))
        return str(self.take("response.create", response=response).events[0]["response"]["id"])

    def spoken(self, text: str = "Well, hello.", turn: int = 1, reason: Any = "done", heard: str = "Well") -> Step:
        """The character answers."""
        return self.tell(
            TurnStarted(turn=turn, actor_id="ada"),
            UtteranceStarted(utterance=turn, turn=turn, actor_id="ada", rate=24000),
            UtteranceText(utterance=turn, text=text, t_ms=0),
            UtteranceCompleted(utterance=turn, reason=reason, text=text, heard_text=heard, duration_ms=500),
            TurnCompleted(turn=turn, metrics=Metrics()),
        )


def message(role: str, text: str, **fields: Any) -> dict[str, Any]:
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}], **fields}


def kinds(step: Step) -> list[str]:
    return [event["type"] for event in step.events]


def refused(client: Client, kind: str, **fields: Any) -> Invalid:
    with pytest.raises(Invalid) as problem:
        client.take(kind, **fields)
    return problem.value


# The session


def test_a_session_tells_all_that_a_client_looks_for() -> None:
    shown = Client().events[0]["session"]
    assert (shown["object"], shown["type"], shown["model"]) == ("realtime.session", "realtime", "ada")
    assert shown["audio"]["input"]["turn_detection"] == {
        "type": "semantic_vad",
        "eagerness": "auto",
        "create_response": True,
        "interrupt_response": True,
    }
    assert shown["label"] == AI_LABEL["en"]
    assert {"id", "output_modalities", "instructions", "tools", "tool_choice", "tracing"} <= shown.keys()


def test_every_update_is_answered_once_and_keeps_what_it_does_not_name() -> None:
    client = Client(opened=False)
    client.take("session.update", session={"instructions": "Be kind.", "novelty": {"on": True}})
    step = client.take("session.update", session={"type": "realtime", **TRANSCRIBED})
    assert kinds(step) == ["session.updated"]
    session = step.events[0]["session"]
    assert (session["instructions"], session["novelty"]) == ("Be kind.", {"on": True})
    assert session["audio"]["input"]["transcription"] == {"language": "en", "model": "any"}
    assert session["audio"]["input"]["turn_detection"]["type"] == "semantic_vad"
    assert step.inputs == []
    chinese = client.take("session.update", session={"audio": {"input": {"transcription": {"language": "zh"}}}})
    assert chinese.events[0]["session"]["label"] == AI_LABEL["zh"]


def test_the_session_opens_as_it_was_described() -> None:
    opened = Client(tools=[GIVE], output_modalities=["text"], **TRANSCRIBED).opening
    assert (opened.scene.characters[0].persona, opened.player.language) == ("ada", "en")
    assert (opened.audio.input.rate, opened.audio.output.encoding, opened.mode) == (24000, "none", "hands_free")
    assert [action.name for action in opened.scene.actions] == ["give_item"]
    assert Client(**PUSHED).opening.mode == "push_to_talk"
    assert Client(tools=[GIVE], tool_choice="none").opening.scene.actions == []


def test_tools_and_turn_detection_may_change_later() -> None:
    client = Client()
    (joined,) = client.take("session.update", session={"tools": [GIVE]}).inputs
    assert isinstance(joined, CharacterJoin)
    assert [action.name for action in joined.actions] == ["give_item"]
    assert client.take("session.update", session={"instructions": "Be kind."}).inputs == []
    assert client.take("session.update", session=PUSHED).inputs == [Listen(EndpointingSettings(), pushed=True)]


def test_settings_from_before_the_session_are_told_first() -> None:
    client = Client(**PUSHED)
    assert client.translator.described.first() == [Listen(EndpointingSettings(), pushed=True)]
    assert Client().translator.described.first() == []


@pytest.mark.parametrize(
    ("session", "param"),
    [
        ({"type": "transcription"}, "session.type"),
        ({"output_modalities": ["video"]}, "session.output_modalities.0"),
        ({"audio": {"input": {"format": {"type": "audio/pcmu"}}}}, "session.audio.input.format.type"),
        ({"audio": {"output": {"format": {"rate": 16000}}}}, "session.audio.output.format.rate"),
        ({"audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 2}}}}, "threshold"),
        ({"audio": {"input": {"turn_detection": {"type": "server_vad", "create_response": False}}}}, "create_response"),
        ({"tools": [{"type": "mcp", "name": "x"}]}, "session.tools.0.type"),
        ({"tools": [{**GIVE, "parameters": {"properties": {"q": {}}, "required": ["q"]}}]}, "tools"),
    ],
)
def test_settings_that_cannot_be_are_errors_that_name_their_place(session: dict[str, Any], param: str) -> None:
    client = Client(opened=False)
    before = client.events[-1]
    assert param in (refused(client, "session.update", session=session, event_id="e1").param or "")
    assert client.events[-1] == before


def test_speech_cannot_be_had_of_a_session_that_began_with_text_alone() -> None:
    problem = refused(Client(output_modalities=["text"]), "session.update", session={"output_modalities": ["audio"]})
    assert "connect again" in str(problem)


@pytest.mark.parametrize(
    ("detection", "settings"),
    [
        (ServerVad(type="server_vad", silence_duration_ms=700, threshold=0.6, prefix_padding_ms=100), (0.7, 0.7, 0.1)),
        (SemanticVad(type="semantic_vad"), (0.2, 2.5, 0.3)),
        (SemanticVad(type="semantic_vad", eagerness="low"), (0.4, 5.0, 0.3)),
        (SemanticVad(type="semantic_vad", eagerness="high"), (0.1, 1.25, 0.3)),
    ],
)
def test_turn_detection_is_endpointing(detection: ServerVad | SemanticVad, settings: tuple[float, ...]) -> None:
    meant = endpointing(detection)
    assert (meant.waits.shortest, meant.waits.longest, meant.pre_roll) == settings


# Lines and responses


def test_a_typed_line_waits_for_the_response_that_answers_it() -> None:
    client = Client()
    created = client.take("conversation.item.create", item=message("user", "Hello?", id="mine"))
    assert kinds(created) == ["conversation.item.added", "conversation.item.done"]
    assert created.events[0]["item"]["id"] == "mine"
    assert created.inputs == []
    step = client.take("response.create", response={"metadata": {"a": "b"}})
    response = step.events[0]["response"]
    assert (response["status"], response["metadata"]) == ("in_progress", {"a": "b"})
    assert step.inputs == [InputText(id=response["id"], text="Hello?")]


def test_an_answer_comes_as_every_event_of_a_response() -> None:
    client = Client()
    client.line(metadata={"a": "b"})
    step = client.spoken()
    assert kinds(step) == [
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "response.output_audio_transcript.delta",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "response.output_item.done",
        "conversation.item.done",
        "response.done",
    ]
    done = step.events[-1]["response"]
    assert (done["status"], done["metadata"]) == ("completed", {"a": "b"})
    assert done["output"][0]["content"] == [{"type": "output_audio", "transcript": "Well, hello."}]
    assert done["usage"]["total_tokens"] == done["usage"]["input_tokens"] + done["usage"]["output_tokens"] == 5


def test_deltas_make_the_transcript_in_scripts_with_and_without_spaces() -> None:
    for clauses, text in ((("One.", "Two."), "One. Two."), (("一。", "二。"), "一。二。")):
        client = Client()
        client.tell(
            TurnStarted(turn=1, actor_id="ada"),
            UtteranceStarted(utterance=1, turn=1, actor_id="ada", rate=24000),
            *(UtteranceText(utterance=1, text=clause, t_ms=0) for clause in clauses),
        )
        deltas = [event["delta"] for event in client.events if event["type"].endswith("transcript.delta")]
        assert "".join(deltas) == text


def test_speech_is_base64_of_the_utterance_in_progress() -> None:
    client = Client()
    assert client.translator.sound(bytes(4)) == []
    client.tell(TurnStarted(turn=1, actor_id="ada"))
    client.tell(UtteranceStarted(utterance=1, turn=1, actor_id="ada", rate=24000))
    (event,) = client.translator.sound(bytes(4800))
    assert (event["type"], event["delta"]) == ("response.output_audio.delta", PCM)


def test_a_response_of_text_alone_waits_for_no_playback() -> None:
    client = Client()
    client.line(output_modalities=["text"])
    client.tell(TurnStarted(turn=1, actor_id="ada"))
    step = client.tell(UtteranceStarted(utterance=1, turn=1, actor_id="ada", rate=24000))
    assert step.inputs == [PlaybackReport(utterance=1, samples=2**31 - 1, state="done")]
    assert client.translator.sound(bytes(4800)) == []
    said = client.tell(
        UtteranceText(utterance=1, text="Hello.", t_ms=0),
        UtteranceCompleted(utterance=1, reason="done", text="Hello.", heard_text="Hello.", duration_ms=500),
    )
    assert kinds(said)[:2] == ["response.output_text.delta", "response.output_text.done"]


def test_a_response_that_nothing_asks_for_is_the_characters_turn() -> None:
    (event,) = Client().take("response.create").inputs
    assert isinstance(event, WorldEvent)
    assert (event.text, event.respond) == (YOUR_TURN, "must")
    (event,) = Client().take("response.create", response={"instructions": "Greet the player."}).inputs
    assert isinstance(event, WorldEvent)
    assert event.text == "Greet the player."


@pytest.mark.parametrize(("role", "told"), [("system", "It rains."), ("developer", "It rains.")])
def test_what_no_player_says_is_told_to_the_character(role: str, told: str) -> None:
    (event,) = Client().take("conversation.item.create", item=message(role, told)).inputs
    assert event == WorldEvent(name=role, text=told)


def test_what_a_client_says_for_the_character_is_remembered_as_its_own() -> None:
    (event,) = Client().take("conversation.item.create", item=message("assistant", "Hello!")).inputs
    assert event == WorldEvent(name="assistant", text="You have said: Hello!")


def test_one_response_at_a_time() -> None:
    client = Client()
    client.line()
    assert refused(client, "response.create").code == "conversation_already_has_active_response"
    assert refused(client, "response.cancel", response_id="another").code == "response_cancel_not_active"
    assert client.take("response.cancel").inputs == [ReplyCancel()]
    step = client.spoken(reason="cancelled")
    done = step.events[-1]["response"]
    assert (done["status"], done["status_details"]["reason"]) == ("cancelled", "client_cancelled")
    assert done["output"][0]["status"] == "incomplete"
    assert done["output"][0]["content"][0]["transcript"] == "Well"
    assert refused(client, "response.cancel").code == "response_cancel_not_active"


def test_a_turn_that_is_taken_back_is_cancelled() -> None:
    client = Client()
    step = client.tell(TurnStarted(turn=1, actor_id="ada"), TurnCompleted(turn=1, metrics=Metrics()))
    assert step.events[-1]["response"]["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
    assert client.tell(TurnCompleted(turn=1, metrics=Metrics())).events == []


def test_what_belongs_to_no_response_is_told_to_nobody() -> None:
    late = UtteranceCompleted(utterance=1, reason="done", text="x", heard_text="x", duration_ms=1)
    assert Client().tell(UtteranceText(utterance=1, text="x", t_ms=0), late).events == []


def test_what_fails_ends_the_response_that_asked_for_it() -> None:
    client = Client()
    asked = client.line()
    step = client.tell(Error(code="nothing_heard", message="no speech", ref=asked))
    assert kinds(step) == ["error", "response.done"]
    assert step.events[0]["error"]["code"] == "nothing_heard"
    assert step.events[1]["response"]["status"] == "failed"
    assert client.tell(Error(code="engine_failed", message="broken")).events[0]["error"]["type"] == "server_error"
    assert client.tell(SessionClosing(reason="stopping")).events[0]["error"]["code"] == "session_expired"


def test_a_line_that_nobody_could_understand_is_a_failed_transcription() -> None:
    client = Client(audio={"input": {"turn_detection": None, "transcription": {"model": "any"}}})
    client.take("input_audio_buffer.append", audio=base64.b64encode(bytes(200)).decode())
    item_id = client.take("input_audio_buffer.commit").events[0]["item_id"]
    asked = client.take("response.create").events[0]["response"]["id"]
    step = client.tell(Error(code="nothing_heard", message="no words", ref=asked))
    assert kinds(step) == ["conversation.item.input_audio_transcription.failed", "error", "response.done"]
    assert (step.events[0]["item_id"], step.events[0]["error"]["message"]) == (item_id, "no words")
    assert kinds(client.tell(Error(code="nothing_heard", message="again"))) == ["error"]


@pytest.mark.parametrize("response", [{"conversation": "none"}, {"input": []}])
def test_a_character_has_one_conversation(response: dict[str, Any]) -> None:
    assert "one conversation" in str(refused(Client(), "response.create", response=response))


# Items


def test_items_are_shown_deleted_and_never_doubled() -> None:
    client = Client()
    client.take("conversation.item.create", item=message("user", "Hello?", id="one"))
    (shown,) = client.take("conversation.item.retrieve", item_id="one").events
    assert shown["item"]["content"] == [{"type": "input_text", "text": "Hello?"}]
    again = refused(client, "conversation.item.create", item=message("user", "Hi", id="one"), event_id="e")
    assert (again.code, again.event_id) == ("item_create_duplicate_id", "e")
    client.take("conversation.item.delete", item_id="one")
    assert refused(client, "conversation.item.retrieve", item_id="one").code == "item_not_found"
    (event,) = client.take("response.create").inputs
    assert isinstance(event, WorldEvent)


def test_truncation_reports_what_was_heard() -> None:
    client = Client()
    client.tell(TurnStarted(turn=1, actor_id="ada"))
    client.tell(UtteranceStarted(utterance=1, turn=1, actor_id="ada", rate=24000))
    client.translator.sound(bytes(48000))
    item = client.events[-1]["item_id"]
    step = client.take("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=500)
    assert step.events == [
        {"type": "conversation.item.truncated", "item_id": item, "content_index": 0, "audio_end_ms": 500}
    ]
    assert step.inputs == [PlaybackReport(utterance=1, samples=12000, state="stopped")]
    more = client.take("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=9000)
    assert more.inputs == [PlaybackReport(utterance=1, samples=24000, state="stopped")]
    client.take("conversation.item.create", item=message("user", "Hello?", id="mine"))
    assert refused(client, "conversation.item.truncate", item_id="mine", audio_end_ms=1).param == "item_id"


@pytest.mark.parametrize("text", ["", "a" * 4001])
def test_a_line_has_some_text_and_not_too_much(text: str) -> None:
    assert refused(Client(), "conversation.item.create", item=message("user", text)).param == "item.content"


def test_lines_that_wait_are_one_line_and_not_too_long_together() -> None:
    client = Client()
    client.take("conversation.item.create", item=message("user", "a" * 2000))
    client.take("conversation.item.create", item=message("user", "b" * 1999))
    assert refused(client, "conversation.item.create", item=message("user", "c")).param == "item.content"
    (line,) = client.take("response.create").inputs
    assert isinstance(line, InputText)
    assert line.text == "a" * 2000 + "\n" + "b" * 1999


def test_old_items_are_forgotten() -> None:
    items = Items()
    for number in range(MOST_ITEMS + 1):
        items.add({"id": str(number)})
    assert (items.get("0"), items.get("1")) == (None, {"id": "1"})
    assert (items.before("2"), items.before("1")) == ("1", None)


# The microphone


def test_audio_goes_to_the_session_as_it_is() -> None:
    client = Client()
    assert client.take("input_audio_buffer.append", audio=PCM).inputs == [bytes(4800)]
    assert refused(client, "input_audio_buffer.append", audio="%%%").param == "audio"
    assert "even number" in str(refused(client, "input_audio_buffer.append", audio="AAA="[:4].replace("AAA=", "AA==")))
    assert refused(client, "input_audio_buffer.commit").code == "input_audio_buffer_commit_not_allowed"


def test_a_button_commits_what_the_response_answers() -> None:
    client = Client(audio={"input": {"turn_detection": None, "transcription": {}}})
    assert refused(client, "input_audio_buffer.commit").code == "input_audio_buffer_commit_empty"
    client.take("input_audio_buffer.append", audio=PCM)
    committed = client.take("input_audio_buffer.commit")
    assert kinds(committed) == ["input_audio_buffer.committed", "conversation.item.added", "conversation.item.done"]
    step = client.take("response.create")
    asked = step.events[0]["response"]["id"]
    assert step.inputs == [InputAudioCommit(id=asked)]
    heard = client.tell(TranscriptFinal(text="Hello?", turn=1, language="en", audio_ms=900, ref=asked))
    assert kinds(heard)[-1] == "conversation.item.input_audio_transcription.completed"
    assert heard.events[-1]["item_id"] == committed.events[0]["item_id"]
    assert client.spoken().events[-1]["response"]["usage"]["input_token_details"]["audio_tokens"] == 9


def test_a_cleared_buffer_is_answered_by_nobody() -> None:
    client = Client(**PUSHED)
    client.take("input_audio_buffer.append", audio=PCM)
    step = client.take("input_audio_buffer.clear")
    assert (kinds(step), step.inputs) == (["input_audio_buffer.cleared"], [InputAudioClear()])
    assert refused(client, "input_audio_buffer.commit").code == "input_audio_buffer_commit_empty"


def final(text: str, turn: int = 1) -> TranscriptFinal:
    return TranscriptFinal(text=text, turn=turn, language="en", audio_ms=1000)


def test_a_spoken_line_is_an_item_with_its_words() -> None:
    client = Client(**TRANSCRIBED)
    step = client.tell(
        InputSpeechStarted(at_ms=100),
        InputSpeechStopped(at_ms=900),
        TranscriptPartial(text="Where", turn=1),
        TranscriptPartial(text="Were am", turn=1),
        final("Where am I?"),
    )
    assert kinds(step) == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
    ]
    assert "".join(event.get("delta", "") for event in step.events) == "Where am I?"
    assert step.events[-1]["usage"] == {"type": "duration", "seconds": 1.0}
    item = client.take("conversation.item.retrieve", item_id=step.events[0]["item_id"]).events[0]["item"]
    assert item["content"] == [{"type": "input_audio", "transcript": "Where am I?"}]


def test_words_are_sent_only_to_who_asks_for_them() -> None:
    step = Client().tell(InputSpeechStarted(at_ms=0), InputSpeechStopped(at_ms=900), final("Where am I?"))
    assert not any("transcription" in kind for kind in kinds(step))


def test_a_line_that_the_player_goes_on_with_replaces_the_one_before() -> None:
    client = Client(**TRANSCRIBED)
    first = client.tell(InputSpeechStarted(at_ms=0), InputSpeechStopped(at_ms=900), final("Where"))
    second = client.tell(InputSpeechStarted(at_ms=1000), InputSpeechStopped(at_ms=1900), final("Where am I?"))
    deleted = [event["item_id"] for event in second.events if event["type"] == "conversation.item.deleted"]
    assert deleted == [first.events[0]["item_id"]]


def talking(client: Client) -> None:
    client.tell(
        TurnStarted(turn=1, actor_id="ada"),
        UtteranceStarted(utterance=1, turn=1, actor_id="ada", rate=24000),
    )


def ended(reason: Any) -> UtteranceCompleted:
    return UtteranceCompleted(utterance=1, reason=reason, text="Well, hello.", heard_text="Well", duration_ms=500)


def test_a_cough_stops_no_client() -> None:
    client = Client()
    talking(client)
    step = client.tell(InputSpeechStarted(at_ms=100), InputSpeechStopped(at_ms=300), ended("done"))
    assert not any(kind.startswith("input_audio_buffer") for kind in kinds(step))


def test_an_interruption_is_told_before_the_reply_ends() -> None:
    client = Client()
    talking(client)
    step = client.tell(InputSpeechStarted(at_ms=100))
    assert step.events == []
    step = client.tell(ended("interrupted"), TurnCompleted(turn=1, metrics=Metrics()))
    assert kinds(step)[0] == "input_audio_buffer.speech_started"
    assert step.events[-1]["response"]["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
    assert kinds(client.tell(InputSpeechStopped(at_ms=900)))[0] == "input_audio_buffer.speech_stopped"


def test_who_still_speaks_when_the_character_has_ended_is_heard() -> None:
    client = Client()
    talking(client)
    step = client.tell(InputSpeechStarted(at_ms=100), ended("done"))
    assert kinds(step)[0] == "input_audio_buffer.speech_started"


def test_a_short_word_that_interrupts_is_told_whole() -> None:
    client = Client()
    talking(client)
    step = client.tell(InputSpeechStarted(at_ms=100), InputSpeechStopped(at_ms=400), ended("interrupted"))
    assert kinds(step)[:3] == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
    ]
    assert client.tell(InputSpeechStopped(at_ms=500)).events != []


def test_words_whose_beginning_nobody_told_are_an_item_all_the_same() -> None:
    client = Client(**TRANSCRIBED)
    assert client.tell(InputSpeechStopped(at_ms=500), TranscriptPartial(text="Well", turn=1)).events == []
    assert "input_audio_buffer.committed" in kinds(client.tell(final("Well then?")))


# Actions


def asked(name: str = "give_item") -> ActionRequested:
    return ActionRequested(action_id="a1", actor_id="ada", name=name, args={"drink": "whisky"}, deadline_ms=60000)


def called() -> Client:
    client = Client(tools=[GIVE])
    client.line("Give me the whisky.")
    client.tell(TurnStarted(turn=1, actor_id="ada"), asked())
    return client


def test_an_action_is_a_function_call_and_a_response_of_its_own() -> None:
    client = called()
    last = client.events[-6:]
    assert [event["type"] for event in last] == [
        "conversation.item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "conversation.item.done",
        "response.done",
    ]
    assert (last[2]["name"], json.loads(last[2]["arguments"])) == ("giveItem", {"drink": "whisky"})
    assert last[3]["item"]["status"] == last[-1]["response"]["status"] == "completed"


def output(call_id: str = "a1") -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": "Done."}


def test_the_output_of_a_call_is_the_result_of_the_action() -> None:
    client = called()
    step = client.take("conversation.item.create", item=output())
    assert step.inputs == [ActionResult(action_id="a1", status="done", detail="Done.")]
    assert client.take("response.create", response={"metadata": {"a": "b"}}).inputs == []
    client.tell(
        UtteranceStarted(utterance=1, turn=1, actor_id="ada", rate=24000),
        ended("done"),
        TurnCompleted(turn=1, metrics=Metrics()),
    )
    assert client.events[-1]["response"]["metadata"] == {"a": "b"}
    created = [event for event in client.events if event["type"] == "response.created"]
    assert len(created) == 2
    assert refused(client, "conversation.item.create", item=output()).code == "item_create_invalid_call_id"


def test_a_client_that_asks_for_what_follows_when_it_has_begun_gets_it_once() -> None:
    client = called()
    client.take("conversation.item.create", item=output())
    client.tell(UtteranceStarted(utterance=1, turn=1, actor_id="ada", rate=24000))
    assert client.take("response.create", response={"metadata": {"a": "b"}}) == Step()
    client.tell(ended("done"), TurnCompleted(turn=1, metrics=Metrics()))
    assert client.events[-1]["response"]["metadata"] == {"a": "b"}


def test_a_client_that_asks_for_what_is_over_gets_an_empty_response() -> None:
    client = called()
    client.take("conversation.item.create", item=output())
    client.tell(
        UtteranceStarted(utterance=1, turn=1, actor_id="ada", rate=24000),
        ended("done"),
        TurnCompleted(turn=1, metrics=Metrics()),
    )
    step = client.take("response.create")
    assert (kinds(step), step.inputs) == (["response.created", "response.done"], [])


def test_an_action_of_the_personas_world_is_refused_since_there_is_no_game() -> None:
    client = Client()
    step = client.tell(TurnStarted(turn=1, actor_id="ada"), asked("open_safe"))
    assert step.inputs == [ActionResult(action_id="a1", status="refused")]


def test_a_tool_that_is_required_is_what_the_character_must_do() -> None:
    client = Client(tools=[GIVE])
    client.take("conversation.item.create", item=message("user", "Your turn."))
    step = client.take("response.create", response={"tool_choice": "required"})
    asked = step.events[0]["response"]["id"]
    assert step.inputs == [CharacterAct(id=asked, actor_id="ada", actions=["give_item"], text="Your turn.")]
    named = Client(tools=[GIVE], tool_choice={"type": "function", "name": "giveItem"})
    (act,) = named.take("response.create").inputs
    assert isinstance(act, CharacterAct)
    assert act.text == YOUR_TURN
    unknown = {"tool_choice": {"type": "function", "name": "fly"}}
    assert refused(Client(), "response.create", response=unknown).param == "tool_choice"


# Frames and requests


@pytest.mark.parametrize(
    ("frame", "code"),
    [("{", "invalid_json"), ('{"a": NaN}', "invalid_json"), ("[]", "invalid_event")],
)
def test_what_is_no_event_is_an_error(frame: str, code: str) -> None:
    with pytest.raises(Invalid) as problem:
        schema.read(frame)
    assert problem.value.code == code


def test_an_unknown_event_names_those_that_are_known() -> None:
    with pytest.raises(Invalid, match=r"session\.update.*response\.cancel") as problem:
        schema.understood({"type": "session.begin", "event_id": "mine"})
    assert (problem.value.param, problem.value.event_id) == ("type", "mine")
    with pytest.raises(Invalid) as problem:
        schema.understood({"type": "conversation.item.create", "item": {"type": "message", "role": "king"}})
    assert problem.value.param == "item.message.role"
