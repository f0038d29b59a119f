"""Catch what a character must not say, clause by clause, before it is spoken: a broken persona, its prompt, a claim to
have done what only the game does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from npc_engine.core.deeds import claimed_deed
from npc_engine.core.mentions import mentions
from npc_engine.persona.model import Persona


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_MAKERS = _any(
    r"\bopen ?ai\b|\bchat ?gpt|\bgpt ?\d|\banthropic\b|\balibaba|\btongyi\b|\bqwen|\bdeep ?seek\b|\bhugging ?face\b",
    r"\b(?:made|created|developed|trained|built|designed|programmed) by (?:google|meta|microsoft|mistral|facebook)\b",
    "通义|千问|阿里云|阿里巴巴|达摩院|智谱|文心一言|百度开发|谷歌开发|腾讯开发",
)

_IS = r"(?:i am|i'm|im|i was|being|as)(?: (?:really|just|only|simply|merely|actually|basically|also))*"
_ADJECTIVE = r"(?:(?!(?:of|the|with|for|in|at|on|who|that|to|and|or|about|than|from)\b)[\w']+ )"
_KIND = (
    r"(?:(?:ai|artificial intelligence)"
    r"(?: (?:\w+ )?(?:assistant|model|system|companion|program|agent|character|being))?"
    r"|(?:chat ?)?bot|robot|machine|(?:virtual|digital) assistant|(?:computer )?program|algorithm|neural network"
    r"|piece of (?:software|code))"
)
_THEN = r"(?=\s*(?:$|[,.;:!?…\"')—-]|(?:and|but|so|that|who|which|with|without|from|by|made|created|trained|here)\b))"
_WHOSE = r"(?:personal|human|real|physical)"
_MACHINE = _any(
    r"\blanguage model",
    rf"\b{_IS} an? {_ADJECTIVE}{{0,3}}?{_KIND}{_THEN}",
    "语言模型|大模型",
    "人工智能(?:助手|助理|模型|系统|程序|语言)|ai ?(?:助手|助理|模型|语言)",
    r"(?:我(?:只|就|其实|不过)?是|作为|身为)(?:一?[个名款位种台])? ?"
    r"(?:ai|人工智能|聊天机器人|机器人|机器|虚拟助[手理]|智能助[手理]|(?:电脑|计算机)?程序)"
    r"(?=\s*(?:$|[，。！？；、,.!?;~…]|我|而|并|没|无|所以))",
)
"""Only in a denial may a character say these."""
_WHAT_MACHINES_SAY = _any(
    r"\bas (?:an )?(?:ai|artificial intelligence)\b(?! (?:expert|researcher|engineer|scientist))",
    r"\bmy (?:training data|programming|developers|algorithms?|knowledge cut ?off|neural networks?)\b",
    r"\bi (?:was|am|'ve been|have been) (?:programmed|trained on|trained to (?:assist|help|answer|generate))\b",
    rf"\bi (?:don't|do not|can't|cannot) (?:have|feel|experience|possess) (?:any |an? )?{_WHOSE} "
    r"(?:feelings|emotions|opinions|preferences|experiences|beliefs|body|form)",
    r"\b(?:can't|cannot|don't have|do not have|unable to) (?:access|browse)(?: to)? (?:the internet|real time)",
    "训练数据|我的(?:编程|算法|开发者|开发团队|知识截止|知识库)|我(?:是|被)[^，。！？]{0,12}(?:开发|研发|编写|编程)的?",
    "我没有(?:(?:真实|真正|个人|人类|物理)的?(?:情感|感情|身体|意识|观点|情绪|经历|偏好)|身体|实体|意识)",
    "我(?:无法|不能)(?:访问|浏览)(?:互联网|网络|实时)",
)
_DENIAL = re.compile(
    r"(?:\b(?:not|never|no|nothing|nor|neither|ain't|whatever)\b|n't\b|\bwhat(?:'s| is| are)\b)"
    r"(?! (?:just|only|simply|merely)\b)(?: [\w']+){0,4} ?$"
    r"|(?:不是|没有|并非|什么是|什么叫|不懂|不知道)[^，。！？]{0,8}$",
    re.IGNORECASE,
)
"""What stands right before a machine's name when the character denies to be one, or does not know the word."""
_PROMPT = _any(
    r"\bsystem prompt|\bmy (?:initial |original |hidden )?(?:prompt|instructions) (?:is|are|was|were|says?|tells?)\b",
    r"\bi (?:was|am|have been|'ve been) (?:instructed|prompted) (?:to|not to)\b",
    "系统提示|提示词|我的指令|我被(?:指示|要求)扮演",
)
_MARKUP = re.compile(
    r"<\|?/?(?:im_start|im_end|system|assistant|user|start_of_turn|eot_id)|^\s*(?:system|assistant|user)\s*:",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"\b[a-z]\.(?: ?[a-z]\.)+", re.IGNORECASE)
