"""Arithmetic on the phonemes of one piece of speech: cut silence off, find the words. Knows no model.

A synthesiser that knows how many samples each phoneme took builds a list of `Phone` and calls `speech`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from npc_engine.engines.base import Speech, Timed
from npc_engine.engines.visemes import tile

Samples = npt.NDArray[np.float32]
"""Mono samples from -1 to 1."""

_AUDIBLE = 0.012
"""Peak amplitude (-38 dB) from which a sample counts as sound: above the breath noise of the voices."""
_LEAD_IN = 0.010
"""Seconds kept before the first sound, so that its onset isn't cut."""
_TAIL = 0.120
"""Seconds of silence kept at the end: the pause of a comma."""
_STRESS = frozenset("ˈˌ")
_CHARACTER = r"\u3040-\u30fa\u3400-\u9fff"
"""Kana and Chinese characters: written without spaces around."""
_WORD = rf"[{_CHARACTER}]|[^\s{_CHARACTER}\u3000-\u303f\uff01-\uff0f\uff1a-\uff20]+"


@dataclass(frozen=True)
class Phone:
    """A phoneme, mark, space or punctuation with the audio that the model spent on it."""

    symbol: str
    samples: int
    word: int | None = None
    """Index of the word that it belongs to."""


def words_of(text: str) -> list[str]:
    """The words of `text` without the punctuation around them; Chinese and Japanese characters count one by one."""
    return [text[start:end] for start, end in word_spans(text)]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Where each of `words_of` starts and ends in `text`."""
    spans = []
    for match in re.finditer(_WORD, text):
        bare = match[0].strip(_punctuation(match[0]))
        if bare:
            start = match.start() + match[0].index(bare)
            spans.append((start, start + len(bare)))
    return spans


def with_words(phones: Sequence[Phone], words: Sequence[Sequence[str]]) -> list[Phone]:
    """`phones` with the word that each belongs to, in order; spaces and punctuation belong to none.

    `words` are the phonemes that each word has by itself. In a sentence sounds merge, vanish or change; what differs
    is shared out in proportion.
    """
    spoken = [index for index, phone in enumerate(phones) if _is_sound(phone.symbol)]
    owners = _align([phones[i].symbol for i in spoken], [[p for p in word if _is_sound(p)] for word in words])
    labelled = list(phones)
    for index, owner in zip(spoken, owners, strict=True):
        labelled[index] = replace(phones[index], word=owner)
    for index in reversed(range(len(labelled) - 1)):
        if labelled[index].symbol in _STRESS:
            labelled[index] = replace(labelled[index], word=labelled[index + 1].word)
    for index in range(1, len(labelled)):
        if unicodedata.category(labelled[index].symbol[:1] or " ") in ("Lm", "Mn") and labelled[index].word is None:
            labelled[index] = replace(labelled[index], word=labelled[index - 1].word)
    return labelled


def speech(audio: Samples, rate: int, phones: Sequence[Phone], words: Sequence[str]) -> Speech:
    """Put a piece together: silence trimmed, words and visemes on the timeline.

    The samples of `phones` must add up to `audio`. A word that has no phones shares the time of the word before it.
    """
    head, tail = _silence(audio, rate)
    kept = audio[head : len(audio) - tail]
    phones = _cut(_cut(phones, head)[::-1], tail)[::-1]
    pcm = (np.clip(kept, -1.0, 1.0) * 32767).astype("<i2").tobytes()
    return Speech(pcm, rate, _words(phones, rate, words), tile(((p.symbol, p.samples) for p in phones), rate))


def spread(parts: int, samples: int) -> list[int]:
    """Share `samples` evenly among `parts`: for a model that doesn't tell its durations."""
    return [samples * (index + 1) // parts - samples * index // parts for index in range(parts)]


def _align(spoken: Sequence[str], words: Sequence[Sequence[str]]) -> list[int | None]:
    """For each spoken phoneme the index of its word, never falling. None where there is no word at all."""
    owners = [index for index, phonemes in enumerate(words) for _ in phonemes]
    expected = [phoneme for phonemes in words for phoneme in phonemes]
    if not owners:
        return [None] * len(spoken)
    found: list[int | None] = []
    for _, first, last, start, end in SequenceMatcher(None, expected, spoken, autojunk=False).get_opcodes():
        for offset in range(end - start):
            at = first + offset * (last - first) // (end - start) if last > first else max(first - 1, 0)
            found.append(owners[at])
    return found


def _punctuation(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character)[0] in "PSZ")


def _is_sound(symbol: str) -> bool:
    return unicodedata.category(symbol[:1] or " ") in ("Ll", "Lu", "Lo")


def _silence(audio: Samples, rate: int) -> tuple[int, int]:
    """Samples to cut at the head and at the tail."""
    sound = np.flatnonzero(np.abs(audio) > _AUDIBLE)
    if not len(sound):
        return len(audio), 0
    head = max(int(sound[0]) - round(_LEAD_IN * rate), 0)
    tail = max(len(audio) - int(sound[-1]) - round(_TAIL * rate), 0)
    return head, tail


def _cut(phones: Iterable[Phone], samples: int) -> list[Phone]:
    """Without the first `samples`."""
    kept = []
    for phone in phones:
        lost = min(phone.samples, samples)
        samples -= lost
        kept.append(replace(phone, samples=phone.samples - lost))
    return kept


def _words(phones: Sequence[Phone], rate: int, words: Sequence[str]) -> tuple[Timed, ...]:
    """Words on the timeline. One without phones shares the time of the word before it."""
    spans: dict[int, tuple[int, int]] = {}
    at = 0
    for phone in phones:
        end = at + phone.samples
        if phone.word is not None:
            spans[phone.word] = (spans.get(phone.word, (at, at))[0], end)
        at = end
    timed: list[Timed] = []
    for group in _groups(len(words), spans):
        start, end = spans.get(group[0], (0, 0))
        bounds = [start + (end - start) * part // len(group) for part in range(len(group) + 1)]
        timed += [
            Timed(words[index], first / rate, (last - first) / rate)
            for index, (first, last) in zip(group, pairwise(bounds), strict=True)
        ]
    return tuple(timed)


def _groups(count: int, spans: Container[int]) -> list[list[int]]:
    """Word indices, each word without a span in the group of the last one that has one."""
    groups: list[list[int]] = []
    for index in range(count):
        if index in spans or not groups:
            groups.append([])
        groups[-1].append(index)
    return groups
