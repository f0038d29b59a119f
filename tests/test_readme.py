"""What the README and the server's page promise can be typed as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from npc_engine import strictfile
from npc_engine.config import Config
from npc_engine.persona.model import Persona

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_ci_runs_the_command_that_the_readme_gives_for_the_tests() -> None:
    command = blocks(README.partition("## Run the tests")[2], "sh")[0].strip()
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_two_commands_stand_alone_and_differ_only_in_what_they_run() -> None:
    demo, _, tests = (block.strip() for block in blocks(README, "sh"))
    assert demo.removesuffix("demo") == tests.removesuffix("tests")
    assert "\n" not in demo


def test_the_character_in_ten_lines_is_a_persona(tmp_path: Path) -> None:
    text = blocks(README, "yaml")[0]
    assert len(text.splitlines()) <= 10
    (tmp_path / "persona.yaml").write_text(text, encoding="utf-8")
    assert strictfile.load(tmp_path / "persona.yaml", Persona).name == {"": "Tom"}


@pytest.mark.parametrize("page", ["README.md", "docs/server.md"])
def test_the_configurations_shown_are_read_as_they_stand(page: str, tmp_path: Path) -> None:
    text = next(block for block in blocks((ROOT / page).read_text(encoding="utf-8"), "yaml") if "models:" in block)
    (tmp_path / "server.yaml").write_text(text, encoding="utf-8")
    config = strictfile.load(tmp_path / "server.yaml", Config)
    assert page == "README.md" or config == Config()


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!http|#)([^)#]+)", README)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).exists()] == []
