"""A game in small in Chromium, by the library that the server itself sends: `python play.py SCENARIO URL TOKEN`.

What it does is in `scenarios.js`; this only opens the browser and prints what came of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from npc_engine.audio import BYTES, RATE
from npc_engine.bench.chromium import chromium

SCENARIOS = Path(__file__).with_name("scenarios.js")
LEAD = bytes(3 * RATE * BYTES)
"""Before a question: Chromium's microphone begins to play its file some time before a busy machine's page hears it."""


async def play(scenario: str, url: str, token: str) -> object:
    speech = Path(os.environ["NPC_SPEECH"]).read_bytes() if "NPC_SPEECH" in os.environ else b""
    async with chromium(LEAD + speech if scenario == "voice" else speech) as browser:
        page = await browser.new_page()
        page.on("console", lambda message: print(message.text, file=sys.stderr))
        await page.expose_function("ready", lambda: print("ready", flush=True))
        await page.goto(url.replace("ws", "http", 1).removesuffix("/v1") + "/healthz")
        return await page.evaluate(SCENARIOS.read_text(encoding="utf-8"), [scenario, url, token])


print(json.dumps(asyncio.run(play(*sys.argv[1:]))))
