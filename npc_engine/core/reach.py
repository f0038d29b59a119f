"""Whether players will reach what a writer wrote: the writer's own questions, put to the character as lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from npc_engine.core.chronicle import Chronicle
from npc_engine.core.found import ANSWERED
from npc_engine.core.known import Known
from npc_engine.core.meaning import Kinship, Likeness
from npc_engine.core.relevance import scored
from npc_engine.core.scene import Character
from npc_engine.persona.model import Persona


@dataclass(frozen=True)
class Reach:
    """How a fact is found at the beginning of the story."""

    fact: str
    """What it says."""
    language: str
    questions: int
    """How many were written for it."""
    lost: tuple[tuple[str, str], ...]
    """Of these the ones that find something else, and what: empty where they find nothing."""
    alike: int
    """How many find it even if they are taken away from it: as many as players' own words will, more or less."""


def reaches(persona: Persona, role: str, likeness: Likeness, kinship: Kinship) -> Iterator[Reach]:
    """How each fact that the persona knows is found, in each language that somebody wrote questions in.

    Facts without questions come too. What the engine itself says of things, and what only others know, is compared, and
    not judged.
    """
    chronicle, character = Chronicle(), Character(role, persona, role)
    chronicle.join(character)
    view = chronicle.view(character)
    known = [*view.tellable(), *view.kept_back()]
    ask = _Asking([*known, *view.unknown()], likeness, kinship)
    for each in known:
        is_written = "." not in each.id or each.id.startswith(("beat.", "lorebook."))
        if is_written and not each.of_state:
            for language, text in each.entry.text.items():
                yield ask.about(each, language, text)


class _Asking:
    def __init__(self, known: Sequence[Known], likeness: Likeness, kinship: Kinship) -> None:
        self._known, self._likeness, self._kinship = known, likeness, kinship

    def about(self, asked: Known, language: str, text: str) -> Reach:
        """The reach of one fact."""
        questions = asked.entry.asks.get(language, ())
        found = [(question, self._found(question, language, self._known)) for question in questions]
        without = [self._found(each, language, self._lacking(asked, each)) for each in questions]
        return Reach(
            fact=text,
            language=language,
            questions=len(questions),
            lost=tuple((question, self._text(each, language)) for question, each in found if not _is(each, asked)),
            alike=sum(_is(each, asked) for each in without),
        )

    def _lacking(self, asked: Known, question: str) -> list[Known]:
        """What is known, the fact without one of its questions."""
        asks = {
            language: tuple(each for each in texts if each != question) for language, texts in asked.entry.asks.items()
        }
        less = replace(asked, entry=asked.entry.model_copy(update={"asks": asks}))
        return [less if each is asked else each for each in self._known]

    def _found(self, question: str, language: str, known: Sequence[Known]) -> Known | None:
        """What the question finds; None where nothing answers it."""
        best = max(scored(question, language, known, self._likeness, self._kinship), key=lambda each: each.chance)
        return best.known if best.odds >= ANSWERED else None

    def _text(self, known: Known | None, language: str) -> str:
        return known.entry.text.get(language, "") if known else ""


def _is(found: Known | None, asked: Known) -> bool:
    return found is not None and found.id == asked.id
