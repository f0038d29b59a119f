"""What a line asks for, whatever its words: its intent, which a model outside of the core tells. Pure.

Patterns of words see what they were written for: *Is it done?*, and not *tell me we're through with camels*. A line
whose intent is sure gets the plain question for it behind it, and the patterns see that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, get_args

from npc_engine.core.language import language_of
from npc_engine.core.questions import STRICT, kinds_of

Intent = Literal[
    "next",
    "stuck",
    "whom",
    "goal",
    "over",
    "giver",
    "deed",
    "told",
    "owner",
    "belongings",
    "where",
    "here",
    "survey",
    "contents",
    "company",
    "who",
    "you",
    "open",
    "alive",
    "happened",
    "why",
    "how",
    "when",
    "count",
    "measure",
    "reward",
    "maker",
    "said",
    "none",
]
"""What would satisfy who says the line: what is to be done next, a hint, whom to ask, what a quest is about, whether it
is over, who wants it done, who has done it, what the player has told; whose something is, all that somebody owns, where
something is, where the scene is, which places there are, what is in something, who is there, who somebody is, who the
character is, whether something is open or locked, or somebody alive, what happened, a reason, a way to do it, a time, a
number or price, a measure or kind, what is given for it, who made it, what somebody else said. `none`: it asks for no
fact."""
INTENTS: tuple[Intent, ...] = get_args(Intent)
Intents = Callable[[str], Mapping[Intent, float]]
"""How likely each intent of a line is, 0 to 1, together 1; without a model nothing."""
SURE = 0.7
"""From which chance an intent counts. Of lines by writers that nothing was learned from 83 % are so sure in English,
and 96.6 % of these rightly; in Chinese 73 and 94.1 %."""

_Plain = dict[str, str]
_OF_COURSE: dict[Intent, _Plain] = {
    "next": {"en": "What do I have to do next?", "zh": "接下来我该做什么？"},
    "stuck": {"en": "I am stuck. What do I have to do next?", "zh": "我卡住了，接下来我该做什么？"},
    "whom": {"en": "Whom should I ask about it?", "zh": "这事我该问谁？"},
    "goal": {"en": "What is this all about?", "zh": "这事的目的是什么？"},
    "over": {"en": "Is it done?", "zh": "这事办完了吗？"},
    "giver": {"en": "Who wants this done?", "zh": "这事是谁托我办的？"},
    "deed": {"en": "Who got it done?", "zh": "这是谁办成的？"},
}
"""Whole questions, of the course of the story."""
QUESTIONS = tuple(question for each in _OF_COURSE.values() for question in each.values())
"""The same, all of them: facts are compared with these."""
_OF_KIND: dict[Intent, _Plain] = {
    "told": {"en": "What did I tell you?", "zh": "我跟你说过什么？"},
    "owner": {"en": "Whose?", "zh": "是谁的？"},
    "belongings": {"en": "What belongings?", "zh": "有什么家当？"},
    "where": {"en": "Where?", "zh": "在哪里？"},
    "survey": {"en": "What places?", "zh": "有哪些地方？"},
    "contents": {"en": "Anything in there?", "zh": "里面有什么？"},
    "who": {"en": "Who?", "zh": "谁？"},
    "why": {"en": "Why?", "zh": "为什么？"},
    "how": {"en": "How does one do it?", "zh": "怎么做？"},
    "when": {"en": "When?", "zh": "什么时候？"},
    "count": {"en": "How many?", "zh": "多少？"},
    "measure": {"en": "What size?", "zh": "多大？"},
    "reward": {"en": "What reward?", "zh": "什么报酬？"},
    "maker": {"en": "Who made it?", "zh": "是谁造的？"},
}
"""What tells no more than the kind of answer."""
_PLAINLY = _OF_COURSE | _OF_KIND


def no_intents(line: str) -> dict[Intent, float]:
    """What stands in for a model of intents where there is none."""
    return {}


def intent_of(line: str, intents: Intents) -> Intent | None:
    """What the line surely asks for, if anything: not of the course of the story, where its words say that something
    else would answer. *Is the coupling mine now?* sounds as if something had come to an end."""
    chances = intents(line)
    likeliest = max(chances, key=lambda each: chances[each], default=None)
    if likeliest is None or likeliest == "none" or chances[likeliest] < SURE:
        return None
    return None if likeliest in _OF_COURSE and kinds_of(line) & STRICT else likeliest


class Meant(NamedTuple):
    """A line, and the intent that it surely has."""

    line: str
    intent: Intent | None = None

    @property
    def plainly(self) -> str:
        """The plain question for the intent, in the language of the line; nothing where there is none."""
        plain = _PLAINLY.get(self.intent) if self.intent else None
        return plain["zh" if language_of(self.line, "en") == "zh" else "en"] if plain else ""

    @property
    def whole(self) -> str:
        """The line as patterns of words see it: with the plain question behind it."""
        return f"{self.line} {self.plainly}" if self.plainly else self.line

    @property
    def is_of_course(self) -> bool:
        """Whether the plain question says all that is asked, and not only of which kind the answer is."""
        return self.intent in _OF_COURSE
