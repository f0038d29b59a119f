"""Understand a line by its likeness to examples. How alike two texts are tells a model outside of the core. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Literal, NamedTuple

from npc_engine.core.questions import asks, kinds_of
from npc_engine.persona.mentions import is_phrase, plain, position_of

Likeness = Callable[[str, Sequence[str]], Sequence[float]]
"""How alike in meaning a line is to each of the texts, from -1 to 1; without a model 0.0 for each."""
Kinship = Callable[[str, Sequence["Told"]], Sequence["Kin"]]
"""How far each fact tells what a line asks; without a model nothing."""
Stance = Literal["accept", "refuse", "finish"]
"""To a task: the player takes it on, turns it down, or says that it is done."""
MEANT = 0.6
"""So like an example is a line that means it. Fitted on `tests/recall/says.yaml`."""
_COMMON: dict[Stance, tuple[str, ...]] = {
    "accept": (
        *("Yes.", "Sure.", "Okay.", "All right.", "Of course.", "Gladly.", "Deal.", "I accept.", "Leave it to me."),
        *("I'll do it.", "好。", "好的。", "行。", "可以。", "没问题。", "我答应你。", "交给我吧。", "我愿意。"),
    ),
    "refuse": (
        *("No.", "I won't.", "I refuse.", "No way.", "Not interested.", "Forget it.", "Do it yourself.", "I'm busy."),
        *("Sorry, I can't.", "不。", "不行。", "不要。", "我不干。", "我拒绝。", "算了。", "你自己去吧。", "我很忙。"),
    ),
    "finish": ("It is done.", "I did it.", "I finished the task.", "办好了。", "做完了。", "任务完成了。"),
}
"""Examples that hold for any task: nobody needs to write them."""
STANCES = tuple(chain(*_COMMON.values()))
"""The same, all of them."""
_YES_IN_NO = re.compile(
    r"\b(?:why not|no (?:problem|worries|doubt|trouble)|can't wait|not bad)\b|没问题|没事|不错|不客气", re.IGNORECASE
)
_NOT = re.compile(
    r"n't\b|\b(?:not|never|no|cannot|cant|wont|dont|havent|didnt|without|neither|nor|unable|fail(?:ed)? to)\b"
    r"|不(?!过|仅|止)|没|未(?!来)|别(?!的|人)|无法",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"[?？]|\b(?:if|unless|maybe|perhaps|would|could|should|might|almost|nearly|soon|going to|trying|want to)\b"
    r"|\b(?:try to|when i|i'll|i will|will i|let me)\b"
    r"|如果|要是|也许|可能|差点|快要|正在|准备|打算|想要|等我|吗|马上|试试|该",
    re.IGNORECASE,
)
_HESITATES = re.compile(r"\b(?:think|maybe|perhaps|later|not sure|not yet)\b|想想|考虑|再说|等|也许|以后")
_OF_ONESELF = re.compile(
    r"^(?:\w+, )?i(?:'ve)? (?!want|need|would|wish|ask|beg|must)|^我(?!想|要|需要|可以|能)|\bkeep\b", re.IGNORECASE
)
"""How a line begins that tells what the player does: nothing is wanted of others."""


class Told(NamedTuple):
    """A fact as lines are compared with it."""

    texts: tuple[str, ...]
    """What it says, in one language or several."""
    questions: tuple[str, ...]
    """What it answers, as far as somebody wrote it down."""


class Kin(NamedTuple):
    """How far a fact tells what a line asks, by two measures, each from -1 to 1."""

    text: float
    """Whether what it says answers the line."""
    question: float
    """Whether the line asks what somebody wrote down that it answers."""


def nothing_alike(line: str, texts: Sequence[str]) -> list[float]:
    """What stands in for a model of likeness where there is none: keys alone count then."""
    return [0.0] * len(texts)


def nothing_akin(line: str, facts: Sequence[Told]) -> list[Kin]:
    """The same for kinship."""
    return [Kin(0.0, 0.0)] * len(facts)


def is_denied(line: str) -> bool:
    """Whether the line says no to something: `I won't do it`, `我还没打开`. Not `why not`, `没问题`."""
    return _NOT.search(_YES_IN_NO.sub(" ", plain(line))) is not None


def is_unsure(line: str) -> bool:
    """Whether the line asks, supposes or intends, and tells of nothing that is so: `Did I open it?`, `我准备打开`."""
    return _UNSURE.search(plain(line)) is not None


def closest(line: str, examples: Sequence[str], likeness: Likeness) -> float:
    """How sure it is that `line` means what the examples mean, 0 to 1; from `MEANT` it is understood so.

    An example inside the line is certain; one of a single word must begin it. A line that denies what an example
    affirms, or the other way round, means something else.
    """
    alike = [example for example in examples if is_denied(example) == is_denied(line)]
    if any(_has(line, example) for example in alike):
        return 1.0
    return max([0.0, *likeness(line, alike)])


def stance(line: str, examples: Mapping[Stance, Sequence[str]], likeness: Likeness) -> Stance | None:
    """How the player stands to a task of which `examples` tell what players say; None where the line tells nothing.

    Only what is said to be so is a claim to have finished, and nobody who asks or hesitates accepts or refuses.
    """
    if asks(_YES_IN_NO.sub(" ", plain(line))) or _HESITATES.search(plain(line)):
        return None
    possible = [each for each in _COMMON if each != "finish" or not (is_denied(line) or is_unsure(line))]
    sure = {each: closest(line, (*examples.get(each, ()), *_COMMON[each]), likeness) for each in possible}
    best = max(possible, key=lambda each: sure[each])
    return best if sure[best] >= MEANT else None


def wants(line: str, examples: Sequence[str], likeness: Likeness) -> float:
    """How sure it is that the player wants what the examples ask for, 0 to 1; from `MEANT` it is understood so.

    Who asks where something is, or tells what they did themselves, wants nothing done.
    """
    if kinds_of(line) or _OF_ONESELF.search(plain(line)):
        return 0.0
    return closest(line, examples, likeness)


def _has(line: str, example: str) -> bool:
    said = example.rstrip(" .!?。！？")
    place = position_of(said, line)
    return place is not None and (place == 0 or is_phrase(said))
