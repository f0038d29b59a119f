"""Number the work that engines do, and give each piece a second try when its engine fails."""

from __future__ import annotations

from npc_engine.core.commands import Generate, Recognise, Synthesise

Retriable = Recognise | Generate | Synthesise


class Work:
    """The pieces of work under way in one session. A number is never used again, so a late result changes nothing."""

    def __init__(self) -> None:
        self._last = 0
        self._under_way: dict[int, Retriable] = {}
        self._retried: set[int] = set()

    def number(self) -> int:
        """A number for a new piece of work."""
        self._last += 1
        return self._last

    def start(self, command: Retriable) -> Retriable:
        """Remember the command while it is under way."""
        self._under_way[command.work] = command
        return command

    def end(self, work: int) -> None:
        """The work is done, or nobody wants it any more."""
        self._under_way.pop(work, None)
        self._retried.discard(work)

    def try_again(self, work: int) -> Retriable | None:
        """The command once more, the first time that its engine fails; None the second time."""
        if work in self._retried or work not in self._under_way:
            self.end(work)
            return None
        self._retried.add(work)
        return self._under_way[work]
