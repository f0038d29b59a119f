"""The page in Chromium, as players use it: by mouse, by keyboard, by voice, on a phone, in two languages.

Each test also holds that the page logs no error, which includes whatever its content policy would refuse.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from serving import Running, personas, scripted_engines, serving
from stage import speech

from npc_engine.bench.chromium import chromium, found
from npc_engine.config import Config
from npc_engine.localserver import local_server
from npc_engine.recordings import question

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not found() and "CI" not in os.environ, reason="needs chromium"),
]
ROOT = Path(__file__).parents[1]
AXE = ROOT / "demos" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
ARTEFACTS = ROOT / ".nox" / "artefacts"
"""Pictures for people to look at."""
FIRST_LOAD = 300_000
"""Bytes, headers included."""
REPLY = "Hello there, stranger! You look like you have been riding all night."
STORY = "Once upon a time there was a little town, far out on the plains, where nobody ever came. " * 2
DESKTOP, PHONE = {"width": 1360, "height": 850}, {"width": 390, "height": 844}


@asynccontextmanager
async def town(token: str | None = None) -> AsyncIterator[Running]:
    chatty = personas()["deadwood"].model_copy(update={"otherwise": {}})
    engines = scripted_engines(
        {"Hello!": REPLY, "你好！": "你好，陌生人。坐下歇会儿吧。", "I love a good story.": STORY}
    )
    async with serving(Config(port=0, token=token), engines, cast={**personas(), "deadwood": chatty}) as running:
        yield running


@asynccontextmanager
async def visiting(
    port: int,
    path: str = "/",
    hears: bytes = b"",
    unlocked: bool = True,
    complains: tuple[str, ...] = (),
    **options: Any,
) -> AsyncIterator[Any]:
    """The page at `path`. What it `complains` of besides is a failure."""
    complaints: list[str] = []
    async with chromium(hears, unlocked) as browser:
        context = await browser.new_context(**{"viewport": DESKTOP, "locale": "en-US", **options})
        page = await context.new_page()
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        if path:
            await page.goto(f"http://127.0.0.1:{port}{path}")
        yield page
    assert [each for each in complaints if not any(known in each for known in complains)] == []


async def connected(page: Any) -> None:
    await page.wait_for_selector("#connection[data-state=open]")


async def said(page: Any, text: str) -> None:
    """Wait until the character has said it, and is done."""
    await page.wait_for_selector(f"#conversation .character:has-text({text[:40]!r})")


async def test_the_first_load_is_small_and_nothing_leaves_the_host() -> None:
    sizes: list[int] = []
    addresses: set[str] = set()
    async with town() as running, visiting(running.port, path="") as page:
        network = await page.context.new_cdp_session(page)
        await network.send("Network.enable")
        network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        network.on("Network.requestWillBeSent", lambda event: addresses.add(event["request"]["url"]))
        network.on("Network.webSocketCreated", lambda event: addresses.add(event["url"]))
        await page.goto(f"http://127.0.0.1:{running.port}/")
        await connected(page)
        await page.fill("#line", "Hello!")
        await page.press("#line", "Enter")
        await said(page, REPLY)
        port = running.port
    assert {re.split(r"[/?#]", address)[2] for address in addresses} == {f"127.0.0.1:{port}"}
    assert any(address.endswith("/v1") for address in addresses)
    assert 50_000 < sum(sizes) < FIRST_LOAD


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_no_fault_and_pictures_are_kept(language: str, scheme: str) -> None:
    locale = "zh-CN" if language == "zh" else "en-US"
    async with town() as running, visiting(running.port, locale=locale, color_scheme=scheme) as page:
        await connected(page)
        await page.click("#suggestions button")
        await page.wait_for_selector("#subtitles strong")
        await picture(page, f"page-{language}-{scheme}")
        await page.wait_for_selector("#conversation .character")
        await page.wait_for_selector("#turn .bar.speaking")
        for tab in ("turn", "world", "quests"):
            await page.click(f"#tab-{tab}")
            assert await faults(page) == []
        await picture(page, f"quests-{language}-{scheme}")


async def faults(page: Any) -> list[tuple[str, str]]:
    """What axe has to say, all of its rules of WCAG 2.2 A and AA and best practices."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    judged = await page.evaluate("axe.run()")
    return [(each["id"], node["html"]) for each in judged["violations"] for node in each["nodes"]]


