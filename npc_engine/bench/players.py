"""Several players at once on one server, each in a session of its own, and what they hear. Uses only the wire."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from npc_engine.client.opening import opening
from npc_engine.config import Config
from npc_engine.exchange import Exchange, Interview, interview
from npc_engine.microphone import FRAME, RecordedMicrophone, open_microphone
from npc_engine.recordings import QUESTIONS, question

PAUSE = 0.7
"""Seconds between two turns: the server evaluates the next prompt meanwhile, as it would while players think."""


@dataclass(frozen=True)
class Seat:
    """One player's session."""

    number: int
    language: str
    interview: Interview
    microphone: RecordedMicrophone | None
    models: dict[str, str]

    async def ask(self, turn: int) -> Exchange:
        """Ask the question of this turn: aloud if there is a microphone. Each player begins with another one."""
        names = list(QUESTIONS[self.language])
        name = names[(self.number + turn) % len(names)]
        if self.microphone:
            return await self.interview.ask_aloud(question(self.language, name), self.microphone)
        return await self.interview.ask(QUESTIONS[self.language][name])


@asynccontextmanager
async def seat(
    url: str, persona: str, language: str, spoken: bool = False, number: int = 0, plays_at_once: bool = True
) -> AsyncIterator[Seat]:
    """A player whose session is open. With `spoken` a microphone runs, and answers are heard.

    With `plays_at_once` an answer that came was heard, else it takes as long as it lasts.
    """
    opens = opening(persona, language=language, speech=spoken, seed=number)
    async with AsyncExitStack() as stack:
        asking = await stack.enter_async_context(interview(url, opens, plays_at_once=plays_at_once))
        microphone = await stack.enter_async_context(open_microphone(asking.listen)) if spoken else None
        yield Seat(number, language, asking, microphone, asking.opened.models.model_dump())


@asynccontextmanager
async def seats(url: str, persona: str, language: str, spoken: bool, count: int) -> AsyncIterator[list[Seat]]:
    """`count` players at once, who hear their answers as long as they last."""
    async with AsyncExitStack() as stack:
        coming = [seat(url, persona, language, spoken, number, plays_at_once=False) for number in range(count)]
        yield [await stack.enter_async_context(each) for each in coming]


async def all_at_once(players: Sequence[Seat], turn: int, spread: float, draw: random.Random) -> list[Exchange]:
    """Everybody's exchange of this turn, after a pause; `draw` says in which moment of `spread` seconds each begins."""

    async def later(player: Seat, delay: float) -> Exchange:
        await asyncio.sleep(PAUSE + delay)
        return await player.ask(turn)

    return await asyncio.gather(*(later(player, draw.uniform(0, spread)) for player in players))


def gaps(exchange: Exchange) -> list[float]:
    """Seconds of silence inside an answer, where its audio came later than playback needed it.

    The client plays the first piece as it comes and holds back one frame of 20 ms against jitter.
    """
    if not exchange.audio_at or not exchange.rate:
        return []
    began, found = exchange.audio_at[0][1] + FRAME, []
    for first_sample, at in exchange.audio_at:
        late = at - (began + first_sample / exchange.rate)
        if late > 0:
            found.append(late)
            began += late
    return found


def written(config: Config, folder: Path) -> Path:
    """A configuration file in `folder` that says what `config` says."""
    file = folder / "config.yaml"  # every JSON text is YAML
    file.write_text(config.model_dump_json(), encoding="utf-8")
    return file
