"""The embedded language model: a GGUF file run by llama.cpp, shared by all conversations.

This is the adapter: it writes prompts down as tokens. What is evaluated when is up to `llama_scheduler`.

A seed repeats a reply only when the same was asked before: llama.cpp's sums depend on what is evaluated together and on
where in memory it lies, enough to tip a close call between two words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from npc_engine.engines.base import Cancelled, GenerationRequest, PromptMessage
from npc_engine.engines.llama_binding import Context, Model, Progress, Row
from npc_engine.engines.llama_draft import Draft
from npc_engine.engines.llama_job import Job, Stats
from npc_engine.engines.llama_parked import SAVED_BYTES, Parked
from npc_engine.engines.llama_plan import FOR_CPU, FOR_GPU
from npc_engine.engines.llama_sampler import Grammars
from npc_engine.engines.llama_scheduler import Scheduler
from npc_engine.engines.sequences import Sequences
from npc_engine.engines.templates import (
    FAMILIES,
    Piece,
    Template,
    choose_template,
    left_open,
    render,
    render_next,
    render_reply,
)
from npc_engine.errors import ModelUnsupported, PromptTooLong

_WARM_UP = (PromptMessage("system", "You are here."), PromptMessage("user", "Where am I?"))


class LlamaLanguageModel:
    """A `LanguageModel` on llama.cpp. Any number of threads may call it."""

    concurrency = 64

    def __init__(
        self,
        path: Path,
        threads: int,
        decode_threads: int | None = None,
        context_tokens: int = 16384,
        max_sequences: int = 64,
        gpu_layers: int = 0,
        saved_bytes: int = SAVED_BYTES,
        progress: Progress | None = None,
    ) -> None:
        """Load `path` and evaluate a little, so that the first request finds everything in memory.

        `threads` evaluate prompts, `decode_threads` single tokens: by default one less, since a token waits for memory
        more than for arithmetic, and the voice needs a core at the same time. `context_tokens` is the room for all
        conversations together, `max_sequences` how many of them, with one more per persona, are remembered at once
        (256 at most); what has to make room for others is saved in up to `saved_bytes` of ordinary memory. `gpu_layers`
        -1 puts the whole model on the GPU.
        Raises ModelMissing, ModelDamaged, ModelUnsupported, or EngineUnavailable when memory does not suffice.
        """
        limits = FOR_GPU if gpu_layers else FOR_CPU
        self._model = Model(path, threads, gpu_layers, progress)
        self._template = _template(self._model, path)
        self._vocabulary = self._model.vocabulary
        self._grammars = Grammars(self._vocabulary)
        self._context = Context(
            self._model,
            tokens=context_tokens,
            sequences=max_sequences,
            batch=limits.batch,
            threads=threads,
            decode_threads=decode_threads or max(1, threads - 1),
            flash_attention=gpu_layers != 0,
        )
        self._longest = min(context_tokens, self._model.trained_tokens)
        self._warm_up()
        sequences = Sequences(self._context, context_tokens, max_sequences, Parked(saved_bytes))
        self._scheduler = Scheduler(self._context, self._vocabulary, sequences, limits)

    @property
    def stats(self) -> Stats:
        """What has been evaluated and what is held."""
        return self._scheduler.stats

    def generate(self, request: GenerationRequest, cancelled: Cancelled) -> Iterator[str]:
        """Yield pieces of text as they are decoded. Raises PromptTooLong, or EngineUnavailable (a bad grammar, too)."""
        yield from self._scheduler.run(self._job(request, cancelled, generates=True))

    def prepare(self, request: GenerationRequest, cancelled: Cancelled) -> None:
        """Evaluate the messages while nothing else is to do, and compile the grammar. Returns when done or cancelled.

        Raises PromptTooLong or EngineUnavailable.
        """
        for _ in self._scheduler.run(self._job(request, cancelled, generates=False)):
            pass

    def pace(self, conversation: str, deadline: float) -> None:
        """The player has audio until `deadline`, by `time.monotonic`: until then others come first."""
        self._scheduler.pace(conversation, deadline)

    def share(self, left: int) -> None:
        """Other engines leave so many cores: batches take no more threads from now on, and one at least.

        Beside a busy core, 32 tokens on two threads take 142 ms and four 52, on one 116 and 28, since at each of
        hundreds of steps the slower thread makes the other one wait; and recognition there goes on undisturbed.
        """
        self._scheduler.share(left)

    def forget(self, conversation: str) -> None:
        """Free what is held for a conversation. Unknown conversations are fine."""
        self._scheduler.forget(conversation)

    def close(self) -> None:
        """End running requests and free all memory. Nothing may be called afterwards."""
        self._scheduler.close()
        self._context.close()
        self._model.close()

    def _job(self, request: GenerationRequest, cancelled: Cancelled, generates: bool) -> Job:
        rendered = list(render(request.messages, self._template))
        if request.open_ended:
            rendered[-1] = left_open(rendered[-1])
        rows = [self._vocabulary.tokens(pieces) for pieces in rendered]
        tokens = [token for row in rows for token in row]
        last = request.messages[-1].role
        begun = self._words(request.begins)
        if request.open_ended:
            del tokens[-1]  # the next word may change it
        elif generates:
            tokens += [*self._vocabulary.tokens(render_reply(last, self._template)), *begun]
        elif last == "assistant":
            tokens += self._vocabulary.tokens(render_next(last, self._template))
        shared = sum(len(row) for row in rows[: request.shared])
        draft = Draft(self._words(request.quotable))
        grammar = self._grammars.get(request.grammar)
        return self._checked(Job(request, tokens, shared, cancelled, generates, draft, grammar, begun=len(begun)))

    def _words(self, text: str) -> list[int]:
        """The tokens of what somebody wrote."""
        return list(self._vocabulary.tokens([Piece(text, markup=False)])) if text else []

    def _checked(self, job: Job) -> Job:
        if job.most <= self._longest:
            return job
        raise PromptTooLong(
            f"the prompt has {job.prompt} tokens and its answer may have {job.request.max_tokens}, but the language "
            f"model's context holds {self._longest}; shorten the prompt or set a larger context"
        )

    def _warm_up(self) -> None:
        pieces = [piece for row in render(_WARM_UP, self._template) for piece in row]
        self._context.evaluate([Row(0, 0, self._vocabulary.tokens(pieces), wants_output=True)])
        self._context.clear()


def _template(model: Model, path: Path) -> Template:
    architecture = model.metadata("general.architecture")
    template = choose_template(architecture, model.metadata("general.name"), model.vocabulary.has_special)
    if template is None:
        families = ", ".join(family.name for family in FAMILIES)
        model.close()
        raise ModelUnsupported(
            f"{path} ({architecture}) uses a chat format that the engine doesn't know; it knows {families}. "
            "Take another model (npc-engine models list), or serve this one over HTTP and configure its URL"
        )
    return template
