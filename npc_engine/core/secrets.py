"""Catch what would give a secret away: the words its author named, a near quotation, or the same claim in other words.
Knows no reasons: whoever makes it says which facts the character must keep."""

from __future__ import annotations

from collections.abc import Iterable

from npc_engine.core.claims import Claim, claims_in
from npc_engine.core.disguise import readings
from npc_engine.core.moderation import Moderation
from npc_engine.core.names import Names
from npc_engine.core.plain import closed_up, telling_words
from npc_engine.persona.world import LorebookEntry

SHARE = 0.5
"""So much of a secret's telling words in one sentence is a near quotation."""
LEAST = 3
"""Fewer telling words are said by chance."""


class Secrets:
    """What must not pass the character's lips. `told` are texts that may be said: their words betray nothing."""

    def __init__(self, kept: Iterable[LorebookEntry], told: Iterable[str], names: Names, speaker: str) -> None:
        kept = tuple(kept)
        self._giveaways = Moderation(word for entry in kept for words in entry.gives_away.values() for word in words)
        texts = [text for entry in kept for text in entry.text.values()]
        told = tuple(told) if texts else ()
        self._open = [closed_up(text) for text in told if self._giveaways.found(text)]
        common = frozenset(word for text in told for word in telling_words(text))
        self._texts = [(telling_words(text), telling_words(text) - common) for text in texts]
        open_claims = {claim for text in told for claim in claims_in(text, names, speaker)}
        self._claims = {claim for text in texts for claim in claims_in(text, names, speaker)} - open_claims

    def told(self, sentence: str, claims: Iterable[Claim] = ()) -> str | None:
        """What of the sentence, which makes these claims, tells a secret."""
        word = self._giveaways.found(sentence)
        if word and not self._repeats_open(sentence):
            return word
        if claim := next((claim for claim in claims if claim in self._claims), None):
            return claim.words
        if self._texts and any(map(self._quotes, (sentence, *readings(sentence)))):
            return sentence.strip()
        return None

    def _repeats_open(self, sentence: str) -> bool:
        """Whether it is out of a text that may be told, with more than the word in question: `ninety-nine steps`."""
        said = closed_up(sentence).strip()
        return len(telling_words(said)) >= LEAST and any(said in text for text in self._open)

    def _quotes(self, sentence: str) -> bool:
        said = telling_words(sentence)
        return any(
            len(words & said) >= max(LEAST, SHARE * len(words)) and bool(own & said) for words, own in self._texts
        )
