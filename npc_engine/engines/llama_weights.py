"""Weights in a format that the processor evaluates several tokens of at a time.

llama.cpp has kernels that share the work of unpacking among tokens for some formats, and `Q5_0` is not one of them. It
is what most of a `Q4_K_M` file consists of when the model's rows are no multiple of 256 long, as in Qwen2.5-0.5B. Such
weights are written anew as `IQ4_NL`, once: measured with that model on two cores, a token alone takes 17 ms instead of
23, four together 20 instead of 43, a prompt of 24 tokens 67 instead of 116. It costs 1.4 to 2.8 % of perplexity.
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import llama_cpp
from filelock import FileLock
from llama_cpp._ggml import libggml
from platformdirs import user_cache_path

_LOG = logging.getLogger(__name__)
_SLOW, _QUICK = llama_cpp.GGML_TYPE_Q5_0, llama_cpp.GGML_TYPE_IQ4_NL
_LOOKED_UP = ("token_embd", "output.")
"""Beginnings of the names of tensors that stay: a row of them is looked up, or they decide between words."""
_VERSION = 1
"""Of what is written here; a file of another version is not used."""


class _Open(ctypes.Structure):
    """`gguf_init_params`."""

    _fields_ = [("no_alloc", ctypes.c_bool), ("context", ctypes.c_void_p)]


def _function(name: str, result: object, *arguments: object) -> Callable[..., Any]:
    """A function of ggml's file reader, which llama-cpp-python has no wrapper for."""
    function: Any = getattr(libggml, name)
    function.restype, function.argtypes = result, arguments
    return cast(Callable[..., Any], function)


_open = _function("gguf_init_from_file", ctypes.c_void_p, ctypes.c_char_p, _Open)
_count = _function("gguf_get_n_tensors", ctypes.c_int64, ctypes.c_void_p)
_name = _function("gguf_get_tensor_name", ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int64)
_format = _function("gguf_get_tensor_type", ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_close = _function("gguf_free", None, ctypes.c_void_p)


def quick_weights(path: Path, threads: int, folder: Path | None = None) -> Path:
    """The model at `path` in quick formats: itself, or a copy in `folder`, which is made if it is not there.

    `folder` is the user's cache if left out. Making a copy takes two cores half a minute per 500 MB. Without room for
    one, the model is used as it is.
    """
    folder = folder or user_cache_path("npc-engine", appauthor=False) / "weights"
    target = folder / f"{_fingerprint(path)}.gguf"
    if target.is_file():
        return target
    types = _formats(path)
    if not any(_is_slow(name, format) for name, format in types.items()):
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{target}.lock"):
            return target if target.is_file() else _convert(path, target, types, threads)
    except OSError as problem:
        _LOG.warning("%s is used as it is, which is slower: no copy can be written (%s)", path.name, problem)
        return path


def _convert(path: Path, target: Path, formats: dict[str, int], threads: int) -> Path:
    chosen = {name: _QUICK if _is_slow(name, format) else format for name, format in formats.items()}
    overrides = (llama_cpp.llama_model_tensor_override * (len(chosen) + 1))()
    for override, (name, format) in zip(overrides, chosen.items(), strict=False):
        override.pattern, override.type = f"^{name.replace('.', '[.]')}$".encode(), format
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_K_M
    params.nthread, params.allow_requantize, params.tt_overrides = threads, True, overrides
    params.token_embedding_type = chosen.get("token_embd.weight", params.token_embedding_type)
    params.output_tensor_type = chosen.get("output.weight", params.output_tensor_type)
    unfinished = target.with_suffix(".unfinished")  # one name: what a killed process left is written over
    if llama_cpp.llama_model_quantize(str(path).encode(), str(unfinished).encode(), params):
        unfinished.unlink(missing_ok=True)
        raise OSError("llama.cpp could not write it; is there room on the disk?")
    return unfinished.replace(target)


def _formats(path: Path) -> dict[str, int]:
    """The format of each tensor that is a matrix of weights; nothing of a file that can't be read."""
    file = _open(str(path).encode(), _Open(no_alloc=True, context=None))
    if not file:
        return {}
    formats: dict[str, int] = {_name(file, each).decode(): _format(file, each) for each in range(_count(file))}
    _close(file)
    return {name: format for name, format in formats.items() if format != llama_cpp.GGML_TYPE_F32}


def _is_slow(name: str, format: int) -> bool:
    return format == _SLOW and not name.startswith(_LOOKED_UP)


def _fingerprint(path: Path) -> str:
    """Another one for another file: by where it lies, how large it is and when it was written."""
    status = path.stat()
    known = f"{_VERSION} {path.resolve()} {status.st_size} {status.st_mtime_ns}"
    return f"{path.stem}-{hashlib.sha256(known.encode()).hexdigest()[:16]}"
