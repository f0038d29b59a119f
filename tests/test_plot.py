"""A turn as a picture: what stands where."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from npc_engine.bench.plot import LANES, WIDTH, picture
from npc_engine.protocol import Span, Stage

SVG = "{http://www.w3.org/2000/svg}"


def span(stage: Stage, start: int, end: int) -> Span:
    return Span(stage=stage, start_ms=start, end_ms=end)


TURN = [
    span("speech", -3000, 0),
    span("endpointing", 0, 300),
    span("recognition", -150, 100),
    span("first_clause", 100, 260),
    span("synthesis", 260, 290),
    span("speaking", 400, 4000),
]


def drawn(spans: list[Span], title: str = "A turn") -> ElementTree.Element:
    return ElementTree.fromstring(picture(spans, title))


def bar(root: ElementTree.Element, stage: str) -> tuple[float, float]:
    """Left and right end of a stage's only bar."""
    (found,) = [each for each in root.iter(f"{SVG}rect") if each.get("class") == stage]
    left = float(found.attrib["x"])
    return left, left + float(found.attrib["width"])


def words(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


def test_each_stage_has_a_lane_with_its_name_and_duration() -> None:
    text = words(drawn(TURN))
    assert [name for name in text if name in LANES.values()] == [LANES[each.stage] for each in sort(TURN)]
    assert {"3000 ms", "300 ms", "250 ms", "160 ms", "30 ms", "3600 ms"} <= set(text)
    assert LANES["held"] not in text


def sort(spans: list[Span]) -> list[Span]:
    """From top to bottom."""
    return sorted(spans, key=lambda each: list(LANES).index(each.stage))


def test_lanes_overlap_as_the_stages_did() -> None:
    root = drawn(TURN)
    assert bar(root, "recognition")[0] < bar(root, "endpointing")[0] < bar(root, "recognition")[1]
    assert bar(root, "speech")[1] == bar(root, "endpointing")[0]
    assert bar(root, "first_clause")[1] == pytest.approx(bar(root, "synthesis")[0], abs=0.2)


def test_a_millisecond_is_as_long_in_every_lane() -> None:
    root = drawn(TURN)
    lengths = [(stage, end - start) for stage, start, end in (("endpointing", 0, 300), ("first_clause", 100, 260))]
    scales = [(bar(root, stage)[1] - bar(root, stage)[0]) / length for stage, length in lengths]
    assert scales[0] == pytest.approx(scales[1], rel=0.01)


def test_lines_stand_where_the_speech_ends_and_where_the_first_sample_is_heard() -> None:
    root = drawn(TURN)
    marks = [float(line.attrib["x1"]) for line in root.iter(f"{SVG}line") if line.get("class") == "mark"]
    assert marks == [bar(root, "endpointing")[0], bar(root, "speaking")[0]]
    assert {"the last word", "the first sound, after 400 ms"} <= set(words(root))


def test_the_axis_counts_from_the_end_of_the_speech() -> None:
    root = drawn(TURN)
    at = {each.text: float(each.attrib["x"]) for each in root.iter(f"{SVG}text")}
    assert at["0"] == bar(root, "endpointing")[0]
    assert at["-200"] < at["0"] < at["200"] < at["400"]


@pytest.mark.parametrize("speech", [200, 3000, 60_000])
def test_long_speech_does_not_squeeze_the_wait(speech: int) -> None:
    root = drawn([span("speech", -speech, 0), span("endpointing", 0, 300), span("speaking", 400, 400 + speech)])
    left, right = bar(root, "endpointing")
    assert right - left > WIDTH / 8
    for rectangle in root.iter(f"{SVG}rect"):
        assert 0 <= float(rectangle.get("x", 0)) + float(rectangle.attrib["width"]) <= WIDTH


def test_a_typed_turn_begins_with_the_line() -> None:
    text = words(drawn([span("first_token", 0, 80), span("speaking", 80, 900)]))
    assert "the line arrives" in text
    assert "the last word" not in text


def test_a_turn_that_was_broken_off_has_no_first_sound() -> None:
    text = words(drawn([span("speech", -900, 0), span("endpointing", 0, 300)]))
    assert not any("first sound" in each for each in text)
    assert drawn([span("speech", -900, 0)]) is not None


def test_a_stage_that_took_place_twice_is_drawn_twice_and_summed_up() -> None:
    root = drawn([span("speaking", 400, 900), span("recognition", -300, -200), span("recognition", 0, 150)])
    assert len([each for each in root.iter(f"{SVG}rect") if each.get("class") == "recognition"]) == 2
    assert "250 ms" in words(root)


def test_a_title_may_hold_any_characters() -> None:
    assert "a < b & c" in words(drawn(TURN, "a < b & c"))


def test_the_picture_is_readable_on_dark_pages_too() -> None:
    light, dark = picture(TURN, "A turn").split("@media (prefers-color-scheme: dark)")
    colors = [re.search(r"text \{ fill: #(\w+)", part) for part in (light, dark)]
    papers = [re.search(r"\.paper \{ fill: #(\w+)", part) for part in (light, dark)]
    for color, paper in zip(colors, papers, strict=True):
        assert color is not None
        assert paper is not None
        assert contrast(color[1], paper[1]) > 7
    for stage in LANES:
        fill = re.search(rf"\.{stage}\b[^{{]*\{{ fill: #(\w+)", light)
        assert fill is not None
        assert contrast(fill[1], "ffffff") > 3.8


def contrast(one: str, other: str) -> float:
    """Of two colours, as WCAG 2 defines it."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_nothing_can_be_drawn_of_a_turn_without_spans() -> None:
    with pytest.raises(ValueError, match="without spans"):
        picture([], "A turn")
