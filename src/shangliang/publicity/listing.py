"""The list of public matters: what the address asks for, and one page of it by a cursor.

No page is found by counting rows: the cursor holds the value and the id of the last row, and the next
rows come from the index behind them. So the thousandth page costs what the first one does.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet

from shangliang.figures.definitions import FIGURES
from shangliang.figures.queries import LONG_AGO, PERIODS, behind
from shangliang.matters.models import LISTED, OPEN, Matter, Status
from shangliang.places.models import Place
from shangliang.places.queries import children, subtree_ids
from shangliang.publicity.cards import COLUMNS
from shangliang.tenants.models import Tenant
from shangliang.voices.queries import ids_matching
from shangliang.voices.search import query_tokens

SIZE = 20
NUMBER = re.compile(r"[\w-]+-\d{4}-\d{6}")
# what the list is sorted by: the column, and whether the largest comes first
SORTS = {"care": ("supporters", True), "new": ("raised_at", True), "due": ("due", False)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for. Whatever is not one of ours counts as not asked."""

    by: str = "new"
    stage: str = ""
    place: str = ""  # a code
    category: str = ""
    q: str = ""
    of: str = ""  # a figure whose matters are wanted
    period: str = "year"
    after: str = ""

    def address(self, **change: str) -> str:
        """The query of the same list with something else asked; from its first page unless a cursor is given."""
        given = {name: getattr(self, name) for name in self.__slots__} | {"after": ""} | change
        if not given["of"]:
            given["period"] = ""
        kept = {name: value for name, value in given.items() if value and (name, value) != ("by", "new")}
        return "?" + urlencode(kept)

    @property
    def narrowed(self) -> bool:
        return bool(self.stage or self.place or self.category or self.q or self.of)


@dataclass(slots=True)
class Listed:
    """One page of the list."""

    rows: list[dict[str, Any]]
    cursor: str  # of the page after this one, or ""


@dataclass(slots=True)
class Places:
    """The choice of places: those directly below the tenant's, the one chosen, and those below that."""

    above: list[Place] = field(default_factory=list)
    below: list[Place] = field(default_factory=list)
    chosen: Place | None = None
    street: Place | None = None


def asked(get: Mapping[str, str], default_by: str = "new") -> Asked:
    """What the query of an address asks for."""

    def one_of(name: str, known: Any, otherwise: str = "") -> str:
        value = get.get(name, "")
        return value if value in known else otherwise

    return Asked(
        by=one_of("by", SORTS, default_by),
        stage=one_of("stage", {status for status in Status.values if status != Status.RAISED}),
        place=get.get("place", "")[:12],
        category=get.get("category", "")[:30],
        q=get.get("q", "").strip()[:60],
        of=one_of("of", FIGURES),
        period=one_of("period", PERIODS, "year"),
        after=get.get("after", "")[:80],
    )


def places(tenant: Tenant, code: str) -> Places:
    """What can be chosen, with `code` chosen if it lies in the tenant (at most three queries)."""
    home = Place.objects.filter(path=tenant.place_path).first()
    if home is None:
        return Places()
    found = Places(above=list(children(home).only("code", "short_name", "path")))
    chosen = Place.objects.filter(code=code, succeeded_by=None).select_related("parent").first() if code else None
    if chosen and chosen.path.startswith(home.path + "/"):
        found.chosen = chosen
        found.street = next((one for one in found.above if (chosen.path + "/").startswith(one.path + "/")), None)
        if found.street:
            found.below = list(children(found.street).only("code", "short_name", "path"))
    return found


def public_matters(*, by_ids: bool = False) -> QuerySet[Matter]:
    """The matters the public sees in lists: those under a lead matter are reached through it.

    `by_ids` says that a short list of ids comes with it, and should be gone through instead of the order asked for.
    """
    # Said as the indexes of lists say it, their rows come from them in order. Said in other words, SQLite does
    # not find those indexes, and takes the ids.
    if by_ids:
        return Matter.objects.filter(is_public__in=[True]).exclude(lead__isnull=False)
    return Matter.objects.filter(LISTED)


def listed(tenant: Tenant, ask: Asked, chosen: Place | None, size: int = SIZE) -> Listed:
    """The page asked for (one query; two where the rows tied with the cursor run out)."""
    rows = public_matters(by_ids=bool(ask.q) or ask.of == "owed")
    if ask.place:
        rows = rows.filter(place__in=_place_ids(chosen)) if chosen else rows.none()
    if ask.stage:
        rows = rows.filter(status=ask.stage)
    if ask.category:
        rows = rows.filter(category=ask.category)
    if ask.of:
        rows = rows.filter(pk__in=behind(ask.of, ask.period).values("matter"))
    if ask.q:
        rows = _matching(rows, tenant, ask.q)
    return _page(rows, ask, size)


def still_open(ask: Asked, size: int) -> list[dict[str, Any]]:
    """The first matters that have not ended, sorted as asked (one query)."""
    return _page(public_matters().filter(status__in=OPEN), ask, size).rows


def _matching(rows: QuerySet[Matter], tenant: Tenant, query: str) -> QuerySet[Matter]:
    if NUMBER.fullmatch(query):
        return rows.filter(number=query)
    tokens = query_tokens(tenant.mark, query)
    if not tokens:
        return rows.none()
    return rows.filter(pk__in=ids_matching(tenant.pk, tokens))


def _place_ids(place: Place) -> list[UUID]:
    if place.level == Place.Level.COMMUNITY:
        return [place.pk]
    if place.level == Place.Level.STREET:
        return [place.pk, *Place.objects.filter(parent=place).values_list("pk", flat=True)]
    return subtree_ids(place)


def _page(rows: QuerySet[Matter], ask: Asked, size: int) -> Listed:
    column, descending = SORTS[ask.by]
    if column == "due":
        rows = rows.filter(due__gte=LONG_AGO)  # a range, so that those without a date are not walked through
    rows = rows.order_by(f"-{column}" if descending else column, "id")
    found: list[dict[str, Any]] = []
    cursor = _read_cursor(ask.after, column)
    if cursor:
        # Two ranges of the index, one after the other: rows tied with the last one seen, then those beyond.
        value, row_id = cursor
        # "Not up to" instead of "beyond" keeps SQLite from walking the index of ids.
        found += rows.filter(**{column: value}).exclude(id__lte=row_id).values(*COLUMNS)[: size + 1]
        rows = rows.filter(**{f"{column}__{'lt' if descending else 'gt'}": value})
    if len(found) <= size:
        found += rows.values(*COLUMNS)[: size + 1 - len(found)]
    more = len(found) > size
    return Listed(found[:size], _cursor(found[size - 1], column) if more else "")


def _cursor(row: Mapping[str, Any], column: str) -> str:
    value = row[column]
    return f"{value.isoformat() if isinstance(value, dt.date) else value}~{row['id'].hex}"


def _read_cursor(text: str, column: str) -> tuple[Any, UUID] | None:
    value, _tilde, row_id = text.partition("~")
    try:
        return _READ[column](value), UUID(row_id)
    except ValueError:
        return None


def _number(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**31:
        raise ValueError(text)
    return value


def _moment(text: str) -> dt.datetime:
    value = dt.datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(text)
    return value


_READ = {"supporters": _number, "raised_at": _moment, "due": dt.date.fromisoformat}
