"""The ways into one server: what a connection will speak, with whom and with which token, by its HTTP request. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from npc_engine.neuro.tongue import NeuroTongue
from npc_engine.realtime.tongue import RealtimeTongue
from npc_engine.tongues import ForeignTongue

_KEY = "openai-insecure-api-key."
_BETA, _BETA_SUBPROTOCOL = "realtime=v1", "openai-beta.realtime-v1"


@dataclass(frozen=True)
class Door:
    """One way in besides `npc.v1`."""

    tongue: ForeignTongue
    tokens: tuple[str, ...]
    """All that may be the server's token: not every client can send a header."""


def door(
    target: str,
    authorization: str = "",
    offered: Sequence[str] = (),
    beta: str = "",
    alone: str | None = None,
    aloud: bool = False,
) -> Door | None:
    """The door that a request's target leads to, if it is none of `npc.v1`.

    Of the request are its `Authorization` and `OpenAI-Beta` headers and the subprotocols that it offers; `alone` is the
    persona of a server that has just one, `aloud` whether it speaks itself to those who have no ears.
    """
    address = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    bearer = authorization.removeprefix("Bearer ").strip()
    match address.path.rstrip("/"):
        case "/v1/realtime":
            keys = [each.removeprefix(_KEY) for each in offered if each.startswith(_KEY)]
            older = _BETA in beta or _BETA_SUBPROTOCOL in offered
            return Door(RealtimeTongue(query.get("model", ""), older), (bearer, *keys))
        case "/neuro":
            return Door(NeuroTongue(query.get("persona", alone or ""), aloud), (bearer, query.get("token", "")))
        case _:
            return None
