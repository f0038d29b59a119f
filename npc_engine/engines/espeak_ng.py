"""Call the espeak-ng library: text to phonemes, and text to speech with the time of every phoneme and word.

The library holds one voice and one callback for the whole process, so everything here goes through one lock. The
constants and structures are those of its header `speak_lib.h`.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_char, c_char_p, c_int, c_short, c_ubyte, c_uint, c_void_p
from dataclasses import dataclass
from functools import cache
from typing import Any

import espeakng_loader

from npc_engine.errors import ModelDamaged

_SYNCHRONOUS = 2
_PHONEME_EVENTS, _PHONEME_IPA, _DONT_EXIT = 0x1, 0x2, 0x8000
_CHARS_UTF8 = 1
_EVENT_END, _EVENT_WORD, _EVENT_PHONEME = 0, 1, 7
_RATE_PARAMETER = 1
_NORMAL_RATE = 175
"""Words per minute at a speed of 1."""
_IPA, _TIED = 0x02, 0x80
_LOCK = threading.RLock()


class _Event(Structure):
    _fields_ = (
        ("type", c_int),
        ("unique_identifier", c_uint),
        ("text_position", c_int),
        ("length", c_int),
        ("audio_position", c_int),
        ("sample", c_int),
        ("user_data", c_void_p),
        ("name", c_char * 8),
    )


class _Voice(Structure):
    _fields_ = (
        ("name", c_char_p),
        ("languages", c_void_p),
        ("identifier", c_char_p),
        ("gender", c_ubyte),
        ("age", c_ubyte),
        ("variant", c_ubyte),
        ("reserved", c_ubyte),
        ("score", c_int),
        ("spare", c_void_p),
    )


_Callback = CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))


@dataclass(frozen=True)
class Event:
    """The start of a phoneme or of a word."""

    sample: int
    phoneme: str | None
    """IPA, empty for silence. None where a word starts."""
    character: int
    """Where the word starts in the text, counted from 0."""


@dataclass(frozen=True)
class Utterance:
    """What the library said."""

    pcm: bytes
    """s16le mono."""
    rate: int
    events: tuple[Event, ...]
    """In order of time."""


def languages() -> frozenset[str]:
    """Every code that `speak` and `phonemes` take as a language, such as `fr`, `en-us` or `cmn`."""
    with _LOCK:
        library, _ = _open()
        listed = library.espeak_ListVoices(None)
        found: set[str] = set()
        for voice in listed:
            if not voice:
                return frozenset(found)
            found.update(_codes(voice.contents.languages))
    return frozenset(found)


def _codes(address: int) -> Iterator[str]:
    """The library stores, for each language of a voice, a byte of priority and a string; priority 0 ends the list."""
    while ctypes.string_at(address, 1) != b"\0":
        code = ctypes.string_at(address + 1)
        yield code.decode()
        address += len(code) + 2


def phonemes(text: str, language: str, tie: str = "") -> str:
    """IPA of `text`, words separated by spaces; `tie` joins the letters of one sound, as in `t^ʃ`."""
    with _LOCK:
        library, _ = _open()
        _choose(library, language)
        mode = _IPA | (_TIED | ord(tie) << 8 if tie else 0)
        rest = c_void_p(ctypes.cast(c_char_p(text.encode()), c_void_p).value)
        clauses = []
        while rest.value:
            clause = library.espeak_TextToPhonemes(byref(rest), _CHARS_UTF8, mode)
            clauses.append((clause or b"").decode())
        return " ".join(clause.strip() for clause in clauses if clause.strip())


def speak(text: str, language: str, speed: float) -> Utterance:
    """Say `text`; `speed` 1.0 is 175 words per minute."""
    with _LOCK:
        library, rate = _open()
        _choose(library, language)
        library.espeak_SetParameter(_RATE_PARAMETER, round(_NORMAL_RATE * speed), 0)
        _pcm.clear()
        _events.clear()
        encoded = text.encode()
        library.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, _CHARS_UTF8, None, None)
        return Utterance(bytes(_pcm), rate, tuple(sorted(_events, key=lambda event: event.sample)))


_pcm = bytearray()
_events: list[Event] = []


def _collect(samples: Any, count: int, happened: Any) -> int:
    """Called by the library with each piece of audio, while `speak` waits."""
    if samples and count:
        _pcm.extend(ctypes.string_at(samples, 2 * count))
    for event in happened:
        if event.type == _EVENT_END:
            break
        if event.type == _EVENT_PHONEME:
            _events.append(Event(event.sample, event.name.decode("utf-8", "ignore"), 0))
        elif event.type == _EVENT_WORD:
            _events.append(Event(event.sample, None, event.text_position - 1))
    return 0


_callback = _Callback(_collect)
"""Must live as long as the library, which keeps only its address."""


@cache
def _open() -> tuple[ctypes.CDLL, int]:
    """The library, ready, and its sample rate."""
    try:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path()
    except (OSError, RuntimeError) as error:
        raise ModelDamaged(
            f"espeak-ng can't be loaded ({error}); run: pip install --force-reinstall espeakng-loader"
        ) from error
    library.espeak_TextToPhonemes.restype = c_char_p
    library.espeak_ListVoices.restype = POINTER(POINTER(_Voice))
    options = _PHONEME_EVENTS | _PHONEME_IPA | _DONT_EXIT
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), options)
    if rate <= 0:
        raise ModelDamaged(f"espeak-ng finds no data in {data}; run: pip install --force-reinstall espeakng-loader")
    library.espeak_SetSynthCallback(_callback)
    return library, rate


def _choose(library: ctypes.CDLL, language: str) -> None:
    if library.espeak_SetVoiceByName(language.encode()):
        library.espeak_SetVoiceByName(b"en")