async def picture(page: Any, name: str, whole: bool = False) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=whole)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_phone_shows_all_of_it_without_scrolling_sideways(language: str) -> None:
    locale = "zh-CN" if language == "zh" else "en-US"
    options = {"viewport": PHONE, "locale": locale, "has_touch": True, "is_mobile": True}
    async with town() as running, visiting(running.port, **options) as page:
        await connected(page)
        await page.tap("#suggestions button")
        await page.wait_for_selector("#turn .bar.speaking")
        for tab in ("turn", "world", "quests"):
            await page.tap(f"#tab-{tab}")
            assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
            await picture(page, f"phone-{tab}-{language}", whole=True)
        await page.evaluate("scrollTo(0, document.body.scrollHeight)")
        assert await page.evaluate("document.querySelector('#label').getBoundingClientRect().bottom") <= PHONE["height"]
        assert await page.evaluate("document.querySelector('#label').getBoundingClientRect().top") > 0
        await picture(page, f"phone-end-{language}")


async def test_everything_is_reached_by_keyboard_alone() -> None:
    async with town() as running, visiting(running.port, unlocked=False) as page:
        await connected(page)
        keys = page.keyboard
        await keys.press("Tab")
        await keys.press("Enter")
        await keys.type("Hello!")
        await keys.press("Enter")
        await page.wait_for_selector("#subtitles strong")
        await said(page, REPLY)
        reached = set()
        for _ in range(20):
            await keys.press("Tab")
            reached.add(await page.evaluate("document.activeElement.id"))
        assert {"send", "mode", "volume", "log", "tab-turn", "turn"} <= reached
        await page.focus("#tab-turn")
        await keys.press("ArrowRight")
        assert await page.is_visible("#world")
        assert await page.evaluate("document.activeElement.id") == "tab-world"


async def test_escape_stops_the_character() -> None:
    async with town() as running, visiting(running.port) as page:
        await connected(page)
        await page.fill("#line", "I love a good story.")
        await page.press("#line", "Enter")
        await page.wait_for_selector("#subtitles strong")
        await page.keyboard.press("Escape")
        await page.wait_for_selector("#conversation .remark:has-text('interrupted')")
        assert await page.text_content("#subtitles") in STORY
        assert await page.is_disabled("#stop")


async def test_hands_free_hears_answers_and_shows_where_the_time_went(tmp_path: Path) -> None:
    async with town() as running, visiting(running.port, hears=speech(tmp_path).read_bytes()) as page:
        await connected(page)
        await page.click("#microphone")
        await page.wait_for_selector("#microphone[aria-pressed=true]")
        await page.wait_for_selector("#conversation .player:has-text('Where am I?')")
        await page.wait_for_selector("#turn .bar.speech")
        await page.wait_for_selector("#turn h3:has-text('last word → first sound')")
        await page.click("#microphone")
        await page.wait_for_selector("#microphone[aria-pressed=false]")


async def test_the_space_bar_is_held_to_talk(tmp_path: Path) -> None:
    async with town() as running, visiting(running.port, hears=speech(tmp_path, seconds=5).read_bytes()) as page:
        await connected(page)
        await page.select_option("#mode", "push_to_talk")
        await connected(page)
        await page.focus("#microphone")
        await page.keyboard.down("Space")
        await page.wait_for_selector("#conversation .partial")
        await page.keyboard.up("Space")
        await page.wait_for_selector("#conversation .player:not(.partial):has-text('Where am I?')")
        await page.wait_for_selector("#conversation .character")


async def lips(page: Any, wanted: str) -> str:
    """How the mouth is drawn, once it is as `wanted`, a condition over `now` and the frame `before`."""
    drawn: str = await page.evaluate(
        f"""new Promise((resolve) => {{
            let before = "";
            const look = () => {{
                const now = document.querySelector(".avatar [stroke-linejoin=round]").getAttribute("d");
                if ({wanted}) return resolve(now);
                before = now;
                requestAnimationFrame(look);
            }};
            look();
        }})"""
    )
    return drawn


async def test_the_mouth_follows_the_voice_and_comes_to_rest() -> None:
    async with town() as running, visiting(running.port, reduced_motion="reduce") as page:
        await connected(page)
        resting = await lips(page, "now === before")
        await page.fill("#line", "Hello!")
        await page.press("#line", "Enter")
        shapes = set[str]()
        while len(shapes) < 5:
            shapes.add(await lips(page, f"now !== {resting!r}"))
        await said(page, REPLY)
        await lips(page, f"now === {resting!r}")


async def test_who_wants_stillness_gets_it() -> None:
    head = "[...document.querySelectorAll('.avatar > g')].at(-1).getAttribute('transform')"
    async with town() as running, visiting(running.port, reduced_motion="reduce") as page:
        await connected(page)
        seen = await page.evaluate(
            f"""new Promise((resolve) => {{
                const seen = new Set();
                let frames = 0;
                const look = () => (seen.add({head}), ++frames < 90 ? requestAnimationFrame(look) : resolve([...seen]));
                requestAnimationFrame(look);
            }})"""
        )
        assert len(seen) == 1


