"""Conditions are read as writers write them, and hold over the state or not."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from npc_engine.persona.conditions import ALWAYS, Value, When, holds, paths

WHEN: TypeAdapter[When] = TypeAdapter(When)
STATE: dict[str, Value] = {"safe.open": False, "trust": 3, "place": "bank", "inventory": ["key", "rope"], "fee": None}


@pytest.mark.parametrize(
    ("written", "holding"),
    [
        ({"safe.open": False}, True),
        ({"safe.open": "false"}, True),
        ({"safe.open": 0}, False),
        ({"safe.open": "not false"}, False),
        ({"place": "bank", "trust": 3}, True),
        ({"place": "bank", "trust": 4}, False),
        ([{"place": "saloon"}, {"trust": ">= 3"}], True),
        ([{"place": "saloon"}, {"trust": "> 3"}], False),
        ({"trust": "< 4"}, True),
        ({"trust": "<= 2.5"}, False),
        ({"place": "> 1"}, False),
        ({"safe.open": ">= 0"}, False),
        ({"place": ["saloon", "bank"]}, True),
        ({"place": ["saloon", "church"]}, False),
        ({"inventory": "has key"}, True),
        ({"inventory": "lacks key"}, False),
        ({"inventory": "lacks gun"}, True),
        ({"place": "has key"}, False),
        ({"inventory": "has 1876"}, False),
        ({"trust": "not 3"}, False),
        ({"fee": None}, True),
        ({"fee": "none"}, True),
        ({"fee": "not none"}, False),
        ({"never.said": "none"}, True),
        ({}, True),
    ],
)
def test_a_condition_holds_over_the_state_or_not(written: object, holding: bool) -> None:
    assert holds(WHEN.validate_python(written), STATE.get) is holding


def test_without_a_condition_it_always_holds() -> None:
    assert holds(ALWAYS, STATE.get)


def test_a_condition_names_the_paths_that_it_reads() -> None:
    assert list(paths(WHEN.validate_python([{"a.b": 1, "c": 2}, {"d": 3}]))) == ["a.b", "c", "d"]


def test_a_condition_survives_being_read_again() -> None:
    read = WHEN.validate_python({"trust": ">= 3"})
    assert WHEN.validate_python(read) == read
    assert WHEN.validate_python(WHEN.dump_python(read, mode="json")) == read


@pytest.mark.parametrize("written", ["trust", 3, [3], {"trust!": 3}])
def test_what_is_no_condition_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        WHEN.validate_python(written)
