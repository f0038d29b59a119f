"""Say how things are, in sentences that are true: the engine's own facts, beside those that writers wrote. Pure.

A language is one `Table`. State that nobody set says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from npc_engine.core import numerals
from npc_engine.persona.base import Localised, localised
from npc_engine.persona.conditions import Lookup
from npc_engine.persona.world import NOBODY, PLAYER, PROPERTIES, LorebookEntry, Thing

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
    `{at}`, `{who}`, `{whose}`, `{have}`, `{number}` and `{measure}`."""

    sayings: Mapping[str, Said]
    """By property and value; see `_kind`."""
    here: Said
    """Where the scene is."""
    company: tuple[Said, Said]
    """Who else is there: one, and several."""
    lying: tuple[Said, Said]
    """What else is there: one thing, and several."""
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


def state_entries(things: Iterable[Thing], lookup: Lookup, speaker: str) -> dict[str, LorebookEntry]:
    """A true sentence for each path of the things that holds something, by path, as the persona `speaker` says it."""
    known = {thing.id: thing for thing in things}
    paths = [(thing, what) for thing in known.values() for what in PROPERTIES]
    found = {f"{thing.id}.{what}": state_entry(thing, what, lookup, known, speaker) for thing, what in paths}
    return {path: entry for path, entry in found.items() if entry}


def state_entry(
    thing: Thing, what: str, lookup: Lookup, known: Mapping[str, Thing], speaker: str
) -> LorebookEntry | None:
    """The same for one property of one thing; `known` are all things by id. None where there is nothing to say."""
    texts, asks, keys = dict[str, str](), dict[str, tuple[str, ...]](), dict[str, tuple[str, ...]]()
    for language in _languages(thing):
        sentence = _Sentence(TABLES[language], language, thing, known, speaker, lookup)
        saying = sentence.saying(what)
        if saying:
            texts[language] = sentence.told(saying.text)
            asks[language] = tuple(sentence.asked(ask, name) for name in sentence.names for ask in saying.asks)
            keys[language] = (*sentence.names, *map(sentence.key, saying.keys))
    return LorebookEntry(keys=keys, asks=asks, text=texts) if texts else None


def scene_entry(place: str, things: Iterable[Thing], speaker: str) -> LorebookEntry | None:
    """Where the scene is, if that is a place of the world: an answer to `Where am I?`."""
    known = {thing.id: thing for thing in things}
    thing = known.get(place)
    if thing is None:
        return None
    said = {language: _Sentence(TABLES[language], language, thing, known, speaker, _unset) for language in TABLES}
    return LorebookEntry(
        keys={language: TABLES[language].here.keys for language in said},
        asks={language: TABLES[language].here.asks for language in said},
        text={language: sentence.here() for language, sentence in said.items()},
    )


def company_entry(names: Sequence[Localised]) -> LorebookEntry | None:
    """Who else is there, by their names in each language; None where nobody is."""
    if not names:
        return None
    texts, asks = dict[str, str](), dict[str, tuple[str, ...]]()
    for language, table in TABLES.items():
        called = [localised(each, language) for each in names]
        said = table.company[len(called) > 1]
        texts[language] = said.text.format(who=_listed(called, table))
        asks[language] = tuple(dict.fromkeys(ask.format(who=name) for name in called for ask in said.asks))
    return LorebookEntry(asks=asks, text=texts)


def lying_entry(items: Sequence[Thing], things: Iterable[Thing], speaker: str) -> LorebookEntry | None:
    """Which of the world's `things` lie there, as the persona `speaker` says it; None where none does."""
    if not items:
        return None
    known = {thing.id: thing for thing in things}
    texts, asks = dict[str, str](), dict[str, tuple[str, ...]]()
    for language, table in TABLES.items():
        called = [_Sentence(table, language, item, known, speaker, _unset).called() for item in items]
        said = table.lying[len(called) > 1 or _looks_plural(called[0])]
        texts[language] = _capital(said.text.format(what=_listed(called, table)))
        asks[language] = said.asks
    return LorebookEntry(asks=asks, text=texts)


def _listed(names: Sequence[str], table: Table) -> str:
    *rest, last = names
    return f"{table.comma.join(rest)}{table.both}{last}" if rest else last


def _unset(path: str) -> None:
    """The state of nothing."""


def _languages(thing: Thing) -> list[str]:
    """Those in which the thing has a name; all where its name serves every language."""
    return [language for language in TABLES if language in thing.names or "" in thing.names] or list(TABLES)


