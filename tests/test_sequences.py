import pytest

from npc_engine.engines.llama_parked import Parked, State
from npc_engine.engines.sequences import Sequence, Sequences, common_length


class RowsOfPositions:
    """A memory that, like a model's, refuses what would leave holes."""

    def __init__(self) -> None:
        self.lengths: dict[int, int] = {}
        self.starts: dict[int, int] = {}
        self.is_full = False

    def remove(self, sequence: int, start: int) -> None:
        self.lengths[sequence] = min(start, self.lengths.get(sequence, 0))

    def copy(self, source: int, target: int, length: int) -> None:
        assert self.starts.get(target, 0) == (length if self.lengths.get(target) else 0)
        assert not self.starts.get(source)
        self.starts[target] = 0
        self.lengths[target] = max(length, self.lengths.get(target, 0))

    def save(self, sequence: int, start: int) -> bytes:
        return bytes((start, self.lengths[sequence]))

    def restore(self, sequence: int, data: bytes) -> bool:
        assert not self.lengths.get(sequence)
        if not self.is_full:
            self.starts[sequence], self.lengths[sequence] = data
        return not self.is_full


PERSONA = [1, 2, 3, 4]


@pytest.fixture
def sequences() -> Sequences:
    return Sequences(RowsOfPositions(), cells=20, sequences=3, parked=Parked())


def evaluated(sequences: Sequences, owner: str, tokens: list[int], lasting: bool = False) -> Sequence:
    sequence = sequences.open(owner, lasting)
    assert sequence
    sequences.match(sequence, [*tokens, -1], len(PERSONA))
    length = len(sequence.tokens)
    sequences.append(sequence, tokens[length:])
    sequences._memory.lengths[sequence.id] = len(tokens)
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


def crowd_out(sequences: Sequences, owner: str) -> None:
    """Open sequences of others until `owner` has lost its own."""
    for number in range(9):
        if sequences.find(owner):
            evaluated(sequences, f"other {number}", [100 + number])


def test_a_conversation_that_was_crowded_out_returns_whole(sequences):
    evaluated(sequences, "ada", [*PERSONA, 5, 6, 7])
    crowd_out(sequences, "ada")
    ada = sequences.open("ada")
    sequences.match(ada, [*PERSONA, 5, 6, 7, 8], len(PERSONA))
    assert ada.tokens == [*PERSONA, 5, 6, 7]
    assert sequences.restored == 7


def test_a_conversation_returns_without_the_persona_that_is_held_anyway(sequences):
    evaluated(sequences, "persona", PERSONA, lasting=True)
    evaluated(sequences, "ada", [*PERSONA, 5, 6])
    crowd_out(sequences, "ada")
    used = sequences.used
    ada = sequences.open("ada")
    sequences.match(ada, [*PERSONA, 5, 6, 8], len(PERSONA))
    assert ada.tokens == [*PERSONA, 5, 6]
    assert sequences.restored == 2
    assert sequences.used <= used + 2


def test_a_persona_that_was_crowded_out_returns_before_its_conversation(sequences):
    evaluated(sequences, "persona", PERSONA, lasting=True)
    evaluated(sequences, "ada", [*PERSONA, 5, 6])
    assert sequences.make_room(20)
    ada = sequences.open("ada")
    sequences.match(ada, [*PERSONA, 5, 6, 8], len(PERSONA))
    assert ada.tokens == [*PERSONA, 5, 6]
    assert sequences.find("persona", lasting=True)
    assert sequences.restored == len(PERSONA) + 2
    assert sequences.parked.used_bytes == 0


def test_what_was_parked_returns_only_as_far_as_the_next_prompt_agrees(sequences):
    evaluated(sequences, "ada", [*PERSONA, 5, 6])
    crowd_out(sequences, "ada")
    ada = sequences.open("ada")
    sequences.match(ada, [*PERSONA, 5, 9, 9], len(PERSONA))
    assert ada.tokens == [*PERSONA, 5]


def test_nothing_returns_for_a_prompt_that_begins_otherwise(sequences):
    evaluated(sequences, "ada", PERSONA)
    crowd_out(sequences, "ada")
    ada = sequences.open("ada")
    sequences.match(ada, [9, 9], 0)
    assert ada.tokens == []


def test_a_conversation_does_not_return_without_its_persona(sequences):
    evaluated(sequences, "persona", PERSONA, lasting=True)
    evaluated(sequences, "ada", [*PERSONA, 5, 6])
    assert sequences.make_room(20)
    sequences.parked.drop((True, "persona"))
    ada = sequences.open("ada")
    sequences.match(ada, [*PERSONA, 5, 6, 8], len(PERSONA))
    assert (ada.tokens, sequences.used) == ([], 0)


def test_what_can_not_be_restored_is_evaluated_again(sequences):
    evaluated(sequences, "persona", PERSONA, lasting=True)
    evaluated(sequences, "ada", [*PERSONA, 5, 6])
    assert sequences.make_room(20)
    sequences._memory.is_full = True
    ada = sequences.open("ada")
    sequences.match(ada, [*PERSONA, 5, 6, 8], len(PERSONA))
    assert ada.tokens == []
    assert sequences.find("persona", lasting=True) is None


def test_a_forgotten_conversation_does_not_return(sequences):
    evaluated(sequences, "ada", PERSONA)
    crowd_out(sequences, "ada")
    assert sequences.forget("ada")
    ada = sequences.open("ada")
    sequences.match(ada, [*PERSONA, 5], len(PERSONA))
    assert ada.tokens == []


def test_a_busy_conversation_is_not_forgotten_yet(sequences):
    ada = evaluated(sequences, "ada", PERSONA)
    ada.busy = True
    assert not sequences.forget("ada")
    ada.busy = False
    assert sequences.forget("ada")
    assert sequences.used == 0


def test_parking_keeps_to_its_bytes_and_drops_the_oldest():
    parked = Parked(most_bytes=10)
    for owner in ("ada", "bob", "cy"):
        parked.keep((False, owner), State([1], 0, bytes(5)))
    assert parked.take((False, "ada")) is None
    assert parked.take((False, "bob"))
    assert parked.used_bytes == 5


def test_what_is_too_large_to_park_replaces_nothing_but_its_own():
    parked = Parked(most_bytes=10)
    parked.keep((False, "ada"), State([1], 0, bytes(5)))
    parked.keep((False, "bob"), State([1], 0, bytes(5)))
    parked.keep((False, "bob"), State([1], 0, bytes(11)))
    assert parked.used_bytes == 5


def test_nothing_is_parked_without_room():
    sequences = Sequences(RowsOfPositions(), cells=20, sequences=3, parked=Parked(0))
    evaluated(sequences, "ada", PERSONA)
    assert sequences.make_room(20)
    assert sequences.parked.used_bytes == 0


def test_common_length_ends_at_the_first_difference_or_the_shorter_end():
    assert common_length([1, 2, 3], [1, 2, 4]) == 2
    assert common_length([1, 2], [1, 2, 4]) == 2
    assert common_length([], [1]) == 0
