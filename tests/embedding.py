"""Embedders for tests: one for texts that are directions in a plane, in English or Chinese."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import numpy as np

from npc_engine.spaces import Shares

VECTORS = {"east": (1, 0), "north": (0, 1), "west": (-1, 0), "东": (1, 0), "北": (0, 1)}


class Directions:
    """Notes what it was asked."""

    def __init__(self, unlike: float = 0.0) -> None:
        self.unlike = unlike
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        self.asked += texts
        return [np.array(VECTORS[text], np.float32).tobytes() for text in texts]


class Held:
    """Tells when it is asked for the first text, and gives nothing before it is let go."""

    unlike = 0.0

    def __init__(self) -> None:
        self.begun, self.let_go = threading.Event(), threading.Event()
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        self.asked += texts
        self.begun.set()
        self.let_go.wait()
        return [np.array((1, 0), np.float32).tobytes() for _ in texts]


class Awaited:
    """Finds all texts alike, and tells when it has seen one of them."""

    unlike = 0.0

    def __init__(self, text: str) -> None:
        self._text = text
        self.seen = asyncio.Event()
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        self.asked += texts
        if self._text in texts:
            self.seen.set()
        return [np.array((1, 0), np.float32).tobytes() for _ in texts]


def see(shares: Shares) -> None:
    """Let each space see its texts."""
    for space, texts in shares.items():
        for text in texts:
            space.see(text)
