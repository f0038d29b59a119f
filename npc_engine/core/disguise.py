"""Read what is hidden in a text: letters one by one, backwards, in digits, in rot13 or base64. Pure.

No character speaks so by itself: a model does when it is asked to say in code what it must not say.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator

from npc_engine.core.plain import plain

_SPELLED = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,3}[^\W_](?![^\W_])){3,}")
_HYPHENS = re.compile(r"(?<=\b\w)[-._·](?=\w\b)")
_LEET_WORD = re.compile(r"(?=\S*[a-z])(?=\S*[0-9@$|!])[a-z0-9@$|!]{2,}", re.IGNORECASE)
_LEET = str.maketrans("0134579@$|!", "oleastgasii")
_LEET_I = str.maketrans("0134579@$|!", "oieastgasli")
_ROT13 = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{12,}={0,2}")
_MIXED = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9+/=])")
_BYTES = re.compile(
    r"(?:\b(?=[0-9a-f]*[0-9])(?:0x)?[0-9a-f]{2}\b[ ,]*){6,}|\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{16,}\b"
)
_BINARY = re.compile(r"(?:[01]{7,8}[ ,]*){2,}")
_MORSE = re.compile(r"(?:(?<=\s)|^)[.\-·−]{1,5}(?:[ /]+[.\-·−]{1,5}){3,}(?=\s|$)")
_OFTEN = "the and you is are of to in it that my your have not what for i am was with key do can"
_COMMON = frozenset(_OFTEN.split())
"""Words of which English hardly does without two in a row of six."""
_WORD = re.compile(r"[a-z]+")
_NOTATION = (_BYTES, _BINARY, _MORSE)


def encoded(text: str) -> str | None:
    """What of the text is in a code that nobody speaks; None where nothing is."""
    for token in _BASE64.findall(text):
        if _MIXED.match(token) and not token.isdecimal() and _decoded(token):
            return str(token)
    for pattern in _NOTATION:
        if found := pattern.search(text.casefold()):
            return found.group().strip()
    for other in (_reversed(text), text.translate(_ROT13)):
        if _commonness(other) >= 2 and _commonness(text) == 0:
            return text.strip()
    return None


def readings(text: str) -> Iterator[str]:
    """What the text may say in disguise, besides what it says."""
    if spelled := _SPELLED.findall(text):
        yield " ".join(re.sub(r"[\W_]", "", letters) for letters in spelled)
        yield _HYPHENS.sub("", text)
    if _LEET_WORD.search(text):
        yield _LEET_WORD.sub(lambda word: word.group().translate(_LEET), text)
        yield _LEET_WORD.sub(lambda word: word.group().translate(_LEET_I), text)
    yield from (decoded for token in _BASE64.findall(text) if (decoded := _decoded(token)))
    if _commonness(text) <= 1:
        yield _reversed(text)
        yield text.translate(_ROT13)


def _reversed(text: str) -> str:
    return text.strip(" .!?。！？\"'")[::-1]


def _decoded(token: str) -> str | None:
    try:
        decoded: str = b64decode(token + "=" * (-len(token) % 4)).decode()
    except ValueError:
        return None
    return decoded if decoded.isprintable() else None


def _commonness(text: str) -> int:
    return len(_COMMON.intersection(_WORD.findall(plain(text))))
