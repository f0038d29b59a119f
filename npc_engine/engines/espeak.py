"""Speak any language with espeak-ng: the last resort, robotic, for languages that no voice is installed for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from npc_engine.engines import espeak_ng
from npc_engine.engines.base import Speech
from npc_engine.engines.timeline import Phone, speech, word_spans

_CODES = {"zh": "cmn", "no": "nb", "en": "en-us"}
"""Where the library's code of a language isn't the ISO 639-1 code."""
_PAUSE = "_"


class EspeakSynthesiser:
    """Every language of the library; the voice's name is ignored. Needs no model."""

    def __init__(self) -> None:
        """Load the library. Raises ModelDamaged."""
        self._known = espeak_ng.languages()

    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes that can be spoken."""
        codes = {code for code in self._known if len(code) == 2}
        return tuple(sorted(codes | {code for code, own in _CODES.items() if own in self._known}))

    def synthesise(self, text: str, language: str, voice: str, speed: float) -> Speech:
        """Speak `text`; an unknown language is read as English."""
        code = _CODES.get(language, language)
        said = espeak_ng.speak(text, code if code in self._known else _CODES["en"], speed)
        audio = np.frombuffer(said.pcm, "<i2").astype(np.float32) / np.float32(32767)
        spans = word_spans(text)
        phones = _phones(said.events, len(audio), [start for start, _ in spans])
        return speech(audio, said.rate, phones, [text[start:end] for start, end in spans])


def _phones(events: Sequence[espeak_ng.Event], samples: int, starts: Sequence[int]) -> list[Phone]:
    """Phonemes with durations that add up to `samples`, each with the last word that began before it.

    `starts` are the first characters of the words.
    """
    marks: list[tuple[int, str, int | None]] = [(0, _PAUSE, None)]
    word: int | None = None
    for event in events:
        if event.phoneme is None:
            word = max(bisect_right(starts, event.character) - 1, 0) if starts else None
        elif event.phoneme == "" or event.phoneme.startswith("("):  # a pause, or a switch to another language
            marks.append((event.sample, _PAUSE, None))
        else:
            marks.append((event.sample, event.phoneme, word))
    ends = [*(sample for sample, _, _ in marks[1:]), samples]
    return [Phone(symbol, end - start, word) for (start, symbol, word), end in zip(marks, ends, strict=True)]
