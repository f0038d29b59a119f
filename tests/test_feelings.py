"""Relationships move by rules, within bounds, with reasons; and what shows of them stands in prompts and cues."""

from __future__ import annotations

from conversing import TEXT_ONLY, Stage, messages, only, persona

from npc_engine.core.commands import Generate
from npc_engine.core.journal import Felt
from npc_engine.protocol import Cue, InputText, UtteranceCues, WorldEvent, WorldSet

RELATIONSHIP = {
    "axes": {"trust": {"start": 0, "least": -1, "most": 2}},
    "rules": [
        {"on": {"said": {"en": ["thank you"]}}, "change": {"trust": 1}, "reason": "The player was polite."},
        {"on": {"event": "robbed_bank"}, "change": {"trust": -5}, "reason": "The player robbed the bank."},
        {"on": {"beat": "safe.find_key"}, "change": {"trust": 2}, "reason": "The player found the key."},
    ],
    "shows": [
        {"when": {"trust": ">= 1"}, "text": "You like the player.", "emotion": "joy", "weight": 0.5},
        {"when": {"trust": "< 0"}, "text": "You fear the player."},
    ],
}


def stage() -> Stage:
    quest = {"id": "safe", "name": "Safe", "goal": "Open it.", "beats": [{"id": "find_key", "objective": "Find it."}]}
    ada = persona(relationship=RELATIONSHIP, world={"name": "Town", "quests": [quest]})
    return Stage({"ada": ada}, audio=TEXT_ONLY)


def felt(of: Stage) -> list[tuple[float, str]]:
    return [(entry.value, entry.reason) for entry in of.recorded if isinstance(entry, Felt)]


def asked(of: Stage, line: str) -> str:
    thinking = of.send(InputText(text=line))
    of.generate(thinking, "Very well.")
    return only(thinking, Generate).prompt.lines[-1].text


def test_a_polite_player_is_liked_from_the_next_line_on() -> None:
    polite = stage()
    assert asked(polite, "Thank you, Ada") == "Thank you, Ada"
    assert felt(polite) == [(1.0, "The player was polite.")]
    assert asked(polite, "Where am I?") == "(You like the player.) Where am I?"


def test_an_axis_stays_within_its_bounds_and_what_moves_nothing_is_no_event() -> None:
    feared = stage()
    for _ in range(2):
        feared.send(WorldEvent(name="robbed_bank"))
    assert felt(feared) == [(-1.0, "The player robbed the bank.")]
    assert asked(feared, "Hello").endswith("(You fear the player.) Hello")


def test_a_beat_that_is_done_moves_a_relationship() -> None:
    quick = stage()
    quick.send(WorldSet(values={"quest.safe": "done"}))
    assert felt(quick) == [(2.0, "The player found the key.")]


def test_a_feeling_is_a_cue_at_the_beginning_of_what_is_said() -> None:
    polite = stage()
    asked(polite, "Thank you")
    told = messages(polite.generate(polite.send(InputText(text="Hello")), "Good day."))
    cues = [message for message in told if isinstance(message, UtteranceCues)]
    assert [cue for message in cues for cue in message.cues] == [Cue(t_ms=0, kind="emotion", value="joy", weight=0.5)]


def test_what_a_player_takes_back_moves_nothing() -> None:
    hasty = stage()
    hasty.send(InputText(text="Thank you"))
    assert felt(hasty) == []
