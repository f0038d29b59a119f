"""Turn Japanese into the phonemes that Kokoro v1.0 was trained with. Readings come from OpenJTalk's dictionary."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import zip_longest


def _table(pairs: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in pairs.split())


_KANA = _table(
    "ア:a イ:i ウ:ɯ エ:e オ:o カ:ka キ:kʲi ク:kɯ ケ:ke コ:ko ガ:ɡa ギ:ɡʲi グ:ɡɯ ゲ:ɡe ゴ:ɡo "
    "サ:sa シ:ɕi ス:sɨ セ:se ソ:so ザ:ʣa ジ:ʥi ズ:zɨ ゼ:ʣe ゾ:ʣo タ:ta チ:ʨi ツ:ʦɨ テ:te ト:to "
    "ダ:da ヂ:ʥi ヅ:zɨ デ:de ド:do ナ:na ニ:ɲi ヌ:nɯ ネ:ne ノ:no ハ:ha ヒ:çi フ:ɸɯ ヘ:he ホ:ho "
    "バ:ba ビ:bʲi ブ:bɯ ベ:be ボ:bo パ:pa ピ:pʲi プ:pɯ ペ:pe ポ:po マ:ma ミ:mʲi ム:mɯ メ:me モ:mo "
    "ヤ:ja ユ:jɯ ヨ:jo ラ:ɾa リ:ɾʲi ル:ɾɯ レ:ɾe ロ:ɾo ワ:βa ヰ:i ヱ:e ヲ:o ヴ:vɯ ッ:ʔ ー:ː"
)
_SMALL = {"ァ": "a", "ィ": "i", "ゥ": "ɯ", "ェ": "e", "ォ": "o", "ャ": "a", "ュ": "ɨ", "ョ": "o", "ヮ": "a"}
_PALATAL = frozenset("ィャュョ")
_NASALS = {"m": "mpb", "ŋ": "kɡ", "ɲ": "ɲʨʥ", "n": "ntdɾz"}
"""What ン becomes before which sounds."""


def words(text: str) -> Iterator[tuple[str | None, str]]:
    """The words of `text`, each with its phonemes; punctuation and other marks as (None, mark).

    Numbers come as they are read, a word per digit and power of ten.
    """
    import pyopenjtalk  # its dictionary takes half a second and 90 MB: only who speaks Japanese pays

    for node in pyopenjtalk.run_frontend(unicodedata.normalize("NFKC", text)):
        reading = kana_phonemes(node["pron"])
        surface = unicodedata.normalize("NFKC", node["string"])
        yield (surface, reading) if reading else (None, surface)


def kana_phonemes(reading: str) -> str:
    """Phonemes of a reading in katakana; other characters are left out."""
    sounds: list[str] = []
    for character in reading:
        if character in _SMALL:
            sounds.append(_contract(sounds.pop() if sounds else "", character))
        elif character == "ン":
            sounds.append(character)
        elif character in _KANA:
            sounds.append(_KANA[character])
    pairs = zip_longest(sounds, sounds[1:], fillvalue="")
    return "".join(_nasal(after) if sound == "ン" else sound for sound, after in pairs)


def _contract(sound: str, small: str) -> str:
    """One mora of a kana and the small kana after it: キ and ャ make kʲa."""
    consonant = {"ɯ": "β", "i": "j"}.get(sound) or sound[:-1]
    if small in _PALATAL and consonant and consonant in "tdɸvʦ":
        consonant += "ʲ"
    return consonant + _SMALL[small]


def _nasal(after: str) -> str:
    return next((nasal for nasal, before in _NASALS.items() if after and after[0] in before), "ɴ")