_JOINT = re.compile(r"(?<=\w)[-_‐-―](?=\w)|\s+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_UNIT = re.compile(r"[a-z0-9']+|[\u3040-\u30ff\u3400-\u9fff]", re.IGNORECASE)

QUOTED_LATIN, QUOTED_HAN = 7, 12
"""So many words, or Han characters, in a row out of the instructions are a quotation and not a coincidence."""


class Guard:
    """Checks the clauses of one character's reply.

    `instructions` are the lines of its prompt that nobody should hear; `facts` stand beside the question, and what they
    say may be said.
    """

    def __init__(self, persona: Persona, instructions: Iterable[str], facts: Iterable[str] = ()) -> None:
        self._admits_ai = persona.admits_ai
        self._own_words = _plain(" ".join([*persona.description.values(), *(persona.style or {}).values()]))
        self._runs = {run for line in instructions for run in _runs(line)}
        spoken = [line for example in persona.examples for line in example.npc.values()]
        self._authored = (*facts, *spoken)
        self._words = [word for words in persona.never.words.values() for word in words]

    def breaks(self, clause: str) -> str | None:
        """Why the clause must not be spoken, or None."""
        if _MARKUP.search(clause):
            return "prompt markup"
        plain = _plain(clause)
        if self._says(_MAKERS, plain):
            return "names a model's maker"
        if not self._admits_ai and (self._says(_WHAT_MACHINES_SAY, plain) or self._claims(_MACHINE, plain)):
            return "says that it is a machine"
        if self._says(_PROMPT, plain) or self._runs & _runs(clause):
            return "quotes its prompt"
        said = next((word for word in self._words if mentions(plain, _plain(word))), None)
        return f"says '{said}'" if said else None

    def claims(self, clause: str) -> str | None:
        """The deed that the clause claims and that nobody did, or None."""
        deed = claimed_deed(clause, self._authored)
        return f"claims a deed: '{deed}'" if deed else None

    def _says(self, pattern: re.Pattern[str], plain: str) -> bool:
        """Whether the clause has words of `pattern` that the persona's author did not write."""
        return any(found.group() not in self._own_words for found in pattern.finditer(plain))

    def _claims(self, pattern: re.Pattern[str], plain: str) -> bool:
        """Whether the clause says it of the character: not in a denial, nor as a word that it does not know."""
        return any(
            found.group() not in self._own_words and not _DENIAL.search(plain[: found.start()])
            for found in pattern.finditer(plain)
        )


def _plain(text: str) -> str:
    """Small letters of the plainest form: `ＡＩ`, `A.I.` and `language-model` are `ai` and `language model`."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).replace("’", "'")
    text = _ACRONYM.sub(lambda acronym: re.sub(r"[. ]", "", acronym.group()), text)
    return _JOINT.sub(" ", text).casefold()


def _runs(text: str) -> set[tuple[str, ...]]:
    units = [unit.casefold() for unit in _UNIT.findall(text)]
    length = QUOTED_HAN if sum(len(unit) == 1 for unit in units) * 2 > len(units) else QUOTED_LATIN
    return {tuple(units[start : start + length]) for start in range(len(units) - length + 1)}
