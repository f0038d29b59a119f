"""Catch inventions: names, places and numbers in an answer that nothing the character has been told contains. Knows
words and not what is true.

A small model that is asked for a fact and given none makes one up; `asks_fact` tells such questions from small talk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from npc_engine.core.names import IT, MARK, WHO, Names
from npc_engine.core.numerals import EN_NUMBER, ZH_NUMBER, value_of
from npc_engine.core.plain import closed_up, plain, stem, telling_words

_NOT_OF_FACT = re.compile(
    r"\b(?:you (?:like|love|think|feel|want|enjoy|prefer|say|mean|doing|believe|hate|dream|advise|suggest|recommend)"
    r"|how are you|how do you do|"
    r"how is it going|what about|how about|what is up|your (?:opinion|favou?rite|dream|feelings?)|why not|"
    r"tell me (?:a joke|a story)|should i|can you|could you|would you|will you|may i|(?<!where )can i|do you|are you|"
    r"shall we|what if|guess what|you know what|so what)\b"
    r"|你(?:喜欢|觉得|认为|想|爱|讨厌|希望|好吗|怎么样|最爱|建议)|怎么样|好不好|行不行|可以吗|能不能|讲个|为什么不"
    r"|什么意思|该怎么办|该做什么|做些?什么|能(?:不能)?(?:再|先|也)?(?:给|借|帮|让|把|陪|带|替)|能.{1,6}(?:给|借|帮|让|陪|带)我"
)
_OF_FACT = re.compile(
    r"\b(?:where|who|whose|whom|when|how (?:many|much|far|old|long|big|deep|tall|high)|which|what(?: is|'s| are| was"
    r"| were| year| day| time|"
    r" kind| sort| colou?r| happened| did| does| do they| code| password| name)|why (?:is|are|was|were|did|does|has)|"
    r"tell me (?:about|where|who|when|what|which|how)|do you know|have you (?:seen|heard))\b"
    r"|(?:^|[,.;!?] |\band |\bso |\bbut )what (?!(?:about|if|say|now|then|next|else|an?|for)\b)[a-z]+"
    r"(?:\W*$| the\b| that\b| this\b)"
    rf"|(?:^|[,.;!?] |\band |\bso |\bbut )(?:is|are|was|were|did|does|has|can|isn't|is not) (?:(?:the|my|that|old) )*"
    rf"(?:{MARK}|the\b|there\b|he\b|she\b|it\b|they\b|any|some|every)"
    r"|哪|谁|几(?:个|匹|点|时|只|把|位|岁|号|年|天)|多少|多远|多久|多大|多高|什么时候|什么|为什么|怎么(?:死|来|去|走"
    r"|打开|进|回事)"
    rf"|{MARK}[^，。]{{0,8}}(?:吗|没有|了没|呢)"
)
_DOES_NOT_KNOW = re.compile(
    r"\b(?:not know|do not (?:rightly )?(?:know|recall|remember)|don't (?:rightly )?(?:know|recall|remember)"
    r"|can ?not (?:say|tell)|can't (?:say|tell)|"
    r"could not say|couldn't say|no idea|not sure|never heard|not heard|haven't heard|know nothing|know little"
    r"|nobody knows|no one knows|who knows|wonder|"
    r"wish i knew|beats me|ask (?:the|around|somebody|someone|me)|not (?:mine|for me) to (?:say|tell)"
    r"|no (?:\w+ )?information|need to know|"
    r"afraid not|beyond me|know no|not aware|unsure|uncertain|nothing of|not certain|i have not seen|haven't seen)\b"
    r"|不知道|不晓得|不清楚|不太懂|不懂|不确定|说不准|说不好|没听说|没听过|没见过|不记得|想不起|无从|谁知道|不了解"
    r"|没有信息|不好说|不能说|没看见|没看到|无可奉告"
)
_ASSERTS = re.compile(
    r"\b(?:it|he|she|they|there|the [\w\ue000-\uf8ff' ]{2,30}?|a [\w' ]{2,20}?|somebody|someone|[a-z]+)(?:'s| is"
    r"| are| was| were| has| had| have been| has been)\b"
    r"|\b(?:it|he|she|they|the \w+(?: \w+)?)(?:'ll| will)? (?:lives?|stands?|lies|leaves?|arrives?|comes?|goes|went"
    r"|belongs?|happened|starts?|keeps?|"
    r"owns|opens|closes|takes?|killed|shot|stole|took|found|disappeared|died|fell|got|works?|runs|built|made|hides?"
    r"|ran|left)\b"
    r"|\byou (?:can|will|may|could|should|might|'ll)(?: \w+)? (?:find|see|go|look|get|take|buy|meet|head|turn|follow)\b"
    r"|\b(?:go|look|turn|head|walk|ride|follow|find)(?: \w+)? (?:to|in|at|left|right|north|south|east|west|down|up"
    r"|behind|under)\b"
    r"|\b(?:somewhere|right|over|just|about|around|maybe|probably) (?:in|at|on|near|behind|under|by|inside|across)\b"
    r"|\b(?:by|from) (?:a|the|mr|mrs)\b|\b(?:in|at|on|under|behind|near|inside) the\b"
    rf"|{MARK} (?!and |or |to |of |is |are |'s )(?:[a-z]+(?:ed|s|en|t)|got|went|had|ran|sold|hung|hid)\b"
    r"|是|在|有|死|被|去|弄|抢|打|位于|住|叫|离|属于|拿走|偷|杀|大约|大概|可以找到"
)
_BUT = re.compile(r"\b(?:but|so|though|although|however)\b|但|不过|可是|所以")
_IDLE = re.compile(
    r"\b(?:that|it|this)(?:'s| is| was) (?:(?:a|an|quite|such|very|my|not|so|the|too|all|no|really|just|true"
    r"|most) )*(?:fine|good|great|hard|interesting|"
    r"tough|tricky|fair|odd|strange|funny|curious|big|nice|clever|wise|honest|kind|lovely|question|pleasure|shame"
    r"|secret|pity|mystery|honou?r|joke|right|"
    r"true|ok|okay|important|matter|sad|wonderful|thing|delight|none|well|easy|difficult|dangerous|long|old)\b"
    r"|\bit(?:'s| is) (?:always |so )?(?:good|nice|great|a pleasure|lovely|wonderful) to\b|\bi(?:'m| am)\b"
    r"|\bi (?:was|have|had)\b|\bi(?:'d| would)\b"
    r"|\bthere(?:'s| is) (?:nothing|no need|no hurry|no doubt|always)\b|\b(?:what|who|where|how|which|why)(?:'s| is"
    r"| are| was)\b"
    r"|这(?:是个|可是|真是|个)?(?:好|难|有趣|奇怪|秘密)?(?:问题|说来话长)|我(?:是|在|有|没有|不是)|真是|有意思|有趣"
    r"|没有?关系|没事|是的|是啊|可是|但是|还是|不是|有点|有些|有什么|只是|就是|总是|于是|要是|或是|有人|没有|你在"
    r"|现在"
)
_NAME = re.compile(
    r"(?:Mr|Mrs|Miss|Dr|Sir|Lady|Lord|King|Queen|Saint|St)\.? [A-Z][a-z]+"
    r"|(?<![.!?…:;\"“”‘'—-] )(?<!^)(?<![A-Za-z'])[A-Z][a-z]+(?:['’][a-z]+)?\b"
)
_TWO_NAMES = re.compile(r"\b[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]+\b")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z'-]{2,}")
_NAME_ZH = re.compile(
    r"[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff]{1,6}"
    r"|(?:老"
    r"|小)?[赵钱孙李周吴郑王冯陈杨朱秦许何吕张孔曹金魏陶姜谢邹苏潘葛范彭鲁韦马方任袁柳史唐薛雷贺倪汤罗郝安常傅齐顾孟"
    r"黄穆萧尹姚邵汪毛米戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路江童颜郭梅盛林刁钟徐邱骆高夏蔡田胡霍万卢莫房丁邓石崔龚"
    r"程邢裴陆荣段侯武刘叶黎白龙]"
    r"(?:先生|小姐|太太|女士|医生|博士|老板|师傅|队长|将军|大人|夫人|教授|上校|船长|探长)"
)
_NO_NAMES = (
    "i i'm i'll i've i'd god lord heaven sir madam ma'am mr mrs miss ms dr monday tuesday wednesday thursday friday "
    "saturday sunday january february march april may june july august september october november december english "
    "chinese american christmas easter ok okay oh ah well yes no hello"
)
_WHITE_NAMES = frozenset(_NO_NAMES.split())
_DIGITS = re.compile(r"\d[\d,.:]*")
_COUNTED_EN = re.compile(rf"\b(?!(?:no|zero|one|two)\b)(?:{EN_NUMBER})\b(?! of us| of you)")
_COUNTED_ZH = re.compile(
    rf"(?<![第再其万一])(?P<number>{ZH_NUMBER})(?=多?(?:个|匹|只|把|位|岁|号|年|天|元|块|美元|金币|公里|米|里路|英里"
    rf"|小时|分钟|点|层|人|名|辆|艘|倍|章|次|座|英尺|吨|箱|袋|枚|两))"
)
_SMALL_ZH = frozenset({"一", "两", "几", "半"})
_PLACE_EN = re.compile(
    r"\b(?:in|inside|at|under|underneath|beneath|behind|beside|near|by|on|above|below|outside|past|to|from|into"
    r"|across from|next to)"
    r" (?:the|a|an|my|your|his|her|their|our|that|this|old|some) (?P<noun>(?:[a-z][\w'-]*)(?: [a-z][\w'-]*){0,3})",
)
_PLACE_ZH = re.compile(
    r"(?:在|位于|到|去|从)(?P<noun>[^，。！？；、的了在是]{1,12}?)(?:里面?|上面?|下面?|中|旁边?|附近|后面|前面|对面"
    r"|内|门口|(?=[，。！？；、了]|$))"
)
_WHERE = re.compile(
    r"\bwhere\b|\bfind\b|\bwhich way\b|\bhow (?:do|can) i (?:get|reach)|\bhave you seen\b|哪|什么地方|怎么(?:去|走)"
)
_NOUN_STOP = re.compile(
    r"\b(?:and|or|but|of|in|at|on|to|for|with|by|that|which|who|where|when|is|are|was|near|behind|under|next|you|i"
    r"|it|from|if|as|just|friend|now|today|before|after|because)\b.*"
)
_ANYWHERE = """
moment time end morning evening night day afternoon noon way world town street road place house home door side front
back top bottom middle center centre heart mind hand hands life people question answer matter truth word words story
idea help case fact name first last same other next right left whole past future light dark sun rain sky air ground
water fire weather dust wind corner area part rest name sake least most hour minute year week month job work task
quest adventure journey service pleasure good best law order peace need search shadow far close distance kind sort
bit lot little room city village land country others friend friends person man woman guest guests
"""
_VAGUE = frozenset(_ANYWHERE.split())
_VAGUE_ZH = re.compile(
    r"^(?:这|那|哪|某|一|你|我|他|她|它|大家|什么|小?镇上?|镇子|城|街上?|路上?|家|世界|今天|现在|心|手|身|时候|时间"
    r"|早上|晚上|等|找|忙|工作|做|休息|眼前|意|乎|场|此|下|外|里|上|村)"
)


def asks_fact(line: str, names: Names) -> bool:
    """Whether the player's line asks how something is, was or is called, and not for talk, an opinion or a favour."""
    marked = names.marked(line).text
    if _NOT_OF_FACT.search(marked) and not re.search(r"do you know|have you seen", marked):
        return False
    return bool(_OF_FACT.search(marked))


