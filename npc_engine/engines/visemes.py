"""Map IPA phonemes to the 15 Oculus visemes and tile them over the audio. Knows no model and no language.

The classes follow the viseme reference of the Oculus lip-sync library; sounds that it doesn't list go to the class
that looks nearest on the lips. Besides IPA it reads the capital letters that Kokoro uses for English diphthongs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from npc_engine.engines.base import Timed

SILENCE = "sil"

_SOUNDS = {
    SILENCE: "^$_",
    "PP": "pbmɓʙ",
    "FF": "fvɱʋɸⱱ",
    "TH": "θð",
    "DD": "tdʈɖɗɾɽT",
    "kk": "kgɡɠcɟqɢxɣχŋç",
    "CH": "ʃʒʧʤɕʑʨʥꭧʂʐ",
    "SS": "szʦʣɬɮS",
    "nn": "nlɲɳɴɫɭʎʟ",
    "RR": "rɹɻɺʁʀɚɝ",
    "aa": "aɑɐʌæɶIW",
    "E": "eɛəɜɘɤᵊεA",
    "I": "iɪɨᵻjʝ",
    "O": "oɔɒɵøœɞOQY",
    "U": "uʊɯʉʏyʍwɥɰβ",
}
_VISEMES = {sound: viseme for viseme, sounds in _SOUNDS.items() for sound in sounds}

_LEADING = frozenset("ˈˌhɦħʕ")
"""Stress marks and breath: the mouth already takes the shape of the sound that follows."""
_TRAILING = frozenset("↑↓→↗↘ʔ ")
"""Tones, glottal stops and the gap between two words: the mouth keeps its shape."""
_LONGEST_GAP = 0.08
"""Seconds; a longer gap between two words is a pause, and the mouth closes."""


def visemes_of(phoneme: str) -> tuple[str, ...]:
    """The shapes that the mouth takes during `phoneme`, in order: two for a diphthong, none for a mere mark."""
    shapes = (_shape(character) for character in unicodedata.normalize("NFD", phoneme))
    return tuple(shape for shape, _ in groupby(shape for shape in shapes if shape))


def tile(phonemes: Iterable[tuple[str, int]], rate: int) -> tuple[Timed, ...]:
    """Visemes over all samples of `(phoneme, samples)` pairs at `rate`; equal neighbours become one."""
    tiles: list[Timed] = []
    start = 0
    for shape, run in groupby(_shapes(phonemes, rate), key=lambda pair: pair[0]):
        samples = sum(count for _, count in run)
        tiles.append(Timed(shape, start / rate, samples / rate))
        start += samples
    return tuple(tiles)


def _shapes(phonemes: Iterable[tuple[str, int]], rate: int) -> Iterator[tuple[str, int]]:
    """Pairs of viseme and samples above zero. Marks give their samples to the sound that they belong to."""
    shape, waiting = SILENCE, 0
    for phoneme, samples in phonemes:
        shapes = visemes_of(phoneme)
        if not shapes and phoneme in _LEADING:
            waiting += samples
            continue
        if not shapes:
            shapes = (SILENCE,) if phoneme.isspace() and samples > _LONGEST_GAP * rate else (shape,)
        yield from _share(shapes, waiting + samples)
        shape, waiting = shapes[-1], 0
    yield from _share((shape,), waiting)


def _share(shapes: tuple[str, ...], samples: int) -> Iterator[tuple[str, int]]:
    for index, shape in enumerate(shapes):
        part = samples * (index + 1) // len(shapes) - samples * index // len(shapes)
        if part:
            yield shape, part


def _shape(character: str) -> str | None:
    if character in _VISEMES:
        return _VISEMES[character]
    if character in _LEADING or character in _TRAILING:
        return None
    category = unicodedata.category(character)
    if category[0] == "P":
        return SILENCE
    return "E" if category in ("Ll", "Lu", "Lo") else None
