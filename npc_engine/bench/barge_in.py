"""Measure barge-in: sounds in a player's microphone while a reply plays.

A player's words must stop the reply; coughs, signs of listening and the reply's own echo must not. Most cases are tried
in audio time, with the real ears and voice: what is decided does not depend on the machine then. How soon the audio
stops is measured on a real server in real time. Every case has a session of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from npc_engine import __version__
from npc_engine.audio import RATE
from npc_engine.bench import audio_time, corpora
from npc_engine.bench.barge_in_cases import Case, Counts, Speak, cases
from npc_engine.bench.barge_in_listener import Listener
from npc_engine.bench.barge_in_report import BargeInReport, Outcome
from npc_engine.bench.barge_in_trial import attempt, timed
from npc_engine.bench.machine import load, machine
from npc_engine.client import connect
from npc_engine.compose import engines_for
from npc_engine.config import Config
from npc_engine.ensemble import Engines
from npc_engine.errors import EngineUnavailable
from npc_engine.localserver import Note, local_server
from npc_engine.persona import loading
from npc_engine.wav import Sound

PERSONA = "deadwood"
LONGEST = 40.0
"""Seconds of one case in real time. No reply is longer."""
_LONGEST_LINE = 4.0
"""Seconds of a recorded person's line."""


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    counts: Counts = field(default_factory=lambda: Counts(harmless=120, words=36))
    """In audio time."""
    live: int = 16
    """Players who speak over a reply in real time."""
    people: bool = True
    """Whether recorded people are among the players: their package is fetched."""
    seed: int = 2
    config: Config = field(default_factory=Config)
    server: tuple[str, ...] = ()
    """Further arguments of `npc-engine serve`."""
    fake: bool = False


async def measure(plan: Plan, note: Note) -> BargeInReport:
    """Run the plan. Raises `NpcEngineError`."""
    before = load()
    people = [(line.text or line.name, Sound(line.pcm, RATE)) for line in _recorded(plan, note)]
    async with _engines(plan) as engines:
        speak = _voice(engines)
        tried = await cases(plan.counts, plan.seed, speak, people)
        spoken = await cases(Counts(harmless=0, words=2 * plan.live), plan.seed + 2, speak, people)
        outcomes = await _tried(tried, engines, note)
    live = [case for case in spoken if case.kind == "speech"]
    return BargeInReport(__version__, machine(), plan.seed, before, load(), outcomes, await _lived(live, plan, note))


def _recorded(plan: Plan, note: Note) -> list[corpora.Recording]:
    lines = corpora.prompts(note) if plan.people and not plan.fake else []
    return [line for line in lines if line.seconds <= _LONGEST_LINE]


@asynccontextmanager
async def _engines(plan: Plan) -> AsyncIterator[Engines]:
    """Ears and voice, started; the model that answers is scripted, since nothing is measured of its answers."""
    scripted = engines_for(plan.config, fake=True)
    engines = engines_for(plan.config, plan.fake, ("en",))
    engines = replace(engines, language_model=scripted.language_model, deferred=())
    await engines.start()
    try:
        yield engines
    finally:
        await engines.stop()


def _voice(engines: Engines) -> Speak:
    speaker = engines.voices.pick("en")

    async def speak(text: str, speed: float) -> Sound:
        speech = await speaker.worker.call("synthesise", text, "en", speaker.voice, speed)
        return Sound(speech.pcm, speech.rate)

    return speak


async def _tried(chosen: list[Case], engines: Engines, note: Note) -> list[Outcome]:
    home = asyncio.get_running_loop()
    ears, voice = timed(engines, home)
    personas = {PERSONA: loading.load(loading.find(PERSONA, loading.search_folders()))}
    outcomes = []
    for number, case in enumerate(chosen, start=1):
        voice.pitch = case.pitch
        trial = attempt(case, PERSONA, personas, ears, number)
        outcomes.append(await asyncio.to_thread(audio_time.run, trial))
        note(f"{number} of {len(chosen)}: {outcomes[-1]}")
    return outcomes


async def _lived(chosen: list[Case], plan: Plan, note: Note) -> list[Outcome]:
    """The cases in real time. The character has the synthesiser's own voice."""
    if not chosen:
        return []
    async with local_server(("--persona", PERSONA, *plan.server), note) as server:
        outcomes = []
        for number, case in enumerate(chosen, start=1):
            outcomes.append(await _live(server.url, case))
            note(f"in real time, {number} of {len(chosen)}: {outcomes[-1]}")
        return outcomes


async def _live(url: str, case: Case) -> Outcome:
    game = connect(url, [PERSONA], language="en", seed=1)
    listener = Listener(case, game)
    try:
        async with game, asyncio.timeout(LONGEST):
            await listener.run(PERSONA)
    except TimeoutError:
        raise EngineUnavailable(f"no end of a reply within {LONGEST:.0f} s; the server's log says why") from None
    return listener.outcome()
