"""What a line looks for is known by its words."""

from __future__ import annotations

import pytest

from npc_engine.core.looked_for import looked_for, sort_asked


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


@pytest.mark.parametrize(
    ("line", "sort"),
    [
        *(("Which pipe burst?", "pipe"), ("刚刚来到镇上的是什么车？", "车"), ("那是什么船啊", "船")),
        *(("Which room is it in?", None), ("Which key do I need?", None), ("现在是什么时候？", None), ("什么？", None)),
    ],
)
def test_the_sort_of_thing_is_known_of_which_one_is_asked_for(line: str, sort: str | None) -> None:
    assert sort_asked(line) == sort
