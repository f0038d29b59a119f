"""Turn what the player says of itself into what is said to the player: `My name is Sam` into `your name is Sam`. Pure.

By words, as in Weizenbaum's ELIZA (1966): a small model that hands on the player's own sentence takes over its `I`.
"""

from __future__ import annotations

import re

_PAIRS = {
    "en": (
        *(("i am", "you are"), ("i'm", "you're"), ("i was", "you were"), ("am i", "are you"), ("was i", "were you")),
        *(("i've", "you've"), ("i'll", "you'll"), ("i'd", "you'd"), ("i", "you"), ("me", "you"), ("my", "your")),
        *(("myself", "yourself"), ("you are", "I am"), ("you're", "I'm"), ("you were", "I was"), ("you've", "I've")),
        *(("your", "my"), ("yours", "mine"), ("yourself", "myself"), ("you", "me")),
    ),
    "zh": (("我们", "你们"), ("我", "你"), ("你们", "我们"), ("您", "我"), ("你", "我")),
}
_OTHER = {language: dict(pairs) for language, pairs in _PAIRS.items()}
_WORDS = {
    "en": re.compile(rf"\b(?:{'|'.join(sorted(_OTHER['en'], key=len, reverse=True))})\b(?!')", re.IGNORECASE),
    "zh": re.compile("|".join(sorted(_OTHER["zh"], key=len, reverse=True))),
}
_SAID = {"en": "You said: {text}", "zh": "你说过：{text}"}
LANGUAGES = frozenset(_SAID)


def said_by_you(text: str, language: str) -> str:
    """What somebody answers who is asked what the player said. `language` is one of `LANGUAGES`."""
    straight = text.replace("’", "'")
    turned = _WORDS[language].sub(lambda found: _OTHER[language][found[0].lower()], straight)
    return _SAID[language].format(text=turned)
