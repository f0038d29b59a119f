"""Which facts stand beside a line: those that it asks for, in its order, and few."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from conversing import WORLD, persona

from npc_engine.core.chronicle import Chronicle
from npc_engine.core.facts import MAX_FACTS, MOST_UNSURE, Chosen, facts_for
from npc_engine.core.known import HERE, OF_BEAT, OF_GOAL, Known
from npc_engine.core.meaning import Kin, Told
from npc_engine.core.relevance import Fact
from npc_engine.core.scene import Character
from npc_engine.persona.mentions import mentions, position_of
from npc_engine.persona.model import Persona
from npc_engine.persona.world import LorebookEntry
from npc_engine.protocol import Value

LORE = [
    {"keys": {"en": ["bank"], "zh": ["银行"]}, "text": {"en": "The bank is north.", "zh": "银行在北边。"}},
    {"keys": ["saloon"], "text": "The saloon is south."},
    {"keys": ["town"], "text": "This is Deadwood."},
    {"keys": ["horse"], "text": "Horses are dear.", "priority": 5},
]


def chosen(line: str, language: str = "en", world: dict[str, Value] | None = None, **changes: object) -> Chosen:
    ada = persona(**{"lorebook": LORE} | changes)
    return facts_of(ada, world or {}, line, language)


def facts_of(ada: Persona, values: dict[str, Value], line: str, language: str = "en", turn: int = 1) -> Chosen:
    chronicle, character = Chronicle(), Character("ada", ada, "ada")
    chronicle.join(character)
    chronicle.set(values)
    return facts_for(chronicle.view(character).tellable(), chronicle.story.values, ada, line, language, turn)


def world_of(**values: Value) -> dict[str, Value]:
    return {path.replace("__", "."): value for path, value in values.items()}


def test_a_line_gets_the_facts_that_it_touches() -> None:
    found = chosen("Where is the bank?")
    assert found == Chosen(("The bank is north.",), confident=True, ids=("lorebook.0",), quote="The bank is north.")


def test_an_answer_begins_with_the_facts_of_which_the_one_that_answers_best_stands_first() -> None:
    found = chosen("Where is the bank, and is a horse dear?")
    assert found.quote == "Horses are dear. The bank is north."
    assert found.facts == ("Horses are dear.", "The bank is north.")


def test_what_is_said_beside_a_question_counts_less_than_the_question() -> None:
    assert chosen("The horse was tired. Where does the bank stand?").quote == "The bank is north."
    assert chosen("There is a bank, I hear. Where is it?").quote == "The bank is north."


def test_what_another_fact_tells_already_is_not_told_again() -> None:
    lore = [{"keys": ["key"], "text": "Your task is to find the iron key in the saloon.", "priority": 1}]
    lore += [{"keys": ["key"], "text": text} for text in ("Find the iron key in the saloon.", "The key is heavy.")]
    told = chosen("What about the key?", lorebook=lore).facts
    assert told == ("Your task is to find the iron key in the saloon.", "The key is heavy.")


def test_a_fact_of_few_words_is_told_beside_another_that_has_them() -> None:
    lore = [{"keys": ["key"], "text": "The key belongs to the bank.", "priority": 1}]
    lore += [{"keys": ["key"], "text": "You have the key."}]
    assert chosen("What about the key?", lorebook=lore).facts == ("The key belongs to the bank.", "You have the key.")


def test_a_request_that_a_fact_answers_is_answered_with_it_word_for_word() -> None:
    ada = persona(lorebook=LORE)
    known = [Known(f"lorebook.{number}", entry) for number, entry in enumerate(ada.lorebook)]
    assert facts_for(known, {}, ada, "Can I go to the bank?", "en", 1).quote == "The bank is north."


def test_a_question_of_small_words_alone_is_answered_word_for_word() -> None:
    assert chosen("Where am I?", lorebook=[{"keys": ["where am i"], "text": "This is Deadwood."}]).quote


@pytest.mark.parametrize("line", ["I robbed the bank.", "Good morning?", "Fine weather, isn't it?"])
def test_who_asks_for_nothing_is_not_answered_with_a_fact_word_for_word(line: str) -> None:
    hello = {"keys": ["good morning"], "text": "A good morning to you."}
    ada = persona(lorebook=[hello, *LORE])
    known = [Known(f"lorebook.{number}", entry) for number, entry in enumerate(ada.lorebook)]
    assert facts_for(known, {}, ada, line, "en", 1).quote == ""


def test_no_answer_begins_in_another_language_than_it_goes_on() -> None:
    ada = persona(lorebook=[{"keys": {"en": ["bank"], "zh": ["银行"]}, "text": {"en": "The bank is north."}}])
    known = [Known("lorebook.0", entry) for entry in ada.lorebook]
    found = facts_for(known, {}, ada, "银行在哪？", "zh", 1)
    assert found.facts == ("The bank is north.",)
    assert found.quote == ""


def test_a_line_that_touches_nothing_gets_nothing() -> None:
    assert chosen("Fine weather!") == Chosen((), touched=False)


def test_facts_stand_in_the_order_in_which_the_line_asks() -> None:
    assert chosen("The saloon, or the bank?").facts == ("The saloon is south.", "The bank is north.")


def test_the_weightiest_facts_win_when_more_match_than_fit() -> None:
    facts = chosen("Is there a bank, a town, a saloon or a horse?").facts
    assert len(facts) == MAX_FACTS
    assert facts[-1] == "Horses are dear."


def test_a_player_who_mixes_languages_is_understood_and_told_in_the_language_of_the_reply() -> None:
    assert chosen("bank 在哪？", "zh").facts == ("银行在北边。",)


def test_facts_of_the_quests_step_come_before_the_lorebook_and_only_during_the_step() -> None:
    ada = persona(world=WORLD, lorebook=[{"keys": ["key"], "text": "Keys are iron.", "priority": 9}] * 3)
    assert facts_of(ada, {}, "The key?").facts[:2] == ("The key is here.", "Keys are iron.")
    later = world_of(quest__safe="open_safe")
    assert facts_of(ada, later, "The key?").facts[0] == "Keys are iron."
    done = world_of(quest__safe="done")
    assert facts_of(ada, done, "The key?").facts == ("Keys are iron.",)


def test_an_entry_to_be_spoken_word_for_word_is_the_answer_alone() -> None:
    lore = [*LORE, {"keys": ["poison"], "text": "See a doctor!", "priority": 9, "verbatim": True}]
    found = chosen("Poison in the bank?", lorebook=lore)
    assert found == Chosen(("See a doctor!",), verbatim=True, confident=True, ids=("lorebook.4",))


def test_an_entry_to_be_spoken_word_for_word_is_no_fact_beside_weightier_ones() -> None:
    lore = [*LORE, {"keys": ["hay"], "text": "See a doctor!", "verbatim": True}]
    found = chosen("Hay for a horse?", lorebook=lore)
    assert (found.facts, found.verbatim) == (("Horses are dear.",), False)


def test_a_question_that_no_fact_answers_is_known_as_such() -> None:
    assert chosen("How old is the doctor?") == Chosen((), unanswered=True, touched=False)
    assert chosen("When was the bank robbed?").unanswered


def test_a_hint_is_an_answer() -> None:
    ada = persona(lorebook=LORE)
    found = facts_for([], {}, ada, "What now?", "en", 1, "Look behind the bar.")
    assert found == Chosen(("Look behind the bar.",), confident=True)


def test_small_talk_asks_for_no_fact() -> None:
    assert not chosen("How are you?").unanswered
    assert not chosen("Can you sing?").unanswered


def test_both_facts_of_a_line_that_asks_two_things_are_found() -> None:
    found = chosen("Where is the saloon and where is the bank?")
    assert found.facts == ("The saloon is south.", "The bank is north.")


def test_a_fact_that_two_parts_of_a_line_ask_for_is_told_once() -> None:
    assert chosen("Where is the bank and who has the bank?").ids == ("lorebook.0",)


def test_a_line_is_understood_by_those_before_it() -> None:
    ada = persona(lorebook=LORE)
    known = [Known(f"lorebook.{number}", entry) for number, entry in enumerate(ada.lorebook)]
    before = ["Where is the bank?", "In the north."]
    assert facts_for(known, {}, ada, "And the saloon?", "en", 1, before=before).ids == ("lorebook.1",)


def test_the_kind_of_answer_decides_between_facts_of_one_thing() -> None:
    ada = persona()
    names = {"en": ["key"], "zh": ["钥匙"]}
    known = [
        Known("key.owner", LorebookEntry(keys=names, text="The key belongs to Sam.")),
        Known("key.place", LorebookEntry(keys=names, text="The key is in the saloon.")),
    ]
    asked = {"Where is the key?": "key.place", "Whose key is it?": "key.owner", "钥匙在哪里？": "key.place"}
    assert {line: facts_for(known, {}, ada, line, "en", 1).ids[0] for line in asked} == asked
    assert facts_for(known, {}, ada, "How old is the key?", "en", 1).unanswered


def test_a_line_without_any_key_is_understood_by_its_meaning() -> None:
    drink = {"keys": ["saloon"], "asks": ["Where can I drink?"], "text": "The saloon is south."}
    ada = persona(lorebook=[drink, *LORE])
    known = [Known(f"lorebook.{number}", entry) for number, entry in enumerate(ada.lorebook)]

    def likeness(line: str, texts: Sequence[str]) -> list[float]:
        return [0.9 if "drink" in text else 0.1 for text in texts]

    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        return [Kin(0.4, 0.4) if "Where can I drink?" in fact.questions else Kin(0.1, 0.1) for fact in facts]

    line = "Where do folks get a whiskey?"
    found = facts_for(known, {}, ada, line, "en", 1, likeness=likeness, kinship=kinship)
    assert found.ids[0] == "lorebook.0"
    assert found.confident


def test_a_line_that_asks_one_thing_twice_is_not_taken_apart() -> None:
    ada = persona()
    known = [Known(f"door.{name}", LorebookEntry(text=f"The door is {name}.")) for name in ("open", "locked")]

    def likeness(line: str, texts: Sequence[str]) -> list[float]:
        return [0.1] * len(texts)

    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        """Of half of the line the door is open for all that can be told; all of it is about the lock."""
        near = {"The door is open.": 0.3} if line == "Does it just swing" else {"The door is locked.": 0.5}
        return [Kin(near.get(fact.texts[0], 0.0), 0.0) for fact in facts]

    models = {"likeness": likeness, "kinship": kinship}
    found = facts_for(known, {}, ada, "Does it just swing, or is it barred?", "en", 1, **models)
    assert found.facts == ("The door is locked.",)


def test_what_the_game_said_is_a_fact_for_a_line_about_it() -> None:
    ada = persona()
    world = world_of(safe__open=True, safe__locked_out=False, weather="rain", items=["key", "rope"])
    assert facts_of(ada, world, "What of the safe?").facts == ("safe locked out: no", "safe open: yes")
    assert facts_of(ada, world, "Bad weather!").facts == ("weather: rain",)
    assert facts_of(ada, world, "My items?").facts == ("items: key, rope",)


def test_a_game_that_says_very_much_does_not_flood_the_prompt() -> None:
    ada = persona()
    world = world_of(**{f"bank__v{number}": number for number in range(9)})
    assert len(facts_of(ada, world, "The bank?").facts) == MAX_FACTS


def test_without_any_fact_the_persona_says_something_of_its_own_in_turn() -> None:
    ada = persona(otherwise={"en": ["One.", "Two."], "zh": ["一。"]})
    said = [facts_of(ada, {}, "Hm", language, turn).facts for language, turn in (("en", 1), ("en", 2), ("zh", 3))]
    assert said == [("Two.",), ("One.",), ("一。",)]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Two keys, please", "key"),
        ("The boxes", "box"),
        ("The bank's safe", "bank"),
        ("The bank’s safe", "bank"),
        ("WHERE AM I?", "where am i"),
        ("我的钥匙呢", "钥匙"),
    ],
)
def test_a_key_is_found_as_players_write_it(text: str, key: str) -> None:
    assert mentions(text, key)


@pytest.mark.parametrize(("text", "key"), [("monkey", "key"), ("keyboard", "key"), ("锁", "钥匙"), ("", "key")])
def test_a_key_is_not_found_inside_another_word(text: str, key: str) -> None:
    assert not mentions(text, key)


def test_the_first_place_of_a_key_counts() -> None:
    assert position_of("key", "a key and a key") == 2
    assert position_of("钥匙", "我的钥匙") == 2


# How sure the character is


def weighed(
    near: dict[str, float],
    line: str,
    *known: Known,
    untold: Sequence[Known] = (),
    alike: float = 0.1,
    hint: str | None = None,
) -> Chosen:
    """What is chosen where each text answers the line as far as `near` says, by a kinship, and is so `alike` to it."""

    def likeness(line: str, texts: Sequence[str]) -> list[float]:
        return [alike] * len(texts)

    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        return [Kin(near.get(fact.texts[0], -0.3), -0.3) for fact in facts]

    models = {"likeness": likeness, "kinship": kinship}
    people = [{"id": "hale", "kind": "person", "names": {"en": ["Captain Hale", "Hale"]}}]
    people += [{"id": "dorn", "kind": "person", "names": {"en": ["Dorn"]}}]
    one = persona(world={"name": "Harbour", "things": people})
    return facts_for(known, {}, one, line, "en", 1, hint, untold=untold, **models)


def state(path: str, text: str, *names: str) -> Known:
    """What the engine says of a thing."""
    return Known(path, LorebookEntry(keys={"en": names}, text={"en": text}), of_state=True)


TOWN, COACH = "This town is Deadwood.", "A coach has come into town."


def entry_of(text: str, ask: str) -> LorebookEntry:
    """In English, with one question that it answers."""
    return LorebookEntry(asks={"en": (ask,)}, text={"en": text})


SOUP = Known("soup", LorebookEntry(text={"en": "Soup is sold beside the boiler."}))


def test_a_fact_that_is_hardly_likelier_than_no_answer_is_told_with_a_doubt() -> None:
    line = "What could fill my belly?"
    sure, unsure = (weighed({SOUP.entry.text["en"]: near}, line, SOUP) for near in (0.4, 0.07))
    assert (sure.quote, sure.unsure) == ("Soup is sold beside the boiler.", False)
    assert (unsure.quote, unsure.unsure) == ("Soup is sold beside the boiler.", True)
    assert not weighed({}, line, SOUP).confident


def test_a_fact_that_is_probably_the_answer_may_be_less_than_what_is_asked() -> None:
    line = "What could fill my belly?"
    certain, short, unsure = (weighed({SOUP.entry.text["en"]: near}, line, SOUP) for near in (0.6, 0.2, 0.07))
    assert (certain.short, short.short, unsure.short) == (False, True, False)
    assert not weighed({SOUP.entry.text["en"]: 0.2}, "I could fill my belly.", SOUP).short, "nothing is asked"
    hinted = weighed({SOUP.entry.text["en"]: 0.2}, line, SOUP, hint="Look beside the boiler.")
    assert not hinted.short, "a hint is all that a character wants to say"


def test_an_event_is_mostly_more_than_is_told_of_it() -> None:
    wagon = "A wagon loses a wheel."
    event, story = (Known(id, LorebookEntry(text={"en": wagon})) for id in ("event.3", "wagon"))
    line = "What is all that noise?"
    assert (weighed({wagon: 0.3}, line, event).short, weighed({wagon: 0.3}, line, story).short) == (True, False)


@pytest.mark.parametrize("id", ["task.giver", "offer.letter", "done.letter", "quest.letter.goal", "told.1.0"])
def test_a_character_knows_all_of_what_there_is_to_do_and_of_what_the_player_did_and_said(id: str) -> None:
    text = "The letter is for the barkeeper."
    found = weighed({text: 0.2}, "Who saw to that letter?", Known(id, LorebookEntry(text={"en": text})))
    assert found.quote == text
    assert not found.short


def test_without_models_a_key_is_all_that_can_be_had_and_leaves_no_doubt() -> None:
    found = chosen("Where is the bank?")
    assert (found.quote, found.unsure) == ("The bank is north.", False)


def test_another_property_than_the_one_that_was_asked_for_is_told_with_a_doubt() -> None:
    place = state("food.place", "The food is in the hold.", "food")
    near = {"The food is in the hold.": 0.5}
    assert weighed(near, "Whose food is it?", place).unsure
    assert not weighed(near, "Where is the food?", place).unsure


def test_the_same_of_several_things_is_told_with_a_doubt_where_the_line_names_none_of_them() -> None:
    several = [state(f"{name}.owner", f"The {name} belongs to Tom.", name) for name in ("box", "lamp", "key")]
    near = {each.entry.text["en"]: 0.4 for each in several}
    assert weighed(near, "Whose is the bench?", *several).unsure
    assert len(weighed(near, "Whose is the bench?", *several).facts) == MOST_UNSURE
    assert not weighed(near, "Whose is the lamp?", *several).unsure


def test_how_a_thing_is_that_the_line_does_not_name_must_be_likelier() -> None:
    lamp = state("lamp.owner", "The lamp belongs to Tom.", "lamp")
    unnamed, named, likelier = (
        weighed({"The lamp belongs to Tom.": near}, line, lamp)
        for line, near in (("Whose is the light?", 0.15), ("Whose is the lamp?", 0.3), ("Whose is the light?", 0.5))
    )
    assert unnamed.confident
    assert unnamed.unsure
    assert not named.unsure
    assert not likelier.unsure


def test_a_detail_that_an_event_does_not_tell_is_asked_for_with_a_doubt() -> None:
    coach = Known("event.3", LorebookEntry(text={"en": "A coach arrives."}), happened=True)
    near = {"A coach arrives.": 0.5}
    assert weighed(near, "Who sat in that coach?", coach).unsure
    assert not weighed(near, "What happened out there?", coach).unsure
    assert not weighed(near, "Why that noise?", coach).unsure


def test_what_an_event_tells_is_known_by_its_words() -> None:
    dog = Known("event.3", LorebookEntry(text={"en": "A dog runs across the street."}), happened=True)
    near = {"A dog runs across the street.": 0.5}
    assert not weighed(near, "Where did it run?", dog).unsure
    assert weighed(near, "Whose was it?", dog).unsure


def test_what_nobody_wrote_for_such_a_question_must_be_likelier() -> None:
    horse = Known(
        "horse", LorebookEntry(asks={"en": ["May I ride your horse?"]}, text={"en": "I need my horse myself."})
    )
    unlikely, likely = (
        weighed({"I need my horse myself.": near}, "Where do you tie up your horse?", horse) for near in (0.15, 0.5)
    )
    assert (unlikely.confident, unlikely.unsure, likely.unsure) == (True, True, False)
    assert not weighed({"I need my horse myself.": 0.25}, "May I ride that horse?", horse).unsure


def test_how_a_thing_is_says_not_why() -> None:
    safe = state("safe.locked", "The safe is locked.", "safe")
    assert weighed({"The safe is locked.": 0.5}, "Why can't I get into the safe?", safe).unsure
    assert not weighed({"The safe is locked.": 0.5}, "Is the safe locked?", safe).unsure


def test_what_is_likely_asked_for_and_unknown_is_not_made_up_for_by_what_comes_near() -> None:
    room = Known("room", LorebookEntry(text={"en": "He slept in room four."}))
    near = {"He slept in room four.": 0.5, "Soup is sold beside the boiler.": 0.25}
    found = weighed(near, "What number was on his door?", SOUP, untold=[room])
    assert (found.unanswered, found.quote, found.untold) == (True, "", "room")
    near["Soup is sold beside the boiler."] = 0.5
    assert weighed(near, "What is it that warms him?", SOUP, untold=[room]).confident


def test_what_is_told_though_something_else_is_nearly_as_likely_asked_for_is_told_with_a_doubt() -> None:
    room = Known("room", LorebookEntry(text={"en": "He slept in room four."}))
    near = {"He slept in room four.": 0.45, "Soup is sold beside the boiler.": 0.5}
    assert weighed(near, "What is it that warms him?", SOUP, untold=[room]).unsure
    near["He slept in room four."] = 0.2
    assert not weighed(near, "What is it that warms him?", SOUP, untold=[room]).unsure
    near["He slept in room four."] = 0.53
    answered = weighed(near, "What is it that warms him?", SOUP, untold=[room])
    assert (answered.quote, answered.unsure) == ("Soup is sold beside the boiler.", True), "it is nearly as likely"


def test_why_something_happened_is_not_answered_with_that_it_did() -> None:
    text = "A wagon loses a wheel in front of the bank."
    wagon = Known("event.3", LorebookEntry(text={"en": text}), happened=True)
    assert weighed({text: 0.5}, "How come the wheel came off?", wagon, alike=0.4).unsure
    assert not weighed({text: 0.5}, "Why is there such a crowd at the bank?", wagon, alike=0.1).unsure
    assert not weighed({text: 0.5}, "What happened to the wagon?", wagon, alike=0.4).unsure


def test_what_says_of_nothing_whose_it_is_is_told_with_a_doubt_to_who_asks_that() -> None:
    light = Known("light", LorebookEntry(text={"en": "At midnight a green light came up the cliff path."}))
    near = {light.entry.text["en"]: 0.9}
    assert weighed(near, "Whose light was that?", light).unsure
    assert not weighed(near, "Did anybody see a light?", light).unsure


def test_what_tells_of_nobody_but_whom_the_line_names_is_told_with_a_doubt_to_who_asks_for_somebody() -> None:
    found, quarrel, debt = (
        Known("lore", LorebookEntry(asks={"en": ["Who was that?"]}, text={"en": text}))
        for text in ("Captain Hale was found dead.", "Captain Hale quarrelled with Dorn.", "I owe Captain Hale a lot.")
    )
    for each, is_unsure in ((found, True), (quarrel, False), (debt, False)):
        told = weighed({each.entry.text["en"]: 0.5}, "Who met Hale?", each)
        assert (told.quote, told.unsure) == (each.entry.text["en"], is_unsure)
    assert not weighed({found.entry.text["en"]: 0.5}, "What happened to Hale?", found).unsure


def test_who_asks_who_somebody_is_hears_it_without_a_doubt() -> None:
    dorn = state("dorn.name", "Dorn is the harbour master.", "Dorn")
    assert not weighed({"Dorn is the harbour master.": 0.5}, "Who is Dorn?", dorn).unsure


def test_what_lies_there_is_told_with_a_doubt_to_who_asks_what_is_in_something_of_their_own() -> None:
    lying = state("lying", "The lamp and the box are here.")
    near = {"The lamp and the box are here.": 0.5}
    assert weighed(near, "What is in my boot?", lying).unsure
    assert not weighed(near, "What is here in my box?", lying).unsure
    assert not weighed(near, "What is in this room?", lying).unsure


def test_what_lies_there_is_told_with_a_doubt_to_who_asks_what_is_in_a_thing() -> None:
    lying = state("lying", "The box is here.", "box")
    near = {"The box is here.": 0.5}
    assert weighed(near, "What have you got stashed in that box?", lying).unsure
    assert weighed(near, "What's that box got for me?", lying).unsure
    assert not weighed(near, "Where is the box?", lying).unsure


def test_that_somebody_is_dead_says_not_where_they_are() -> None:
    dead = state("hale.alive", "Captain Hale is dead.", "Hale")
    assert weighed({"Captain Hale is dead.": 0.5}, "Where is the dead Hale now?", dead).unsure
    assert not weighed({"Captain Hale is dead.": 0.5}, "Is Hale dead?", dead).unsure


def test_that_somebody_is_dead_is_not_told_to_who_asks_how_they_died() -> None:
    dead = state("hale.alive", "Captain Hale is dead.", "Hale")
    alive = state("hale.alive", "Captain Hale is alive.", "Hale")
    fell = Known("fell", LorebookEntry(text={"en": "Captain Hale fell from a horse."}))
    near = {"Captain Hale is dead.": 0.9, "Captain Hale fell from a horse.": 0.5, "Captain Hale is alive.": 0.9}
    assert weighed(near, "How did Hale die?", dead, fell).facts == ("Captain Hale fell from a horse.",)
    assert weighed(near, "How did Hale die?", alive).facts == ("Captain Hale is alive.",)


def test_the_place_of_the_scene_is_not_told_to_who_asks_what_the_town_is_called() -> None:
    here = state("place", "You are in the inn.")
    town = Known("town", LorebookEntry(text={"en": "This is Saltmarsh."}))
    near = {"You are in the inn.": 0.9, "This is Saltmarsh.": 0.5}
    assert weighed(near, "What is this town called?", here, town).facts == ("This is Saltmarsh.",)
    assert weighed(near, "What is this place called?", here, town).facts[0] == "You are in the inn."


def test_of_several_things_that_are_alike_the_one_is_told_that_the_line_names() -> None:
    box, chest = (state(f"{name}.locked", f"The {name} is locked.", name) for name in ("box", "chest"))
    near = {"The box is locked.": 0.48, "The chest is locked.": 0.5}
    assert "The chest is locked." not in weighed(near, "Is the box still locked?", box, chest).facts


def test_that_a_step_is_not_done_is_not_told_to_who_asks_who_has_something() -> None:
    early = Known("beat.find.early", LorebookEntry(text={"en": "I don't see the key yet."}), OF_BEAT, of_course=True)
    near = {"I don't see the key yet.": 0.9}
    assert weighed(near, "Whose is the key?", early).unanswered
    assert weighed(near, "Why is the key missing?", early).unanswered
    assert weighed(near, "Did anybody see the key?", early).quote == "I don't see the key yet."


def test_whoever_asks_what_is_left_hears_that_what_others_speak_of_is_over() -> None:
    done = Known("quest.case.standing", LorebookEntry(text={"en": "That is done: Find the thief."}), of_course=True)
    near = {"That is done: Find the thief.": 0.9}
    for line in ("Is there anything left to do?", "Is it over?"):
        assert weighed(near, line, done).quote == "That is done: Find the thief."
    for line in ("Who is the thief?", "What is there to see?"):
        assert weighed(near, line, done).unanswered


def test_whoever_asks_for_work_hears_the_likeliest_of_what_is_offered_and_what_is_under_way() -> None:
    offer = Known("offer.dig", LorebookEntry(text={"en": "Dig a well."}), OF_GOAL, of_course=True)
    step = Known("beat.find.0", LorebookEntry(text={"en": "Find the key."}), OF_BEAT)
    for well, key, told in ((0.9, 0.5, "Dig a well."), (0.5, 0.9, "Find the key.")):
        near = {"Dig a well.": well, "Find the key.": key}
        assert weighed(near, "Any work for me?", offer, step).facts == (told,)


GOAL = Known("quest.case.goal", LorebookEntry(text={"en": "Find the thief."}), OF_GOAL, of_course=True)
STEP = Known("beat.look.0", LorebookEntry(text={"en": "Look for tracks."}), OF_BEAT)


def test_what_a_quest_is_about_is_told_to_who_asks_far_more_for_that_than_for_a_step() -> None:
    told = weighed({"Find the thief.": 0.9, "Look for tracks.": 0.3}, "What of the thief?", GOAL, STEP)
    assert told.facts[0] == "Find the thief."
    told = weighed({"Find the thief.": 0.5, "Look for tracks.": 0.5}, "What of the thief?", GOAL, STEP)
    assert told.facts == ("Look for tracks.",)


def test_whoever_asks_what_it_is_to_come_to_hears_the_goal_and_not_the_step() -> None:
    near = {"Find the thief.": 0.4, "Look for tracks.": 0.5}
    assert weighed(near, "What do I have to find out in the end?", GOAL, STEP).facts == ("Find the thief.",)
    giver = Known("task.case.giver", LorebookEntry(text={"en": "Tom wants it done: Find the thief."}), of_course=True)
    near = {"Tom wants it done: Find the thief.": 0.4, "Look for tracks.": 0.5}
    assert weighed(near, "What is the goal of the case?", giver, STEP).facts == (giver.entry.text["en"],)


def test_whoever_asks_who_did_it_hears_that_before_how_it_is() -> None:
    done = Known("done.open", LorebookEntry(text={"en": "It was you who managed to open the safe."}), OF_GOAL)
    safe = state("safe.open", "The safe is open.", "safe")
    near = {"It was you who managed to open the safe.": 0.3, "The safe is open.": 0.6}
    assert weighed(near, "Who managed to get the safe open?", done, safe).facts == (done.entry.text["en"],)
    assert weighed(near, "Is the safe open?", done, safe).facts == ("The safe is open.",)


def test_what_says_again_what_a_line_asks_the_cause_of_is_told_with_a_doubt() -> None:
    link = Known("link", LorebookEntry(text={"en": "The radio link has been dead since Monday."}))
    near = {"The radio link has been dead since Monday.": 0.9}
    assert weighed(near, "Why is the radio link dead?", link).unsure
    assert not weighed(near, "Is the radio link dead?", link).unsure
    assert not weighed(near, "Why is nobody calling on the radio?", link).unsure


def test_what_was_written_for_who_asks_how_is_told_with_a_doubt_to_who_asks_why() -> None:
    text = "He was struck with an oar."
    wound = Known("wound", LorebookEntry(asks={"en": ["How did the captain die?"]}, text={"en": text}))
    assert weighed({text: 0.9}, "Why was the captain killed?", wound).unsure
    assert not weighed({text: 0.9}, "How was the captain killed?", wound).unsure
    debt = Known("debt", LorebookEntry(asks={"en": ["Why did the captain die?"]}, text={"en": text}))
    assert not weighed({text: 0.9}, "Why was the captain killed?", debt).unsure


def test_who_asks_for_a_killer_is_not_told_by_whom_a_step_was_done() -> None:
    done = Known("done.accuse", LorebookEntry(text={"en": "It was you who managed to accuse Dorn."}), OF_GOAL)
    giver = Known("past.case.giver", LorebookEntry(text={"en": "I wanted this done: Find the killer."}), OF_GOAL)
    near = {done.entry.text["en"]: 0.7, giver.entry.text["en"]: 0.6}
    assert weighed(near, "Who killed the captain?", done, giver).facts == ()
    assert weighed(near, "Who asked to find out who killed him?", done, giver).facts


def test_a_death_that_tells_no_killer_is_told_with_a_doubt_to_who_asks_for_one() -> None:
    for text, is_unsure in (("Captain Hale was found dead.", True), ("Dorn killed Captain Hale.", False)):
        death = Known("death", LorebookEntry(text={"en": text}))
        assert weighed({text: 0.9}, "Spill it, who's the murderer?", death).unsure is is_unsure


def test_what_is_not_done_of_a_quest_is_told_before_a_step_that_the_line_is_hardly_more_like() -> None:
    taken = Known("done.take", entry_of("It was you who managed to take the case.", "Is that step done, to take it?"))
    left = Known("beat.find.early", entry_of("The log is missing.", "Is that step done, to find it?"))
    near = {"It was you who managed to take the case.": 0.5, "The log is missing.": 0.4}
    for alike, told in ((0.4, "Not yet. The log is missing."), (0.6, "It was you who managed to take the case.")):

        def likeness(line: str, texts: Sequence[str], alike: float = alike) -> list[float]:
            return [alike if "take it" in text else 0.3 for text in texts]

        def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
            return [Kin(near[fact.texts[0]], -0.3) for fact in facts]

        models = {"likeness": likeness, "kinship": kinship}
        found = facts_for([taken, left], {}, persona(), "Is the case closed?", "en", 1, **models)
        assert found.quote.startswith(told)


def test_what_something_is_for_is_what_the_quest_is_about_that_speaks_of_it() -> None:
    goal = Known("quest.repair.goal", LorebookEntry(text={"en": "Mend the pump with the coupling."}), OF_GOAL)
    place = state("coupling.place", "The coupling is in the bay.", "coupling")
    near = {goal.entry.text["en"]: 0.4, place.entry.text["en"]: 0.6, "The lamp is red.": 0.6}
    assert weighed(near, "What is the coupling good for?", goal, place).facts == (goal.entry.text["en"],)
    lamp = state("lamp.place", "The lamp is red.", "lamp")
    assert weighed(near, "What is the lamp good for?", goal, lamp).facts[0] == "The lamp is red."


def test_what_somebody_owns_is_not_who_owns_them() -> None:
    owned = state("bank.belongings", "The key and the safe belong to the bank.", "bank")
    near = {"The key and the safe belong to the bank.": 0.5}
    assert weighed(near, "Who owns the bank?", owned).unsure
    assert not weighed(near, "What belongs to the bank?", owned).unsure


def test_that_something_is_open_says_not_who_opened_it() -> None:
    door = state("door.open", "The door is open.", "door")
    done = Known("done.door", LorebookEntry(text={"en": "It was you who opened it: Open the door."}), OF_BEAT)
    near = {"The door is open.": 0.5, "It was you who opened it: Open the door.": 0.5}
    assert weighed(near, "The door is open! Which of us did that?", door).unsure
    assert not weighed(near, "Is the door open?", door).unsure
    assert not weighed(near, "Who opened the door?", door, done).unsure


@pytest.mark.parametrize(
    ("text", "asked", "answered"),
    [
        ("A dog ran out of the inn.", "Where did the dog run to?", "Where did the dog come from?"),
        ("A coach came into town.", "Where does the coach come from?", "Where did the coach go?"),
        ("A wagon lost a wheel at the inn.", "What made the wagon break down?", "Why that noise at the inn?"),
    ],
)
def test_an_event_that_tells_it_not_is_told_with_a_doubt(text: str, asked: str, answered: str) -> None:
    event = Known("event.3", LorebookEntry(text={"en": text}), happened=True)
    assert weighed({text: 0.5}, asked, event).unsure
    assert not weighed({text: 0.5}, answered, event).unsure


@pytest.mark.parametrize(
    ("text", "asked", "answered"),
    [
        ("Hale quarrelled with Dorn.", "What did Hale and Dorn quarrel about?", "Did Hale quarrel with anybody?"),
        ("Hale quarrelled with Dorn.", "Hale and Dorn, whatever was it about?", "Did Hale quarrel with anybody?"),
        ("I am Ada, the clerk.", "What is the driver called?", "What are you called?"),
        ("He was struck with an oar.", "Who struck him down?", "What was he struck with?"),
        ("Dorn is the harbour master.", "Who owns the ferry?", "Who is the harbour master?"),
        ("The ferry is steered by Dorn.", "Who owns the ferry?", "Who steers the ferry?"),
        ("This is Deadwood.", "What town does the coach come from?", "What town is this?"),
        ("I am from Boston.", "From what city did the coach come?", "What city are you from?"),
        ("I am Ada, the clerk.", "Who is your boss?", "Who are you?"),
        ("The inn takes in travellers.", "Which ship takes in travellers?", "Which inn takes in travellers?"),
        ("Take on the case.", "What reward is there for the case?", "Which case is it that you offer?"),
    ],
)
def test_a_sentence_that_tells_it_not_is_told_with_a_doubt(text: str, asked: str, answered: str) -> None:
    known = Known("lore", LorebookEntry(text={"en": text}))
    assert weighed({text: 0.5}, asked, known).unsure
    assert not weighed({text: 0.5}, answered, known).unsure


def test_what_is_like_nothing_of_a_fact_is_not_found_by_it_for_sure() -> None:
    ferry = Known("ferry", LorebookEntry(text={"en": "The ferry takes letters along from the pier."}))
    keeper = state("dorn.place", "Dorn is at the inn.")
    near = {"The ferry takes letters along from the pier.": 0.5, "Dorn is at the inn.": 0.6}
    assert weighed(near, "Where is the post office?", ferry, alike=0.1).unsure
    assert not weighed(near, "Where is the post office?", ferry, alike=0.4).unsure
    assert weighed(near, "Where is the sheriff?", keeper, alike=0.4).unsure, "somebody else is like nobody"
    assert not weighed(near, "Where is the keeper?", keeper, alike=0.6).unsure


def test_what_a_part_of_the_line_asks_for_and_cannot_be_told_makes_the_rest_doubtful() -> None:
    count, owner = state("meals.count", "There are six meals.", "meals"), state("meals.owner", "They belong to nobody.")

    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        asked = "They belong to nobody." if "belong" in line else "There are six meals."
        return [Kin(0.9 if fact.texts[0] == asked else -0.5, -0.3) for fact in facts]

    models = {"likeness": lambda line, texts: [0.1] * len(texts), "kinship": kinship}
    for untold, is_unsure in (([owner], True), ([], False)):
        line = "How many meals are left, and whom do they belong to?"
        found = facts_for([count], {}, persona(), line, "en", 1, untold=untold, **models)
        assert (found.quote, found.unsure) == ("There are six meals.", is_unsure)


@pytest.mark.parametrize(
    ("line", "told", "near", "is_told"),
    [
        ("That part of the cooling, whose is it?", "part.owner", 0.7, True),
        ("Whose is what cools it?", "part.owner", 0.7, False),  # names neither
        ("That part of the cooling, whose is it?", "part.owner", 0.4, False),  # is no answer
        ("That part of the cooling, whose is it?", "part.place", 0.8, False),  # tells something else
    ],
)
def test_who_names_a_thing_is_told_whose_it_is_however_much_it_sounds_like_one_that_is_hidden(
    line: str, told: str, near: float, is_told: bool
) -> None:
    part, pump = state(told, "The part is nobody's.", "part"), state("pump.owner", "Ann owns the pump.")

    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        return [Kin(near if fact.texts[0] == "The part is nobody's." else 0.9, -0.3) for fact in facts]

    models = {"likeness": lambda line, texts: [0.1] * len(texts), "kinship": kinship}
    found = facts_for([part], {}, persona(), line, "en", 1, untold=[pump], **models)
    assert (found.untold is None) is is_told
    assert (found.quote == "The part is nobody's.") is is_told


def test_what_another_place_holds_is_told_with_a_doubt_where_the_line_names_no_place() -> None:
    bay = state("bay.items", "There is a lamp in the bay.", "bay")
    near = {"There is a lamp in the bay.": 0.2}
    assert weighed(near, "What is in there?", bay).unsure
    assert not weighed(near, "What is in the bay?", bay).unsure


def test_where_the_scene_is_is_told_with_a_doubt_to_who_asks_whose_that_is() -> None:
    here = Known(HERE, LorebookEntry(text={"en": "You are in the greenhouse."}), of_state=True)
    near = {"You are in the greenhouse.": 0.9}
    assert weighed(near, "Who owns the greenhouse?", here).unsure
    assert not weighed(near, "Is this the greenhouse?", here).unsure


def test_what_lies_here_is_nothing_for_who_asks_what_is_at_another_place() -> None:
    lying, cellar = state("lying", "The lamp is here."), state("cellar.items", "There is rum in the cellar.", "cellar")
    near = {"The lamp is here.": 0.9, "There is rum in the cellar.": 0.5}
    assert weighed(near, "What is there in the cellar?", lying, cellar).quote == "There is rum in the cellar."
    assert weighed(near, "What is there in this room?", lying, cellar).quote.startswith("The lamp is here.")


def test_what_is_at_a_place_is_nothing_for_who_names_another_one() -> None:
    things = [{"id": each, "kind": "place", "names": {"en": [each]}} for each in ("bay", "ward")]
    ward = persona(world={"name": "Kestrel", "things": things})
    bay = state("bay.items", "There is a lamp in the bay.", "bay")
    for line, facts in (("What is in the ward?", ()), ("What is in the bay?", (bay.entry.text["en"],))):
        assert facts_for([bay], {}, ward, line, "en", 1, kinship=all_answer).facts == facts


def all_answer(line: str, facts: Sequence[Told]) -> list[Kin]:
    return [Kin(0.9, -0.3) for _ in facts]


def test_of_what_is_likely_that_comes_first_which_names_the_sort_of_thing_that_is_asked_for() -> None:
    town, coach = (Known(name, LorebookEntry(text={"en": text})) for name, text in (("town", TOWN), ("coach", COACH)))
    line = "Which coach has come to town?"
    assert weighed({TOWN: 0.55, COACH: 0.5}, line, town, coach).quote.startswith(COACH)
    assert weighed({TOWN: 0.55, COACH: -0.2}, line, town, coach).quote.startswith(TOWN)


def test_a_step_that_is_done_is_told_to_who_asks_whether_it_is_though_another_is_not() -> None:
    """Whatever comes near to the line: what asks whether anything is done comes near to all that is not."""
    entries = {
        "done.find": ("It was you who managed to find the log.", "Is that step done, to find the log?"),
        "beat.accuse.early": ("Dorn walks free.", "Is that step done, to accuse Dorn?"),
    }
    known = [Known(id, entry_of(text, ask), OF_GOAL, of_course=True) for id, (text, ask) in entries.items()]

    def told(line: str, alike: float) -> str:
        def likeness(line: str, texts: Sequence[str]) -> list[float]:
            return [alike if "log" in line and "log" in text else 0.1 for text in texts]

        def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
            return [Kin(0.7 if "Dorn" in fact.texts[0] else 0.1, -0.3) for fact in facts]

        return facts_for(known, {}, persona(), line, "en", 1, likeness=likeness, kinship=kinship).quote

    assert told("Is the search for the log done?", 0.6) == "It was you who managed to find the log."
    assert told("Is the search for the log done?", 0.2).startswith("Not yet."), "like nothing that asks for a step"
    assert told("Is that done?", 0.6).startswith("Not yet.")


def test_what_an_author_asks_of_other_things_in_the_words_for_a_step_is_none() -> None:
    ill = Known("ill", LorebookEntry(asks={"en": ("Did anybody fall ill?",)}, text={"en": "Mei has a fever."}))
    end = Known("quest.case", entry_of("He sits.", "Is the business with the case over?"), OF_BEAT)

    def likeness(line: str, texts: Sequence[str]) -> list[float]:
        return [0.9 if "ill" in text else 0.4 for text in texts]

    line = "Am I done with the case?"
    found = facts_for([ill, end], {}, persona(), line, "en", 1, likeness=likeness, kinship=all_answer)
    assert found.quote == "That is done. He sits."


def test_that_a_quest_is_over_is_told_though_one_of_its_steps_is_a_little_more_like_the_line() -> None:
    step = Known(
        "done.find", entry_of("It was you who found it.", "Is that step done, to find it?"), OF_GOAL, of_course=True
    )
    end = Known("quest.case", entry_of("He sits.", "Is the business with the case over?"), OF_BEAT)

    def likeness(line: str, texts: Sequence[str]) -> list[float]:
        return [0.5 if "step" in text else 0.45 for text in texts]

    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        return [Kin(0.3, -0.3) for _ in facts]

    line = "Am I done with the case?"
    found = facts_for([step, end], {}, persona(), line, "en", 1, likeness=likeness, kinship=kinship)
    assert found.quote.startswith("That is done. He sits.")


def test_that_a_quest_is_over_is_told_though_one_of_its_steps_is_more_like_the_line_where_it_is_likelier() -> None:
    step = Known("done.take", entry_of("You took it.", "Is that step done, to take on the case?"), OF_GOAL)
    end = Known("quest.case", entry_of("He sits.", "Is the business with the case over?"), OF_BEAT)

    def likeness(line: str, texts: Sequence[str]) -> list[float]:
        return [0.7 if "step" in text else 0.4 for text in texts]

    for likelier, told in (("He sits.", "That is done. He sits."), ("You took it.", "You took it.")):

        def kinship(line: str, facts: Sequence[Told], likelier: str = likelier) -> list[Kin]:
            return [Kin(0.6 if fact.texts[0] == likelier else 0.3, -0.3) for fact in facts]

        line = "Is the case over and done with?"
        found = facts_for([step, end], {}, persona(), line, "en", 1, likeness=likeness, kinship=kinship)
        assert found.quote.startswith(told)
        other = Known("quest.feast", entry_of("They eat.", "Is the business with the feast over?"), OF_BEAT)
        found = facts_for([step, end, other], {}, persona(), line, "en", 1, likeness=likeness, kinship=kinship)
        assert found.quote.startswith("You took it."), "of two quests either may be meant"


def test_each_part_of_a_line_is_doubted_by_itself() -> None:
    door, bay = (
        state("door.open", "The door is open.", "door"),
        state("bay.items", "There is a lamp in the bay.", "bay"),
    )

    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        asked, near = ("There is a lamp in the bay.", 0.2) if "there" in line else ("The door is open.", 0.9)
        return [Kin(near if fact.texts[0] == asked else -0.5, -0.3) for fact in facts]

    models = {"likeness": lambda line, texts: [0.1] * len(texts), "kinship": kinship}
    for line, is_unsure in (("Is the door open, and what is in there?", True), ("Is the door open?", False)):
        found = facts_for([door, bay], {}, persona(), line, "en", 1, **models)
        assert (found.quote.startswith("The door is open."), found.unsure) == (True, is_unsure)


def test_who_asks_for_work_hears_of_the_task_on_offer_and_else_who_has_one() -> None:
    offer = Known("offer.case", LorebookEntry(text={"en": "Take on the case."}))
    giver = Known("task.giver", LorebookEntry(text={"en": "Dorn wants this done: Find the thief."}))
    self = Known("lore", LorebookEntry(text={"en": "I am Pike, and I do police work."}))
    near = dict.fromkeys([known.entry.text["en"] for known in (offer, giver)], 0.3) | {self.entry.text["en"]: 0.6}
    assert weighed(near, "What work do you have for me?", self, offer, giver).facts == ("Take on the case.",)
    assert weighed(near, "What work do you have for me?", self, giver).facts == (giver.entry.text["en"],)
    assert weighed(near, "What work do you do?", self, offer, giver).facts[0] == self.entry.text["en"]


def test_who_asks_what_somebody_owns_hears_of_that_and_not_who_they_are() -> None:
    self = Known("lore", LorebookEntry(text={"en": "I am Pike, the constable."}))
    owned = state("pike.belongings", "The warrant belongs to me.", "Pike")
    near = {self.entry.text["en"]: 0.6, owned.entry.text["en"]: 0.2}
    assert weighed(near, "So what is yours around here?", self, owned).facts == (owned.entry.text["en"],)
    assert weighed(near, "And who are you?", self, owned).facts[0] == self.entry.text["en"]


def test_who_made_something_is_not_who_wants_a_task_done() -> None:
    giver = Known("task.letter.giver", LorebookEntry(text={"en": "I want this done: Carry a letter to the inn."}))
    near = {giver.entry.text["en"]: 0.6}
    assert weighed(near, "Who wants the letter carried?", giver).facts == (giver.entry.text["en"],)
    for line in ("Who wrote the letter?", "Whom is the letter from?"):
        assert giver.entry.text["en"] not in weighed(near, line, giver).facts


def test_what_is_done_is_known_to_who_asks_for_it_and_not_to_who_asks_for_its_place() -> None:
    done = Known("done.find", LorebookEntry(text={"en": "It was you who managed to find the lamp."}), of_course=True)
    near = {done.entry.text["en"]: 0.6}
    for line in ("Have I found the lamp yet?", "Who found the lamp?"):
        assert weighed(near, line, done).facts == (done.entry.text["en"],)
    assert done.entry.text["en"] not in weighed(near, "Who has got the lamp now?", done).facts


def test_who_asks_whether_it_is_over_hears_of_a_step_that_is_done_only_if_they_mean_that() -> None:
    taken = "It was you who managed to take the case."
    done = Known("done.take", LorebookEntry(text={"en": taken}), of_course=True)
    open_ = Known("beat.find.early", LorebookEntry(text={"en": "The log is not here."}), OF_BEAT, of_course=True)
    for near, line, told in (
        ((0.5, 0.45), "Am I done with this murder yet?", open_),
        ((0.9, 0.1), "Have I taken on the case already?", done),
        ((0.5, 0.45), "Who got this case done?", done),
    ):
        alike = dict(zip((done.entry.text["en"], open_.entry.text["en"]), near, strict=True))
        assert weighed(alike, line, done, open_).facts[0].endswith(told.entry.text["en"])


def test_a_pronoun_means_what_was_spoken_of_last_that_it_can() -> None:
    dorn, lamp = state("dorn.place", "Dorn is at the inn.", "Dorn"), state("lamp.place", "The lamp is lit.", "lamp")
    one = persona(
        world={
            "name": "Harbour",
            "things": [
                {"id": "dorn", "kind": "person", "names": {"en": ["Dorn"]}},
                {"id": "lamp", "kind": "item", "names": {"en": ["lamp"]}},
            ],
        }
    )
    before = ["What about Dorn?", "And the lamp?", "It is lit."]
    told = {
        line: facts_for([dorn, lamp], {}, one, line, "en", 1, before=before).facts[0]
        for line in ("Where is he?", "Where is it?")
    }
    assert told == {"Where is he?": "Dorn is at the inn.", "Where is it?": "The lamp is lit."}


def test_what_is_in_something_is_found_by_who_asks_where_that_is() -> None:
    chest = Known("chest", LorebookEntry(text={"en": "The chest holds the crown of Gorn.", "zh": "箱子里放着王冠。"}))
    for language, ask in (("en", "Where is the crown of Gorn?"), ("zh", "王冠在哪里？")):
        assert ask in Fact(chest, language).questions
    assert not Fact(Known("lying", LorebookEntry(text={"zh": "这里有箱子。"})), "zh").questions


def test_what_somebody_is_called_is_found_by_who_asks_for_their_name() -> None:
    boy = Known("boy", LorebookEntry(text={"en": "A boy named Teo hides here.", "zh": "有个叫特奥的男孩躲在这里。"}))
    for language, ask in (("en", "What is the boy's name?"), ("zh", "那个男孩叫什么名字？")):
        assert ask in Fact(boy, language).questions
    town = Known("town", LorebookEntry(text={"en": "The town is called Deadwood.", "zh": "这个镇叫枯木镇。"}))
    assert Fact(town, "en").questions == ["What is the town's name?"]
    assert not Fact(town, "zh").questions


def test_who_reports_what_is_done_and_asks_what_is_left_is_told_the_step() -> None:
    step = Known("beat.go.0", LorebookEntry(text={"en": "Go to the tower."}), OF_BEAT)
    pump = Known("event.3", LorebookEntry(text={"en": "The pump runs again."}), OF_BEAT, happened=True)
    near = {"Go to the tower.": 0.2, "The pump runs again.": 0.6}
    assert weighed(near, "The pump runs. What is left?", step, pump).facts == ("Go to the tower.",)
    assert weighed(near, "The pump runs?", step, pump).facts == ("The pump runs again.",)


def test_a_hint_is_told_before_what_answers_and_not_where_that_is_where_something_is() -> None:
    box, bar = state("box.place", "The box is here.", "box"), Known("bar", LorebookEntry(text={"en": "Go to the bar."}))
    for known, quote in ((box, "The box is here."), (bar, "Look up. Go to the bar.")):
        near = {known.entry.text["en"]: 0.5}
        assert weighed(near, "I am stuck, where is the box?", known, hint="Look up.").quote == quote


def test_what_the_game_has_set_is_an_answer_only_to_a_line_that_has_all_its_words() -> None:
    values: dict[str, Value] = {"letter_waits": True}
    ada = persona()
    assert not facts_for([], values, ada, "What is in the letter?", "en", 1).confident
    assert facts_for([], values, ada, "Is it a letter that waits?", "en", 1).confident


def test_whoever_asks_how_one_thing_is_is_not_told_how_another_is() -> None:
    lamp, box = (
        state(f"{name}.owner", f"The {name} belongs to {owner}.") for name, owner in (("lamp", "Tom"), ("box", "Eve"))
    )
    near = {"The lamp belongs to Tom.": 0.5, "The box belongs to Eve.": 0.46}
    both = weighed(near, "Whose is it that shines there?", lamp, box)
    assert (len(both.facts), both.unsure) == (2, True), "either may be meant"
    named = state("lamp.owner", "The lamp belongs to Tom.", "lamp")
    assert weighed(near, "Whose is the lamp?", named, box).facts == ("The lamp belongs to Tom.",)


def test_how_a_thing_is_that_the_line_does_not_name_is_told_with_a_doubt_where_it_names_another() -> None:
    barrels = state("barrels.owner", "The barrels belong to Ada.", "barrels")
    ferry = Known("ferry", LorebookEntry(keys={"en": ["ferry"]}, text={"en": "The ferry runs at noon."}))
    near = {"The barrels belong to Ada.": 1.5, "The ferry runs at noon.": -0.2}
    for line, is_unsure in (("Who owns that tub, the ferry?", True), ("Who owns that stuff?", False)):
        found = weighed(near, line, barrels, ferry)
        assert (found.facts, found.unsure) == (("The barrels belong to Ada.",), is_unsure)
    crane = state("crane.owner", "The crane belongs to Tom.", "crane")
    found = weighed(
        near | {"The crane belongs to Tom.": 1.4}, "Who owns the crane at the ferry?", barrels, ferry, crane
    )
    assert (found.facts, found.unsure) == (("The crane belongs to Tom.",), False)


def test_what_is_likelier_meant_than_the_thing_that_the_line_names_is_told_with_a_doubt() -> None:
    """As is *what you need to get into the safe*."""
    safe, key = state("safe.place", "The safe is here.", "safe"), state("key.place", "The key is there.", "key")
    for hers, told in ((0.7, {"The safe is here.", "The key is there."}), (0.3, {"The safe is here."})):
        near = {"The safe is here.": 0.5, "The key is there.": hers}
        one = weighed(near, "Where is that thing you need for the safe?", safe, key)
        assert {*one.facts} == told
        assert one.unsure is (len(told) > 1)


def test_who_asks_for_what_they_told_hears_nothing_else() -> None:
    name, hers = (
        Known(each, LorebookEntry(text={"en": text}), happened=True)
        for each, text in (("told.1.0", "You said: your name is Sam."), ("me", "My name is Ada."))
    )
    near = {"You said: your name is Sam.": 0.5, "My name is Ada.": 0.45}
    assert weighed(near, "What is my name?", name, hers).facts == ("You said: your name is Sam.",)
    assert weighed(near, "What is my name?", hers, untold=[name]).unanswered, "others heard it"
    assert weighed(near, "My name, you know.", name, hers).ids == ("me",), "it asks for nothing"


def test_who_claims_a_deed_once_more_is_not_told_that_they_have_claimed_it() -> None:
    text = "You said: you unlocked the safe."
    told = Known("told.1.0", LorebookEntry(text={"en": text}))
    assert weighed({text: 0.9}, "Who unlocked the safe?", told).facts == (text,)
    assert weighed({text: 0.9}, "I said: I unlocked the safe!", told).facts == ()


def test_what_places_there_are_is_told_to_who_asks_for_several() -> None:
    text = "There is the saloon and the bank."
    places = Known("places", LorebookEntry(text={"en": text}))
    assert weighed({text: 0.9}, "Which buildings are there in town?", places).facts == (text,)
    assert weighed({text: 0.9}, "Where can I lie down?", places).facts == ()


def test_beside_a_fact_that_is_less_than_certain_another_that_may_be_meant_is_told() -> None:
    inn, dog = (
        state("inn.place", "The inn is by the gate.", "inn"),
        Known("dog", LorebookEntry(text={"en": "A dog ran."})),
    )
    wagon = Known("wagon", LorebookEntry(text={"en": "A wagon lost a wheel."}))
    line = "Which came last?"
    near = {"A dog ran.": 0.25, "A wagon lost a wheel.": 0.15}
    assert weighed(near, line, inn, dog, wagon).facts == ("A dog ran.", "A wagon lost a wheel.")
    near = {"A dog ran.": 0.4, "A wagon lost a wheel.": 0.28}
    assert weighed(near, line, inn, dog, wagon).facts == ("A dog ran.",), "it is certain"


def test_what_a_persona_says_in_an_example_is_told_beside_a_fact_only_if_it_is_nearly_as_likely() -> None:
    dog = Known("dog", LorebookEntry(text={"en": "A dog ran."}))
    near = {"A dog ran.": 0.25, "A horse ate oats.": 0.15}
    for id, facts in (("horse", ("A dog ran.", "A horse ate oats.")), ("example.0", ("A dog ran.",))):
        horse = Known(id, LorebookEntry(text={"en": "A horse ate oats."}))
        assert weighed(near, "Which came last?", dog, horse).facts == facts


def test_who_wants_one_quest_done_is_not_told_beside_who_wants_another() -> None:
    near = {"Tom wants a letter.": 0.25, "Ann needs lamps.": 0.15}
    for ids, count in ((("task.a.giver", "task.b.giver"), 1), (("tom", "ann"), 2)):
        facts = [Known(id, LorebookEntry(text={"en": text})) for id, text in zip(ids, near, strict=True)]
        assert len(weighed(near, "Which came last?", *facts).facts) == count


def test_that_the_player_has_nothing_is_told_to_who_asks_what_they_have_and_alone() -> None:
    nothing = Known("empty-handed", LorebookEntry(text={"en": "You have nothing with you."}), of_state=True)
    coach = Known("coach", LorebookEntry(text={"en": "A coach came."}))
    near = {"You have nothing with you.": 0.4, "A coach came.": 0.2}
    assert weighed(near, "What do I have on me?", nothing, coach).facts[0] == "You have nothing with you."
    assert weighed(near, "What does the dog have?", nothing, coach).facts == ("A coach came.",)
    near |= {"A coach came.": 0.41}
    assert weighed(near, "What do I have on me?", nothing, coach).facts == ("A coach came.",)


def test_who_asks_whether_all_is_done_hears_what_is_not_though_a_step_is() -> None:
    done = Known("done.find", entry_of("It was you who managed to find it.", "Is that step done, to find it?"), OF_GOAL)
    left = Known("beat.mend.early", entry_of("The pump stands still.", "Is that step done, to mend it?"), OF_BEAT)
    near = {"It was you who managed to find it.": 0.5, "The pump stands still.": 0.5}
    assert weighed(near, "Have I finished everything?", done, left, alike=0.5).facts == (
        "Not yet. The pump stands still.",
    )


def test_a_part_that_names_nothing_speaks_of_the_thing_that_the_part_before_it_names() -> None:
    locked, inn = (
        state("cellar.locked", "The cellar is locked.", "cellar"),
        state("inn.open", "The inn is open.", "inn"),
    )

    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        asked = "The cellar is locked." if "locked" in line else "The inn is open."
        return [Kin(0.9 if fact.texts[0] == asked else -0.5, -0.3) for fact in facts]

    models = {"likeness": lambda line, texts: [0.1] * len(texts), "kinship": kinship}
    for line, told in (
        ("Is the cellar locked? And is it open?", ("The cellar is locked.",)),
        ("Is the cellar locked? And is the inn open?", ("The cellar is locked.", "The inn is open.")),
    ):
        assert facts_for([locked, inn], {}, persona(), line, "en", 1, **models).facts == told
