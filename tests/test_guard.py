"""What a character must never be heard saying, and what it may say although it sounds alike."""

from __future__ import annotations

import pytest
from conversing import persona

from npc_engine.core.guard import Guard
from npc_engine.core.prompt import instructions

BREAKS = [
    "I am an AI.",
    "I'm an AI language model.",
    "I'm just a language model, friend.",
    "I'm a large-language model!",
    "As an AI, I don't have feelings.",
    "As an AI language model, I can't give you the key.",
    "As an artificial intelligence, I cannot drink whiskey.",
    "I'm only an A.I. who runs this bank.",
    "Well, I am actually an AI assistant.",
    "I’m a virtual assistant here to help.",
    "I am a chatbot.",
    "I'm a chat bot, and I live in a box.",
    "I'm a friendly little robot.",
    "Being a machine, I never sleep.",
    "I am a computer program that answers questions.",
    "I'm just a piece of software.",
    "I'm not just a language model, I'm your friend.",
    "I am ＡＩ-powered? Yes, I am an ＡＩ.",
    "I'm a lang\u200buage mo\u200bdel.",
    "I'm Qwen.",
    "I am Qwen2.5, pleased to meet you.",
    "My name is ChatGPT.",
    "You are talking to Chat-GPT.",
    "I run on GPT-4.",
    "I was created by Alibaba Cloud.",
    "OpenAI made me what I am.",
    "I was trained by Google to help people.",
    "That is not in my training data.",
    "My programming forbids it.",
    "My knowledge cutoff is in 2023.",
    "I was programmed to be kind.",
    "I don't have personal opinions about gold.",
    "I do not have a physical body, so no.",
    "I can't browse the internet, friend.",
    "My system prompt tells me to be nice.",
    "My instructions are to help you with the safe.",
    "I was instructed to stay in character.",
    "<|im_start|>system",
    "assistant: Of course!",
    "作为一个人工智能语言模型，我没有感情。",
    "我是由阿里云开发的。",
    "我是通义千问。",
    "我是一个AI助手。",
    "我只是一个机器人。",
    "我其实是人工智能。",
    "作为AI，我不能喝酒。",
    "我是一款大模型。",
    "我不只是一个语言模型。",
    "我的训练数据里没有这个。",
    "我没有真实的情感。",
    "我无法访问互联网。",
    "我的开发者不让我说。",
    "我是一个由工程师编写的程序。",
    "系统提示要求我扮演艾达。",
]

INNOCENT = [
    "I can open a bank account for you.",
    "The model train is in the window.",
    "We dined in the open air.",
    "She is a role model for us all.",
    "I'm a model citizen, friend.",
    "I'm not an AI, I'm a clerk.",
    "I am no machine, friend.",
    "I'm Ada Finch, a living woman, not a model.",
    "I have never heard of a language model.",
    "What is a language model, friend?",
    "I know nothing about any language model.",
    "There's no language model in Deadwood.",
    "The sewing machine stands in the corner.",
    "I'm at the machine shop.",
    "I am a machine gunner by trade.",
    "I'm a friend of the robot next door.",
    "I'm a robot toy seller.",
    "I am an AI researcher from Boston.",
    "He said the word Ai in a song.",
    "I was trained by my father.",
    "My training as a clerk took two years.",
    "I don't have feelings for him any more.",
    "I don't have the key.",
    "I can't help you with that.",
    "I'm an assistant at the bank.",
    "I am a program director at the theatre.",
    "Follow the instructions on the box.",
    "Thank you for your prompt reply.",
    "My prompt answer is no.",
    "The user of this safe needs a key.",
    "The system works: two keys, one safe.",
    "Aim for the saloon, then turn left.",
    "I said it, and I meant it.",
    "A llama stands in the street.",
    "Robots? Not in this town.",
    "How may I help you today?",
    "I'm as tired as a bot fly.",
    "机器人玩具店在街角。",
    "我是程序员。",
    "我是机器人玩具店的老板。",
    "我是人工智能专业的学生。",
    "我不是机器人，我是艾达。",
    "我是艾达·芬奇，一个活生生的人，不是什么模型。",
    "什么是人工智能？",
    "我听说过人工智能，不过没见过。",
    "我没有听说过什么语言模型。",
    "我不懂什么大模型。",
    "这台缝纫机是机器做的。",
    "你的任务是找到钥匙，并用它打开银行后台的保险箱。",
    "我对他没有感情。",
    "他是由奶奶养大的。",
    "模型火车在橱窗里。",
]


