"""Stories of Ink and Yarn Spinner become worlds, and what can't is named with its line."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npc_engine.errors import InvalidFile, NpcEngineError
from npc_engine.persona import ink, loading, yarn
from npc_engine.persona.script import beat_id, both, condition, opposite
from npc_engine.persona.script_world import ImportedWorld, world_of
from npc_engine.persona.world import World
from npc_engine.terminal.importing import import_file

UNSAYABLE = "whose condition or text a world can't say"
INK = """\
# title: The old mill
# goal: Find the key and open the mill.
VAR has_key = false
VAR days = 3
-> meeting

=== meeting ===
Good day, stranger. // a comment
The mill is shut, and its key is gone.
* [I will find the key.] Good! -> find_key
* [Not me.] Then farewell. -> END
* {days > 2} Who lost it?
  The miller did.
  -> meeting
+ How are you?
  Fine.
- So be it.
  -> meeting

=== find_key
# objective: Find the key of the mill.
# hint: Look low.
# hint: Look under the mat.
Look around the yard.
{has_key: You have it already!|It is not in the house.}
* {has_key} [I found it!] Well done. -> open_mill
* [I have it.] # finish
  I see no key.

=== open_mill
Go on, open it.
-> DONE
"""
YARN = """\
title: Start
goal: Bring the letter to the mill.
---
<<declare $has_letter = false>>
<<declare $name = "Bo" as string>>
Mara: Good day.
Mara: Will you carry this? #line:0a1
-> Of course. #line:0a2
    Mara: You are kind.
    <<jump Carry>>
-> No. #refuse
    Mara: A pity.
-> Who lives there? <<if not $has_letter>>
    Mara: The miller.
===
title: Carry
objective: Carry the letter to the mill.
hint: Follow the river.
position: 3,4
---
// on the way
Mara: Take the road by the river.
<<if $has_letter>>
    Mara: You have the letter.
<<else>>
    Mara: You lost the letter?
<<endif>>
-> I gave it to him. <<if $has_letter == false && $name != "Al">>
    <<jump Thanks>>
