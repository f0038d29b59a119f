"""Write the reference for client authors from the wire schema itself: `docs/protocol.md`, JSON Schema, AsyncAPI.

    python -m npc_engine.reference

What is said in prose is in `reference_text` and `reference_keeping`; what is said in tables is in the docstrings of
`protocol`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic.json_schema import GenerateJsonSchema

from npc_engine import reference_asyncapi as asyncapi
from npc_engine import reference_keeping as keeping
from npc_engine import reference_text as text
from npc_engine.protocol import (
    CLIENT_MESSAGES,
    PROTOCOL,
    SERVER_MESSAGES,
    AnyClientMessage,
    AnyServerMessage,
    Wire,
)

DOCS = Path(__file__).parents[1] / "docs"
_HEAD = "<!-- Written from npc_engine/protocol.py by `python -m npc_engine.reference`; do not edit. -->\n"
_COMMON = ("id", "seq", "ref", "type")
"""Fields of every message: explained once."""
_KEY = r"^[^\s!-,/;-@\[-^`{-~]+$"
"""A key for every engine of regular expressions: what the server takes for a letter, not all do."""
_SHAPES = {_KEY: "key", "^[a-z][a-z0-9_]*$": "small key", "^[a-z]{2}$": "language, such as `en`"}
"""Patterns that have a name."""
_FEW = 10
"""So many choices are listed in a table's cell."""

Schema = dict[str, Any]


def pages() -> dict[str, str]:
    """The text of each generated file, by its name in `docs/`."""
    examples: dict[str, Schema] = {example.type: _written(example) for example in text.EXAMPLES}
    return {
        "protocol.md": protocol_page(),
        f"{PROTOCOL}.schema.json": _json(json_schema()),
        f"{PROTOCOL}.asyncapi.json": _json(asyncapi.document(json_schema()["$defs"], examples)),
    }


def _json(data: Schema) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def protocol_page() -> str:
    """The reference as Markdown."""
    definitions = json_schema()["$defs"]
    sections = [
        _HEAD + text.INTRODUCTION,
        _conversation(),
        text.TRANSPORT,
        text.RULES,
        keeping.SAVES,
        keeping.RESUME,
        text.LIMITS,
        _errors(),
        text.CLIENT_HEAD,
        *(_message(kind, definitions) for kind in get_args(AnyClientMessage)),
        text.SERVER_HEAD,
        *(_message(kind, definitions) for kind in get_args(AnyServerMessage)),
        text.PARTS_HEAD,
        *(_part(name, schema) for name, schema in definitions.items() if _is_part(name, schema)),
        text.FOOT,
    ]
    return "\n".join(section.strip("\n") + "\n" for section in sections)


def json_schema() -> Schema:
    """All messages as one JSON Schema. A server message may gain fields; a client message may not have others."""
    template = "#/$defs/{model}"
    client = CLIENT_MESSAGES.json_schema(ref_template=template)
    server = SERVER_MESSAGES.json_schema(ref_template=template)
    shared, own = client.pop("$defs"), server.pop("$defs")
    for name, definition in own.items():
        if name not in shared:
            definition.pop("additionalProperties", None)
    definitions = {**own, **shared}
    for definition in definitions.values():
        _clean(definition)
        _read_by_all(definition)
    messages = {"ClientMessage": client, "ServerMessage": server}
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": PROTOCOL,
        "description": "One text frame of the protocol, in either direction.",
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in messages],
        "$defs": {**messages, **dict(sorted(definitions.items()))},
    }


def _clean(definition: Schema) -> None:
    """Without titles that repeat names, and with `type` required: on the wire there is no default for it."""
    definition.pop("title", None)
    for field in definition.get("properties", {}).values():
        field.pop("title", None)
    if _is_message(definition):
        definition["required"] = ["type", *definition.get("required", [])]


def _read_by_all(part: Any) -> None:
    """Patterns that mean the same to everybody."""
    if isinstance(part, dict) and part.get("pattern") == r"^[\w.:-]+$":
        part["pattern"] = _KEY
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _read_by_all(inner)


# Markdown


