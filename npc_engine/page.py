"""The page that a server shows to browsers: files that are read once, and whom it can call. Knows no socket.

The files are built from `demos/browser/`. Requests are looked up among them by name, and no path is ever opened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from npc_engine.persona.model import Persona
from npc_engine.persona.world import PROPERTIES, World

PERSONAS = "/personas.json"
"""Where the page learns whom it can call."""
LIBRARY = "/npc-engine.js"
"""The client library, which pages of other servers may load from here, too."""
_INDEX = "index.html"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""All that the page needs comes from this server, and nothing may be made of text."""
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
    "Connection": "close",
}


@dataclass(frozen=True)
class File:
    """What is sent for one path."""

    headers: dict[str, str]
    body: bytes


def folder() -> Path:
    """Inside the package when installed from a wheel, in the demos of a clone."""
    package = Path(__file__).parent
    installed = package / "_page"
    return installed if installed.is_dir() else package.parent / "demos" / "browser" / "dist"


def files(place: Path) -> dict[str, File]:
    """The page's files by path."""
    found = {each.name: _file(each) for each in place.iterdir() if each.suffix in _TYPES}
    return {"/": found[_INDEX], **{f"/{name}": file for name, file in found.items()}}


def cast(personas: Mapping[str, Persona]) -> File:
    """Whom the page can call, as JSON: for makers of games, who play the game's part with it."""
    body = json.dumps({"personas": [_described(*each) for each in personas.items()]}, ensure_ascii=False)
    return File({**_HEADERS, "Content-Type": "application/json; charset=utf-8"}, body.encode())


def _file(path: Path) -> File:
    shared = {"Access-Control-Allow-Origin": "*"} if path.name == LIBRARY[1:] else {}
    return File({**_HEADERS, **shared, "Content-Type": _TYPES[path.suffix]}, path.read_bytes())


def _described(name: str, persona: Persona) -> dict[str, Any]:
    world = persona.setting
    quests = [quest for quest in world.quests if not quest.giver or name in quest.giver]
    return {
        "persona": name,
        "name": persona.name,
        "color": persona.color,
        "languages": persona.languages,
        "greeting": persona.greeting or {},
        "state": _beginning(world),
        "quests": [
            {
                "quest": quest.id,
                "name": quest.name,
                "beats": [{"beat": beat.id, "objective": beat.objective} for beat in quest.beats],
            }
            for quest in quests
        ],
    }


def _beginning(world: World) -> dict[str, Any]:
    """The paths that a game can move, with what they hold before it does."""
    given = {f"{thing.id}.{name}": getattr(thing, name) for thing in world.things for name in PROPERTIES}
    return {path: value for path, value in given.items() if value is not None}
