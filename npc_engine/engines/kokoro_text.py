"""Turn text into what Kokoro v1.0 pronounces: words with their phonemes, and the punctuation between them.

Latin words inside Chinese or Japanese are read as English, by espeak-ng, in Kokoro's own letters for diphthongs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from npc_engine.engines import espeak_ng, japanese, mandarin

Spoken = tuple[str | None, str]
"""A word of the text, or None for what stands between words; and its phonemes."""

_LATIN = r"[^\W\d_\u2e80-\uffff]+(?:['’-][^\W\d_\u2e80-\uffff]+)*"
_RUN = re.compile(rf"(?P<han>{mandarin.HAN})|(?P<number>{mandarin.NUMBER})|(?P<latin>{_LATIN})|(?P<mark>\S)")
_MARKS = {
    **dict.fromkeys("、，,", ","),
    **dict.fromkeys("。．.", "."),
    **dict.fromkeys("！!", "!"),
    **dict.fromkeys("？?", "?"),
    **dict.fromkeys("：:", ":"),
    **dict.fromkeys("；;", ";"),
    **dict.fromkeys("—–～〜", "—"),
    "…": "…",
}
"""Punctuation that is heard; quotes and brackets are not."""
_ENGLISH = (
    *(("a^ɪ", "I"), ("a^ʊ", "W"), ("e^ɪ", "A"), ("o^ʊ", "O"), ("ə^ʊ", "Q"), ("ɔ^ɪ", "Y"), ("d^ʒ", "ʤ"), ("t^ʃ", "ʧ")),
    *(("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("ɐ", "ə"), ("r", "ɹ"), ("ɾ", "T"), ("ʔ", "t"), ("ɬ", "l"), ("n\u0329", "ᵊn")),
    *(("l\u0329", "ᵊl"), ("ə^l", "ᵊl"), ("^", ""), ("ː", "")),
)
"""From espeak-ng's IPA, joined letters tied by ^, to the letters of Kokoro's American English."""


def spoken(text: str, language: str) -> list[Spoken]:
    """What is pronounced, word by word, with a space before each word but the first of a sentence."""
    parts = _japanese(text) if language == "ja" else _mixed(text)
    return list(_spaced(parts))


def english(text: str) -> str:
    """Kokoro's phonemes for English words; letters one by one where espeak-ng knows no word."""
    phonemes = espeak_ng.phonemes(text, "en-us", tie="^")
    for ours, theirs in _ENGLISH:
        phonemes = phonemes.replace(ours, theirs)
    return phonemes


def _mixed(text: str) -> Iterator[Spoken]:
    for run in _RUN.finditer(re.sub(r"\.{3,}", "…", unicodedata.normalize("NFKC", text))):
        if run["han"]:
            yield from mandarin.words(run["han"])
        elif run["number"]:
            yield run["number"], mandarin.phonemes(mandarin.number(run["number"]))
        elif run["latin"]:
            yield run["latin"], english(run["latin"])
        elif run["mark"] in _MARKS:
            yield None, _MARKS[run["mark"]]


def _japanese(text: str) -> Iterator[Spoken]:
    for word, phonemes in japanese.words(text):
        if word is not None:
            yield word, phonemes
            continue
        for run in _RUN.finditer(phonemes):
            if run["latin"]:
                yield run["latin"], english(run["latin"])
            elif run["mark"] in _MARKS:
                yield None, _MARKS[run["mark"]]


def _spaced(parts: Iterable[Spoken]) -> Iterator[Spoken]:
    first = True
    for word, phonemes in parts:
        if word is not None and not first:
            yield None, " "
        if word is not None or not first:
            yield word, phonemes
            first = False