class Grounds:
    """All that an answer may rest on."""

    def __init__(self, texts: Iterable[str], names: Names) -> None:
        text = " ".join(texts)
        said = closed_up(text)
        self._text = said
        self._words = frozenset(map(stem, re.findall(r"[a-z][a-z'-]*|\d+", said))) | frozenset(
            re.findall(r"[a-z][a-z'-]*", said)
        )
        self._numbers = set(_numbers(text))
        self._names = names

    def invention(self, clause: str, line: str) -> str | None:
        """The first name, number or place in the clause that stands nowhere in the texts. `line` is the question."""
        return next((found for found in self._found(clause, line) if found), None)

    def _found(self, clause: str, line: str) -> Iterator[str]:
        yield from (name for name in self._names_in(clause) if not self._knows(name))
        yield from (str(number) for number in _numbers(clause) if number not in self._numbers)
        if _WHERE.search(plain(line)):
            yield from self._places_in(clause)

    def _names_in(self, clause: str) -> Iterator[str]:
        if re.search(r"[\u3400-\u9fff]", clause):
            yield from _NAME_ZH.findall(clause)
            yield from _LATIN_NAME.findall(clause)
            return
        yield from _NAME.findall(clause)
        # The first of two may be any word that begins a sentence: `Ask Tom`.
        yield from (name.split()[-1] for name in _TWO_NAMES.findall(clause))

    def _knows(self, name: str) -> bool:
        words = re.findall(r"[a-z][a-z'-]*", closed_up(name).replace(".", ""))
        if not words:
            return closed_up(name) in self._text
        return all(word in _WHITE_NAMES or stem(word) in self._words or word in self._words for word in words)

    def _places_in(self, clause: str) -> Iterator[str]:
        marked = self._names.marked(clause).text
        for found in _PLACE_EN.finditer(marked):
            noun = _NOUN_STOP.sub("", found["noun"])
            words = noun.split()
            if words and not any(word in _VAGUE or stem(word) in self._words or word in self._words for word in words):
                yield noun.strip()
        for found in _PLACE_ZH.finditer(marked):
            noun = re.sub(MARK, "", found["noun"])
            if noun == found["noun"] and not _VAGUE_ZH.match(noun) and not self._has_part_of(noun):
                yield noun

    def _has_part_of(self, noun: str) -> bool:
        return any(noun[start : start + 2] in self._text for start in range(max(1, len(noun) - 1)))


