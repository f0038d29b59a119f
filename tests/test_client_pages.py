"""The pages for authors of clients: links lead somewhere, and both languages say as much."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from npc_engine.protocol import ErrorCode

FOLDER = Path(__file__).parents[1] / "docs" / "clients"
ENGLISH = sorted(path for path in FOLDER.glob("*.md") if not path.name.endswith(".zh.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def chinese(page: Path) -> Path:
    return page.with_suffix(".zh.md")


def test_every_page_is_there_in_both_languages() -> None:
    assert {path.name for path in FOLDER.glob("*.md")} == {
        path.name for page in ENGLISH for path in (page, chinese(page))
    }


@pytest.mark.parametrize("page", ENGLISH, ids=lambda page: page.stem)
def test_the_translation_has_the_same_tables_and_pictures(page: Path) -> None:
    ours, theirs = (path.read_text(encoding="utf-8") for path in (page, chinese(page)))
    for mark in (r"^\| ", r"^## ", r"^```mermaid"):
        assert len(re.findall(mark, ours, re.MULTILINE)) == len(re.findall(mark, theirs, re.MULTILINE)), mark


@pytest.mark.parametrize("page", [*ENGLISH, *map(chinese, ENGLISH)], ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_is_in_the_table_of_the_overview() -> None:
    overview = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert {page.name for page in ENGLISH} - {"README.md"} <= set(LINK.findall(overview))


def test_every_code_in_the_overview_is_one_that_is_sent() -> None:
    """Those of `npc.v1` are in its first column."""
    table = (FOLDER / "README.md").read_text(encoding="utf-8").partition("## By code")[2]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ")]
    named = {code for row in rows for code in re.findall(r"`([a-z]+_[a-z_]+)`", row[2])}
    assert named
    assert named - {"retry_after_ms"} <= set(get_args(ErrorCode))
