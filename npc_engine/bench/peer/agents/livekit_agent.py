"""A voice agent on LiveKit Agents without a LiveKit server: a session whose audio comes and goes through a pipe.

Its own Silero and its end-of-turn model come with the framework. It has no plugins for faster-whisper and Piper; those
here are what its guide for plugins asks for: one call each, in a thread. What `tuned` changes is in `_settings`.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from livekit import rtc
from livekit.agents import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    Agent,
    AgentSession,
    ChatContext,
    inference,
    stt,
    tokenize,
    tts,
    utils,
)
from livekit.agents.voice import io
from livekit.plugins import openai
from model_server import model_server
from piper import PiperVoice
from wire import LISTENING_RATE, Assignment, Wire, WireBroken, connect


@dataclass(frozen=True)
class Settings:
    """What a user may turn. Without a value it is the framework's own."""

    transcribing: dict[str, Any] = field(default_factory=dict)
    """Arguments of faster-whisper's `transcribe` beside the language."""
    turn_handling: Any = NOT_GIVEN
    sentences: dict[str, int] = field(default_factory=dict)
    """Arguments of the tokenizer that cuts answers into sentences."""
    voice_activity: dict[str, float] = field(default_factory=dict)
    recognition_threads: int = 0
    """0 leaves it to faster-whisper."""


def _settings(assignment: Assignment) -> Settings:
    if not assignment.tuned:
        return Settings()
    return Settings(
        transcribing={
            "beam_size": 1,
            "best_of": 1,
            "temperature": 0.0,
            "without_timestamps": True,
            "condition_on_previous_text": False,
        },
        # its end-of-turn model takes most questions of synthetic voices for unfinished, and then waits 2.5 seconds;
        # 0.5 seconds of silence are over before the transcript is there
        turn_handling={
            "turn_detection": "vad",
            "endpointing": {"min_delay": 0.5},
            "preemptive_generation": {"preemptive_tts": True},
        },
        # a short first sentence is spoken at once and not joined with the next one
        sentences={"min_sentence_len": 4, "stream_context_len": 4},
        voice_activity={"min_silence_duration": 0.2},
        recognition_threads=assignment.threads,
    )


class Whisper(stt.STT):
    """faster-whisper, whole utterances at a time; the session cuts them by voice activity."""

    def __init__(self, path: str, threads: int, transcribing: dict[str, Any]) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self._model = WhisperModel(path, device="cpu", compute_type="int8", cpu_threads=threads)
        self._transcribing = transcribing

    async def _recognize_impl(self, buffer: utils.AudioBuffer, **_: Any) -> stt.SpeechEvent:
        frame = utils.merge_frames(buffer)
        samples = np.frombuffer(frame.data, np.int16).astype(np.float32) / 32768
        text = await asyncio.to_thread(self._transcribe, samples)
        found = stt.SpeechData(language="en", text=text)
        return stt.SpeechEvent(type=stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[found])

    def _transcribe(self, samples: Any) -> str:
        segments, _ = self._model.transcribe(samples, language="en", **self._transcribing)
        return " ".join(segment.text.strip() for segment in segments)


class Piper(tts.TTS):
    """A Piper voice, a sentence at a time."""

    def __init__(self, path: str) -> None:
        self.voice = PiperVoice.load(path)
        rate = self.voice.config.sample_rate
        super().__init__(capabilities=tts.TTSCapabilities(streaming=False), sample_rate=rate, num_channels=1)

    def synthesize(self, text: str, *, conn_options: Any = DEFAULT_API_CONNECT_OPTIONS) -> tts.ChunkedStream:
        return PiperSpeech(tts=self, input_text=text, conn_options=conn_options)


class PiperSpeech(tts.ChunkedStream):
    """One sentence being spoken."""

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=utils.shortuuid(),
            sample_rate=self._tts.sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
        )
        speech = iter(self._tts.voice.synthesize(self._input_text))
        while chunk := await asyncio.to_thread(next, speech, None):
            output_emitter.push(chunk.audio_int16_bytes)
        output_emitter.flush()


