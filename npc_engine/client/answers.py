"""Who waits for the answer to which message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from npc_engine.client.link import ServerRefused
from npc_engine.client.turn import Turn
from npc_engine.protocol import AnyServerMessage, Error

Answer = asyncio.Future[AnyServerMessage | Turn]
"""A message, or the turn that it began."""


class Answers:
    """Of one game. Used on one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[type, Answer]] = {}
        self._closed: Exception | None = None

    def expect(self, key: str, kind: type = object) -> Answer:
        """The answer of this kind, or the error, to the message with this id."""
        answer: Answer = asyncio.get_running_loop().create_future()
        if self._closed:
            answer.set_exception(self._closed)
        else:
            self._waiting[key] = kind, answer
            answer.add_done_callback(lambda done: self._waiting.pop(key, None))
        return answer

    async def first(self, *answers: Answer) -> AnyServerMessage | Turn:
        """The answer that comes first. None is waited for any more then."""
        try:
            await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
            return next(each for each in answers if each.done()).result()
        finally:
            for each in answers:
                each.cancel()

    def take(self, message: AnyServerMessage, begun: Turn | None) -> bool:
        """A message came, which has begun this turn if any; whether somebody has waited for it."""
        kind, answer = self._waiting.get(message.ref or "", (object, None))
        if answer is None or answer.done() or not isinstance(message, (kind, Error)):
            return False
        if isinstance(message, Error):
            answer.set_exception(ServerRefused(message))
        else:
            answer.set_result(begun or message)
        return True

    def fail(self, problem: Exception, may_come: Callable[[str], bool]) -> None:
        """The answers to messages whose ids are not such that `may_come` do not come."""
        for key, (_, answer) in list(self._waiting.items()):
            if not answer.done() and not may_come(key):
                answer.set_exception(problem)

    def close(self, problem: Exception) -> None:
        """No answer will ever come any more."""
        self._closed = problem
        self.fail(problem, lambda key: False)
