"""The engines of one server, started and stopped together, and which voice speaks which language."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog

from npc_engine.compute import Compute
from npc_engine.likeness import ByMeaning
from npc_engine.protocol import Models, Voice
from npc_engine.threads import usable_cores
from npc_engine.worker import Worker

_log = structlog.get_logger()


@dataclass(frozen=True)
class Speaker:
    """A voice that is installed, and the worker that has it."""

    worker: Worker
    engine: str
    name: str
    """As in the catalogue: `kokoro:jf_alpha`."""
    voice: str
    """As its engine knows it: `jf_alpha`."""
    languages: tuple[str, ...]
    """ISO 639-1 codes; `*` for any."""
    last_resort: bool = False

    def speaks(self, language: str) -> bool:
        """Whether it can pronounce the language."""
        return language in self.languages or "*" in self.languages


class Voices:
    """The installed voices, the preferred ones first."""

    def __init__(self, speakers: Iterable[Speaker]) -> None:
        self.speakers = tuple(speakers)

    def pick(self, language: str, wanted: str | None = None) -> Speaker:
        """The wanted voice if it is installed and speaks the language, else the first that does, else any."""
        able = [speaker for speaker in self.speakers if speaker.speaks(language)] or list(self.speakers)
        return next((speaker for speaker in able if speaker.name == wanted), able[0])

    def describe(self, languages: Iterable[str]) -> list[Voice]:
        """What a client is told of the voices for these languages."""
        picked = [(language, self.pick(language)) for language in dict.fromkeys(languages)]
        return [
            Voice(language=language, engine=speaker.engine, voice=speaker.name, last_resort=speaker.last_resort)
            for language, speaker in picked
        ]


@dataclass(frozen=True)
class Engines:
    """The workers of one server."""

    voice_activity: Worker
    recogniser: Worker
    language_model: Worker
    voices: Voices
    models: Models
    turn_judge: Worker | None = None
    """Without one, words and the fading of the voice tell when the player has finished: on recordings it added nothing
    to them, so a server has none (`bench endpointing`)."""
    goes_on: bool = True
    """Whether the language model can go on from the beginning of an answer, as servers behind HTTP can't."""
    likeness: ByMeaning | None = None
    """Tells which lines mean the same; without it, words alone do."""
    compute: Compute = field(default_factory=lambda: Compute(usable_cores()))
    """What all calls to engines share."""
    deferred: tuple[Worker, ...] = ()
    """Voices that not every session needs: they load when the others are ready, and are waited for when called."""

    @property
    def workers(self) -> list[Worker]:
        """All of them, each once."""
        voices = [speaker.worker for speaker in self.voices.speakers]
        judge = [self.turn_judge] if self.turn_judge else []
        return list(dict.fromkeys([self.voice_activity, self.recogniser, *judge, self.language_model, *voices]))

    @property
    def is_ready(self) -> bool:
        """Whether everything that every session needs is up."""
        return all(worker.is_ready for worker in self.workers if worker not in self.deferred)

    async def start(self, progress: Callable[[str], None] | None = None) -> None:
        """Load all engines; the deferred ones go on loading. Raises what an engine raises; then all are stopped."""
        tell = progress or (lambda line: None)
        try:
            await _start_all([worker for worker in self.workers if worker not in self.deferred], tell)
        except BaseException:
            await self.stop()
            raise
        self.compute.leave_to(lambda left: self.language_model.tell("share", left))
        for worker in self.deferred:
            worker.start_soon()

    async def stop(self) -> None:
        """End all worker processes."""
        await asyncio.gather(*(worker.stop() for worker in self.workers))


async def _start_all(workers: Iterable[Worker], tell: Callable[[str], None]) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for worker in workers:
                group.create_task(_start(worker, tell))
    except ExceptionGroup as problems:
        # cancellation is no ExceptionGroup and passes
        raise problems.exceptions[0] from None


async def _start(worker: Worker, tell: Callable[[str], None]) -> None:
    tell(f"loading the {worker.spec.name}")
    await worker.start()
    tell(f"the {worker.spec.name} is ready")
