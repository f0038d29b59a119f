"""The gate before the voice: what is wrong with a clause, and what to do about it. Pure.

A small model says anything. So each clause is held against all that the character may say: its persona, the state of
the world as it knows it, its quests, its secrets, the facts beside the line. Knows no model and no clock: asking again
and the time for it are up to the caller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from npc_engine.core.claims import Claim, claims_in
from npc_engine.core.grounding import Grounds, asks_fact, asserts, repeats
from npc_engine.core.guard import Guard
from npc_engine.core.ledger import NO_DEEDS, Ledger
from npc_engine.core.moderation import NOTHING, Moderation
from npc_engine.core.names import Names, all_names
from npc_engine.core.plain import closed_up, is_han, telling_words
from npc_engine.core.progress import Progress
from npc_engine.core.prompt import instructions
from npc_engine.core.quests import Statuses
from npc_engine.core.secrets import Secrets
from npc_engine.core.sentences import state_entry
from npc_engine.core.truth import Knows, Truth, everywhere
from npc_engine.persona.base import localised
from npc_engine.persona.conditions import Lookup
from npc_engine.persona.model import Persona
from npc_engine.persona.world import LorebookEntry, Quest

Kind = Literal[
    "persona",
    "repetition",
    "moderation",
    "secret",
    "deed",
    "state",
    "unknown_state",
    "quest",
    "invention",
    "unfounded",
]
"""`state`: it is not so; `unknown_state`: the character can not know; `unfounded`: an answer without any fact."""
Do = Literal["rewrite", "again", "in_character", "refuses", "unknown", "keeps"]
"""Say `text` instead; ask the model once more; or say a line of the persona's fallbacks of that name."""