===
title: Thanks
---
Mara: Thank you!
<<stop>>
===
"""


def of_ink(text: str) -> ImportedWorld:
    return world_of(ink.read(text, "tale"), "tale")


def of_yarn(*body: str, head: str = "title: Start") -> ImportedWorld:
    return world_of(yarn.read("\n".join([head, "---", *body, "==="]), "tale"), "tale")


def notes(imported: ImportedWorld) -> list[str]:
    World.model_validate(imported.data)
    return [f"{number}: {words}" for number, words in imported.notes]


def beats(imported: ImportedWorld) -> list[dict[str, Any]]:
    World.model_validate(imported.data)
    return list(imported.data["quests"][0]["beats"])


def test_an_ink_story_becomes_a_quest_that_is_offered_accepted_and_finished() -> None:
    imported = world_of(ink.read(INK, "tale"), "tale", ["miller"])
    assert notes(imported) == []
    assert imported.data["state"] == {"has_key": False, "days": 3}
    assert imported.data["quests"][0]["name"] == "The old mill"
    assert imported.data["quests"][0]["giver"] == ["miller"]
    find, opened = beats(imported)
    assert find == {
        "id": "find_key",
        "after": [],
        "objective": "Find the key of the mill.",
        "facts": [
            {"text": "You have it already!", "when": [{"has_key": True}]},
            {"text": "It is not in the house.", "when": [{"has_key": False}]},
        ],
        "hints": ["Look low.", "Look under the mat."],
        "says": {"accept": ["I will find the key."], "refuse": ["Not me."], "finish": ["I found it!", "I have it."]},
        "lines": {
            "offered": ["Good day, stranger. The mill is shut, and its key is gone."],
            "accepted": ["Good! Look around the yard."],
            "refused": ["Then farewell."],
            "early": ["I see no key."],
            "done": ["Well done. Go on, open it."],
        },
    }
    assert opened == {
        "id": "open_mill", "after": ["find_key"], "when": [{"has_key": True}], "objective": "Go on, open it."
    }  # fmt: skip


def test_questions_that_only_get_an_answer_become_facts() -> None:
    assert of_ink(INK).data["facts"] == [
        {"id": "fact_1", "asks": ["Who lost it?"], "text": "The miller did.", "verbatim": True,
         "when": [{"days": "> 2"}]},
        {"id": "fact_2", "asks": ["How are you?"], "text": "Fine. So be it.", "verbatim": True},
    ]  # fmt: skip


def test_a_yarn_story_becomes_a_quest_as_well() -> None:
    imported = of_yarn_file()
    assert notes(imported) == []
    assert imported.data["state"] == {"has_letter": False, "name": "Bo"}
    carry, thanks = beats(imported)
    assert carry["says"] == {"accept": ["Of course."], "refuse": ["No."], "finish": ["I gave it to him."]}
    assert carry["lines"] == {
        "offered": ["Good day. Will you carry this?"],
        "accepted": ["You are kind. Take the road by the river."],
        "refused": ["A pity."],
        "done": ["Thank you!"],
    }
    assert carry["facts"] == [
        {"text": "You have the letter.", "when": [{"has_letter": True}]},
        {"text": "You lost the letter?", "when": [{"has_letter": False}]},
    ]
    assert thanks["when"] == [{"has_letter": False, "name": "not Al"}]
    assert imported.data["facts"][0]["when"] == [{"has_letter": False}]


def of_yarn_file() -> ImportedWorld:
    return world_of(yarn.read(YARN, "tale"), "tale")


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("INCLUDE other.ink", "4: `INCLUDE other.ink`: another file is not read; import it by itself, or paste it in"),
        (
            "EXTERNAL wave()",
            "4: `EXTERNAL wave()`: functions of the game are not called; declare an action in the world",
        ),
        ("LIST colors = red", "4: `LIST colors = red`: lists are not imported; write a value in `state`"),
        ("VAR x = red", "4: variable 'x' begins with `red`, which is no text, number, true or false"),
        ("~ days = 2", "4: `~ days = 2`: only the game changes the state"),
        ("<- thread", "4: `<- thread`: threads are not imported"),
        ("-> other ->", "4: `-> other ->`: tunnels and diverts with arguments are not imported"),
        ("->->", "4: `->->`: tunnels and diverts with arguments are not imported"),
        ("-> nowhere", "4: `-> nowhere` leads to nothing that is imported"),
        ("# loud", "4: tag `#loud` means nothing here"),
        ("Hi. # loud", "4: tag `#loud` means nothing here"),
        ("Hi. # refuse", "4: tag `#refuse` means something on a choice only"),
        ("It is {days} days.", "4: `It is {days} days.` is left out: texts of a world are fixed"),
        ("{a(b): Hi.}", "4: `a(b)` is no condition that a world can say; the line is left out"),
        ("{a and b: Hi.|No.}", "4: `No.` is left out: the opposite of `a and b` can't be said"),
        ("{a and b: Hi.}", None),
        ("* (label) Yes?\n  Yes.", "4: label (label) is left out"),
        ("* Hello[], I said.\n  Hi.", "4: `, I said.` is left out: it is printed behind the player's words"),
        ("* -> END", "4: a choice without words is left out"),
        ("* a\n  {x: -> END}\n  b", None),
        ("* a\n  {x: -> end}\n  b", "5: `-> end` under a condition inside a choice is left out"),
        (
            "* a\n  b\n** c\n   d\n* e\n  f",
            "6: a choice inside a choice, `** c`, is not imported, with all of it to line 7",
        ),
    ],
)
def test_what_of_ink_can_not_be_imported_is_named_with_its_line(line: str, note: str | None) -> None:
    imported = of_ink(f"# goal: g\n=== start\nWell.\n{line}\n-> end\n=== end\nBye.\n")
    assert notes(imported) == ([note] if note else [])


@pytest.mark.parametrize(
    ("story", "note"),
    [
        ("=== function f(x)\n~ return 1\n", "3: 'f', a function, is not imported, with all of it to line 5"),
        ("=== f(x)\nHi.\n", "3: 'f', a knot with parameters (x), is not imported, with all of it to line 5"),
        ("=== f\nHi.\n* a\n  b\n", "3: nothing leads to 'f'; it is left out, with all of it"),
        ("{ x:\n  Hi.\n- else:\n  Bye.\n}\n", "3: a block in braces is not imported, with all of it to line 7"),
        ("{ x:\n  Hi.\n", "3: a block in braces is not imported, with all of it to line 5"),
        (
            "* a\n  b\n** c\n{ x:\n  Hi.\n}\n",
            "5: a choice inside a choice, `** c`, is not imported, with all of it to line 9",
        ),
        ("* Goodbye.\n", "3: `Goodbye.` has no answer of its own and is left out"),
        (
            "* {f(x)} a\n  b\n",
            f"3: a choice with `{{f(x)}} a`, {UNSAYABLE}, is not imported, with all of it to line 5",
        ),
        (
            "* a {x}\n",
            f"3: a choice with `a {{x}}`, {UNSAYABLE}, is not imported, with all of it to line 4",
        ),
        ("* a\n  b\n- c\n* d", "6: a choice behind a gather, `* d`, is not imported"),
        ("TODO: more\n/* * a\n -> b */\n", None),
    ],
)
def test_whole_parts_of_ink_that_can_not_be_imported_are_named(story: str, note: str | None) -> None:
    assert notes(of_ink(f"# goal: g\nWell.\n{story}")) == ([note] if note else [])


def test_a_story_without_knots_is_a_beat_that_begins_by_itself() -> None:
    [beat] = beats(of_ink("# goal: g\nWell <>met\\#1.\n"))
    assert beat == {"id": "beginning", "after": [], "objective": "Well met#1.", "facts": [{"text": "Well met#1."}]}


def test_a_gather_before_any_choice_is_only_a_line() -> None:
    [beat] = beats(of_ink("# goal: g\n- Well.\n-\n"))
    assert beat["facts"] == [{"text": "Well."}]


def test_stitches_are_beats_too_and_a_knot_without_words_is_its_first_stitch() -> None:
    story = "# goal: g\n-> a\n=== a\n= one\nOne.\n-> two\n= two\nTwo.\n* {not one} b -> b\n=== b\n-> END\n"
    imported = of_ink(story)
    assert [(beat["id"], beat["after"]) for beat in beats(imported)] == [
        ("a_one", []), ("a_two", ["a_one"])
    ]  # fmt: skip
    assert notes(imported) == [
        "9: 'b' is not imported, so nothing leads there",
        "9: `b` has no answer of its own and is left out",
    ]


def test_asking_whether_a_knot_was_seen_asks_for_its_beat() -> None:
    story = "# goal: g\nHi.\n-> a\n=== a\nA.\n-> b\n=== b\nB.\n{a: Seen.|New.}\n"
    assert beats(of_ink(story))[2]["facts"] == [
        {"text": "Seen.", "when": [{"quest.tale.a": ["active", "done"]}]},
        {"text": "New.", "when": [{"quest.tale.a": None}]},
    ]


def test_ways_that_a_quest_can_not_go_are_named() -> None:
    story = (
        "# goal: g\n=== a\nA.\n-> b\n=== b\nB.\n-> a\n{x: -> c}\n{y: -> c}\n=== c\nC.\n"
        "* again -> b\n* fight -> d\n  Ha!\n* flee -> d\n  Oh!\n* wait -> f\n=== d\nD.\n-> f\n=== f\nF.\n"
    )
    imported = of_ink(story)
    assert notes(imported) == [
        "7: the way back to 'a' is left out: beats only go on",
        "9: a second condition for 'c' is left out",
        "12: `again` has no answer of its own and is left out",
        "12: the way back to 'b' is left out: beats only go on",
        "13: `Ha!` is left out: all ways to accept get the same answer",
        "15: `Oh!` is left out: all ways to accept get the same answer",
        "20: 'f' comes after 'c' already; a second way to it is left out",
    ]
    assert [beat["says"]["accept"] for beat in beats(imported)[3:]] == [["fight", "flee"], ["wait"]]


def test_a_way_with_a_condition_that_contradicts_the_node_s_is_named() -> None:
    text = "title: A\ngoal: g\n---\nHi.\n<<if $x>>\n<<jump B>>\n<<endif>>\n===\ntitle: B\nwhen: not $x\n---\nB.\n==="
    assert notes(world_of(yarn.read(text, "t"), "t")) == [
        "6: the condition of 'B' is not imported: it contradicts itself"
    ]


def test_a_choice_without_words_is_the_way_on() -> None:
    assert [beat["id"] for beat in beats(of_ink("# goal: g\nHi.\n* -> a\n=== a\nA.\n"))] == ["beginning", "a"]


def test_a_story_that_only_answers_is_a_world_of_facts() -> None:
    imported = of_ink("Hi.\n-> a\n=== a\n-> a\n")
    assert [beat["id"] for beat in beats(imported)] == ["beginning", "a"]
    assert of_ink("").data == {"name": "tale"}
    assert of_ink("-> a\n=== a\n-> a\n").notes == [
        (1, "there is no goal; the title stands for it: write one in a sentence")
    ]


def test_two_knots_that_become_one_beat_are_refused() -> None:
    with pytest.raises(InvalidFile, match="line 5: 'A' has the same id as the passage in line 3; rename it"):
        of_ink("Hi.\n-> a\n=== a\n-> A\n=== A\nA.\n")
    with pytest.raises(InvalidFile, match="'done' has the same id as the end of a quest"):
        of_ink("Hi.\n-> done\n=== done\nA.\n")


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("<<set $x to 1>>", "5: `<<set $x to 1>>`: only the game changes the state"),
        ("<<wait 3>>", "5: `<<wait 3>>`: commands are not imported; declare an action in the world"),
        ("<<wait", "5: `<<wait`: commands are not imported; declare an action in the world"),
        ("<<declare $x = a + b>>", "5: `<<declare $x = a + b>>` begins with what is no text, number, true or false"),
        ("<<declare $x = red>>", "5: `<<declare $x = red>>` begins with what is no text, number, true or false"),
        ("<<jump Nowhere>>", "5: `<<jump Nowhere>>` leads to no node of this file"),
        ("=> Hi.", "5: `=> Hi.`: line groups are not imported"),
        ("Player: Hi.", "5: `Hi.` is left out: the player says it"),
        ("Bob: Hi.", "5: `Hi.` is left out: Bob says it, and not Mara"),
        ("Hi {$x}.", "5: `Hi {$x}.` is left out: texts of a world are fixed, and this one changes"),
        ("[b]Hi.[/b]", "5: markup in brackets is left out"),
        ("Hi. #loud", "5: tag `#loud` means nothing here"),
        ("Hi. #refuse", "5: tag `#refuse` means something on an option only"),
        ("<<else>>", "5: `<<else>>` has no `<<if>>`"),
        ("<<if f($x)>>\n<<endif>>", "5: `f($x)` is no condition that a world can say; what it holds is left out"),
        ("<<if $x>>", "5: `<<if>>` has no `<<endif>>`"),
        (
            "-> a <<once>>\n    b",
            f"5: an option with `a <<once>>`, {UNSAYABLE}, is not imported, with all of it to line 6",
        ),
        ("-> a {$x}", f"5: an option with `a {{$x}}`, {UNSAYABLE}, is not imported"),
        (
            "-> a\n    b\n    -> c\n        d",
            "7: an option inside an option, `c`, is not imported, with all of it to line 8",
        ),
        (
            "-> a\n    b\n\nc\n-> d\n    e",
            "9: an option behind what follows others, `d`, is not imported, with all of it to line 10",
        ),
        (
            "-> a\n    <<if $x>>\n    <<jump Start>>\n    <<endif>>\n    b",
            "7: `<<jump Start>>` under a condition inside an option is left out",
        ),
        ("-> a\n    <<stop>>", "5: `a` has no answer of its own and is left out"),
        ("-> a\n    b\n<<stop>>", None),
        ("<<if $a>>\nHi.\n-> b\n    c\n<<endif>>", None),
        ("<<stop>>", None),
    ],
)
def test_what_of_yarn_can_not_be_imported_is_named_with_its_line(line: str, note: str | None) -> None:
    assert notes(of_yarn("Mara: Well.", *line.split("\n"), "Mara: Bye.", head="title: Start\ngoal: g")) == (
        [note] if note else []
    )


def test_what_stands_under_a_condition_that_can_not_be_said_is_left_out_and_named() -> None:
    body = (
        "<<if $x and $y>>", "A.", "<<else>>", "B.", "<<jump Start>>", "<<endif>>",
        '<<if visited("Start")>>', "C.", "<<elseif $z>>", "D.", "<<else>>", "E.", "<<endif>>",
    )  # fmt: skip
    imported = of_yarn(*body, head="title: Start\ngoal: g")
    assert notes(imported) == [
        "6: the opposite of this `<<if>>` can't be said; what `<<else>>` holds is left out",
        "7: `B.` is left out with its condition",
        "8: a jump under a condition that a world can't say is left out",
        "12: `<<elseif $z>>` is not imported, with what it holds",
        "13: `D.` is left out with its condition",
        "14: the opposite of this `<<if>>` can't be said; what `<<else>>` holds is left out",
        "15: `E.` is left out with its condition",
    ]
    assert [fact["when"] for fact in beats(imported)[0]["facts"]] == [
        [{"x": True, "y": True}], [{"quest.tale.start": ["active", "done"]}]
    ]  # fmt: skip


def test_headers_say_more_of_a_node() -> None:
    head = "title: Start\ngoal: g\nstory: The tale\nwhen: $x\ntags: a\n\n// note"
    imported = of_yarn("Hi.", head=head)
    assert imported.data["name"] == "The tale"
    assert beats(imported)[0]["when"] == [{"x": True}]
    assert notes(imported) == ["5: header `tags: a` means nothing here"]
    assert notes(of_yarn("Hi.", head="title: A\ngoal: g\nwhen: once")) == [
        "3: `when: once` is no condition that a world can say; write it yourself"
    ]
    assert notes(of_yarn("Hi.", head="title: A\ngoal: g\nwhen: always")) == []


def test_a_node_without_an_end_is_read_and_named() -> None:
    assert notes(world_of(yarn.read("title: A\ngoal: g\n---\nHi.\n", "t"), "t")) == [
        "1: node 'A' has no `===` at its end"
    ]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("x", [{"x": True}]),
        ("not x", [{"x": False}]),
        ("$x == true", [{"x": True}]),
        ("x != true", [{"x": False}]),
        ("not x == 3", [{"x": "not 3"}]),
        ('x is "red"', [{"x": "red"}]),
        ("x gte 2.5", [{"x": ">= 2.5"}]),
        ("x > 1 && y", [{"x": "> 1", "y": True}]),
        ("x or y < 2", [{"x": True}, {"y": "< 2"}]),
        ("seen", [{"quest.q.seen": ["active", "done"]}]),
        ("!seen", [{"quest.q.seen": None}]),
        ("seen > 1", None),
        ("x > true", None),
        ("x and x", None),
        ("(x)", None),
        ("x == 1.2.3", [{"x": "1.2.3"}]),
    ],
)
def test_conditions_are_read_as_a_world_says_them(text: str, when: object) -> None:
    assert condition(text, lambda name: "quest.q.seen" if name == "seen" else None) == when


@pytest.mark.parametrize(
    ("when", "other"),
    [
        ([{"x": True}], [{"x": False}]),
        ([{"x": "> 3"}], [{"x": "<= 3"}]),
        ([{"x": "not 3"}], [{"x": 3}]),
        ([{"x": "not red"}], [{"x": "red"}]),
        ([{"x": 3}], [{"x": "not 3"}]),
        ([{"x": None}], [{"x": ["active", "done"]}]),
        ([{"x": ["active", "done"]}], [{"x": None}]),
        ([{"x": 1}, {"y": 1}], None),
    ],
)
def test_the_opposite_of_one_test_can_be_said(when: Any, other: Any) -> None:
    assert opposite(when) == other


def test_conditions_come_together_unless_they_contradict() -> None:
    assert both([{"x": 1}], [{"y": 2}, {"z": 3}]) == [{"x": 1, "y": 2}, {"x": 1, "z": 3}]
    assert both([], [{"y": 2}]) == both([{"y": 2}], []) == [{"y": 2}]
    assert both([{"x": 1}], [{"x": 1}]) == [{"x": 1}]
    assert both([{"x": 1}], [{"x": 2}]) is None


@pytest.mark.parametrize(
    ("name", "made"), [("Find_Key", "find_key"), ("a.b", "a_b"), ("2nd day", "beat_2nd_day"), ("寻找", "beat_eet84m")]
)
def test_names_become_ids(name: str, made: str) -> None:
    assert beat_id(name) == made


@given(st.text(alphabet='ab=*+-[]{}|:#~<>()/\\\n "1.', max_size=80))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    for reader in (ink.read, yarn.read):
        with suppress(InvalidFile):
            World.model_validate(world_of(reader(f"title: a\n---\n{text}\n===\n", "tale"), "tale").data)
            World.model_validate(world_of(reader(text, "tale"), "tale").data)


def test_the_command_writes_a_world_that_can_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "Old Mill.ink"
    file.write_text(INK + "<- thread\n", encoding="utf-8")
    assert import_file(file, None, None, tmp_path / "personas", ["deadwood"]) is True
    world = loading.load_world(tmp_path / "personas" / "old-mill" / "world.yaml")
    assert world.quests[0].giver == ("deadwood",)
    told = capsys.readouterr().out
    assert f"note: {file}:33: `<- thread`: threads are not imported" in told
    assert "a persona lives there with `world: old-mill`" in told
    with pytest.raises(NpcEngineError, match="exists already"):
        import_file(file, None, None, tmp_path / "personas")


def test_a_yarn_file_is_imported_by_the_same_command(tmp_path: Path) -> None:
    file = tmp_path / "信.yarn"
    file.write_text(YARN, encoding="utf-8")
    import_file(file, None, None, tmp_path)
    assert loading.load_world(tmp_path / "world" / "world.yaml").name == {"": "信"}


def test_a_story_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.ink"
    file.write_bytes(b"Hi.\n\xff")
    with pytest.raises(InvalidFile, match=r"a\.ink:2: is not UTF-8"):
        import_file(file, None, None, tmp_path)
    file.write_text("Hi.\n-> done\n=== done\nA.\n", encoding="utf-8")
    with pytest.raises(InvalidFile, match=r"a\.ink: line 3: 'done' has the same id"):
        import_file(file, None, None, tmp_path)
    with pytest.raises(NpcEngineError, match="there is no persona 'nobody'"):
        import_file(file, None, None, tmp_path, ["nobody"])
