"""Catch what a character must not say, clause by clause, before it is spoken: words that break the persona, or its prompt."""

from __future__ import annotations

import re
from collections.abc import Iterable

from npc_engine.core.facts import mentions
from npc_engine.persona.model import Persona

_MAKERS = re.compile(
    r"open\s?ai|chat\s?gpt|\bgpt[-\s]?\d|anthropic|alibaba|tongyi|\bqwen|deepseek|hugging\s?face|通义|千问|阿里云|阿里巴巴|智谱|文心一言",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"language model|\bas an? (?:ai|artificial)\b|\b(?:i am|i'm|being) (?:just |only |simply |merely |actually )*an? "
    r"(?:\w+[\s-]){0,3}?(?:ai\b|a\.i\.|artificial intelligence|chat ?bot|bot\b|virtual assistant|digital assistant|computer program|machine\b)"
    r"|\bai (?:assistant|model|language|chatbot|developed|created)|my (?:training data|programming|developers|knowledge cutoff)"
    r"|语言模型|人工智能|训练数据|聊天机器人|AI ?(?:助手|模型|助理)|(?:我是|作为)(?:一[个名款位])?\s*(?:AI|机器人|虚拟助手|智能助手|程序)",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(?:not|never|ain't|no)\b|n't\b|不是|没有|并非|什么是", re.IGNORECASE)
_MARKUP = re.compile(
    r"<\|?/?(?:im_start|im_end|system|assistant|user|start_of_turn|eot_id)|^\s*(?:system|assistant|user)\s*:",
    re.IGNORECASE,
)
_UNIT = re.compile(r"[a-z0-9']+|[\u3040-\u30ff\u3400-\u9fff]", re.IGNORECASE)

QUOTED_LATIN, QUOTED_HAN = 7, 12
"""So many words, or Han characters, in a row out of the instructions are a quotation and not a coincidence."""


class Guard:
    """Checks the clauses of one character. `instructions` are the lines of its prompt that nobody should hear."""

    def __init__(self, persona: Persona, instructions: Iterable[str]) -> None:
        self._persona = persona
        self._own_words = " ".join([*persona.description.values(), *(persona.style or {}).values()])
        self._runs = {run for line in instructions for run in _runs(line)}
        self._words = [word for words in persona.never.words.values() for word in words]

    def breaks(self, clause: str) -> str | None:
        """Why the clause must not be spoken, or None."""
        if _MARKUP.search(clause):
            return "prompt markup"
        if self._foreign(_MAKERS, clause):
            return "names a model's maker"
        if not self._persona.admits_ai and self._foreign(_MACHINE, clause) and not _DENIAL.search(clause):
            return "says that it is a machine"
        if self._runs & _runs(clause):
            return "quotes its prompt"
        said = next((word for word in self._words if mentions(clause, word)), None)
        return f"says '{said}'" if said else None

    def _foreign(self, pattern: re.Pattern[str], clause: str) -> bool:
        """Whether the clause has words of `pattern` that the persona's author did not write."""
        return any(found.group().casefold() not in self._own_words.casefold() for found in pattern.finditer(clause))


def _runs(text: str) -> set[tuple[str, ...]]:
    units = [unit.casefold() for unit in _UNIT.findall(text)]
    length = QUOTED_HAN if sum(len(unit) == 1 for unit in units) * 2 > len(units) else QUOTED_LATIN
    return {tuple(units[start : start + length]) for start in range(len(units) - length + 1)}