async def test_the_games_part_can_be_played() -> None:
    async with town() as running, visiting(running.port) as page:
        await connected(page)
        await page.click("#tab-quests")
        await page.click("#quests .now button")
        await page.wait_for_selector("#quests .over:has-text('Find the key')")
        await page.click("#tab-world")
        await page.click("#world [aria-label='safe.open: false']")
        await page.wait_for_selector("#world .set [aria-label='safe.open: true']")
        await page.fill("#world [aria-label=Path]", "place")
        await page.fill("#world [aria-label=Value]", "saloon")
        await page.press("#world [aria-label=Value]", "Enter")
        await page.wait_for_selector("#world .set:has-text('saloon')")
        await page.fill("#world [aria-label=Name]", "shot")
        await page.fill("#world [aria-label='In a sentence']", "A shot rings out.")
        await page.select_option("#world [aria-label='The character']", "must")
        await page.press("#world [aria-label=Name]", "Enter")
        await said(page, "A shot rings out.")


async def test_an_action_that_a_character_asks_for_is_done_or_refused() -> None:
    async with town() as running, visiting(running.port) as page:
        await connected(page)
        await page.fill("#line", "Please mark it on the map.")
        await page.press("#line", "Enter")
        card = await page.wait_for_selector(".action:has-text('mark_map')")
        assert "place: " in await card.text_content()
        await page.fill(".action input", "The map is wet.")
        await page.click(".action button:has-text('Refuse')")
        await said(page, "The map is wet.")
        assert await page.query_selector(".action") is None


@contextmanager
def another_server(folder: Path) -> Iterator[int]:
    """The port of a web server that knows nothing of ours."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


async def test_the_page_of_the_docs_talks_from_a_server_of_its_own(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "clients" / "browser.md").read_text(encoding="utf-8")
    (html,) = re.findall(r"```html\n(.*?)```", guide, re.DOTALL)
    heard = speech(tmp_path).read_bytes()
    async with town() as running:
        page_file = tmp_path / "index.html"
        page_file.write_text(html.replace("8765", str(running.port)), encoding="utf-8")
        with another_server(tmp_path) as port:
            async with visiting(port, hears=heard, complains=("404",)) as page:
                await page.wait_for_selector("#label:has-text('generated by AI')")
                await page.click("#speak")
                await page.wait_for_selector("#said:has-text('Deadwood')")
                # one clause replaces the other; on a busy machine late sound may cut both off: then it is said again
                answered = page.wait_for_selector("#said:text-matches('stranger|night')")
                waiting = asyncio.ensure_future(answered)
                while not waiting.done():
                    await page.fill("#line", "Hello!")
                    await page.press("#line", "Enter")
                    await asyncio.wait([waiting], timeout=8)
                await waiting


@pytest.mark.models
@pytest.mark.timeout(300)
async def test_a_spoken_turn_with_the_real_models() -> None:
    async with local_server(["--persona", "deadwood", "--language", "en"]) as server:
        asked = question("en", "where_is_the_key")
        port = urlsplit(server.url).port or 0
        # the file is heard from when the browser opens it, on a busy machine before the page listens
        quiet = bytes(2 * 2 * 16000)
        async with visiting(port, hears=quiet + asked.at_rate(16000).pcm) as page:
            page.set_default_timeout(120_000)
            await connected(page)
            await page.click("#microphone")
            await page.wait_for_selector("#subtitles strong")
            await picture(page, "real-models")
            await page.wait_for_selector("#turn h3:has-text('last word')")
            assert "key" in await page.text_content("#conversation .player .text")
            assert "key" in await page.text_content("#conversation .character .text")


async def test_a_page_without_the_token_asks_for_it() -> None:
    async with town("sesame") as running, visiting(running.port, complains=("401",)) as page:
        await page.wait_for_selector("#door[open]")
        await page.fill("#token", "sesame")
        await page.press("#token", "Enter")
        await connected(page)


async def test_another_character_another_language_another_session() -> None:
    async with town() as running, visiting(running.port, "/?persona=nova&lang=zh") as page:
        await connected(page)
        assert await page.text_content("#name") == "星野诺娃"
        assert "人工智能" in await page.text_content("#label")
        await page.select_option("#persona", "willow")
        await page.select_option("#language", "en")
        await page.wait_for_selector("#label:has-text('generated by AI')")
        assert "Willow" in await page.text_content("#name")
