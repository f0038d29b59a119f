"""Who knows what: from the beginning, by being there, by hearing it, and by gossip; and who keeps it."""

from __future__ import annotations

import pytest
from conversing import TEXT_ONLY, TWO_ACTORS, Stage, messages, only, persona

from npc_engine.core.answering import compared_with
from npc_engine.core.chronicle import Chronicle
from npc_engine.core.commands import Generate
from npc_engine.core.journal import Learned, ValuesSet
from npc_engine.core.known import CARRIED, COMPANY, EMPTY_HANDED, HELD, LYING
from npc_engine.core.memory import TOLD
from npc_engine.core.scene import Character
from npc_engine.core.state import State
from npc_engine.core.story import Story
from npc_engine.core.view import View
from npc_engine.persona.base import localised
from npc_engine.persona.model import Persona
from npc_engine.persona.world import Resident, World
from npc_engine.protocol import (
    CharacterJoin,
    CharacterLeave,
    Error,
    Gossip,
    InputText,
    UtteranceText,
    Value,
    WorldSet,
)

WORLD = {
    "name": "Town",
    "things": [
        {"id": "key", "kind": "item", "names": ["key"], "place": "saloon", "known_by": ["ada"]},
        {"id": "ring", "kind": "item", "names": ["ring"], "place": "saloon", "known_by": ["ada"], "hidden": True},
        {"id": "saloon", "kind": "place", "names": ["saloon"], "at": "in the saloon"},
    ],
    "facts": [
        {"id": "tunnel", "keys": ["tunnel"], "text": "The tunnel begins behind the church.", "known_by": ["ada"]},
        {"id": "mine", "keys": ["mine"], "text": "The mine is closed.", "when": {"mine.closed": True}},
        {
            "id": "heir",
            "keys": ["heir"],
            "text": "Tom is the heir.",
            "known_by": ["tom"],
            "tell_when": {"will.read": True},
            "gives_away": ["heir"],
        },
    ],
    "state": {"mine.closed": True, "will.read": False},
}


def town() -> dict[str, Persona]:
    return {"ada": persona(world=WORLD), "tom": persona(name="Tom", languages=["en"], world=WORLD)}


def stage(**changes: object) -> Stage:
    return Stage(town(), audio=TEXT_ONLY, **{"scene": TWO_ACTORS, **changes})


def beside(of: Stage, line: str, to: str, whisper: bool = False, answer: str = "Hm.") -> tuple[str, ...]:
    """The facts beside a line, once it has been answered."""
    of.generate(of.send(InputText(text=line, to=to, whisper=whisper)), answer)
    why = of.conversation.last_why
    assert why is not None
    return why.facts


def test_a_character_is_given_what_it_knows_and_not_what_another_knows() -> None:
    town = stage()
    assert beside(town, "Is there a tunnel?", "ada") == ("The tunnel begins behind the church.",)
    assert beside(town, "Is there a tunnel?", "tom") == ()


def test_a_fact_holds_over_the_state_that_its_author_wrote() -> None:
    town = stage()
    assert beside(town, "The mine?", "tom") == ("The mine is closed.",)
    town.send(WorldSet(values={"mine.closed": False}))
    assert "The mine is closed." not in beside(town, "The mine?", "tom")


def test_who_hears_a_fact_knows_it_from_then_on_and_from_whom() -> None:
    town = stage()
    beside(town, "Is there a tunnel?", "ada", answer="The tunnel begins behind the church, friend.")
    assert [entry for entry in town.recorded if isinstance(entry, Learned)] == [
        Learned(actor_id="tom", fact="tunnel", how="heard", source="ada")
    ]
    assert beside(town, "So where is that tunnel?", "tom") == ("The tunnel begins behind the church.",)


def test_an_answer_that_leaves_the_fact_out_teaches_nobody() -> None:
    town = stage()
    beside(town, "Is there a tunnel?", "ada", answer="I wonder.")
    assert beside(town, "Is there a tunnel?", "tom") == ()


