"""How a session begins, from what a game programmer writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from npc_engine.protocol import (
    PROTOCOL,
    Audio,
    Player,
    Scene,
    SceneCharacter,
    SessionOpen,
    Value,
)


def opening(
    characters: Mapping[str, str] | Iterable[str],
    player: str | Player = "player",
    *,
    token: str | None = None,
    language: str | None = None,
    world: Mapping[str, Value] | None = None,
    story: Literal["new", "continue"] = "new",
    mode: Literal["hands_free", "push_to_talk"] = "hands_free",
    seed: int | None = None,
    speech: bool = True,
    input_rate: int = 16000,
    output_rate: int | None = None,
) -> SessionOpen:
    """The first message of a session; its words are those of `session.open` in `docs/protocol.md`.

    `characters` are personas by `actor_id`, or personas alone, whose names are then their `actor_id` as well. Without
    `speech` characters answer in writing. Raises `pydantic.ValidationError` for what no session can begin with.
    """
    if isinstance(characters, str):
        characters = [characters]
    cast = characters.items() if isinstance(characters, Mapping) else ((each, each) for each in characters)
    output = {"rate": output_rate, "encoding": "pcm" if speech else "none"}
    return SessionOpen(
        protocol=PROTOCOL,
        token=token,
        player=Player(id=player, language=language) if isinstance(player, str) else player,
        scene=Scene(
            characters=[SceneCharacter(actor_id=actor, persona=persona) for actor, persona in cast],
            world=dict(world or {}),
        ),
        audio=Audio.model_validate({"input": {"rate": input_rate}, "output": output}),
        mode=mode,
        story=story,
        seed=seed,
    )
