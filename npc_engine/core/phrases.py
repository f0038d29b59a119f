"""Find where a sentence may be parted without a mark: between two phrases, where a speaker would take breath.

After Liberman and Church, "Text analysis and word pronunciation in text-to-speech synthesis" (1992): a phrase ends
where a content word is followed by a function word. Best are the ones that open a phrase of their own, since a pause
between a verb and its object sounds wrong; in a long stretch without any, the others must do.
"""

from __future__ import annotations

import re

_OPENING = """
about above across after against along among and around as at because before behind below beneath beside between beyond
but by down during except for from if in inside into near nor off on onto or outside over past since so than that
through till to toward towards under until unless up upon when where which while who whose with within without yet
"""
_LEANING = """
a an the this these those my your his her its our their no not of i you he she it we they am is are was were be been do
does did have has had can could will would shall should may might must very too just all some any every each what how
why there here i'm you're he's she's it's we're they're i'll you'll i've you've don't it'd there's
"""
_OPENERS = frozenset(_OPENING.split())
_LEAN = _OPENERS | frozenset(_LEANING.split())
"""Words that lean on the word behind them. No phrase ends with one."""
_OPENERS_ZH = re.compile(
    r"(?<![正存实所潜自还都不就])(?<!(?<!出)现)在|和(?!平|谐|睦)|从(?!来|不|而)|把(?!手|握)|跟(?!着|上)"
    r"|但是|可是|不过|因为|所以|如果|然后|并且|以及|或者|直到|为了"
)
"""Words that open a phrase in Chinese, but not inside some everyday words."""
_HAN = re.compile(r"[\u4e00-\u9fff]")


def phrase_ends(text: str) -> list[int]:
    """Positions in `text` at which a phrase has ended, as far as what follows shows it."""
    return sorted([*_spaced(text, _OPENERS), *_unspaced(text)])


def loose_ends(text: str) -> list[int]:
    """Positions in `text` before any function word behind a content word."""
    return _spaced(text, _LEAN)


def _spaced(text: str, openers: frozenset[str]) -> list[int]:
    words = list(re.finditer(r"\S+", text))
    # The last word may still grow, so it opens nothing yet.
    return [
        words[number].start()
        for number in range(1, len(words) - 1)
        if words[number][0].lower() in openers and _is_content(words[number - 1][0])
    ]


def _is_content(word: str) -> bool:
    return word[-1].isalnum() and word.lower().replace("’", "'") not in _LEAN


def _unspaced(text: str) -> list[int]:
    return [
        opener.start()
        for opener in _OPENERS_ZH.finditer(text)
        if opener.start() > 0 and opener.end() < len(text) and _HAN.match(text[opener.start() - 1])
    ]
