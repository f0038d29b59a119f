"""Kill a server at random moments of many conversations: what clients were told must be there after the restart.

Real servers with scripted engines, `SIGKILL`, and the public protocol. Players type, interrupt, tell what is so, save
and load, each at random; the server dies under all of them at once. The next one has to go on with each story, with all
that was acknowledged in it, in order; and every save must hold what had been acknowledged when it was made.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from npc_engine.bench.findings import Findings, Section, facts
from npc_engine.bench.machine import load
from npc_engine.bench.statistics import percentile
from npc_engine.client import Away, ConnectionLost, Game, Item, ReceivedAudio, connect
from npc_engine.core.journal import Entry, Spoken, ValuesSet
from npc_engine.errors import EngineUnavailable
from npc_engine.exchange import PATIENCE
from npc_engine.localserver import LocalServer, local_server
from npc_engine.protocol import (
    Error,
    InputText,
    Ping,
    Player,
    Pong,
    SaveCreate,
    SaveCreated,
    SaveLoad,
    SaveLoaded,
    TurnCompleted,
    TurnStarted,
    UtteranceCompleted,
    UtteranceStarted,
    UtteranceText,
    WorldSet,
)
from npc_engine.store.stories import Branch, Point, Stories

PERSONA = "deadwood"
MOST = 40
"""Messages that a client has got, at the utmost and on average, when its server dies: however slow the machine is."""
_STEPS = ("say", "say", "say", "say", "interrupt", "interrupt", "set", "set", "save", "load")
Note = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to do."""

    conversations: int = 200
    at_once: int = 8
    """Under one server."""
    seed: int = 1


@dataclass
class Told:
    """What a client was told of its story, in order, so that it may rely on it."""

    things: list[str] = field(default_factory=list)
    saves: dict[str, list[str]] = field(default_factory=dict)
    """By id, all that had been told when it was made."""
    loading: str | None = None
    """The save that was asked for, and neither told to be loaded nor not."""
    cut: list[str] = field(default_factory=list)
    """What had been told of the replies whose end was never told: a kept line must begin so."""
    waits: list[float] = field(default_factory=list)
    """Seconds from a change of the world until it was acknowledged."""

    @property
    def count(self) -> int:
        """All that must be found."""
        return len(self.things) + len(self.cut) + sum(len(then) for then in self.saves.values()) + len(self.saves)