def test_a_whisper_is_heard_by_nobody_else() -> None:
    town = stage()
    beside(town, "Is there a tunnel?", "ada", whisper=True, answer="The tunnel begins behind the church.")
    assert beside(town, "A tunnel?", "tom") == ()
    prompt = only(town.send(InputText(text="What did we say?", to="tom")), Generate).prompt
    assert "behind the church" not in str(prompt)


def test_who_is_away_hears_nothing() -> None:
    town = stage()
    town.send(CharacterLeave(actor_id="tom"))
    beside(town, "Is there a tunnel?", "ada", answer="The tunnel begins behind the church.")
    town.send(CharacterJoin(actor_id="tom", persona="tom"))
    assert beside(town, "A tunnel?", "tom") == ()


def test_gossip_is_a_copy_that_the_game_makes() -> None:
    town = stage()
    assert town.send(Gossip(actor_id="ada", to="tom", facts=["tunnel", "key.place"])) == []
    assert beside(town, "A tunnel?", "tom") == ("The tunnel begins behind the church.",)
    learned = [entry for entry in town.recorded if isinstance(entry, Learned)]
    assert {(entry.fact, entry.how, entry.source) for entry in learned} == {
        ("tunnel", "told", "ada"),
        ("key.place", "told", "ada"),
    }


def test_what_the_game_takes_back_is_not_so_any_more() -> None:
    town = stage()
    for values, told in (({"crowd": 3}, True), ({"crowd": None}, False)):
        town.send(WorldSet(values=values))
        assert ("crowd: 3" in beside(town, "How large is the crowd?", "ada")) is told


def test_what_is_known_already_is_not_learned_again() -> None:
    town = stage()
    for _ in range(2):
        town.send(Gossip(actor_id="ada", to="tom", facts=["tunnel"]))
    assert sum(isinstance(entry, Learned) for entry in town.recorded) == 1


def test_a_fact_of_a_beat_holds_over_the_state_too() -> None:
    fact = {"keys": ["lamp"], "text": "The lamp is lit.", "when": {"lamp.lit": True}}
    quest = {"id": "mine", "name": "Mine", "goal": "Go.", "beats": [{"id": "go", "objective": "Go.", "facts": [fact]}]}
    town = Stage({"ada": persona(world={"name": "Town", "quests": [quest]})}, audio=TEXT_ONLY)
    assert beside(town, "And the lamp?", "ada") == ()
    town.send(WorldSet(values={"lamp.lit": True}))
    assert "The lamp is lit." in beside(town, "And the lamp?", "ada")


def test_gossip_of_what_no_world_knows_is_refused_with_the_nearest() -> None:
    town = stage()
    error = only(town.send(Gossip(id="g1", actor_id="ada", to="tom", facts=["tunnel", "tunel"])), Error)
    assert (error.code, error.ref) == ("fact_not_found", "g1")
    assert "did you mean tunnel?" in error.message
    assert not any(isinstance(entry, Learned) for entry in town.recorded)
    assert "did you mean" not in only(town.send(Gossip(actor_id="ada", to="tom", facts=["xyz"])), Error).message


def test_a_secret_is_kept_until_it_may_be_told() -> None:
    town = stage()
    assert beside(town, "Who is the heir?", "tom") == ()
    town.send(WorldSet(values={"will.read": True}))
    assert "Tom is the heir." in beside(town, "Who is the heir?", "tom")


def view(of: Stage, actor: str) -> View:
    story = Story.of(of.recorded)
    characters = of.conversation.characters
    character = next(each for each in characters if each.actor_id == actor)
    return View(character, State(story, [character.persona.setting]), story)


def test_what_must_not_be_said_is_what_is_kept_and_what_is_not_known() -> None:
    town = stage()
    assert [entry.text[""] for entry in view(town, "ada").kept()] == ["Tom is the heir."]
    assert [entry.text[""] for entry in view(town, "tom").kept()] == [
        "The tunnel begins behind the church.",
        "Tom is the heir.",
    ]
    lore = [{"keys": ["debt"], "text": "I am in debt.", "tell_when": {"trust": ">= 3"}}]
    debtor = Stage({"ada": persona(lorebook=lore)})
    assert [entry.text[""] for entry in view(debtor, "ada").kept()] == ["I am in debt."]


