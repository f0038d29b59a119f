"""A voice agent on Pipecat, as its guides build one from local models, its audio on a pipe and not on a sound card.

Silero for voice activity and Smart Turn for the end of a turn come with the framework; its own services for
faster-whisper, Piper and OpenAI-compatible servers do the rest. What `tuned` changes is in `_settings`.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loguru import logger
from model_server import model_server
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    BotStoppedSpeakingFrame,
    Frame,
    InputAudioRawFrame,
    LLMFullResponseStartFrame,
    MetricsFrame,
    OutputAudioRawFrame,
    StartFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.metrics.metrics import TTFBMetricsData
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.piper.tts import PiperTTSService
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transcriptions.language import Language
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams
from pipecat.turns.user_stop import (
    BaseUserTurnStopStrategy,
    SpeechTimeoutUserTurnStopStrategy,
    TurnAnalyzerUserTurnStopStrategy,
)
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner
from wire import LISTENING_RATE, Assignment, Wire, connect

SPEAKING_RATE = 22050
"""Samples per second of the voice: nothing is resampled on the way out."""


@dataclass(frozen=True)
class Settings:
    """What a user may turn. Without a value it is the framework's own."""

    transcribing: dict[str, Any] = field(default_factory=dict)
    """Arguments of faster-whisper's `transcribe` beside what the service passes."""
    turn_end: BaseUserTurnStopStrategy | None = None


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
        # Smart Turn takes half of the questions of synthetic voices for unfinished, and then waits 3 seconds;
        # 0.2 seconds of voice activity and these are over before the transcript is there
        turn_end=SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=0.4),
    )


class Whisper(WhisperSTTService):
    """The framework's service. It can't hand further arguments to faster-whisper, so that they are bound here."""

    def __init__(self, transcribing: dict[str, Any], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._model.transcribe = functools.partial(self._model.transcribe, **transcribing)


class Microphone(BaseInputTransport):
    """Pushes what comes through the pipe."""

    def __init__(self, wire: Wire, params: TransportParams) -> None:
        super().__init__(params)
        self._wire = wire

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)
        self._listening = self.create_task(self._listen())

    async def _listen(self) -> None:
        while True:
            received = await self._wire.receive()
            if isinstance(received, bytes):
                await self.push_audio_frame(InputAudioRawFrame(received, LISTENING_RATE, 1))


class Speaker(BaseOutputTransport):
    """Hands speech over as soon as it is there, and tells what passes by."""

    def __init__(self, wire: Wire, params: TransportParams) -> None:
        super().__init__(params)
        self._wire = wire

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        self._wire.send_audio(frame.audio)
        return True

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        match frame:
            case LLMFullResponseStartFrame():
                self._wire.tell("reply_started")
            case VADUserStartedSpeakingFrame():
                self._wire.tell("speech_started")
            case VADUserStoppedSpeakingFrame():
                self._wire.tell("speech_stopped")
            case MetricsFrame():
                self._report(frame)
        await super().process_frame(frame, direction)

    async def push_frame(self, frame: Frame, direction: FrameDirection = FrameDirection.DOWNSTREAM) -> None:
        if isinstance(frame, BotStoppedSpeakingFrame) and direction == FrameDirection.DOWNSTREAM:
            self._wire.tell("reply_done")
        await super().push_frame(frame, direction)

    def _report(self, frame: MetricsFrame) -> None:
        for measured in frame.data:
            if isinstance(measured, TTFBMetricsData) and measured.value:
                name = measured.processor.partition("#")[0]
                self._wire.tell("stage", name=f"{name} first result", ms=round(measured.value * 1000))


def _worker(assignment: Assignment, wire: Wire, model_url: str) -> PipelineWorker:
    settings = _settings(assignment)
    audio = TransportParams(audio_in_enabled=True, audio_out_enabled=True)
    voice = Path(assignment.voice)
    recogniser = Whisper(
        settings.transcribing,
        device="cpu",
        compute_type="int8",
        settings=Whisper.Settings(model=assignment.recognition, language=Language.EN),
    )
    language_model = OpenAILLMService(
        base_url=model_url,
        api_key="none",
        settings=OpenAILLMService.Settings(
            model="model",
            system_instruction=assignment.instructions,
            temperature=assignment.temperature,
            max_tokens=assignment.max_tokens,
        ),
    )
    synthesiser = PiperTTSService(download_dir=voice.parent, settings=PiperTTSService.Settings(voice=voice.stem))
    turn_end = settings.turn_end or TurnAnalyzerUserTurnStopStrategy(turn_analyzer=LocalSmartTurnAnalyzerV3())
    hearing, remembering = LLMContextAggregatorPair(
        LLMContext(messages=list(assignment.examples)),
        user_params=LLMUserAggregatorParams(
            vad_analyzer=SileroVADAnalyzer(), user_turn_strategies=UserTurnStrategies(stop=[turn_end])
        ),
    )

    @hearing.event_handler("on_user_turn_stopped")
    async def heard(aggregator: Any, strategy: Any, message: Any) -> None:
        wire.tell("transcript", text=message.content)

    @remembering.event_handler("on_assistant_turn_stopped")
    async def said(aggregator: Any, message: Any) -> None:
        wire.tell("answer", text=message.content)

    pipeline = Pipeline(
        [
            Microphone(wire, audio),
            recogniser,
            hearing,
            language_model,
            synthesiser,
            Speaker(wire, audio),
            remembering,
        ]
    )
    params = PipelineParams(
        audio_in_sample_rate=LISTENING_RATE, audio_out_sample_rate=SPEAKING_RATE, enable_metrics=True
    )
    return PipelineWorker(pipeline, params=params, idle_timeout_secs=None)


async def main() -> None:
    """Serve until the benchmark ends the process."""
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    assignment = Assignment.read()
    wire = await connect(assignment)
    async with model_server(assignment) as url:
        worker = _worker(assignment, wire, url)

        @worker.event_handler("on_pipeline_started")
        async def started(*_: Any) -> None:
            wire.tell("ready", rate=SPEAKING_RATE)

        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(worker)
        await runner.run()


if __name__ == "__main__":
    asyncio.run(main())
