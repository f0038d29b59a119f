"""The plainest form of a text, in which it is compared: one case, one width, nothing invisible. Pure."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_ACRONYM = re.compile(r"\b[a-z]\.(?: ?[a-z]\.)+", re.IGNORECASE)
_JOINT = re.compile(r"(?<=\w)[-_‐-―](?=\w)|\s+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_UNIT = re.compile(r"[a-z0-9']+|[\u3040-\u30ff\u3400-\u9fff]", re.IGNORECASE)
_HAN_APART = re.compile(r"(?<=[\u3400-\u9fff])[\s_*~·.|/\\^+=-]+(?=[\u3400-\u9fff])")
_HAN_MARKS = re.compile("([，！？；：])")
_WORD = re.compile(r"[a-z][a-z']*|\d+|[\u3400-\u9fff]")
_ENDING = re.compile(r"(?:'s?|ings?|ed|es|s)$")

_SMALL = """
a about after again all also am an and any are as at back be been before behind but by can could did do does down
each every for friend from get go going got had has have he her here him his how i if in inside into is it its just
know last like lot made make many may me might more most much must my never no not now of off oh old on one only or
our out over own please right said say see seen shall she should so some still such take tell than that the their
them then there they thing this those to too up us very was we well were what when where which who why will with
would yes you your
"""
SMALL_WORDS = frozenset(_SMALL.split())
"""Words that tell nothing by themselves."""
SMALL_HAN = frozenset("的了是在有我你他她它们这那就也都和很不吗呢吧啊呀哦个把被到里上下中着过会能要说去来朋友")


def plain(text: str) -> str:
    """Small letters of the plainest form: `ＡＩ`, `A.I.` and `language-model` are `ai` and `language model`."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).replace("’", "'")
    text = _ACRONYM.sub(lambda acronym: re.sub(r"[. ]", "", acronym.group()), text)
    return _JOINT.sub(" ", text).casefold()


def closed_up(text: str) -> str:
    """`plain`, but Chinese marks stay what they are, and Han characters stand together: `保 险-箱` is `保险箱`."""
    return _HAN_APART.sub("", "".join(map(_plainest, _HAN_MARKS.split(text))))


def _plainest(piece: str) -> str:
    return piece if _HAN_MARKS.match(piece) else plain(piece)


def runs(text: str, latin: int, han: int) -> set[tuple[str, ...]]:
    """All that stands in a row in the text: so many words, or so many Han characters where those are the most."""
    units = [unit.casefold() for unit in _UNIT.findall(text)]
    length = han if sum(len(unit) == 1 for unit in units) * 2 > len(units) else latin
    return {tuple(units[start : start + length]) for start in range(len(units) - length + 1)}


def telling_words(text: str) -> frozenset[str]:
    """What carries the meaning of a text: its words without endings, and pairs of Han characters."""
    found = _WORD.findall(closed_up(text))
    words = set(telling_row(text))
    pairs = (one + two for one, two in pairwise(found) if is_han(one) and is_han(two))
    return frozenset(words | {pair for pair in pairs if not SMALL_HAN & set(pair)})


def telling_row(text: str) -> list[str]:
    """The telling words of Latin script, in order."""
    found = _WORD.findall(closed_up(text))
    return [stem(word) for word in found if not is_han(word) and word not in SMALL_WORDS]


def stem(word: str) -> str:
    """The word without its ending: `horses`, `opened`. Rough; only to be compared with its like."""
    cut = _ENDING.sub("", word)
    return cut if len(cut) > 2 else word


def is_han(word: str) -> bool:
    """Whether the word is written in Han characters."""
    return "\u3400" <= word[0] <= "\u9fff"