class _Sentence:
    """The words of one thing's state in one language."""

    def __init__(
        self, table: Table, language: str, thing: Thing, known: Mapping[str, Thing], speaker: str, lookup: Lookup
    ) -> None:
        self._table, self._language, self._thing = table, language, thing
        self._known, self._speaker, self._lookup = known, speaker, lookup
        self.names = localised(thing.names, language)
        self._fields = dict[str, str]()

    def called(self) -> str:
        """What the thing is called, in a sentence."""
        return self._called(self.names[0])["thing"]

    def here(self) -> str:
        """That the player is there."""
        self._fields["at"] = self._at(self._thing)
        return self.told(self._table.here.text)

    def saying(self, what: str) -> Said | None:
        """What there is to say of a property, if anything."""
        self._fields = self._called(self.names[0])
        return self._table.sayings.get(self._kind(what, self._lookup(f"{self._thing.id}.{what}")))

    def _called(self, name: str) -> dict[str, str]:
        """The fields that depend on how the thing is called."""
        count = self._lookup(f"{self._thing.id}.count")
        plural = self._table.is_plural(self._thing, name, count if isinstance(count, int) else None)
        return {
            "name": name,
            "names": self._table.plural(name),
            "thing": self._table.thing(self._thing, self._table.singular(name) if count == 1 else name, plural),
            "be": self._table.be[plural],
            "belong": self._table.belong[plural],
            "measure": self._table.measure(name),
        }

    def _kind(self, what: str, value: object) -> str:
        """The key of the saying, with its fields filled in; none where there is nothing to say."""
        match what, value:
            case "place" | "owner", str():
                return self._whereabouts(value) if what == "place" else self._ownership(value)
            case "open" | "locked" | "alive", bool():
                return f"{what} {value}"
            case "count", int():
                return self._number(value)
            case _:
                return ""

    def _whereabouts(self, place: str) -> str:
        holder = self._known.get(place)
        if place in (PLAYER, self._speaker) or (holder and holder.kind == "person"):
            self._fields |= self._who(place)
            return "met" if self._thing.kind == "person" else "held"
        if holder is None:
            return ""
        self._fields["at"] = self._at(holder)
        return "place"

    def _ownership(self, owner: str) -> str:
        if owner not in (PLAYER, NOBODY, self._speaker, *self._known):
            return ""
        self._fields |= self._who(owner)
        return "owner nobody" if owner == NOBODY and "owner nobody" in self._table.sayings else "owner"

    def _number(self, number: int) -> str:
        table, place = self._table, self._known.get(str(self._lookup(f"{self._thing.id}.place")))
        several = table.is_plural(self._thing, self.names[0], number)
        self._fields |= {
            "name": self._fields["names"] if several else table.singular(self.names[0]),
            "number": table.number(number),
            "at": self._at(place) if place and place.kind != "person" else "",
        }
        return "count none" if number == 0 else "count"

    def _who(self, who: str) -> dict[str, str]:
        table = self._table
        if who in (PLAYER, self._speaker):
            subject, owner = table.player if who == PLAYER else table.speaker
            return {"who": subject, "whose": owner, "have": table.have[1]}
        if who == NOBODY:
            return {"who": table.nobody, "whose": table.nobody, "have": table.have[0]}
        named = table.thing(self._known[who], localised(self._known[who].names, self._language)[0], False)
        return {"who": named, "whose": named, "have": table.have[0]}

    def _at(self, place: Thing) -> str:
        if place.at:
            return localised(place.at, self._language)
        name = localised(place.names, self._language)[0]
        return self._table.at.format(name=name, thing=self._table.thing(place, name, False))

    def told(self, template: str) -> str:
        """The template as the speaker says it."""
        return _capital(self._filled(template, self._fields, self._table.speaker[0], 2))

    def asked(self, template: str, name: str) -> str:
        """The template as the player asks it who calls the thing by this name."""
        return _capital(self._filled(template, self._fields | self._called(name), self._table.player[0], 1))

    def key(self, template: str) -> str:
        """The template as a part of what the player says."""
        return self._filled(template, self._fields, self._table.player[0], 1)

    def _filled(self, template: str, fields: dict[str, str], speaker: str, be: int) -> str:
        itself = {"thing": speaker, "be": self._table.be[be]} if self._thing.id == self._speaker else {}
        # An empty field, such as the place of a count, leaves two spaces, or one before the mark.
        return " ".join(template.format_map(fields | itself).split()).replace(" .", ".").replace(" ?", "?")


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _english(thing: Thing, name: str, plural: bool) -> str:
    """With its article, which names do not have."""
    name = _plural(name) if plural and not _looks_plural(name) else name
    return name if name[0].isupper() else f"the {name}"


def _is_plural(thing: Thing, name: str, count: int | None) -> bool:
    return _looks_plural(name) and name[0].islower() if count is None else count != 1


def _looks_plural(name: str) -> bool:
    return name.endswith("s") and not name.endswith(_SINGULAR_S)


def _plural(name: str) -> str:
    if _looks_plural(name):
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
            ("Who owns {thing}?", "Whose {be} {thing}?", "Who does {thing} belong to?", "Is this your {name}?"),
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
        ),
        ("where am i", "where are we", "what place", "which place", "this place"),
    ),
    company=(Said("{who} is here with us.", _COMPANY, ()), Said("{who} are here with us.", _COMPANY, ())),
    lying=(Said("{what} is here.", _LYING, ()), Said("{what} are here.", _LYING, ())),
    comma=", ",
    both=" and ",
    thing=_english,
    is_plural=_is_plural,
    plural=_plural,
    singular=lambda name: name[:-1] if _looks_plural(name) else name,
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
            ("{thing}是谁的？", "{thing}属于谁？", "这{thing}的主人是谁？"),
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
        ("我在哪里？", "我们在哪？", "这是什么地方？", "我们现在在哪个房间？", "这是什么建筑？", "我这是到哪儿了？"),
        ("我在哪", "我们在哪", "这是哪", "这里是哪", "什么地方"),
    ),
    company=(Said("{who}就在这里。", _COMPANY_ZH, ()), Said("{who}都在这里。", _COMPANY_ZH, ())),
    lying=(Said("这里有{what}。", _LYING_ZH, ()), Said("这里有{what}。", _LYING_ZH, ())),
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
