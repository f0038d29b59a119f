"""What a character can say of its surroundings: who and what is there, what is elsewhere, and what is whose. Pure.

Each fact tells of several things at once. They follow from the state of single things, as far as the character knows
that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from npc_engine.core.known import (
    BELONGINGS,
    CARRIED,
    COMPANY,
    EMPTY_HANDED,
    HELD,
    ITEMS,
    LYING,
    OF_WORLD,
    PERSONS,
    PLACES,
    Known,
)
from npc_engine.core.listing import Listing, named_entry
from npc_engine.persona.base import Localised
from npc_engine.persona.world import NOBODY, PLAYER, LorebookEntry, Resident, Thing
from npc_engine.protocol import Value


class Surroundings:
    """The things of a world around the character that plays the persona `role`."""

    def __init__(
        self,
        role: str,
        things: Mapping[str, Thing],
        public: Sequence[Thing],
        values: Mapping[str, Value],
        scene: str | None,
    ) -> None:
        """`things` by id; `public` are those that everybody may know of; `values` are what the character knows, by
        path; `scene` is the place where it is."""
        self._role, self._public, self._scene = role, public, scene
        self._places = {each.id: each for each in public if each.kind == "place"}
        self._has_items = any(each.kind == "item" for each in things.values())
        self._listing = Listing(things, role)
        found = [(*path.rpartition("."), value) for path, value in values.items()]
        self._at = [(things[name], at) for name, _, what, at in found if what == "place"]
        self._owned = [(things[name], owner) for name, _, what, owner in found if what == "owner"]
        self._dead = {name for name, _, what, value in found if what == "alive" and value is False}

    def present(self, company: Sequence[Localised]) -> Iterator[Known]:
        """Who and what else is there, beside the `company`, of which these are the names in each language."""
        taken, here = {name for names in company for name in names.values()}, self._there(self._scene)
        absent = {self._role, *self._dead}
        people = [each for each in here if each.kind == "person" and not isinstance(each, Resident)]
        others = [each for each in people if taken.isdisjoint(chain(*each.names.values())) and each.id not in absent]
        called = [{language: names[0] for language, names in each.names.items()} for each in others]
        yield from _known(COMPANY, self._listing.company([*company, *called]))
        yield from _known(LYING, self._listing.lying([each for each in here if each.kind == "item"]))

    def facts(self) -> Iterator[Known]:
        """All else."""
        for name, holder in ((CARRIED, PLAYER), (HELD, self._role)):
            had = [each for each in self._there(holder) if each.kind == "item"]
            yield from _known(name, self._listing.carried(had, by_player=holder == PLAYER))
            if holder == PLAYER and not had and self._has_items:
                yield from _known(EMPTY_HANDED, self._listing.nothing_carried())
        places = [thing for thing in self._public if thing.kind == "place"]
        # what holds all others, as a town does, is none among them
        holding = {place.place for place in places}
        among = [each for each in places if each.place or each.id not in holding]
        yield from _known(PLACES, self._listing.places(among))
        for place in (each for each in places if each.id != self._scene):
            for kind, name in (("item", ITEMS), ("person", PERSONS)):
                content = [each for each in self._there(place.id) if each.kind == kind]
                yield from _known(f"{place.id}.{name}", self._listing.content(place, content))
        for owner in dict.fromkeys(str(owner) for _, owner in self._owned if owner != NOBODY):
            items = [item for item, by in self._owned if by == owner]
            yield from _known(f"{owner}.{BELONGINGS}", self._listing.belongings(owner, items))

    def named(self) -> Iterator[Known]:
        """Who somebody is, where what they are called says it; as one who lives, if the character knows no better."""
        for person in (each for each in self._public if each.kind == "person" and each.id != self._role):
            place = self._places.get(person.place or "")
            yield from _known(f"{person.id}.name", named_entry(person, person.id not in self._dead, place))

    def _there(self, place: str | None) -> list[Thing]:
        """What the character knows to be at a place, or with somebody."""
        return [thing for thing, at in self._at if at == place]


def _known(name: str, entry: LorebookEntry | None) -> Iterator[Known]:
    if entry:
        yield Known(name, entry, OF_WORLD, of_state=True)
