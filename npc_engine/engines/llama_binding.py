"""llama.cpp as this project uses it: model file, vocabulary, context. Wraps the C calls, decides nothing.

A `Vocabulary` may be used from any thread; a `Context` and the samplers used with it belong to one thread.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import re
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import llama_cpp

from npc_engine.engines.llama_draft import MOST
from npc_engine.engines.llama_weights import quick_weights
from npc_engine.engines.templates import Piece
from npc_engine.errors import EngineUnavailable, ModelDamaged, ModelMissing, ModelUnsupported

_LOG = logging.getLogger(__name__)
_ERROR = 4  # GGML_LOG_LEVEL_ERROR
_MAGIC = b"GGUF"
MANY = 1024
"""Threads: more than any context has."""
_MARKUP = re.compile(r"<.+>|\[.+\]", re.DOTALL)

_expected = threading.local()
"""Whether this thread is in an evaluation that it has aborted, which llama.cpp reports as an error."""

Progress = Callable[[float], None]
"""Receives the part of the model that is loaded, from 0 to 1."""


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _log(level: int, text: bytes, _: object) -> None:
    if level == _ERROR and not getattr(_expected, "abort", False):
        _LOG.error("%s", text.decode(errors="replace").rstrip())


class Model:
    """A loaded model file. `close` frees it."""

    def __init__(
        self, path: Path, threads: int, gpu_layers: int = 0, progress: Progress | None = None, quick: bool = True
    ) -> None:
        """Load `path`, with `gpu_layers` layers on the GPU (-1 for all), or else with weights that suit the processor,
        if they may be `quick`.

        Raises ModelMissing, ModelDamaged, or ModelUnsupported.
        """
        _check_file(path)
        llama_cpp.llama_log_set(_log, None)
        llama_cpp.llama_backend_init()
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = gpu_layers
        params.progress_callback = llama_cpp.llama_progress_callback(_reporting(progress))
        file = path if gpu_layers or not quick else quick_weights(path, threads)
        self.handle = llama_cpp.llama_model_load_from_file(str(file).encode(), params)
        if not self.handle and file != path:
            file.unlink(missing_ok=True)  # a damaged copy is made anew at the next start
            self.handle = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
        if not self.handle:
            raise ModelDamaged(
                f"llama.cpp cannot load {path}: the file is damaged, or newer than this version of llama.cpp; "
                "check it with: npc-engine models verify"
            )
        if llama_cpp.llama_model_is_recurrent(self.handle) or llama_cpp.llama_model_is_hybrid(self.handle):
            self.close()
            raise ModelUnsupported(f"{path} is a recurrent model: it can't share a persona; take a transformer")
        self.vocabulary = Vocabulary(llama_cpp.llama_model_get_vocab(self.handle))
        self.trained_tokens: int = llama_cpp.llama_model_n_ctx_train(self.handle)
        """The longest prompt that the model has learned to read."""

    def metadata(self, key: str) -> str:
        """A text from the file's header; empty when there is none."""
        buffer = ctypes.create_string_buffer(256)
        llama_cpp.llama_model_meta_val_str(self.handle, key.encode(), buffer, len(buffer))
        return buffer.value.decode(errors="replace")

    def close(self) -> None:
        """Free the model. Its contexts must be closed before."""
        llama_cpp.llama_model_free(self.handle)


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise ModelMissing(f"there is no language model at {path}; run: npc-engine models pull small")
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ModelDamaged(f"{path} is not a GGUF file; check it with: npc-engine models verify")


def _reporting(progress: Progress | None) -> Callable[[float, object], bool]:
    def report(part: float, _: object) -> bool:
        if progress:
            progress(part)
        return True

    return report


