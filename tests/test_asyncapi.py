"""The AsyncAPI document by the official parser, and the JSON Schema by what a server really sends.

`nox -s tests` installs the parser in `.nox/clients`.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from serving import Client, serving

from npc_engine.protocol import PROTOCOL
from npc_engine.reference import DOCS

CLIENTS = Path(__file__).parent / "clients"
HOME = Path(__file__).parents[1] / ".nox" / "clients"
DOCUMENT = DOCS / f"{PROTOCOL}.asyncapi.json"
SCHEMA: dict[str, Any] = json.loads((DOCS / f"{PROTOCOL}.schema.json").read_text(encoding="utf-8"))
needs_the_parser = pytest.mark.skipif(
    not (HOME / "node_modules" / "@asyncapi").exists() and not os.environ.get("CI"),
    reason="nox -s tests installs the parser",
)


def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return read


def validator(definition: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": SCHEMA["$defs"]})


async def problems(*paths: Path) -> list[list[str]]:
    """What the parser finds wrong with each document."""
    process = await asyncio.create_subprocess_exec(
        *("node", str(CLIENTS / "asyncapi.mjs"), *map(str, paths)),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "NPC_CLIENTS_HOME": str(HOME)},
    )
    out, _ = await process.communicate()
    found: list[list[str]] = json.loads(out)
    return found


@needs_the_parser
@pytest.mark.anyio
async def test_the_document_is_valid_and_one_with_a_message_that_is_nowhere_would_not_be(tmp_path: Path) -> None:
    wrong = document()
    del wrong["components"]["messages"]["input.text"]
    changed = tmp_path / "wrong.json"
    changed.write_text(json.dumps(wrong), encoding="utf-8")
    (right, complaints) = await problems(DOCUMENT, changed)
    assert right == []
    assert "'#/components/messages/input.text' does not exist" in " ".join(complaints)


def test_the_document_has_every_message_once_and_both_kinds_of_audio() -> None:
    known = {
        kind
        for union in ("ClientMessage", "ServerMessage")
        for kind in SCHEMA["$defs"][union]["discriminator"]["mapping"]
    }
    assert set(document()["channels"]["session"]["messages"]) == known | {"microphone", "voice"}


@pytest.mark.parametrize("name", [name for name in document()["components"]["messages"] if "." in name])
def test_every_example_fits_its_schema_in_the_document_and_the_published_one(name: str) -> None:
    components = document()["components"]
    message = components["messages"][name]
    (example,) = message["examples"]
    Draft202012Validator({**message["payload"], "components": components}).validate(example["payload"])
    Draft202012Validator(SCHEMA).validate(example["payload"])


@pytest.mark.parametrize("name", ["ada", "艾达", "npc:ada.finch-2"])
def test_a_key_of_any_script_fits_the_published_schema(name: str) -> None:
    validator("CharacterLeave").validate({"type": "character.leave", "actor_id": name})


@pytest.mark.parametrize("name", ["", "two words", "../etc", "a" * 65])
def test_what_is_no_key_does_not_fit_it(name: str) -> None:
    with pytest.raises(ValidationError):
        validator("CharacterLeave").validate({"type": "character.leave", "actor_id": name})


@pytest.mark.anyio
async def test_what_a_server_sends_fits_the_published_schema() -> None:
    async with serving() as running, running.client() as client:
        messages = [await client.open(audio={"output": {"encoding": "base64"}}), *await talk(client)]
    kinds = {message["type"] for message in messages}
    assert {"session.opened", "error", "pong", "utterance.cues", "utterance.audio", "transcript.final"} <= kinds
    server = validator("ServerMessage")
    for message in messages:
        server.validate(message)


async def talk(client: Client) -> list[dict[str, Any]]:
    """All that comes of a spoken turn, a mistake and a ping."""
    await client.speak()
    messages = [*await client.until("transcript.final"), *await client.turn()]
    await client.send("input.txt", id="m1")
    await client.send("ping", t=1.5)
    return [*messages, *await client.until("pong")]
