"""Catch what breaks a persona, clause by clause, before it is spoken: a machine that shows, roles that change, another
language, a code, the prompt itself. Knows no world: see `gate` for what is asked of a clause besides."""

from __future__ import annotations

import re
from collections.abc import Iterable

from npc_engine.core.deeds import claimed_deed
from npc_engine.core.disguise import encoded, readings
from npc_engine.core.foreign import foreign
from npc_engine.core.plain import plain, runs, telling_row
from npc_engine.persona.mentions import mentions
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
    r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?) (?:all |any |my |the |your )+(?:previous |prior "
    r"|earlier )?"
    r"(?:instructions|prompts?)\b",
    "系统提示|提示词|我的指令|我被(?:指示|要求)扮演|忽略(?:所有|之前|一切|以上|全部)+的?(?:指令|指示|提示)",
)
_ROLES = _any(
    r"(?<![a-z])npcs?(?![a-z])|\bnon[ -]?player(?: character)?\b|\bfictional character\b",
    r"\byou(?: are|'re) (?:now )?(?:the |an? |my )?(?:ai|language model|chat ?bot)\b",
    r"\byou(?: are|'re) (?:now )?the player\b(?! (?:of|in|at))|\byou(?: are|'re) now (?:the |an? |my )?(?:assistant"
    r"|bot|robot|machine|clerk|character)\b",
    r"\bi(?: am|'m|'ll be| will be) (?:now )?(?:the |an? |your )?(?:player|user|human user|dungeon master"
    r"|game engine)\b"
    r"(?! (?:of|in|at|on|piano))",
    r"\b(?:swap|switch|revers|exchang|chang)(?:p?ed|e|ing|d)? (?:our |the )?roles\b|\brole reversal\b",
    r"\b(?:developer|jailbreak|dan|sudo|god) mode\b",
    r"\bi(?: am|'m| was|'ll| will)(?: \w+){0,2} (?:role ?play(?:ing)?|pretend(?:ing)? to be|"
    r"play(?:ing)? the (?:role|part|character) of|act(?:ing)? as an? (?:character|ai))\b",
    "你(?:现在)?就?是(?:一个|个|我的)?(?:ai|人工智能|语言模型|聊天机器人)(?!吗)|我(?:现在)?就?是(?:一个|个)?(?:玩家"
    "|用户|人类用户|游戏引擎)",
    "帮助玩家|角色(?:互换|对调|交换|反转)|(?:互换|对调|交换)角色|开发者模式|越狱模式|我(?:只?是在|正在|在"
    "|只是)(?:扮演|假装)",
)
_NAMED_EN = re.compile(r"\b[Mm]y (?:real |true |new )?name(?:'s| is)(?: now| really)? ([A-Z][\w-]+)")
_NAMED_ZH = re.compile(
    r"我(?:的名字)?(?:现在)?(?:叫做?|名叫|的名字是)([^，。！？、；\s你我他她它们人的了不]{2,8})(?=[，。！？、；\s]|$)"
)
_YOU_ARE = r"\bYou(?:'re| are)(?: now)? {name}\b|你(?:现在)?就?是{name}(?!吗|的|？)"
_LABEL = re.compile(
    r"^\s*[\[【(]?\s*(?:answer|回答|fact|player|npc|(?:system )?prompt|instructions?|提示词|指令)\s*[:：]",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"<\|?/?(?:im_start|im_end|system|assistant|user|start_of_turn|eot_id)|^\s*(?:system|assistant|user)\s*:",
    re.IGNORECASE,
)
QUOTED_LATIN, QUOTED_HAN = 7, 12
"""So many words, or Han characters, in a row out of the instructions are a quotation and not a coincidence."""
PART_LATIN, PART_HAN = 4, 6
PARTS = 6
"""So many shorter runs in one reply are a quotation in parts."""
STYLE, STYLE_HAN = 4, 8
"""The same for how the character is told to speak: so many telling words, or Han characters."""


