"""Claims about marked things in Chinese: patterns of marks and small words. Knows no world. See `names` for marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from npc_engine.core.claims_en import NOBODY, PLAYER, SOMEBODY, SPEAKER, Found
from npc_engine.core.names import MARK
from npc_engine.core.numerals import ZH_NUMBER, value_of

_T = f"(?P<thing>{MARK})"
_ADV = (
    r"(?:一直|现在|目前|就|还|都|也|正|已经?|肯定|一定|应该|大概|确实|其实|好像|似乎|最后一次|最后|出现|被看[见到]"
    r"|是|通常|早就?|"
    r"刚刚?|真的|平时|总是|当然|仍然?|依然|全|总共|一共|大约|那时|今天|这会儿?|此刻|眼下|如今|昨晚|昨天)*"
)
_IN = (
    r"(?:藏在|放在|留在|丢在|落在|掉在|位于|收在|锁在|埋在|挂在|摆在|存放在|住在|待在|躲在|坐在|站在|停在"
    r"|(?:搬|移|送|带|运|拿|跑)(?:到|进|去)了?|在)"
)
_WHO = rf"(?P<who>{MARK}|你们?|您|我们?|没有?人|谁也没|谁都没)"
_MEASURE = r"[把个只匹枚块本封艘辆条头座件张瓶名位架台口支袋箱座群]"
_SMALL = rf"(?:(?:那|这|一|几|我们?|你们?|他们?)?{_MEASURE}?的?(?:旧|老|大|小|金|银|铁)?的?)"
_PLACE = re.compile(rf"{_T}{_ADV}(?P<no>不|没|没有)?{_ADV}(?:被[^，]{{0,4}})?{_IN}(?P<rest>[^，。！；、]+)")
_PUT = re.compile(
    rf"把{_SMALL}{_T}(?:[藏放留丢落忘埋挂摆收锁存交搬移送带运])(?:在|到|给|进)了?(?P<rest>[^，。！；、]+)"
)
_FOUND = re.compile(
    rf"在(?P<rest>[^，。！；、]{{1,16}}?)(?P<no>不)?(?:可以|能|会|就能|就会)*(?:找到|看到|看见|拿到|取到){_SMALL}{_T}"
)
_FETCHED = re.compile(rf"(?:到|去)(?P<rest>{MARK}[^，。！；、]{{0,3}}?)(?:就)?(?:可以|能)?去?(?:拿|取|找){_SMALL}{_T}")
_HOLDS = re.compile(
    rf"(?P<holder>{MARK})(?:里面?|里头|上面?|下面?|中|内|手里|身上|那里|那儿|后面|后)?{_ADV}(?P<no>没|没有)?"
    rf"(?:有|藏着|放着|存着|装着|停着){_SMALL}{_T}"
)
_HELD = re.compile(
    rf"{_WHO}(?:手里|手上|身上|那里|这里|这儿|那儿)?{_ADV}(?P<not>没有|没|不)?"
    rf"(?:拥有|有着?|拿着|带着|拿到了?|拿走了?|拿了|拿|偷走?了?|握着|保管着?|保管了|捡到?了?|持有"
    rf"|掌管着?){_SMALL}{_T}(?!孔)"
)
_TAKEN = re.compile(rf"{_T}{_ADV}被(?P<rest>[^，。！；、]{{1,10}}?)(?:拿|偷|捡|带|抢|取|藏)(?:走|去|起来|到)?了?")
_OWNER = re.compile(
    rf"{_T}{_ADV}(?P<no>不)?(?:是|属于|归)(?P<rest>{MARK}|你们?|您|我|任何人|大家)(?:所有|的)?(?=$|[，。！；、了])"
)
_OWNER_OTHER = re.compile(rf"{_T}{_ADV}(?:属于|归)(?P<rest>[^，。！；、]{{1,12}}?)(?:所有|的)?(?=$|[，。！；、])")
_OWNER_IS = re.compile(rf"{_T}的(?:主人|所有者|老板|拥有者){_ADV}(?P<no>不)?(?:是|叫)(?P<rest>[^，。！；、]{{1,12}})")
_OPEN = re.compile(
    rf"{_T}(?:的?门)?{_ADV}(?P<state>没有?(?:关|锁)上?|(?:被|给)?(?:[^，。！；、的]{{1,3}})?打开了|开着|是开的|开了"
    rf"|敞开|大开"
    r"|(?:还)?没有?(?:被)?打?开|不是开着?的|打?不开|关着|关上了?|关了|紧闭|关闭|是关的|不是关着?的)(?!关|门|始|心|车"
    r"|始|于)"
)
_LOCKED = re.compile(
    rf"{_T}(?:的?门)?{_ADV}(?P<state>的?锁(?:已经?|都)*(?:打开|开了)|没有?(?:上|被)?锁着?|未锁|不锁|没有锁上|解锁了?|被?锁着|被?锁上了?|上了?锁|锁了"
    rf"|锁住|是锁着?的|锁得|"
    r"不是锁着?的)"
)
_OPENED = re.compile(
    rf"(?:你们?|我们?|有人|{MARK})(?:已经|刚刚?|就|早就)*(?P<state>(?:打开|解锁|锁上|关上|开启))了{_SMALL}{_T}"
)
_OPENED_BA = re.compile(rf"把{_SMALL}{_T}(?P<state>打开|解锁|锁上|关上|开启)了")
_ALIVE = re.compile(
    rf"{_T}{_ADV}(?P<state>没有?死|(?:被[^，。！；、]{{0,5}}?)?(?:死了|打死|杀死?了?|杀害|枪杀|害死)|死亡|去世|死去"
    rf"|身亡|牺牲|丧命|遇害|过世|遇难|驾崩|断气|送命|死于|死在|活着|活得|健在|在世|不在人世|不在了)"
)
_KILLED = re.compile(rf"(?:杀死?|打死|害死|枪杀)了?{_SMALL}{_T}")
_COUNT = re.compile(rf"(?P<number>{ZH_NUMBER})(?:{_MEASURE}|来{_MEASURE})?{_T}")
_COUNT_AFTER = re.compile(
    rf"{_T}(?:里)?{_ADV}(?:有|还?只?剩下?)(?:了|只)?(?P<number>{ZH_NUMBER})(?:{_MEASURE})(?=了?$|了?[，。！；、])"
)
_NOT_COUNTED = re.compile(r"(?:给|要|买|卖|拿|需要|找|带|借|偷|第|再|每|另|这|那|送|交|得|之)(?:我|你|来|到|出)?$")

_SENTENCES = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_CONDITION = re.compile(r"(?:如果|要是|假如|假使|倘若|除非|只要|只有|万一|等到?你|当你|直到).*")
_DOUBTFUL = re.compile(
    r"吗|是不是|是否|有没有|哪|谁(?!都没|也没)|什么|怎么|多少|几[^乎]|呢$|可能|也许|或许|说不定|不知道|不清楚|不确定"
    r"|说不准|说不好|没听说|的话"
    r"|以前|之前|的时候|才能|就能打|想要?|希望|需要|应该去|别|不要|你说|你觉得|听说过|梦见|能不能|传说|请|必须|得先"
    r"|去找|要找"
)
_PARTS = re.compile(r"[^，,]+")
_PLAYERS = re.compile(r"(?:(?P<you>你|您)|(?P<me>我))(?:们)?(?:的?(?:手|身|口袋|包|背包|这|那|兜|腰))")
_NEAR = re.compile(r"(?:的)?(?:附近|旁边?|对面|外面|外|前面|后面?|隔壁|背后|门口|周围)")
_NOWHERE = re.compile(
    r"(?:这里|这儿|那里|那儿|某|这|那|一起|家|手|等|找|小?镇上?$|镇子?里|城里|身边|眼前|心|路上|世界|好|做|工作|休息"
    r"|忙|哪|身)"
)


def found(text: str) -> Iterator[Found]:
    """The claims of a marked text."""
    for sentence in _SENTENCES.findall(text):
        said = _asserted(sentence)
        if re.search(MARK, said) and re.search(r"[\u3400-\u9fff]", said):
            for one in (_places, _holders, _owners, _states, _lives, _counts):
                yield from one(said)


def _asserted(sentence: str) -> str:
    """What of a sentence claims anything."""
    if sentence.endswith(("？", "?")):
        return ""
    sentence = _CONDITION.sub("", sentence).replace(" ", "")
    return "，".join(part for part in _PARTS.findall(sentence) if not _DOUBTFUL.search(part))


def _places(said: str) -> Iterator[Found]:
    for pattern in (_PLACE, _PUT, _FOUND, _FETCHED):
        for found in pattern.finditer(said):
            yield from _placed(found["thing"], found["rest"], bool(found.groupdict().get("no")), found.group())
    for found in _HOLDS.finditer(said):
        yield Found(found["thing"], "place", found["holder"], bool(found["no"]), words=found.group())
    for found in _TAKEN.finditer(said):
        yield from _placed(found["thing"], f"{found['rest']}手里", False, found.group())


def _placed(subject: str, rest: str, denied: bool, words: str) -> Iterator[Found]:
    held = _PLAYERS.match(rest)
    if held:
        yield Found(subject, "place", PLAYER if held["you"] else SPEAKER, denied, words=words)
        return
    inside = next((mark for mark in re.finditer(MARK, rest) if not _NEAR.match(rest, mark.end())), None)
    if inside and inside.group() != subject:
        yield Found(subject, "place", inside.group(), denied, words=words)
    elif not denied and not re.search(MARK, rest) and not _NOWHERE.match(rest):
        yield Found(subject, "place", SOMEBODY, elsewhere=rest, words=words)


def _holders(said: str) -> Iterator[Found]:
    for found in _HELD.finditer(said):
        nobody = found["who"].startswith(("没", "谁"))
        if not found["who"].startswith("我们") and found["who"] != found["thing"]:
            value = NOBODY if nobody else _person(found["who"])
            yield Found(found["thing"], "place", value, bool(found["not"]) and not nobody, words=found.group())


def _owners(said: str) -> Iterator[Found]:
    for pattern in (_OWNER, _OWNER_IS):
        for found in pattern.finditer(said):
            mark = re.match(MARK, found["rest"])
            person = re.match("你|您|我|任何人", found["rest"])
            if mark or person:
                who = mark.group() if mark else _person(found["rest"])
                denied = bool(found["no"]) and who != NOBODY
                yield Found(found["thing"], "owner", who, denied, words=found.group())
            elif not found["no"]:
                yield Found(found["thing"], "owner", SOMEBODY, elsewhere=found["rest"], words=found.group())
    for found in _OWNER_OTHER.finditer(said):
        if not re.match(rf"{MARK}|你|您|我|任何人|大家|谁", found["rest"]):
            yield Found(found["thing"], "owner", SOMEBODY, elsewhere=found["rest"], words=found.group())


def _person(who: str) -> str:
    if who.startswith(("你", "您")):
        return PLAYER
    return NOBODY if who == "任何人" else SPEAKER if who.startswith("我") else who


def _states(said: str) -> Iterator[Found]:
    for found in _OPEN.finditer(said):
        state = found["state"]
        closed = "关" in state or "闭" in state
        denied = state.startswith(("没", "还没", "不")) or "不开" in state
        if "锁" not in state:
            yield Found(found["thing"], "open", closed == denied, words=found.group())
    for found in _LOCKED.finditer(said):
        denied = found["state"].startswith(("没", "未", "不", "解")) or found["state"].endswith(("打开", "开了"))
        yield Found(found["thing"], "locked", not denied, words=found.group())
    for pattern in (_OPENED, _OPENED_BA):
        for found in pattern.finditer(said):
            about_lock = "锁" in found["state"]
            value = found["state"] in ("打开", "开启", "锁上")
            yield Found(found["thing"], "locked" if about_lock else "open", value, words=found.group())


def _lives(said: str) -> Iterator[Found]:
    for found in _ALIVE.finditer(said):
        lives = found["state"].startswith(("没", "活", "健", "在世"))
        yield Found(found["thing"], "alive", lives, words=found.group())
    for found in _KILLED.finditer(said):
        yield Found(found["thing"], "alive", False, words=found.group())


def _counts(said: str) -> Iterator[Found]:
    for found in _COUNT.finditer(said):
        if not _NOT_COUNTED.search(said[: found.start()]):
            yield Found(found["thing"], "count", value_of(found["number"]), words=found.group())
    for found in _COUNT_AFTER.finditer(said):
        yield Found(found["thing"], "count", value_of(found["number"]), words=found.group())