class Vocabulary:
    """Text to tokens and back."""

    def __init__(self, handle: object) -> None:
        self.handle = handle
        self.size: int = llama_cpp.llama_vocab_n_tokens(handle)
        self._ends = {token for token in range(self.size) if llama_cpp.llama_vocab_is_eog(handle, token)}
        self._look_like_markup = self._user_defined_markup()

    def ends_reply(self, token: int) -> bool:
        """Whether the model says with this token that it has finished."""
        return token in self._ends

    def has_special(self, text: str) -> bool:
        """Whether `text` is exactly one special token."""
        return len(self._tokenise(text, markup=True)) == 1

    def tokens(self, pieces: Sequence[Piece]) -> list[int]:
        """The tokens of a prompt's pieces. Only markup can become special tokens, whatever a person wrote."""
        return [token for piece in pieces for token in self._piece(piece)]

    def bytes_of(self, token: int) -> bytes:
        """The token's part of the UTF-8 text: often not whole characters, nothing for special tokens."""
        buffer = ctypes.create_string_buffer(64)
        length = llama_cpp.llama_token_to_piece(self.handle, token, buffer, len(buffer), 0, False)
        if length < 0:
            buffer = ctypes.create_string_buffer(-length)
            length = llama_cpp.llama_token_to_piece(self.handle, token, buffer, len(buffer), 0, False)
        return buffer.raw[:length]

    def _piece(self, piece: Piece) -> list[int]:
        tokens = self._tokenise(piece.text, piece.markup)
        if piece.markup or self._look_like_markup.keys().isdisjoint(tokens):
            return tokens
        parts = _broken(piece.text, self._look_like_markup.values())
        return [token for part in parts for token in self._tokenise(part, markup=False)]

    def _user_defined_markup(self) -> dict[int, str]:
        """Tokens like `<think>`, which llama.cpp reads as one even in plain text."""
        found = {}
        for token in range(self.size):
            if llama_cpp.llama_vocab_get_attr(self.handle, token) & llama_cpp.LLAMA_TOKEN_ATTR_USER_DEFINED:
                text = llama_cpp.llama_vocab_get_text(self.handle, token).decode(errors="replace")
                if _MARKUP.fullmatch(text):
                    found[token] = text
        return found

    def _tokenise(self, text: str, markup: bool) -> list[int]:
        data = text.encode(errors="replace")
        room = len(data) + 8  # a token is at least one byte; a few vocabularies add a space
        buffer = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self.handle, data, len(data), buffer, room, False, markup)
        return list(buffer[:count])


def _broken(text: str, words: Collection[str]) -> list[str]:
    """`text`, cut inside each of the `words`."""
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    cuts = [match.start() + 1 for match in re.finditer(pattern, text)]
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


