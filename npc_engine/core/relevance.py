"""How likely each fact is to answer a line: its keys, its likeness, and the kind of answer that is asked for. Pure.

A logistic regression over few features, fitted on the lines of `tests/recall` by `tests/recall/fit.py`: one set of
weights for when a model of likeness is there, one for keys alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import mul
from typing import NamedTuple

from npc_engine.core.meaning import Likeness
from npc_engine.core.mentions import is_phrase, position_of
from npc_engine.core.questions import STRICT, Kind, addresses, kinds_of, kinds_told, proper_nouns, without, words
from npc_engine.core.view import Known
from npc_engine.persona.world import PROPERTIES

_STATE: dict[str, tuple[str, ...]] = {
    "place": ("Where is the {}?", "Where can I find the {}?", "{}在哪里？"),
    "owner": ("Whose is the {}?", "Who has the {}?", "{}是谁的？"),
    "open": ("Is the {} open?", "{}开着吗？"),
    "locked": ("Is the {} locked?", "{}锁了吗？"),
    "alive": ("Is the {} alive?", "Is the {} dead?", "{}还活着吗？", "{}死了吗？"),
    "count": ("How many {}s are there?", "有多少{}？"),
}
"""Questions that the state of a thing answers, for each of its names: nobody needs to write them."""
_NOISE = 0.6
"""Single words are about so alike by chance."""


class Features(NamedTuple):
    """What speaks for one fact and against it; truth values are 0 or 1."""

    text: float
    """Likeness of the line to its text."""
    best: float
    """The same, or to the question most alike that it answers."""
    key: float
    """Whether the line has one of its keys."""
    missing: float
    """Whether the line names something that other facts are about and this one never mentions."""
    topic: float
    """Likeness of what the line is about to its keys."""
    covered: float
    """How well, on average, the words of the line that are no keys fit words of the fact."""
    stray: float
    """How far the worst of them lies below what chance would give."""
    kind: float
    """Whether it answers the kind of question."""
    other_kind: float
    """Whether it answers another kind."""
    told: float
    """Whether its text, which nobody wrote questions for, has words for the kind."""
    untold: float
    """Whether it has none."""
    strict: float
    """Whether it has none though without them it can't answer."""
    other_state: float
    """Whether it is the state of a thing and another one was asked for."""
    lead: float
    """`best` above the best of all others, or below it."""
    topic_lead: float
    """The same for `topic`."""
    address: float
    """Whether just one of the line and the question that is most alike speaks of the character."""
    proper: float
    """Whether the line has a proper noun that the fact has not."""


_BIAS = -4.3
_WEIGHTS = Features(
    text=2.52,
    best=3.3,
    key=0.91,
    missing=-1.52,
    topic=1.86,
    covered=1.18,
    stray=-1.48,
    kind=0.2,
    other_kind=-2.23,
    told=1.4,
    untold=-0.94,
    strict=-3.18,
    other_state=-3.67,
    lead=5.35,
    topic_lead=5.18,
    address=-1.05,
    proper=-1.18,
)
_BIAS_OF_KEYS = -3.43
_WEIGHTS_OF_KEYS = Features(
    text=0.0,
    best=0.0,
    key=4.89,
    missing=-3.45,
    topic=0.0,
    covered=1.77,
    stray=0.03,
    kind=1.72,
    other_kind=-1.48,
    told=1.54,
    untold=-0.85,
    strict=-2.2,
    other_state=-3.65,
    lead=0.0,
    topic_lead=0.0,
    address=0.0,
    proper=-1.58,
)


@dataclass(frozen=True)
class Scored:
    """A fact, and what it has to do with a line."""

    known: Known
    chance: float
    """That it answers the line, 0 to 1."""
    fits: bool
    """Whether it can be an answer at all: it has the kind that is asked for, and is about what the line is about."""
    place: int | None
    """Of its first key in the line."""


def scored(line: str, known: Iterable[Known], likeness: Likeness) -> list[Scored]:
    """Each fact with its chance to answer the line."""
    facts = [Fact(each) for each in known]
    features, by_meaning = features_of(line, facts, likeness)
    weights, bias = (_WEIGHTS, _BIAS) if by_meaning else (_WEIGHTS_OF_KEYS, _BIAS_OF_KEYS)
    logits = [bias + sum(map(mul, weights, each)) for each in features]
    return [
        Scored(fact.known, 1 / (1 + math.exp(-logit)), _fits(line, fact, each), fact.place_in(line))
        for fact, each, logit in zip(facts, features, logits, strict=True)
    ]


def compared(known: Iterable[Known]) -> list[str]:
    """The texts that lines will be compared with, for a model of likeness to see before the first line comes."""
    return _compared([Fact(each) for each in known])


def _compared(facts: Iterable[Fact]) -> list[str]:
    return list(dict.fromkeys(chain(*(chain(fact.texts, fact.questions, fact.words) for fact in facts))))


