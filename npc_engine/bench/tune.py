"""Measure the engines with several numbers of threads: alone, and in each other's way as they are in a turn.

Each engine runs as it does in a server, in a process of its own. What to make of the times is up to `tune_choice`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count

from npc_engine.bench.statistics import percentile
from npc_engine.bench.tune_choice import Measurements, candidates
from npc_engine.compose import engines_for
from npc_engine.config import Config, Endpoint
from npc_engine.engines.base import GenerationRequest, PromptMessage
from npc_engine.ensemble import Engines
from npc_engine.errors import EngineUnavailable, InvalidFile
from npc_engine.recordings import QUESTIONS, question
from npc_engine.threads import Threads, usable_cores
from npc_engine.worker import Worker

Note = Callable[[str], None]
Try = Callable[[], Awaitable[float]]
"""Does something once; the seconds that it took."""
RATE = 16000
"""Samples per second that recognition hears."""
_TRIES = 5
"""Of each measurement, after one that doesn't count."""
_TOKENS = 16
"""Written in one try."""
_ENDLESS = 400
"""Tokens of what the model writes to be in the way."""
_PERSONA = (
    "You are Ada Finch, the clerk of the bank in Deadwood in 1876. You are friendly and curt. You know everybody in "
    "town, the saloon, the sheriff and the mine. You never say that you are a machine. You like to tell long stories."
)
_LINE = "{} [Answer: You are in the middle of the town of Deadwood. Find the key and open the safe in the bank.]"
"""As long as a player's line with its facts is."""
_CLAUSE = {"en": "You are in the middle of the town of Deadwood.", "zh": "你在戴德伍德镇的中心。"}
_numbers = count(1)


@dataclass(frozen=True)
class Bench:
    """The engines with the same number of threads each, and what they are given to do."""

    engines: Engines
    language: str

    @property
    def voice(self) -> Worker:
        """What speaks."""
        return self.engines.voices.pick(self.language).worker

    async def recognise(self) -> float:
        """Seconds to understand a question."""
        heard = question(self.language).at_rate(RATE).pcm
        began = time.perf_counter()
        await self.engines.recogniser.call("transcribe", heard, self.language, ())
        return time.perf_counter() - began

    async def speak(self) -> float:
        """Seconds to make the speech of a clause."""
        speaker = self.engines.voices.pick(self.language)
        began = time.perf_counter()
        await speaker.worker.call("synthesise", _CLAUSE[self.language], self.language, speaker.voice, 1.0)
        return time.perf_counter() - began

    async def read(self) -> float:
        """Seconds until the model's first token."""
        began = time.perf_counter()
        return (await self._write(1, least=1))[0] - began

    async def write(self) -> float:
        """Seconds per token."""
        came = await self._write(_TOKENS, least=2)
        return (came[-1] - came[0]) / (len(came) - 1)

    async def write_on(self) -> float:
        """Write as long as the model has something to say."""
        came = await self._write(_ENDLESS, least=1)
        return came[-1] - came[0]

    async def _write(self, tokens: int, least: int) -> list[float]:
        """When each piece of an answer came, at least so many."""
        worker, request = self.engines.language_model, _request(self.language, tokens)
        try:
            async with aclosing(worker.stream("generate", request)) as pieces:
                came = [time.perf_counter() async for _ in pieces]
        finally:
            await worker.call("forget", request.conversation)
        if len(came) < least:
            raise EngineUnavailable(
                "the language model says nothing and can't be measured; choose another with --config"
            )
        return came


async def measure(config: Config, language: str, fake: bool, note: Note) -> Measurements:
    """Try every number of threads that is worth it. Raises `NpcEngineError`."""
    if isinstance(config.models.language, Endpoint):
        raise InvalidFile("the language model runs behind HTTP, in a server of its own: tune the threads there")
    if language not in QUESTIONS:
        raise InvalidFile(f"no question is recorded in '{language}'; there are: {', '.join(QUESTIONS)}")
    counts = candidates(usable_cores())
    benches = {each: Bench(engines_for(_with(config, each), fake, [language]), language) for each in counts}
    found = Measurements()
    others = [worker for each in benches.values() for worker in (each.engines.recogniser, each.voice)]
    async with _running(others):
        for each, bench in benches.items():
            note(f"recognition and synthesis, threads: {each}")
            found.recognition[each] = await _median(bench.recognise)
            found.synthesis[each] = await _median(bench.speak)
        for each, bench in benches.items():
            async with _running([bench.engines.language_model]):
                await _measure_model(each, benches, found, note)
    return found


async def _measure_model(threads: int, benches: dict[int, Bench], found: Measurements, note: Note) -> None:
    """A language model alone, and with every recogniser and voice."""
    writer = benches[threads]
    note(f"language model, threads: {threads}")
    found.first_token[threads] = await _median(writer.read)
    found.token[threads] = await _median(writer.write)
    for other, bench in benches.items():
        note(f"language model, threads: {threads}, beside the others', threads: {other}")
        async with _in_the_way(bench.recognise):
            found.token_beside_recognition[threads, other] = await _median(writer.write)
        async with _in_the_way(writer.write_on):
            found.recognition_beside_writing[threads, other] = await _median(bench.recognise)
            found.synthesis_beside_writing[threads, other] = await _median(bench.speak)


async def _median(attempt: Try) -> float:
    await attempt()
    return percentile([await attempt() for _ in range(_TRIES)], 0.5)


@asynccontextmanager
async def _in_the_way(attempt: Try) -> AsyncIterator[None]:
    """Do something over and over meanwhile."""

    async def again() -> None:
        while True:
            await attempt()

    task = asyncio.create_task(again())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def _running(workers: list[Worker]) -> AsyncIterator[None]:
    try:
        for worker in workers:
            await worker.start()
        yield
    finally:
        for worker in workers:
            await worker.stop()


def _with(config: Config, count: int) -> Config:
    threads = Threads(language_model=count, decode=count, recognition=count, synthesis=count)
    return config.model_copy(update={"threads": threads})


def _request(language: str, tokens: int) -> GenerationRequest:
    """A line of a new conversation with a persona that all share."""
    line = _LINE.format(next(iter(QUESTIONS[language].values())))
    messages = (PromptMessage("system", _PERSONA), PromptMessage("user", line))
    return GenerationRequest(f"tune {next(_numbers)}", messages, shared=1, max_tokens=tokens, seed=1)
