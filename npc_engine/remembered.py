"""Vectors of texts that never change, kept on disk: an engine that starts again need not make them again.

Each set of texts is a file, named after the texts and the model. It is read, or made, when the first of them is needed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from npc_engine.engines.base import Embedder


class Remembered:
    """An embedder that knows some texts by heart. One thread at a time."""

    def __init__(self, embedder: Embedder, model: Path, sets: Iterable[Sequence[str]], folder: Path) -> None:
        """`model` is the file or folder of the embedder's weights; the files are kept in `folder`."""
        self.unlike = embedder.unlike
        self._embedder, self._model, self._folder = embedder, model, folder
        self._set_of = {text: texts for texts in map(tuple, sets) for text in texts}
        self._known = dict[str, bytes]()

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """As the embedder does."""
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> bytes:
        if text not in self._set_of:
            return self._embedder.embed([text])[0]
        if text not in self._known:
            self._learn(self._set_of[text])
        return self._known[text]

    def _learn(self, texts: tuple[str, ...]) -> None:
        file = self._folder / f"{self._digest(texts)}.npy"
        vectors = _read(file, len(texts))
        if vectors is None:
            made = self._embedder.embed(texts)
            vectors = np.stack([np.frombuffer(each, np.float32) for each in made])
            _write(file, vectors)
        self._known |= {text: vector.tobytes() for text, vector in zip(texts, vectors, strict=True)}

    def _digest(self, texts: tuple[str, ...]) -> str:
        state = self._model.stat()
        about = (self._model.name, str(state.st_size), str(state.st_mtime_ns), *texts)
        return hashlib.sha256("\0".join(about).encode()).hexdigest()[:32]


def _read(file: Path, count: int) -> npt.NDArray[np.float32] | None:
    """The vectors in the file; None if it is not there, or damaged."""
    try:
        vectors = np.load(file)
    except (OSError, ValueError, EOFError):
        return None
    whole = vectors.dtype == np.float32 and vectors.ndim == 2 and len(vectors) == count
    return vectors if whole else None


def _write(file: Path, vectors: npt.NDArray[np.float32]) -> None:
    """In one step. On a disk that takes nothing they are made again the next time."""
    part = file.with_name(f"{file.stem}.{os.getpid()}.npy.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as writing:
            np.save(writing, vectors)
        part.replace(file)
    except OSError:
        with suppress(OSError):
            part.unlink()