def test_what_a_thing_is_like_is_known_to_who_knew_it_and_to_who_saw_it_change() -> None:
    town = stage()
    key, ring, saloon = view(town, "ada").things
    assert view(town, "ada").knows_state(key, "key.place")
    assert not view(town, "tom").knows_state(key, "key.place")
    assert view(town, "tom").knows_state(saloon, "saloon.open"), "what is for nobody alone is known to all"
    town.send(WorldSet(values={"key.place": "bank", "ring.place": "bank"}))
    assert view(town, "tom").knows_state(key, "key.place")
    assert not view(town, "tom").knows_state(ring, "ring.place")
    assert not view(town, "ada").knows_state(ring, "ring.place"), "what she knew is not so any more"
    town.send(CharacterLeave(actor_id="ada"))
    town.send(WorldSet(values={"key.place": "church"}))
    town.send(CharacterJoin(actor_id="ada", persona="ada"))
    assert not view(town, "ada").knows_state(key, "key.place")
    town.send(Gossip(actor_id="tom", to="ada", facts=["key.place"]))
    assert view(town, "ada").knows_state(key, "key.place")


def test_what_only_some_know_of_is_not_seen_to_change_from_elsewhere() -> None:
    town = stage()
    (key, *_) = view(town, "ada").things
    town.send(WorldSet(values={"place": "bank", "key.locked": True}))
    assert [view(town, actor).knows_state(key, "key.locked") for actor in ("ada", "tom")] == [True, False]
    for values in ({"key.place": "player"}, {"key.count": 2}, {"place": "church", "key.place": "church"}):
        town.send(WorldSet(values=values))
        assert view(town, "tom").knows_state(key, next(path for path in values if path != "place"))
    town.send(WorldSet(values={"place": "bank"}))
    town.send(WorldSet(values={"key.place": "saloon"}))
    assert not view(town, "tom").knows_state(key, "key.place"), "it was nowhere to be seen"


def test_what_others_know_is_not_answered_with_what_comes_near() -> None:
    facts = [
        {"id": "closed", "keys": ["mine"], "text": "The mine is closed."},
        {
            "id": "why",
            "keys": ["mine", "why"],
            "text": "Gas closed the mine, which is why.",
            "known_by": ["ada"],
        },
    ]
    unknown = {"unknown": ["I could not say."]}
    changes = {"world": {"name": "Town", "facts": facts}, "fallbacks": persona().fallbacks.model_dump() | unknown}
    town = Stage({"ada": persona(**changes), "tom": persona(**changes)}, audio=TEXT_ONLY, scene=TWO_ACTORS)
    assert "The mine is closed." in beside(town, "Is the mine closed?", "tom")
    commands = town.send(InputText(text="And why is that mine closed, why?", to="tom"))
    assert [each.text for each in messages(commands) if isinstance(each, UtteranceText)] == ["I could not say."]
    town.send(Gossip(actor_id="ada", to="tom", facts=["why"]))
    assert "Gas closed the mine, which is why." in beside(town, "And why is that mine closed, why?", "tom")


def test_what_a_character_does_not_know_is_a_fact_of_others_and_the_state_that_only_they_saw() -> None:
    town = stage()
    nobodys = ["key.owner", "ring.owner"]
    assert [each.id for each in view(town, "tom").unknown()] == ["tunnel", "key.place", "ring.place", *nobodys]
    assert [each.id for each in view(town, "ada").unknown()] == ["heir", *nobodys]


def test_how_a_thing_is_does_not_give_a_secret_away() -> None:
    world = {
        "name": "Inn",
        "things": [
            {"id": "log", "kind": "item", "names": ["logbook"], "place": "cellar", "owner": "ada"},
            {"id": "rum", "kind": "item", "names": ["rum"], "place": "cellar"},
            {"id": "cellar", "kind": "place", "names": ["cellar"], "at": "in the cellar"},
        ],
        "facts": [
            {
                "id": "hidden",
                "keys": ["hiding"],
                "text": "The logbook is hidden in the cellar.",
                "known_by": ["ada"],
                "tell_when": {"found": True},
                "gives_away": ["in the cellar"],
            }
        ],
        "state": {"found": False},
    }
    inn = Stage({"ada": persona(world=world)}, audio=TEXT_ONLY)
    assert "The logbook is in the cellar." not in beside(inn, "Where is the logbook?", "ada")
    assert beside(inn, "Where is the rum?", "ada") == ("The rum is in the cellar.",)
    inn.send(WorldSet(values={"found": True}))
    assert "The logbook is in the cellar." in beside(inn, "Where is the logbook?", "ada")


