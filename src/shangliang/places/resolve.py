"""From an everyday address to the community it lies in, by an index kept in memory for each district."""

from __future__ import annotations

from time import monotonic
from uuid import UUID

from shangliang.places import queries
from shangliang.places.addresses import AddressReader
from shangliang.places.divisions import districts
from shangliang.places.index import Index, Resolution
from shangliang.places.models import Place

# Another process may have changed names: an index is made anew after this many seconds.
LIFE = 300.0

_kept: dict[UUID, tuple[float, Index]] = {}
_readers: dict[UUID, AddressReader] = {}


def resolve(text: str, within: Place) -> Resolution:
    """The community that the address `text` means within a district or city (or the street, if it
    names no community): found, ambiguous with its candidates, or unknown. No query but for the first
    address of each district."""
    return index_of(within).resolve(text)


def resolve_address(address: str, within: Place) -> Resolution:
    """As `resolve`, for what is known to be an address and nothing else: one typing error in it is seen through
    where only one community can be meant, which `Resolution.guess` then tells."""
    return address_reader(within).resolve(address)


def address_reader(within: Place) -> AddressReader:
    """The reader of addresses within a district or city, ready for many of them."""
    index = index_of(within)
    reader = _readers.get(within.pk)
    if reader is None or reader.index is not index:
        reader = _readers[within.pk] = AddressReader(index)
    return reader


def suggest(text: str, within: Place, limit: int = 8) -> list[Place]:
    """Streets and communities within, whose short name begins with or contains `text`, closest first."""
    return index_of(within).suggest(text, limit)


def index_of(within: Place) -> Index:
    """The names within a district or city, ready for reading many addresses."""
    made, index = _kept.get(within.pk, (0.0, None))
    if index is None or monotonic() - made > LIFE:
        index = _build(within)
        _kept[within.pk] = (monotonic(), index)
    return index


def forget() -> None:
    """Drop all indexes: names have changed."""
    _kept.clear()
    _readers.clear()


def _build(within: Place) -> Index:
    chain = [*queries.ancestors(within), within]
    inside = queries.below(within)
    by_id = {place.pk: place for place in inside}
    others = [
        *((alias.place.succeeded_by_id or alias.place_id, alias.name) for alias in queries.aliases_below(within)),
        *(
            (place.succeeded_by_id, name)
            for place in queries.retired_below(within)
            for name in {place.name, place.short_name}
        ),
    ]
    aliases = [(by_id[pk], name) for pk, name in others if pk in by_id]
    outer = [(place.level, place.name) for place in chain]
    return Index(inside, aliases, outer, _beside(chain))


def _beside(chain: list[Place]) -> list[tuple[int, str]]:
    """Level and name of the other provinces, of all other cities, and of the other districts of the
    city: an address that names one of them is not here."""
    own = {place.name for place in chain}
    codes = {place.level: place.code for place in chain}
    levels = {2: Place.Level.PROVINCE, 4: Place.Level.CITY, 6: Place.Level.DISTRICT}
    return [
        (levels[len(code)], name)
        for code, name in districts().items()
        if name not in own
        and levels[len(code)] in codes
        and (len(code) < 6 or code.startswith(codes[Place.Level.CITY]))
    ]