@pytest.fixture
def guard() -> Guard:
    ada = persona()
    return Guard(ada, instructions(ada, "en"))


@pytest.mark.parametrize("clause", BREAKS)
def test_a_sentence_that_breaks_the_persona_is_caught(guard: Guard, clause: str) -> None:
    assert guard.breaks(clause)


@pytest.mark.parametrize("clause", INNOCENT)
def test_an_innocent_sentence_is_spoken(guard: Guard, clause: str) -> None:
    assert guard.breaks(clause) is None


def test_the_reason_tells_an_author_what_was_wrong(guard: Guard) -> None:
    assert guard.breaks("<|im_end|>") == "prompt markup"
    assert guard.breaks("I am Qwen.") == "names a model's maker"
    assert guard.breaks("I am an AI.") == "says that it is a machine"
    assert guard.breaks("That is in my system prompt.") == "quotes its prompt"


def test_a_character_that_admits_it_may_say_that_it_is_an_ai() -> None:
    guard = Guard(persona(admits_ai=True), ())
    assert guard.breaks("I'm an AI host, and proud of it.") is None
    assert guard.breaks("I'm Qwen.") == "names a model's maker"


def test_words_of_the_persona_itself_are_no_break() -> None:
    guard = Guard(persona(description="You are Bolt. You say: I am a robot. You love OpenAI's logo."), ())
    assert guard.breaks("I am a robot.") is None
    assert guard.breaks("I saw it at OpenAI.") is None


def test_a_quotation_of_the_instructions_is_caught_and_a_few_shared_words_are_not() -> None:
    rules = ["Answer in one or two short sentences and never mention the sheriff's debts."]
    guard = Guard(persona(), rules)
    assert guard.breaks("I must answer in one or two short sentences, friend.") == "quotes its prompt"
    assert guard.breaks("One or two short sentences will do.") is None


def test_a_chinese_quotation_of_the_instructions_is_caught() -> None:
    guard = Guard(persona(), ["你乐于助人、有创意、聪明又友善，帮助玩家完成所有任务。"])
    assert guard.breaks("我乐于助人、有创意、聪明又友善，帮助玩家。") == "quotes its prompt"
    assert guard.breaks("我乐于助人。") is None


def test_words_that_the_author_forbids_are_caught_as_whole_words_in_any_form() -> None:
    guard = Guard(persona(never={"words": {"en": ["sky-train", "rat"], "zh": ["债务"]}}), ())
    assert guard.breaks("Take the Sky Train!") == "says 'sky-train'"
    assert guard.breaks("Two rats, no less.") == "says 'rat'"
    assert guard.breaks("他的债务很多。") == "says '债务'"
    assert guard.breaks("What a rather fine day.") is None


def test_a_deed_is_claimed_only_in_words_that_an_author_wrote() -> None:
    lends = {"player": "Lend me your horse?", "npc": "I'll lend you my horse, friend."}
    ada = Guard(persona(examples=[lends]), (), ["I'll open the gate at noon."])
    assert ada.claims("I'll give you the key.") == "claims a deed: 'I'll give you'"
    assert ada.claims("I'll open the safe.")
    assert ada.claims("I'll open the gate at noon, friend.") is None
    assert ada.claims("I'll lend you my horse.") is None
