"""How likely each fact is to answer a line: its keys, its likeness, and the kind of answer that is asked for. Pure.

The facts compete for the line, together with there being no answer: a softmax over what a small net makes of few
features of each, fitted on the lines of `tests/recall` by `tests/recall/fit.py`; there are weights for English, for all
other languages, and for keys alone, where there is no model of likeness.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TypeVar

from npc_engine.core.known import BELONGINGS, EVENT, ITEMS, PERSONS, WANTING, Known
from npc_engine.core.meaning import Kin, Kinship, Likeness, Told, nothing_akin
from npc_engine.core.questions import STRICT, Kind, addresses, kinds_of, kinds_told, proper_nouns, without, words
from npc_engine.core.ranker import Features, Weights
from npc_engine.core.ranker_weights import ENGLISH, OTHER
from npc_engine.persona.mentions import is_phrase, position_of
from npc_engine.persona.world import LorebookEntry

T = TypeVar("T")


_STATES: dict[str, Kind] = {"place": "place", "owner": "owner", "open": "open", "locked": "locked", "alive": "alive"}
_STATES |= {
    "count": "count",
    ITEMS: "inside",
    PERSONS: "person",
    BELONGINGS: "owner",
    WANTING.removeprefix("."): "person",
}
"""What the engine says of a state, by the end of its id, and the kind of question that it answers."""
_HOLDS = re.compile(r"\b(?:holds|contains) ([^,.;]+)|(?<![这那])里面?(?:[放装藏锁存收]着|有)([^，。；]+)")
_NAMED = re.compile(
    r"\b(?:[Aa]n?|[Tt]he) ((?:\w+ )?(?!(?:is|was)\b)\w+) (?:(?:is|was) )?(?:named|called) (?=[A-Z])"
    r"|(?:名?叫做?|名为)[^，。；]{1,8}?的((?:小|老|年轻|中年)?[\u3400-\u9fff]{2})(?![\u3400-\u9fff]的)"
)
_MUCH_THE_SAME = 0.7
"""So alike are two questions that want the same answer."""


_KEYS_ALONE = Weights(
    3.5,  # 1.3 above the fitted: without likeness a chance deserves less trust
    Features(
        text=0.0,
        best=0.0,
        key=4.23,
        missing=-2.47,
        topic=0.0,
        covered=3.48,
        kind=1.95,
        other_kind=-0.86,
        told=1.18,
        strict=-9.0,  # -1.77 fitted: but a key does not make up for it
        other_state=-1.97,
        address=0.0,
        proper=-2.32,
        answers=0.0,
        asked=0.0,
        akin=0.0,
        same=0.0,
    ),
)


@dataclass(frozen=True)
class Scored:
    """A fact, and what it has to do with a line."""

    known: Known
    chance: float
    """That it answers the line, 0 to 1."""
    odds: float
    """So many times as likely is that as there being no answer: beside many facts a small chance may be the best."""
    place: int | None
    """Of its first key in the line."""


def scored(
    line: str,
    language: str,
    known: Iterable[Known],
    likeness: Likeness,
    kinship: Kinship = nothing_akin,
    kinds: frozenset[Kind] | None = None,
) -> list[Scored]:
    """Each fact with its chance to answer the line, which is in `language` and asks for one of the `kinds`, or for what
    its words tell."""
    facts = [Fact(each, language) for each in known]
    features, by_meaning = features_of(line, facts, likeness, kinship, kinds)
    weights = (ENGLISH if language == "en" else OTHER) if by_meaning else _KEYS_ALONE
    speaks_for = [math.exp(weights.logit(each)) for each in features]
    nothing = math.exp(weights.nothing)
    whole = nothing + sum(speaks_for)
    return [
        Scored(fact.known, each / whole, each / nothing, fact.place_in(line))
        for fact, each in zip(facts, speaks_for, strict=True)
    ]


def agreed(some: Sequence[Scored], others: Sequence[Scored]) -> list[Scored]:
    """The chances of the same facts by two readings of a line: the geometric mean, of there being no answer, too."""
    odds = [math.sqrt(one.odds * other.odds) for one, other in zip(some, others, strict=True)]
    whole = 1 + sum(odds)
    return [replace(one, chance=each / whole, odds=each) for one, each in zip(some, odds, strict=True)]


def compared(known: Iterable[Known]) -> list[str]:
    """The texts that lines will be compared with, for a model of likeness to see before the first line comes."""
    return _compared([Fact(each, language) for each in known for language in each.entry.text])


def _compared(facts: Iterable[Fact]) -> list[str]:
    return list(dict.fromkeys(chain(*(chain(fact.texts, fact.questions, fact.names) for fact in facts))))


class Fact:
    """The words of a fact, as far as lines in one language are compared with them."""

    def __init__(self, known: Known, language: str) -> None:
        entry = known.entry
        self.known = known
        self.state = next((kind for name, kind in _STATES.items() if known.id.endswith(f".{name}")), None)
        self.keys = list(chain(*entry.keys.values()))
        self.texts = _in_language(entry.text, language)
        asks = [*chain(*_in_language(entry.asks, language)), *chain(*map(_asked_of_content, self.texts))]
        names = list(chain(*_in_language(entry.keys, language)))
        self.kinds: frozenset[Kind] = frozenset(chain(*map(kinds_of, asks)))
        if self.state:
            self.kinds = frozenset([self.state])
        elif known.id.startswith(EVENT):
            # nobody wrote what an event answers: its words say more than that it happened
            self.kinds = frozenset()
        self.told: frozenset[Kind] = frozenset(chain(*map(kinds_told, self.texts)))
        self.written = [*self.keys, *self.texts, *asks]
        self.names = names
        self.questions = [*asks, *filter(is_phrase, names)]
        self.readings = [Told(tuple(self.texts), tuple(self.questions))]
        """By language, this one first: what is written twice is understood better."""
        self.readings += [
            _reading(entry, other) for other in entry.text if language in entry.text and other != language
        ]
        self.words = frozenset(chain(*map(words, [*names, *self.texts])))

    def place_in(self, line: str) -> int | None:
        """Where the line first has one of its keys."""
        return min((place for key in self.keys if (place := position_of(key, line)) is not None), default=None)

    def keys_in(self, line: str) -> list[str]:
        """The keys that the line has."""
        return [key for key in self.keys if position_of(key, line) is not None]

    def mentions(self, word: str) -> bool:
        """Whether any of its texts has the word."""
        return any(position_of(word, text) is not None for text in self.written)


def _reading(entry: LorebookEntry, language: str) -> Told:
    """A fact as it is written in one language."""
    text, names = entry.text[language], entry.keys.get(language, ())
    asks = (*entry.asks.get(language, ()), *_asked_of_content(text))
    return Told((text,), (*asks, *filter(is_phrase, names)))


def _asked_of_content(text: str) -> Iterator[str]:
    """Where what is in something is: `The chest holds a crown.` answers `Where is a crown?`, too; and what somebody is
    called: `A boy named Teo hides aboard.`"""
    if found := _HOLDS.search(text):
        yield f"Where is {found[1]}?" if found[1] else f"{found[2]}在哪里？"
    if found := _NAMED.search(text):
        yield f"What is the {found[1]}'s name?" if found[1] else f"那个{found[2]}叫什么名字？"


def _in_language(written: Mapping[str, T], language: str) -> list[T]:
    """What is written in the language, or in all others where nothing is."""
    return [written[language]] if language in written else list(written.values())


def features_of(
    line: str, facts: Sequence[Fact], likeness: Likeness, kinship: Kinship, kinds: frozenset[Kind] | None = None
) -> tuple[list[Features], bool]:
    """The features of each fact, and whether there was any likeness at all."""
    texts = _compared(facts)

    def alike_to(text: str) -> dict[str, float]:
        return dict(zip(texts, likeness(text, texts), strict=True))

    whole = alike_to(line)
    about = words(line)
    topic = alike_to(" ".join(about)) if about else dict.fromkeys(texts, 0.0)
    named = [(fact, key) for fact in facts for key in fact.keys_in(line) if len(key) > 1]
    kinds, proper = kinds_of(line) if kinds is None else kinds, proper_nouns(line)
    akin = _kin(line, facts, kinship)
    by_meaning = any(whole.values())
    found = []
    for fact, kin in zip(facts, akin, strict=True):
        text, question = _most(whole, fact.texts), max(fact.questions, key=lambda each: whole[each], default=None)
        left = without(line, fact.keys_in(line))
        right = bool(kinds & fact.kinds)
        right_words = not fact.kinds and bool(kinds & fact.told)
        found.append(
            Features(
                text=text,
                best=_most(whole, [*fact.texts, *fact.questions]),
                key=float(fact.place_in(line) is not None),
                missing=float(any(other is not fact and not fact.mentions(key) for other, key in named)),
                topic=_most(topic, fact.names),
                covered=sum(word in fact.words for word in left) / len(left) if left else 0.0,
                kind=float(right),
                other_kind=float(bool(kinds and fact.kinds) and not right),
                told=float(right_words),
                strict=float(bool(kinds & STRICT) and not kinds & (fact.kinds | fact.told)),
                other_state=float(fact.state is not None and not right),
                address=float(
                    question is not None
                    and by_meaning
                    and addresses(line) != addresses(question)
                    and whole[question] >= text
                ),
                proper=float(any(not fact.mentions(noun) for noun in proper)),
                answers=kin.text,
                asked=kin.question,
                akin=max(kin),
                same=max(0.0, whole[question] - _MUCH_THE_SAME) / (1 - _MUCH_THE_SAME) if question else 0.0,
            )
        )
    return found, by_meaning


def _kin(line: str, facts: Sequence[Fact], kinship: Kinship) -> list[Kin]:
    """Of the line with each fact: the mean over the languages in which it is written."""
    found = iter(kinship(line, [reading for fact in facts for reading in fact.readings]))
    several = [list(islice(found, len(fact.readings))) for fact in facts]
    return [Kin(*(sum(measure) / len(each) for measure in zip(*each, strict=True))) for each in several]


def _most(alike: dict[str, float], texts: Sequence[str]) -> float:
    return max((alike[text] for text in texts), default=0.0)