def _conversation() -> str:
    lines = [f"{'→' if sent else '←'} {compact(message)}" for sent, message in text.CONVERSATION]
    return "```text\n" + "\n".join(lines) + "\n```\n"


def compact(message: Wire) -> str:
    """A message as one line of JSON."""
    return json.dumps(_written(message), ensure_ascii=False)


def _written(message: Wire) -> Schema:
    """A message as JSON: only the fields that were written."""
    written = {"type": message.type} if hasattr(message, "type") else {}
    return written | message.model_dump(exclude_unset=True)


def _errors() -> str:
    rows = [(f"`{code}`", cause, way_out) for code, (cause, way_out) in text.ERRORS.items()]
    return text.ERRORS_HEAD + _table(("code", "cause", "way out"), rows)


def _message(kind: type[Wire], definitions: Schema) -> str:
    example = next(message for message in text.EXAMPLES if type(message) is kind)
    name = kind.model_fields["type"].default
    shown = f"```json\n{compact(example)}\n```\n"
    fields = _fields(definitions[kind.__name__], _COMMON)
    return "\n".join(part for part in [f"### `{name}`\n", f"{_paragraph(kind.__doc__)}\n", fields, shown] if part)


def _part(name: str, schema: Schema) -> str:
    return "\n".join([f"### {name}\n", f"{_paragraph(schema.get('description'))}\n", _fields(schema)])


def _is_part(name: str, schema: Schema) -> bool:
    return "properties" in schema and not _is_message(schema)


def _is_message(schema: Schema) -> bool:
    return "const" in schema.get("properties", {}).get("type", {})


def _fields(schema: Schema, without: tuple[str, ...] = ()) -> str:
    properties = {name: field for name, field in schema["properties"].items() if name not in without}
    required = schema.get("required", [])
    rows = [
        (f"`{name}`", _type(field), "required" if name in required else _default(field), field.get("description", ""))
        for name, field in properties.items()
    ]
    return _table(("field", "type", "default", "meaning"), rows) if rows else ""


def _default(field: Schema) -> str:
    default = field.get("default")
    return "" if default is None or isinstance(default, dict | list) else f"`{json.dumps(default)}`"


def _type(field: Schema) -> str:
    """The type of a field in words: `null` is left out, since it says the same as leaving out the field."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        types = [_type(option) for option in field["anyOf"] if option.get("type") != "null"]
        return " or ".join(name for name in types if name != "integer" or "number" not in types)
    if "enum" in field and len(field["enum"]) <= _FEW:
        return " or ".join(f"`{json.dumps(value)}`" for value in field["enum"])
    if field.get("pattern") in _SHAPES:
        return _SHAPES[field["pattern"]]
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}" + _range(field.get("minItems"), field.get("maxItems"), "items")
    if field.get("type") == "object":
        values = field.get("additionalProperties") or next(iter(field["patternProperties"].values()))
        return f"object of {_type(values)}" + _range(0, field.get("maxProperties"), "entries")
    return str(field["type"]) + "".join(_restrictions(field))


def _restrictions(field: Schema) -> Iterator[str]:
    yield _range(field.get("minLength"), field.get("maxLength"), "characters")
    most = field.get("maximum", field.get("exclusiveMaximum"))
    below = "below " if "exclusiveMaximum" in field else ""
    if most is not None:
        yield f", {field.get('minimum', 0)} to {below}{_number(most)}"


def _range(least: int | None, most: int | None, what: str) -> str:
    return "" if most is None else f", {least or 0} to {most} {what}"


def _number(value: float) -> str:
    return "2³²" if value == 2**32 else f"{value:g}"


def _paragraph(docstring: str | None) -> str:
    """A docstring as Markdown: its paragraphs, without the indentation."""
    return re.sub(r"\n +", "\n", (docstring or "").strip())


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = [[" ".join(cell.split()).replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def main() -> None:
    """Write the files."""
    for name, page in pages().items():
        (DOCS / name).write_text(page, encoding="utf-8")
        print(f"wrote docs/{name}")


if __name__ == "__main__":
    main()
