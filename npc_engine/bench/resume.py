"""Cut connections at random places, and stop reading: what a game gets must be whole, each thing once.

A real server with scripted engines, real sockets, and the Python client as games use it. In each try a player speaks,
types and asks for answers while a character talks in real time; the wire breaks after a random number of bytes, in
either direction. A loading screen is a client whose event loop stands still.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

from npc_engine.bench.findings import Findings, Section, facts
from npc_engine.bench.machine import load
from npc_engine.bench.relay import Direction, Relay, relay
from npc_engine.bench.statistics import percentile
from npc_engine.client import Away, ClockSpeaker, Game, Item, ReceivedAudio, connect
from npc_engine.errors import EngineUnavailable
from npc_engine.localserver import LocalServer, local_server
from npc_engine.microphone import open_microphone
from npc_engine.protocol import Ping, Pong, SessionOpened, TurnStarted

PERSONA = "deadwood"
STORY = "Once upon a time there was a town by a river, and nobody in it had ever seen the sea."
TARGET = 1.0
"""Seconds within which a player is to be back."""
PATIENCE = 60.0
"""Seconds of one try, at the utmost."""
_PINGS = 0.05
"""Seconds between two messages that the server answers: each is to be answered once."""
Note = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to do."""

    tries: int = 100
    at_once: int = 10
    stall: float = 30.0
    """Seconds for which the game reads nothing."""
    seed: int = 1


@dataclass(frozen=True)
class Outcome:
    """What a game got, and did not get."""

    sessions: int
    """Different ones; one, if all went well."""
    missing: int
    """Messages."""
    twice: int
    samples: int
    """Of speech, missing or repeated."""
    unanswered: int
    """Messages of the game that were not answered, or not once, or not in their order."""
    reconnects: int
    cut: Direction | None = None
    """What was on its way when the wire broke; None if it did not."""
    back: float | None = None
    """Seconds from the cut until the game had its session again."""
    answered: float = 0.0
    """Seconds until the last line was answered."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing and nothing came twice."""
        return self.sessions == 1 and not (self.missing or self.twice or self.samples or self.unanswered)


@dataclass
class Witness:
    """All that one game gets."""

    items: list[Item] = field(default_factory=list)
    back_at: float | None = None

    def see(self, item: Item) -> None:
        """Something came."""
        if isinstance(item, SessionOpened) and item.resumed:
            self.back_at = self.back_at or asyncio.get_running_loop().time()
        self.items.append(item)

    def outcome(self, asked: Sequence[str], wire: Relay, cut: Direction | None, answered: float) -> Outcome:
        """What it got, of a game that sent messages with these ids."""
        seqs = [seq for item in self.items if (seq := getattr(item, "seq", None)) is not None]
        answers = [item.ref for item in self.items if isinstance(item, Pong | TurnStarted) and item.ref in set(asked)]
        return Outcome(
            sessions=len({item.session_id for item in self.items if isinstance(item, SessionOpened)}),
            missing=len(set(range(1, max(seqs) + 1)) - set(seqs)),
            twice=len(seqs) - len(set(seqs)),
            samples=gaps([item for item in self.items if isinstance(item, ReceivedAudio)]),
            unanswered=unanswered(asked, answers),
            reconnects=sum(isinstance(item, Away) for item in self.items),
            cut=cut if wire.cut_at else None,
            back=self.back_at - wire.cut_at if self.back_at and wire.cut_at else None,
            answered=answered,
        )


def gaps(pieces: Sequence[ReceivedAudio]) -> int:
    """Samples that are missing before or between pieces of an utterance, or came again."""
    came: Counter[int] = Counter()
    wrong = 0
    for piece in pieces:
        wrong += abs(piece.first_sample - came[piece.utterance])
        came[piece.utterance] = piece.end
    return wrong


def unanswered(asked: Sequence[str], answers: Sequence[str | None]) -> int:
    """How many were not answered once, or at least one if the order is another."""
    counts = Counter(answers)
    wrong = sum(counts[each] != 1 for each in asked)
    return wrong or int(list(answers) != list(asked))


async def measure(plan: Plan, note: Note) -> Findings:
    """Run the plan. Raises `NpcEngineError`."""
    before, draw = load(), random.Random(plan.seed)
    async with local_server(["--fake", "--persona", PERSONA, "--language", "en"]) as server:
        begun, all_in_all = await _uncut(server)
        note(f"a try without a cut: {all_in_all['down']} bytes down, {all_in_all['up']} up")
        outcomes: list[Outcome] = []
        while len(outcomes) < plan.tries:
            places = [_place(draw, begun, all_in_all) for _ in range(min(plan.at_once, plan.tries - len(outcomes)))]
            outcomes += await asyncio.gather(*(_try(server, *place) for place in places))
            note(f"{len(outcomes)} of {plan.tries}: {sum(each.is_whole for each in outcomes)} whole")
        note(f"reading nothing for {plan.stall:g} s")
        stalled = await _stall(server, plan.stall)
    return findings(outcomes, stalled, plan, before)


