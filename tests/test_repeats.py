"""A recogniser that repeats itself is noticed and asked again."""

from __future__ import annotations

import pytest

from npc_engine.engines.repeats import collapse, first_plausible, is_suspicious

SENTENCE = [11, 12, 13, 14, 15]


@pytest.mark.parametrize(
    "tokens",
    [
        SENTENCE * 3,
        [1, 2, *SENTENCE * 4],
        [*SENTENCE * 3, 11, 12],
        SENTENCE * 2,
        [7] * 6,
        [7, 8] * 4,
        [1, 2, 3] * 4,
    ],
)
def test_endless_repeats_are_suspicious(tokens):
    assert is_suspicious(tokens)


@pytest.mark.parametrize(
    "tokens",
    [[], [7], SENTENCE, [7, 7, 7], [7, 8, 7, 8], [1, 2, 3, 1, 2, 3], [9, *SENTENCE * 2], [*SENTENCE, 9, 11, 12]],
)
def test_what_people_say_twice_is_not(tokens):
    assert not is_suspicious(tokens)


def test_a_row_of_repeats_collapses_to_its_first():
    assert collapse([1, *SENTENCE * 5, 2]) == [1, *SENTENCE, 2]
    assert collapse([7] * 30) == [7]
    assert collapse(SENTENCE) == SENTENCE


def test_a_longer_window_is_tried_after_a_repeat():
    windows: list[int] = []

    def listen(window: int) -> list[int]:
        windows.append(window)
        return SENTENCE * 3 if window < 30 else SENTENCE

    assert first_plausible([10, 15, 30], listen, list) == SENTENCE
    assert windows == [10, 15, 30]


def test_the_first_window_is_enough_without_a_repeat():
    windows: list[int] = []

    def listen(window: int) -> list[int]:
        windows.append(window)
        return SENTENCE

    first_plausible([10, 15, 30], listen, list)
    assert windows == [10]


def test_the_last_window_is_believed():
    assert first_plausible([10, 30], lambda window: [7] * window, list) == [7] * 30


def test_there_must_be_a_window():
    with pytest.raises(ValueError, match="no window"):
        first_plausible([], lambda window: [window], list)
