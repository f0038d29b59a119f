"""Engines that misbehave in one way each, for the tests of supervision."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path

from npc_engine.engines.base import Cancelled, GenerationRequest
from npc_engine.engines.scripted import ScriptedLanguageModel
from npc_engine.errors import ModelMissing


class Counting:
    """Well-behaved: echoes, counts, and remembers which of its generators were closed."""

    concurrency = 4

    def __init__(self) -> None:
        self._closed = 0

    def echo(self, value: object) -> object:
        print("libraries print to standard output")
        return value

    def count(self, cancelled: Cancelled) -> Iterator[int]:
        try:
            for number in itertools.count():
                if cancelled():
                    return
                yield number
        finally:
            self._closed += 1

    def closed(self) -> int:
        return self._closed

    def complain(self) -> None:
        raise ModelMissing("no such model; run: npc-engine models pull it")

    def stumble(self) -> None:
        raise RuntimeError("a library's own error")

    def crash(self) -> None:
        os._exit(9)

    def hang(self) -> None:
        time.sleep(3600)


class Unloadable:
    """Has no model."""

    def __init__(self) -> None:
        raise ModelMissing("the model is not installed; run: npc-engine models pull it")


class Stillborn:
    """Dies while it loads."""

    def __init__(self) -> None:
        os._exit(3)


class CrashingLanguageModel(ScriptedLanguageModel):
    """Takes its process down while it answers, as often as `path` has lines left."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def generate(self, request: GenerationRequest, cancelled: Cancelled) -> Iterator[str]:
        crashes = self._path.read_text().splitlines()
        if crashes:
            self._path.write_text("\n".join(crashes[1:]))
            os._exit(9)
        yield from super().generate(request, cancelled)
