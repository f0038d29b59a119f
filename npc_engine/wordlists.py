"""Read the word lists that a user chose: what no character may be heard saying."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from npc_engine.core.moderation import terms_of
from npc_engine.errors import InvalidFile


def load_terms(paths: Iterable[str]) -> tuple[str, ...]:
    """The terms of all lists, each once. Raises `InvalidFile` for a list that can not be read."""
    return tuple(dict.fromkeys(term for path in paths for term in terms_of(_read(Path(path)))))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InvalidFile(f"{path}: there is no such word list; check `moderation` in the settings") from None
    except UnicodeDecodeError:
        raise InvalidFile(f"{path}: not UTF-8; save the word list as UTF-8, one term a line") from None
    except OSError as error:
        raise InvalidFile(f"{path}: {error.strerror or error}") from None
