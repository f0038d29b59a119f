"""Questions to a real server with scripted engines, and what is noted of the answers."""

from __future__ import annotations

import pytest
from serving import scripted_engines, serving
from stage import wire

from npc_engine.client import ConnectionLost, ServerRefused
from npc_engine.client.opening import opening
from npc_engine.exchange import interview
from npc_engine.microphone import open_microphone
from npc_engine.protocol import AnyServerMessage
from npc_engine.recordings import QUESTIONS, folder, question
from npc_engine.wav import Sound, read_wav

pytestmark = pytest.mark.anyio
WELCOME = "Welcome, traveller. What brings you to our little town today?"


async def test_a_refused_session_says_why() -> None:
    async with serving() as running:
        with pytest.raises(ServerRefused, match="no persona 'nobody'"):
            async with interview(running.url, opening("nobody")):
                pass


async def test_a_typed_line_comes_back_with_text_audio_and_cues_that_fit() -> None:
    messages: list[AnyServerMessage] = []
    async with (
        serving(engines=scripted_engines(replies={"Hello?": WELCOME})) as running,
        interview(running.url, opening("deadwood", language="en"), messages.append) as asking,
    ):
        exchange = await asking.ask("Hello?")
    assert exchange.text == WELCOME
    assert exchange.sound is not None
    last = max(cue.t_ms + (cue.duration_ms or 0) for cue in exchange.cues)
    assert last == pytest.approx(exchange.sound.duration * 1000, abs=2)
    assert exchange.metrics.first_token_ms is not None
    assert [message.seq for message in messages] == list(range(1, len(messages) + 1))


async def test_an_answer_without_audio_has_no_sound() -> None:
    async with serving() as running, interview(running.url, opening("deadwood", speech=False)) as asking:
        exchange = await asking.ask("Where is the key?")
    assert exchange.text
    assert (exchange.sound, exchange.first_audio_ms, exchange.first_audible_ms) == (None, None, None)


async def test_a_spoken_question_is_heard_and_answered() -> None:
    async with (
        serving(engines=scripted_engines(heard=("Where is the key?",))) as running,
        interview(running.url, opening("deadwood", language="en")) as asking,
        open_microphone(asking.listen) as microphone,
    ):
        exchange = await asking.ask_aloud(question("en", "where_is_the_key"), microphone)
    assert exchange.transcript == "Where is the key?"
    assert exchange.first_audio_ms is not None
    assert exchange.first_audible_ms is not None
    assert exchange.first_audible_ms >= exchange.first_audio_ms > 0


async def test_an_answer_is_whole_although_the_last_sound_has_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("npc_engine.exchange.HEARING", 0.5)
    spoken = question("en", "where_is_the_key").at_rate(16000)
    cough = Sound(b"\x00\x20\x00\xe0" * 4000, spoken.rate)
    said = Sound(spoken.pcm + bytes(2 * spoken.rate * 2) + cough.pcm, spoken.rate)
    async with (
        serving(engines=scripted_engines(heard=("Where is the key?", ""))) as running,
        interview(running.url, opening("deadwood", language="en")) as asking,
        open_microphone(asking.listen) as microphone,
    ):
        exchange = await asking.ask_aloud(said, microphone)
        later = await asking.ask("Hello?")
    assert exchange.transcript == "Where is the key?"
    assert exchange.text
    assert later.text


async def test_a_connection_that_breaks_is_an_error_and_not_hidden_by_a_second_one() -> None:
    async with (
        serving() as running,
        wire(running.port) as relay,
        interview(relay.url, opening("deadwood")) as asking,
    ):
        relay.cut()
        with pytest.raises(ConnectionLost):
            await asking.ask("Hello?")


@pytest.mark.parametrize(("language", "name"), [(code, name) for code in QUESTIONS for name in QUESTIONS[code]])
async def test_every_question_is_recorded_at_16_khz_and_marked_as_generated(language: str, name: str) -> None:
    path = folder() / f"{language}_{name}.wav"
    sound = read_wav(path)
    assert sound.rate == 16000
    assert 0.5 < sound.duration < 5
    assert b"AI-generated" in path.read_bytes()
