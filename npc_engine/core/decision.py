"""Ask the model which action the player wants of the character, if any. Pure text.

The question is a prompt of its own with examples, evaluated once for all players. Behind the conversation the 0.5B
model decided 52 of the 75 lines of a development set as a person would, with 3 actions that nobody asked for; so asked,
with `wishes` before it, 70, with none. What is measured of both together stands in docs/benchmarks.md: the game must be
able to refuse.
"""

from __future__ import annotations

from collections.abc import Sequence

from npc_engine.core.actions import Eligible, Slot, Span, Words, grammar
from npc_engine.core.prompt import Prompt, PromptLine
from npc_engine.persona.base import localised

MAX_TOKENS = 96
"""Of a call: far above what the names of two or three things take. A free text may take as many as its characters."""

_SYSTEM = {
    "en": "A player speaks to a character in a game. Say which action the player asks the character to do right now. "
    "Questions, thanks, refusals and stories ask for no action: then say none.",
    "zh": "游戏里，玩家对一个角色说话。说出玩家要角色现在做哪个动作。提问、道谢、拒绝和讲述都不要求动作：这时说none。",
}
_PLAYER = {"en": "Player", "zh": "玩家"}
_Examples = dict[str, tuple[tuple[str, str, str], ...]]
_EXAMPLES: _Examples = {
    "en": (
        ("sell(apple|bread): Sell food to the player.", "I'd like some bread.", "sell(bread)"),
        ("sell(bread): Sell food to the player.", "Is the bread fresh?", "none"),
        ("ring(): Ring the bell.", "Would you ring that bell?", "ring()"),
        ("ring(): Ring the bell.", "Who rang the bell?", "none"),
        ("heal(horse): Heal somebody.", "My horse is hurt, do something!", "heal(horse)"),
        ("heal(horse): Heal somebody.", "My horse is well again, thank you.", "none"),
        ("bet(1-9): Bet some coins.", "I'd say you put three coins on it.", "bet(3)"),
        ("ring(): Ring the bell.", "Don't ring the bell.", "none"),
        ("sing(): Sing a song.", "Let's hear a song from you.", "sing()"),
        ("sing(): Sing a song.", "I heard you sing last night.", "none"),
        ("sell(apple): Sell food to the player.", "Could you let me have an apple?", "sell(apple)"),
        ("sell(apple): Sell food to the player.", "I bought an apple from you yesterday.", "none"),
        ("bring(doctor|smith): Bring somebody here.", "We need the doctor here, quickly!", "bring(doctor)"),
        ("bring(doctor): Bring somebody here.", "I know the doctor well.", "none"),
        ("ring(): Ring the bell.", "Ring it!", "ring()"),
        ("ring(): Ring the bell.", "That bell is too loud.", "none"),
        ("sell(bread): Sell food to the player.", "Hand me a loaf of bread.", "sell(bread)"),
        ("sell(bread): Sell food to the player.", "Keep your bread, I'm not hungry.", "none"),
    ),
    "zh": (
        ("sell(苹果|面包): 卖食物给玩家。", "我想要点面包。", "sell(面包)"),
        ("sell(面包): 卖食物给玩家。", "面包新鲜吗？", "none"),
        ("ring(): 敲钟。", "麻烦你敲一下钟。", "ring()"),
        ("ring(): 敲钟。", "刚才谁敲的钟？", "none"),
        ("heal(马): 治伤。", "我的马受伤了，快想想办法！", "heal(马)"),
        ("heal(马): 治伤。", "我的马已经好了，谢谢你。", "none"),
        ("bet(1-9): 押几枚硬币。", "你押上三枚硬币吧。", "bet(3)"),
        ("ring(): 敲钟。", "别敲钟。", "none"),
        ("sing(): 唱一首歌。", "给我们唱首歌吧。", "sing()"),
        ("sing(): 唱一首歌。", "昨晚我听到你唱歌了。", "none"),
        ("sell(苹果): 卖食物给玩家。", "拿个苹果给我好吗？", "sell(苹果)"),
        ("sell(苹果): 卖食物给玩家。", "昨天我从你这儿买了苹果。", "none"),
        ("bring(医生|铁匠): 叫人过来。", "快把医生叫来！", "bring(医生)"),
        ("bring(医生): 叫人过来。", "我跟医生很熟。", "none"),
        ("ring(): 敲钟。", "敲吧！", "ring()"),
        ("ring(): 敲钟。", "这钟声太吵了。", "none"),
        ("sell(面包): 卖食物给玩家。", "给我来块面包。", "sell(面包)"),
        ("sell(面包): 卖食物给玩家。", "面包你留着吧，我不饿。", "none"),
    ),
}
"""What may be done, what the player says, what is asked for. In pairs, since the model gives the commoner answer."""

_EXAMPLES_OF_WRITING: _Examples = {
    "en": (
        ('note("..."): Write a note.', "Write down that the bank closes at five.", 'note("The bank closes at five.")'),
        ('note("..."): Write a note.', "Did you write that down?", "none"),
        ('call("..."): Call a name.', "Call Marie for me, will you?", 'call("Marie")'),
    ),
    "zh": (
        ('note("..."): 写下来。', "记一下，银行五点关门。", 'note("银行五点关门")'),
        ('note("..."): 写下来。', "你记下来了吗？", "none"),
        ('call("..."): 喊一个名字。', "帮我喊一下玛丽。", 'call("玛丽")'),
    ),
}
"""The same where a free text is part of it; shown only then, behind what is shared."""


def waiting_decision(conversation: str, language: str) -> Prompt:
    """All of the decision's prompt that is known before the player speaks, the same for everybody.

    `conversation` is a key of its own, beside that of what the character says.
    """
    lines = [PromptLine("system", localised(_SYSTEM, language))]
    lines += _shown(_EXAMPLES, language)
    return Prompt(conversation, tuple(lines), len(lines), MAX_TOKENS, temperature=0.0)


def decision_prompt(
    conversation: str, line: str, plausible: Sequence[Eligible], language: str, must: bool = False
) -> Prompt:
    """Which of the plausible actions the line asks for, if any unless it `must`. The answer is for `actions.parse`."""
    waiting = waiting_decision(conversation, language)
    menu = "\n".join(_described(each, language) for each in plausible)
    written = [slot.most for each in plausible for slot in each.slots.values() if isinstance(slot, Words)]
    examples = _shown(_EXAMPLES_OF_WRITING, language) if written else []
    lines = (*waiting.lines, *examples, PromptLine("user", _asked(menu, line, language)))
    tokens = MAX_TOKENS + sum(written)
    return Prompt(conversation, lines, waiting.shared, tokens, temperature=0.0, grammar=grammar(plausible, must))


def _shown(examples: _Examples, language: str) -> list[PromptLine]:
    lines = []
    for menu, said, answer in localised(examples, language):
        lines += [PromptLine("user", _asked(menu, said, language)), PromptLine("assistant", answer)]
    return lines


def _asked(menu: str, line: str, language: str) -> str:
    return f"{menu}\n{localised(_PLAYER, language)}: {line}"


def _described(each: Eligible, language: str) -> str:
    arguments = ", ".join(_choice(slot) for slot in each.slots.values())
    return f"{each.action.name}({arguments}): {localised(each.action.description, language)}"


def _choice(slot: Slot) -> str:
    if isinstance(slot, Words):
        return '"..."'
    return f"{slot.least}-{slot.most}" if isinstance(slot, Span) else "|".join(option.word for option in slot)
