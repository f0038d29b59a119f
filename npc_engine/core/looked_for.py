"""What a line looks for, or asks whether there is one: `Is there a smithy around here?` looks for a smithy. Pure."""

from __future__ import annotations

import re
from itertools import islice, takewhile

from npc_engine.core.questions import words
from npc_engine.persona.mentions import plain

_BEFORE = """
the a an any some your this that my one another other nearest next closest local good proper real decent sort
kind type of
"""
_AFTER = """
in on at of around near nearby here there to for where that who i you we and or so these those round about aboard open
anywhere left with from by is are was kept now right again
"""
_ANYTHING = """
it he she they him her them this that everybody everyone anybody somebody everything something
它 他 她 我 你 您 我们 你们 咱们 大家 这会儿 会儿 人 东西 主儿 主人 该 什 啥 么
"""
_ARTICLES, _ENDS, _PRONOUNS = (frozenset(words.split()) for words in (_BEFORE, _AFTER, _ANYTHING))
"""Words before what is looked for, such as end it, and such as name nothing."""
_MOST = 3
_ENGLISH = re.compile(
    r"\b(?:(?:is|are|isn't|aren't) there (?=(?:an?|any|some|no|another)\b)"
    r"|(?:is|are) the (?=\w+ (?:about|around|in|here|nearby)\b)"
    r"|(?:do|does|have|has|got) (?:you|they|we|this \w+|the town)(?: got| have)* (?=an? |any )"
    r"|any (?=\w+ (?:around|near|nearby|round|here|in (?:this|the)|aboard)\b)"
    r"|where(?:abouts)?(?:'s| is| are| was| (?:can|could|would|do|might|will) (?:i|we|one) (?:find|get|get to|go for)) "
    r"|(?:looking|searching|hunting) for |how (?:do|can|would|could) (?:i|we|you|one) (?:get to|reach|find) "
    r"|way to (?=the |an? ))"
)
_HAN = r"[\u3400-\u9fff]{1,6}?"
_END = r"[呀啊呢吧嘛]?(?:[，。？！?,]|$)"
_CHINESE = re.compile(
    rf"有没有(?:什么|啥|个|家|间)?({_HAN})(?:啥的|什么的|可以|能|好|{_END})"
    rf"|(?<![没还])有(?:什么|个|家|间)?({_HAN})(?:吗|么|没有?){_END}"
    rf"|(?:请问|^(?!请问)|[，。！？, ]|那个|这个|你们|咱们?|附近的?)({_HAN})(?:到底|究竟|现在)?"
    r"(?:在哪|怎么走|咋走|往哪|在[什啥]么?地方|在何处)"
    rf"|哪[里儿]?(?:有|能找到|可以找到|找得到)({_HAN}){_END}"
)
_SORT = re.compile(
    r"\bwhich (?!way|one|of|direction|person|place|thing|side|time|day|part|room|house|building|deck|floor|street|town"
    r"|m[ae]n)([a-z]{3,})\b(?! (?:do|did|does|are|am|of)\b)"
    r"|(?:什么|哪些|哪(?:家|条|根|台|辆|种|款|艘|座|把|张|扇|封))"
    r"(?!时|人|地|东西|事|样|意思|情况|名|原因|办法|关系|好|叫|颜色|位置|用|话|活|忙|线索|问题|消息|动静|工具|来|是|在|的|都|呢|要)"
    r"([\u3400-\u9fff]{1,2}?)(?=[^\u3400-\u9fff]|$|[呀啊呢吧嘛哟吗了])"
)


def looked_for(line: str) -> str | None:
    """The thing, as the line calls it; None where its words don't tell of any."""
    said = plain(line)
    if found := _ENGLISH.search(said):
        rest = re.findall(r"[a-z'-]+|[^\sa-z'-]", said[found.end() :])
        named = takewhile(lambda word: word[0].isalpha() and word not in _ENDS, _without_articles(rest))
        thing = " ".join(islice(named, _MOST))
    else:
        found = _CHINESE.search(said)
        thing = next(filter(None, found.groups()), "") if found else ""
    about = words(thing)
    return " ".join(about) if about and _PRONOUNS.isdisjoint(about) else None


def sort_asked(line: str) -> str | None:
    """The sort of thing that the line asks for one of: `Which pipe burst?` asks for a pipe; None where its words don't
    tell, or tell of a sort that anything may be."""
    found = _SORT.search(plain(line))
    return next(filter(None, found.groups())) if found else None


def _without_articles(words: list[str]) -> list[str]:
    begins = next((place for place, word in enumerate(words) if word not in _ARTICLES), len(words))
    return words[begins:]
