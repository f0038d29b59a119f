"""Say which of a writer's questions find their fact, and which facts players will hardly reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from npc_engine.compose import LIKENESS, likeness_for
from npc_engine.core.reach import Reach, reaches
from npc_engine.errors import ModelMissing
from npc_engine.persona import loading

FEW = 0.5
"""Less than so many of its questions find a fact whose words nobody wrote down hardly at all."""


def reach_of(name_or_path: str) -> None:
    """Put the questions of a persona's facts to it. Raises `PersonaNotFound`, `InvalidFile` or `ModelMissing`."""
    file = loading.find(name_or_path, loading.search_folders())
    persona = loading.load(file)
    likeness = likeness_for(languages=persona.languages)
    if likeness is None:
        raise ModelMissing(f"questions are understood by models; run: npc-engine models pull {' '.join(LIKENESS)}")
    found = list(reaches(persona, file.absolute().parent.name, likeness, likeness.kinship))
    console = Console(highlight=False)
    for fact, advice in findings(found):
        console.print(Text.assemble(("warning", "yellow"), f": {fact}: {advice}"), soft_wrap=True)
    console.print(summary(found), markup=False, soft_wrap=True)


def findings(found: Sequence[Reach]) -> Iterator[tuple[str, str]]:
    """Facts, and what a writer can do for them."""
    for each in found:
        fact = f"'{each.fact}'" + (f" ({each.language})" if each.language else "")
        if not each.questions:
            yield fact, "has no questions; write under `asks` what players may ask"
        elif each.alike < FEW * each.questions:
            yield (
                fact,
                f"{each.alike} of its {each.questions} questions find it by the others; write more of their kind",
            )
        for question, instead in each.lost:
            other = f"finds '{instead}'" if instead else "finds nothing"
            yield fact, f"'{question}' {other}; word it more clearly, or give it to that fact"


def summary(found: Sequence[Reach]) -> str:
    """How well what was written is found, in one sentence."""
    questions, lost = sum(each.questions for each in found), sum(len(each.lost) for each in found)
    share = sum(each.alike for each in found) / questions if questions else 0
    return (
        f"{len(found)} texts of facts, {questions} questions, of which {lost} find something else;"
        f" {share:.0%} would find their fact if they were not written, as players' own words do"
    )