def test_what_lines_will_be_compared_with_is_known_before_the_first_one() -> None:
    texts = compared_with(town()["tom"], "tom")
    assert "The mine is closed." in texts
    assert "Tom is the heir." in texts, "to know that it must be kept"
    assert "The tunnel begins behind the church." in texts, "to know that it is what was asked for"


def test_an_entry_of_a_lorebook_holds_over_the_state_too() -> None:
    lore = [{"keys": ["bridge"], "text": "The bridge is out.", "when": {"flood": True}}]
    town = Stage({"ada": persona(lorebook=lore)}, audio=TEXT_ONLY)
    assert beside(town, "And the bridge?", "ada") == ()
    town.send(WorldSet(values={"flood": True}))
    assert "The bridge is out." in beside(town, "And the bridge?", "ada")


def test_where_a_place_is_its_author_says_if_anybody() -> None:
    world = {
        "name": "Town",
        "things": [
            {"id": "town", "kind": "place", "names": ["town"], "at": "in the town"},
            {"id": "bank", "kind": "place", "names": ["bank"], "at": "in the bank", "place": "town"},
            {"id": "inn", "kind": "place", "names": ["inn"], "at": "in the inn", "place": "town"},
        ],
        "facts": [{"id": "way", "keys": ["bank"], "text": "The bank stands across the street."}],
    }
    stage = Stage({"ada": persona(world=world)})
    told = {known.id for known in view(stage, "ada").tellable()}
    assert {"way", "inn.place"} <= told
    assert "bank.place" not in told


def test_a_character_knows_who_is_with_it_and_that_nobody_is() -> None:
    chronicle = Chronicle()
    ada, tom = (Character(name, each, name) for name, each in town().items())
    chronicle.join(ada)
    assert COMPANY not in {known.id for known in chronicle.view(ada).tellable()}
    chronicle.join(tom)
    teller = persona(name="Teller", narrator=True)
    chronicle.join(Character("teller", teller, "teller"))
    with_ada = {known.id: known.entry for known in chronicle.view(ada).tellable()}
    assert with_ada[COMPANY].text["en"] == "Tom is here with us."
    chronicle.leave("tom")
    assert COMPANY not in {known.id for known in chronicle.view(ada).tellable()}


def test_the_facts_of_the_examples_are_known_too() -> None:
    shown = [
        {"player": "Are you from here?", "fact": "I am from Boston.", "npc": "Boston, friend."},
        {"player": "Hello.", "npc": "Howdy."},
    ]
    chronicle, ada = Chronicle(), Character("ada", persona(examples=shown), "ada")
    chronicle.join(ada)
    found = [known for known in chronicle.view(ada).tellable() if known.id.startswith("example.")]
    assert [(each.entry.text[""], each.entry.asks[""]) for each in found] == [
        ("I am from Boston.", ("Are you from here?",))
    ]


def present(role: str = "ada", **values: Value) -> dict[str, str]:
    """Who and what else is in the saloon, by what says so."""
    things = [
        *WORLD["things"],
        {"id": "eve", "kind": "person", "names": ["Eve", "the singer"], "place": "saloon"},
        {"id": "bob", "kind": "person", "names": ["Bob"], "place": "saloon", "alive": False},
        {"id": "ada", "kind": "person", "names": ["Ada Finch"], "place": "saloon"},
    ]
    character = Character(role, persona(world={**WORLD, "things": things}), role)
    chronicle = Chronicle()
    chronicle.join(character)
    chronicle.set({"place": "saloon", **values})
    known = {each.id: each.entry for each in chronicle.view(character).tellable()}
    return {name: known[name].text["en"] for name in (COMPANY, LYING, CARRIED, HELD, EMPTY_HANDED) if name in known}


