"""How quick the model is on this machine, and when a reply's next token is due. Pure arithmetic: no clock."""

from __future__ import annotations

CLAUSE = 10
"""Tokens of a first clause: the median of what the shipped characters answer."""
HEARD = 0.2
"""Seconds that a token is heard, at the least: speech has four to five tokens a second."""
LEAD = 0.3
"""Seconds before a clause is heard by which its text must be there: it is spoken in 0.1 to 0.2 s, and travels."""
FIRST_CLAUSE = 1.0
"""Seconds after its question at which a first clause is due. More than the evaluation of a question takes, so that
questions that come together are all read before the first of them is answered: simulated on the costs of a batch, four
who ask within 0.4 s get their first clause as soon as with 0.2 s, and their first token in 0.5 s, not 0.9 s (p95)."""
_LONG = 16
"""Tokens from which a batch says how quick prompts are: a shorter one is mostly overhead."""
_WEIGHT = 0.1
"""Of the newest batch in the running averages."""


class Speed:
    """Running averages of what batches took."""

    def __init__(self) -> None:
        self.prompt = 0.005
        """Seconds per token of a prompt. It begins with those of a small model on two cores."""
        self.reply = 0.022
        """Seconds per token of one reply that decodes alone."""

    @property
    def clause(self) -> float:
        """Seconds to decode a clause."""
        return CLAUSE * self.reply

    @property
    def slack(self) -> float:
        """Seconds before its due time at which a reply begins to compete with the most urgent ones.

        Enough to decode its clause after somebody else's, and half a second for what else uses the cores: about a
        second with the default models.
        """
        return 0.5 + 2 * self.clause

    def note(self, tokens: int, seconds: float) -> None:
        """Learn from a batch of `tokens`."""
        if tokens == 1:
            self.reply += _WEIGHT * (seconds - self.reply)
        elif tokens >= _LONG:
            self.prompt += _WEIGHT * (seconds / tokens - self.prompt)


class Pace:
    """When the tokens of one reply are due, in seconds of the clock that `asked` and `until` are read from."""

    def __init__(self, asked: float, until: float = 0.0) -> None:
        """`asked` is when the reply was asked for; the player has audio to hear until `until`."""
        self._asked = asked
        self._known = (until, 0)

    def hear(self, until: float, spoken: int) -> None:
        """Audio was added when the reply had `spoken` tokens; it lasts until `until`. May be called by any thread."""
        self._known = until, spoken

    def prompt_due(self, pending: int, speed: Speed) -> float:
        """When the rest of its prompt is due: as soon as it can be, so that short ones come before long ones."""
        until, _ = self._known
        return max(self._asked + pending * speed.prompt, until - LEAD - speed.clause)

    def token_due(self, spoken: int) -> float:
        """When token number `spoken` is due: with its clause; what is behind a clause, when the clause was heard."""
        until, before = self._known
        clause = until - LEAD if until else self._asked + FIRST_CLAUSE
        return clause + HEARD * max(0, spoken - before - CLAUSE)
