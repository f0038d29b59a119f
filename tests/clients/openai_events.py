"""Print the types of all events that openai-python knows of the Realtime API: those of clients, and of the server."""

import json
from typing import Any, get_args

from openai.types.realtime import RealtimeClientEvent, RealtimeServerEvent


def types(union: Any) -> list[str]:
    """The `type` of each member, through all annotations."""
    members = get_args(union)
    if hasattr(union, "model_fields"):
        return list(get_args(union.model_fields["type"].annotation))
    if "type" in getattr(union, "__annotations__", {}):
        return list(get_args(get_args(union.__annotations__["type"])[0]))
    return sorted({name for member in members for name in types(member)})


print(json.dumps([types(RealtimeClientEvent), types(RealtimeServerEvent)]))
