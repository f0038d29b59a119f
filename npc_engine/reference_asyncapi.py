"""The wire schema as an AsyncAPI 3 document: for tools that write a client, or show an API. Built from the JSON Schema.

The document is the server's: it *receives* what a client sends, and *sends* what a client gets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from npc_engine import __version__
from npc_engine.protocol import (
    MAX_FRAME_BYTES,
    PROTOCOL,
    AnyClientMessage,
    AnyServerMessage,
    Error,
    InputText,
    Ping,
    Pong,
    SaveCreate,
    SaveCreated,
    SaveLoad,
    SaveLoaded,
    SessionOpen,
    SessionOpened,
    TurnStarted,
    Wire,
)

Schema = dict[str, Any]
_CHANNEL = "session"
_ANSWERS: Mapping[type[Wire], type[Wire]] = {
    SessionOpen: SessionOpened,
    InputText: TurnStarted,
    SaveCreate: SaveCreated,
    SaveLoad: SaveLoaded,
    Ping: Pong,
}
"""What a client message is answered by, if nothing is wrong with it; the others are answered by what follows."""
_MICROPHONE, _VOICE = "microphone", "voice"
_BINARY = {
    _MICROPHONE: "A binary frame of the client: PCM, signed 16 bit, little-endian, mono, at `audio.input.rate` of "
    f"`session.open`. An even number of bytes, at most {MAX_FRAME_BYTES}.",
    _VOICE: "A binary frame of the server: the utterance's number and the index of the frame's first sample in it, "
    "each an unsigned 32-bit little-endian integer; then PCM, signed 16 bit, little-endian, mono, at the `rate` of "
    "`utterance.started`.",
}


def document(definitions: Schema, examples: Mapping[str, Schema]) -> Schema:
    """The document, of the `$defs` of the JSON Schema of all messages, and one example of each by its `type`."""
    client, server = get_args(AnyClientMessage), get_args(AnyServerMessage)
    messages = {
        **{_type(kind): _message(kind, definitions, examples[_type(kind)], "id") for kind in client},
        **{_type(kind): _message(kind, definitions, examples[_type(kind)], "ref") for kind in server},
        **{name: _binary(name, text) for name, text in _BINARY.items()},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": PROTOCOL,
            "version": __version__,
            "description": "Voice and mind of game characters over WebSocket. `protocol.md`, beside this file, says "
            "what a client may rely on. Ignore fields and messages of the server that you don't know.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "local": {
                "host": "127.0.0.1:8765",
                "protocol": "ws",
                "description": "As `npc-engine serve` listens by itself.",
                "security": [{"$ref": "#/components/securitySchemes/token"}],
            }
        },
        "channels": {
            _CHANNEL: {
                "address": "/v1",
                "description": f"One connection. Offer the subprotocol `{PROTOCOL}` if you can. Text frames are one "
                "JSON object each; binary frames are audio.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            **{_type(kind): _received(kind) for kind in client},
            _MICROPHONE: _operation("receive", [_MICROPHONE]),
            "tell": _operation("send", [*map(_type, server), _VOICE]),
        },
        "components": {
            "schemas": {name: _moved(each) for name, each in definitions.items() if "discriminator" not in each},
            "messages": messages,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The server's `token:`, if it has one. Who can't send headers puts it into "
                    "`session.open`.",
                }
            },
        },
    }


def _type(kind: type[Wire]) -> str:
    return str(kind.model_fields["type"].default)


def _message(kind: type[Wire], definitions: Schema, example: Schema, correlation: str) -> Schema:
    return {
        "name": _type(kind),
        "description": definitions[kind.__name__]["description"],
        "correlationId": {"location": f"$message.payload#/{correlation}"},
        "payload": {"$ref": f"#/components/schemas/{kind.__name__}"},
        "examples": [{"payload": example}],
    }


def _binary(name: str, text: str) -> Schema:
    payload = {"type": "string", "format": "binary", "description": text}
    return {"name": name, "description": text, "contentType": "application/octet-stream", "payload": payload}


def _received(kind: type[Wire]) -> Schema:
    """A client message is answered by an error at least."""
    answers: list[type[Wire]] = [_ANSWERS[kind], Error] if kind in _ANSWERS else [Error]
    reply = {"channel": {"$ref": f"#/channels/{_CHANNEL}"}, "messages": _listed(_type(each) for each in answers)}
    return {**_operation("receive", [_type(kind)]), "reply": reply}


def _operation(action: str, messages: Iterable[str]) -> Schema:
    return {"action": action, "channel": {"$ref": f"#/channels/{_CHANNEL}"}, "messages": _listed(messages)}


def _listed(messages: Iterable[str]) -> list[Schema]:
    return [{"$ref": f"#/channels/{_CHANNEL}/messages/{name}"} for name in messages]


def _moved(part: Any) -> Any:
    """A part of the JSON Schema, whose references lead to the components."""
    match part:
        case {"$ref": str(target)}:
            return {**part, "$ref": target.replace("#/$defs/", "#/components/schemas/")}
        case dict():
            return {name: _moved(value) for name, value in part.items()}
        case list():
            return [_moved(value) for value in part]
        case _:
            return part
