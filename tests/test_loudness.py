"""Telling an echo by its loudness, whatever its words."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import pytest

from npc_engine.core.loudness import SILENCE, Echo, Loudness

ROOM = -60.0


def speech(seed: int) -> Callable[[int], float]:
    """Decibels of somebody who speaks, by window, from window 0 on."""
    random = Random(seed)
    waves = [(random.uniform(0.1, 0.35), random.uniform(0, 6), random.uniform(4, 9)) for _ in range(3)]
    return lambda at: (
        -28 + sum(size * math.sin(pace * at + phase) for pace, phase, size in waves) if at >= 0 else SILENCE
    )


def heard(microphone: Callable[[int], float], played: Callable[[int], float], windows: int = 60) -> Loudness:
    loudness = Loudness()
    for at in range(-10, windows):
        loudness.hear(max(microphone(at), ROOM), played(at))
    return loudness


def best(loudness: Loudness) -> Echo:
    found = loudness.best()
    assert found is not None
    return found


@pytest.mark.parametrize("late", [0, 3, 9, 18])
@pytest.mark.parametrize("gain", [-25.0, -6.0])
def test_an_echo_is_found_with_its_delay_and_its_gain(late: int, gain: float) -> None:
    played = speech(1)
    found = best(heard(lambda at: played(at - late) + gain, played))
    assert abs(found.late - late) <= 1
    assert found.gain == pytest.approx(gain, abs=4)
    assert found.fit > 0.9


def test_the_ringing_of_a_room_belongs_to_the_echo() -> None:
    played = speech(2)

    def ringing(at: int) -> float:
        return max(played(at - late) - 12 - 2.5 * (late - 4) for late in range(4, 20))

    assert best(heard(ringing, played)).fit > 0.85


@pytest.mark.parametrize("seed", range(10, 30))
def test_other_voices_are_no_echo(seed: int) -> None:
    assert best(heard(speech(seed), speech(1))).fit < 0.8


def test_a_character_whom_nobody_hears_does_not_echo() -> None:
    assert heard(lambda at: SILENCE, speech(1)).best() is None


def test_without_the_character_s_loudness_nothing_is_found() -> None:
    assert heard(speech(1), lambda at: SILENCE).best() is None
    assert Loudness().best() is None


def test_a_window_is_explained_unless_it_is_louder_than_the_echo() -> None:
    played = speech(3)
    loudness = heard(lambda at: played(at - 5) - 15, played)
    echo = best(loudness)
    assert loudness.explains(echo)
    loudness.hear(-15.0, played(60))
    assert loudness.explains(echo) == (played(55) - 15 >= -21.0)
    loudness.hear(0.0, played(61))
    assert not loudness.explains(echo)