class Microphone(io.AudioInput):
    """What comes through the pipe."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(label="pipe")
        self._wire = wire

    async def __anext__(self) -> rtc.AudioFrame:
        while True:
            try:
                received = await self._wire.receive()
            except WireBroken:
                raise StopAsyncIteration from None
            if isinstance(received, bytes):
                return rtc.AudioFrame(received, LISTENING_RATE, 1, len(received) // 2)


class Speaker(io.AudioOutput):
    """Hands speech over as soon as it is there, and takes it as played at once."""

    def __init__(self, wire: Wire, rate: int) -> None:
        super().__init__(label="pipe", capabilities=io.AudioOutputCapabilities(pause=False), sample_rate=rate)
        self._wire = wire
        self._played = 0.0

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if not self._played:
            self._wire.tell("reply_started")
            self.on_playback_started(created_at=time.time())
        self._played += frame.duration
        self._wire.send_audio(bytes(frame.data))

    def flush(self) -> None:
        super().flush()
        self._finish(interrupted=False)

    def clear_buffer(self) -> None:
        self._finish(interrupted=True)

    def _finish(self, interrupted: bool) -> None:
        if self._played:
            played, self._played = self._played, 0.0
            self.on_playback_finished(playback_position=played, interrupted=interrupted)


def _tell_events(session: AgentSession[Any], wire: Wire) -> None:
    @session.on("user_state_changed")
    def user(event: Any) -> None:
        if event.new_state in ("speaking", "listening"):
            wire.tell("speech_started" if event.new_state == "speaking" else "speech_stopped")

    @session.on("agent_state_changed")
    def agent(event: Any) -> None:
        if event.old_state == "speaking" and event.new_state in ("listening", "idle"):
            wire.tell("reply_done")

    @session.on("conversation_item_added")
    def said(event: Any) -> None:
        kind = {"user": "transcript", "assistant": "answer"}.get(getattr(event.item, "role", ""))
        if kind:
            wire.tell(kind, text=event.item.text_content or "")

    @session.on("metrics_collected")
    def measured(event: Any) -> None:
        for name, label in _STAGES.items():
            value = getattr(event.metrics, name, None)
            if value:
                wire.tell("stage", name=label, ms=round(value * 1000))


_STAGES = {
    "end_of_utterance_delay": "end of speech → turn is over",
    "transcription_delay": "end of speech → transcript",
    "ttft": "LLM first token",
    "ttfb": "TTS first audio",
}
"""What the framework measures, and what that is."""


async def _converse(assignment: Assignment, wire: Wire, model_url: str) -> None:
    settings = _settings(assignment)
    voice = Piper(assignment.voice)
    session: AgentSession[Any] = AgentSession(
        stt=Whisper(assignment.recognition, settings.recognition_threads, settings.transcribing),
        llm=openai.LLM(
            model="model",
            base_url=model_url,
            api_key="none",
            temperature=assignment.temperature,
            # the server knows this older name of the limit
            extra_body={"max_tokens": assignment.max_tokens},
        ),
        tts=tts.StreamAdapter(
            tts=voice,
            sentence_tokenizer=tokenize.blingfire.SentenceTokenizer(retain_format=True, **settings.sentences),
        ),
        vad=inference.VAD(**settings.voice_activity),
        turn_handling=settings.turn_handling,
    )
    _tell_events(session, wire)
    session.input.audio = Microphone(wire)
    session.output.audio = Speaker(wire, voice.sample_rate)
    await session.start(_agent(assignment))
    wire.tell("ready", rate=voice.sample_rate)
    await asyncio.Event().wait()


def _agent(assignment: Assignment) -> Agent:
    history = ChatContext.empty()
    for message in assignment.examples:
        history.add_message(role=message["role"], content=message["content"])
    return Agent(instructions=assignment.instructions, chat_ctx=history)


async def main() -> None:
    """Serve until the benchmark ends the process."""
    assignment = Assignment.read()
    wire = await connect(assignment)
    async with model_server(assignment) as url:
        await _converse(assignment, wire, url)


if __name__ == "__main__":
    asyncio.run(main())
