"""Find words in a text as players write them. Pure."""

from __future__ import annotations

import re

_LATIN = re.compile(r"[a-z0-9]")


def mentions(text: str, key: str) -> bool:
    """Whether `text` has `key`: as whole words in Latin script, with a plural s allowed; anywhere in other scripts."""
    return position_of(key, text) is not None


def position_of(key: str, text: str) -> int | None:
    """Where `text` first has `key`; None where it has not."""
    key, text = plain(key), plain(text)
    if not _LATIN.search(key):
        return text.find(key) if key in text else None
    if key not in text:
        return None
    found = re.search(rf"(?<![a-z0-9]){re.escape(key)}(?:e?s|'s)?(?![a-z0-9])", text)
    return found.start() if found else None


def is_phrase(key: str) -> bool:
    """Whether a key says as much as an example: several words, or several characters."""
    return " " in key if key.isascii() else len(key) > 2


def plain(text: str) -> str:
    """Small letters, and the apostrophe that keyboards have."""
    return text.casefold().replace("’", "'")
