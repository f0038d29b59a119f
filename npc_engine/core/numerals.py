"""Numbers as people say them, in English and Chinese. Pure."""

from __future__ import annotations

_COUNTED = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_WORDS = _COUNTED.split()
_MORE = {"zero": 0, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "eighty": 80, "ninety": 90, "dozen": 12}
_MORE |= {"hundred": 100, "thousand": 1000, "a dozen": 12, "a hundred": 100, "a thousand": 1000}
ENGLISH = {word: number for number, word in enumerate(_WORDS)} | _MORE
_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}

EN_NUMBER = rf"(?:\d[\d,]*|{'|'.join(sorted(ENGLISH, key=len, reverse=True))})"
ZH_NUMBER = r"(?:\d+|[零〇一二两三四五六七八九十百千万]+)"
"""Patterns for a number."""


def value_of(words: str) -> int:
    """What the words of one of the patterns stand for."""
    if words[0].isdecimal():
        return int(words.replace(",", ""))
    return ENGLISH[words] if words in ENGLISH else _chinese(words)


def in_english(number: int) -> str:
    """The number in a sentence: as a word up to twelve, `no` for none."""
    return _WORDS[number] if 0 <= number <= 12 else str(number)


def in_chinese(number: int) -> str:
    """The number before a measure word."""
    if number == 2:
        return "两"
    return "零一二三四五六七八九十"[number] if 0 <= number <= 10 else str(number)


def _chinese(words: str) -> int:
    total, digit = 0, 0
    for character in words:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, digit = (total + digit) * 10000, 0
        else:
            total, digit = total + (digit or 1) * _UNITS[character], 0
    return total + digit
