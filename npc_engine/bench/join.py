"""Measure how soon a character answers who has just joined: one with a long persona against the same with a short one.

Both personas were evaluated before, for earlier players; a session each, one after the other in turn, asks one typed
line. From the line to the first token, as the server counts it.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from npc_engine.bench.findings import Findings, Section, facts
from npc_engine.bench.machine import load
from npc_engine.bench.players import seat, written
from npc_engine.bench.statistics import percentile
from npc_engine.config import Config
from npc_engine.localserver import LocalServer, local_server
from npc_engine.persona import loading
from npc_engine.persona.model import Persona

Note = Callable[[str], None]
SHORT, LONG = "short", "long"
TOKENS = 2000
"""Of the long persona's description."""
_TOKENS_PER_LINE = 23.0
"""Of `_line`, counted with Qwen2.5's vocabulary."""


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    turns: int = 20
    """Of each persona."""
    persona: str = "deadwood"
    config: Config = field(default_factory=Config)
    fake: bool = False


@dataclass(frozen=True)
class Joined:
    """First tokens of one persona, in milliseconds."""

    persona: str
    cold_ms: int | None
    """Its very first player, for whom all of it is evaluated."""
    warm_ms: list[int]

    def row(self) -> list[str]:
        """For the table."""
        times = [f"{percentile(self.warm_ms, part):.0f}" for part in (0.5, 0.95)] if self.warm_ms else ["", ""]
        return [f"{self.persona} persona", str(len(self.warm_ms)), *times, str(self.cold_ms or "")]


async def measure(plan: Plan, note: Note) -> Findings:
    """Start a server with both personas and let one after the other join. Raises `NpcEngineError`."""
    before = load()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        arguments = [
            part for name, persona in _personas(plan).items() for part in ("--persona", _write(folder, name, persona))
        ]
        arguments += [
            "--language",
            "en",
            *(["--fake"] if plan.fake else ["--config", str(written(plan.config, folder))]),
        ]
        async with local_server(arguments, note) as server:
            times: dict[str, list[int | None]] = {SHORT: [], LONG: []}
            models: dict[str, str] = {}
            for turn in range(1 + plan.turns):
                for name, found in times.items():
                    first, models = await _join(server, name, turn)
                    found.append(first)
                    note(f"{name} persona, player {turn}: {first} ms")
    joined = [Joined(name, found[0], [time for time in found[1:] if time is not None]) for name, found in times.items()]
    return _findings(joined, models, before)


async def _join(server: LocalServer, persona: str, turn: int) -> tuple[int | None, dict[str, str]]:
    async with seat(server.url, persona, "en", number=turn) as player:
        return (await player.ask(0)).metrics.first_token_ms, player.models


def _findings(joined: list[Joined], models: dict[str, str], before: float) -> Findings:
    short, long = (percentile(each.warm_ms, 0.5) if each.warm_ms else 0.0 for each in joined)
    said = [f"the long persona's median is {long / short:.2f} of the short one's"] if short else []
    section = Section(
        "A character joins: line → first token, milliseconds",
        ["", "players", "median", "p95", "the first one, cold"],
        [each.row() for each in joined],
    )
    return Findings([*facts(models, before), *said], [section], {"joined": [asdict(each) for each in joined]})


def _personas(plan: Plan) -> dict[str, Persona]:
    short = loading.load(loading.find(plan.persona, loading.search_folders()))
    description = {**_texts(short), "en": " ".join([_texts(short)["en"], *_past(TOKENS)])}
    return {SHORT: short, LONG: short.model_copy(update={"description": description})}


def _texts(persona: Persona) -> dict[str, str]:
    return dict(persona.description)


def _past(tokens: int) -> list[str]:
    """What a character with a long story remembers: plain sentences, about `tokens` in all."""
    draw = random.Random(1)
    return [_line(draw) for _ in range(round(tokens / _TOKENS_PER_LINE))]


def _line(draw: random.Random) -> str:
    year, what = draw.randint(1840, 1875), draw.choice(["mill", "church", "stable", "school", "bridge"])
    who, did = (
        draw.choice(["your uncle", "the mayor", "a stranger", "the smith"]),
        draw.choice(["built", "sold", "burnt"]),
    )
    return f"In {year} {who} {did} the old {what} by the river, and you still think of it."


def _write(folder: Path, name: str, persona: Persona) -> str:
    home = folder / name
    home.mkdir()
    data = persona.model_dump_json(exclude_defaults=True)  # every JSON text is YAML
    (home / loading.FILE).write_text(data, encoding="utf-8")
    return str(home)
