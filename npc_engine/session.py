"""Carry out what one conversation decides: all concurrency of a session is here, and no decision.

Commands of `core` become calls to engines and frames for the client; what comes of them goes back as events.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import structlog

from npc_engine import __version__
from npc_engine.audio import BYTES, RATE, AudioBuffer, StreamResampler, level, levels, pieces, resample
from npc_engine.compute import Need
from npc_engine.core.commands import (
    Cancel,
    Close,
    Command,
    CreateSave,
    DropAudio,
    ForgetAudio,
    Generate,
    HoldAudio,
    Hurry,
    JudgeTurn,
    LetGo,
    LoadSave,
    Pace,
    Prepare,
    Recognise,
    Record,
    ReleaseAudio,
    Send,
    SendAudio,
    Summarise,
    Synthesise,
    TakeUp,
)
from npc_engine.core.conversation import Conversation
from npc_engine.core.endpointing import EndpointingSettings
from npc_engine.core.events import (
    AudioReceived,
    ClockAdvanced,
    EngineFailed,
    Event,
    GenerationEnded,
    ListeningChanged,
    MessageReceived,
    Recognised,
    SaveMade,
    SpeechSynthesised,
    SpokenCue,
    StoreFailed,
    StoryLoaded,
    TextGenerated,
    TurnJudged,
    VoiceScored,
)
from npc_engine.core.intent import no_intents
from npc_engine.core.journal import Entry
from npc_engine.core.loudness import WINDOW
from npc_engine.core.meaning import nothing_akin, nothing_alike
from npc_engine.core.moderation import NOTHING, Moderation
from npc_engine.core.prompt import STOP, Prompt
from npc_engine.engines.base import GenerationRequest, PromptMessage, Speech, Transcript
from npc_engine.ensemble import Engines
from npc_engine.errors import EngineUnavailable, NpcEngineError, SaveNotFound, SaveOfAnother, StoreUnusable
from npc_engine.frames import AudioFrame
from npc_engine.logbook import Logbook
from npc_engine.outbox import Outbox
from npc_engine.persona.model import Persona
from npc_engine.protocol import (
    AI_LABEL,
    ActionResult,
    AnyClientMessage,
    CharacterJoin,
    Error,
    Gossip,
    OpenedAudio,
    OpenedCharacter,
    PlaybackReport,
    SessionOpen,
    SessionOpened,
    WorldEvent,
    WorldSet,
)
from npc_engine.standing_clock import StandingClock

FRAME_SECONDS = 0.1
"""Of one frame of speech to the client."""
AUDIO_BACKLOG = 20.0
"""Seconds of microphone audio that may wait for voice activity before more is refused."""
GATHERED = 0.1
"""Seconds in which changes of the world are taken together: some games tell of all that moves."""
SUMMARY_PATIENCE = 60.0
"""Seconds for which a summary can wait: everybody who is to be answered goes first."""

_log = structlog.get_logger()


_CHANGES = (ActionResult, CharacterJoin, Gossip, WorldEvent, WorldSet)
"""Messages after which lines may be compared with something new."""

C = TypeVar("C", Recognise, JudgeTurn, Generate, Summarise, Synthesise)


class Session:
    """One player's connection to the engines. All methods are called on one event loop."""

    def __init__(
        self,
        session_id: str,
        opened: SessionOpen,
        personas: Mapping[str, Persona],
        engines: Engines,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 0,
        longest_outbox: int = 8 * 2**20,
        moderation: Moderation = NOTHING,
        logbook: Logbook | None = None,
        past: Sequence[Entry] = (),
    ) -> None:
        """What `moderation` lists is never said. Without a logbook nothing is kept; `past` is what happened before."""
        self.session_id = session_id
        self.resume_token = secrets.token_urlsafe(16)
        likeness = engines.likeness or nothing_alike
        kinship = engines.likeness.kinship if engines.likeness else nothing_akin
        intents = engines.likeness.intents if engines.likeness else no_intents
        self.conversation = Conversation(
            session_id,
            opened,
            personas,
            seed,
            likeness=likeness,
            kinship=kinship,
            intents=intents,
            moderation=moderation,
            past=past,
            goes_on=engines.goes_on,
        )
        self.close_reason: str | None = None
        """Why the session ended in good order, once it has."""
        self._received: str | None = None
        self._clock = StandingClock(clock)
        self.outbox = Outbox(longest_outbox, opened.audio.output.encoding == "base64", self._clock)
        """What the client is to read."""
        self._opened = opened
        self._engines = engines
        self._continued = bool(past)
        self._logbook = logbook or Logbook(None, opened.player.id, ())
        self._logbook.failed = self._fail_to_keep
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._preparing: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._changed.set()
        self._speech: dict[int, Speech] = {}
        self._resampler = StreamResampler(opened.audio.input.rate)
        self._microphone = AudioBuffer()
        self._unscored: asyncio.Queue[bytes] = asyncio.Queue()
        self._unscored_bytes = 0
        self._scored = 0.0

    @property
    def is_quiet(self) -> bool:
        """Whether all that came was taken, nobody speaks, nothing is being answered, and nothing waits to be kept."""
        return self._events.empty() and self.conversation.is_idle and not self.outbox.waits

    async def run(self) -> None:
        """Live until the conversation closes. Cancel it to end at once; either way all work of the session ends."""
        aside = [asyncio.create_task(self._score()), asyncio.create_task(self._look_ahead())]
        try:
            self.outbox.put(self.opened_message(self._opened.id))
            await self._carry_out(self.conversation.open())
            while self.close_reason is None:
                event = await self._next_event()
                await self._carry_out(self.conversation.receive(event))
                if isinstance(event, StoryLoaded) or (
                    isinstance(event, MessageReceived) and isinstance(event.message, _CHANGES)
                ):
                    self._changed.set()
        finally:
            await self._logbook.settle()
            await self._end([*aside, *self._tasks.values(), *self._preparing.values()])

    def stand_still(self) -> None:
        """The client is away. Nobody speaks and no deadline passes until `go_on`."""
        self._clock.stop()

    def go_on(self) -> None:
        """The client is here again."""
        self._clock.go_on()
        self._post(ClockAdvanced(self._clock()))

    def receive(self, message: AnyClientMessage) -> None:
        """Take a message of the client."""
        self._received = message.id or self._received
        if isinstance(message, PlaybackReport):
            self.outbox.played(message.utterance, message.samples)
        self._events.put_nowait(MessageReceived(self._clock(), message))

    def listen(self, settings: EndpointingSettings, pushed: bool) -> None:
        """From now on utterances end by these settings, or, where `pushed`, by `input.audio.commit` alone."""
        self._post(ListeningChanged(self._clock(), settings, pushed))

    def receive_audio(self, pcm: bytes) -> Error | None:
        """Take microphone audio, PCM s16le mono at the rate of `session.open`; or say what is wrong with it."""
        if len(pcm) % 2:
            return Error(code="invalid_audio", message="audio must be whole 16-bit samples: an even number of bytes")
        heard = self._resampler(pcm)
        if self._unscored_bytes + len(heard) > AUDIO_BACKLOG * RATE * BYTES:
            message = "audio comes faster than it is heard and was dropped: send it in real time"
            return Error(code="audio_backlog", message=message, retry_after_ms=1000)
        self._microphone.append(heard)
        self._unscored_bytes += len(heard)
        self._unscored.put_nowait(heard)
        self._post(AudioReceived(self._clock(), self._microphone.until))
        return None

    def opened_message(self, ref: str | None, resumed: bool = False) -> SessionOpened:
        """What a client is told first."""
        player, audio = self._opened.player, self._opened.audio
        characters = self.conversation.characters
        languages = [language for character in characters for language in character.persona.languages]
        return SessionOpened(
            ref=ref,
            session_id=self.session_id,
            resume_token=self.resume_token,
            server=f"npc-engine {__version__}",
            models=self._engines.models,
            characters=[
                OpenedCharacter(
                    actor_id=character.actor_id,
                    name=character.name(player.language or character.persona.languages[0]),
                    color=character.persona.color,
                    languages=list(character.persona.languages),
                )
                for character in characters
            ],
            audio=OpenedAudio(
                input_rate=audio.input.rate,
                output_rate=audio.output.rate,
                encoding=audio.output.encoding,
                voices=self._engines.voices.describe(languages),
            ),
            label=AI_LABEL.get(player.language or "en", AI_LABEL["en"]),
            resumed=resumed,
            received=self._received if resumed else None,
            continued=self._continued,
            warning=self.conversation.warning,
        )

    def _now(self) -> float:
        """Seconds on the clock that all sessions share."""
        return self._clock.elsewhere(self._clock())

    async def _next_event(self) -> Event:
        deadline = self.conversation.next_deadline()
        timeout = None if deadline is None or self._clock.stands else max(0.0, deadline - self._clock())
        try:
            async with asyncio.timeout(timeout):
                return await self._events.get()
        except TimeoutError:
            return ClockAdvanced(self._clock())

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.outbox.close()
        await self._forget()

    async def _forget(self) -> None:
        """Free what the engines hold for this session."""
        held = [(self._engines.voice_activity, "close", self.session_id)]
        held += [(self._engines.language_model, "forget", conversation) for conversation in self._preparing]
        for worker, method, key in held:
            # An engine that is being restarted holds nothing any more.
            with suppress(EngineUnavailable):
                if worker.is_ready:
                    await worker.call(method, key)

    async def _carry_out(self, commands: list[Command]) -> None:
        for command in commands:
            match command:
                # Nothing may happen meanwhile: a save is of this moment, and a story must not mix with another.
                case CreateSave() | LoadSave():
                    await self._carry_out(self.conversation.receive(await self._fetch(command)))
                case TakeUp():
                    await self._logbook.take_up()
                case _:
                    self._do(command)

    async def _fetch(self, command: CreateSave | LoadSave) -> SaveMade | StoryLoaded | StoreFailed:
        """Make a save, or read one. What was told to be kept before is kept by then."""
        try:
            if isinstance(command, CreateSave):
                return SaveMade(self._clock(), await self._logbook.save(command.label), command.ref)
            save_id, entries = await self._logbook.load(command.save_id)
            return StoryLoaded(self._clock(), save_id, tuple(entries), command.ref)
        except NpcEngineError as problem:
            not_found = isinstance(problem, SaveNotFound | SaveOfAnother)
            told = problem.told if isinstance(problem, StoreUnusable) else str(problem)
            return StoreFailed(self._clock(), told, command.ref, not_found)

    def _do(self, command: Command) -> None:
        match command:
            case Send(message):
                self.outbox.put(message)
            case SendAudio():
                self._send_audio(command)
            case DropAudio(utterance):
                self.outbox.drop_audio(utterance)
            case HoldAudio(utterance):
                self.outbox.hold(utterance)
            case ReleaseAudio(utterance):
                self.outbox.release(utterance)
            case Recognise():
                self._begin(command, self._recognise)
            case Hurry(work):
                self._engines.compute.hurry((self.session_id, work))
            case JudgeTurn():
                self._begin(command, self._judge)
            case Generate():
                self._begin(command, self._generate)
            case Summarise():
                self._begin(command, self._summarise)
            case Pace(conversation, until):
                self._engines.language_model.tell("pace", conversation, self._clock.elsewhere(until))
            case Synthesise():
                self._begin(command, self._synthesise)
            case Prepare():
                self._prepare(command)
            case LetGo(conversation):
                self._let_go(conversation)
            case Cancel(work):
                self._speech.pop(work, None)
                if work in self._tasks:
                    self._tasks[work].cancel()
            case ForgetAudio(before):
                self._microphone.forget(before)
            case Record(entries):
                if kept := self._logbook.record(entries):
                    self.outbox.wait_for(kept)
            case Close(reason):
                self.close_reason = reason

    def _fail_to_keep(self, problem: StoreUnusable) -> None:
        _log.warning("the story is not kept", session=self.session_id, reason=str(problem))
        self._post(StoreFailed(self._clock(), problem.told))

    def _send_audio(self, command: SendAudio) -> None:
        speech = self._speech.pop(command.work)
        first = command.first_sample
        for pcm in pieces(speech.pcm, round(speech.rate * FRAME_SECONDS)):
            self.outbox.put(AudioFrame(command.utterance, first, pcm, speech.rate))
            first += len(pcm) // 2

    def _begin(self, command: C, do: Callable[[C], Coroutine[Any, Any, None]]) -> None:
        task = asyncio.create_task(self._guarded(command, do))
        self._tasks[command.work] = task
        task.add_done_callback(lambda done: self._forget_task(command.work, done))

    def _forget_task(self, work: int, task: asyncio.Task[None]) -> None:
        if self._tasks.get(work) is task:
            del self._tasks[work]

    async def _guarded(self, command: C, do: Callable[[C], Coroutine[Any, Any, None]]) -> None:
        """The border of a session's tasks: whatever goes wrong in one is an event for the conversation."""
        try:
            await do(command)
        except NpcEngineError as problem:
            _log.warning("work failed", session=self.session_id, work=command.work, reason=str(problem))
            self._post(EngineFailed(self._clock(), command.work, str(problem)))
        except Exception:
            _log.exception("work failed", session=self.session_id, work=command.work)
            self._post(EngineFailed(self._clock(), command.work, "an internal error; see the server's log"))

    def _post(self, event: Event) -> None:
        self._events.put_nowait(event)

    async def _score(self) -> None:
        """Have the microphone's audio scored, all that has come at a time, and a window at least."""
        pcm = b""
        while True:
            pcm += await self._unscored.get()
            while not self._unscored.empty():
                pcm += self._unscored.get_nowait()
            if len(pcm) < WINDOW * RATE * BYTES:
                continue
            self._unscored_bytes -= len(pcm)
            try:
                scores = await self._engines.voice_activity.call("score", self.session_id, pcm)
            except NpcEngineError as problem:
                # The audio is lost to voice activity, not to recognition; time goes on.
                _log.warning("audio not scored", session=self.session_id, reason=str(problem))
                scores = [0.0] * round(len(pcm) / BYTES / RATE / WINDOW)
            for score in scores:
                window = self._microphone.between(self._scored, self._scored + WINDOW)
                self._post(VoiceScored(self._clock(), self._scored, WINDOW, score, level(window)))
                self._scored += WINDOW
            pcm = b""

    async def _recognise(self, command: Recognise) -> None:
        pcm = self._microphone.between(command.start, command.end)
        arguments = (pcm, command.language, command.hotwords)
        need = Need.NOW if command.urgent else Need.SPARE
        name = (self.session_id, command.work)
        async with self._engines.compute.cores(self._engines.recogniser, self._now(), need, name):
            transcript: Transcript = await self._engines.recogniser.call("transcribe", *arguments)
        self._post(Recognised(self._clock(), command.work, transcript.text, transcript.language))

    async def _judge(self, command: JudgeTurn) -> None:
        judge = self._engines.turn_judge
        if judge is None:
            return
        pcm = self._microphone.between(command.start, command.end)
        # The language model is likely to be at an answer already, which is waited for longer than this.
        async with self._engines.compute.cores(judge, self._now(), Need.SOON):
            probability: float = await judge.call("judge", pcm)
        self._post(TurnJudged(self._clock(), command.work, probability))

    async def _generate(self, command: Generate) -> None:
        self._let_go(command.prompt.conversation)
        request = _request(command.prompt, command.seed)
        model = self._engines.language_model
        with self._engines.compute.thinking(model) as writes:
            async for text in model.stream("generate", request):
                writes()
                self._post(TextGenerated(self._clock(), command.work, text))
        self._post(GenerationEnded(self._clock(), command.work))

    async def _summarise(self, command: Summarise) -> None:
        request = replace(_request(command.prompt, seed=0), deadline=self._now() + SUMMARY_PATIENCE)
        async for text in self._engines.language_model.stream("generate", request):
            self._post(TextGenerated(self._clock(), command.work, text))
        self._post(GenerationEnded(self._clock(), command.work))

    async def _synthesise(self, command: Synthesise) -> None:
        speaker = self._engines.voices.pick(command.language, command.voice)
        due = self._clock.elsewhere(command.due or self._clock())
        async with self._engines.compute.cores(speaker.worker, due):
            speech: Speech = await speaker.worker.call("synthesise", command.text, command.language, speaker.voice, 1.0)
        rate = command.rate or self._opened.audio.output.rate or speech.rate
        if rate != speech.rate:
            pcm = await asyncio.to_thread(resample, speech.pcm, speech.rate, rate)
            speech = Speech(pcm, rate, speech.words, speech.visemes)
        self._speech[command.work] = speech
        loudness, cues = levels(speech.pcm, rate, WINDOW), tuple(_cues(speech))
        self._post(SpeechSynthesised(self._clock(), command.work, len(speech.pcm) // 2, rate, cues, loudness))

    def _prepare(self, command: Prepare) -> None:
        self._let_go(command.prompt.conversation)
        self._preparing[command.prompt.conversation] = asyncio.create_task(self._evaluate(command))

    def _let_go(self, conversation: str) -> None:
        preparing = self._preparing.get(conversation)
        if preparing:
            preparing.cancel()

    async def _look_ahead(self) -> None:
        """Have seen what the world's changes bring before the next line is compared with it: a text at a time, and
        whatever else is to be done between two of them."""
        likeness = self._engines.likeness
        while likeness:
            await self._changed.wait()
            await asyncio.sleep(GATHERED)
            self._changed.clear()
            for _ in likeness.warming(self.conversation.compared()):
                await asyncio.sleep(0)

    async def _evaluate(self, command: Prepare) -> None:
        try:
            await self._engines.language_model.call("prepare", _request(command.prompt, weight=command.weight))
        except NpcEngineError as problem:
            # Only a hint: the next generation evaluates the prompt itself, or says what is wrong.
            _log.info("not prepared", session=self.session_id, reason=str(problem))


def _request(prompt: Prompt, seed: int = 0, weight: float = 1.0) -> GenerationRequest:
    return GenerationRequest(
        conversation=prompt.conversation,
        messages=tuple(PromptMessage(line.role, line.text) for line in prompt.lines),
        shared=prompt.shared,
        max_tokens=prompt.max_tokens,
        temperature=prompt.temperature,
        seed=seed,
        stop=() if prompt.grammar else STOP,
        open_ended=prompt.open_ended,
        quotable=prompt.quotable,
        begins=prompt.begins,
        grammar=prompt.grammar,
        weight=weight,
    )


def _cues(speech: Speech) -> list[SpokenCue]:
    words = [SpokenCue("word", word.value, word.start, word.duration) for word in speech.words]
    return words + [SpokenCue("viseme", viseme.value, viseme.start, viseme.duration) for viseme in speech.visemes]
