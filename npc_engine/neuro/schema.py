"""What a game sends by the Neuro Game SDK's API, version 1. No state.

Games in other languages send more than is specified, such as `data: null`: what is not known is passed over.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import from_json


class Invalid(Exception):
    """A frame that is no command; the message says why."""


class Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Action(Part):
    """Something that the character may do."""

    name: Annotated[str, Field(min_length=1, max_length=128)]
    description: str = ""
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None


class ContextData(Part):
    message: str
    silent: bool = False


class RegisterData(Part):
    actions: list[Action]


class UnregisterData(Part):
    action_names: list[str]


class ForceData(Part):
    state: str | None = None
    query: str
    ephemeral_context: bool | None = None
    priority: Literal["low", "medium", "high", "critical"] = "low"
    action_names: list[str]


class ResultData(Part):
    id: Annotated[str, Field(max_length=64)]
    success: bool
    message: str | None = None


class Command(Part):
    game: Annotated[str, Field(min_length=1)]


class Startup(Command):
    command: Literal["startup"]


class Context(Command):
    command: Literal["context"]
    data: ContextData


class Register(Command):
    command: Literal["actions/register"]
    data: RegisterData


class Unregister(Command):
    command: Literal["actions/unregister"]
    data: UnregisterData


class Force(Command):
    command: Literal["actions/force"]
    data: ForceData


class Result(Command):
    command: Literal["action/result"]
    data: ResultData


AnyCommand = Startup | Context | Register | Unregister | Force | Result
_COMMANDS: TypeAdapter[AnyCommand] = TypeAdapter(Annotated[AnyCommand, Field(discriminator="command")])


def read(frame: str | bytes) -> AnyCommand:
    """The command that a frame is, text or, as some games send it, binary. Raises `Invalid`."""
    try:
        return _COMMANDS.validate_python(from_json(frame, allow_inf_nan=False))
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"{place}: {first['msg']}" if place else first["msg"]) from problem
    except ValueError as problem:
        raise Invalid(f"the frame is not JSON: {problem}") from problem
