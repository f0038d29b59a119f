"""Decide whether a sound in the player's microphone stops the character who is speaking. In seconds of audio.

The first voiced window holds the character's audio back, which decides nothing: the client has `LEAD` seconds more to
play, so that a hold as short as a cough isn't heard. What the sound is shows later. It is over at once, or its
transcript says nothing (`mm-hm`, a cough), or says what the character has just said (the microphone hears the
loudspeaker): the character goes on. Words of the player, or a voice that goes on although the character has fallen
silent, interrupt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from npc_engine.core.echo import compare, words

LEAD = 0.3
"""Seconds of speech that a client has before it plays them.

Enough for the hitches of a network and of a game that loads; and all that can still be heard of a reply after a hold.
"""
REACH = 1.0
"""Seconds before a sound began from which on the character's words may be in its transcript: the longest way of an echo
through sound devices and the air (0.25 s), the pre-roll of recognition, and half a word."""

Decision = Literal["hold", "release", "interrupt"]

_ASIDE = re.compile(r"\[.*?\]|\(.*?\)|\*.*?\*|（.*?）|【.*?】")
"""What recognition says of sounds that are no words: `[laughs]`, `*cough*`."""
_BACKCHANNEL = re.compile(
    r"(?:(?:m+[-\s]?h+m+|u+h+|h+m+|m+|uh[-\s]?h+u+h+|a+h+|o+h+|huh|(?:ha[-\s,]*){2,}h?|yeah|yep|yup|yes|ok|okay|right"
    r"|sure|i see|wow|really|嗯+|哦+|啊+|哈+|对+|是的?|好的?|喔+)[\s,.!?，。！？、…]*){1,3}"
)


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
    known_echo: float = 0.45
    """The same for a client that is known to echo, and for a sound that ended when the character fell silent."""


class BargeIn:
    """State of one player's microphone while characters speak."""

    def __init__(self, settings: BargeInSettings | None = None) -> None:
        self.held = False
        """Whether the character's audio is held back."""
        self.echoes = False
        """Whether the microphone is known to hear the loudspeaker: then sound without words holds nothing."""
        self.since: float | None = None
        """Where the sound in progress began, in seconds of audio."""
        self._settings = settings or BargeInSettings()
        self._until = 0.0
        self._voiced = 0.0
        self._voiced_held = 0.0
        self._says_nothing = False
        self._quiet = 0.0

    def hear(self, start: float, duration: float, probability: float) -> Decision | None:
        """Take a scored window, in which a character is speaking."""
        settings, end = self._settings, start + duration
        if probability >= (settings.start_probability if self.since is None else settings.stop_probability):
            return self._hear_voice(start, end)
        if self.since is not None:
            return self._hear_silence(end)
        self._quiet += duration
        self.echoes = self.echoes and self._quiet < settings.clear
        return None

    def read(self, text: str, played: str, voiced: float, final: bool) -> Decision | None:
        """Take a transcript, `final` or partial, of an utterance with so many seconds of voice.

        `played` is what the character was heard saying from `REACH` seconds before the utterance until now.
        """
        if voiced < self._settings.min_voiced or is_backchannel(text) or not words(text):
            return self._read_nothing(final)
        ended_with_us = final and not self._outlived
        if self.is_echo(text, played, suspected=ended_with_us):
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

    def is_echo(self, text: str, played: str, suspected: bool = False) -> bool:
        """Whether a transcript with words in it says what was played, and nothing beyond. Then the client echoes.

        To be asked as well for the transcript of an utterance that began in a reply and ended behind it.
        """
        echo = compare(text, played)
        threshold = self._settings.known_echo if self.echoes or suspected else self._settings.echo
        found = echo.alike >= threshold and not echo.goes_beyond
        self.echoes = self.echoes or found
        return found

    def forget(self) -> None:
        """No character is speaking: there is nothing to stop."""
        self.held, self.since, self._quiet = False, None, 0.0

    @property
    def _outlived(self) -> bool:
        """Whether the sound went on after the character had fallen silent for it: no echo does."""
        return self.held and self._voiced_held >= self._settings.long_voiced

    def _hear_voice(self, start: float, end: float) -> Decision | None:
        if self.since is None:
            self.since, self._voiced, self._says_nothing = start, 0.0, False
        self._until, self._quiet = end, 0.0
        self._voiced += end - start
        if not self.held:
            return None if self.echoes else self._hold()
        self._voiced_held += end - start
        return self._interrupt() if self._outlived and not self._says_nothing else None

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