class Fact:
    """The words of a fact."""

    def __init__(self, known: Known) -> None:
        entry = known.entry
        self.known = known
        self.state = next((name for name in PROPERTIES if known.id.endswith(f".{name}")), None)
        self.keys = list(chain(*entry.keys.values()))
        self.texts = list(entry.text.values())
        asks = list(chain(*entry.asks.values()))
        self.kinds: frozenset[Kind] = frozenset(chain(*map(kinds_of, asks)))
        if self.state:
            self.kinds = frozenset([self.state])  # type: ignore[list-item]  # properties are kinds
        self.told: frozenset[Kind] = frozenset(chain(*map(kinds_told, self.texts)))
        self.written = [*self.keys, *self.texts, *asks]
        self.questions = [*asks, *filter(is_phrase, self.keys), *self._asked_of_state()]
        self.words = list(dict.fromkeys([*self.keys, *chain(*map(words, [*self.keys, *self.texts]))]))

    def place_in(self, line: str) -> int | None:
        """Where the line first has one of its keys."""
        return min((place for key in self.keys if (place := position_of(key, line)) is not None), default=None)

    def keys_in(self, line: str) -> list[str]:
        """The keys that the line has."""
        return [key for key in self.keys if position_of(key, line) is not None]

    def mentions(self, word: str) -> bool:
        """Whether any of its texts has the word."""
        return any(position_of(word, text) is not None for text in self.written)

    def _asked_of_state(self) -> list[str]:
        forms = _STATE.get(self.state or "", ())
        return [form.format(key) for key in self.keys for form in forms if form.isascii() == key.isascii()]


def _fits(line: str, fact: Fact, features: Features) -> bool:
    """What no likeness makes up for."""
    if features.strict or (features.address and not features.key):
        return False
    if fact.state is None:
        return True
    return bool(features.key or features.topic >= _NOISE) and not (features.other_state and kinds_of(line))


def features_of(line: str, facts: Sequence[Fact], likeness: Likeness) -> tuple[list[Features], bool]:
    """The features of each fact, and whether there was any likeness at all."""
    texts = _compared(facts)

    def alike_to(text: str) -> dict[str, float]:
        return dict(zip(texts, likeness(text, texts), strict=True))

    whole = alike_to(line)
    about = words(line)
    topic = alike_to(" ".join(about)) if about else dict.fromkeys(texts, 0.0)
    by_word = {word: alike_to(word) for word in about}
    named = [(fact, key) for fact in facts for key in fact.keys_in(line) if len(key) > 1]
    kinds, proper = kinds_of(line), proper_nouns(line)
    best = [_most(whole, [*fact.texts, *fact.questions]) for fact in facts]
    topics = [_most(topic, fact.keys) for fact in facts]
    by_meaning = any(whole.values())
    found = []
    for number, fact in enumerate(facts):
        text, question = _most(whole, fact.texts), max(fact.questions, key=lambda each: whole[each], default=None)
        left = without(line, fact.keys_in(line))
        fits = [_fit(word, by_word, fact, by_meaning) for word in left]
        right = bool(kinds & fact.kinds)
        right_words = not fact.kinds and bool(kinds & fact.told)
        found.append(
            Features(
                text=text,
                best=best[number],
                key=float(fact.place_in(line) is not None),
                missing=float(any(other is not fact and not fact.mentions(key) for other, key in named)),
                topic=topics[number],
                covered=sum(fits) / len(fits) if fits else 0.0,
                stray=max(0.0, _NOISE - min(fits)) if fits else 0.0,
                kind=float(right),
                other_kind=float(bool(kinds and fact.kinds) and not right),
                told=float(right_words),
                untold=float(bool(kinds) and not fact.kinds and not right_words),
                strict=float(bool(kinds & STRICT) and not kinds & (fact.kinds | fact.told)),
                other_state=float(fact.state is not None and not right),
                lead=_lead(best, number),
                topic_lead=_lead(topics, number),
                address=float(
                    question is not None
                    and by_meaning
                    and addresses(line) != addresses(question)
                    and whole[question] >= text
                ),
                proper=float(any(not fact.mentions(noun) for noun in proper)),
            )
        )
    return found, by_meaning


def _fit(word: str, by_word: dict[str, dict[str, float]], fact: Fact, by_meaning: bool) -> float:
    """How well a word fits the words of a fact, 0 to 1."""
    if not by_meaning or word not in by_word:
        return float(word in fact.words)
    return max(0.0, _most(by_word[word], fact.words))


def _most(alike: dict[str, float], texts: Sequence[str]) -> float:
    return max((alike[text] for text in texts), default=0.0)


def _lead(values: Sequence[float], number: int) -> float:
    return values[number] - max((value for other, value in enumerate(values) if other != number), default=0.0)
