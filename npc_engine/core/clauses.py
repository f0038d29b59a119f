"""Cut a stream of text into speakable pieces: the first one short, so that the voice starts early; none too long."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from npc_engine.core.phrases import loose_ends, phrase_ends

_STRONG = r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？；…]+[”’」』）]*|\n+"
_WEAK = r"[,;:—]+(?=\s)|[，、：]"
_ENDED = re.compile(r"[.!?…。！？；][\"'”’」』）)\]]*\s*$|\n\s*$")
_MARK = re.compile(f"(?P<strong>{_STRONG})|(?P<weak>{_WEAK})")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'“])(?:mrs?|ms|dr|st|jr|sr|prof|gen|col|sgt|capt|lt|vs|etc|e\.g|i\.e|a\.m|p\.m|[a-z])\.$",
    re.IGNORECASE,
)
_NUMERO = re.compile(r"\bno\.\s*(?:\d|$)", re.IGNORECASE)
"""`No. 5` is one thing, `No. Never.` is two: what follows decides, so without it we wait."""
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]")
_GAP = re.compile(r"(?<!\d)\s|\s(?!\d)")
_BOLD = re.compile(r"\*\*(.+?)\*\*|__(.+?)__|`(.+?)`")
_STAGE_DIRECTION = re.compile(r"\*[^*\n]{1,80}\*|\[[^\]\n]{0,80}\]|<[^>\n]{0,80}>")
_SYMBOLS = re.compile(r"[*_#`~|<>\[\]{}\\^\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]")
_SPEAKABLE = re.compile(r"\w")

WIDE_WIDTH = 3
"""A Han character or kana is a syllable: as long to say as about three Latin letters."""


@dataclass(frozen=True)
class Limits:
    """Widths between which a piece is cut. A Latin letter is 1 wide, a Han character `WIDE_WIDTH`."""

    strong: int
    """Least width of a piece that ends a sentence."""
    weak: int
    """Least width of a piece that ends at a comma."""
    cap: int
    """Width at which a piece is cut at the last mark or gap, whatever the sentence does."""
    phrase: int | None = None
    """Least width of a piece that ends with a phrase, where there is no mark. None: no piece does."""
    loose: int | None = None
    """The same of a piece that ends before any function word."""


FIRST = Limits(strong=3, weak=10, cap=80, phrase=14, loose=24)
"""The voice begins with the first phrase: at two or three words a second it lasts until the next piece is there."""
LATER = Limits(strong=24, weak=90, cap=180)


class ClauseSplitter:
    """State of one reply's text. The pieces joined are the text."""

    def __init__(self, first: Limits = FIRST, later: Limits = LATER) -> None:
        self._limits, self._first, self._later = first, first, later
        self._rest = ""

    def feed(self, text: str) -> list[str]:
        """Take the next characters; return the pieces that are now complete."""
        self._rest += text
        pieces = []
        while (end := self._cut()) is not None:
            pieces.append(self._rest[:end])
            self._rest = self._rest[end:]
            self._limits = self._later
        return pieces

    @property
    def spare(self) -> str:
        """What has come and could be a first piece, though one that ends later sounds better."""
        return "".join(ClauseSplitter(self._first, self._first).feed(self._rest))

    def hurry(self) -> list[str]:
        """The voice is about to fall silent: return what there is to spare."""
        piece = self.spare
        self._rest, self._limits = self._rest[len(piece) :], self._later
        return [piece] if piece else []

    def flush(self) -> list[str]:
        """The text has ended: return what is left."""
        rest, self._rest = self._rest, ""
        return [rest] if rest else []

    def _cut(self) -> int | None:
        mark, last_mark = self._cut_mark()
        ends = [end for end in (mark, self._cut_phrase()) if end is not None]
        if ends:
            return min(ends)
        return self._cut_long(last_mark) if width(self._rest) > self._limits.cap else None

    def _cut_mark(self) -> tuple[int | None, int]:
        """Where a mark ends the piece, if one does; and the last mark that does not."""
        last_mark = 0
        for mark in _MARK.finditer(self._rest):
            piece = self._rest[: mark.end()]
            if width(piece) > self._limits.cap:
                break
            if _inside_abbreviation(piece, self._rest):
                continue
            if width(piece) >= (self._limits.strong if mark["strong"] else self._limits.weak):
                return mark.end(), last_mark
            last_mark = mark.end()
        return None, last_mark

    def _cut_phrase(self) -> int | None:
        found = [
            end
            for least, ends in ((self._limits.phrase, phrase_ends), (self._limits.loose, loose_ends))
            if least is not None
            for end in ends(self._rest)
            if width(self._rest[:end]) >= least
        ]
        return min(found, default=None)

    def _cut_long(self, last_mark: int) -> int | None:
        cap = self._limits.cap
        if width(self._rest[:last_mark]) * 3 >= cap:
            return last_mark
        gaps = [gap.end() for gap in _GAP.finditer(self._rest) if gap.start() > 0]
        within = [end for end in gaps if width(self._rest[:end]) <= cap]
        return within[-1] if within else _between_wide(self._rest, cap)


def width(text: str) -> int:
    """How long `text` is to say, in Latin letters."""
    text = text.strip()
    return len(text) + (WIDE_WIDTH - 1) * len(_WIDE.findall(text))


def is_wide(character: str) -> bool:
    """Whether the character belongs to a script that is written without spaces."""
    return _WIDE.match(character) is not None


def joined(texts: Iterable[str]) -> str:
    """Clauses or sentences as one text: with a space between them, unless the script has none."""
    whole = ""
    for text in texts:
        gap = " " if whole and text and not (is_wide(whole[-1]) or is_wide(text[0])) else ""
        whole += gap + text
    return whole


def ends_sentence(piece: str) -> bool:
    """Whether a piece ends a sentence, and doesn't just pause in it."""
    return _ENDED.search(piece) is not None


def sentences(piece: str) -> list[str]:
    """The sentences, and beginnings and ends of such, that a piece consists of; joined they are the piece."""
    parts, start = list[str](), 0
    for mark in _MARK.finditer(piece):
        if mark["strong"] and not _inside_abbreviation(piece[: mark.end()], piece):
            parts.append(piece[start : mark.end()])
            start = mark.end()
    return [*parts, piece[start:]] if piece[start:] else parts


def speakable(text: str) -> str:
    """`text` as it can be shown and spoken: no markdown, stage directions, markup or emoji. Empty if none is left."""
    text = _BOLD.sub(lambda match: next(group for group in match.groups() if group), text)
    text = _SYMBOLS.sub("", _STAGE_DIRECTION.sub("", text))
    text = re.sub(r"\s+", " ", text).strip()
    return text if _SPEAKABLE.search(text) else ""


def _inside_abbreviation(piece: str, whole: str) -> bool:
    numero = _NUMERO.search(whole, max(0, len(piece) - 4))
    if numero and numero.start() < len(piece) < numero.end() + 1:
        return True
    return bool(_ABBREVIATION.search(piece))


def _between_wide(text: str, cap: int) -> int | None:
    """Where a text without marks or gaps may be cut: between two Han characters, as near the cap as may be."""
    for end in range(min(len(text) - 1, cap), 0, -1):
        if width(text[:end]) <= cap and _WIDE.match(text[end - 1]) and _WIDE.match(text[end]):
            return end
    return None
