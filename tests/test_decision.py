"""When a decision is asked for, and how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from real_models import model_path

from npc_engine.core.actions import Call, Eligible, Person, Situation, Span, eligible, is_legal, parse
from npc_engine.core.asking import asking, contrary, head
from npc_engine.core.decision import decision_prompt, waiting_decision
from npc_engine.core.wishes import CERTAIN, LIKE_VERB, LIKELY, OTHERWISE, compared, wished
from npc_engine.engines.base import GenerationRequest, PromptMessage
from npc_engine.engines.llama import LlamaLanguageModel
from npc_engine.engines.scripted import ScriptedLanguageModel
from npc_engine.errors import EngineUnavailable
from npc_engine.persona.world import Action, Thing

THINGS = tuple(
    Thing.model_validate({"id": id, "kind": kind, "names": {"en": [en], "zh": [zh]}, "owner": "ada"})
    for id, kind, en, zh in (
        ("lamp", "item", "lantern", "提灯"),
        ("rope", "item", "rope", "绳子"),
        ("church", "place", "church", "教堂"),
    )
)
ACTIONS = tuple(
    Action.model_validate({"done": "Done.", "refused": "Refused."} | action)
    for action in (
        {
            "name": "give",
            "description": {"en": "Hand an item to the player.", "zh": "把东西交给玩家。"},
            "args": {"item": {"type": "item", "owned_by": "self"}},
            "asks": {"en": ["Can I have it?"], "zh": ["给我好吗"]},
        },
        {
            "name": "pay",
            "description": {"en": "Pay dollars.", "zh": "付钱。"},
            "args": {"amount": {"type": "number", "least": 1, "most": 50}},
        },
        {"name": "lead", "description": {"en": "Guide the player.", "zh": "带路。"}, "args": {"to": {"type": "place"}}},
    )
)


def now(language: str = "en") -> Situation:
    """Ada with the player, a lantern and a rope."""
    state = {f"{thing.id}.owner": thing.owner for thing in THINGS}
    return Situation(Person("ada", "ada", ("Ada",)), (Person.player("Sam"),), THINGS, state.get, language)


def unlike(line: str, texts: Sequence[str]) -> list[float]:
    return [0.0] * len(texts)


def wanted(line: str, language: str = "en", likeness: Any = unlike) -> dict[str, list[str]]:
    """What is left of the arguments of each plausible action, by its name."""
    found = wished(line, eligible(ACTIONS, now(language)), likeness, language)
    return {each.action.name: _left(each) for each in found.options}


def _left(each: Eligible) -> list[str]:
    (slot,) = each.slots.values()
    return [f"{slot.least}-{slot.most}"] if isinstance(slot, Span) else [option.value for option in slot]


@pytest.mark.parametrize(
    ("line", "clauses"),
    [
        ("Could you hand me the lantern?", "Could you hand me the lantern?"),
        ("It's dark. Lend me your lantern!", " Lend me your lantern!"),
        ("I don't want the rope, give me the lantern.", " give me the lantern."),
        ("外面很黑，把提灯借我。", "把提灯借我。"),
    ],
)
def test_only_clauses_that_may_ask_count(line: str, clauses: str) -> None:
    assert asking(line) == clauses


@pytest.mark.parametrize(
    "line",
    [
        "Where is the lantern?",
        "Did you give the lantern to Tom?",
        "I gave you the lantern.",
        "Thank you for the lantern.",
        "Don’t give me the lantern!",
        "Keep the lantern.",
        "Must I give the lantern back, or may I keep it?",
        "The lantern is old.",
        "If I had your lantern, I would go.",
        "Tell me about the lantern.",
        "提灯在哪里？",
        "别把提灯给我！",
        "谢谢你的提灯。",
        "我已经把提灯给你了。",
        "提灯很旧。",
        "",
        "?!",
    ],
)
def test_a_line_that_only_tells_or_asks_for_words_needs_no_decision(line: str) -> None:
    assert wanted(line, "en") == wanted(line, "zh") == {}


def test_what_the_line_names_is_all_that_is_left() -> None:
    assert wanted("Let me have the rope.") == {"give": ["rope"]}
    assert wanted("Take me to the church.") == {"lead": ["church"]}
    assert wanted("把绳子给我。", "zh") == {"give": ["rope"]}


def test_what_another_clause_names_counts_where_the_request_names_nothing() -> None:
    assert wanted("Is that your rope? Hand it over to me.", likeness=lambda line, texts: [1.0] * len(texts))[
        "give"
    ] == ["rope"]


def test_a_number_of_the_line_is_the_amount_if_it_is_legal() -> None:
    assert wanted("Lend me 5 bucks!") == {"pay": ["5-5"]}
    assert wanted("Pay 500 dollars!") == {"pay": ["1-50"]}
    assert wanted("Pay 2 dollars and 3 dollars!") == {"pay": ["1-50"]}


def test_a_line_like_an_example_is_plausible() -> None:
    def likeness(line: str, texts: Sequence[str]) -> list[float]:
        return [LIKELY if text == "Can I have it?" else 0.0 for text in texts]

    assert wanted("Pass it on!", likeness=likeness) == {"give": ["lamp", "rope"]}
    assert wanted("Pass it on!") == {}


def alike(near: dict[str, float]) -> Any:
    """Texts that begin so are as near as that to any line, others far."""

    def likeness(line: str, texts: Sequence[str]) -> list[float]:
        return [max([0.0, *(value for begin, value in near.items() if text.startswith(begin))]) for text in texts]

    return likeness


def test_what_is_as_good_as_said_leaves_nothing_to_the_model() -> None:
    legal = eligible(ACTIONS, now())
    certain = alike({"Hand an item to me.": CERTAIN})
    assert wished("Hand the rope to me!", legal, certain, "en").certain
    assert not wished("Hand the rope or the lantern to me!", legal, certain, "en").certain, "one is to be chosen"
    otherwise = alike({"Hand an item to me.": CERTAIN, "Put that thing away.": CERTAIN + 0.1})
    assert not wished("Hand the rope to me!", legal, otherwise, "en").certain
    zh = wished("把绳子给我！", eligible(ACTIONS, now("zh")), alike({"把东西交给我": CERTAIN}), "zh")
    assert zh.certain


def test_what_is_more_like_another_doing_with_the_thing_is_not_wanted() -> None:
    assert wanted("Put the rope away.") == {"give": ["rope"]}
    assert wanted("Put the rope away.", likeness=alike({"Put that thing": OTHERWISE})) == {}
    assert wanted("把绳子收一收吧。", "zh", likeness=alike({"把那东西": OTHERWISE})) == {}


def test_names_are_no_part_of_what_is_compared() -> None:
    seen: list[str] = []

    def likeness(line: str, texts: Sequence[str]) -> list[float]:
        seen.append(line)
        return [0.0] * len(texts)

    wanted("Hand the rope to me, at the church!", likeness=likeness)
    assert "Hand the thing to me, at the church!" in seen


@pytest.mark.parametrize(
    "line", ["Watch the rope!", "Mind the lantern.", "Polish the rope.", "Say hello at the church."]
)
def test_a_verb_that_does_nothing_of_the_kind_asks_for_nothing(line: str) -> None:
    assert wanted(line) == {}


def test_a_thing_that_the_character_does_not_have_is_no_reason_to_give_another() -> None:
    def near(line: str, texts: Sequence[str]) -> list[float]:
        return [CERTAIN] * len(texts)

    assert wanted("Give me my reward!", likeness=near).get("give") is None
    assert wanted("把奖励给我。", "zh", likeness=near).get("give") is None
    assert wanted("Give me something!", likeness=near)["give"] == ["lamp", "rope"]


def test_a_verb_like_that_of_the_action_may_ask_for_it() -> None:
    assert wanted("Toss the rope over!") == {}
    assert wanted("Toss the rope over!", likeness=alike({"hand": LIKE_VERB})) == {"give": ["rope"]}


@pytest.mark.parametrize(
    ("clause", "verb"),
    [
        ("Would you please hand me the rope?", "give"),
        ("could you now lead us home", "give"),
        ("I'd like you to ring it", "ring"),
        ("The rope, please.", None),
        ("I need the rope.", None),
        ("Watch me!", ""),
        ("Please.", None),
        ("把绳子给我", None),
    ],
)
def test_a_request_begins_with_its_verb_behind_what_is_polite(clause: str, verb: str | None) -> None:
    assert head(clause) == verb


@pytest.mark.parametrize(
    ("clause", "told", "is_contrary"),
    [
        ("Turn the light on.", "Turn off the lights.", True),
        ("Switch it off.", "Turn off the lights.", False),
        ("把灯打开。", "关灯。", True),
        ("把灯关上。", "关灯。", False),
    ],
)
def test_the_opposite_is_told(clause: str, told: str, is_contrary: bool) -> None:
    assert contrary(clause, told) is is_contrary


def test_the_opposite_of_an_action_does_not_ask_for_it() -> None:
    dark = Action.model_validate(
        {"name": "darken", "description": "Turn off the lights.", "done": "Done.", "refused": "No."}
    )
    legal = eligible((dark,), now())
    assert wished("Turn the lights off.", legal, unlike, "en").options
    assert not wished("Turn the lights on.", legal, unlike, "en").options


def test_what_lines_are_compared_with_is_known_before_they_come() -> None:
    texts = compared(ACTIONS, "en")
    assert {"Hand an item to me.", "Can I have it?", "Put that thing away."} <= set(texts)


@pytest.mark.parametrize(
    "line",
    [
        'He shouted "give me the rope" and ran.',
        "The captain said, give me the rope.",
        "他喊：“把绳子给我！”",
        "他说，把绳子给我。",
    ],
)
def test_what_somebody_else_said_asks_for_nothing(line: str) -> None:
    assert asking(line).strip() == ""


def test_what_the_player_says_again_is_asked() -> None:
    assert asking("I said: Give me the rope!").strip() == "Give me the rope!"
    assert asking("我说，把绳子给我！") == "把绳子给我！"


@pytest.mark.parametrize(("language", "player"), [("en", "Player"), ("zh", "玩家")])
def test_the_question_stands_behind_examples_that_never_change(language: str, player: str) -> None:
    line = "Hand me the rope!" if language == "en" else "把绳子给我！"
    legal = wished(line, eligible(ACTIONS, now(language)), unlike, language).options
    prompt, waiting = decision_prompt("c", line, legal, language), waiting_decision("c", language)
    assert prompt.lines[:-1] == waiting.lines
    assert prompt.shared == waiting.shared == len(waiting.lines)
    assert prompt.lines[-1].text.splitlines()[-1] == f"{player}: {line}"
    assert (prompt.temperature, prompt.conversation) == (0.0, "c")
    assert prompt.grammar.startswith('root ::= "none" | a0')
    assert not waiting.grammar


def test_what_may_be_done_is_listed_with_what_it_takes() -> None:
    prompt = decision_prompt("c", "Hm.", eligible(ACTIONS, now()), "en")
    assert prompt.lines[-1].text == (
        "give(lantern|rope): Hand an item to the player.\npay(1-50): Pay dollars.\n"
        "lead(church): Guide the player.\nPlayer: Hm."
    )


NOTE = Action.model_validate(
    {
        "name": "note",
        "description": {"en": "Write a note.", "zh": "写一张便条。"},
        "args": {"words": {"type": "text", "most": 60}},
        "done": "Done.",
        "refused": "Refused.",
    }
)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_something_is_to_be_written_examples_of_it_stand_behind_what_is_shared(language: str) -> None:
    line = "Please note that the bank closes at five."
    prompt, waiting = decision_prompt("c", line, eligible([NOTE], now()), language), waiting_decision("c", language)
    assert prompt.lines[: prompt.shared] == waiting.lines
    assert len(prompt.lines) == prompt.shared + 7
    assert prompt.lines[-1].text.startswith('note("...")')
    assert prompt.max_tokens == waiting.max_tokens + 60
    (option,) = wished(line, eligible([NOTE], now()), unlike, "en").options
    written = decided(ScriptedLanguageModel(), request(line, [option]))
    assert parse(written, [option]) == Call("note", {"words": line})


def request(line: str, legal: Sequence[Eligible], language: str = "en", **changes: Any) -> GenerationRequest:
    prompt = decision_prompt("decide", line, legal, language)
    messages = tuple(PromptMessage(each.role, each.text) for each in prompt.lines)
    settings = {"temperature": prompt.temperature, "grammar": prompt.grammar} | changes
    return GenerationRequest(prompt.conversation, messages, prompt.shared, prompt.max_tokens, **settings)


def decided(model: Any, asked: GenerationRequest) -> str:
    return "".join(model.generate(asked, lambda: False))


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("Give me the rope!", Call("give", {"item": "rope"})),
        ("Lead me to the church.", Call("lead", {"to": "church"})),
        ("Please pay me.", Call("pay", {"amount": 1})),
        ("What a day!", None),
    ],
)
def test_the_scripted_model_takes_the_first_alternative_that_the_line_mentions(line: str, call: Call | None) -> None:
    legal = eligible(ACTIONS, now())
    assert parse(decided(ScriptedLanguageModel(), request(line, legal)), legal) == call


@pytest.fixture(scope="module")
def model() -> Any:
    loaded = LlamaLanguageModel(model_path("small"), threads=2, context_tokens=4096, max_sequences=8)
    yield loaded
    loaded.close()


@pytest.mark.models
def test_the_model_decides_for_what_is_asked_and_for_nothing_else(model: Any) -> None:
    legal = eligible(ACTIONS, now())
    rope = wished("Could I have the rope?", legal, unlike, "en").options
    assert parse(decided(model, request("Could I have the rope?", rope)), rope) == Call("give", {"item": "rope"})
    assert decided(model, request("Where is the rope?", rope)) == "none"


@pytest.mark.models
@pytest.mark.parametrize(
    ("language", "line", "words"),
    [
        ("en", "Please write down that the train leaves at nine.", "nine"),
        ("zh", "请写下来，火车九点开。", "九点"),
    ],
)
def test_the_model_writes_what_it_was_told_to(model: Any, language: str, line: str, words: str) -> None:
    legal = eligible([NOTE], now(language))
    call = parse(decided(model, request(line, legal, language)), legal)
    assert call
    assert words in str(call.args["words"])


@pytest.mark.models
def test_a_hot_model_never_leaves_the_grammar(model: Any) -> None:
    actions = (*ACTIONS, NOTE)
    legal = eligible(actions, now())
    for seed in range(50):
        line = ("Give me something!", "What a day!", "把绳子给我！")[seed % 3]
        text = decided(model, request(line, legal, temperature=5.0, top_p=1.0, seed=seed))
        call = parse(text, legal)
        assert text == "none" or (call is not None and is_legal(call, actions, now())), text


@pytest.mark.models
def test_a_guess_changes_nothing_of_what_a_grammar_allows(model: Any) -> None:
    legal = wished("Could I have the rope?", eligible(ACTIONS, now()), unlike, "en").options
    for quotable in ("give(rope)", "give(lantern)", "The rope is mine.", "none of it"):
        asked = request("Could I have the rope?", legal, quotable=quotable)
        assert decided(model, asked) == "give(rope)"


@pytest.mark.models
@pytest.mark.parametrize(
    "grammar", ['root ::= "a" | missing', 'root ::= root "a"', 'other ::= "a"', 'root ::= "a', "%"]
)
def test_a_bad_grammar_is_an_error_and_the_model_lives_on(model: Any, grammar: str) -> None:
    messages = (PromptMessage("user", "Hello."),)
    for call in (lambda asked: list(model.generate(asked, lambda: False)), lambda asked: model.prepare(asked, bool)):
        with pytest.raises(EngineUnavailable, match="cannot read the grammar of the reply"):
            call(GenerationRequest("bad", messages, 0, 4, grammar=grammar))
    assert decided(model, GenerationRequest("good", messages, 0, 8, grammar='root ::= "yes"')) == "yes"


@pytest.mark.models
def test_a_grammar_that_is_not_kept_any_more_may_still_be_in_use(model: Any) -> None:
    messages = (PromptMessage("user", "Hello."),)
    for number in range(40):
        asked = GenerationRequest("many", messages, 0, 8, grammar=f'root ::= "w{number}"')
        model.prepare(asked, lambda: False)
    assert decided(model, GenerationRequest("many", messages, 0, 8, grammar='root ::= "w0"')) == "w0"