def _place(draw: random.Random, begun: dict[Direction, int], all_in_all: dict[Direction, int]) -> tuple[Direction, int]:
    direction: Direction = draw.choice(("down", "up"))
    return direction, draw.randrange(begun[direction], round(0.95 * all_in_all[direction]))


async def _uncut(server: LocalServer) -> tuple[dict[Direction, int], dict[Direction, int]]:
    """Bytes that go through the wire until a session stands, and until a try is over."""
    async with relay(server.url) as wire, connect(wire.url, [PERSONA], language="en", speaker=ClockSpeaker()) as game:
        begun = dict(wire.passed)
        await _talk(game)
        return begun, dict(wire.passed)


async def _try(server: LocalServer, direction: Direction, place: int) -> Outcome:
    witness = Witness()
    async with relay(server.url) as wire:
        game = connect(wire.url, [PERSONA], language="en", speaker=ClockSpeaker())
        game.on(object, witness.see)
        async with game:
            wire.break_at(direction, place)
            asked, answered = await _talk(game)
        return witness.outcome(asked, wire, direction, answered)


async def _stall(server: LocalServer, seconds: float) -> Outcome:
    """A loading screen in the midst of a story."""
    witness = Witness()
    async with relay(server.url) as wire:
        game = connect(server.url, [PERSONA], language="en", speaker=ClockSpeaker())
        game.on(object, witness.see)
        async with game:
            loading = asyncio.get_running_loop().call_later(1.0, time.sleep, seconds)
            asked, answered = await _talk(game)
            loading.cancel()
        return witness.outcome(asked, wire, None, answered)


async def _talk(game: Game) -> tuple[list[str], float]:
    """A line that is told, another that is typed, and pings and an open microphone meanwhile.

    The ids of what was sent and is to be answered, and how long the typed line took.
    """
    asked: list[str] = []

    async def hear(pcm: bytes) -> None:
        game.send_audio(pcm)

    try:
        async with asyncio.timeout(PATIENCE), open_microphone(hear):
            pinging = asyncio.create_task(_ping(game, asked))
            await (await game.speak(PERSONA, STORY)).reply()
            pinging.cancel()
            await asyncio.gather(pinging, return_exceptions=True)
            began = time.monotonic()
            await (await game.say("Hello?")).reply()
            await game.settled()
    except TimeoutError:
        raise EngineUnavailable(f"no end of a try within {PATIENCE:.0f} s; the server's log says why") from None
    return asked, time.monotonic() - began


async def _ping(game: Game, asked: list[str]) -> None:
    while True:
        asked.append(game.send(Ping()))
        await asyncio.sleep(_PINGS)


def findings(outcomes: Sequence[Outcome], stalled: Outcome, plan: Plan, load_before: float) -> Findings:
    """The tables."""
    times = [outcome.back for outcome in outcomes if outcome.back is not None]
    back = sum(outcome.is_whole and outcome.back is not None and outcome.back <= TARGET for outcome in outcomes)
    rows = [
        ["tries", str(len(outcomes))],
        ["cut while the server's bytes were on their way", str(sum(each.cut == "down" for each in outcomes))],
        ["cut while the client's bytes were", str(sum(each.cut == "up" for each in outcomes))],
        ["over before the cut", str(sum(each.cut is None for each in outcomes))],
        [f"back in the same session within {TARGET:g} s, everything once", str(back)],
        *_losses(outcomes),
        *([f"cut → session again, {name}, ms", f"{1000 * value:.0f}"] for name, value in _spread(times)),
    ]
    still = [
        ["the connection was kept", "yes" if stalled.reconnects == 0 else "no"],
        ["the session was kept", "yes" if stalled.sessions == 1 else "no"],
        *_losses([stalled]),
        ["the next line was answered and heard, s", f"{stalled.answered:.1f}"],
    ]
    failed = len(outcomes) - back + (not stalled.is_whole)
    return Findings(
        [*facts({"all": "scripted"}, load_before), f"{plan.at_once} players at once, seed {plan.seed}"],
        [
            Section("A connection that breaks at a random place", ["", "count"], rows),
            Section(f"A game that reads nothing for {plan.stall:g} s, while a character speaks", ["", ""], still),
        ],
        {"failed": failed, "tries": [asdict(each) for each in outcomes], "stalled": asdict(stalled)},
    )


def _losses(outcomes: Sequence[Outcome]) -> list[list[str]]:
    return [
        ["messages missing", str(sum(each.missing for each in outcomes))],
        ["messages that came twice", str(sum(each.twice for each in outcomes))],
        ["samples of speech missing or repeated", str(sum(each.samples for each in outcomes))],
        ["messages of the game not answered exactly once", str(sum(each.unanswered for each in outcomes))],
    ]


def _spread(times: Sequence[float]) -> list[tuple[str, float]]:
    if not times:
        return []
    return [("median", percentile(times, 0.5)), ("95 %", percentile(times, 0.95)), ("longest", max(times))]
