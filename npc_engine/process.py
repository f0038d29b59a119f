"""Run an engine behind a pair of pipes: in a process of its own, or in a thread if it needs no protection.

`Link` is the server's end; `serve` is the engine's. Messages to the engine are `("call", number, method, arguments)`,
`("cancel", number)` and `("stop",)`; from it `(kind, number, value)` with kind `loaded`, `item`, `done` or `failed`.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import IO, Any

from npc_engine.errors import EngineUnavailable, NpcEngineError

Message = tuple[str, int, Any]
ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "300"}
"""For the engine's process: threads that spin while they wait starve the other engines on the same cores.

GNU's OpenMP takes the second one as well: a few microseconds of spinning bridge the gaps between two matrices. With two
threads, a batch of four tokens takes 20 ms instead of 36 (24: 66 instead of 83); beside a busy process 42 instead of 37
(137 instead of 134), where 3000 rounds cost 78 (184), and 100,000 cost 540 (1100).
"""


@dataclass(frozen=True)
class EngineSpec:
    """Which engine to run. Picklable, because the engine is made inside its process."""

    name: str
    """For people: `language model`."""
    factory: str
    """`module:Class`."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    patience: float = 60.0
    """Seconds without any sign of life from a busy engine after which it counts as hung."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables for its process, for libraries that take settings from nowhere else."""
    threads: int = 1
    """Cores that one call keeps busy."""
    isolated: bool = True
    """Whether it gets a process of its own. Scripted engines need none."""

    def make(self) -> Any:
        """Load the engine."""
        module, _, name = self.factory.partition(":")
        return getattr(importlib.import_module(module), name)(**self.arguments)