def test_a_character_knows_what_the_player_has_and_what_it_has_itself() -> None:
    nothing = {EMPTY_HANDED: "You have nothing with you that I know of."}
    assert present(place="church", **{"key.place": "player"}) == {CARRIED: "You have the key."}
    assert present(place="church", **{"key.place": "ada"}) == {HELD: "I have the key.", **nothing}
    assert present(place="church", **{"ring.place": "player"}) == nothing, "the ring is hidden, and moved unseen"


def test_a_character_sees_who_and_what_else_is_where_the_scene_is() -> None:
    nothing = {EMPTY_HANDED: "You have nothing with you that I know of."}
    assert present() == {COMPANY: "Eve is here with us.", LYING: "The key and the ring are here.", **nothing}
    assert present(**{"ring.place": "church", "eve.place": "church"}) == {LYING: "The key is here.", **nothing}
    assert present(place="church") == nothing


def test_what_a_character_does_not_know_to_be_there_it_does_not_see() -> None:
    world = {**WORLD, "things": WORLD["things"]}
    tom = Character("tom", persona(world=world), "tom")
    chronicle = Chronicle([ValuesSet(values={"place": "saloon"})])
    chronicle.join(tom)
    assert LYING not in {known.id for known in chronicle.view(tom).tellable()}


def test_what_the_player_tells_of_themselves_is_known_to_who_heard_it() -> None:
    stage = Stage(town(), scene=TWO_ACTORS, audio=TEXT_ONLY)
    stage.generate(stage.send(InputText(text="Ada, my boat is called Gull.", to="ada", whisper=True)), "Hm.")
    told, unknown = (
        {each.id: each.entry.text for each in known if each.id.startswith(TOLD)}
        for known in (view(stage, "ada").tellable(), view(stage, "tom").unknown())
    )
    assert list(told.values()) == [{"en": "You said: your boat is called Gull."}]
    assert unknown.keys() == told.keys()
    assert not [each for each in view(stage, "tom").tellable() if each.id.startswith(TOLD)]
    assert not [each for each in view(stage, "ada").unknown() if each.id.startswith(TOLD)]


@pytest.mark.parametrize(
    "line",
    ["Where is my hat?", "I need your help.", "I have opened the saloon.", "It rains.", "我が家は遠いです。"],
)
def test_what_is_asked_wished_or_told_of_the_world_is_no_such_thing(line: str) -> None:
    stage = Stage(town(), scene=TWO_ACTORS, audio=TEXT_ONLY)
    stage.generate(stage.send(InputText(text=line, to="ada")), "Hm.")
    assert not [each for each in view(stage, "ada").tellable() if each.id.startswith(TOLD)]


PLACES = [
    {"id": "town", "kind": "place", "names": ["town"], "at": "in the town"},
    {"id": "saloon", "kind": "place", "names": ["saloon"], "at": "in the saloon", "place": "town"},
    {"id": "church", "kind": "place", "names": ["church"], "at": "in the church", "place": "town"},
    {"id": "mill", "kind": "place", "names": ["old mill"], "at": "in the old mill", "place": "town"},
    {"id": "cave", "kind": "place", "names": ["cave"], "at": "in the cave", "place": "town", "hidden": True},
    {"id": "lamp", "kind": "item", "names": ["lamp"], "place": "church", "owner": "eve"},
    {"id": "book", "kind": "item", "names": ["book"], "place": "church", "owner": "eve", "known_by": ["tom"]},
    {"id": "bell", "kind": "item", "names": ["bell"], "place": "church"},
    {"id": "cup", "kind": "item", "names": ["cup"], "owner": "nobody"},
    {"id": "eve", "kind": "person", "names": ["Eve", "singer"], "place": "church"},
]
MILL = {
    "id": "gold",
    "keys": ["gold"],
    "text": "There is gold in the mill.",
    "known_by": ["tom"],
    "gives_away": ["mill"],
}
BELL = {"id": "bell_owner", "keys": ["bell"], "text": "The bell belongs to the parish."}


