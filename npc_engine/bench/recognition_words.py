"""Word error rate of English, with spelling, numerals and marks made alike on both sides first. Knows no audio."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from npc_engine.errors import NpcEngineError


@dataclass(frozen=True)
class Errors:
    """Words that were expected, and how many of them were wrong, missing or added."""

    words: int
    errors: int

    @property
    def rate(self) -> float:
        """From 0; above 1 when more is added than was said."""
        return self.errors / max(1, self.words)


def normaliser() -> Callable[[str], str]:
    """Whisper's own for English: `Mr.` and `mister`, `2,000` and `two thousand`, `grey` and `gray` become the same.

    Raises `NpcEngineError` when the libraries are not installed.
    """
    try:
        import jiwer  # noqa: F401
        from whisper_normalizer.english import EnglishTextNormalizer  # type: ignore[import-untyped]
    except ImportError as error:
        raise NpcEngineError(f"{error.name} is not installed; run: pip install 'npc-engine[bench]'") from error
    normalise: Callable[[str], str] = EnglishTextNormalizer()
    return normalise


def count_errors(pairs: Iterable[tuple[str, str]], normalise: Callable[[str], str]) -> Errors:
    """Over all pairs of what is expected and what was understood."""
    import jiwer

    normal = [(normalise(expected), normalise(heard)) for expected, heard in pairs]
    known = [(expected, heard) for expected, heard in normal if expected]
    if not known:
        return Errors(0, sum(len(heard.split()) for _, heard in normal))
    found = jiwer.process_words([expected for expected, _ in known], [heard for _, heard in known])
    wrong = found.substitutions + found.deletions + found.insertions
    return Errors(found.hits + found.substitutions + found.deletions, wrong)