class Context:
    """The memory of evaluated tokens, and the evaluation of more."""

    def __init__(
        self,
        model: Model,
        *,
        tokens: int,
        sequences: int,
        batch: int,
        threads: int,
        decode_threads: int,
        flash_attention: bool = False,
    ) -> None:
        """Room for `tokens` tokens in `sequences` sequences, at most `batch` of them evaluated at once, and a guess.

        `decode_threads` evaluate a single token, `threads` everything larger. On processors flash attention is slow for
        the small batches of a conversation: 30 tokens behind 1,000 take 200 ms with it and 132 without (2 cores).
        """
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = tokens
        params.n_batch = params.n_ubatch = batch + MOST
        params.n_seq_max, params.n_outputs_max = sequences, sequences + MOST
        params.n_threads, params.n_threads_batch = decode_threads, threads
        params.kv_unified = True  # without it sequences can't share the cells of a persona
        params.swa_full = True  # without it models with a sliding window can't go back in a conversation
        params.flash_attn_type = (
            llama_cpp.LLAMA_FLASH_ATTN_TYPE_AUTO if flash_attention else llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
        )
        params.no_perf = True
        self._handle = llama_cpp.llama_init_from_model(model.handle, params)
        if not self._handle:
            raise EngineUnavailable(
                f"llama.cpp cannot make a context of {tokens} tokens, most likely for want of memory; "
                "set a smaller context in the configuration"
            )
        self._memory = llama_cpp.llama_get_memory(self._handle)
        self._batch = llama_cpp.llama_batch_init(batch + MOST, 0, 1)
        self._never = llama_cpp.ggml_abort_callback()
        self._own_threads = (decode_threads, threads)
        self._threads = MANY

    def use(self, threads: int) -> None:
        """Evaluate on so many threads at the most, and one at least, until told otherwise."""
        if threads != self._threads:
            self._threads = threads
            decode, prompt = (max(1, min(own, threads)) for own in self._own_threads)
            llama_cpp.llama_set_n_threads(self._handle, decode, prompt)

    def remove(self, sequence: int, start: int) -> None:
        """Remove a sequence's tokens from position `start` on."""
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, start, -1)

    def copy(self, source: int, target: int, length: int) -> None:
        """Let `target` share the first `length` tokens of `source`."""
        llama_cpp.llama_memory_seq_cp(self._memory, source, target, 0, length)

    def save(self, sequence: int, start: int) -> bytes:
        """What the sequence holds from position `start` on, as bytes for `restore`. Takes the rest away from it."""
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, 0, start)
        size = llama_cpp.llama_state_seq_get_size(self._handle, sequence)
        data = (ctypes.c_uint8 * size)()
        return ctypes.string_at(data, llama_cpp.llama_state_seq_get_data(self._handle, data, size, sequence))

    def restore(self, sequence: int, data: bytes) -> bool:
        """Fill the empty `sequence` with what was saved, at the positions that it had. False: there is no room."""
        buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        return bool(llama_cpp.llama_state_seq_set_data(self._handle, buffer, len(data), sequence))

    def length(self, sequence: int) -> int:
        """How many tokens the sequence holds."""
        return int(llama_cpp.llama_memory_seq_pos_max(self._memory, sequence)) + 1

    def clear(self) -> None:
        """Forget everything."""
        llama_cpp.llama_memory_clear(self._memory, True)

    def evaluate(self, rows: Sequence[Row], aborted: Callable[[], bool] | None = None) -> bool:
        """Evaluate all rows as one batch; afterwards `Row.output` says where to sample.

        False when `aborted` came true in the midst: then `length` tells what each sequence still holds. Raises
        EngineUnavailable when llama.cpp refuses; nothing is certain about the rows' sequences then.
        """
        self._fill(rows)
        with self._abortable(aborted):
            status = llama_cpp.llama_decode(self._handle, self._batch)
        if status not in (0, 2):
            raise EngineUnavailable(f"llama.cpp could not evaluate a batch (status {status}); try again")
        return bool(status == 0)

    def sample(self, sampler: object, output: int) -> int:
        """The token that llama.cpp's `sampler` chooses behind the batch's token number `output`."""
        return int(llama_cpp.llama_sampler_sample(sampler, self._handle, output))

    def close(self) -> None:
        """Free the context."""
        llama_cpp.llama_batch_free(self._batch)
        llama_cpp.llama_free(self._handle)

    def _fill(self, rows: Sequence[Row]) -> None:
        batch, index = self._batch, 0
        for row in rows:
            row.output = index + len(row.tokens) - 1
            for offset, token in enumerate([*row.tokens, *row.guess]):
                batch.token[index] = token
                batch.pos[index] = row.start + offset
                batch.n_seq_id[index] = 1
                batch.seq_id[index][0] = row.sequence
                batch.logits[index] = row.wants_output and index >= row.output
                index += 1
        batch.n_tokens = index

    @contextlib.contextmanager
    def _abortable(self, aborted: Callable[[], bool] | None) -> Iterator[None]:
        if aborted is None:  # the callback is asked hundreds of times in each batch, so only long batches get one
            yield
            return

        def ask(_: object) -> bool:
            _expected.abort = aborted()
            return bool(_expected.abort)

        callback = llama_cpp.ggml_abort_callback(ask)
        llama_cpp.llama_set_abort_callback(self._handle, callback, None)
        try:
            yield
        finally:
            _expected.abort = False
            llama_cpp.llama_set_abort_callback(self._handle, self._never, None)


class Row:
    """Tokens of one sequence in a batch."""

    def __init__(
        self, sequence: int, start: int, tokens: Sequence[int], wants_output: bool, guess: Sequence[int] = ()
    ) -> None:
        """`start` is the position of the first; with `wants_output` the last is sampled from.

        A `guess` of what follows is evaluated with them, and each of its tokens can be sampled from as well.
        """
        self.sequence = sequence
        self.start = start
        self.tokens = tokens
        self.wants_output = wants_output
        self.guess = guess
        self.output = -1
        """Number of the last token in the batch, set by the evaluation. The guess comes behind it."""

    @property
    def end(self) -> int:
        """The position behind the last token, the guess not counted."""
        return self.start + len(self.tokens)
