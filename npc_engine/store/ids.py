"""Short ids of saves: made to be kept in savefiles, read aloud and typed again."""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Iterable

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's 32 digits: none looks like another, and few words can be spelt with them."""
GROUP = 4
"""Characters on each side of the dash. Eight of them are 40 bits: a slip of the finger meets no other save."""
_READ_AS = str.maketrans("oilu", "011v")


def new_id() -> str:
    """An id like `k7f2-9mqx`."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(2 * GROUP)))


def read_id(typed: str) -> str:
    """An id as it is kept, from one as people type it: capitals, no dash, the letter O for a zero."""
    digits = "".join(character for character in typed.lower().translate(_READ_AS) if character in ALPHABET)
    return _grouped(digits) if len(digits) == 2 * GROUP else typed[:40]


def nearest(typed: str, ids: Iterable[str]) -> str | None:
    """The id that was probably meant; None if none comes near."""
    return next(iter(difflib.get_close_matches(read_id(typed), ids, n=1, cutoff=0.7)), None)


def _grouped(digits: str) -> str:
    return f"{digits[:GROUP]}-{digits[GROUP:]}"