def around(role: str = "ada", facts: tuple[object, ...] = (), **values: Value) -> View:
    world = {"name": "Town", "things": PLACES, "facts": [*facts]}
    character = Character(role, persona(world=world), role)
    chronicle = Chronicle()
    chronicle.join(character)
    chronicle.set({"place": "saloon", **values})
    return chronicle.view(character)


def told_of(view: View) -> dict[str, str]:
    return {each.id: localised(each.entry.text, "en") for each in view.tellable()}


def test_a_character_tells_what_places_there_are_but_for_hidden_ones_and_those_of_a_secret() -> None:
    assert told_of(around())["places"] == "There is the saloon, the church and the old mill."
    assert told_of(around(facts=(MILL,)))["places"] == "There is the saloon and the church."
    assert told_of(around("tom", facts=(MILL,)))["places"] == "There is the saloon, the church and the old mill."


def test_a_character_tells_what_is_elsewhere_and_what_is_whose_as_far_as_it_knows() -> None:
    ada, tom = told_of(around()), told_of(around("tom"))
    assert ada["church.items"] == "The lamp and the bell are in the church."
    assert tom["church.items"] == "The lamp, the book and the bell are in the church."
    assert ada["church.persons"] == "Eve is in the church."
    assert ada["eve.belongings"] == "The lamp belongs to Eve."
    assert tom["eve.belongings"] == "The lamp and the book belong to Eve."
    assert "nobody.belongings" not in ada
    assert "church.items" not in told_of(around(place="church"))


def test_who_somebody_is_is_left_to_an_author_who_says_it() -> None:
    assert told_of(around())["eve.name"] == "Eve is the singer."
    written = {"id": "eve_sings", "keys": ["singer"], "text": "Old Eve is the singer here."}
    assert "eve.name" not in told_of(around(facts=(written,)))


def test_a_character_does_not_know_whose_a_thing_is_of_which_nobody_says_it() -> None:
    unknown = {each.id for each in around().unknown()}
    assert "bell.owner" in unknown
    assert unknown.isdisjoint({"lamp.owner", "cup.owner"})
    assert "bell.owner" not in {each.id for each in around(facts=(BELL,)).unknown()}
    assert "bell.owner" not in {each.id for each in around(**{"bell.owner": "eve"}).unknown()}


def test_who_lives_in_the_world_is_at_home_until_they_come_into_the_scene() -> None:
    home = Resident(id="tom", kind="person", names={"en": ("Tom",)}, place="church")
    world = World.model_validate({"name": "Town", "things": PLACES}).model_copy(update={"things": (home,)})
    story, cast = Story(), Story(cast={"tom-1": "tom"})
    for each, place, at in (
        (story, "saloon", "church"),
        (story, "church", None),
        (cast, "saloon", "saloon"),
        (cast, None, None),
    ):
        each.values, each.versions = {"place": place}, {"place": 1}
        assert State(each, [world]).value("tom.place") == at
    story.values["tom.place"], story.versions["tom.place"] = "mill", 1
    assert State(story, [world]).value("tom.place") == "mill"


def test_who_somebody_was_gives_no_secret_death_away() -> None:
    death = {"id": "death", "keys": ["Eve"], "text": "Eve is dead.", "known_by": ["tom"], "gives_away": ["dead"]}
    dead: dict[str, Value] = {"eve.alive": False}
    assert told_of(around(facts=(), **dead))["eve.name"] == "Eve was the singer."
    assert told_of(around(facts=(death,), **dead))["eve.name"] == "Eve is the singer."


def test_nobody_is_somewhere_who_is_known_to_be_dead() -> None:
    death = {"id": "death", "keys": ["Eve"], "text": "Eve is dead.", "known_by": ["tom"], "gives_away": ["dead"]}
    here: dict[str, Value] = {"eve.place": "mill", "eve.alive": True}
    assert "eve.place" in told_of(around(facts=(), **here))
    assert "eve.place" not in told_of(around(facts=(), **here | {"eve.alive": False}))
    assert "eve.place" in told_of(around(facts=(death,), **here | {"eve.alive": False})), "she keeps the death a secret"
