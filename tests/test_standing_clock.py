"""A clock that stands still while the player is away."""

from __future__ import annotations

from npc_engine.standing_clock import StandingClock


def test_a_clock_goes_on_from_where_it_stopped() -> None:
    elsewhere = 100.0
    clock = StandingClock(lambda: elsewhere)
    assert clock() == 100.0
    elsewhere = 110.0
    clock.stop()
    elsewhere = 150.0
    clock.stop()
    assert clock.stands
    assert clock() == 110.0
    clock.go_on()
    clock.go_on()
    elsewhere = 155.0
    assert not clock.stands
    assert clock() == 115.0
    assert clock.elsewhere(120.0) == 160.0
