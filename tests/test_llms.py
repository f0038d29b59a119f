"""The map of the documents for tools: `llms.txt`, as its convention wants it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "llms.txt").read_text(encoding="utf-8")
LINKS = re.findall(r"^- \[[^\]]+\]\(([^)]+)\): \S", TEXT, flags=re.MULTILINE)


def test_it_begins_with_a_name_and_what_it_is() -> None:
    name, empty, summary = TEXT.splitlines()[:3]
    assert (name, empty) == ("# npc-engine", "")
    assert summary.startswith("> ")


def test_every_link_leads_to_a_file_and_says_what_is_there() -> None:
    assert len(LINKS) == TEXT.count("](")
    assert [link for link in LINKS if not (ROOT / link).is_file()] == []


def test_every_english_page_is_on_the_map() -> None:
    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")}
    assert pages <= set(LINKS)
