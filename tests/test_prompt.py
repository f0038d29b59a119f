"""What the language model reads: stable text first, what matters now last."""

from __future__ import annotations

from conversing import persona

from npc_engine.core.prompt import (
    HISTORY_WIDTH,
    PromptLine,
    Spoken,
    beside,
    build_prompt,
    instructions,
    stable_lines,
    waiting_prompt,
)

EXAMPLES = [{"player": "Hi", "fact": "I am well.", "npc": "I'm well, friend."}, {"player": "Bye", "npc": "Farewell."}]
PLAYER, ADA, TOM = (None, "Sam"), ("ada", "Ada Finch"), ("tom", "Old Tom")


def heard(who: tuple[str | None, str], text: str, facts: tuple[str, ...] = ()) -> Spoken:
    actor_id, name = who
    return Spoken(actor_id=actor_id, name=name, text=text, facts=facts, heard_by=("ada",))


def past(*history: Spoken, language: str = "en") -> list[tuple[str, str]]:
    """What of the history is in Ada's prompt."""
    prompt = waiting_prompt("c", persona(), language, list(history), "ada")
    return [(line.role, line.text) for line in prompt.lines[prompt.shared :]]


def test_the_stable_part_is_the_character_its_style_its_rules_and_its_examples() -> None:
    ada = persona(style="Be brief.", never={"rules": ["Never curse."]}, examples=EXAMPLES)
    assert stable_lines(ada, "en") == (
        PromptLine("system", "You are Ada. Be brief. Never curse."),
        PromptLine("user", "Hi [Answer: I am well.]"),
        PromptLine("assistant", "I'm well, friend."),
        PromptLine("user", "Bye"),
        PromptLine("assistant", "Farewell."),
    )
    assert instructions(ada, "en") == ("Be brief.", "Never curse.")


def test_each_language_has_a_prompt_of_its_own() -> None:
    assert stable_lines(persona(), "zh") == (PromptLine("system", "你是艾达。"),)


def test_facts_stand_behind_the_line_in_the_form_of_its_language() -> None:
    assert beside("Where?", ("Here.", "Now."), "en") == "Where? [Answer: Here. Now.]"
    assert beside("在哪？", ("这里。", "现在。"), "zh") == "在哪？[回答：这里。现在。]"
    assert beside("Hello", (), "en") == "Hello"


def test_a_prompt_is_the_one_that_was_evaluated_ahead_continued_by_the_line() -> None:
    waiting = waiting_prompt("c", persona(), "en", [heard(PLAYER, "Hi"), heard(ADA, "Hello.")], "ada")
    prompt = build_prompt(waiting, "Where?", ("Here.",), "en")
    assert prompt.lines[:-1] == waiting.lines
    assert prompt.lines[-1] == PromptLine("user", "Where? [Answer: Here.]")
    assert (prompt.conversation, prompt.shared) == ("c", 1)


def test_what_all_players_of_a_persona_share_is_never_joined_with_what_one_said() -> None:
    ada = persona(examples=[{"player": "Hi", "npc": "Hello."}])
    prompt = waiting_prompt("c", ada, "en", [heard(ADA, "Who is there?")], "ada")
    assert prompt.lines[: prompt.shared] == stable_lines(ada, "en")
    assert prompt.lines[prompt.shared :] == (PromptLine("assistant", "Who is there?"),)


def test_facts_stay_beside_the_lines_of_the_past() -> None:
    assert past(heard(PLAYER, "Where?", ("Here.",)), heard(ADA, "Here, friend.")) == [
        ("user", "Where? [Answer: Here.]"),
        ("assistant", "Here, friend."),
    ]


def test_other_characters_and_events_are_told_to_the_character() -> None:
    event = Spoken(actor_id=None, name="", text="A storm breaks.", is_event=True, heard_by=("ada",))
    assert past(heard(TOM, "Howdy."), event, heard(PLAYER, "Hi")) == [
        ("user", "Old Tom: Howdy.\n(A storm breaks.)\nHi"),
    ]


def test_lines_in_another_language_are_left_out() -> None:
    assert past(heard(PLAYER, "你好"), heard(ADA, "你好！"), heard(PLAYER, "Hi")) == [("user", "Hi")]


def test_a_long_history_loses_its_older_half_at_once_and_then_stays_as_it_is() -> None:
    lines = [heard(PLAYER if number % 2 else TOM, f"{number:03}" + "x" * 97) for number in range(100)]
    first_kept = []
    for count in range(1, 100):
        text = "\n".join(text for _, text in past(*lines[:count]))
        assert len(text) < HISTORY_WIDTH * 1.3
        first_kept.append(text.removeprefix("Old Tom: ")[:3])
    assert len(set(first_kept)) < 8, "what the model has evaluated stays valid for many turns"


def test_one_line_longer_than_all_history_is_left_out() -> None:
    assert past(heard(PLAYER, "x" * (HISTORY_WIDTH + 1))) == []


def test_facts_count_as_history() -> None:
    assert past(heard(PLAYER, "Hi", ("x" * HISTORY_WIDTH,))) == []
