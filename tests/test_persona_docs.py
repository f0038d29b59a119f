"""The page for writers shows a persona that works, and the messages that writers really get."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from npc_engine.errors import InvalidFile
from npc_engine.persona import loading
from npc_engine.persona.checking import check

PAGE = (Path(__file__).parents[1] / "docs" / "personas.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
MINIMAL, *PARTS = BLOCKS

MISTAKES = [
    ("lorebook:", "lorebok:"),
    ("text: The best", "text: Listen: the best"),
    ("name: Old Pete", "name: {en: Pete, the miner}"),
    ("  - keys", "\t- keys"),
    ("fallbacks:\n", ""),
    ("name: Old Pete", "name: 1849"),
    ('failed: ["Speak up, partner?"]', "failed: Speak up"),
    ('partner?"]\n', 'partner?"]\ncolor: gold\n'),
    ('partner?"]\n', 'partner?"]\nhints: [x]\n'),
    ('partner?"]\n', 'partner?"]\nname: Pete\n'),
]
FINDINGS = [
    ("name: Old Pete\nlanguages: [en]", "name: {en: Old Pete}\nlanguages: [en, zh]"),
    ("languages: [en]", "languages: [en]\nvoice: {en: joe}"),
    ("languages: [en]", "languages: [en]\nnever: {words: [river]}"),
    ("by the old mill.", "by the old mill.\n    tell_when: {place: mill}"),
    ("by the old mill.", "by the old mill.\n    when: {plce: mill}"),
    ('partner?"]\n', 'partner?"]\n  unknown: [Ask your luck.]\nnever: {words: [luck]}\n'),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the page tells writers to save the example."""
    file = tmp_path / "personas" / "miner" / "persona.yaml"
    file.parent.mkdir(parents=True)
    return file


def test_the_ten_lines_are_a_whole_persona(file: Path) -> None:
    assert len(MINIMAL.splitlines()) == 10
    file.write_text(MINIMAL, encoding="utf-8")
    assert check(loading.load(file), set()) == []


@pytest.mark.parametrize("part", PARTS)
def test_every_snippet_of_the_page_fits_into_the_minimal_persona(file: Path, part: str) -> None:
    keys = set(re.findall(r"^(\w+):", part, flags=re.MULTILINE))
    sections = re.split(r"^(?=\w)", MINIMAL, flags=re.MULTILINE)
    kept = "".join(section for section in sections if section.partition(":")[0] not in keys)
    file.write_text(kept + part, encoding="utf-8")
    loading.load(file)


@pytest.mark.parametrize(("right", "wrong"), MISTAKES)
def test_the_page_quotes_what_writers_are_told(file: Path, right: str, wrong: str) -> None:
    file.write_text(MINIMAL.replace(right, wrong) if wrong else MINIMAL.partition(right)[0], encoding="utf-8")
    with pytest.raises(InvalidFile) as error:
        loading.load(file)
    first = str(error.value).splitlines()[0]
    assert first.replace(str(file), "personas/miner/persona.yaml") in PAGE


@pytest.mark.parametrize(("plain", "odd"), FINDINGS)
def test_the_page_quotes_what_the_check_finds(file: Path, plain: str, odd: str) -> None:
    file.write_text(MINIMAL.replace(plain, odd), encoding="utf-8")
    [finding] = check(loading.load(file), set())
    assert f"{finding.severity}: {finding.where}: {finding.advice}" in PAGE
