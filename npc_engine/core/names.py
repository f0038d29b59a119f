"""Find the things of a world in a text, and put a mark in the place of each: what is said of them is then a pattern of
marks and small words, whatever the things are called. Pure.

A mark is one character of Unicode's private use area.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from npc_engine.core.plain import closed_up
from npc_engine.persona.world import Thing

MARK = "[\ue000-\uf8ff]"
"""A pattern for any mark."""
IT, WHO = "\ue000", "\ue001"
"""Marks of pronouns, for things and for persons."""
_FIRST = 0xE010
_PRONOUN = re.compile(r"\b(?P<it>it|they|them)\b|(?P<he>\b(?:he|she|him)\b)|(?P<ta>它们?)|(?P<taren>[他她]们?)")
_FEIGNED = re.compile(r"\bit(?='s raining| is raining| is (?:a|an|my|not|the) )")
_SENTENCE = re.compile(r"[.!?。！？；\n]+")
_SHORT = [
    (re.compile(pattern), full)
    for pattern, full in (
        (r"\bwon't\b", "will not"),
        (r"\bcan't\b|\bcannot\b", "can not"),
        (r"\bain't\b", "is not"),
        (r"n't\b", " not"),
        (r"'re\b", " are"),
        (r"'ve\b", " have"),
        (r"'ll\b", " will"),
        (r"\bi'm\b", "i am"),
        (r"\b(it|he|she|that|there|here|who|what|nobody|someone|somebody|everybody)'s\b", r"\1 is"),
        (
            rf"({MARK})'s (?=(?:not |still |now |over |right |already |just )*(?:in|at|on|inside|behind|under|with|got|"
            r"open|closed|shut|locked|unlocked|dead|alive|been)\b)",
            r"\1 is ",
        ),
    )
]


_PART_OF = re.compile(
    rf"(?P<of>{MARK}) (?:to|of|for) (?:(?:the|your|my|our|that|this|his|her) )?{MARK}|{MARK}(?:'s |的)(?P<own>{MARK})"
)
"""`The key to the safe` and `the bank's safe` are one thing each."""


@dataclass(frozen=True)
class Marked:
    """A text with marks in it."""

    text: str
    topics: tuple[tuple[str, ...], ...] = ()
    """Ids of the things that were spoken of, by sentence, the last one first: a pronoun stands for one of them."""


class Names:
    """The names of a world's things, ready to be found. Made once for a world."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self.things = {thing.id: thing for thing in things}
        self._marks = {thing: chr(_FIRST + number) for number, thing in enumerate(self.things)}
        self._ids = {mark: thing for thing, mark in self._marks.items()}
        spoken = {closed_up(name): thing.id for thing in self.things.values() for name in all_names(thing)}
        self._by_name = spoken
        names = sorted(spoken, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_bounded, names)) or r"(?!)")

    def marked(self, text: str, before: str = "") -> Marked:
        """The text in its plainest form, with marks. `before` is what was said up to here: pronouns stand for that."""
        said = self._mark(closed_up(text))
        if not before and not re.search(MARK, said):
            return Marked(_pronouns(said))
        return Marked(_pronouns(said), tuple(self._topics(f"{self._mark(closed_up_lines(before))}\n{said}")))

    def id_of(self, mark: str) -> str:
        """The id of the thing that a mark stands for."""
        return self._ids[mark]

    def unmarked(self, text: str) -> str:
        """The text with names in the place of its marks, for people to read."""
        words = {IT: "it", WHO: "they"} | {
            mark: next(all_names(self.things[thing])) for mark, thing in self._ids.items()
        }
        return re.sub(MARK, lambda mark: words[mark.group()], text).strip()

    def _mark(self, text: str) -> str:
        text = self._pattern.sub(self._mark_of, text)
        for pattern, full in _SHORT:
            text = pattern.sub(full, text)
        return _PART_OF.sub(lambda pair: pair["of"] or pair["own"], text)

    def _mark_of(self, found: re.Match[str]) -> str:
        name = found.group()
        known = next(form for form in singulars(name) if form in self._by_name)
        return self._marks[self._by_name[known]]

    def _topics(self, text: str) -> Iterator[tuple[str, ...]]:
        for sentence in reversed(_SENTENCE.split(text)):
            if marks := re.findall(MARK, sentence):
                yield tuple(self._ids[mark] for mark in dict.fromkeys(marks))


def all_names(thing: Thing) -> Iterator[str]:
    """What the thing is called, in every language."""
    return (name for names in thing.names.values() for name in names)


def closed_up_lines(text: str) -> str:
    """`closed_up`, line by line."""
    return "\n".join(map(closed_up, text.splitlines()))


def singulars(word: str) -> Sequence[str]:
    """The forms of which `word` may be the plural, itself first."""
    return (word, word[:-1], word[:-2])


def _bounded(name: str) -> str:
    if not re.search("[a-z0-9]", name):
        return re.escape(name)
    return rf"(?<![a-z0-9]){re.escape(name)}(?:e?s)?(?![a-z0-9])"


def _pronouns(text: str) -> str:
    text = _FEIGNED.sub("that", text)
    return _PRONOUN.sub(lambda found: IT if found.lastgroup in ("it", "ta") else WHO, text)
