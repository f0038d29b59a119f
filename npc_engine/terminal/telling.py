"""Measure how true characters are, show what was found, and what a person must look at."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from npc_engine.bench.truth.measure import PARTS, Plan, Result, Run, measure
from npc_engine.bench.truth.report import findings, transcript
from npc_engine.config import Config
from npc_engine.errors import InvalidFile, NpcEngineError
from npc_engine.models.own import looks_like_path
from npc_engine.terminal.benching import note
from npc_engine.terminal.measuring import show
from npc_engine.terminal.setup import pull_missing


def parts(names: list[str] | None) -> tuple[str, ...]:
    """The parts that these names mean; without any all. Raises `InvalidFile`."""
    unknown = [name for name in names or () if name not in PARTS]
    if unknown:
        raise InvalidFile(f"there is no part '{unknown[0]}'; there is: {', '.join(PARTS)}")
    return tuple(part for part in PARTS if not names or part in names)


def prepare(config: Config) -> None:
    """Pull the language model. Raises `NpcEngineError`."""
    chosen = config.models.language
    if isinstance(chosen, str) and not looks_like_path(chosen):
        pull_missing([chosen], Console(stderr=True))


async def tell(plan: Plan, file: Path | None) -> Run:
    """Measure; every line and answer goes to `file` as it comes. Raises `NpcEngineError`."""
    if file is None:
        return await measure(plan, note)
    try:
        with file.open("w", encoding="utf-8") as out:

            def keep(result: Result) -> None:
                print(transcript(result), file=out, flush=True)

            return await measure(plan, note, keep)
    except OSError as error:
        raise NpcEngineError(f"{file} can not be written ({error.strerror}); choose another --transcript") from error


def publish(run: Run, json: Path | None, markdown: bool) -> None:
    """Print what was found, and the answers that no judge could decide on."""
    for result in run.results:
        if result.verdict.kind == "undecided":
            note(transcript(result))
    show(findings(run), json, markdown)
