"""Measure the language model alone, without a server: what a batch costs, behind how much, and what quick weights cost.

Batches are evaluated as the engine does it. Perplexity is that of the shipped personas' files, in windows of `WINDOW`
tokens whose first half is only read.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import llama_cpp
import numpy as np
import numpy.typing as npt

from npc_engine.bench.findings import Findings, Section, facts
from npc_engine.bench.machine import load
from npc_engine.engines.llama_binding import Context, Model, Row
from npc_engine.engines.llama_weights import quick_weights
from npc_engine.models.store import Store
from npc_engine.persona import loading
from npc_engine.threads import usable_cores

Note = Callable[[str], None]
READ = 30
"""Tokens of a line with its facts."""
WINDOW = 512
_CAME, _QUICK = "as it came", "quick"


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    model: str = "small"
    tries: int = 9
    """Of each batch, after one that doesn't count."""
    sizes: tuple[int, ...] = (1, 4, 8, 16, 24, 32, 64)
    """Tokens in a batch."""
    behind: tuple[int, ...] = (250, 1000, 2200)
    """Tokens that are there already: the first for all sizes, the others for attention."""
    windows: int = 16
    """Of the text that is foreseen, spread evenly over it."""


@dataclass(frozen=True)
class Reading:
    """How well weights foresee a text."""

    perplexity: float
    choices: npt.NDArray[np.int32]
    """The most likely token at each place."""


def measure(plan: Plan, note: Note) -> Findings:
    """Load the model as it came and, if there is one, its quick copy, and time both. Raises `NpcEngineError`."""
    before = load()
    path, threads = Store().resolve("language", plan.model).path, usable_cores()
    weights = {_CAME: path, _QUICK: quick_weights(path, threads)}
    if weights[_QUICK] == path:
        del weights[_QUICK]
    sections = [_batches(plan, weights, threads, note), _attention(plan, list(weights.values())[-1], threads, note)]
    if _QUICK in weights:
        sections.append(_readings(plan, weights, threads, note))
    said = ["milliseconds are medians; the ways of a table are tried in turn"]
    return Findings([*facts({"language model": plan.model}, before), *said], sections)


def _batches(plan: Plan, weights: dict[str, Path], threads: int, note: Note) -> Section:
    note("batches of several sizes")
    with _contexts({name: (path, False) for name, path in weights.items()}, threads) as ways:
        taken = {size: _timed(ways, plan.behind[0], size, plan.tries) for size in plan.sizes}
    rows = [[name, *(f"{taken[size][name]:.0f}" for size in plan.sizes)] for name in ways]
    return Section(f"A batch behind {plan.behind[0]} tokens, ms", ["tokens", *map(str, plan.sizes)], rows)


def _attention(plan: Plan, path: Path, threads: int, note: Note) -> Section:
    note("attention behind short and long prompts")
    with _contexts({"with flash attention": (path, True), "without": (path, False)}, threads) as ways:
        taken = {length: _timed(ways, length, READ, plan.tries) for length in plan.behind}
    rows = [[name, *(f"{taken[length][name]:.0f}" for length in plan.behind)] for name in ways]
    return Section(f"{READ} tokens, ms", ["behind", *map(str, plan.behind)], rows)


@contextmanager
def _contexts(ways: dict[str, tuple[Path, bool]], threads: int) -> Iterator[dict[str, Context]]:
    """Contexts with these weights, with or without flash attention."""
    models = {path: Model(path, threads, quick=False) for path, _ in ways.values()}
    contexts = {
        name: Context(
            models[path],
            tokens=4096,
            sequences=1,
            batch=WINDOW,
            threads=threads,
            decode_threads=threads,
            flash_attention=flash,
        )
        for name, (path, flash) in ways.items()
    }
    try:
        yield contexts
    finally:
        for context in contexts.values():
            context.close()
        for model in models.values():
            model.close()


def _timed(ways: dict[str, Context], behind: int, size: int, tries: int) -> dict[str, float]:
    """Median milliseconds of a batch of `size` tokens, in each context in turn."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for context in ways.values():
        _fill(context, behind)
    for _ in range(tries + 1):
        for name, context in ways.items():
            context.remove(0, behind)
            began = time.perf_counter()
            context.evaluate([Row(0, behind, _tokens(size), wants_output=True)])
            taken[name].append(1000 * (time.perf_counter() - began))
    return {name: statistics.median(times[1:]) for name, times in taken.items()}


def _fill(context: Context, length: int) -> None:
    context.clear()
    for start in range(0, length, WINDOW):
        context.evaluate([Row(0, start, _tokens(min(WINDOW, length - start)), wants_output=False)])


def _tokens(count: int) -> list[int]:
    """Any tokens; what they mean makes no difference to the time."""
    return [1000 + number % 5000 for number in range(count)]


def _readings(plan: Plan, weights: dict[str, Path], threads: int, note: Note) -> Section:
    note("perplexity of the shipped personas")
    text = _personas()
    read = {name: _read(path, text, plan.windows, threads) for name, path in weights.items()}
    rows = [
        [name, f"{reading.perplexity:.2f}", f"{np.mean(reading.choices == read[_CAME].choices):.1%}"]
        for name, reading in read.items()
    ]
    return Section(
        f"How well {len(read[_CAME].choices)} tokens of the shipped personas are foreseen",
        ["", "perplexity", "same first choice"],
        rows,
    )


def _personas() -> str:
    """The files of all shipped personas."""
    folders = sorted(path.parent for path in loading.available(loading.search_folders()).values())
    texts = (file.read_text(encoding="utf-8") for folder in folders for file in sorted(folder.glob("*.yaml")))
    return "\n".join(texts)


def _read(path: Path, text: str, count: int, threads: int) -> Reading:
    llama = llama_cpp.Llama(str(path), n_ctx=WINDOW, n_batch=WINDOW, n_threads=threads, logits_all=True, verbose=False)
    try:
        tokens = llama.tokenize(text.encode(), add_bos=False)
        starts = np.linspace(0, len(tokens) - WINDOW, count).astype(int)
        windows = [_window(llama, tokens[start : start + WINDOW]) for start in starts]
    finally:
        llama.close()
    losses, choices = zip(*windows, strict=True)
    return Reading(math.exp(float(np.mean(np.concatenate(losses)))), np.concatenate(choices))


def _window(llama: llama_cpp.Llama, tokens: Sequence[int]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
    """Losses in nats, and first choices, of the second half."""
    llama.n_tokens = 0
    llama.eval(tokens)
    scores = llama.scores[WINDOW // 2 - 1 : WINDOW - 1].astype(np.float64)
    following = np.asarray(tokens[WINDOW // 2 :])
    top = scores.max(axis=1)
    losses = top + np.log(np.exp(scores - top[:, None]).sum(axis=1)) - scores[np.arange(len(following)), following]
    return losses, scores.argmax(axis=1).astype(np.int32)
