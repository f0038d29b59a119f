"""The page that a server shows: what it sends, what it does not, and to whom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import anyio.to_thread
import pytest
from serving import Running, personas, serving

from npc_engine import page
from npc_engine.config import Config

pytestmark = pytest.mark.anyio
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


async def get(running: Running, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    """What an ordinary HTTP client is answered."""

    def fetch() -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", running.port, timeout=10)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        try:
            return answer, b"" if answer.status == 101 else answer.read()
        finally:
            connection.close()

    return await anyio.to_thread.run_sync(fetch)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/page.js", "text/javascript; charset=utf-8"),
        ("/npc-engine.js?v=1", "text/javascript; charset=utf-8"),
        ("/page.css", "text/css; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ],
)
async def test_the_page_comes_whole_with_its_type_and_a_strict_policy(path: str, kind: str) -> None:
    async with serving() as running:
        answer, body = await get(running, path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert int(answer.headers["Content-Length"]) == len(body) > 100
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/%2e%2e/pyproject.toml",
        "/..%5c..%5cpyproject.toml",
        "/types/index.d.ts",
        "//etc/passwd",
        "/page.js/",
        "/.",
    ],
)
async def test_nothing_else_on_the_disk_is_reached(path: str) -> None:
    async with serving() as running:
        answer, body = await get(running, path)
    assert answer.status == 404
    assert len(body) < 200


async def test_pages_of_other_servers_may_load_the_library_and_nothing_else() -> None:
    async with serving() as running:
        allowed = {
            path: (await get(running, path))[0].headers["Access-Control-Allow-Origin"]
            for path in page.files(page.folder())
        }
        cast, _ = await get(running, page.PERSONAS)
    assert {path for path, origin in allowed.items() if origin} == {page.LIBRARY}
    assert cast.headers["Access-Control-Allow-Origin"] is None


async def test_the_page_learns_whom_it_can_call_and_how_their_worlds_begin() -> None:
    async with serving() as running:
        _, body = await get(running, page.PERSONAS)
    cast: Mapping[str, Any] = {each["persona"]: each for each in json.loads(body)["personas"]}
    assert set(cast) == set(personas())
    ada = cast["deadwood"]
    assert (ada["name"]["en"], ada["languages"]) == ("Ada Finch", ["en", "zh"])
    assert (ada["state"]["safe.open"], ada["state"]["key.place"]) == (False, "saloon")
    assert [beat["beat"] for beat in ada["quests"][0]["beats"]] == ["find_key", "open_safe"]
    assert "deed" not in json.dumps(ada), "secrets stay with the characters"


async def test_whoever_lacks_the_token_learns_of_no_character() -> None:
    async with serving(Config(port=0, token="sesame")) as running:
        assert (await get(running, "/"))[0].status == 200
        assert (await get(running, page.PERSONAS))[0].status == 401
        assert (await get(running, page.PERSONAS, Authorization="Bearer wrong"))[0].status == 401
        assert (await get(running, page.PERSONAS, Authorization="Bearer sesame"))[0].status == 200


@pytest.mark.parametrize(
    ("origin", "token", "welcome"),
    [
        ("http://localhost:3000", None, True),
        ("http://127.0.0.1:8765", None, True),
        ("https://example.org", None, True),
        ("https://example.com", "sesame", False),
        ("http://192.168.1.5:8765", "sesame", True),
        ("https://192.168.1.5:8765", "sesame", True),
        ("http://192.168.1.5:9999", "sesame", False),
        ("http://192.168.1.5:8765", None, False),
        ("http://localhost.example.com", "sesame", False),
        ("null", "sesame", False),
    ],
)
@pytest.mark.parametrize("path", ["/v1", "/neuro?persona=deadwood&token=sesame"])
async def test_pages_from_elsewhere_may_not_connect(origin: str, token: str | None, welcome: bool, path: str) -> None:
    async with serving(Config(port=0, token=token, origins=("https://example.org",))) as running:
        answer, _ = await get(running, path, **{**UPGRADE, "Host": "192.168.1.5:8765", "Origin": origin})
    assert answer.status == (101 if welcome else 403)
