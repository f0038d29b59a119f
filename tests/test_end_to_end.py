"""The whole loop with the real models over a real WebSocket: a voice goes in, Deadwood answers, aloud."""

from __future__ import annotations

from dataclasses import dataclass

import jiwer
import pytest
from real_models import heard, model_path, plain

from npc_engine.client.opening import opening
from npc_engine.engines.base import Speech
from npc_engine.engines.whisper import WhisperRecogniser
from npc_engine.exchange import Exchange, interview
from npc_engine.localserver import local_server
from npc_engine.microphone import open_microphone
from npc_engine.persona import loading
from npc_engine.protocol import AnyServerMessage, Cue
from npc_engine.recordings import QUESTIONS, question

pytestmark = [pytest.mark.models, pytest.mark.anyio, pytest.mark.timeout(300)]


@dataclass
class Talk:
    """A spoken turn and all messages of its session."""

    exchange: Exchange
    messages: list[AnyServerMessage]


async def talk(language: str) -> Talk:
    """Ask the language's first question aloud, of a server that has only just started."""
    messages: list[AnyServerMessage] = []
    arguments = ["--persona", "deadwood", "--language", language]
    async with (
        local_server(arguments) as server,
        interview(server.url, opening("deadwood", language=language, seed=7), messages.append) as asking,
        open_microphone(asking.listen) as microphone,
    ):
        exchange = await asking.ask_aloud(question(language), microphone)
    return Talk(exchange, messages)


def heard_again(exchange: Exchange, language: str) -> str:
    """What the recogniser understands of the answer's audio."""
    assert exchange.rate is not None
    persona = loading.load(loading.named("deadwood", loading.search_folders()))
    recogniser = WhisperRecogniser(model_path("whisper-base"), threads=2)
    pcm = heard(Speech(exchange.pcm, exchange.rate, (), ()))
    return recogniser.transcribe(pcm, language, persona.hotwords(language)).text


def assert_in_order(messages: list[AnyServerMessage]) -> None:
    kinds = [message.type for message in messages if message.type != "transcript.partial"]
    middle = kinds[kinds.index("utterance.started") + 1 : -2]
    assert kinds[:5] == [
        "session.opened",
        "input.speech_started",
        "input.speech_stopped",
        "transcript.final",
        "turn.started",
    ]
    assert set(middle) == {"utterance.text", "utterance.cues"}
    assert kinds[-2:] == ["utterance.completed", "turn.completed"]
    assert [message.seq for message in messages] == list(range(1, len(messages) + 1))


def assert_cues_add_up(exchange: Exchange) -> None:
    """Visemes cover the audio without a gap, and words stand inside it in order."""
    assert exchange.sound is not None
    duration = exchange.sound.duration * 1000
    visemes = [cue for cue in exchange.cues if cue.kind == "viseme"]
    words = [cue for cue in exchange.cues if cue.kind == "word"]
    ends = [_end(cue) for cue in visemes]
    assert [cue.t_ms for cue in visemes] == pytest.approx([0, *ends[:-1]], abs=1)
    assert ends[-1] == pytest.approx(duration, abs=2)
    assert len(words) > 5
    assert [cue.t_ms for cue in words] == sorted(cue.t_ms for cue in words)
    assert _end(words[-1]) <= duration + 2


def _end(cue: Cue) -> int:
    assert cue.duration_ms is not None
    return cue.t_ms + cue.duration_ms


async def test_an_english_question_is_answered_aloud() -> None:
    spoken = await talk("en")
    exchange = spoken.exchange
    asked = next(iter(QUESTIONS["en"].values()))
    assert_in_order(spoken.messages)
    assert jiwer.wer(plain(asked), plain(exchange.transcript)) < 0.2
    assert "deadwood" in exchange.text.lower()
    assert "key" in exchange.text.lower()
    assert jiwer.wer(plain(exchange.text), plain(heard_again(exchange, "en"))) < 0.2
    assert_cues_add_up(exchange)


async def test_a_chinese_question_is_answered_aloud() -> None:
    spoken = await talk("zh")
    exchange = spoken.exchange
    asked = next(iter(QUESTIONS["zh"].values()))
    assert_in_order(spoken.messages)
    assert jiwer.cer(plain(asked), plain(exchange.transcript)) < 0.25
    assert all(word in exchange.text for word in ("Deadwood", "钥匙", "保险箱"))
    # The voice says the town's name in Chinese syllables, as the persona asks.
    persona = loading.load(loading.named("deadwood", loading.search_folders()))
    said = exchange.text
    for written, spoken_form in persona.pronunciation["zh"].items():
        said = said.replace(written, spoken_form)
    assert jiwer.cer(plain(said), plain(heard_again(exchange, "zh"))) < 0.25
    assert_cues_add_up(exchange)
