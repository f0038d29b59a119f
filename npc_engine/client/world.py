"""The state of the game's world as a mapping: what is set in it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping

from npc_engine.protocol import Value, WorldSet

_MOST = 256
"""Values that one message holds."""


class World(MutableMapping[str, Value]):
    """Values by path, as the game has set them. `world["safe.open"] = True` tells the server; `del` removes."""

    def __init__(self, begins_as: Mapping[str, Value], send: Callable[[WorldSet], object]) -> None:
        self._values = {path: value for path, value in begins_as.items() if value is not None}
        self._send = send

    def set(self, values: Mapping[str, Value]) -> None:
        """Set several at once, in one message. None removes."""
        items = list(values.items())
        for first in range(0, len(items), _MOST):
            self._send(WorldSet(values=dict(items[first : first + _MOST])))
        self._values = {path: value for path, value in {**self._values, **values}.items() if value is not None}

    def __getitem__(self, path: str) -> Value:
        return self._values[path]

    def __setitem__(self, path: str, value: Value) -> None:
        self.set({path: value})

    def __delitem__(self, path: str) -> None:
        if path not in self._values:
            raise KeyError(path)
        self.set({path: None})

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"World({self._values!r})"
