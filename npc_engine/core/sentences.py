"""Say how things are, in sentences that are true: the engine's own facts, beside those that writers wrote. Pure.

A language is one `Table`. State that nobody set says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from npc_engine.core.wording import TABLES, Said, Table
from npc_engine.persona.base import localised
from npc_engine.persona.conditions import Lookup
from npc_engine.persona.world import NOBODY, PLAYER, PROPERTIES, LorebookEntry, Thing


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
    for language in languages_of(thing):
        sentence = Sentence(TABLES[language], language, thing, known, speaker, lookup)
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
    said = {language: Sentence(TABLES[language], language, thing, known, speaker, unset) for language in TABLES}
    return LorebookEntry(
        keys={language: TABLES[language].here.keys for language in said},
        asks={language: sentence.here_asked() for language, sentence in said.items()},
        text={language: sentence.here() for language, sentence in said.items()},
    )


def unset(path: str) -> None:
    """The state of nothing."""


def languages_of(thing: Thing) -> list[str]:
    """Those in which the thing has a name; all where its name serves every language."""
    return [language for language in TABLES if language in thing.names or "" in thing.names] or list(TABLES)


class Sentence:
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

    def here_asked(self) -> tuple[str, ...]:
        """Questions for what the place is where the player is, by each of its names."""
        asks = self._table.here.asks
        return tuple(dict.fromkeys(ask.format(name=name) for name in self.names for ask in asks))

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
            self._fields |= self.who(place)
            return "met" if self._thing.kind == "person" else "held"
        if holder is None:
            return ""
        self._fields["at"] = self._at(holder)
        return "place"

    def _ownership(self, owner: str) -> str:
        if owner not in (PLAYER, NOBODY, self._speaker, *self._known):
            return ""
        self._fields |= self.who(owner)
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

    def at(self, place: Thing) -> dict[str, str]:
        """The field of where a place is."""
        return {"at": self._at(place)}

    def who(self, who: str) -> dict[str, str]:
        """The fields of somebody who owns or has the thing."""
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
        return capital(self._filled(template, self._fields, self._table.speaker[0], 2))

    def asked(self, template: str, name: str) -> str:
        """The template as the player asks it who calls the thing by this name."""
        return capital(self._filled(template, self._fields | self._called(name), self._table.player[0], 1))

    def key(self, template: str) -> str:
        """The template as a part of what the player says."""
        return self._filled(template, self._fields, self._table.player[0], 1)

    def _filled(self, template: str, fields: dict[str, str], speaker: str, be: int) -> str:
        itself = {"thing": speaker, "be": self._table.be[be]} if self._thing.id == self._speaker else {}
        # An empty field, such as the place of a count, leaves two spaces, or one before the mark.
        return " ".join(template.format_map(fields | itself).split()).replace(" .", ".").replace(" ?", "?")


def capital(sentence: str) -> str:
    """The sentence with a capital at its beginning."""
    return sentence[0].upper() + sentence[1:]