def repeats(clause: str, line: str, texts: Iterable[str]) -> bool:
    """Whether half of what the clause tells, and all of it that `line` asks about, stands in one of the texts."""
    told, asked = telling_words(clause), telling_words(line)
    each = map(telling_words, texts)
    return bool(told) and any(2 * len(told & words) >= len(told) and told & asked <= words for words in each)


def asserts(marked: str) -> bool:
    """Whether a clause, with marks, states anything, rather than that the character does not know, or nothing."""
    if marked.rstrip().endswith(("?", "？")):
        return False
    said = marked.replace(IT, "it").replace(WHO, "he")
    parts = [part for part in _BUT.split(said) if not _DOES_NOT_KNOW.search(part)]
    return any(_ASSERTS.search(_IDLE.sub(" ", part)) for part in parts)


def _numbers(text: str) -> Iterator[int]:
    """Numbers that tell something: all in digits, and words from three up."""
    said = plain(text)
    for found in _DIGITS.findall(said):
        yield from (int(part) for part in re.split(r"[,.:]", found.replace(",", "")) if part)
    for found in _COUNTED_EN.findall(said):
        if not found[0].isdecimal():
            yield value_of(found)
    for found in _COUNTED_ZH.finditer(said):
        if found["number"] not in _SMALL_ZH and not found["number"].isdecimal():
            yield value_of(found["number"])
