"""A headless Chromium that hears samples for its microphone. Its driver is optional, and fetches nothing."""

from __future__ import annotations

import shutil
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from npc_engine.audio import BYTES, RATE
from npc_engine.errors import PackageMissing

if TYPE_CHECKING:
    from playwright.async_api import Browser

COMMANDS = ("chromium", "chromium-browser", "google-chrome")
_SILENCE = bytes(60 * RATE * BYTES)
"""Behind what is heard: where its file ends, Chromium's microphone goes on with the last of its sound."""
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


def found() -> str | None:
    """The browser of this machine."""
    return next(filter(None, map(shutil.which, COMMANDS)), None)


@asynccontextmanager
async def chromium(hears: bytes = b"", unlocked: bool = True) -> AsyncIterator[Browser]:
    """A browser with a fresh profile. Its microphone `hears` s16le mono samples at 16 kHz, once, and then silence.

    Unless `unlocked`, pages may make sound only after their user did something, as everywhere else.

    Raises `PackageMissing`.
    """
    try:
        from playwright.async_api import async_playwright
    except ModuleNotFoundError as problem:
        raise PackageMissing("this needs playwright; run: pip install 'npc-engine[bench]'") from problem
    executable = found()
    if executable is None:
        raise PackageMissing("this needs Chromium; run: apt install chromium, or your system's way to it")
    with TemporaryDirectory() as folder:
        microphone = Path(folder) / "microphone.wav"
        _write(microphone, hears + _SILENCE)
        options = [*_QUIET, f"--use-file-for-fake-audio-capture={microphone}%noloop"]
        options += ["--autoplay-policy=no-user-gesture-required"] if unlocked else []
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable, args=options)
            try:
                yield browser
            finally:
                await browser.close()


def _write(path: Path, pcm: bytes) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(BYTES)
        file.setframerate(RATE)
        file.writeframes(pcm)
