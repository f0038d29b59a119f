"""Tell the language of a text by its script. Knows nothing of languages that share one."""

from __future__ import annotations

import re

_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")


def language_of(text: str, default: str) -> str:
    """ISO 639-1 code of `text`: kana is Japanese, hangul Korean, more Han characters than Latin words Chinese.

    Latin script says nothing between its languages: it is `default`, or English where `default` has another script.
    """
    if _KANA.search(text):
        return "ja"
    if _HANGUL.search(text):
        return "ko"
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    if han > latin:
        return default if default == "ja" else "zh"
    if latin and default in ("zh", "ja", "ko"):
        return "en"
    return default
