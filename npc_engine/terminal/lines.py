"""Where a chat's lines come from: a prompt with history in a terminal, or a pipe."""

from __future__ import annotations

import asyncio
import codecs
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

from platformdirs import user_state_path
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

from npc_engine.terminal.commands import NAMES

_CHUNK = 65536


async def piped_lines(descriptor: int) -> AsyncIterator[str]:
    """Lines of UTF-8 from an open file, until it ends.

    Reads in a thread of its own, unbuffered: interpreters hang at their end when a thread waits inside a buffered file.
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    rest = ""
    while chunk := await _in_thread(lambda: os.read(descriptor, _CHUNK)):
        *lines, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in lines:
            yield line
    if rest:
        yield rest


async def typed_lines(note: Callable[[str], None]) -> AsyncIterator[str]:
    """Lines typed at a prompt, until Ctrl-D, or Ctrl-C twice at an empty prompt."""
    prompt: PromptSession[str] = PromptSession(
        "> ", history=_history(), completer=WordCompleter(list(NAMES), sentence=True), complete_while_typing=False
    )
    leaving = False
    while True:
        try:
            with patch_stdout(raw=True):
                line = await prompt.prompt_async(handle_sigint=False)
        except EOFError:
            return
        except KeyboardInterrupt:
            typed = prompt.default_buffer.text
            if leaving and not typed:
                return
            leaving = not typed
            if leaving:
                note("Ctrl-C once more leaves")
            continue
        leaving = False
        yield line


def _history() -> History:
    """The lines of earlier chats, or none where they can't be kept."""
    folder = user_state_path("npc-engine", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "chat-history"
        file.touch()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(Path(file)))


async def _in_thread(read: Callable[[], bytes]) -> bytes:
    """The result of a blocking read. A thread that nobody waits for any more doesn't keep the program alive."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[bytes] = loop.create_future()

    def work() -> None:
        try:
            data = read()
        except OSError:
            data = b""
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(_resolve, result, data)

    threading.Thread(target=work, name="lines", daemon=True).start()
    return await result


def _resolve(future: asyncio.Future[bytes], data: bytes) -> None:
    if not future.done():
        future.set_result(data)
