"""The older names of the Realtime API."""

from __future__ import annotations

from typing import Any

import pytest

from npc_engine.realtime.beta import newer, older
from npc_engine.realtime.items import Response
from npc_engine.realtime.translator import Translator


@pytest.mark.parametrize(
    ("session", "meant"),
    [
        ({"modalities": ["text", "audio"]}, {"output_modalities": ["audio"]}),
        ({"modalities": ["text"]}, {"output_modalities": ["text"]}),
        ({"max_response_output_tokens": 9}, {"max_output_tokens": 9}),
        ({"modalities": "text"}, {"output_modalities": "text"}),
        ({"voice": "ash", "speed": 2}, {"audio": {"output": {"voice": "ash", "speed": 2}}}),
        ({"input_audio_format": "g711_ulaw"}, {"audio": {"input": {"format": {"type": "g711_ulaw"}}}}),
        (
            {"output_audio_format": "pcm16", "turn_detection": None},
            {
                "audio": {
                    "input": {"turn_detection": None},
                    "output": {"format": {"type": "audio/pcm", "rate": 24000}},
                }
            },
        ),
        ({"temperature": 0.8}, {"temperature": 0.8}),
    ],
)  # fmt: skip
def test_settings_of_older_clients_are_todays(session: dict[str, Any], meant: dict[str, Any]) -> None:
    assert newer({"type": "session.update", "session": session})["session"] == meant


def test_a_response_is_asked_for_in_todays_names() -> None:
    asked = {"type": "response.create", "response": {"modalities": ["text"], "metadata": {}}}
    assert newer(asked)["response"] == {"output_modalities": ["text"], "metadata": {}}
    assert newer({"type": "response.create"}) == {"type": "response.create"}


def test_a_session_is_shown_flat() -> None:
    event = older(Translator("ada").greet()[0])
    assert event
    session = event["session"]
    assert (session["voice"], session["input_audio_format"], session["turn_detection"]["type"]) == (
        "persona",
        "pcm16",
        "semantic_vad",
    )
    assert "audio" not in session
    assert "output_modalities" not in session


def test_items_and_responses_have_their_older_parts() -> None:
    item = {"id": "i", "type": "message", "content": [{"type": "output_audio", "transcript": "Hello."}]}
    added = older({"type": "conversation.item.added", "item": item})
    assert added
    assert (added["type"], added["item"]["content"][0]["type"]) == ("conversation.item.created", "audio")
    done = older({"type": "response.done", "response": Response(True, output=[item]).shown("ash", ended=True)})
    assert done
    assert done["response"]["output"][0]["content"][0]["type"] == "audio"
    assert (done["response"]["modalities"], done["response"]["voice"]) == (["text", "audio"], "ash")
    assert older({"type": "conversation.item.done", "item": item}) is None
