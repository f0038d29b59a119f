"""How llama.cpp chooses the tokens of a reply: freely, or among those that a grammar allows. Wraps the C calls.

Grammars are in llama.cpp's notation, GBNF. To compile one takes milliseconds, so it is kept, and cloned for each reply.
"""

from __future__ import annotations

import ctypes
import math
import threading
import weakref
from collections import OrderedDict

import llama_cpp

from npc_engine.engines.base import GenerationRequest
from npc_engine.engines.llama_binding import Context, Vocabulary
from npc_engine.errors import EngineUnavailable

_SHORT_LIST = 40
"""Tokens that are considered at all: sorting a vocabulary of 150,000 costs more than a layer of a small model."""
_RECENT = 64
"""Tokens of the reply that the repetition penalty looks back on. The prompt is not punished: facts must be quotable."""
_PENALTY = 1.1
"""Divides the logits of recent tokens. Without it the smallest models fall into loops."""
_GRAMMARS = 32
"""Compiled grammars that are kept, of some 10 KiB each: a few states of each of the characters in use."""


class Grammar:
    """A compiled grammar. Never changed, so any thread may clone it; freed with its last user."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        """Compile GBNF whose first rule is `root`. Raises EngineUnavailable when llama.cpp can't read it."""
        self.handle = llama_cpp.llama_sampler_init_grammar(vocabulary.handle, text.encode(), b"root")
        if not self.handle:
            raise EngineUnavailable(
                f"llama.cpp cannot read the grammar of the reply: {text[:200]!r}; its rules must be GBNF, "
                "each known, none beginning with itself, and one named root"
            )
        weakref.finalize(self, llama_cpp.llama_sampler_free, self.handle)


class Grammars:
    """The compiled grammars of one vocabulary, by their text. Any thread may ask."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._kept: OrderedDict[str, Grammar] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str) -> Grammar | None:
        """The grammar, compiled now if it isn't kept; None for no text. Raises EngineUnavailable."""
        if not text:
            return None
        with self._lock:
            grammar = self._kept.pop(text, None) or Grammar(text, self._vocabulary)
            self._kept[text] = grammar
            if len(self._kept) > _GRAMMARS:
                self._kept.popitem(last=False)
            return grammar


class Sampler:
    """Chooses tokens for one reply: the same seed, the same choices.

    To ask a grammar about a whole vocabulary of 150,000 takes as long as half a token of a small model. So it is asked
    about the token that would be chosen without it first; the chances of those that it allows stay what they are.
    """

    def __init__(self, request: GenerationRequest, vocabulary: Vocabulary, grammar: Grammar | None = None) -> None:
        self._free = _chain()
        llama_cpp.llama_sampler_chain_add(self._free, llama_cpp.llama_sampler_init_top_k(_SHORT_LIST))
        if not grammar:  # what a grammar repeats is meant so
            penalties = llama_cpp.llama_sampler_init_penalties(vocabulary.size, _RECENT, _PENALTY, 0.0, 0.0)
            llama_cpp.llama_sampler_chain_add(self._free, penalties)
        _choose(self._free, request, request.seed)
        self._bound = _chain() if grammar else None
        if grammar:
            self._grammar = llama_cpp.llama_sampler_clone(grammar.handle)
            llama_cpp.llama_sampler_chain_add(self._bound, self._grammar)
            llama_cpp.llama_sampler_chain_add(self._bound, llama_cpp.llama_sampler_init_top_k(_SHORT_LIST))
            _choose(self._bound, request, request.seed + 1)  # with the same one it would draw alike again

    def sample(self, context: Context, output: int) -> int:
        """The token that follows the batch's token number `output`."""
        token = context.sample(self._free, output)
        if self._bound is None:
            return token
        if not self._allows(token):
            return context.sample(self._bound, output)
        llama_cpp.llama_sampler_accept(self._bound, token)
        return token

    def close(self) -> None:
        """Free the samplers."""
        llama_cpp.llama_sampler_free(self._free)
        if self._bound is not None:
            llama_cpp.llama_sampler_free(self._bound)

    def _allows(self, token: int) -> bool:
        data = llama_cpp.llama_token_data(token, 0.0, 0.0)
        asked = llama_cpp.llama_token_data_array(ctypes.pointer(data), 1, -1, False)
        llama_cpp.llama_sampler_apply(self._grammar, ctypes.byref(asked))
        return bool(data.logit > -math.inf)


def _chain() -> object:
    return llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())


def _choose(chain: object, request: GenerationRequest, seed: int) -> None:
    """End a chain with what chooses among the tokens that are left."""
    if request.temperature <= 0:
        llama_cpp.llama_sampler_chain_add(chain, llama_cpp.llama_sampler_init_greedy())
        return
    llama_cpp.llama_sampler_chain_add(chain, llama_cpp.llama_sampler_init_top_p(request.top_p, 1))
    llama_cpp.llama_sampler_chain_add(chain, llama_cpp.llama_sampler_init_temp(request.temperature))
    llama_cpp.llama_sampler_chain_add(chain, llama_cpp.llama_sampler_init_dist(seed & 0xFFFFFFFF))
