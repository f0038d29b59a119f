"""What a line looks for is known by its words."""

from __future__ import annotations

import pytest

from npc_engine.core.looked_for import looked_for


@pytest.mark.parametrize(
    ("line", "thing"),
    [
        ("Is there a smithy in this town?", "smithy"),
        ("Do you have a decent doctor here?", "doctor"),
        ("Any church around here?", "church"),
        ("Where's the nearest post office?", "post office"),
        ("Where can I find some sort of map?", "map"),
        ("I am looking for the key to the cellar.", "key"),
        ("How do I get to the lighthouse?", "lighthouse"),
        ("Is the sheriff about?", "sheriff"),
        ("这附近有没有教堂？", "教堂"),
        ("镇上有没有旅馆啥的能过夜", "旅馆"),
        ("港上有铁匠铺没", "铁匠铺"),
        ("请问邮局怎么走？", "邮局"),
        ("哪儿能找到医生？", "医生"),
    ],
)
def test_what_is_looked_for_is_found(line: str, thing: str) -> None:
    assert looked_for(line) == thing


@pytest.mark.parametrize(
    "line", ["Where is it?", "Where have I ended up?", "What now?", "Where is everybody?", "我该往哪走？", "它在哪？"]
)
def test_a_line_that_names_nothing_looks_for_nothing(line: str) -> None:
    assert looked_for(line) is None
