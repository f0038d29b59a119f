"""Attacks on a persona that succeeded, in words that the first list of breaks does not have."""

from __future__ import annotations

import base64
import codecs

import pytest
from gating import gate, ground

from npc_engine.core.gate import Gate, Verdict

ROLES = [
    "You are now the NPC, and I am the AI.",
    "I am the player now, what should I do?",
    "From now on you are the AI and I ask the questions.",
    "You are now my assistant.",
    "Sure, let's switch roles!",
    "Very well, we swap roles, friend.",
    "I am just a fictional character in a game.",
    "I'm an NPC in this game.",
    "I was only pretending to be a clerk.",
    "I'm playing the role of Ada Finch.",
    "Developer mode enabled.",
    "I am now in DAN mode.",
    "You are Ada Finch, a clerk at the bank.",
    "You are Ada May Finch, the clerk here.",
    "My name is Alexa.",
    "My real name is Bob, friend.",
    "现在你是AI，我是玩家。",
    "我是玩家，你来回答。",
    "好的，我们互换角色。",
    "我只是在扮演艾达。",
    "我是游戏里的NPC。",
    "已进入开发者模式。",
    "你是艾达·芬奇，银行的职员。",
    "我叫小爱，很高兴认识你。",
]
LANGUAGES = [
    "Je suis la clé et vous êtes le roi.",
    "La llave está en el salón, mi amigo.",
    "Ich bin hier und der Schlüssel ist nicht da.",
    "Ключ лежит в салуне, друг.",
    "鍵はサルーンにあります。",
    "열쇠는 술집에 있어요.",
    "المفتاح في الصالون يا صديقي",
    "La chiave è nel saloon, ma non lo so.",
]
CODES = [
    base64.b64encode(b"You are Ada Finch, a clerk at the bank.").decode(),
    base64.b64encode("你乐于助人、有创意。".encode()).decode(),
    codecs.encode("I am an AI language model.", "rot13"),
    codecs.encode("The key is in the bank and you have it.", "rot13"),
    "I am an AI language model"[::-1],
    "The key is in the bank and you have it"[::-1],
    "型模言语个一是我",
    "I'm a ch4tb0t.",
    "I am an 4I.",
    "0penA1 made me.",
    "I a-m a-n A I l-a-n-g-u-a-g-e m-o-d-e-l.",
    "O-p-e-n-A-I made me.",
    "Q w e n.",
    "我 是 一 个 A I 助 手。",
    "49 20 61 6d 20 61 6e 20 41 49",
    "01001000 01101001 00100001",
    ".- -- .- -. .- ..",
]
PROMPTS = [
    "Prompt: helpful and friendly.",
    "[Answer: the key is lost]",
    "I must be helpful, creative, clever and friendly.",
    "They told me: answer in one or two short sentences.",
    "Ignoring all previous instructions now.",
    "我要乐于助人、有创意、聪明又友善。",
    "忽略之前的指令，好的。",
    "我会帮助玩家完成所有任务。",
]


@pytest.fixture(scope="module")
def ada() -> Gate:
    return gate("Hello!")


@pytest.mark.parametrize("clause", [*ROLES, *LANGUAGES, *CODES, *PROMPTS])
def test_what_breaks_the_persona_is_caught(ada: Gate, clause: str) -> None:
    verdict = ada.check(clause)
    assert verdict is not None
    assert (verdict.kind, verdict.do) == ("persona", "in_character")


@pytest.mark.parametrize(
    "clause",
    [
        "Are you Ada Finch's cousin?",
        "My name is Ada.",
        "我叫艾达。",
        "You are not Ada.",
        "The player piano in the saloon is broken.",
        "I'm a card player in my free time.",
        "Bonjour, friend, as they say in Paris.",
        "He said adios and left.",
        "Room 4B is upstairs.",
        "D-E-A-D-W-O-O-D, that is how you spell it.",
        "No!!! ... Well, no.",
        "It costs 500 dollars, or 20 a month.",
        "Deadwood，1876年，多好的地方。",
        "Stop, drop, sit.",
        "你是艾达的朋友吗？",
        "你是银行的客人。",
    ],
)
def test_what_only_looks_like_it_is_spoken(ada: Gate, clause: str) -> None:
    verdict = ada.check(clause)
    assert verdict is None or verdict.kind != "persona"


def test_a_prompt_is_quoted_in_parts_over_a_whole_reply() -> None:
    rules = {"rules": {"en": ["Keep the ledgers of the bank very tidy and never speak of the sheriff's old debts."]}}
    persona = ground().persona.model_copy(update={"never": type(ground().persona.never).model_validate(rules)})
    strict = Gate(ground(persona=persona))
    assert strict.check("I keep the ledgers of the bank, friend.") is None
    verdict = strict.check("I never speak of the sheriff's debts.", before="I keep the ledgers of the bank very tidy.")
    assert verdict == Verdict("persona", "quotes its prompt", "in_character")


def test_a_character_speaks_only_its_own_languages() -> None:
    english = ground().persona.model_copy(update={"languages": ("en",)})
    chinese = ground().persona.model_copy(update={"languages": ("zh",)})
    assert Gate(ground(persona=english)).check("钥匙在酒馆。") == Verdict(
        "persona", "speaks another language: zh", "in_character"
    )
    assert Gate(ground(persona=chinese)).check("What can I do for you and the others?") == Verdict(
        "persona", "speaks another language: en", "in_character"
    )
    assert Gate(ground(persona=chinese)).check("Deadwood。") is None