class Conversation:
    """One player, from the first word until the server dies."""

    def __init__(self, number: int, seed: int) -> None:
        self.player = f"player-{number}"
        self.told = Told()
        self.heard = 0
        """Messages that came."""
        self._draw = random.Random(f"{seed}/{number}")
        self._spoken = self._draw.random() < 0.3
        self._numbers = 0
        self._asked: dict[str, str] = {}
        self._sent_at: dict[str, float] = {}
        self._speaker: dict[int, str] = {}
        self._said: dict[int, list[str]] = {}
        """What came of the reply to the last line, by utterance: one to an earlier line ends where it was heard."""
        self._last: str | int | None = None
        """The last line: the key of its message, then its turn."""
        self._answered = asyncio.Event()

    async def play(self, url: str) -> None:
        """Do this and that until the connection is lost."""
        player = Player(id=self.player, language="en")
        with suppress(ConnectionLost):
            async with connect(url, [PERSONA], player, speech=self._spoken) as game:
                acting = asyncio.create_task(self._act(game))
                try:
                    await self._listen(game)
                finally:
                    acting.cancel()
                    with suppress(asyncio.CancelledError):
                        await acting
        self.told.cut += [f"{self._speaker[number]}: {' '.join(said)}" for number, said in self._said.items() if said]

    async def found_by(self, url: str) -> str | None:
        """Go on with the story on another server; the id of a save of where that is, or None if there is none."""
        async with connect(url, [PERSONA], self.player, speech=False, story="continue") as game:
            save = await game.save()
            return save if game.opened.continued else None

    async def _act(self, game: Game) -> None:
        while True:
            self._answered.clear()
            match self._draw.choice(_STEPS):
                case "say":
                    self._say(game)
                case "interrupt":
                    self._say(game)
                    await asyncio.sleep(self._draw.uniform(0.0, 0.3 if self._spoken else 0.02))
                    continue
                case "set":
                    self._set(game)
                case "save":
                    game.send(SaveCreate(label=f"{self.player}, {len(self.told.saves)}"))
                case _ if self.told.saves:
                    self.told.loading = self._draw.choice(sorted(self.told.saves))
                    self._last, self._said = None, {}
                    game.send(SaveLoad(save_id=self.told.loading))
                case _:
                    continue
            async with asyncio.timeout(PATIENCE):
                await self._answered.wait()

    def _say(self, game: Game) -> None:
        line, key = f"{self._draw.choice(('Hello', 'Tell me', 'Listen'))}, friend, {self._number()}.", self._key()
        self._asked[key] = f"player: {line}"
        self._last, self._said = key, {}
        game.send(InputText(text=line, id=key))

    def _set(self, game: Game) -> None:
        path, value, key = f"mark.n{self._draw.randrange(5)}", self._number(), self._key()
        self._asked[key] = f"{path} = {value}"
        self._sent_at[key] = time.perf_counter()
        game.send(WorldSet(values={path: value}))
        game.send(Ping(id=key))

    async def _listen(self, game: Game) -> None:
        async for item in game:
            if isinstance(item, Away):
                return
            self._take(item)

    def _take(self, message: Item) -> None:
        told = self.told
        self.heard += not isinstance(message, ReceivedAudio)
        match message:
            case TurnStarted(ref=str() as ref, turn=turn):
                told.things.append(self._asked[ref])
                self._last = turn if ref == self._last else self._last
            case UtteranceStarted(utterance=utterance, actor_id=actor, turn=turn):
                self._speaker[utterance] = actor
                self._said |= {utterance: []} if turn == self._last else {}
            case UtteranceText(utterance=utterance, text=text) if utterance in self._said:
                self._said[utterance].append(text)
            case UtteranceCompleted(utterance=utterance, heard_text=heard):
                actor = self._speaker.pop(utterance)
                self._said.pop(utterance, None)
                told.things += [f"{actor}: {heard}"] if heard else []
            case Pong(ref=str() as ref) if ref in self._asked:
                told.things.append(self._asked[ref])
                told.waits.append(time.perf_counter() - self._sent_at[ref])
            case SaveCreated(save_id=save):
                told.saves[save] = list(told.things)
            case SaveLoaded(save_id=save):
                told.things, told.loading = list(told.saves[save]), None
            case Error(message=text):
                raise EngineUnavailable(f"the server answered with an error: {text}")
            case _:
                pass
        if isinstance(message, TurnCompleted | Pong | SaveCreated | SaveLoaded):
            self._answered.set()

    def _key(self) -> str:
        return f"m{self._number()}"

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers


async def measure(plan: Plan, note: Note) -> Findings:
    """Kill servers until all conversations were had. Raises `NpcEngineError`."""
    before, draw = load(), random.Random(plan.seed)
    players = [Conversation(number, plan.seed) for number in range(plan.conversations)]
    rounds = [players[first : first + plan.at_once] for first in range(0, len(players), plan.at_once)]
    missing: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "stories.sqlite"
        for number, (past, present) in enumerate(zip([[], *rounds], [*rounds, []], strict=True)):
            async with local_server(["--fake", "--persona", PERSONA, "--store", str(file)]) as server:
                missing += await _missing(server, file, past)
                if present:
                    await _die(server, present, draw)
            told = sum(player.told.count for player in present)
            note(
                f"server {number + 1}: {len(present)} conversations, {told} things told; missing so far {len(missing)}"
            )
    return _findings(players, len(rounds), missing, before, plan.seed)


