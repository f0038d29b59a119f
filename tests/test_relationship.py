"""Which relationships can be."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from npc_engine.persona.relationship import Relationship


@pytest.mark.parametrize(
    ("relationship", "words"),
    [
        (
            {"axes": {"trust": {"least": 1, "most": 1, "start": 1}}},
            "an axis needs least < most, and start between them",
        ),
        ({"axes": {"trust": {"start": 9}}}, "an axis needs least < most, and start between them"),
        (
            {
                "axes": {"trust": {}},
                "rules": [{"on": {"event": "a", "action": "b"}, "change": {"trust": 1}, "reason": "x"}],
            },
            "a cause is exactly one of event, said, action or beat",
        ),
        (
            {"axes": {"trust": {}}, "rules": [{"on": {"event": "a"}, "change": {"fear": 1}, "reason": "x"}]},
            "a rule changes 'fear', which is no axis; there is: trust",
        ),
    ],
)
def test_a_relationship_that_can_not_be_is_refused(relationship: object, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Relationship.model_validate(relationship)


def test_a_relationship_moves_its_own_axes() -> None:
    rule = {"on": {"beat": "safe.find_key"}, "change": {"trust": 1}, "reason": "x"}
    assert Relationship.model_validate({"axes": {"trust": {}}, "rules": [rule]}).axes["trust"].most == 5
