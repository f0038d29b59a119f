"""The words of each language for how things are, as templates. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from npc_engine.core import numerals
from npc_engine.persona.world import Thing

_SINGULAR_S = ("ss", "us", "is", "gas", "lens", "canvas", "atlas", "news", "series", "chaos")
_VOWELS = "aeiou"
_COUNTS = {"匹": "马", "头": "牛", "本": "书", "封": "信", "艘": "船", "辆": "车", "棵": "树", "朵": "花", "门": "炮"}
_COUNTS |= {"条": "鱼蛇", "根": "绳", "幅": "画", "盏": "灯", "份": "粮", "支": "箭烛笔", "枚": "币章徽"}
_COUNTS |= {"名": "人兵客员卫", "把": "刀枪剑匙锁伞椅", "只": "羊狗猫鸡鸟兔", "张": "票图纸网床毯桌"}
_MEASURES = {last: measure for measure, lasts in _COUNTS.items() for last in lasts}
"""The measure word of a thing, by the last character of its name."""


@dataclass(frozen=True)
class Said:
    """One property of a thing, in words: templates for `str.format`."""

    text: str
    asks: tuple[str, ...]
    """Questions that it answers."""
    keys: tuple[str, ...]
    """Words of the property together with the thing's."""


@dataclass(frozen=True)
class Table:
    """A language. Templates may use `{thing}` (with its article), `{name}`, `{names}` (of several), `{be}`, `{belong}`,
    `{at}`, `{who}`, `{whose}`, `{have}`, `{number}` and `{measure}`; of several things `{what}`."""

    sayings: Mapping[str, Said]
    """By property and value: `open True`, `count none`; `held` and `met` are places, with somebody."""
    here: Said
    """Where the scene is."""
    company: tuple[Said, Said]
    """Who else is there: one, and several."""
    lying: Said
    """What else is there."""
    carried: tuple[Said, Said]
    """What the player has with them, and what the speaker has."""
    nothing_carried: Said
    """That the player has nothing."""
    content: tuple[Said, Said]
    """What things are elsewhere, and who."""
    belongings: tuple[Said, Said, Said]
    """What is the player's, the speaker's, and somebody else's."""
    places: Said
    """What places there are."""
    named: tuple[Said, Said]
    """What somebody who is alive is called besides, and who is dead: `{name}` and `{role}`."""
    work: tuple[str, ...]
    """Questions for that by the place where somebody is found."""
    comma: str
    both: str
    """Between the last two of several names."""
    thing: Callable[[Thing, str, bool], str]
    """A thing's name as a sentence has it: the thing, its name, and whether there are several."""
    is_plural: Callable[[Thing, str, int | None], bool]
    plural: Callable[[str], str]
    singular: Callable[[str], str]
    be: tuple[str, str, str]
    """For one, for several, for the speaker."""
    belong: tuple[str, str]
    have: tuple[str, str]
    """For others, and for the speaker or the player."""
    at: str
    """Where something is that a thing without an `at` of its own has: `{thing}`, `{name}`."""
    speaker: tuple[str, str]
    """Who speaks: as a subject, and as an owner."""
    player: tuple[str, str]
    nobody: str
    number: Callable[[int], str]
    measure: Callable[[str], str]


def _english(thing: Thing, name: str, plural: bool) -> str:
    """With its article, which names do not have."""
    name = _plural(name) if plural and not looks_plural(name) else name
    return name if name[0].isupper() else f"the {name}"


def _is_plural(thing: Thing, name: str, count: int | None) -> bool:
    return looks_plural(name) and name[0].islower() if count is None else count != 1


def looks_plural(name: str) -> bool:
    """Whether an English name is one of several things."""
    return name.endswith("s") and not name.endswith(_SINGULAR_S)


def _plural(name: str) -> str:
    if looks_plural(name):
        return name
    if name.endswith("y") and name[-2:-1] not in _VOWELS:
        return f"{name[:-1]}ies"
    for ending in ("man", "mouse"):
        if name.endswith(ending):
            return name.removesuffix(ending) + {"man": "men", "mouse": "mice"}[ending]
    return f"{name}es" if name.endswith(("s", "x", "z", "ch", "sh")) else f"{name}s"


