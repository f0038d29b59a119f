"""Turn the bytes of a growing reply into text that is safe to pass on. Pure: knows no model.

A character may be spread over several tokens, and a stop string may begin in one and end in another; whatever could
still turn out to be part of either is held back.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class TextStream:
    """The text of one reply while it grows."""

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._stop = tuple(text for text in stop if text)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._held = ""
        self.stopped = False
        """Whether a stop string has appeared. Neither it nor anything after it is ever returned."""

    def feed(self, data: bytes) -> str:
        """Take the next bytes, of a token for example; return the text that is now certain, often empty."""
        if self.stopped:
            return ""
        self._held += self._decoder.decode(data)
        found = [at for at in map(self._held.find, self._stop) if at >= 0]
        if found:
            self.stopped = True
            return self._release(min(found))
        return self._release(len(self._held) - self._doubtful())

    def finish(self) -> str:
        """The rest, once no more tokens come. An incomplete character is dropped."""
        return "" if self.stopped else self._release(len(self._held))

    def _release(self, length: int) -> str:
        released, self._held = self._held[:length], self._held[length:]
        return released

    def _doubtful(self) -> int:
        """How many characters at the end may be the beginning of a stop string."""
        return max((_overlap(self._held, stop) for stop in self._stop), default=0)


def _overlap(text: str, stop: str) -> int:
    lengths = range(min(len(text), len(stop) - 1), 0, -1)
    return next((length for length in lengths if text.endswith(stop[:length])), 0)
