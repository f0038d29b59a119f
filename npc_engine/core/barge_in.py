"""Decide whether a sound in the player's microphone stops the character who is speaking. In seconds of audio.

The first voiced window holds the character's audio back, which decides nothing: the client has `LEAD` seconds more to
play, so that a hold as short as a cough isn't heard. What the sound is shows later. It is over at once, or its
transcript says nothing (`mm-hm`, a cough), or it grows louder and softer as the character does, or says what the
character has just said (the microphone hears the loudspeaker): the character goes on. Words of the player, or a voice
that goes on although the character has fallen silent, interrupt. Once an echo is known, what it explains is taken for
silence.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from typing import Literal

from npc_engine.core.echo import compare, words
from npc_engine.core.events import VoiceScored
from npc_engine.core.loudness import SILENCE, WINDOW, Echo, Loudness

LEAD = 0.3
"""Seconds of speech that a client has before it plays them.

Enough for the hitches of a network and of a game that loads; and all that can still be heard of a reply after a hold.
"""
REACH = 1.0
"""Seconds before a sound began from which on the character's words may be in its transcript: the longest way of an echo
through sound devices and the air (0.25 s), the pre-roll of recognition, and half a word."""

_REMEMBERED = 1000
"""Windows, at the rate of one in `WINDOW`: more than an utterance lasts."""

Decision = Literal["hold", "release", "interrupt"]

_ASIDE = re.compile(r"\[.*?\]|\(.*?\)|\*.*?\*|（.*?）|【.*?】")
"""What recognition says of sounds that are no words: `[laughs]`, `*cough*`."""
_SIGNS = (
    "m+[-\\s]?h+m+|u+h+|h+m+|m+|uh[-\\s]?h+u+h+|a+h+|o+h+|o+w+|a+w+|e+h+|e+r+m?|u+m+|o{2,}|a{2,}|e{2,}|huh|hah|tsk|whoa"
    "|(?:ha[-\\s,]*){2,}h?|yeah|yep|yup|yes|ok|okay|right|sure|i see|wow|really|嗯+|哦+|啊+|哈+|对+|是的?|好的?|喔+"
)
_STAMMER = r"([a-z])(?:[-\s.,]+\2)+"
"""One letter again and again (`B-B-B-B`): recognition spells what it can't understand."""
_BACKCHANNEL = re.compile(rf"(?:({_SIGNS}|{_STAMMER})[\s,.!?，。！？、…]*){{1,3}}")


@dataclass(frozen=True)
class BargeInSettings:
    """What makes a sound an interruption."""

    start_probability: float = 0.5
    """A window scored at least this is voiced: on the recorded questions the first one ends 40 ms after the first
    audible sample (median; 95 in 100 within 54 ms). 0.3 would save 7 ms and hold on more noises."""
    stop_probability: float = 0.35
    """During a sound, a window scored at least this still belongs to it: hysteresis, as in endpointing."""
    min_voiced: float = 0.3
    """Seconds of voice below which no word is believed: a short `stop` has 0.3 to 0.4, coughs have less."""
    silence: float = 0.2
    """Seconds without voice after which a sound that says nothing is over: longer than the stops inside words."""
    long_voiced: float = 0.9
    """Seconds of voice behind a hold that interrupt without a transcript. No echo lasts so long: `LEAD`, its way of at
    most 0.25 s, and the reverberation of a room."""
    patience: float = 2.0
    """Seconds behind the end of a sound in which its transcript must come; then the character goes on."""
    clear: float = 3.0
    """Seconds in which a character is heard and the microphone hears no voice: then there is no echo any more. Weak
    echoes are lost for a second between their loudest words."""
    echo: float = 0.6
    """Resemblance of a transcript to what was played from which on it is an echo. Chosen on few sentences, of whose
    echoes (-20 to -6 dB, in rooms) 9 in 10 had more, and other sentences 2 in 100; the very first words of a reply, as
    `bench barge-in` plays them, are misheard more often."""
    telling: int = 3
    """Words of a sound in progress from which on they tell a player from an echo misheard: the first words of a reply
    came back as `Migrant` for `My grandmother`."""
    short: float = 0.5
    """Seconds of voice of a short sound."""
    quickest: float = 30.0
    """Letters per second of voice: of short sounds that are no words, recognition invents whole sentences. Who speaks
    quickly says 20."""
    fit: float = 0.8
    """Share of the last windows that an echo must explain (`loudness`): echoes had 0.85 and more, other people's voices
    0.5 and less (odd seeds of `bench barge-in`)."""
    fit_windows: int = 12
    """Windows with sound below which no echo is taken to be known: 0.4 s."""
    sure_voice: float = 0.096
    """Seconds of voice that a known echo does not explain, from which on it is the player's."""
    known_echo: float = 0.45
    """The same for a client that is known to echo, and for a sound that ended when the character fell silent."""