_OPEN = ("{be} {thing} open?", "{be} {thing} closed?", "Did somebody open {thing}?")
_LOCKED = ("{be} {thing} locked?", "{be} {thing} unlocked?", "Do I need a key for {thing}?")
_ALIVE = ("{be} {thing} alive?", "{be} {thing} dead?", "Did {thing} die?", "Did {thing} survive?")
_COUNTED = ("How many {names} are there?", "How many {names} are left?", "Are there any {names} left?")
_COMPANY = ("Is {who} here?", "Where is {who}?", "Is {who} with us?", "Who else is here?", "Are we alone?")
_LYING = (
    *("What is in this room?", "What is lying around here?", "What things are here?", "Is there anything useful here?"),
    *("What have you got in here?", "What can I see here?"),
)
_CARRIED = (
    *("What am I carrying?", "What do I have on me?", "What is in my pockets?", "Is my bag empty?"),
    *("What am I holding?", "What is in my hands?", "What did I bring with me?"),
)
_HELD = (
    *("What are you carrying?", "What do you have on you?", "What have you got there?", "What is in your pockets?"),
    *("What are you holding?", "Do you have anything with you?"),
)
_BELONGINGS = ("What belongs to {whose}?", "What does {whose} own?", "Which things does {whose} have?")
_MINE = ("What belongs to me?", "What do I own?", "Which things are mine?", "What is mine here?")
_YOURS = (
    *("What belongs to you?", "What do you own?", "Which things are yours?", "What is yours here?"),
    *("Have you got anything of your own to give away?",),
)
_PLACES = (
    *("What places are there?", "Which rooms are there?", "What buildings are there around here?"),
    *("What is there to see around here?", "Which places could I visit?", "How is this place laid out?"),
    *("What is there to see in town?", "What is around here?"),
)
_NAMED = ("Who is {name}?", "Who is the {role}?", "What does {name} do?", "What is {name}'s work?")
ENGLISH = Table(
    sayings={
        "place": Said(
            "{thing} {be} {at}.",
            ("Where {be} {thing}?", "Where can I find {thing}?", "Who has {thing}?", "Have you seen {thing}?"),
            ("where {be} {thing}", "find {thing}", "who has {thing}", "look for {thing}"),
        ),
        "met": Said(
            "{thing} {be} with {whose}.",
            ("Where {be} {thing}?", "Where can I find {thing}?"),
            ("where {be} {thing}", "find {thing}"),
        ),
        "held": Said(
            "{who} {have} {thing}.",
            ("Who has {thing}?", "Where {be} {thing}?", "Where can I find {thing}?"),
            ("where {be} {thing}", "who has {thing}", "find {thing}", "look for {thing}"),
        ),
        "owner": Said(
            "{thing} {belong} to {whose}.",
            (
                *("Who owns {thing}?", "Whose {be} {thing}?", "Who does {thing} belong to?", "Is this your {name}?"),
                *("Can I keep {thing}?", "Must I give {thing} back?", "{be} {thing} mine now?"),
            ),
            ("owns {thing}", "owner of {thing}", "whose {name}", "{thing} belong"),
        ),
        "open True": Said("{thing} {be} open.", _OPEN, ("{thing} open",)),
        "open False": Said("{thing} {be} closed.", _OPEN, ("{thing} open",)),
        "locked True": Said("{thing} {be} locked.", _LOCKED, ("{thing} locked",)),
        "locked False": Said("{thing} {be} not locked.", _LOCKED, ("{thing} locked",)),
        "alive True": Said("{thing} {be} alive.", _ALIVE, ("{thing} alive",)),
        "alive False": Said("{thing} {be} dead.", _ALIVE, ("{thing} dead",)),
        "count": Said("There {be} {number} {name} {at}.", _COUNTED, ("how many {names}",)),
        "count none": Said("There {be} no {name} {at}.", _COUNTED, ("how many {names}",)),
    },
    here=Said(
        "You are {at}.",
        (
            *("Where am I?", "Where are we?", "What place is this?", "Which room are we in?", "What is this building?"),
            *("Where have I ended up?", "Whose roof is this over our heads?", "I don't know this room."),
            *("What is this house called?", "By what name do people know this house?", "What is this {name} called?"),
            *("What is your {name} called?",),
        ),
        ("where am i", "where are we", "what place", "which place", "this place"),
    ),
    company=(Said("{who} is here with us.", _COMPANY, ()), Said("{who} are here with us.", _COMPANY, ())),
    lying=Said("{what} {be} here.", _LYING, ()),
    carried=(Said("You have {what}.", _CARRIED, ()), Said("I have {what}.", _HELD, ())),
    nothing_carried=Said("You have nothing with you that I know of.", _CARRIED, ()),
    content=(
        Said("{what} {be} {at}.", ("What is {at}?", "What is kept {at}?", "What would I find {at}?"), ()),
        Said("{what} {be} {at}.", ("Who is {at}?", "Is anybody {at}?", "Whom would I find {at}?"), ()),
    ),
    belongings=(
        Said("{what} {belong} to you.", _MINE, ()),
        Said("{what} {belong} to me.", _YOURS, ()),
        Said("{what} {belong} to {whose}.", _BELONGINGS, ()),
    ),
    places=Said("There is {what}.", _PLACES, ()),
    named=(Said("{name} is the {role}.", _NAMED, ()), Said("{name} was the {role}.", _NAMED, ())),
    work=("Who runs {thing}?", "Who works {at}?", "Who is in charge of {thing}?", "Who keeps {thing}?"),
    comma=", ",
    both=" and ",
    thing=_english,
    is_plural=_is_plural,
    plural=_plural,
    singular=lambda name: name[:-1] if looks_plural(name) else name,
    be=("is", "are", "am"),
    belong=("belongs", "belong"),
    have=("has", "have"),
    at="in {thing}",
    speaker=("I", "me"),
    player=("you", "you"),
    nobody="nobody",
    number=numerals.in_english,
    measure=lambda name: "",
)
_OPEN_ZH = ("{thing}开着吗？", "{thing}打开了吗？", "{thing}关上了吗？")
_LOCKED_ZH = ("{thing}锁着吗？", "{thing}上锁了吗？", "{thing}要用钥匙开吗？")
_ALIVE_ZH = ("{thing}还活着吗？", "{thing}死了吗？", "{thing}还在世吗？")
_COUNTED_ZH = ("有几{measure}{name}？", "有多少{name}？", "{name}还剩多少？")
_COMPANY_ZH = ("{who}在吗？", "{who}在这儿吗？", "{who}在哪？", "这里还有谁？", "就我们两个吗？")
_LYING_ZH = ("这屋里有什么东西？", "这里放着什么？", "这儿有什么有用的东西？", "你这里都有些什么？", "周围能看见什么？")
_CARRIED_ZH = (
    *("我身上有什么？", "我手里拿着什么？", "我带了什么东西？", "我口袋里有啥？", "我的包里有什么？"),
    *("我现在有哪些东西？",),
)
_HELD_ZH = ("你身上有什么？", "你手里拿着什么？", "你带着什么东西？", "你口袋里有啥？", "你有哪些东西？")
_BELONGINGS_ZH = ("{whose}有什么东西？", "哪些东西是{whose}的？", "什么是{whose}的？")
_MINE_ZH = ("哪些东西是我的？", "什么是我的？", "什么东西归我？")
_YOURS_ZH = ("哪些东西是你的？", "什么是你的？", "你自己有什么东西？", "你名下有什么家当？")
_PLACES_ZH = (
    *("这里有哪些地方？", "都有些什么房间？", "附近有哪些建筑？", "有什么地方可以去看看？", "这一带有什么去处？"),
    *("这里的布局是怎样的？", "周围都有些什么地方？", "有什么好去处？"),
)
_NAMED_ZH = ("{name}是谁？", "{role}是谁？", "{name}是做什么的？", "谁是{role}？")
CHINESE = Table(
    sayings={
        "place": Said(
            "{thing}在{at}。",
            ("{thing}在哪？", "哪里能找到{thing}？", "谁有{thing}？", "你看见{thing}了吗？"),
            ("{thing}在哪", "找到{thing}", "谁有{thing}", "{thing}在什么地方"),
        ),
        "met": Said("{thing}和{who}在一起。", ("{thing}在哪？",), ("{thing}在哪", "找到{thing}")),
        "held": Said(
            "{thing}在{who}手里。",
            ("谁有{thing}？", "{thing}在哪？", "{thing}在谁手里？"),
            ("{thing}在哪", "谁有{thing}", "找到{thing}", "{thing}在谁"),
        ),
        "owner": Said(
            "{thing}是{whose}的。",
            (
                *("{thing}是谁的？", "{thing}属于谁？", "这{thing}的主人是谁？"),
                *("{thing}我能留着吗？", "{thing}要还吗？", "{thing}算我的了吗？"),
            ),
            ("{thing}是谁的", "{thing}属于", "{thing}的主人"),
        ),
        "owner nobody": Said(
            "{thing}不属于任何人。", ("{thing}是谁的？", "{thing}属于谁？"), ("{thing}是谁的", "{thing}属于")
        ),
        "open True": Said("{thing}开着。", _OPEN_ZH, ("{thing}开", "{thing}打开")),
        "open False": Said("{thing}关着。", _OPEN_ZH, ("{thing}开", "{thing}打开")),
        "locked True": Said("{thing}锁着。", _LOCKED_ZH, ("{thing}锁", "{thing}上锁")),
        "locked False": Said("{thing}没有锁。", _LOCKED_ZH, ("{thing}锁", "{thing}上锁")),
        "alive True": Said("{thing}还活着。", _ALIVE_ZH, ("{thing}还活", "{thing}死")),
        "alive False": Said("{thing}死了。", _ALIVE_ZH, ("{thing}还活", "{thing}死")),
        "count": Said(
            "{at}一共有{number}{measure}{name}。",
            _COUNTED_ZH,
            ("几{measure}{name}", "多少{name}"),
        ),
        "count none": Said("{at}没有{name}。", _COUNTED_ZH, ("几{measure}{name}", "多少{name}")),
    },
    here=Said(
        "你现在在{at}。",
        (
            *("我在哪里？", "我们在哪？", "这是什么地方？", "我们现在在哪个房间？", "这是什么建筑？"),
            *("我这是到哪儿了？", "这屋子叫什么？", "大家管这屋子叫什么？"),
            *("这{name}叫什么名字？", "你这{name}叫什么？"),
        ),
        ("我在哪", "我们在哪", "这是哪", "这里是哪", "什么地方"),
    ),
    company=(Said("{who}就在这里。", _COMPANY_ZH, ()), Said("{who}都在这里。", _COMPANY_ZH, ())),
    lying=Said("这里有{what}。", _LYING_ZH, ()),
    carried=(Said("你身上有{what}。", _CARRIED_ZH, ()), Said("我身上有{what}。", _HELD_ZH, ())),
    nothing_carried=Said("据我所知，你身上什么也没有。", _CARRIED_ZH, ()),
    content=(
        Said("{what}在{at}。", ("{at}有什么？", "{at}放着什么？", "{at}有哪些东西？"), ()),
        Said("{what}在{at}。", ("{at}有谁？", "{at}有人吗？", "谁在{at}？"), ()),
    ),
    belongings=(
        Said("{what}是你的。", _MINE_ZH, ()),
        Said("{what}是我的。", _YOURS_ZH, ()),
        Said("{what}是{whose}的。", _BELONGINGS_ZH, ()),
    ),
    places=Said("这一带有{what}。", _PLACES_ZH, ()),
    named=(Said("{name}就是{role}。", _NAMED_ZH, ()), Said("{name}生前就是{role}。", _NAMED_ZH, ())),
    work=("{thing}是谁开的？", "{thing}归谁管？", "谁在{at}干活？", "{thing}的东家是谁？"),
    comma="、",
    both="和",
    thing=lambda thing, name, plural: name,
    is_plural=lambda thing, name, count: False,
    plural=lambda name: name,
    singular=lambda name: name,
    be=("", "", ""),
    belong=("", ""),
    have=("", ""),
    at="{name}里",
    speaker=("我", "我"),
    player=("你", "你"),
    nobody="任何人",
    number=numerals.in_chinese,
    measure=lambda name: _MEASURES.get(name[-1], "个"),
)
TABLES: dict[str, Table] = {"en": ENGLISH, "zh": CHINESE}
