"""The prompt is bounded, the history is not: what has left the prompt is remembered when a line brings it back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from conversing import TEXT_ONLY, Stage, every, messages, only, persona

from npc_engine.core.answering import Answering
from npc_engine.core.chronicle import Chronicle
from npc_engine.core.commands import Cancel, Command, Generate, Summarise
from npc_engine.core.events import EngineFailed, GenerationEnded, TextGenerated
from npc_engine.core.journal import Spoken, Summarised
from npc_engine.core.meaning import Kin, Told
from npc_engine.core.memory import (
    COMPARED,
    HALF_LIFE,
    LATEST,
    Memory,
    importance,
    memories,
    recalls,
    reminded,
    told,
)
from npc_engine.core.prompt import HISTORY_WIDTH
from npc_engine.core.scene import Character
from npc_engine.core.story import Story
from npc_engine.core.summaries import LINES
from npc_engine.protocol import InputText, UtteranceText, WorldEvent


def line(text: str, name: str = "Sam", actor_id: str | None = None, hearers: tuple[str, ...] = ("ada",)) -> Spoken:
    return Spoken(actor_id=actor_id, name=name, text=text, heard_by=hearers, is_event=not name)


def unlike(line: str, texts: Sequence[str]) -> Sequence[float]:
    return [0.0] * len(texts)


def memory(text: str, place: int, weight: float) -> Memory:
    return Memory(text, place, weight, text)


def begun(commands: Sequence[Command]) -> str:
    """What the answer begins with, before the model is asked."""
    generated = every(commands, Generate)
    said = "".join(each.text for each in messages(commands) if isinstance(each, UtteranceText))
    return generated[0].prompt.begins if generated else said


def after(*early: Spoken) -> Story:
    """A story that began with `early`, and in which so much was said since that no prompt holds it."""
    everybody = ("ada", "tom")
    chatter = [line("Well, well, what fine weather! " * 4, hearers=everybody) for _ in range(2 * HISTORY_WIDTH // 100)]
    return Story.of([*early, *chatter])


def recalled(story: Story, asked: str, actor: str = "ada") -> tuple[str, ...]:
    return reminded(memories(story, actor, "en", "Sam"), asked, len(story.lines), unlike)


def test_what_the_player_told_long_ago_comes_back_with_the_question_for_it() -> None:
    story = after(line("My horse is called Thunder."), line("I hate rain."))
    assert recalled(story, "What is my horse called?") == ("You said: your horse is called Thunder.",)
    assert recalled(story, "Where is the bank?") == ()


def test_a_character_remembers_what_it_heard_and_not_what_it_said() -> None:
    story = after(line("The parrot is green.", hearers=("tom",)), line("Parrots bite.", "Ada", "ada"))
    assert recalled(story, "A green parrot?") == ()
    assert recalled(story, "A green parrot?", "tom") == ("You said: The parrot is green.",)


def test_an_event_is_remembered_as_it_was_told() -> None:
    assert recalled(after(line("A barn burned down.", name="")), "Which barn burned?") == ("A barn burned down.",)


def test_a_question_is_nothing_to_remember() -> None:
    assert (
        recalled(after(line("What is in the red barn?"), line("红色的谷仓里有什么？")), "What is in the red barn?")
        == ()
    )


def test_meaning_brings_back_what_shares_no_word() -> None:
    found = [Memory("You said: your mare is Thunder.", 0, 1.0, "My mare is Thunder.")]
    assert reminded(found, "What is the name of that animal?", 9, lambda line, texts: [0.8]) == (found[0].text,)


def test_what_is_as_relevant_but_older_or_less_important_comes_second() -> None:
    old, new = memory("red barn", 0, 0.5), memory("barn red", 400, 0.5)
    assert reminded([old, new], "red barn", 400, unlike) == (new.text,)
    grave = memory("barn, red", 0, 1.0)
    assert reminded([old, grave], "red barn", 400, unlike) == (grave.text,)


def test_a_line_without_telling_words_brings_nothing_back() -> None:
    assert reminded([memory("you", 0, 1.0)], "you and me", 1, unlike) == ()


@pytest.mark.parametrize(
    ("text", "worth"),
    [("My name is Sam", 1.0), ("我叫山姆", 1.0), ("Fine day", 0.5)],
)
def test_what_players_tell_of_themselves_is_worth_most(text: str, worth: float) -> None:
    assert importance(line(text)) == worth


def long_talk(stage: Stage) -> list[Command]:
    """So much is said that the first lines leave the prompt."""
    commands: list[Command] = []
    for number in range(LINES + HISTORY_WIDTH // 100 + 12):
        told = (
            f"I have {number} barrels of salted herring in my cellar by the river, and each of them is worth a dollar."
        )
        commands += stage.generate(stage.send(InputText(text=told)), "How very interesting that is.")
        if every(commands, Summarise):
            return commands
    return commands


def summarised(stage: Stage, answer: str) -> list[Summarised]:
    work = only(long_talk(stage), Summarise).work
    for event in (TextGenerated(stage.at, work, answer), GenerationEnded(stage.at, work)):
        stage.post(event)
    return [entry for entry in stage.recorded if isinstance(entry, Summarised)]


def test_what_has_left_the_prompt_is_summed_up_while_nobody_speaks_and_says_what_it_rests_on() -> None:
    stage = Stage({"ada": persona()}, audio=TEXT_ONLY)
    kept = only(summarised(stage, "I have barrels of herring in my cellar."), Summarised)
    assert (kept.actor_id, kept.text, kept.since) == ("ada", "I have barrels of herring in my cellar.", 0)
    assert kept.until >= LINES
    cited = stage.conversation.history[kept.since : kept.until]
    assert all(each.actor_id is None or each.actor_id == "ada" for each in cited)
    assert "Earlier" not in str(memories(Story.of(stage.recorded), "ada", "en", "Sam")[0])


def test_a_summary_that_says_more_than_was_said_is_thrown_away_for_a_line_that_was() -> None:
    kept = only(summarised(Stage({"ada": persona()}, audio=TEXT_ONLY), "The player robbed the bank."), Summarised)
    assert kept.text.startswith("I have ")


def test_a_summary_is_abandoned_when_somebody_speaks_and_begun_again_later() -> None:
    stage = Stage({"ada": persona()}, audio=TEXT_ONLY)
    begun = only(long_talk(stage), Summarise)
    thinking = stage.send(InputText(text="Hello?"))
    assert Cancel(begun.work) in thinking
    assert stage.post(TextGenerated(stage.at, begun.work, "late")) == []
    again = only(stage.generate(thinking, "Yes?"), Summarise)
    assert again.prompt == begun.prompt
    assert stage.post(EngineFailed(stage.at, again.work, "lost")) == [Cancel(again.work)]


def test_what_a_fact_answers_needs_no_memory_and_what_none_does_has_one() -> None:
    lore = [{"keys": ["herring"], "text": "Herring is dear."}]
    stage = Stage({"ada": persona(lorebook=lore)}, audio=TEXT_ONLY)
    stage.generate(stage.send(InputText(text="My mule is called Pepper.")), "A fine name.")
    long_talk(stage)
    stage.send(WorldEvent(name="noon"))
    assert "Herring is dear." in only(stage.send(InputText(text="Is herring dear?")), Generate).prompt.lines[-1].text
    remembered = only(stage.send(InputText(text="What is my mule called?")), Generate).prompt.lines[-1].text
    assert "You said: your mule is called Pepper." in remembered


def test_who_claims_a_deed_once_more_is_not_told_that_they_have_claimed_it() -> None:
    stage = Stage({"ada": persona(lorebook=[])}, audio=TEXT_ONLY)
    stage.generate(stage.send(InputText(text="I unlocked the shed myself.")), "Well.")
    long_talk(stage)
    claimed = only(stage.send(InputText(text="I said: I unlocked the shed myself.")), Generate)
    assert not any("You said" in line.text for line in claimed.prompt.lines)


def test_what_the_player_told_just_now_is_said_back_to_who_asks_for_it() -> None:
    lore = [{"keys": ["name"], "text": "I am Ada Finch."}]
    fallbacks = {"in_character": ["Well."], "failed": ["What?"], "unknown": ["I don't know."]}
    stage = Stage({"ada": persona(lorebook=lore, fallbacks=fallbacks)}, goes_on=True, audio=TEXT_ONLY)
    assert begun(stage.send(InputText(text="What is my name?"))) == "I don't know.", "nobody has told it"
    stage.generate(stage.send(InputText(text="Good day! My name is Sam.")), "Well.")
    assert begun(stage.send(InputText(text="Do you remember my name?"))) == "You said: your name is Sam"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Have I told you my name?", "You have not told me that"),
        ("did i tell u what folks call me yet", "You have not told me that"),
        ("What did I tell you my name was?", "I don't know."),
    ],
)
def test_who_asks_whether_they_told_something_and_told_nothing_hears_that(asked: str, said: str) -> None:
    lore = [{"keys": ["name"], "text": "I am Ada Finch."}]
    fallbacks = {"in_character": ["Well."], "failed": ["What?"], "unknown": ["I don't know."]}
    stage = Stage({"ada": persona(lorebook=lore, fallbacks=fallbacks)}, goes_on=True, audio=TEXT_ONLY)
    assert begun(stage.send(InputText(text=asked))).startswith(said)
    stage.generate(stage.send(InputText(text="Good day!")), "Well.")
    again = begun(stage.send(InputText(text=asked)))
    assert not again.startswith("You have not told me that"), "it may have been, in words that nobody knows"


@pytest.mark.parametrize(
    "asked",
    [
        *(
            "What did I tell you?",
            "What was it that I confided in you?",
            "我悄悄告诉你的是什么？",
            "Do you remember me?",
            "Do you recall what I'm called?",
            "Any idea where I live?",
            "Tom, do you know my real name?",
        ),
        *("I bet you can't say what I'm really called.", "Do you know the name I gave you?", "Who am I really?"),
        *("Remind me where I stashed it?", "The ring, remind me where I'd put it?", "Remind me what I'm called?"),
        *("I told you what I'm called, I bet it has slipped your mind.", "刚才凑你耳根子说的那个名字，还记得吧"),
        *("By what name did I introduce myself?", "Which name have I given you?", "What did I call myself?"),
        *("我真名叫啥？", "我刚才是怎么介绍自己的？", "咱的真名你还记得不？", "我刚报过的名号是啥？"),
        *("You have forgotten already what I said I'm called.", "我刚跟你说的啥？", "我刚刚讲了些什么来着？"),
        *("我刚才跟汤姆说了什么？", "刚才我都对汤姆说了些什么？", "我跟你交过底的，藏哪儿了？"),
        *("Can you say what my true name is?", "我刚才报上的大名是啥来着？"),
        *("Which true name did I give you?", "What am I really called?", "What was it I said I had sewn in?"),
        *("我先前说我本名叫啥来着", "刚跟你讲的那枚戒指，原先是谁的？", "方才我跟您嘀咕的名字您记得不？"),
        *("D'you recall what I told you I buried?", "What was I telling Tom just now?", "What did I just say to Tom?"),
        *("我说我把酒藏在哪儿了？", "我方才讲我惯使哪只手来着？", "我刚咬着您耳朵说我怕啥来着？"),
        *("我之前告诉过你我的名字吗？", "我跟你提过我怕黑没有？"),
        *("我叫什么名字？", "还记得我吗？", "我是谁？", "你知道我住哪儿吗？", "我打哪来的，还记得不？"),
        *("Did you catch my real name, Tom?", "我方才跟老板娘报的大名，你可晓得", "我说缝在哪只鞋里来着"),
        *("刚才悄咪咪跟你讲的那话，你还记着不，说来听听", "还记得俺姓甚名谁不", "考考你，我刚自报的家门是啥来着"),
        "that ring i mentioned, u remember whose it is",
        *("that ring i told you of, whose was it again", "我说的那枚戒指原本是谁的？", "What was it I let you in on?"),
    ],
)
def test_a_question_for_what_the_player_told_is_known_for_one(asked: str) -> None:
    assert recalls(asked)


@pytest.mark.parametrize(
    "asked",
    [
        *("I told you that it is open, so where is my reward?", "What of the key I told Tom of?", "Where is my horse?"),
        *("Remember the key!", "What is your name?", "Any idea where I should go?"),
        *("Which key did I give you?", "Remind me where I go now?", "Remind me what I am to do."),
        *("What do you call me a thief for?", "你叫什么名字？", "我的马叫什么？"),
        *("我说我们走吧，行吗？",),
        *("我跟你说了，门开了，赏钱呢？", "我该去哪？", "我叫山姆。", "你住在哪？"),
    ],
)
def test_other_lines_are_none(asked: str) -> None:
    assert not recalls(asked)


def test_of_what_was_said_that_comes_back_which_answers() -> None:
    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        return [Kin(0.3 if "Kansas" in fact.texts[0] else 0.0, 0.0) for fact in facts]

    found = memories(after(line("Good day! I grew up in Kansas. I hate rain.")), "ada", "en", "Sam")
    assert reminded(found, "Which state am I from?", 99, unlike, kinship) == ("You said: you grew up in Kansas.",)


def test_who_asks_for_nothing_but_what_they_told_hears_the_last_of_it() -> None:
    found = memories(after(line("I hate rain. It is cold. My hat is red. So it goes.")), "ada", "en", "Sam")
    assert reminded(found, "What did I tell you?", 99, unlike) == ("You said: your hat is red.",)
    assert reminded(found, "What did I tell you of Tom?", 99, unlike) == ()
    assert reminded(found, "What is it?", 99, unlike) == ()


def test_who_asks_for_what_they_said_hears_it_where_that_is_all_they_told() -> None:
    found = memories(after(line("It is cold. My hat is red. So it goes.")), "ada", "en", "Sam")
    assert reminded(found, "What did I tell you of Tom?", 99, unlike) == ("You said: your hat is red.",)
    assert reminded(found, "Do you remember my horse?", 99, unlike) == (), "that was not said"


def test_who_asks_for_something_of_their_own_hears_what_they_told_of_it() -> None:
    """`Where does my sister work?` has no words of a question for what was said."""

    def likeness(line: str, texts: Sequence[str]) -> list[float]:
        return [0.3 if "Tom" in text else 0.1 for text in texts]

    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        return [Kin(0.05 if "Tom" in fact.texts[0] else 0.0, 0.0) for fact in facts]

    lore = [{"asks": {"en": ["Where does Tom sleep?"]}, "text": {"en": "Tom sleeps in the barn."}}]
    fallbacks = {"in_character": ["Well."], "failed": ["What?"], "unknown": ["I don't know."]}
    ada = persona(lorebook=lore, fallbacks=fallbacks)
    models = {"likeness": likeness, "kinship": kinship}
    stage = Stage({"ada": ada}, goes_on=True, audio=TEXT_ONLY, models=models)
    stage.generate(stage.send(InputText(text="My sister Maud makes wigs.")), "I see.")
    assert begun(stage.send(InputText(text="Where does my sister work?"))) == "You said: your sister Maud makes wigs"


def test_of_all_that_was_told_the_latest_is_compared() -> None:
    compared: list[str] = []

    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        compared.extend(fact.texts[0] for fact in facts)
        return [Kin(0.0, 0.0) for _ in facts]

    story = Story.of([line("It rains."), *(line(f"I have {number} horses.") for number in range(COMPARED + 5))])
    reminded(memories(story, "ada", "en", "Sam", fresh=True), "Who am I?", 99, unlike, kinship)
    assert compared == [f"I have {number} horses." for number in range(5, COMPARED + 5)]


def test_whom_it_was_said_to_is_no_part_of_what_was_said() -> None:
    welcome = line("Welcome.", name="Ada Finch", actor_id="ada")
    told = [line("Ada, my name is Sam."), line("Yesterday, I lost my hat.")]
    found = memories(after(welcome, *told), "ada", "en", "Sam")
    assert [each.text for each in found[:2]] == [
        "You said: your name is Sam.",
        "You said: Yesterday, you lost your hat.",
    ]


def test_a_character_that_has_not_spoken_yet_knows_its_own_name() -> None:
    story = after(line("Ada, I was born in Kansas."))
    assert memories(story, "ada", "en", "Sam", names=["Ada Finch"])[0].text == "You said: you were born in Kansas."


def test_what_is_hardly_akin_comes_back_to_who_asks_for_what_they_told() -> None:
    def kinship(line: str, facts: Sequence[Told]) -> list[Kin]:
        return [Kin(0.08, 0.0) for _ in facts]

    found = memories(after(line("I keep gold in my left boot.")), "ada", "en", "Sam")
    assert reminded(found, "Do you remember where I put that treasure?", 99, unlike, kinship)
    assert not reminded(found, "Where did Tom put that treasure?", 99, unlike, kinship)


def test_what_was_said_in_another_language_is_quoted() -> None:
    found = memories(after(line("我叫山姆。")), "ada", "en", "Sam")
    assert found[0].text == "Earlier Sam said: 我叫山姆。"


def test_facts_are_made_of_the_latest_that_was_told() -> None:
    story = Story.of([*(line(f"I have {number} horses.") for number in range(LATEST + 3)), line("It rains.")])
    found = [entry.text["en"] for _, _, entry in told(story, frozenset(), frozenset())]
    assert found == [f"You said: you have {number} horses." for number in range(3, LATEST + 3)]
    long_ago = Story.of([line("I have a mule."), *(line("It rains.") for _ in range(HALF_LIFE))])
    assert list(told(long_ago, frozenset(), frozenset())) == []


def test_what_was_told_in_short_is_a_fact_in_full() -> None:
    story = Story.of([line("im from boston")])
    assert [entry.text["en"] for *_, entry in told(story, frozenset(), frozenset())] == ["You said: you're from boston"]
    assert list(told(story, frozenset(), frozenset(), "de")) == []


def test_what_the_player_asks_to_be_told_again_is_found_by_what_the_question_is_about() -> None:
    early = line("你好！我叫巴纳比，从堪萨斯来。"), line("我的马瘸了，所以我要住一个星期。")
    found = memories(after(*early), "ada", "zh", "Sam")
    assert reminded(found, "我跟你说过我的马怎么了？", 20, unlike) == ("你说过：你的马瘸了，所以你要住一个星期。",)


def test_what_happened_of_late_was_a_fact_among_others_and_is_not_remembered_besides() -> None:
    def alike(line: str, texts: Sequence[str]) -> list[float]:
        return [0.6 if "boot" in text else 0.0 for text in texts]

    def answers_nothing(line: str, facts: Sequence[Told]) -> list[Kin]:
        return [Kin(-0.3, -0.3) for _ in facts]

    def beside(*lines: Spoken) -> tuple[str, ...]:
        chronicle, ada = Chronicle(), Character("ada", persona(lorebook=[]), "ada")
        chronicle.join(ada)
        for each in lines:
            chronicle.record(each)
        return Answering("Sam", alike, answers_nothing).plan(chronicle, ada, "Whose boot did the dog have?", "en").facts

    text = "A dog runs out of the saloon with a boot in its mouth."
    assert beside(line(text, name="")) == ()
    assert beside(line(text, name="Tom", actor_id="tom")) == (f"Earlier Tom said: {text}",)
