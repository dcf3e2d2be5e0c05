"""Reading the tree of places. `path` holds a place's ancestors, so none of this recurses."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from shangliang.places.divisions import STAND_INS
from shangliang.places.models import Place, PlaceAlias, PlaceBoundary


def _below(place: Place, prefix: str = "") -> Q:
    return Q(**{f"{prefix}path__startswith": place.path + "/"})


def find(code: str) -> Place | None:
    """The place that has this code now, if it was loaded (one query)."""
    return Place.objects.filter(code=code, succeeded_by=None).first()


def by_path(path: str) -> Place | None:
    """The place with this path."""
    return Place.objects.filter(path=path).first()


def subtree_ids(place: Place) -> list[UUID]:
    """The ids of the place and of everything below it (one query)."""
    return list(Place.objects.filter(_below(place) | Q(pk=place.pk)).values_list("pk", flat=True))


def below(place: Place) -> list[Place]:
    """Everything below the place that is still in force, in the order of codes (one query)."""
    return list(Place.objects.filter(_below(place), succeeded_by=None).order_by("code"))


def children(place: Place, governed: bool = True) -> QuerySet[Place]:
    """The places directly below, still in force, in the order of codes; without `governed` also the
    areas that only statistics know."""
    rows = Place.objects.filter(parent=place, succeeded_by=None).order_by("code")
    return rows.filter(statistical_only=False) if governed else rows


def ancestors(place: Place) -> list[Place]:
    """What contains the place, from the province down (one query)."""
    labels = place.path.split("/")
    paths = ["/".join(labels[:depth]) for depth in range(1, len(labels))]
    return list(Place.objects.filter(path__in=paths).order_by("level"))


def full_name(place: Place) -> str:
    """The place with what contains it: 湖北省武汉市青山区新沟桥街道光明社区 (one query). Stand-ins
    for a missing level (北京市的市辖区) are left out, and so is a level that repeats the one above
    (东莞市)."""
    named: list[str] = []
    for each in [*ancestors(place), place]:
        if each.name not in STAND_INS and each.short_name not in named:
            named.append(each.short_name)
    return "".join(named)


def aliases_below(place: Place) -> list[PlaceAlias]:
    """The other names of all places below, with the places (one query)."""
    return list(PlaceAlias.objects.filter(_below(place, "place__")).select_related("place"))


def retired_below(place: Place) -> list[Place]:
    """The places below that went into others (one query)."""
    return list(Place.objects.filter(_below(place), succeeded_by__isnull=False))


# --- boundaries -----------------------------------------------------------------------------------


def has_boundaries(within: Place) -> bool:
    """Whether boundaries were loaded for any place below."""
    return PlaceBoundary.objects.filter(_below(within, "place__")).exists()


def at_position(lat: float, lng: float, within: Place) -> Place | None:
    """The lowest place below `within` whose boundary contains the position, None if there is none
    (one query). The position must be in the coordinate system that the boundaries are in: maps and
    phones in mainland China mostly give GCJ-02, satellites WGS 84, some hundred metres apart."""
    rows = PlaceBoundary.objects.filter(
        _below(within, "place__"), south__lte=lat, north__gte=lat, west__lte=lng, east__gte=lng
    )
    for boundary in rows.select_related("place").order_by("-place__level", "place__code"):
        if _inside(lng, lat, boundary.rings):
            return boundary.place
    return None


def _inside(x: float, y: float, rings: list[list[list[float]]]) -> bool:
    """Whether a ray from the point crosses the rings an odd number of times: so holes are outside,
    and islands inside."""
    inside = False
    for ring in rings:
        x1, y1 = ring[-1][:2]
        for point in ring:
            x2, y2 = point[:2]
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
            x1, y1 = x2, y2
    return inside
