"""What the player is saying: when to recognise it, and what recognition makes of it. In seconds of audio."""

from __future__ import annotations

from npc_engine.core.endpointing import RINGING, ROUNDING
from npc_engine.core.hypothesis import Hypothesis, agreed, begun_with
from npc_engine.core.work import Work

FIRST = 0.3
"""Seconds of voice before the first recognition in the midst of speech: less is hardly a word."""
STEP = 0.3
"""Least seconds between two recognitions in the midst of speech: about a word."""
SHARE = 3.0
"""In the midst of speech recognition takes one part in so many of the time, however slow the machine or long the
utterance; the rest is for others who speak, and for what follows."""
GAP_STEP = 0.1
"""Least seconds between two recognitions when the player pauses."""
QUIET = 26.0
"""Decibels below the utterance's loudest window that make a window quiet. Soft consonants are louder, and scores of
voice activity ring on for 0.1 to 0.15 s when the level has long fallen."""

SILENT = 0.1
"""Seconds of quiet windows that are a pause: lips are closed for less within a word. Who may be in the midst of one
does not keep others waiting."""
GOES_ON = 0.15
"""Seconds of sound behind a pause that are speech and no click."""
WORTH_EVALUATING = 24
"""Letters that must be new: a batch costs the language model as much as half a dozen tokens, however small it is, and
recognition, which shares the cores, is late by as much."""
WORTH_A_PAUSE = 8
"""The same while a pause is recognised: the language model would be idle, and every token is missing a moment later."""


class Utterance:
    """State of one utterance from its first voiced window to its end."""

    def __init__(self, start: float) -> None:
        self.start = start
        self.turn: int | None = None
        """Its turn, once the client knows of one."""
        self.resumed = False
        """The player goes on with a turn that had begun."""
        self.hypothesis: Hypothesis | None = None
        self.stable = ""
        """What two hypotheses in a row agreed on."""
        self.work: int | None = None
        """Of the recognition under way."""
        self.asked_until = start
        self._asked_voiced = self._asked_at = 0.0
        self._asked_in_pause = False
        self.urgent = False
        """Whether the recognition under way is."""
        self._took = 0.0
        self._loudest = -120.0
        self._loud_until = start
        self._told = ""

    def hear(self, end: float, level: float) -> None:
        """A window that ends at `end` has `level` decibels."""
        self._loudest = max(self._loudest, level)
        if level > self._loudest - QUIET:
            self._loud_until = end

    def wants_recognition(self, now: float, voiced: float, last_voiced: float) -> bool:
        """Whether to recognise all that was said until `now`, with so many seconds of voice.

        A pause does not wait for a recognition that lacks its last words: its own takes the place of one that began in
        the midst of speech at once, and of one from a pause in a word once the player is silent.
        """
        since, ended = now - self.asked_until, self._ended(last_voiced)
        if self.work is not None:
            return now > ended > self.asked_until and (self.is_silent(now, last_voiced) or not self._asked_in_pause)
        if now > ended:
            return since >= GAP_STEP and not (self._hears_all(last_voiced) and self.is_whole(last_voiced))
        return since >= max(STEP, SHARE * self._took) and voiced >= FIRST - ROUNDING

    def pauses(self, now: float, last_voiced: float) -> bool:
        """Whether nothing is heard of the player just now, be it between two sounds of a word."""
        return now > self._ended(last_voiced)

    def is_silent(self, now: float, last_voiced: float) -> bool:
        """Whether the player pauses, and not just between two sounds of a word."""
        return now - self._ended(last_voiced) >= SILENT - ROUNDING

    def is_awaited(self, now: float, last_voiced: float) -> bool:
        """Whether the player is silent, and the recognition under way, of all that was said, is not urgent yet."""
        whole = self.work is not None and self.asked_until >= self._ended(last_voiced)
        return whole and not self.urgent and self.is_silent(now, last_voiced)

    def ask(self, work: Work, now: float, voiced: float, at: float, last_voiced: float) -> int:
        """Recognition of all until `now`, with so many seconds of voice, begins; the number of the work."""
        self._asked_in_pause, self.urgent = self.pauses(now, last_voiced), self.is_silent(now, last_voiced)
        self.work, self.asked_until, self._asked_voiced, self._asked_at = work.number(), now, voiced, at
        return self.work

    def understand(self, text: str, language: str, at: float) -> Hypothesis:
        """Recognition has ended."""
        earlier, self.work, self._took = self.hypothesis, None, at - self._asked_at
        text = begun_with(self._told, text)  # a capital that comes and goes would have all of it evaluated again
        self.hypothesis = Hypothesis(text, language, self.asked_until, self._asked_voiced, self._asked_at, at)
        if earlier:
            settled = agreed(earlier.text, text)
            self.stable = (
                settled if len(settled) > len(self.stable) or not text.startswith(self.stable) else self.stable
            )
        return self.hypothesis

    def newly_certain(self) -> str:
        """What the player has said for certain, each time that it has grown enough to be worth evaluating."""
        if len(self.stable) < len(self._told) + WORTH_EVALUATING:
            return ""
        self._told = self.stable
        return self.stable

    def likely(self) -> str:
        """What the player seems to have said so far, when a pause begins and enough of it was not evaluated yet.

        The language model would be idle while the pause is recognised. What turns out to be wrong is read again then.
        """
        if self.hypothesis is None or not self._asked_in_pause:
            return ""
        likely = agreed(self.hypothesis.text, self.hypothesis.text)
        if len(likely) < len(self._told) + WORTH_A_PAUSE:
            return ""
        self._told = likely
        return likely

    def is_settled(self, now: float, last_voiced: float) -> bool:
        """Whether the player pauses and has said no more than the hypothesis: good enough to think of an answer."""
        return self.pauses(now, last_voiced) and self._hears_all(last_voiced)

    def goes_on(self, last_voiced: float) -> bool:
        """Whether the player has gone on since the hypothesis, by more than a click."""
        return self.hypothesis is not None and self._ended(last_voiced) - self.hypothesis.until > GOES_ON

    def is_whole(self, last_voiced: float) -> bool:
        """Whether the hypothesis rests on all that was voiced: good enough to be answered."""
        return self.hypothesis is not None and self.hypothesis.until >= last_voiced - RINGING

    def will_be_whole(self, last_voiced: float) -> bool:
        """Whether the recognition under way is."""
        return self.work is not None and self.asked_until >= last_voiced - RINGING

    @property
    def language(self) -> str | None:
        """In which something was understood."""
        return self.hypothesis.language if self.hypothesis and self.hypothesis.text else None

    @property
    def asked_at(self) -> float:
        """When the recognition under way began."""
        return self._asked_at

    def _hears_all(self, last_voiced: float) -> bool:
        return self.hypothesis is not None and self.hypothesis.until >= self._ended(last_voiced)

    def _ended(self, last_voiced: float) -> float:
        """Where speech seems to have ended: by its level, or by voice activity where the room is too loud for that."""
        return min(self._loud_until, last_voiced)
