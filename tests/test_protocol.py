"""The wire schema: what a client may send, and how it is told what is wrong."""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from typing import Any

import pytest
from conversing import opened
from hypothesis import given
from hypothesis import strategies as st

from npc_engine.protocol import (
    MAX_FRAME_BYTES,
    MAX_TEXT_CHARACTERS,
    SERVER_MESSAGES,
    Cue,
    Error,
    InputText,
    InvalidMessage,
    Metrics,
    Span,
    TurnCompleted,
    UtteranceCues,
    audio_frame,
    encode,
    parse,
)

OPEN: dict[str, Any] = opened(id="o1").model_dump(mode="json")


def problem(frame: str) -> Error:
    """The answer to a frame that cannot be a message."""
    with pytest.raises(InvalidMessage) as refused:
        parse(frame)
    assert str(refused.value) == refused.value.error.message
    return refused.value.error


def test_a_message_is_read() -> None:
    assert parse('{"type": "input.text", "id": "m1", "text": "Hello"}') == InputText(id="m1", text="Hello")


def test_what_is_left_out_of_session_open_has_sensible_defaults() -> None:
    bare = {
        "type": "session.open",
        "protocol": "npc.v1",
        "player": {"id": "p1"},
        "scene": {"characters": [{"actor_id": "ada", "persona": "ada"}]},
    }
    message = parse(json.dumps(bare))
    assert message == opened(player={"id": "p1"}, seed=None)
    assert message.audio.input.rate == 16000  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "hello",
        "[1,",
        '{"type": NaN}',
        '{"a": 1e400',
        "[" * 20000,
        '{"type": "input.text", "text": "\\ud800"}',
        '"\\ud800"',
        "{'type': 'ping'}",
    ],
)
def test_what_is_not_json_is_an_error(frame: str) -> None:
    assert problem(frame).code == "invalid_json"


@pytest.mark.parametrize(
    "frame", ["null", "3", "[]", '"ping"', "{}", '{"type": null}', '{"type": "fly"}', '{"type": 7}']
)
def test_what_is_no_message_is_an_error_that_names_all_messages(frame: str) -> None:
    error = problem(frame)
    assert error.code == "unknown_type"
    assert "session.open, session.close, input.text" in error.message


def test_the_type_that_was_found_is_named_but_not_in_full_length() -> None:
    assert "found 'inputtext'" in problem('{"type": "inputtext"}').message
    assert len(problem(json.dumps({"type": "x" * 10000})).message) < 1000


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ({"type": "input.text"}, "text: Field required"),
        ({"type": "input.text", "text": ""}, "text"),
        ({"type": "input.text", "text": "x" * (MAX_TEXT_CHARACTERS + 1)}, "text"),
        ({"type": "input.text", "text": "Hi", "too": "ada"}, "too"),
        ({"type": "say", "actor_id": "Ada Finch", "text": "Hi"}, "actor_id"),
        ({"type": "say", "actor_id": "ada", "text": "Hi", "priority": "huge"}, "priority"),
        ({"type": "character.focus", "actor_id": "ada", "weight": 2}, "weight"),
        ({"type": "playback.report", "utterance": -1, "samples": 0, "state": "done"}, "utterance"),
        ({"type": "playback.report", "utterance": 1, "samples": 0, "state": "paused"}, "state"),
        (OPEN | {"audio": {"input": {"rate": 12345}}}, "audio.input.rate"),
        (OPEN | {"scene": {"characters": []}}, "scene.characters"),
        (OPEN | {"scene": {"characters": [{"actor_id": "a", "persona": "x"}] * 2}}, "same actor_id"),
        (OPEN | {"player": {"id": "p1", "language": "english"}}, "player.language"),
    ],
)
def test_a_wrong_field_is_an_error_that_names_it_and_refers_to_the_message(message: dict[str, Any], named: str) -> None:
    error = problem(json.dumps(message | {"id": "m1"}))
    assert (error.code, error.ref, error.fatal) == ("invalid_message", "m1", False)
    assert error.message.startswith(message["type"])
    assert named in error.message


@pytest.mark.parametrize("ref", [7, "x" * 65, None])
def test_an_id_that_is_none_is_not_referred_to(ref: object) -> None:
    assert problem(json.dumps({"type": "input.text", "id": ref})).ref is None


def test_many_mistakes_in_one_message_do_not_make_an_endless_answer() -> None:
    assert len(problem(json.dumps({"type": "ping"} | {f"x{number}": 1 for number in range(500)})).message) < 1000


def test_a_frame_that_is_too_large_is_an_error_whatever_it_holds() -> None:
    assert problem("x" * (MAX_FRAME_BYTES + 1)).code == "frame_too_large"
    assert problem("好" * (MAX_FRAME_BYTES // 3 + 1)).code == "frame_too_large", "bytes count, not characters"


@given(st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_no_frame_does_more_harm_than_an_error(frame: str) -> None:
    assert problem(frame).fatal is False


@given(st.dictionaries(st.sampled_from(["type", "id", "text", "to"]), st.text(max_size=5) | st.none() | st.integers()))
def test_no_message_does_more_harm_than_an_error(data: dict[str, object]) -> None:
    with suppress(InvalidMessage):
        assert parse(json.dumps({"type": "input.text"} | data)).type


def test_fields_that_say_nothing_are_left_out_of_server_messages() -> None:
    timeline = [Span(stage="first_token", start_ms=-5, end_ms=15)]
    assert encode(TurnCompleted(turn=3, metrics=Metrics(first_token_ms=20), timeline=timeline)) == (
        '{"type":"turn.completed","turn":3,"metrics":{"first_token_ms":20},'
        '"timeline":[{"stage":"first_token","start_ms":-5,"end_ms":15}]}'
    )


def test_a_turn_of_an_older_server_has_no_timeline() -> None:
    message = SERVER_MESSAGES.validate_json('{"type":"turn.completed","turn":3,"metrics":{}}')
    assert message == TurnCompleted(turn=3, metrics=Metrics())
    assert message.timeline == []


def test_what_the_server_sends_a_client_in_python_can_read() -> None:
    message = UtteranceCues(seq=5, utterance=1, cues=[Cue(t_ms=0, kind="viseme", value="aa", duration_ms=80)])
    assert SERVER_MESSAGES.validate_json(encode(message)) == message


def test_an_audio_frame_is_the_utterance_the_first_sample_and_the_samples() -> None:
    frame = audio_frame(7, 48000, b"\x01\x02")
    assert struct.unpack_from("<II", frame) == (7, 48000)
    assert frame[8:] == b"\x01\x02"
