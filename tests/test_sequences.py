import pytest

from npc_engine.engines.sequences import Sequence, Sequences, common_length


class RowsOfPositions:
    """A memory that, like a model's, refuses what would leave holes."""

    def __init__(self) -> None:
        self.lengths: dict[int, int] = {}

    def remove(self, sequence: int, start: int) -> None:
        self.lengths[sequence] = min(start, self.lengths.get(sequence, 0))

    def copy(self, source: int, target: int, length: int) -> None:
        assert not self.lengths.get(target)
        self.lengths[target] = length


PERSONA = [1, 2, 3, 4]


@pytest.fixture
def sequences() -> Sequences:
    return Sequences(RowsOfPositions(), cells=20, sequences=3)


def evaluated(sequences: Sequences, owner: str, tokens: list[int], lasting: bool = False) -> Sequence:
    sequence = sequences.open(owner, lasting)
    assert sequence
    sequences.match(sequence, [*tokens, -1], len(PERSONA))
    sequences.append(sequence, tokens[len(sequence.tokens) :])
    return sequence


def test_a_conversation_keeps_what_it_has_in_common_with_its_next_prompt(sequences):
    ada = evaluated(sequences, "ada", [*PERSONA, 5, 6])
    sequences.match(ada, [*PERSONA, 5, 7, 8], len(PERSONA))
    assert ada.tokens == [*PERSONA, 5]


def test_the_last_token_is_always_left_to_evaluate(sequences):
    ada = evaluated(sequences, "ada", PERSONA)
    sequences.match(ada, PERSONA, len(PERSONA))
    assert ada.tokens == PERSONA[:-1]


def test_a_new_conversation_shares_the_beginning_of_another(sequences):
    evaluated(sequences, "ada", [*PERSONA, 5])
    bob = evaluated(sequences, "bob", [*PERSONA, 6])
    assert bob.tokens == [*PERSONA, 6]
    assert sequences.used == len(PERSONA) + 2


def test_nothing_but_the_persona_is_taken_from_others(sequences):
    evaluated(sequences, "ada", [*PERSONA, 5, 6])
    bob = sequences.open("bob")
    sequences.match(bob, [*PERSONA, 5, 6, 7], len(PERSONA))
    assert bob.tokens == PERSONA


def test_shared_cells_stay_until_the_last_conversation_lets_go(sequences):
    ada = evaluated(sequences, "ada", PERSONA)
    bob = evaluated(sequences, "bob", [*PERSONA, 6])
    sequences.close(ada)
    assert sequences.used == len(PERSONA) + 1
    sequences.close(bob)
    assert sequences.used == 0


def test_the_longest_unused_conversation_is_given_up_first(sequences):
    for owner in ("ada", "bob", "cy"):
        evaluated(sequences, owner, [ord(owner[0])])
    sequences.open("ada")
    evaluated(sequences, "dan", [9])
    assert sequences.find("bob") is None
    assert sequences.find("ada")


def test_a_prefix_is_given_up_last(sequences):
    evaluated(sequences, "persona", PERSONA, lasting=True)
    evaluated(sequences, "ada", [7, 8])
    evaluated(sequences, "bob", [9])
    assert sequences.make_room(15)
    assert sequences.find("persona", lasting=True)
    assert sequences.find("ada") is None
    assert sequences.make_room(20)
    assert sequences.find("persona", lasting=True) is None


def test_a_busy_sequence_is_never_given_up(sequences):
    ada = evaluated(sequences, "ada", PERSONA)
    ada.busy = True
    assert not sequences.make_room(20)
    assert ada.tokens == PERSONA


def test_when_all_are_busy_no_sequence_can_be_opened(sequences):
    for owner in ("ada", "bob", "cy"):
        evaluated(sequences, owner, [1]).busy = True
    assert sequences.open("dan") is None


def test_a_closed_sequence_makes_its_place_free(sequences):
    sequences.close(evaluated(sequences, "ada", PERSONA))
    assert (sequences.held, sequences.used) == (0, 0)
    assert evaluated(sequences, "ada", [5]).tokens == [5]


def test_common_length_ends_at_the_first_difference_or_the_shorter_end():
    assert common_length([1, 2, 3], [1, 2, 4]) == 2
    assert common_length([1, 2], [1, 2, 4]) == 2
    assert common_length([], [1]) == 0
