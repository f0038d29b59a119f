"""The pages for client authors say what the schema says, and every example in them is valid."""

from __future__ import annotations

import json
import re
from typing import get_args

import pytest

from npc_engine.protocol import (
    CLIENT_MESSAGES,
    MAX_FRAME_BYTES,
    SERVER_MESSAGES,
    AnyClientMessage,
    AnyServerMessage,
    ErrorCode,
    parse,
)
from npc_engine.reference import DOCS, json_schema, pages
from npc_engine.reference_text import ERRORS

PAGE = pages()["protocol.md"]
ROW = re.compile(r"^\| `\w+` \|.*$", re.MULTILINE)
SECTIONS = dict(re.findall(r"^### `([a-z_.]+)`\n(.*?)(?=^##|\Z)", PAGE, flags=re.DOTALL | re.MULTILINE))
CLIENT_TYPES = [kind.model_fields["type"].default for kind in get_args(AnyClientMessage)]
SERVER_TYPES = [kind.model_fields["type"].default for kind in get_args(AnyServerMessage)]


@pytest.mark.parametrize("name", list(pages()))
def test_the_generated_pages_are_fresh(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "stale: run `python -m npc_engine.reference`"


def example(name: str) -> str:
    """The example of a message on the page."""
    (found,) = re.findall(r"```json\n(.*?)\n```", SECTIONS[name], flags=re.DOTALL)
    return str(found)


def test_every_message_has_a_section() -> None:
    assert list(SECTIONS) == [*CLIENT_TYPES, *SERVER_TYPES]


@pytest.mark.parametrize("name", CLIENT_TYPES)
def test_the_example_of_a_client_message_is_understood_by_the_server(name: str) -> None:
    assert parse(example(name)).type == name


@pytest.mark.parametrize("name", SERVER_TYPES)
def test_the_example_of_a_server_message_is_valid(name: str) -> None:
    assert SERVER_MESSAGES.validate_json(example(name)).type == name


def test_the_conversation_at_the_top_is_ten_valid_lines() -> None:
    (block,) = re.findall(r"```text\n(.*?)```", PAGE, flags=re.DOTALL)
    lines = block.splitlines()
    assert len(lines) == 10
    for line in lines:
        adapter = CLIENT_MESSAGES if line.startswith("→ ") else SERVER_MESSAGES
        adapter.validate_json(line[2:])


def test_every_field_of_every_message_has_a_meaning() -> None:
    rows = ROW.findall(PAGE.partition("## What the client sends")[2])
    assert len(rows) > 100
    assert [row for row in rows if not row.split(" | ")[-1].strip(" |")] == []


def test_every_part_of_a_message_is_explained() -> None:
    linked = set(re.findall(r"\]\(#(\w+)\)", PAGE))
    assert linked
    assert linked <= {heading.lower() for heading in re.findall(r"^### (\w+)$", PAGE, flags=re.MULTILINE)}


def test_every_error_has_a_cause_and_a_way_out() -> None:
    assert list(ERRORS) == list(get_args(ErrorCode))
    assert all(cause and way_out for cause, way_out in ERRORS.values())


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    assert f"{MAX_FRAME_BYTES} bytes" in PAGE


def test_the_schema_knows_every_message_and_its_type_is_required() -> None:
    schema = json_schema()
    for union, types in (("ClientMessage", CLIENT_TYPES), ("ServerMessage", SERVER_TYPES)):
        mapping = schema["$defs"][union]["discriminator"]["mapping"]
        assert sorted(mapping) == sorted(types)
        for name, reference in mapping.items():
            definition = schema["$defs"][reference.rpartition("/")[2]]
            assert definition["properties"]["type"]["const"] == name
            assert "type" in definition["required"]


def test_the_schema_lets_the_server_add_fields_and_the_client_not() -> None:
    definitions = json_schema()["$defs"]
    assert definitions["InputText"]["additionalProperties"] is False
    assert "additionalProperties" not in definitions["UtteranceCues"]


def test_all_references_of_the_schema_lead_somewhere() -> None:
    text = json.dumps(json_schema())
    assert set(re.findall(r'"#/\$defs/(\w+)"', text)) <= set(json_schema()["$defs"])
