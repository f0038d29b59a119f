"""Read a file that a person wrote into a strict model, and name everything that is wrong with it at once.

YAML 1.2 through ruamel.yaml: the composed nodes know the line of every key, and the data is built from the same nodes.
Each problem is one line, `path:line: what is wrong`. Knows nothing about personas or settings: the model says what may
stand where, and `filewords` says it in the writer's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.reader import ReaderError

from npc_engine import filewords
from npc_engine.errors import InvalidFile

M = TypeVar("M", bound=BaseModel)

Fault = tuple[tuple[int | str, ...], str]
"""Where something in valid data is wrong, as keys and places in lists, and what."""

MAX_BYTES = 1_000_000
"""A file that a person writes stays far below this; a larger one is refused unread."""

MAX_DEPTH = 40
"""Levels of lists and mappings inside each other; more would exhaust the parser's recursion."""

_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp")}


def load(path: Path, model: type[M], judge: Callable[[M], Iterable[Fault]] | None = None) -> M:
    """Read the UTF-8 YAML file `path` as a `model`, which `judge` may still find fault with.

    Raises `InvalidFile` with one line per problem.
    """
    text = read(path)
    node, data = _parse(text, path)
    try:
        loaded = model.model_validate(data)
    except ValidationError as error:
        found = {(_line(node, _place(e["loc"], e["type"])), filewords.problem(e, model)) for e in error.errors()}
        raise _invalid(path, found) from None
    if faults := {(_line(node, loc), words) for loc, words in (judge(loaded) if judge else ())}:
        raise _invalid(path, faults)
    return loaded


def _invalid(path: Path, found: set[tuple[int, str]]) -> InvalidFile:
    return InvalidFile("\n".join(f"{path}:{line}: {words}" for line, words in sorted(found)))


def read(path: Path) -> str:
    """The UTF-8 text of `path`. Raises `InvalidFile` for a file that is none, too large, or not there."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InvalidFile(f"{path}: there is no such file; check the spelling of the path") from None
    except OSError as error:
        raise InvalidFile(
            f"{path}: can not be read ({error.strerror}); check that it is a file that you may read"
        ) from None
    if len(content) > MAX_BYTES:
        raise InvalidFile(f"{path}: is larger than {MAX_BYTES:,} bytes; split it, or check that it is the right file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidFile(f"{path}:{line}: is not UTF-8 text; save the file with the encoding UTF-8") from None


def _parse(text: str, path: Path) -> tuple[Node, dict[Any, Any]]:
    """The nodes, for line numbers, and the plain data built from them."""
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH
    try:
        node = yaml.compose(text)
        if not isinstance(node, MappingNode):
            raise InvalidFile(f"{path}:1: holds no `key: value` lines; see docs/ for what belongs in this file")
        strange = [f"{path}:{line}: {words}" for line, words in _beyond_data(node, set())]
        if strange:
            raise InvalidFile("\n".join(strange))
        return node, yaml.constructor.construct_document(node)
    except MarkedYAMLError as error:
        line, words = filewords.syntax(error)
        raise InvalidFile(f"{path}:{line}: {words}") from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InvalidFile(f"{path}:{line}: holds an invisible control character; delete it") from None
    except ValueError as error:
        raise InvalidFile(f"{path}: holds a date or number that can not be ({error}); put it in quotes") from None


def _beyond_data(node: Node, seen: set[int]) -> Iterator[tuple[int, str]]:
    """YAML features that a data file has no use for. Aliases could also blow a small file up to any size."""
    if id(node) in seen:
        yield node.start_mark.line + 1, "this part is used again with `*`; write it out where it is needed"
        return
    seen.add(id(node))
    if node.tag not in _TAGS:
        yield node.start_mark.line + 1, f"a text can not start with `{node.tag}`; put it in quotes"
    children: Sequence[Node] = ()
    if isinstance(node, MappingNode):
        children = [part for pair in node.value for part in pair]
    elif isinstance(node, SequenceNode):
        children = node.value
    for child in children:
        yield from _beyond_data(child, seen)


def _place(loc: tuple[int | str, ...], kind: str) -> tuple[int | str, ...]:
    """Where to point: a missing key has no line of its own, so at what it is missing from."""
    return loc[:-1] if kind == "missing" else loc


def _line(node: Node, loc: tuple[int | str, ...]) -> int:
    """The line, from 1, of the deepest part of `loc` that is in the file."""
    line = node.start_mark.line
    for step in loc:
        if isinstance(node, SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line
        elif isinstance(node, MappingNode):
            for key, value in node.value:
                if key.value == str(step):
                    line, node = key.start_mark.line, value
                    break
    return int(line) + 1
