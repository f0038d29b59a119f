"""What a character may ask the game to do: by its world, and as the game has declared it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pydantic import ValidationError

from npc_engine.core.scene import Character
from npc_engine.persona.world import Action
from npc_engine.protocol import DeclaredAction

_DONE = {
    "en": "You have just done this: {description}",
    "zh": "你刚刚做了这件事：{description}",
}
_REFUSED = {
    "en": "You tried this, and it was not possible: {description}",
    "zh": "你试着做这件事，但是做不到：{description}",
}


class InvalidAction(ValueError):
    """The game declared an action that can't be; the message says why."""


def converted(declared: DeclaredAction) -> Action:
    """The action as a world would write it. Raises `InvalidAction`."""
    described = declared.description
    texts = described if isinstance(described, dict) else {"": described}
    data = {
        "name": declared.name,
        "description": texts,
        "args": {name: argument.model_dump() for name, argument in declared.args.items()},
        "when": declared.when or (),
        "asks": declared.asks,
        "deadline": declared.deadline_ms / 1000,
        "done": declared.done or _told(_DONE, texts),
        "refused": declared.refused or _told(_REFUSED, texts),
    }
    try:
        return Action.model_validate(data)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidAction(f"the action '{declared.name}': {place}: {first['msg']}") from problem


def with_declared(character: Character, declared: Iterable[DeclaredAction]) -> Character:
    """The character, who may also ask for what the game has declared for it. Raises `InvalidAction`, for an action that
    its world has already as well."""
    known = {action.name for action in character.persona.setting.actions}
    meant = [each for each in declared if not each.actors or character.actor_id in each.actors]
    for each in meant:
        if each.name in known:
            raise InvalidAction(
                f"the action '{each.name}' is declared twice: '{character.actor_id}' has one of this name already; "
                "give it another name"
            )
        known.add(each.name)
    return replace(character, declared=tuple(map(converted, meant)))


def _told(result: dict[str, str], texts: dict[str, str]) -> dict[str, str]:
    """The result of an action whose author wrote none, from its description in each language."""
    return {language: result.get(language, result["en"]).format(description=text) for language, text in texts.items()}