class BargeIn:
    """State of one player's microphone while characters speak."""

    def __init__(self, settings: BargeInSettings | None = None) -> None:
        self.held = False
        """Whether the character's audio is held back."""
        self.echo: Echo | None = None
        """How the microphone hears the loudspeaker, once that is known: what it explains is not the player."""
        self.echoes = False
        """Whether it is known to hear the loudspeaker."""
        self.since: float | None = None
        """Where the sound in progress began, in seconds of audio."""
        self._settings = settings or BargeInSettings()
        self._loudness = Loudness()
        self._foreign: deque[float] = deque(maxlen=_REMEMBERED)
        """Where the last voiced windows began that are no echo."""
        self._is_echo = False
        self._until = 0.0
        self._voiced = 0.0
        self._voiced_held = 0.0
        self._says_nothing = False
        self._quiet = 0.0

    def hear(self, window: VoiceScored, played: float | None) -> Decision | None:
        """Take a scored window, in which a character sounds as loud as `played`, in decibels; None if none speaks."""
        settings = self._settings
        self._loudness.hear(window.level, SILENCE if played is None else played)
        threshold = settings.start_probability if self.since is None else settings.stop_probability
        is_voice = window.probability >= threshold
        self._is_echo = self.echo is not None and self._loudness.explains(self.echo)
        is_foreign = is_voice and not self._is_echo
        if is_foreign:
            self._foreign.append(window.start)
        if played is None:
            self.forget()
            return None
        self._listen_for_echo(window.duration, is_voice)
        end = window.start + window.duration
        if is_foreign:
            return self._hear_voice(window.start, end)
        return self._hear_silence(end) if self.since is not None else None

    def without_echo(self, window: VoiceScored) -> VoiceScored:
        """The window that was just heard, as it would be without the loudspeaker: no voice that an echo explains."""
        return replace(window, probability=0.0) if self._is_echo else window

    def read(self, text: str, played: str, since: float, voiced: float, final: bool) -> Decision | None:
        """Take a transcript, `final` or partial, of an utterance from `since` on with so many seconds of voice.

        `played` is what the character was heard saying from `REACH` seconds before the utterance until now.
        """
        if voiced < self._settings.min_voiced or not self._says_something(text, voiced):
            return self._read_nothing(final)
        ended_with_us = final and not self._outlived
        if self.is_echo(text, played, since, suspected=ended_with_us):
            return self._read_nothing(is_over=True)
        self._says_nothing = False
        if final or self._outlived:
            return self._interrupt()
        if self.echoes and not self.held:
            return self._hold()
        # Perhaps an echo misheard. It falls silent with the character; the player doesn't. Of a word or two nobody can
        # tell yet, and the character is silent already.
        short = self.held and len(words(text)) < self._settings.telling
        perhaps_echo = self.echoes or short or compare(text, played).alike >= self._settings.known_echo
        return None if perhaps_echo else self._interrupt()

    def is_echo(self, text: str, played: str, since: float, suspected: bool = False) -> bool:
        """Whether an utterance from `since` on, whose transcript has words, is what was played, and nothing beyond.

        To be asked as well for the transcript of an utterance that began in a reply and ended behind it.
        """
        self._find_echo()
        if self.echo and self._foreign_voice(since) < self._settings.min_voiced:
            return True
        echo = compare(text, played)
        threshold = self._settings.known_echo if self.echoes or suspected else self._settings.echo
        found = echo.alike >= threshold and not echo.goes_beyond
        self.echoes = self.echoes or found
        return found

    def forget(self) -> None:
        """No character is speaking: there is nothing to stop."""
        self.held, self.since, self._quiet = False, None, 0.0

    def _says_something(self, text: str, voiced: float) -> bool:
        """Whether there are words in it that can have been said in so many seconds of voice."""
        letters = sum(map(len, words(text)))
        invented = voiced < self._settings.short and letters > self._settings.quickest * voiced
        return letters > 0 and not invented and not is_backchannel(text)

    @property
    def _outlived(self) -> bool:
        """Whether the sound went on after the character had fallen silent for it: no echo does."""
        return self.held and self._voiced_held >= self._settings.long_voiced

    def _listen_for_echo(self, duration: float, is_voice: bool) -> None:
        """Where a character is heard and the microphone hears no voice for long, there is no echo any more."""
        self._quiet = 0.0 if is_voice else self._quiet + duration
        if self._quiet >= self._settings.clear:
            self.echoes, self.echo = False, None

    def _find_echo(self) -> None:
        """Look for an echo in what was heard; what it explains is no voice of the player."""
        found = self._loudness.best()
        if found and found.fit >= self._settings.fit and found.windows >= self._settings.fit_windows:
            if self.echo is None or not found.is_like(self.echo):
                self._foreign.clear()
            self.echo, self.echoes = found, True

    def _foreign_voice(self, since: float) -> float:
        """Seconds of voice since then that no echo explains."""
        return WINDOW * sum(start >= since for start in self._foreign)

    def _hear_voice(self, start: float, end: float) -> Decision | None:
        if self.since is None:
            self.since, self._voiced, self._says_nothing = start, 0.0, False
        self._until = end
        self._voiced += end - start
        if not self.held:
            return self._hold() if self._is_sure else None
        self._voiced_held += end - start
        return self._interrupt() if self._outlived and not self._says_nothing else None

    @property
    def _is_sure(self) -> bool:
        """Whether the sound in progress is the player's, at a client that may echo."""
        return not self.echoes or (self.echo is not None and self._voiced >= self._settings.sure_voice)

    def _hear_silence(self, end: float) -> Decision | None:
        quiet, settings = end - self._until, self._settings
        says_nothing = self._says_nothing or self._voiced < settings.min_voiced
        return self._release() if quiet >= (settings.silence if says_nothing else settings.patience) else None

    def _read_nothing(self, is_over: bool) -> Decision | None:
        """Go on at once if the sound is over, else when it is."""
        self._says_nothing = True
        return self._release() if is_over else None

    def _hold(self) -> Decision:
        self.held, self._voiced_held = True, 0.0
        return "hold"

    def _release(self) -> Decision | None:
        held, self.held, self.since = self.held, False, None
        return "release" if held else None

    def _interrupt(self) -> Decision:
        self.forget()
        return "interrupt"


def is_backchannel(text: str) -> bool:
    """Whether `text` only says that the player listens, or laughs: `mm-hm`, `yeah, okay`, `[laughs]`, 嗯."""
    said = _ASIDE.sub("", text).strip()
    return (bool(text) and not said) or _BACKCHANNEL.fullmatch(said.casefold()) is not None
