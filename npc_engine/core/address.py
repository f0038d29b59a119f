"""To whom a line is said, which is no part of what it says: `Ada, where is the key?` asks where the key is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from npc_engine.persona.mentions import plain

_WRITTEN = """
sir ma'am mam madam miss missus missy mister lady ladies gentlemen folks friend friends pal buddy mate bro dude partner
comrade stranger neighbour dear love honey darling sweetie boss chief doc doctor officer lad lass
大哥 大姐 大叔 大妈 大爷 大娘 大伯 阿姨 姐 哥 叔 兄弟 老兄 老弟 老哥 先生 小姐 女士 太太 姑娘 小姑娘 小哥 小伙子 伙计
朋友 老乡 哥们 哥们儿 亲 亲爱的 老板 老板娘 大夫 医生 警官 长官 师傅 老大 头儿 前辈 同志
"""
_ANYBODY = frozenset(_WRITTEN.split())
"""What people call others whose name they don't say."""
_KINDLY = frozenset(["my", "old", "good", "kind", "young", "dear", "fine"])
"""What may stand before that."""
_CHUNKS = re.compile(r"(\s*[,，]\s*)")
_ENDS = " .?!？！。…~"
_WORD = re.compile(r"[\w']+")


def names_called(names: Iterable[str]) -> frozenset[str]:
    """The words by which somebody with these names is called."""
    return frozenset(word for name in names for word in _WORD.findall(plain(name)))


def unaddressed(line: str, called: frozenset[str] = frozenset()) -> str:
    """The line without whom it is said to between commas: one who is `called` so, or anybody.

    As it is where nothing else is left.
    """
    first, *rest = _CHUNKS.split(line)
    kept = "" if _is_address(first, called) else first
    for comma, chunk in zip(rest[::2], rest[1::2], strict=True):
        if not _is_address(chunk, called):
            kept += comma + chunk if kept else chunk
        elif kept:
            kept += chunk[len(chunk.rstrip(_ENDS)) :]
    return kept or line


def _is_address(chunk: str, called: frozenset[str]) -> bool:
    """Whether somebody is called by this and no more is said."""
    words = _WORD.findall(plain(chunk))
    named = [word for word in words if word in called or word in _ANYBODY]
    return bool(named) and all(word in called or word in _ANYBODY or word in _KINDLY for word in words)
