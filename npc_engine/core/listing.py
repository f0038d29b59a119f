"""Say how several things are in one sentence that is true, as `sentences` does of one thing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from npc_engine.core.sentences import Sentence, capital, languages_of, unset
from npc_engine.core.wording import TABLES, Said, Table, looks_plural
from npc_engine.persona.base import Localised, LocalisedList, localised
from npc_engine.persona.world import PLAYER, LorebookEntry, Thing


class Listing:
    """Sentences about the `things` of a world, by id, as the persona `speaker` says them: each is None where there is
    nothing to list."""

    def __init__(self, things: Mapping[str, Thing], speaker: str) -> None:
        self._things, self._speaker = things, speaker

    def company(self, names: Sequence[Localised]) -> LorebookEntry | None:
        """Who else is there, by their names in each language."""
        if not names:
            return None
        texts, asks = dict[str, str](), dict[str, tuple[str, ...]]()
        for language, table in TABLES.items():
            called = [localised(each, language) for each in names]
            said = table.company[len(called) > 1]
            texts[language] = said.text.format(who=_listed(called, table))
            asks[language] = tuple(dict.fromkeys(ask.format(who=name) for name in called for ask in said.asks))
        return LorebookEntry(asks=asks, text=texts)

    def lying(self, items: Sequence[Thing]) -> LorebookEntry | None:
        """What lies there."""
        return self._of(items, lambda table: table.lying)

    def carried(self, items: Sequence[Thing], by_player: bool) -> LorebookEntry | None:
        """What the player has, or the speaker."""
        return self._of(items, lambda table: table.carried[0 if by_player else 1])

    def nothing_carried(self) -> LorebookEntry:
        """That the player has nothing."""
        said = {language: table.nothing_carried for language, table in TABLES.items()}
        return LorebookEntry(
            asks={language: each.asks for language, each in said.items()},
            text={language: each.text for language, each in said.items()},
        )

    def content(self, place: Thing, content: Sequence[Thing]) -> LorebookEntry | None:
        """What is at a place where the scene is not, all persons or none of them."""
        are_persons = bool(content) and content[0].kind == "person"
        return self._of(
            content, lambda table: table.content[are_persons], lambda sentence: sentence.at(place), place.names
        )

    def belongings(self, owner: str, items: Sequence[Thing]) -> LorebookEntry | None:
        """What somebody owns: the player, or who has this id."""
        which = {PLAYER: 0, self._speaker: 1}.get(owner, 2)
        names = self._things[owner].names if which == 2 else {}
        return self._of(items, lambda table: table.belongings[which], lambda sentence: sentence.who(owner), names)

    def places(self, places: Sequence[Thing]) -> LorebookEntry | None:
        """What places there are, if there is more than one."""
        return self._of(places, lambda table: table.places) if len(places) > 1 else None

    def _of(
        self,
        items: Sequence[Thing],
        saying: Callable[[Table], Said],
        besides: Callable[[Sentence], Mapping[str, str]] = lambda sentence: {},
        keys: LocalisedList | None = None,
    ) -> LorebookEntry | None:
        """All `items` in one sentence, in each language, with the fields that there are `besides`."""
        if not items:
            return None
        texts, asks = dict[str, str](), dict[str, tuple[str, ...]]()
        for language, table in TABLES.items():
            sentences = [Sentence(table, language, item, self._things, self._speaker, unset) for item in items]
            called, said = [sentence.called() for sentence in sentences], saying(table)
            several = len(called) > 1 or looks_plural(called[0])
            fields = {"what": _listed(called, table), "be": table.be[several], "belong": table.belong[several]}
            fields |= besides(sentences[0])
            texts[language] = capital(said.text.format_map(fields))
            asks[language] = tuple(capital(ask.format_map(fields)) for ask in said.asks)
        return LorebookEntry(keys=keys or {}, asks=asks, text=texts)


def named_entry(person: Thing, is_alive: bool, found_at: Thing | None = None) -> LorebookEntry | None:
    """What somebody is who is called *the botanist* besides their name; None where they are called nothing else. Who is
    `found_at` a place by their author's word may be asked for by that: they work there, most likely."""
    texts, asks = dict[str, str](), dict[str, tuple[str, ...]]()
    for language in languages_of(person):
        name, *others = localised(person.names, language)
        role = next((each for each in others if _is_role(each, name)), None)
        if role:
            table = TABLES[language]
            said = table.named[not is_alive]
            texts[language] = said.text.format(name=name, role=role)
            work = works(found_at, language) if found_at and is_alive else ()
            asks[language] = (*(ask.format(name=name, role=role) for ask in said.asks), *work)
    return LorebookEntry(keys=person.names, asks=asks, text=texts) if texts else None


def works(place: Thing, language: str) -> Iterator[str]:
    """Questions in the language for who works at the place."""
    table, sentence = TABLES[language], Sentence(TABLES[language], language, place, {}, "", unset)
    for name in sentence.names:
        fields = {"thing": table.thing(place, name, False), **sentence.at(place)}
        yield from (capital(ask.format_map(fields)) for ask in table.work)


def _is_role(word: str, name: str) -> bool:
    """Whether the word says what somebody with this name is: in Latin script names have a capital; in others it has
    nothing of the name, or is its end, as that of 黑尔船长 is."""
    if word.isascii():
        return name[0].isupper() and word[0].islower()
    return set(word).isdisjoint(name) or (len(word) > 1 and name.endswith(word))


def _listed(names: Sequence[str], table: Table) -> str:
    *rest, last = names
    return f"{table.comma.join(rest)}{table.both}{last}" if rest else last
