"""What characters may ask a game to do, as Python functions: declared by signature, called with valid arguments."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from npc_engine.protocol import ActionRequested, ActionResult, DeclaredAction, DeclaredArgument

_PLAIN: dict[Any, Literal["number", "text"]] = {int: "number", str: "text"}
Handler = Callable[..., Any]
"""A function or coroutine function. What it returns, nothing or a sentence, is told to the character."""
_log = logging.getLogger("npc_engine.client")


class ActionRefused(Exception):
    """Raised by a game's handler: it does not happen. The text is told to the character: `The horse is lame.`"""


class Actions:
    """The handlers of one game, by the name of their action."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def add(self, handler: Handler, name: str | None = None) -> str:
        """Let this function answer requests for the action of this name, its own without one; returns the name."""
        name = name or handler.__name__
        self._handlers[name] = handler
        return name

    def handles(self, name: str) -> bool:
        """Whether there is a handler for the action."""
        return name in self._handlers

    async def answer(self, request: ActionRequested, perform: Callable[[Callable[[], Any]], Any]) -> ActionResult:
        """What has become of a request that is handled; `perform` calls the handler.

        A handler's errors are logged, and fail the action alone.
        """
        handler = self._handlers[request.name]
        try:
            arguments = _arguments(handler, request)
        except (ValidationError, TypeError) as problem:
            _log.error("the action '%s' does not fit its handler: %s", request.name, problem)
            return ActionResult(action_id=request.action_id, status="failed")
        outcomes = await asyncio.gather(_result(handler, arguments, perform), return_exceptions=True)
        outcome: Any = outcomes[0]
        match outcome:
            case ActionRefused():
                return ActionResult(action_id=request.action_id, status="refused", detail=str(outcome) or None)
            case BaseException():
                _log.error("the handler of the action '%s' failed", request.name, exc_info=outcome)
                return ActionResult(action_id=request.action_id, status="failed")
            case None | str():
                return ActionResult(action_id=request.action_id, status="done", detail=outcome or None)
            case _:
                what = type(outcome).__name__
                _log.error("the handler of '%s' returned a %s: return a sentence or nothing", request.name, what)
                return ActionResult(action_id=request.action_id, status="done")


async def _result(handler: Handler, arguments: dict[str, Any], perform: Callable[[Callable[[], Any]], Any]) -> Any:
    result = perform(partial(handler, **arguments))
    return await result if inspect.isawaitable(result) else result


def declared(handler: Handler, name: str, **more: Any) -> DeclaredAction:
    """The action that a function is, as `session.open` declares it; `more` are fields of `DeclaredAction`.

    An argument is annotated with what it may be: `Literal["whisky", "water"]`, `int` for 0 to 100, `str` for what the
    model likes to write, or in full as `Annotated[str, DeclaredArgument(type="item", owned_by="self")]`. The
    description is the function's docstring, unless `more` has one. Raises `TypeError` for other annotations.
    """
    described = {"description": inspect.getdoc(handler)} if handler.__doc__ else {}
    hints = get_type_hints(handler, include_extras=True)
    parameters = [each for each in inspect.signature(handler).parameters if hints.get(each) is not ActionRequested]
    arguments = {each: _argument(each, hints.get(each)) for each in parameters}
    return DeclaredAction(name=name, **{"args": arguments, **described, **more})


def _arguments(handler: Handler, request: ActionRequested) -> dict[str, Any]:
    """What to call the handler with, converted to what its annotations say. Raises `ValidationError`, `TypeError`."""
    hints = get_type_hints(handler)
    given = {name: TypeAdapter(hints.get(name, Any)).validate_python(value) for name, value in request.args.items()}
    given |= {name: request for name, hint in hints.items() if hint is ActionRequested}
    inspect.signature(handler).bind(**given)
    return given


def _argument(name: str, hint: Any) -> DeclaredArgument:
    base, metadata = (get_args(hint)[0], get_args(hint)[1:]) if get_origin(hint) is Annotated else (hint, ())
    for each in metadata:
        if isinstance(each, DeclaredArgument):
            return each
    if get_origin(base) is Literal and all(isinstance(each, str) for each in get_args(base)):
        return DeclaredArgument(type="choice", of=list(get_args(base)))
    if base in _PLAIN:
        return DeclaredArgument(type=_PLAIN[base])
    raise TypeError(
        f"the argument '{name}' needs an annotation that says what it may be: Literal of texts, int, str, or "
        "Annotated[str, DeclaredArgument(...)]"
    )
