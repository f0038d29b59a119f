"""Turn Mandarin into the phonemes that Kokoro v1.0 was trained with.

Pinyin to IPA after Duanmu, The Phonology of Standard Chinese (2007), one symbol per affricate, tones as arrows, and no
tone sandhi: the model has learnt that by itself. Words are cut as jieba does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import cn2an
import rjieba
from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials, to_normal

HAN = r"[\u3400-\u9fff]+"
NUMBER = r"\d+(?:[.,:/-]\d+)*[%年月日号]?"
_TOO_LONG = r"\d{16}"
"""A row of digits that is no number but a code: read one by one."""


def _table(pairs: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in pairs.split())


_INITIALS = _table("b:p p:pʰ m:m f:f d:t t:tʰ n:n l:l g:k k:kʰ h:x j:ʨ q:ʨʰ x:ɕ zh:ꭧ ch:ꭧʰ sh:ʂ r:ɻ z:ʦ c:ʦʰ s:s")
_FINALS = _table(
    "a:a0 o:wo0 e:ɤ0 ai:ai0 ei:ei0 ao:au0 ou:ou0 an:a0n en:ə0n ang:a0ŋ eng:ə0ŋ "
    "i:i0 ia:ja0 ie:je0 iao:jau0 iou:jou0 ian:jɛ0n in:i0n iang:ja0ŋ ing:i0ŋ iong:jʊ0ŋ "
    "u:u0 ua:wa0 uo:wo0 uai:wai0 uei:wei0 uan:wa0n uen:wə0n uang:wa0ŋ ueng:wə0ŋ ong:ʊ0ŋ "
    "ü:y0 üe:ɥe0 üan:ɥɛ0n ün:y0n"
)
_WHOLE = {"er": "ɚ0", "o": "ɔ0", "ê": "ɛ0", "io": "jɔ0", "m": "m0", "n": "n0", "ng": "ŋ0", "hm": "hm0", "hng": "hŋ0"}
_AFTER_SIBILANT = {"i": "ɨ0"}
_SIBILANTS = frozenset({"zh", "ch", "sh", "r", "z", "c", "s"})
_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}


def words(text: str) -> Iterator[tuple[str, str]]:
    """The words of a run of Chinese characters, each with its phonemes."""
    for word in rjieba.cut(text):
        yield word, phonemes(word)


def phonemes(word: str) -> str:
    """Phonemes of Chinese characters; what has no pinyin is left out."""
    syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
    return "".join(syllable_phonemes(syllable) for syllable in syllables)


def number(text: str) -> str:
    """A number, date or percentage in Chinese characters, as it is read: `1876年` is 一八七六年."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    if not re.search(_TOO_LONG, text):
        text = cn2an.transform(text, "an2cn")
    return re.sub(r"\d", lambda digit: "零一二三四五六七八九"[int(digit[0])], text.replace(":", "点"))


@lru_cache(maxsize=2048)
def syllable_phonemes(pinyin: str) -> str:
    """Phonemes of one syllable with its tone as a digit, such as `zhong1`; empty if there is no such syllable."""
    tone = _TONES.get(pinyin[-1:])
    if tone is None:
        return ""
    plain = to_normal(pinyin[:-1], v_to_u=True)
    if plain in _WHOLE:
        return _WHOLE[plain].replace("0", tone)
    initial = to_initials(plain, strict=True)
    final = to_finals(plain, strict=True, v_to_u=True)
    shape = (_AFTER_SIBILANT if initial in _SIBILANTS else {}).get(final) or _FINALS.get(final)
    if shape is None or (initial and initial not in _INITIALS):
        return ""
    return _INITIALS.get(initial, "") + shape.replace("0", tone)
