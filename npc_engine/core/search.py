"""Find what each part of a line asks for among the facts that it may ask for. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import chain

from npc_engine.core.found import ANSWERED, CERTAIN, SURE, Found, property_of
from npc_engine.core.intent import Meant
from npc_engine.core.known import EMPTY_HANDED, EXAMPLE, GIVER, WAS_GIVER, Known
from npc_engine.core.meaning import Kinship, Likeness
from npc_engine.core.questions import asks, kinds_of, parts, question_of, subjects
from npc_engine.core.relevance import Scored, agreed, scored
from npc_engine.core.rewording import followed, plainly
from npc_engine.core.sought import meant_by, of_sort, step_of, surveyed, unless_elsewhere, unless_open
from npc_engine.persona.mentions import mentions

TOUCHED = 0.1
"""The chance from which a fact stands beside the line."""
TOLD_UNASKED = 0.35
"""The chance from which a fact stands beside a line that asks for nothing and has none of its keys."""
BESIDE, BESIDE_OF_MORE = 0.4, 0.2
"""Further facts must be so likely, as a part of the likeliest: one question has mostly one answer. A line that asks
several has several, and so has one whose likeliest is less than certain: of 58 wrong answers to 1,450 lines that were
read before, seven are right with what is likely so, at the price of a sentence more in 28 right ones."""


class Search:
    """Among the facts that one line may ask for."""

    def __init__(
        self,
        known: Sequence[Known],
        language: str,
        likeness: Likeness,
        kinship: Kinship,
        before: Sequence[str],
        persons: Mapping[str, bool],
    ) -> None:
        """`language` is that of the line, `before` the lines before it; `persons` tells of names whether they are
        somebody's, as in `followed`."""
        self._known, self._language = known, language
        self._likeness, self._kinship = likeness, kinship
        self._before, self._persons = before, persons
        self._names = subjects(chain(*(keys for each in known for keys in each.entry.keys.values())))

    def found(self, line: Meant, hidden: Container[str]) -> tuple[list[Found], list[Found]]:
        """What the parts of the line ask for, the weightiest first: of each part the best, then what else it touches;
        and what they touch of what is `hidden`, by its id."""
        firsts: list[Found] = []
        others: list[Found] = []
        rivals: list[Found] = []
        is_one = len(_parts(line)) == 1
        for number, (asked, found) in enumerate(self._of_parts(line)):
            part = asked.whole
            unasked = TOUCHED if asks(part) else TOLD_UNASKED
            weighed = of_sort([_weighed(each, number) for each in found], part)
            weighed.sort(key=lambda each: (-each.answers, -each.weight))
            touching = {each.known.id for each in found if each.chance >= (unasked if each.place is None else TOUCHED)}
            before_it = {each.known.id for each in (*firsts, *others)}
            tellable = [each for each in weighed if each.known.id not in hidden and each.known.id not in before_it]
            step = step_of(tellable, asked, self._likeness)
            tellable = unless_elsewhere(unless_open(tellable, part))
            meant = surveyed(tellable, asked) or meant_by(tellable, part) or step
            told = meant or [each for each in tellable if each.known.id in touching]
            told = _of_named_before(told, firsts)
            if not meant:
                rivals += [each for each in weighed if each.known.id in touching and each.known.id in hidden]
            firsts += told[:1]
            others += [each for each in told[1:] if _is_beside(told[0], each, is_one)]
        return sorted(firsts, key=lambda each: -each.weight) + sorted(others, key=lambda each: -each.weight), rivals

    def named(self, line: str) -> list[str]:
        """What the line names of all that some fact is about."""
        return [name for name in self._names if mentions(line, name)]

    def _of_parts(self, line: Meant) -> list[tuple[Meant, list[Scored]]]:
        """The parts of the line as they are meant, with what each has to do with the facts; the line as a whole where
        that is answered as surely as the least of its parts: `Is it open, or is it locked?` asks one thing. Where its
        parts are surely answered, and each by another fact, it must be answered as surely as any of them. A line whose
        intent is sure has one part."""
        found: list[tuple[Meant, list[Scored]]] = []
        for part in _parts(line):
            found.append(self._of_part(line, part, [*self._before, *(meant.line for meant, _ in found)]))
        if len(found) == 1:
            return found
        whole = self._of_part(line, line.line, self._before)
        bests = [max(each, key=lambda one: one.odds) for _, each in found if each]
        odds = [best.odds for best in bests] or [0.0]
        are_several = min(odds) >= SURE and len({best.known.id for best in bests}) == len(bests)
        return [whole] if _surest(whole[1]) >= max(max(odds) if are_several else min(odds), ANSWERED) else found

    def _of_part(self, line: Meant, part: str, past: Sequence[str]) -> tuple[Meant, list[Scored]]:
        """A part of the line as it is meant after what was said before, with what it has to do with the facts: where
        nothing answers it, by the plain question for the intent."""
        meant = line._replace(line=plainly(followed(part, past, self._names, self._persons)))
        found = self._scored(meant.line, meant.whole)
        if question := question_of(meant.line):
            # What else is said may tell what is meant, or be small talk: what both readings find is likelier.
            found = agreed(found, self._scored(question, question))
        if line.is_of_course and _surest(found) < ANSWERED:
            found = agreed(found, self._scored(line.plainly, line.plainly))
        return meant, found

    def _scored(self, line: str, whole: str) -> list[Scored]:
        """What the line has to do with the facts; which kinds of answer it asks for, its `whole` tells."""
        return scored(line, self._language, self._known, self._likeness, self._kinship, kinds_of(whole))


def _parts(line: Meant) -> list[str]:
    return [line.line] if line.plainly else parts(line.line)


def _surest(found: Sequence[Scored]) -> float:
    return max((each.odds for each in found), default=0.0)


def _is_beside(first: Found, each: Found, is_one: bool) -> bool:
    """Whether a further fact is told beside the likeliest of a line, which `is_one` question. That the player has
    nothing is told alone; what the persona says in an example, and who wants another quest done, seldom is another
    answer."""
    if each.known.id == EMPTY_HANDED:
        return False
    is_giver = all(found.known.id.startswith((GIVER, WAS_GIVER)) for found in (first, each))
    is_certain = is_one and (first.odds >= CERTAIN or is_giver or each.known.id.startswith(EXAMPLE))
    return each.weight >= (BESIDE if is_certain else BESIDE_OF_MORE) * first.weight


def _of_named_before(told: list[Found], before: Sequence[Found]) -> list[Found]:
    """Without how another thing is than one that an earlier part of the line names: `Is the cellar locked? Or open?`
    speaks of the cellar to its end."""
    named = {_thing(each) for each in before if property_of(each) and each.place[1] >= 0}
    return [each for each in told if not named or not property_of(each) or each.place[1] >= 0 or _thing(each) in named]


def _thing(found: Found) -> str:
    """Id of the thing whose state it tells."""
    return found.known.id.rpartition(".")[0]


def _weighed(each: Scored, part: int) -> Found:
    """What is said of the beat under way, and what its author finds important, comes before what is as likely."""
    weight = each.chance * (1 + each.known.bonus / 1000 + each.known.entry.priority / 100)
    place = -1 if each.place is None else each.place
    return Found(each.known, each.odds, weight, (part, place))