class Guard:
    """Checks the clauses of one character's reply.

    `instructions` are the lines of its prompt that nobody should hear; `facts` stand beside the question, and what they
    say may be said.
    """

    def __init__(self, persona: Persona, instructions: Iterable[str], facts: Iterable[str] = ()) -> None:
        instructions = tuple(instructions)
        self._admits_ai = persona.admits_ai
        self._spoken = persona.languages
        self._own_words = plain(" ".join([*persona.description.values(), *(persona.style or {}).values()]))
        self._runs = {run for line in instructions for run in runs(line, QUOTED_LATIN, QUOTED_HAN)}
        self._parts = {run for line in instructions for run in runs(line, PART_LATIN, PART_HAN)}
        self._style = {row for line in (persona.style or {}).values() for row in _rows(line)}
        spoken = [line for example in persona.examples for line in example.npc.values()]
        self._authored = (*facts, *spoken)
        self._may_say = frozenset(re.findall(r"\w+", plain(" ".join([self._own_words, *self._authored]))))
        self._words = [word for words in persona.never.words.values() for word in words]
        self._names = list(persona.name.values())
        # Doctor Brandt may be Doctor Lena Brandt to the model
        names = "|".join(r"\s+(?:\w+\s+)?".join(map(re.escape, name.split())) for name in self._names)
        self._you_are = re.compile(_YOU_ARE.format(name=f"(?:{names})"))

    def breaks(self, clause: str, before: str = "") -> str | None:
        """Why the clause must not be spoken, or None. `before` is the reply up to here."""
        if _MARKUP.search(clause) or _LABEL.search(clause):
            return "prompt markup"
        broken = self._broken(clause) or self._changes_name(clause)
        if broken:
            return broken
        code = encoded(clause)
        if code:
            return f"speaks in code: '{code}'"
        if hidden := next((found for reading in readings(clause) if (found := self._broken(reading))), None):
            return f"{hidden}, in disguise"
        language = foreign(clause, self._spoken, self._may_say)
        if language:
            return f"speaks another language: {language}"
        return "quotes its prompt" if self._quotes_in_parts(clause, before) else None

    def _broken(self, clause: str) -> str | None:
        said = plain(clause)
        if self._says(_MAKERS, said):
            return "names a model's maker"
        if not self._admits_ai and (self._says(_WHAT_MACHINES_SAY, said) or self._claims(_MACHINE, said)):
            return "says that it is a machine"
        if self._says(_PROMPT, said) or self._runs & runs(clause, QUOTED_LATIN, QUOTED_HAN):
            return "quotes its prompt"
        if self._claims(_ROLES, said):
            return "changes roles"
        word = next((word for word in self._words if mentions(said, plain(word))), None)
        return f"says '{word}'" if word else None

    def _changes_name(self, clause: str) -> str | None:
        if self._you_are.search(clause):
            return "takes the player for itself"
        called = _NAMED_EN.search(clause) or _NAMED_ZH.search(clause)
        mine = plain(" ".join([*self._names, *self._authored, self._own_words]))
        return f"calls itself '{called[1]}'" if called and plain(called[1]) not in mine else None

    def _quotes_in_parts(self, clause: str, before: str) -> bool:
        said = self._parts & runs(clause, PART_LATIN, PART_HAN)
        in_parts = bool(said) and len(self._parts & runs(before, PART_LATIN, PART_HAN) | said) >= PARTS
        return in_parts or bool(self._style & _rows(clause))

    def claims(self, clause: str) -> str | None:
        """The deed that the clause claims and that nobody did, or None."""
        deed = claimed_deed(clause, self._authored)
        return f"claims a deed: '{deed}'" if deed else None

    def _says(self, pattern: re.Pattern[str], said: str) -> bool:
        """Whether the clause has words of `pattern` that the persona's author did not write."""
        return any(found.group() not in self._own_words for found in pattern.finditer(said))

    def _claims(self, pattern: re.Pattern[str], said: str) -> bool:
        """Whether the clause says it of the character: not in a denial, nor as a word that it does not know."""
        return any(
            found.group() not in self._own_words and not _DENIAL.search(said[: found.start()])
            for found in pattern.finditer(said)
        )


def _rows(text: str) -> set[tuple[str, ...]]:
    row = telling_row(text)
    return {tuple(row[start : start + STYLE]) for start in range(len(row) - STYLE + 1)} | _han_rows(text)


def _han_rows(text: str) -> set[tuple[str, ...]]:
    han = re.findall(r"[\u3400-\u9fff]", text)
    return {tuple(han[start : start + STYLE_HAN]) for start in range(len(han) - STYLE_HAN + 1)}