def lost(told: Sequence[str], kept: Iterable[str]) -> list[str]:
    """What was told and is not among what is kept, or not in that order."""
    kept, at, missing = list(kept), 0, list[str]()
    for thing in told:
        if thing in kept[at:]:
            at = kept.index(thing, at) + 1
        else:
            missing.append(thing)
    return missing


async def _die(server: LocalServer, players: list[Conversation], draw: random.Random) -> None:
    """Kill the server in mid-conversation."""
    talks = [asyncio.create_task(player.play(server.url)) for player in players]
    enough = draw.randrange(MOST * len(players))
    while sum(player.heard for player in players) < enough and not all(talk.done() for talk in talks):
        await asyncio.sleep(0.002)
    await asyncio.sleep(draw.uniform(0.0, 0.02))
    psutil.Process(server.pid).kill()
    await asyncio.gather(*talks)


async def _missing(server: LocalServer, file: Path, players: list[Conversation]) -> list[str]:
    """What these players were told before and the server's stories lack."""
    found = [(player, await player.found_by(server.url)) for player in players]
    stories = Stories.open(file)
    try:
        missing = []
        for player, save in found:
            now = _kept(stories, stories.find(save).point) if save else []
            if player.told.loading and lost(player.told.things, now):
                # It died after it went back to the save and before it said so: what was left is on a branch.
                missing += [f"{player.player}: {thing}" for thing in lost(player.told.saves[player.told.loading], now)]
                now = _branch_with(stories, player.told.things)
            missing += [f"{player.player}: {thing}" for thing in lost(player.told.things, now)]
            missing += [f"{player.player}: {cut}" for cut in player.told.cut if not any(k.startswith(cut) for k in now)]
            known = {each.save_id: each for each in stories.saves()}
            for save_id, then in player.told.saves.items():
                kept = _kept(stories, known[save_id].point) if save_id in known else []
                missing += [f"{player.player}, save {save_id}: {thing}" for thing in lost(then, kept)]
                missing += [] if save_id in known else [f"{player.player}: save {save_id}"]
        return missing
    finally:
        stories.close()


def _branch_with(stories: Stories, told: list[str]) -> list[str]:
    """What is kept on a branch that has all that was told; nothing if none has."""
    branches = (_kept(stories, Point(number, 2**40)) for number in range(1, stories.count()[0] + 1))
    return next((kept for kept in branches if not lost(told, kept)), [])


def _kept(stories: Stories, of: Branch | Point) -> list[str]:
    return [thing for entry in stories.entries(of) for thing in _things(entry)]


def _things(entry: Entry) -> list[str]:
    """An entry as what clients are told of it."""
    match entry:
        case Spoken(actor_id=actor, text=text):
            return [f"{actor or 'player'}: {text}"]
        case ValuesSet(values=values):
            return [f"{path} = {value}" for path, value in values.items()]
        case _:
            return []


def _findings(players: list[Conversation], kills: int, missing: list[str], load_before: float, seed: int) -> Findings:
    told = [player.told for player in players]
    waits = [wait * 1000 for each in told for wait in each.waits]
    rows = [
        ["conversations", str(len(players))],
        ["servers killed", str(kills)],
        ["things told and to be found", str(sum(each.count for each in told))],
        ["saves among them", str(sum(len(each.saves) for each in told))],
        ["missing after the restart", str(len(missing))],
        ["replies among them that the kill cut", str(sum(len(each.cut) for each in told))],
    ]
    if waits:
        shares = {part: f"{percentile(waits, part):.1f}" for part in (0.5, 0.95)}
        rows += [[f"a change of the world acknowledged, {part:.0%}, ms", wait] for part, wait in shares.items()]
    data = {"missing": missing, "seed": seed, "told": sum(each.count for each in told), "kills": kills}
    return Findings(
        [*facts({"all": "scripted"}, load_before), f"seed {seed}"],
        [Section("kill -9 at random moments", ["", "count"], rows)],
        data,
    )
