"""Where something is: from what was picked, typed or measured to a place of the tenant, without ever blocking."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shangliang.places.models import Place
from shangliang.places.queries import at_position
from shangliang.places.resolve import index_of, resolve

UNSURE = "unsure"  # the answer to “which of these?” of somebody who doesn't know
LISTED = 400  # a list longer than this helps nobody


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The place found, or the whole district while it is not settled; `candidates` when one has to ask."""

    place: Place
    settled: bool = False
    candidates: tuple[Place, ...] = ()


def find(
    within: Place, *, picked: str = "", typed: str = "", which: str = "", position: tuple[float, float] | None = None
) -> Whereabouts:
    """The place meant. What was picked from the list goes first, then the words, then the phone's position.

    `which` is the answer to an earlier question: the id of a candidate, or UNSURE. An answer that is
    no candidate of these words (they were changed since) counts as none.
    """
    if picked and (place := _listed(within, picked)):
        return Whereabouts(place, settled=True)
    meant = resolve(typed, within)
    if meant.status == "found" and meant.place is not None:
        return Whereabouts(meant.place, settled=True)
    here = at_position(*position, within) if position else None
    if meant.status == "ambiguous":
        if which == UNSURE:
            return Whereabouts(within)
        chosen = next((place for place in meant.candidates if which == str(place.pk) or place == here), None)
        return Whereabouts(chosen, settled=True) if chosen else Whereabouts(within, candidates=meant.candidates)
    return Whereabouts(here, settled=True) if here else Whereabouts(within)


def choices(within: Place) -> list[tuple[str, list[tuple[str, str]]]]:
    """Communities to pick from, under their streets (no query once the district is known); [] if they are too many."""
    places = [place for place in index_of(within).places if not place.statistical_only]
    if len(places) > LISTED:
        return []
    streets = {place.pk: (place, list[tuple[str, str]]()) for place in places if place.level == Place.Level.STREET}
    for place in places:
        if place.level == Place.Level.COMMUNITY and place.parent_id in streets:
            streets[place.parent_id][1].append((str(place.pk), place.short_name))
    return [
        (street.short_name, [(str(street.pk), street.short_name), *communities])
        for street, communities in streets.values()
    ]


def _listed(within: Place, picked: str) -> Place | None:
    try:
        wanted = UUID(picked)
    except ValueError:
        return None
    return next((place for place in index_of(within).places if place.pk == wanted), None)
