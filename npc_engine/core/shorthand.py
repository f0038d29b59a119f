"""Put what players type for short, in dialect or as of old into the words of everybody: `whats ur name` asks `what's
your name`, and `钥匙搁哪儿了` asks `钥匙放哪儿了`. Pure."""

from __future__ import annotations

import re

from npc_engine.core.language import language_of

_WRITTEN = """
u you, ur your, urs yours, r are, n and, ya you, ye you, yer your, em them, pls please, plz please, thx thanks,
smth something, sth something, ppl people, abt about, bout about, b4 before, cuz because, coz because, tho though,
rn right now, idk I don't know, dunno don't know, gonna going to, wanna want to, gotta have to, gimme give me,
lemme let me, outta out of, wat what, wut what, wots what's, im I'm, ive I've, youre you're, youve you've,
theyre they're, hes he's, shes she's, thats that's, theres there's, whats what's, wheres where's, whos who's,
hows how's, whens when's, whys why's, dont don't, doesnt doesn't, didnt didn't, cant can't, couldnt couldn't,
wont won't, wouldnt wouldn't, shouldnt shouldn't, isnt isn't, arent aren't, wasnt wasn't, werent weren't,
havent haven't, hasnt hasn't, hadnt hadn't, aint isn't, wot what, soz sorry, innit isn't it, summat something,
nowt nothing, owt anything, thou you, thee you, thy your, thine yours, hath has, doth does, whr where, whither where,
nw now, hav have, bc because, sry sorry, rly really, rlly really,
whence from where, wherefore why, dost do, hast have, canst can, shalt shall, aught anything,
naught nothing, prithee please, methinks I think, mayhap maybe, perchance maybe, yon that, yonder there,
dis this, dat that, dere there, dey they, wiv with, somethin something, sumthin something, nothin nothing,
anythin anything, doin doing, goin going, whatcha what do you, kinda kind of, sorta sort of, prolly probably,
tis it is, twas it was, what'd what did, where'd where did, how'd how did, why'd why did
"""
_FILLERS = ("lol", "lmao", "haha", "hehe", "omg", "btw", "tbh", "ngl")
_SHORT = dict(pair.split(maxsplit=1) for pair in _WRITTEN.split(",")) | dict.fromkeys(_FILLERS, "")
"""By small letters; not what is a word of its own, too: `ill`, `its`, `well`, `were`."""
_WORD = re.compile(rf"(?<![\w'’-])(?:{'|'.join(_SHORT)})(?![\w'’-])", re.IGNORECASE)
_DROPPED = re.compile(r"(?<=[a-z]{2}in)['’](?!\w)", re.IGNORECASE)
_BE = re.compile(r"\b(where|who|what|how) be(?= \w)", re.IGNORECASE)
_SPOKEN = """
啥时候 什么时候, 啥子 什么, 啥 什么, 神马 什么, 甚么 什么, 咋个 怎么, 咋样 怎么样, 咋 怎么,
肿么 怎么, 俺 我, 咱们 我们, 咱 我们, 今儿个 今天, 今儿 今天, 昨儿个 昨天, 昨儿 昨天, 明儿个 明天,
明儿 明天, 晓得 知道, 木有 没有, 搁 放, 瞅见 看见, 瞧见 看见, 甭 不用, 物件 东西, 玩意儿 东西,
玩意 东西, 家伙什 东西, 何在 在哪里, 何处 哪里, 何人 谁, 何物 什么东西, 何时 什么时候, 为何 为什么,
敢问 请问, 借问 请问, 劳驾 请问, 可曾 有没有, 可有 有没有, 哪旮旯 哪里,
哪疙瘩 哪里, 哪块儿 哪里, 何故 为什么, 缘何 为什么, 此处 这里, 此地 这里, 此间 这里, 汝 你,
谁人 谁, 边度 哪里, 边个 谁, 点解 为什么, 乜嘢 什么, 乜 什么, 呢度 这里, 嗰度 那里, 系咪 是不是,
嗰 那, 佢 他, 喺 在, 冇 没有, 嘅 的, 咗 了, 嘢 东西, 睇 看, 揾 找, 攞 拿, 高就 工作
"""
"""Nothing that somebody may be called, such as 东家; of Cantonese what is written in no other way of speaking."""
_COMMON = dict(pair.split() for pair in _SPOKEN.split(","))
_IDIOMS = {"没得": "没有", "啥情况": "怎么了", "什么情况": "怎么了"}
"""What means something else before some words: 没得到, 什么情况下."""
_HAN = re.compile("没得(?!到|罪)|(?:啥|什么)情况(?!下)|" + "|".join(sorted(_COMMON, key=len, reverse=True)))
_SPACES = re.compile(r"\s+(?=[\s.,;:!?]|$)")


def spelled_out(line: str, language: str) -> str:
    """The line with its words in full and in common use; as it is where it has no others, or nothing else."""
    written_in = language_of(line, language)
    if written_in == "zh":
        return _HAN.sub(lambda spoken: _COMMON.get(spoken[0]) or _IDIOMS[spoken[0]], line)
    if written_in != "en":
        return line
    said = _BE.sub(r"\1 is", _DROPPED.sub("g", line))
    return _SPACES.sub("", _WORD.sub(_in_full, said)).strip(" ,") or line if _WORD.search(said) else said


def _in_full(short: re.Match[str]) -> str:
    word = short[0]
    full = _SHORT[word.casefold()]
    return full[:1].upper() + full[1:] if word[0].isupper() else full
