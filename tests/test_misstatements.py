"""How much of what the state contradicts the gate catches, over three worlds in two languages, and what it stops
without need."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from gating import gate
from pydantic import RootModel

from npc_engine import strictfile

WANTED = 0.95
"""Share of the misstatements that must be caught. Before they were written it was 0.83."""


class Sentences(RootModel[dict[str, dict[str, dict[bool, list[str]]]]]):
    """By character, property, and whether it is so."""


SENTENCES = [
    (role, what, so, sentence)
    for role, properties in strictfile.load(Path(__file__).with_name("misstatements.yaml"), Sentences).root.items()
    for what, kinds in properties.items()
    for so, sentences in kinds.items()
    for sentence in sentences
]


def is_stopped(role: str, sentence: str) -> bool:
    return gate("Hello.", role, _language(sentence)).check(sentence) is not None


def _language(sentence: str) -> str:
    return "zh" if re.search("[\u3400-\u9fff]", sentence) else "en"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_the_state_contradicts_is_caught(language: str) -> None:
    false = [(role, each) for role, _, so, each in SENTENCES if not so and _language(each) == language]
    missed = [each for role, each in false if not is_stopped(role, each)]
    assert len(missed) <= (1 - WANTED) * len(false), missed


def test_what_is_so_may_be_said() -> None:
    assert [each for role, _, so, each in SENTENCES if so and is_stopped(role, each)] == []
