"""Tell that a text is in a language that a character does not speak. Knows scripts, and the small words of a few
languages that share the Latin one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from npc_engine.core.plain import plain

_SCRIPTS = {
    "ru": "[\u0400-\u04ff]",
    "ar": "[\u0600-\u06ff]",
    "he": "[\u0590-\u05ff]",
    "el": "[\u0370-\u03ff]",
    "hi": "[\u0900-\u097f]",
    "th": "[\u0e00-\u0e7f]",
    "ko": "[\uac00-\ud7af\u1100-\u11ff]",
    "ja": "[\u3040-\u30ff]",
    "zh": "[\u3400-\u9fff]",
}
_MOST = {script: re.compile(pattern) for script, pattern in _SCRIPTS.items()}
_CYRILLIC = ("ru", "uk", "bg", "sr")
_SMALL_WORDS = {
    "en": "the and you is are of to in it that my your have not what "
    "for i am was with this be do can we he she they at "
    "there here from will on but would friend",
    "fr": "le la les un une des est sont je vous nous dans pour avec "
    "que qui pas sur du au et ne ce cette mon votre suis "
    "ici où bonjour merci oui il elle clé où ami mais très bien",
    "es": "el la los las un una es son yo usted que en para con "
    "por del al no y mi su está soy hola gracias amigo donde "
    "pero muy bien puedo como llave se lo",
    "de": "der die das ein eine ist sind ich sie du wir und nicht mit "
    "für auf von zu im dem den mein bin es wo hallo danke "
    "aber sehr gut kann wie schlüssel",
    "it": "il la gli un una è sono io lei che per con non e "
    "di in del mio sei ciao grazie dove ma molto bene posso come "
    "chiave",
    "pt": "o a os as um uma é são eu você que em para com "
    "por não e do da meu está sou olá obrigado onde mas muito bem "
    "posso como chave",
    "nl": "de het een is zijn ik je u wij en niet met voor "
    "op van te in mijn ben waar hallo maar zeer goed kan hoe sleutel",
    "la": "est sunt ego et in non cum ad ab ex quod qui quae sum meus tuus ubi sed clavis",
}
_SHARED = "a an as am are o do no me in is des et pour son ad sum die mit war an also the of dare come ex mi"
_ENGLISH_TOO = frozenset(_SHARED.split())
_WORDS = {
    language: frozenset(words.split()) - (frozenset() if language == "en" else _ENGLISH_TOO)
    for language, words in _SMALL_WORDS.items()
}
_LATIN = re.compile(r"[a-z\u00c0-\u024f]+(?:'[a-z]+)?")
FEW = 3
"""Fewer words of another script or language are a name, or a greeting."""


def foreign(text: str, spoken: Iterable[str], own: frozenset[str] = frozenset()) -> str | None:
    """The language of `text` if it is none of `spoken`, as far as that can be told. Of scripts that languages share the
    commonest is named. `own` are small-letter words that the character may say in any language."""
    spoken = frozenset(spoken)
    said = plain(text)
    words = [word for word in _LATIN.findall(said) if word not in own]
    for language, script in _MOST.items():
        strange = len(script.findall(said))
        if strange >= FEW and strange > len(words) and not _reads(language, spoken):
            return language
    return _of_latin(set(words), spoken)


def _reads(language: str, spoken: frozenset[str]) -> bool:
    if language == "ru":
        return bool(spoken & set(_CYRILLIC))
    return language in spoken or (language == "zh" and "ja" in spoken)  # Japanese has sentences without kana


def _of_latin(words: set[str], spoken: frozenset[str]) -> str | None:
    """The language of most of the small words, unless one of those that the character speaks has as many."""
    scores = {language: sum(word in small for word in words) for language, small in _WORDS.items()}
    best = max(scores, key=lambda language: scores[language])
    known = max(scores.get(language, 0) for language in spoken)
    others = spoken - _WORDS.keys() - _MOST.keys()
    enough = scores[best] >= FEW or (scores[best] == 2 and not known and len(words) <= FEW)
    return best if enough and scores[best] >= known + 2 and not others else None