class Link:
    """The server's end of one engine. Two threads keep the blocking pipes off the event loop.

    `deliver` is called on the event loop with every message. `loaded` is done when the engine is, or holds why it did
    not load; `ended` is done when the engine is gone, with its exit code.
    """

    def __init__(self, spec: EngineSpec, deliver: Callable[[Message], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._deliver = deliver
        self._name = spec.name
        self.loaded: asyncio.Future[None] = self._loop.create_future()
        self.ended: asyncio.Future[str] = self._loop.create_future()
        self._process, self._to, self._from = _start_process(spec) if spec.isolated else _start_thread(spec)
        self._writer = ThreadPoolExecutor(1, f"{spec.name} writer")
        threading.Thread(target=self._read, name=f"{spec.name} reader", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """Of the engine's process; None for a thread."""
        return self._process.pid if self._process else None

    def send(self, message: tuple[Any, ...]) -> None:
        """Put a message on its way. After `close` it goes nowhere."""
        with suppress(RuntimeError):
            self._writer.submit(self._write, message)

    async def close(self) -> None:
        """End the engine, whatever it is doing."""
        if self._process:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
        else:
            self.send(("stop",))
        self._writer.shutdown(wait=False)
        for future in (self.loaded, self.ended):
            future.cancel()

    def _write(self, message: tuple[Any, ...]) -> None:
        with suppress(OSError):  # the reader notices that the engine is gone
            pickle.dump(message, self._to)
            self._to.flush()

    def _read(self) -> None:
        with suppress(EOFError, OSError, pickle.UnpicklingError), self._from:
            while True:
                self._post(self._take, pickle.load(self._from))
        code = self._process.wait() if self._process else None
        with suppress(OSError):
            self._to.close()
        self._post(self._end, code)

    def _post(self, function: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the event loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(function, *arguments)

    def _take(self, message: Message) -> None:
        kind, _, value = message
        if self.loaded.done():
            self._deliver(message)
        elif kind == "loaded":
            self.loaded.set_result(None)
        else:
            self.loaded.set_exception(value)

    def _end(self, code: int | None) -> None:
        if not self.loaded.done():
            self.loaded.set_exception(EngineUnavailable(f"the {self._name} died while loading (exit code {code})"))
        if not self.ended.done():
            self.ended.set_result(f"exit code {code}")


Started = tuple[subprocess.Popen[bytes] | None, IO[bytes], IO[bytes]]


def _start_process(spec: EngineSpec) -> Started:
    process = subprocess.Popen(
        [sys.executable, "-m", "npc_engine.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**ENVIRONMENT, **os.environ, **spec.environment},
        # Ctrl-C reaches the whole process group of the server, also before this one could ignore it.
        process_group=0,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(OSError):  # it died at once: the reader notices
        pickle.dump((sys.path, spec), process.stdin)
        process.stdin.flush()
    return process, process.stdin, process.stdout


def _start_thread(spec: EngineSpec) -> Started:
    (theirs_read, ours_write), (ours_read, theirs_write) = os.pipe(), os.pipe()
    theirs = os.fdopen(theirs_read, "rb"), os.fdopen(theirs_write, "wb")
    threading.Thread(target=serve, args=(spec, *theirs), name=spec.name, daemon=True).start()
    return None, os.fdopen(ours_write, "wb"), os.fdopen(ours_read, "rb")


def main() -> None:
    """The engine's process."""
    # Only the server decides when engines end; if it dies, the pipe ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Libraries that print must not write between the messages.
    os.dup2(2, 1)
    sys.path[:], spec = pickle.load(source)
    serve(spec, source, sink)
    # Native libraries may hang in their own exit handlers; there is nothing to save.
    os._exit(0)


def serve(spec: EngineSpec, source: IO[bytes], sink: IO[bytes]) -> None:
    """The engine's main loop: calls in, items out, until the other end closes."""
    send = _Sender(sink)
    with source, sink:
        engine = _load(spec, send)
        if engine is None:
            return
        cancelled: dict[int, threading.Event] = {}
        with ThreadPoolExecutor(getattr(engine, "concurrency", 1)) as pool, suppress(EOFError, OSError):
            while True:
                match pickle.load(source):
                    case ("call", number, method, arguments):
                        cancelled[number] = threading.Event()
                        pool.submit(_carry_out, engine, send, number, cancelled, method, arguments)
                    case ("cancel", number) if number in cancelled:
                        cancelled[number].set()
                    case ("stop",):
                        return


class _Sender:
    """Lets many threads write to one pipe."""

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink = sink
        self._lock = threading.Lock()

    def __call__(self, kind: str, number: int, value: Any) -> None:
        data = pickle.dumps((kind, number, value))
        with self._lock, suppress(OSError, ValueError):  # the server is gone; the reading loop ends by itself
            self._sink.write(data)
            self._sink.flush()


def _load(spec: EngineSpec, send: _Sender) -> Any:
    try:
        engine = spec.make()
    except NpcEngineError as problem:
        send("failed", 0, problem)
    except Exception as problem:  # the border of the engine: its library may raise anything
        send("failed", 0, EngineUnavailable(f"the {spec.name} does not load: {problem!r}"))
    else:
        send("loaded", 0, None)
        return engine
    return None


def _carry_out(
    engine: Any,
    send: _Sender,
    number: int,
    cancelled: dict[int, threading.Event],
    method: str,
    arguments: tuple[Any, ...],
) -> None:
    try:
        for item in _items(engine, method, arguments, cancelled[number]):
            send("item", number, item)
        send("done", number, None)
    except NpcEngineError as problem:
        send("failed", number, problem)
    except Exception as problem:  # the border of the engine: whatever it was, only this call is lost
        send("failed", number, EngineUnavailable(f"{type(engine).__name__}.{method}: {problem!r}"))
    finally:
        del cancelled[number]


def _items(engine: Any, method: str, arguments: tuple[Any, ...], cancelled: threading.Event) -> Iterator[Any]:
    if cancelled.is_set():
        return
    function = getattr(engine, method)
    takes_flag = "cancelled" in getattr(function, "__annotations__", {})
    result: Any = function(*arguments, cancelled.is_set) if takes_flag else function(*arguments)
    if not isinstance(result, Generator):
        yield result
        return
    with closing(result):
        for item in result:
            if cancelled.is_set():
                return
            yield item


if __name__ == "__main__":
    main()