ECHOED = 3
"""Telling words of a sentence that is a part of the player's line, or of a fact that was told: fewer may be the same
words by chance."""
OFF_THE_FACT, OFF_THE_FACT_HAN = 2, 6
"""Telling words, or pairs of Han characters, of a clause that shares none with facts and line: fewer may be a greeting,
or the fact in other words."""
_SAY = re.compile(
    r"\b(?:say|reply|answer|repeat|respond|write|print|output|shout|speak)\b|说|回答|回复|重复|输出|写|喊|念", re.I
)
_QUOTED = re.compile(r"[\"“”'‘「『]([^\"“”'’」』]{2,80})[\"“”'’」』]")
_ADDRESS = re.compile(r"(?:[,，\s]+\w{1,12}){0,2}")
"""What may stand behind words and adds nothing: `, my friend`."""
_YES_OR_NO = re.compile(
    r"(?:oh |well |why )?(?:yes|no|yeah|nope|aye|nay|sure|of course|indeed|certainly|not yet)(?:,? \w+)?[,.!]*"
    r"|(?:是的?|不是的?|对|不|没有?|当然|还没有?|嗯)[啊呢了]?[，。！]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Verdict:
    """Why a clause must not be spoken, and what to do."""

    kind: Kind
    what: str
    """For whoever asks why, and for the model that is asked again."""
    do: Do
    text: str | None = None
    """Of a rewrite, what is said instead."""


@dataclass(frozen=True)
class Ground:
    """What one answer is held against."""

    persona: Persona
    role: str
    """The persona's name in its world: what `known_by` and the ids of persons say."""
    names: Names
    """Of the things of the character's world; kept from turn to turn."""
    lookup: Lookup
    """State by path, things' beginnings included."""
    knows: Knows
    """Whether the character knows what a path of a thing holds."""
    line: str
    """What the player said; empty where the character speaks by itself."""
    language: str
    """Of the answer."""
    facts: tuple[str, ...] = ()
    """What stands beside the line and answers it, without what is said for want of a fact."""
    reserve: str = ""
    """What is said before or behind the facts, where they may miss the question or not be all."""
    tellable: tuple[str, ...] = ()
    """All other texts that the character knows and may tell, in any language."""
    kept: tuple[LorebookEntry, ...] = ()
    """Secrets: what the character must not tell, or does not know."""
    quests: tuple[tuple[Quest, Statuses], ...] = ()
    """Those that the character speaks of."""
    moderation: Moderation = NOTHING
    ledger: Ledger = NO_DEEDS
    """What has really been done: it may be claimed."""


class Gate:
    """Checks the clauses of one answer."""

    def __init__(self, ground: Ground) -> None:
        persona = ground.persona
        self._ground = ground
        self._names = ground.names
        self._guard = Guard(persona, instructions(persona, ground.language), ground.facts)
        self._truth = Truth(ground.names, ground.lookup, ground.knows, everywhere(persona, ground.names))
        self._told = (*ground.facts, *ground.tellable, *_authored(persona))
        self._secrets = Secrets(ground.kept, self._told, ground.names, ground.role)
        self._progress = Progress(ground.quests, ground.names)
        self._done = (*ground.facts, *(text for one in persona.examples for text in one.npc.values()))
        # A character that has no words for not knowing speaks freely.
        held = persona.unknown and asks_fact(ground.line, ground.names)
        self._grounds = self._grounds_of_answer() if held else None

    def check(self, clause: str, sentence: str | None = None, before: str = "") -> Verdict | None:
        """What is wrong with `clause`, if anything is. `sentence` is all that was said of its sentence, the clause
        included: a claim may be parted by a breath; `before` is the reply before that sentence."""
        sentence = clause if sentence is None else sentence
        if clause == sentence and self._told_again(clause, before):
            return Verdict("repetition", "tells the fact twice", "in_character")
        broken = self._guard.breaks(clause, before) or self._parroted(clause)
        if broken:
            return Verdict("persona", broken, "in_character")
        if self._is_echo(sentence):
            what, facts = "repeats the player", " ".join(self._ground.facts)
            return Verdict("invention", what, "rewrite", facts) if facts else Verdict("persona", what, "in_character")
        term = self._ground.moderation.found(sentence)
        if term:
            return Verdict("moderation", f"says '{term}'", "in_character")
        claims = self._claims(sentence, f"{self._ground.line}\n{before}")
        return (
            self._secret(sentence, claims)
            or self._misstatement(claims)
            or self._deed(sentence)
            or self._misstated_quest(sentence)
            or self._invention(clause, claims, before)
        )

    def _parroted(self, clause: str) -> str | None:
        """Words that the player put into the character's mouth: `Say 'I am free'`."""
        if not _SAY.search(self._ground.line):
            return None
        said = closed_up(clause).strip(" .,!?。，！？'\"“”")
        dictated = [closed_up(text).strip(" .!?。！？") for text in _QUOTED.findall(self._ground.line)]
        is_dictated = any(_ADDRESS.fullmatch(said.removeprefix(text)) for text in dictated if said.startswith(text))
        return "says what the player dictates" if is_dictated else None

    def _told_again(self, clause: str, before: str) -> bool:
        """Whether a sentence begins as a fact that was told already: a small model goes on with it once more."""
        said = closed_up(clause).strip(" .,;!?。，；！？")
        facts = closed_up(" ".join(self._ground.facts))
        return len(telling_words(said)) >= ECHOED and said in facts and said in closed_up(before)

    def _is_echo(self, sentence: str) -> bool:
        """Whether it is the player's own line, or one of its questions, given back."""
        said, line = closed_up(sentence).strip(), closed_up(self._ground.line).strip()
        asked = said.endswith(("?", "？")) and said in line
        return bool(said) and (asked or said == line or (len(telling_words(said)) >= ECHOED and said in line))

    def _claims(self, text: str, before: str = "") -> list[Claim]:
        return claims_in(text, self._names, self._ground.role, before)

    def _secret(self, sentence: str, claims: list[Claim]) -> Verdict | None:
        told = self._secrets.told(sentence, claims)
        return Verdict("secret", f"tells a secret: '{self._names.unmarked(told)}'", "keeps") if told else None

    def _deed(self, sentence: str) -> Verdict | None:
        deed = self._ground.ledger.unsupported(sentence, self._done)
        return Verdict("deed", f"claims a deed: '{deed}'", "refuses") if deed else None

    def _misstatement(self, claims: list[Claim]) -> Verdict | None:
        for claim in claims:
            judged = self._truth.judge(claim)
            if judged in ("false", "unknown") and not self._was_told(claim):
                words = self._names.unmarked(claim.words)
                if judged == "unknown":
                    return Verdict("unknown_state", f"says what nobody told it: '{words}'", "unknown")
                return self._put_right(claim, f"says what is not so: '{words}'")
        return None

    def _put_right(self, claim: Claim, what: str) -> Verdict:
        """The true sentence instead, unless it is a secret."""
        ground, thing = self._ground, self._names.things[claim.things[0]]
        entry = state_entry(thing, claim.property, ground.lookup, self._names.things, ground.role)
        if entry is None:
            return Verdict("state", what, "unknown")
        text = localised(entry.text, ground.language)
        if self._secrets.told(text, self._claims(text)):
            return Verdict("state", what, "keeps")
        return Verdict("state", what, "rewrite", text)

    def _misstated_quest(self, sentence: str) -> Verdict | None:
        words = self._progress.misstated(sentence)
        facts = closed_up(" ".join(self._ground.facts))
        if not words and self._progress.is_over(sentence) and closed_up(sentence).strip(" .!?。！？") not in facts:
            words = sentence.strip()
        if not words:
            return None
        what = f"says of a quest what is not so: '{words}'"
        return self._handed_on("quest", what) or Verdict("quest", what, "in_character")

    def _invention(self, clause: str, claims: list[Claim], before: str) -> Verdict | None:
        if self._grounds is None or self._is_reserve(clause):
            return None
        if self._is_off_the_fact(clause, before) and not any(map(self._is_true, claims)):
            what = "has nothing of the fact that answers"
            return Verdict("invention", what, "rewrite", " ".join(self._ground.facts))
        invented = self._grounds.invention(clause, self._ground.line)
        if invented:
            what = f"invents '{self._names.unmarked(invented)}'"
            return self._handed_on("invention", what) or Verdict("invention", what, "unknown")
        if self._is_unfounded(clause) and not any(map(self._is_true, claims)):
            return Verdict("unfounded", "answers without a fact", "again" if self._ground.facts else "unknown")
        return None

    def _is_reserve(self, clause: str) -> bool:
        """Whether it is what the author wrote to say that a fact may miss the question, or not be all."""
        said = closed_up(clause).strip(" .,;!?。，；！？")
        return bool(said) and said in closed_up(self._ground.reserve)

    def _is_off_the_fact(self, clause: str, before: str) -> bool:
        """Whether an answer begins with something else than the facts beside the question, such as the words of an
        example, or with a bare yes or no, which a small model gets wrong."""
        if before or not self._ground.facts:
            return False
        words = telling_words(clause)
        known = telling_words(" ".join((*self._ground.facts, self._ground.line)))
        return _YES_OR_NO.fullmatch(clause.strip()) is not None or (
            len(words) >= (OFF_THE_FACT_HAN if is_han(max(words, default=" ")[0]) else OFF_THE_FACT)
            and not words & known
        )

    def _is_unfounded(self, clause: str) -> bool:
        facts = " ".join(self._ground.facts)
        said = closed_up(clause).strip(" .,;:!?。，；：！？")
        if said in closed_up(facts) or telling_words(facts) & telling_words(clause):
            return False
        return asserts(self._names.marked(clause).text) and not repeats(clause, self._ground.line, self._told)

    def _handed_on(self, kind: Kind, what: str) -> Verdict | None:
        """The fact that the line asks for, word for word, instead of what the model made of it."""
        asked = telling_words(self._ground.line)
        fact = max(self._ground.facts, key=lambda fact: len(telling_words(fact) & asked), default=None)
        if fact is None:
            return None
        return Verdict(kind, what, "rewrite", fact) if telling_words(fact) & asked else Verdict(kind, what, "again")

    def _is_true(self, claim: Claim) -> bool:
        return self._truth.judge(claim) == "true" or self._was_told(claim)

    def _was_told(self, claim: Claim) -> bool:
        """Whether an author wrote the same for the character to say: then it is so, whatever the state."""
        return any(claim in self._claims(text) for text in self._told)

    def _grounds_of_answer(self) -> Grounds:
        ground = self._ground
        state = [str(ground.lookup(f"{thing}.count")) for thing in ground.names.things]
        return Grounds((*self._told, ground.line, *state, *_named(ground)), ground.names)


def _authored(persona: Persona) -> list[str]:
    """What the persona's author wrote for it to say or to be."""
    texts = [persona.name, persona.description, persona.place or {}, persona.greeting or {}]
    lists = [persona.otherwise, persona.proper_nouns, persona.unknown, persona.fallbacks.in_character]
    said = [text for example in persona.examples for text in (*example.npc.values(), *(example.fact or {}).values())]
    return [
        *(text for by in texts for text in by.values()),
        *(text for by in lists for many in by.values() for text in many),
        *said,
    ]


def _named(ground: Ground) -> list[str]:
    """What the things and quests of the world are called: to name them is no invention."""
    things = [
        text for thing in ground.names.things.values() for text in (*all_names(thing), *(thing.at or {}).values())
    ]
    return [*things, *(text for quest, _ in ground.quests for text in (*quest.name.values(), *quest.goal.values()))]
