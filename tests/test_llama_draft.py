import pytest

from npc_engine.engines.llama_draft import Draft

FACT = [10, 11, 12, 13, 14, 15, 16]


@pytest.mark.parametrize(
    ("reply", "guess"),
    [
        ([], FACT),
        ([10], [11, 12, 13]),
        ([10, 11], [12, 13, 14]),
        ([10, 11, 12, 13], [14, 15, 16]),
        ([99, 12, 13], [14, 15, 16]),
        ([10, 11, 12, 13, 14], [15, 16]),
        ([10, 11, 12, 13, 14, 15, 16], []),
        ([99], []),
        ([99, 10], []),
        ([12, 14], []),
    ],
)
def test_what_may_follow_is_looked_up_in_the_text(reply: list[int], guess: list[int]):
    assert Draft(FACT).next(reply) == guess


def test_without_a_text_there_is_nothing_to_guess():
    assert Draft(()).next([]) == Draft(()).next([1, 2]) == []


def test_of_a_text_that_says_it_twice_the_first_place_counts():
    assert Draft([1, 2, 3, 1, 2, 4]).next([7, 1, 2]) == [3, 1, 2]
