"""Run an engine behind a pipe, in a process of its own, or in a thread if it needs no protection.

`Link` is the server's end; `_serve` is the engine's. Messages to the engine are `("call", number, method, arguments)`,
`("cancel", number)` and `("stop",)`; from it `(kind, number, value)` with kind `loaded`, `item`, `done` or `failed`.
"""

from __future__ import annotations

import asyncio
import importlib
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from npc_engine.errors import EngineUnavailable, NpcEngineError

Message = tuple[str, int, Any]
ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Set before native libraries load: threads that spin while they wait starve the other engines on the same cores."""


@dataclass(frozen=True)
class EngineSpec:
    """Which engine a worker runs. Picklable, because the engine is made inside the worker."""

    name: str
    """For people: `language model`."""
    factory: str
    """`module:Class`."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    patience: float = 60.0
    """Seconds without any sign of life from a busy engine after which it counts as hung."""
    isolated: bool = True
    """Whether it gets a process of its own. Scripted engines need none."""

    def make(self) -> Any:
        """Load the engine."""
        module, _, name = self.factory.partition(":")
        return getattr(importlib.import_module(module), name)(**self.arguments)


class Link:
    """The server's end of one engine. Two threads keep the blocking pipe off the event loop.

    `deliver` is called on the event loop with every message. `loaded` is done when the engine is, or holds why it did not
    load; `ended` is done when the engine is gone, with its last words.
    """

    def __init__(self, spec: EngineSpec, deliver: Callable[[Message], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._deliver = deliver
        self.loaded: asyncio.Future[None] = self._loop.create_future()
        self.ended: asyncio.Future[str] = self._loop.create_future()
        self._name = spec.name
        self._pipe, theirs = multiprocessing.get_context("spawn").Pipe()
        self._process = _start(spec, theirs)
        self._writer = ThreadPoolExecutor(1, f"{spec.name} writer")
        self._reader = threading.Thread(target=self._read, name=f"{spec.name} reader", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int | None:
        """Of the engine's process; None for a thread."""
        return self._process.pid if isinstance(self._process, BaseProcess) else None

    def send(self, message: tuple[Any, ...]) -> None:
        """Put a message on its way. After `close` it goes nowhere."""
        with suppress(RuntimeError):  # the link is closed: the call was failed already
            self._writer.submit(self._write, message)

    async def close(self) -> None:
        """End the engine, whatever it is doing."""
        self._writer.shutdown(wait=False, cancel_futures=True)
        if isinstance(self._process, BaseProcess):
            self._process.kill()
            await asyncio.to_thread(self._process.join)
        else:
            with suppress(OSError):
                self._pipe.send(("stop",))
        for future in (self.loaded, self.ended):
            future.cancel()

    def _write(self, message: tuple[Any, ...]) -> None:
        with suppress(OSError):  # the reader notices that the worker is gone
            self._pipe.send(message)

    def _read(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                self._post(self._take, self._pipe.recv())
        self._post(self._end)

    def _post(self, function: Any, *arguments: Any) -> None:
        with suppress(RuntimeError):  # the event loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(function, *arguments)

    def _take(self, message: tuple[str, int, Any]) -> None:
        kind, _, value = message
        if self.loaded.done():
            self._deliver(message)
        elif kind == "loaded":
            self.loaded.set_result(None)
        else:
            self.loaded.set_exception(value)

    def _end(self) -> None:
        code = self._process.exitcode if isinstance(self._process, BaseProcess) else None
        if not self.loaded.done():
            self.loaded.set_exception(EngineUnavailable(f"the {self._name} died while loading (exit code {code})"))
        if not self.ended.done():
            self.ended.set_result(f"exit code {code}")


def _start(spec: EngineSpec, pipe: Connection) -> Any:
    if not spec.isolated:
        thread = threading.Thread(target=_serve, args=(spec, pipe), name=spec.name, daemon=True)
        thread.start()
        return thread
    process = multiprocessing.get_context("spawn").Process(
        target=_run_process, args=(spec, pipe), name=spec.name, daemon=True
    )
    process.start()
    # Only the child holds this end now, so that its death is the end of the pipe.
    pipe.close()
    return process


def _run_process(spec: EngineSpec, pipe: Connection) -> None:
    # Ctrl-C reaches the whole process group; only the server decides when engines end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update({key: value for key, value in ENVIRONMENT.items() if key not in os.environ})
    _serve(spec, pipe)
    # Native libraries may hang in their own exit handlers; there is nothing to save.
    os._exit(0)


def _serve(spec: EngineSpec, pipe: Connection) -> None:
    """The worker's main loop: calls in, items out, until the other end closes."""
    send = _Sender(pipe)
    try:
        engine = spec.make()
    except NpcEngineError as problem:
        send("failed", 0, problem)
        return
    except Exception as problem:
        send("failed", 0, EngineUnavailable(f"the {spec.name} does not load: {problem!r}"))
        return
    send("loaded", 0, None)
    cancelled: dict[int, threading.Event] = {}
    with ThreadPoolExecutor(getattr(engine, "concurrency", 1)) as pool, suppress(EOFError, OSError):
        while True:
            match pipe.recv():
                case ("call", number, method, arguments):
                    cancelled[number] = threading.Event()
                    pool.submit(_carry_out, engine, send, number, cancelled, method, arguments)
                case ("cancel", number) if number in cancelled:
                    cancelled[number].set()
                case ("stop",):
                    return


class _Sender:
    """Lets many threads write to one pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def __call__(self, kind: str, number: int, value: Any) -> None:
        data = pickle.dumps((kind, number, value))
        with self._lock, suppress(OSError):  # the parent is gone; the reading loop ends by itself
            self._pipe.send_bytes(data)


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
