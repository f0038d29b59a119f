"""Find what a clause claims of quests: that one is done, that the player has done a step, or still must. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from npc_engine.core.names import MARK, Names
from npc_engine.core.plain import closed_up, telling_words
from npc_engine.core.quests import DONE, Statuses
from npc_engine.persona.base import localised
from npc_engine.persona.world import Beat, Quest

_DONE_EN = re.compile(
    r"\b(?:your|the|this|that|our) (?:task|quest|mission|job|errand|case|mystery)s? (?:is|are|has been|was) "
    r"(?P<no>not )?(?:now |already |all |almost )*"
    r"(?:done|complete|completed|finished|over|accomplished|solved|closed|cracked)\b"
    r"|\byou(?: have| did)?(?P<not> not)?(?: now| already| just| successfully)* (?:completed|finished|accomplished"
    r"|done) "
    r"(?:the|your|this|that|all) (?:tasks?|quests?|missions?|job)\b"
    r"|^\W*(?:quest|mission|task) (?:complete|completed|accomplished|done)\b"
)
_DONE_ZH = re.compile(
    r"(?:任务|案子|案件|差事)(?:就|都|已经?|现在|全部)*(?:完成|结束|做完|办完|告?破|侦破|了结)了|(?<!没)(?<!没有)(?<!才能)(?<!还要)完成了(?:你的|这个|全部"
    r"|所有)*任务|完成(?:你的|这个|全部|所有)*任务(?:了|啦)|你(?:已经|都)*(?:完成|做完)了(?=[，。！]|$)"
)
_NOT_CLAIMED = re.compile(
    r"\b(?:if|when|once|until|unless|whether|after|before|as soon as)\b|\b(?:not|never|will|would)\b[^,]*$"
    r"|如果|等|要是|直到|只要|一旦|(?:还没|没有|不)[^，]*$"
)
_MARKS = " .,;!?。，；！？"
_TELLING = 2
"""So many telling words of a line are no accident."""
_SENTENCE_ENDS = re.compile(r"[.!?。！？]")
_PAST = {
    "go": "gone|went",
    "find": "found", "get": "got", "bring": "brought", "take": "took|taken", "give": "gave|given", "buy": "bought",
    "speak": "spoke|spoken", "tell": "told", "steal": "stole|stolen", "win": "won", "catch": "caught",
    "make": "made", "meet": "met", "slay": "slew|slain", "break": "broke|broken", "leave": "left", "send": "sent",
    "free": "freed", "put": "put", "light": "lit|lighted", "hide": "hid|hidden", "fight": "fought", "build": "built",
    "sell": "sold", "lead": "led", "see": "saw|seen", "read": "read", "set": "set", "beat": "beat|beaten",
}  # fmt: skip
_STEP_EN = re.compile(
    rf"^(?P<verb>[a-z]+)(?: [a-z]+)?? (?:(?:the|a|an|your|some|his|her|their|all|old|lost) )*(?P<object>{MARK}|[a-z]+)"
)
_STEP_ZH = re.compile(rf"(?P<verb>[\u4e00-\u9fff]{{1,3}})(?:{MARK}的?)*(?P<object>{MARK})(?![\u4e00-\u9fff]*{MARK})")
_WRAPPING = re.compile(r"^(?:去|把|用|先|然后|并|再)+")


@dataclass(frozen=True)
class Step:
    """A beat as something that a player has done, or must do."""

    done: re.Pattern[str]
    to_do: re.Pattern[str]
    is_done: bool


class Progress:
    """How far the quests are that a character may speak of."""

    def __init__(self, quests: Iterable[tuple[Quest, Statuses]], names: Names) -> None:
        quests = tuple(quests)
        self._names = names
        self._any = bool(quests)
        self._done = any(all(statuses.get(beat.id) == DONE for beat in quest.beats) for quest, statuses in quests)
        self._steps = [
            step
            for quest, statuses in quests
            for beat in quest.beats
            for step in _steps(beat, statuses.get(beat.id) == DONE, names)
        ]
        self._over = [closed_up(line) for quest, statuses in quests for line in _over(quest, statuses)]

    def is_over(self, sentence: str) -> bool:
        """Whether the sentence is of a line that an author wrote for what is over by now: a small model finds it in
        what was said, and says it again."""
        said = closed_up(sentence).strip(_MARKS)
        return len(telling_words(said)) >= _TELLING and any(said in line for line in self._over)

    def misstated(self, sentence: str) -> str | None:
        """The words of the sentence that say of a quest what is not so."""
        said = self._names.marked(sentence).text
        if said.rstrip().endswith(("?", "？")):
            return None
        return next((self._names.unmarked(found) for found in self._misstated(said) if found), None)

    def _misstated(self, said: str) -> Iterator[str]:
        if self._any and not self._done:
            for pattern in (_DONE_EN, _DONE_ZH):
                yield from (_claimed(found, said) for found in pattern.finditer(said))
        for step in self._steps:
            for found in (step.to_do if step.is_done else step.done).finditer(said):
                yield _claimed(found, said)


def _over(quest: Quest, statuses: Statuses) -> Iterator[str]:
    """The lines of beats that are done; how one is thanked for a step leads to the next, and ends with the quest."""
    is_done = all(statuses.get(beat.id) == DONE for beat in quest.beats)
    for beat in quest.beats:
        lines = beat.lines
        if statuses.get(beat.id) == DONE:
            for texts in (lines.offered, lines.accepted, lines.refused, lines.early):
                yield from chain(*texts.values())
            if is_done and beat is not quest.beats[-1]:
                yield from chain(*lines.done.values())


def _claimed(found: re.Match[str], said: str) -> str:
    """The words, unless their sentence denies or only supposes them."""
    before = _SENTENCE_ENDS.split(said[: found.start()])[-1]
    denied = any(found.groupdict().values()) or _NOT_CLAIMED.search(before)
    return "" if denied else found.group()


def _steps(beat: Beat, is_done: bool, names: Names) -> Iterator[Step]:
    english = _STEP_EN.match(names.marked(localised(beat.objective, "en")).text)
    if english and (english["object"][0] >= "\ue000" or telling_words(english["object"])):
        verb, thing = english["verb"], english["object"]
        past = _PAST.get(verb) or rf"{verb.removesuffix('e')}ed"
        small = r"(?:(?:the|a|an|your|that|my|his|her|their|all|old) )*"
        yield Step(
            re.compile(
                rf"\byou(?: have| did)?(?P<no> not)?(?: now| already| just| finally| indeed)* (?:{past}) {small}{thing}"
            ),
            re.compile(
                rf"\byou (?:still |first |now |just )*(?:need|have|must|should"
                rf"|ought)(?: still)?(?: to)?(?: first)? {verb} {small}{thing}"
            ),
            is_done,
        )
    chinese = list(_STEP_ZH.finditer(names.marked(localised(beat.objective, "zh")).text))
    if chinese:
        verb, thing = _WRAPPING.sub("", chinese[-1]["verb"]), chinese[-1]["object"]
        adverb = "(?:现在|已经?|刚刚?|终于|成功|都|就)*"
        yield Step(
            re.compile(
                rf"你们?{adverb}{verb}了[^，。！？]{{0,6}}?{thing}|你们?{adverb}把{thing}{verb}了"
                rf"|{thing}(?:已经)?被?你{verb}了"
            ),
            re.compile(
                rf"你们?(?:还|先|现在|必须|首先)*(?:得|要|需要|应该|该|必须)(?:先|去)*{verb}[^，。！？]{{0,6}}?{thing}"
            ),
            is_done,
        )
