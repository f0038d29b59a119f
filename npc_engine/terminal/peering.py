"""Prepare the comparison with other voice frameworks, run it, and show what it found."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from npc_engine.bench.peer.agents.wire import Assignment
from npc_engine.bench.peer.measure import Plan, measure
from npc_engine.bench.peer.report import PeerReport, as_json, as_markdown, as_tables, facts
from npc_engine.bench.peer.stacks import SCRIPTED, Stack, chosen, our_stack, peer_stack
from npc_engine.compose import models_for
from npc_engine.config import Config, Endpoint
from npc_engine.core.prompt import MAX_TOKENS, TEMPERATURE, stable_lines
from npc_engine.errors import ModelUnsupported
from npc_engine.models.store import Store
from npc_engine.persona.model import Persona
from npc_engine.terminal import benching, setup
from npc_engine.threads import usable_cores

PERSONA = "deadwood"
LANGUAGE = "en"
"""Of the recorded questions that there are several of, and of the peers' settings."""


async def compare(turns: int, warmup: int, names: Sequence[str], config: Config, arguments: Sequence[str],
                  fake: bool) -> PeerReport:  # fmt: skip
    """Our server, started with `arguments`, against the peers. Raises `NpcEngineError`."""
    peers = [SCRIPTED] if fake else chosen(names)
    if not fake:
        setup.pull_missing(models_for(config, [LANGUAGE]), Console(stderr=True))
    persona = next(iter(setup.load_personas([PERSONA]).values()))
    assignment = _scripted(persona) if fake else _assignment(persona, config, Store())
    stacks: list[Stack] = [our_stack(PERSONA, LANGUAGE, arguments, benching.note)]
    stacks += [peer_stack(peer, assignment, benching.note) for peer in peers]
    return await measure(Plan(turns, warmup, LANGUAGE, _models(config, fake)), stacks, benching.note)


def show(report: PeerReport, json: Path | None, markdown: bool) -> None:
    """Print tables or Markdown, and write JSON. Raises `NpcEngineError`."""
    benching.publish(report, json, markdown, as_json, as_markdown, facts, as_tables)


def _assignment(persona: Persona, config: Config, store: Store) -> Assignment:
    """The models that our server takes too, and the prompt that it keeps before every conversation."""
    if isinstance(config.models.language, Endpoint):
        raise ModelUnsupported("peers need a language model in a file; choose one under models: language:")
    voice = next(name for name in config.models.voices if name.startswith(LANGUAGE))
    system, *examples = stable_lines(persona, LANGUAGE)
    return Assignment(
        port=0,
        key="",
        tuned=False,
        recognition=os.fspath(store.resolve("recognition", config.models.recognition).path),
        language_model=os.fspath(store.resolve("language", config.models.language).path),
        voice=os.fspath(store.resolve("voice", voice).path),
        threads=usable_cores(),
        instructions=system.text,
        examples=[{"role": line.role, "content": line.text} for line in examples],
        temperature=TEMPERATURE,
        max_tokens=MAX_TOKENS,
    )


def _scripted(persona: Persona) -> Assignment:
    system, *_ = stable_lines(persona, LANGUAGE)
    return Assignment(0, "", False, "", "", "", 1, system.text, [], TEMPERATURE, MAX_TOKENS)


def _models(config: Config, fake: bool) -> tuple[str, ...]:
    return ("scripted",) if fake else tuple(models_for(config, [LANGUAGE]))
