"""What `bench crowd` found: data, and its tables. Measures nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from npc_engine.bench.findings import Findings, Section, facts
from npc_engine.bench.statistics import percentile


@dataclass(frozen=True)
class Answer:
    """What one player got."""

    first_token_ms: int | None
    """From the transcript or the typed line."""
    audible_ms: int | None
    """From the end of the player's speech to the first audible sample."""
    gaps_ms: list[int]
    """Silence inside the answer."""
    text: str


@dataclass(frozen=True)
class Crowd:
    """The turns of so many players at once."""

    through: str
    """What decided which tokens come next."""
    spoken: bool
    size: int
    answers: list[Answer]

    @property
    def times(self) -> list[int]:
        """Milliseconds to what counts: the first audible sample, or the first token of typed lines."""
        found = [answer.audible_ms if self.spoken else answer.first_token_ms for answer in self.answers]
        return [time for time in found if time is not None]

    @property
    def with_gaps(self) -> int:
        """How many answers have silence inside."""
        return sum(bool(answer.gaps_ms) for answer in self.answers)

    @property
    def longest_gap_ms(self) -> int:
        """Of all answers; 0 without any."""
        return max((gap for answer in self.answers for gap in answer.gaps_ms), default=0)

    def row(self) -> list[str]:
        """For its table."""
        times = self.times
        shown = [f"{percentile(times, part):.0f}" if times else "" for part in (0.5, 0.95)]
        silent = [str(self.with_gaps), str(self.longest_gap_ms)] if self.spoken else []
        return [self.through, str(self.size), str(len(times)), *shown, *silent]

    def shown(self) -> str:
        """For a line of progress."""
        return ", ".join(self.row()[2:])


_TITLES = {
    True: "Players who speak at once: end of speech → first audible sample, milliseconds",
    False: "Players who type at once: line → first token, milliseconds",
}
_COLUMNS = ["", "players", "turns", "median", "p95"]


def findings(crowds: Sequence[Crowd], models: dict[str, str], load_before: float, seed: int) -> Findings:
    """Everything, with a table for spoken and one for typed turns."""
    sections = [_section(spoken, [crowd for crowd in crowds if crowd.spoken == spoken]) for spoken in (True, False)]
    return Findings(
        facts=[*facts(models, load_before), f"seed of the draws {seed}"],
        sections=[section for section in sections if section.rows],
        data={"crowds": [asdict(crowd) for crowd in crowds]},
    )


def _section(spoken: bool, crowds: Sequence[Crowd]) -> Section:
    columns = [*_COLUMNS, *(["answers with gaps", "longest gap"] if spoken else [])]
    return Section(_TITLES[spoken], columns, [crowd.row() for crowd in crowds])
